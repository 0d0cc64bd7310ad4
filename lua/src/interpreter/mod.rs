//! The interpreter: omnilua as Lua 5.1, with what Redis adds and takes away.
//!
//! Functions in Rust have C Lua's shape: arguments on the stack, results on the stack, their number
//! returned. `lua_vm::api` is C Lua's API by its own names.

mod libraries;
mod running;

use crate::interface::{Broken, Factory, Interpreter, Invocation, Purpose, ScriptHost};
use lua_types::{LuaError, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;
use omnilua::{HostHooks, LuaRuntime, LuaVersion};

/// C Lua's LUA_REGISTRYINDEX: the table that scripts cannot reach.
const REGISTRY: i32 = -1_001_000;

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
}

impl Lua {
    fn new(_purpose: Purpose) -> Result<Self, LuaError> {
        let runtime = LuaRuntime::with_hooks_versioned(HostHooks::new(), LuaVersion::V51)
            .map_err(omnilua::Error::into_lua_error)?;
        let mut state = runtime.into_state();
        let heap = running::heap(&state);
        libraries::open(&mut state)?;
        drop(heap);
        Ok(Lua { state })
    }
}

impl Interpreter for Lua {
    fn compile(&mut self, name: &[u8], body: &[u8]) -> Result<Result<(), Vec<u8>>, Broken> {
        let state = &mut self.state;
        let _heap = running::heap(state);
        let mut once = Some(body.to_vec());
        let reader: lua_vm::zio::ChunkReader = Box::new(move |_| Ok(once.take()));
        let status = api::load(state, reader, Some(b"@user_script"), Some(b"t"))
            .map_err(|error| Broken(error.message_lossy()))?;
        if status != lua_types::LuaStatus::Ok {
            let message = message(state.pop());
            return Ok(Err(message));
        }
        api::set_field(state, REGISTRY, name).map_err(|error| Broken(error.message_lossy()))?;
        Ok(Ok(()))
    }

    fn run(
        &mut self,
        host: &mut dyn ScriptHost,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken> {
        let state = &mut self.state;
        let _heap = running::heap(state);
        running::lend(host, || {
            let called = api::get_field(state, REGISTRY, invocation.name)
                .and_then(|_| api::pcall_k(state, 0, 1, 0, 0, None));
            match called {
                Ok(_) => {
                    let value = state.pop();
                    if let LuaValue::Int(number) = value {
                        reply.extend_from_slice(format!(":{number}\r\n").as_bytes());
                    } else if let LuaValue::Float(number) = value {
                        reply.extend_from_slice(format!(":{}\r\n", number as i64).as_bytes());
                    } else {
                        reply.extend_from_slice(b"$-1\r\n");
                    }
                }
                Err(error) => {
                    reply.extend_from_slice(b"-ERR ");
                    reply.extend_from_slice(error.message_lossy().as_bytes());
                    reply.extend_from_slice(b"\r\n");
                }
            }
        });
        Ok(())
    }

    fn used_memory(&mut self) -> usize {
        self.state.global().total_bytes()
    }
}

fn message(value: LuaValue) -> Vec<u8> {
    match value {
        LuaValue::Str(text) => text.as_bytes().to_vec(),
        _ => b"unknown error".to_vec(),
    }
}

#[cfg(test)]
mod tests;
