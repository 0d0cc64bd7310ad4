//! The libraries that Redis adds to Lua: cjson, cmsgpack, struct and bit.
//!
//! They answer as the C ones that Redis 7.0 ships, byte for byte and word for word, the limits of C Lua's
//! stack included. What is nested is walked without recursion, and what is written is limited.

mod arguments;
mod bit;
mod cjson;
mod cmsgpack;
mod number;
mod output;
mod structs;

#[cfg(test)]
mod tests;

use lua_types::LuaError;
use lua_vm::api;
use lua_vm::state::LuaState;

/// What a library in Rust looks like to Lua: arguments and results on the stack, the number of results returned.
type Function = fn(&mut LuaState) -> Result<usize, LuaError>;

/// Makes the libraries globals of `state`.
pub fn open(state: &mut LuaState) -> Result<(), LuaError> {
    cjson::push(state)?;
    api::set_global(state, b"cjson")?;
    cmsgpack::push(state)?;
    api::set_global(state, b"cmsgpack")?;
    structs::push(state)?;
    api::set_global(state, b"struct")?;
    bit::push(state)?;
    api::set_global(state, b"bit")
}

/// Pushes a new table with `functions`.
fn push_table(state: &mut LuaState, functions: &[(&[u8], Function)]) -> Result<(), LuaError> {
    let count = i32::try_from(functions.len()).unwrap_or(0);
    state.create_table(0, count)?;
    for (name, function) in functions {
        api::push_cclosure(state, *function, 0)?;
        api::set_field(state, -2, name)?;
    }
    Ok(())
}

/// Sets a field of the table on top to a string.
fn set_text(state: &mut LuaState, name: &[u8], text: &[u8]) -> Result<(), LuaError> {
    api::push_lstring(state, text)?;
    api::set_field(state, -2, name)
}
