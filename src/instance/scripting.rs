//! Lua: who makes interpreters, and the one for EVAL.

use resplay_lua::{Factory, Interpreter, Purpose};

/// What a server knows of scripts.
#[derive(Default)]
pub struct Scripting {
    factory: Option<Factory>,
    interpreter: Option<Box<dyn Interpreter>>,
}

impl Scripting {
    /// With the interpreter that the build links, if it does.
    pub fn new() -> Self {
        Scripting {
            factory: resplay_lua::linked(),
            interpreter: None,
        }
    }

    /// Changes who makes interpreters.
    pub fn set_factory(&mut self, factory: Factory) {
        self.factory = Some(factory);
        self.interpreter = None;
    }

    /// An interpreter of its own. The text of the error follows `ERR `.
    pub fn make(&mut self, purpose: Purpose) -> Result<Box<dyn Interpreter>, String> {
        let made = match &mut self.factory {
            Some(factory) => factory(purpose),
            None => Err("this build has no interpreter".to_owned()),
        };
        made.map_err(|why| ["scripting could not be loaded: ", &why].concat())
    }

    /// Takes the interpreter of EVAL, which is made if there is none; [`Scripting::put_back`] it.
    pub fn take(&mut self) -> Result<Box<dyn Interpreter>, String> {
        match self.interpreter.take() {
            Some(interpreter) => Ok(interpreter),
            None => self.make(Purpose::Scripts),
        }
    }

    /// Keeps the interpreter of EVAL.
    pub fn put_back(&mut self, interpreter: Box<dyn Interpreter>) {
        self.interpreter = Some(interpreter);
    }
}
