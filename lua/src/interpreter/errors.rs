//! Errors as Redis's scripts know them: tables with `err`, and where they come from.

use super::{running, stack};
use lua_types::{LuaError, LuaValue};
use lua_vm::api;
use lua_vm::debug::{LuaDebug, get_info, get_stack};
use lua_vm::state::LuaState;

/// What every write to a protected table is answered.
pub const READ_ONLY: &str = "Attempt to modify a readonly table";

/// Pushes `{err=…}`. A text of the form `-CODE message` brings its code, any other gets `ERR`.
pub fn push(state: &mut LuaState, text: &[u8]) -> Result<(), LuaError> {
    let (code, message) = match text.strip_prefix(b"-") {
        Some(text) => match text.iter().position(|&byte| byte == b' ') {
            Some(space) => (&text[..space], &text[space + 1..]),
            None => (b"ERR".as_slice(), text),
        },
        None => (b"ERR".as_slice(), text),
    };
    let mut whole = code.to_vec();
    whole.push(b' ');
    // From a C string to a C string: a zero byte ends it.
    let message = message.split(|&byte| byte == 0).next().unwrap_or_default();
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let from = message.iter().take_while(|byte| is_end(byte)).count();
    let trailing = message.iter().rev().take_while(|byte| is_end(byte)).count();
    whole.extend_from_slice(
        message
            .get(from..message.len() - trailing)
            .unwrap_or_default(),
    );
    api::create_table(state, 0, 3)?;
    api::push_lstring(state, &whole)?;
    api::set_field(state, -2, b"err")
}

/// Says of the error table on the stack that it has been counted.
pub fn mark_counted(state: &mut LuaState) -> Result<(), LuaError> {
    api::push_boolean(state, true);
    api::set_field(state, -2, b"ignore_error_stats_update")
}

/// Raises `{err=…}`.
pub fn raise(state: &mut LuaState, text: &[u8]) -> LuaError {
    match push(state, text) {
        Ok(()) => LuaError::from_value(state.pop()),
        Err(error) => error,
    }
}

/// C Lua's luaL_error: a message with the place of the caller before it.
pub fn raise_here(state: &mut LuaState, text: &[u8]) -> LuaError {
    let mut message = Vec::new();
    let mut frame = LuaDebug::default();
    if get_stack(state, 1, &mut frame)
        && get_info(state, b"Sl", &mut frame)
        && frame.currentline > 0
    {
        let name = frame.short_src.split(|&byte| byte == 0).next();
        message.extend_from_slice(name.unwrap_or_default());
        message.extend_from_slice(format!(":{}: ", frame.currentline).as_bytes());
    }
    message.extend_from_slice(text);
    LuaError::RuntimeMsg(message.into_boxed_slice())
}

/// A message without a place.
pub fn plain(text: &str) -> LuaError {
    LuaError::RuntimeMsg(text.as_bytes().into())
}

/// `__redis__err__handler`: makes a table of every error and notes where it was raised.
pub fn handler(state: &mut LuaState) -> Result<usize, LuaError> {
    api::set_top(state, 1)?;
    if let Some(why) = running::ended() {
        push(state, &why)?;
        api::copy(state, -1, 1);
        api::set_top(state, 1)?;
    }
    let mut frame = LuaDebug::default();
    let mut found = get_stack(state, 1, &mut frame) && get_info(state, b"nSl", &mut frame);
    if found && frame.what == Some(b"C".as_slice()) {
        frame = LuaDebug::default();
        found = get_stack(state, 2, &mut frame) && get_info(state, b"nSl", &mut frame);
    }
    if !matches!(stack::value(state, 1), LuaValue::Table(_)) {
        let mut text = b"ERR ".to_vec();
        let message = stack::display(state, 1)?;
        // The interpreter says of these two not where they were raised.
        if found && matches!(&message[..], b"table index is nil" | b"table index is NaN") {
            let name = frame.short_src.split(|&byte| byte == 0).next();
            text.extend_from_slice(name.unwrap_or_default());
            text.extend_from_slice(format!(":{}: ", frame.currentline).as_bytes());
        }
        text.extend(message);
        api::create_table(state, 0, 3)?;
        api::push_lstring(state, &text)?;
        api::set_field(state, -2, b"err")?;
        api::copy(state, -1, 1);
        api::set_top(state, 1)?;
    }
    if found {
        let source = frame.source.take().unwrap_or_default();
        api::push_lstring(state, &source)?;
        api::set_field(state, 1, b"source")?;
        api::push_number(state, f64::from(frame.currentline));
        api::set_field(state, 1, b"line")?;
    }
    Ok(1)
}
