//! cjson: JSON, as Lua CJSON 2.1.0 writes and reads it.

mod decode;
mod encode;
mod settings;
mod token;

use lua_types::LuaError;
use lua_vm::api;
use lua_vm::state::LuaState;
use settings::Shared;
use std::rc::Rc;

/// Pushes a new table of the library, with settings of its own.
pub fn push(state: &mut LuaState) -> Result<(), LuaError> {
    const FUNCTIONS: [(&[u8], super::Function); 10] = [
        (b"encode", encode::encode),
        (b"decode", decode::decode),
        (b"encode_sparse_array", settings::encode_sparse_array),
        (b"encode_max_depth", settings::encode_max_depth),
        (b"decode_max_depth", settings::decode_max_depth),
        (
            b"encode_number_precision",
            settings::encode_number_precision,
        ),
        (b"encode_keep_buffer", settings::encode_keep_buffer),
        (b"encode_invalid_numbers", settings::encode_invalid_numbers),
        (b"decode_invalid_numbers", settings::decode_invalid_numbers),
        (b"new", new),
    ];
    state.create_table(0, FUNCTIONS.len() as i32 + 3)?;
    let shared = state.new_userdata_typed(b"cjson.settings", 0, 0)?;
    shared.set_host_value(Some(Rc::new(Shared::default())));
    for (name, function) in FUNCTIONS {
        api::push_value(state, -1);
        api::push_cclosure(state, function, 1)?;
        api::set_field(state, -3, name)?;
    }
    api::set_top(state, -2)?;
    push_null(state);
    api::set_field(state, -2, b"null")?;
    super::set_text(state, b"_NAME", b"cjson")?;
    super::set_text(state, b"_VERSION", b"2.1.0")
}

/// cjson.new(): the library once more, with its own settings.
fn new(state: &mut LuaState) -> Result<usize, LuaError> {
    push(state)?;
    Ok(1)
}

/// JSON's null is a light userdata that points nowhere: a table could not hold a nil.
fn push_null(state: &mut LuaState) {
    api::push_light_userdata(state, std::ptr::null_mut());
}
