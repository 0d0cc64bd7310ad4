//! cmsgpack: MessagePack, as lua-cmsgpack 0.4.0 writes and reads it.

mod pack;
mod unpack;

use lua_types::LuaError;
use lua_vm::state::LuaState;

/// Pushes the table of the library.
pub fn push(state: &mut LuaState) -> Result<(), LuaError> {
    super::push_table(
        state,
        &[
            (b"pack", pack::pack),
            (b"unpack", unpack::unpack),
            (b"unpack_one", unpack::unpack_one),
            (b"unpack_limit", unpack::unpack_limit),
        ],
    )?;
    super::set_text(state, b"_NAME", b"cmsgpack")?;
    super::set_text(state, b"_VERSION", b"lua-cmsgpack 0.4.0")?;
    super::set_text(
        state,
        b"_COPYRIGHT",
        b"Copyright (C) 2012, Salvatore Sanfilippo",
    )?;
    super::set_text(
        state,
        b"_DESCRIPTION",
        b"MessagePack C implementation for Lua",
    )
}
