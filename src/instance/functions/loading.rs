//! Libraries on their way into the interpreter.

use super::{Functions, Header, Libraries, Library, RestorePolicy, split_header};
use crate::instance::{Instance, LogLevel};
use resplay_lua::{Broken, Interpreter, Purpose, Registered, ScriptHost};

/// How long a library may take to register its functions, in microseconds.
const LOAD_TIMEOUT: i64 = 500_000;

/// Without a stopwatch: how often the interpreter may ask whether it may go on.
const LOAD_POLLS: u32 = 1000;

/// Whether a library must register its functions within half a second. Files have had it checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadTime {
    /// It must.
    Limited,
    /// It may take as long as it needs.
    Unlimited,
}

/// What the code of a library can reach while it registers functions: the log.
struct LoadHost<'a> {
    instance: &'a mut Instance,
    time: LoadTime,
    started: i64,
    polls: u32,
}

impl<'a> LoadHost<'a> {
    fn new(instance: &'a mut Instance, time: LoadTime) -> Self {
        let started = instance.stopwatch.map_or(0, |stopwatch| stopwatch());
        LoadHost {
            instance,
            time,
            started,
            polls: 0,
        }
    }
}

impl ScriptHost for LoadHost<'_> {
    fn call(&mut self, _arguments: &[&[u8]], _protocol: u8, reply: &mut Vec<u8>) {
        reply.extend_from_slice(
            b"-ERR redis.call/pcall can only be called inside a script invocation\r\n",
        );
    }

    fn error_replied(&mut self, _error: &[u8], _counts: bool) {}

    fn log(&mut self, level: u8, message: &[u8]) {
        let level = match level {
            0 => LogLevel::Debug,
            1 => LogLevel::Verbose,
            2 => LogLevel::Notice,
            _ => LogLevel::Warning,
        };
        self.instance.log(level, String::from_utf8_lossy(message));
    }

    fn set_replication(&mut self, _targets: u8) {}

    fn may_run(&mut self, _arguments: &[&[u8]]) -> Result<bool, Vec<u8>> {
        Err(b"redis.acl_check_cmd can only be called inside a script invocation".to_vec())
    }

    fn random(&mut self) -> i32 {
        0
    }

    fn seed_random(&mut self, _seed: i32) {}

    fn format_double(&mut self, _value: f64, _text: &mut Vec<u8>) {}

    fn poll(&mut self) -> Result<(), Vec<u8>> {
        self.polls += 1;
        let is_over = match self.instance.stopwatch {
            Some(stopwatch) => stopwatch().saturating_sub(self.started) > LOAD_TIMEOUT,
            None => self.polls > LOAD_POLLS,
        };
        if is_over && self.time == LoadTime::Limited {
            return Err(b"FUNCTION LOAD timeout".to_vec());
        }
        Ok(())
    }
}

/// What is answered when the interpreter has broken: it is gone, and the next call makes another.
pub fn broken(why: &Broken) -> Vec<u8> {
    format!(
        "The interpreter of functions has failed, and is started again: {}",
        why.0
    )
    .into_bytes()
}

impl Instance {
    /// Takes the interpreter of functions, which is made and given all libraries if there is none. Whoever has
    /// it puts it back by [`Instance::put_back_functions`], unless it is broken.
    ///
    /// # Errors
    /// Why there is none, without the error's code.
    pub fn take_functions(&mut self) -> Result<Box<dyn Interpreter>, Vec<u8>> {
        if let Some(interpreter) = self.functions.interpreter.take() {
            return Ok(interpreter);
        }
        let mut interpreter = self.scripting.make(Purpose::Functions).map_err(|why| {
            self.functions.unavailable = Some(why.clone());
            why.into_bytes()
        })?;
        let libraries = std::mem::take(&mut self.functions.libraries);
        let loaded = libraries.iter().try_for_each(|(name, library)| {
            let compiled = self.compile(
                &mut *interpreter,
                library.id,
                &library.code,
                LoadTime::Unlimited,
            );
            match compiled.map_err(|why| broken(&why))? {
                Ok(_) => Ok(()),
                Err(why) => {
                    Err([b"The library ", name, b" could not be loaded again: ", &why].concat())
                }
            }
        });
        self.functions.libraries = libraries;
        loaded.map(|()| interpreter)
    }

    /// Puts back what [`Instance::take_functions`] has given.
    pub fn put_back_functions(&mut self, mut interpreter: Box<dyn Interpreter>) {
        self.functions.interpreter_memory = interpreter.used_memory();
        self.functions.interpreter = Some(interpreter);
    }

    fn compile(
        &mut self,
        interpreter: &mut dyn Interpreter,
        id: u32,
        code: &[u8],
        time: LoadTime,
    ) -> Result<Result<Vec<Registered>, Vec<u8>>, Broken> {
        match split_header(code) {
            Ok((_, body)) => interpreter.load_library(&mut LoadHost::new(self, time), id, body),
            Err(error) => Ok(Err(error)),
        }
    }

    /// A library that is compiled and has registered its functions, but is not yet among the libraries. Where one
    /// of its name is, `replaces` says whether that is an error.
    fn prepare(
        &mut self,
        code: &[u8],
        time: LoadTime,
        is_taken: impl Fn(&Instance, &[u8]) -> bool,
    ) -> Result<(Vec<u8>, Library), Vec<u8>> {
        let (Header { name }, _) = split_header(code)?;
        if is_taken(self, &name) {
            return Err([b"Library '", &*name, b"' already exists"].concat());
        }
        let mut interpreter = self.take_functions()?;
        self.functions.last_id += 1;
        let id = self.functions.last_id;
        let compiled = self
            .compile(&mut *interpreter, id, code, time)
            .map_err(|why| broken(&why))?;
        self.put_back_functions(interpreter);
        let mut functions = compiled?;
        functions.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        let library = Library {
            id,
            code: code.to_vec(),
            functions,
        };
        if library.functions.is_empty() {
            self.functions.unload(&[library]);
            return Err(b"No functions registered".to_vec());
        }
        Ok((name, library))
    }

    /// Compiles a library and has it register its functions; answers its name. One that has the name already is
    /// replaced if `replace` says so. Whatever goes wrong, the libraries stay as they were.
    ///
    /// # Errors
    /// What is wrong with the library, without the error's code.
    pub fn load_library(
        &mut self,
        code: &[u8],
        replace: bool,
        time: LoadTime,
    ) -> Result<Vec<u8>, Vec<u8>> {
        let is_taken = |instance: &Instance, name: &[u8]| {
            !replace && instance.functions.libraries.libraries.contains_key(name)
        };
        let (name, library) = self.prepare(code, time, is_taken)?;
        let functions = &mut self.functions;
        let old = functions.libraries.unlink(&name);
        if let Err(error) = functions.libraries.check(&library) {
            if let Some(old) = old {
                functions.libraries.link(name, old);
            }
            functions.unload(&[library]);
            return Err(error);
        }
        functions.libraries.link(name.clone(), library);
        functions.unload(old.as_slice());
        Ok(name)
    }

    /// Loads the libraries of a dump, one of which may be why the dump cannot be read. Whatever goes wrong, the libraries stay as they were.
    ///
    /// # Errors
    /// What is wrong with one of them, without the error's code.
    pub fn restore_libraries(
        &mut self,
        codes: &[Result<Vec<u8>, &'static str>],
        policy: RestorePolicy,
    ) -> Result<(), Vec<u8>> {
        let mut restored = Libraries::default();
        let mut prepared = Vec::new();
        let mut outcome = codes.iter().try_for_each(|code| {
            let code = code.as_ref().map_err(|why| why.as_bytes().to_vec())?;
            let is_taken = |_: &Instance, name: &[u8]| restored.libraries.contains_key(name);
            let (name, library) = self.prepare(code, LoadTime::Unlimited, is_taken)?;
            prepared.push(library.clone());
            restored.check(&library)?;
            restored.link(name, library);
            Ok(())
        });
        let functions = &mut self.functions;
        if outcome.is_ok() && policy == RestorePolicy::Flush {
            let before = std::mem::replace(&mut functions.libraries, restored);
            prepared = before.libraries.values().cloned().collect();
        } else if outcome.is_ok() {
            match functions
                .libraries
                .join(restored, policy == RestorePolicy::Replace)
            {
                Ok(replaced) => prepared = replaced,
                Err(error) => outcome = Err(error),
            }
        }
        functions.unload(&prepared);
        outcome
    }
}

impl Functions {
    /// What the interpreter knows the library of a function by, and the function.
    pub fn place(&self, name: &[u8]) -> Option<(u32, &Registered)> {
        self.libraries.place(name)
    }
}
