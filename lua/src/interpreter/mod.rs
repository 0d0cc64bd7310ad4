//! The interpreter: omnilua as Lua 5.1, with what Redis adds and takes away.
//!
//! Functions in Rust have C Lua's shape: arguments on the stack, results on the stack, their number
//! returned. `lua_vm::api` is C Lua's API by its own names. An object that is not on the stack, in a
//! table or in the registry is gone with the next one that is made.

mod errors;
mod from_reply;
mod functions;
mod libraries;
mod limits;
mod redis;
mod running;
mod sandbox;
mod stack;
#[cfg(test)]
pub use tests::check;
#[cfg(test)]
mod tests;
mod to_reply;

use crate::interface::{Broken, Factory, Interpreter, Invocation, Purpose, Registered, ScriptHost};
use lua_types::{LuaError, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;
use omnilua::{HostHooks, LuaRuntime, LuaVersion};
use to_reply::Writer;

/// Runs between two steps of the collector, and what a step is worth.
const COLLECT_EVERY: u32 = 50;

/// Makes interpreters.
pub fn factory() -> Factory {
    Box::new(|purpose| match Lua::new(purpose) {
        Ok(lua) => Ok(Box::new(lua) as Box<dyn Interpreter>),
        Err(error) => Err(error.message_lossy()),
    })
}

/// A Lua state with Redis's libraries.
struct Lua {
    state: LuaState,
    runs: u32,
}

fn broken(error: LuaError) -> Broken {
    Broken(error.message_lossy())
}

impl Lua {
    fn new(purpose: Purpose) -> Result<Self, LuaError> {
        let runtime = LuaRuntime::with_hooks_versioned(HostHooks::new(), LuaVersion::V51)
            .map_err(omnilua::Error::into_lua_error)?;
        let mut state = runtime.into_state();
        {
            let _heap = running::heap(&state);
            libraries::open(&mut state)?;
            sandbox::set_up(&mut state, purpose)?;
            if purpose == Purpose::Functions {
                functions::set_up(&mut state)?;
            }
            limits::set_up(&mut state);
        }
        Ok(Lua { state, runs: 0 })
    }

    /// Puts KEYS or ARGV among the globals.
    fn set_list(&mut self, name: &[u8], list: &[&[u8]]) -> Result<(), LuaError> {
        let state = &mut self.state;
        let Some(globals) = sandbox::globals(state) else {
            return Err(errors::plain("there are no globals"));
        };
        state.push(LuaValue::Table(globals));
        api::push_lstring(state, name)?;
        push_list(state, list)?;
        api::raw_set(state, -3)?;
        state.pop_n(1);
        Ok(())
    }

    fn call(&mut self, invocation: Invocation<'_>, reply: &mut Vec<u8>) -> Result<(), LuaError> {
        self.set_list(b"KEYS", invocation.keys)?;
        self.set_list(b"ARGV", invocation.arguments)?;
        let state = &mut self.state;
        limits::begin(state);
        api::push_cclosure(state, errors::handler, 0)?;
        api::get_field(state, stack::REGISTRY, invocation.name)?;
        let called = api::pcall_k(state, 0, 1, -2, 0, None);
        write_outcome(state, called, &invocation, reply)
    }

    fn call_function(
        &mut self,
        library: u32,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), LuaError> {
        let state = &mut self.state;
        limits::begin(state);
        api::push_cclosure(state, errors::handler, 0)?;
        functions::push(state, library, invocation.name)?;
        push_list(state, invocation.keys)?;
        push_list(state, invocation.arguments)?;
        let called = api::pcall_k(state, 2, 1, -4, 0, None);
        write_outcome(state, called, &invocation, reply)
    }

    /// Does what one run does, and leaves the stack as it was.
    fn within<R>(
        &mut self,
        host: &mut dyn ScriptHost,
        work: impl FnOnce(&mut Self) -> Result<R, LuaError>,
    ) -> Result<R, Broken> {
        let _heap = running::heap(&self.state);
        let top = self.state.top_idx();
        let ran = running::lend(host, || work(self));
        self.state.set_top_idx(top);
        if self.state.sandbox_aborting() {
            // What the script held must not be the next one's.
            self.state.gc_pre_collect_clear();
            self.state.gc().full_collect();
        }
        self.runs += 1;
        if self.runs.is_multiple_of(COLLECT_EVERY) {
            self.state.gc().check_step();
        }
        ran.map_err(broken)
    }
}

/// Pushes strings as an array.
fn push_list(state: &mut LuaState, list: &[&[u8]]) -> Result<(), LuaError> {
    api::create_table(state, i32::try_from(list.len()).unwrap_or(0), 0)?;
    for (at, item) in (1..).zip(list) {
        api::push_lstring(state, item)?;
        api::raw_set_i(state, -2, at)?;
    }
    Ok(())
}

/// Writes what the script has returned, or the error that has ended it.
fn write_outcome<T>(
    state: &mut LuaState,
    called: Result<T, LuaError>,
    invocation: &Invocation<'_>,
    reply: &mut Vec<u8>,
) -> Result<(), LuaError> {
    let mut writer = Writer::new(reply, invocation.protocol);
    if let Some(why) = limits::ended(state) {
        let place = called.err().map(LuaError::into_value);
        errors::push(state, &why)?;
        let place = place.as_ref().and_then(LuaValue::as_table).copied();
        return write_error(state, place, invocation, &mut writer);
    }
    match called {
        Ok(_) => writer.value(state, 0),
        Err(error) => {
            let value = error.into_value();
            state.push(value);
            write_error(state, value.as_table().copied(), invocation, &mut writer)
        }
    }
}

/// Writes the error on the stack, which was raised at the place that `place` tells.
fn write_error(
    state: &mut LuaState,
    place: Option<lua_types::GcRef<lua_types::LuaTable>>,
    invocation: &Invocation<'_>,
    writer: &mut Writer<'_>,
) -> Result<(), LuaError> {
    let error = stack::value(state, -1);
    let Some(table) = error.as_table() else {
        let message = stack::text(state, -1).unwrap_or_else(|| b"execution failure".to_vec());
        let mut text = b"ERR Error running script ".to_vec();
        text.extend_from_slice(invocation.name);
        text.extend_from_slice(b", ");
        text.extend(message.iter().take(100));
        writer.error(&text, true);
        return Ok(());
    };
    let mut text = match table.get_str_bytes(b"err") {
        LuaValue::Str(text) => text.as_bytes().to_vec(),
        LuaValue::Nil => b"ERR unknown error".to_vec(),
        other => {
            state.push(other);
            let text = stack::text(state, -1);
            state.pop_n(1);
            text.unwrap_or_else(|| b"ERR unknown error".to_vec())
        }
    };
    if let Some(place) = place {
        state.push(place.get_str_bytes(b"source"));
        state.push(place.get_str_bytes(b"line"));
        if let (Some(line), Some(source)) = (stack::text(state, -1), stack::text(state, -2)) {
            text = text
                .split(|&byte| byte == 0)
                .next()
                .unwrap_or_default()
                .to_vec();
            text.extend_from_slice(b" script: ");
            text.extend_from_slice(invocation.name);
            text.extend_from_slice(b", on ");
            text.extend_from_slice(&source);
            text.push(b':');
            text.extend_from_slice(&line);
            text.push(b'.');
        }
        state.pop_n(2);
    }
    let counted = table.get_str_bytes(b"ignore_error_stats_update");
    writer.error(&text, !matches!(counted, LuaValue::Bool(true)));
    Ok(())
}

impl Interpreter for Lua {
    fn compile(&mut self, name: &[u8], body: &[u8]) -> Result<Result<(), Vec<u8>>, Broken> {
        let state = &mut self.state;
        let _heap = running::heap(state);
        limits::begin(state);
        match sandbox::compile(state, body.to_vec(), b"@user_script").map_err(broken)? {
            Ok(()) => {
                api::set_field(state, stack::REGISTRY, name).map_err(broken)?;
                Ok(Ok(()))
            }
            Err(message) => Ok(Err(message)),
        }
    }

    fn run(
        &mut self,
        host: &mut dyn ScriptHost,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken> {
        let before = reply.len();
        let ran = self.within(host, |lua| lua.call(invocation, reply));
        if ran.is_err() {
            reply.truncate(before);
        }
        ran
    }

    fn load_library(
        &mut self,
        host: &mut dyn ScriptHost,
        library: u32,
        code: &[u8],
    ) -> Result<Result<Vec<Registered>, Vec<u8>>, Broken> {
        self.within(host, |lua| functions::load(&mut lua.state, library, code))
    }

    fn unload_library(&mut self, library: u32) -> Result<(), Broken> {
        let _heap = running::heap(&self.state);
        functions::unload(&mut self.state, library).map_err(broken)
    }

    fn call_function(
        &mut self,
        host: &mut dyn ScriptHost,
        library: u32,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken> {
        let before = reply.len();
        let ran = self.within(host, |lua| lua.call_function(library, invocation, reply));
        if ran.is_err() {
            reply.truncate(before);
        }
        ran
    }

    fn used_memory(&mut self) -> usize {
        self.state.global().total_bytes()
    }
}
