//! Redis's Lua: EVAL's and FUNCTION's scripts, behind an interface that knows no interpreter.
//!
//! The engine sees [`Interpreter`] and [`ScriptHost`] alone. Native builds link the interpreter
//! (the feature of that name); in a browser it is a wasm module of its own, which is loaded at the
//! first script, and [`remote`] carries calls between the two.

mod interface;
#[cfg(feature = "interpreter")]
pub mod interpreter;
pub mod remote;

pub use interface::{
    Broken, FLAGS, Factory, Interpreter, Invocation, Purpose, Registered, ScriptHost, WRONG_NAME,
    is_name,
};

use std::cell::Cell;

thread_local! {
    static LINKED: Cell<Option<fn() -> Factory>> = const { Cell::new(None) };
}

/// Says where this thread's interpreters come from, if none is linked into the program.
pub fn link(factory: fn() -> Factory) {
    LINKED.set(Some(factory));
}

/// A factory of the interpreter that is linked, if one is.
pub fn linked() -> Option<Factory> {
    if let Some(factory) = LINKED.get() {
        return Some(factory());
    }
    #[cfg(feature = "interpreter")]
    return Some(interpreter::factory());
    #[cfg(not(feature = "interpreter"))]
    return None;
}
