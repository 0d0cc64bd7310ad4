//! Arguments as C Lua 5.1's auxiliary library checks them, and its errors.

use lua_types::gc::GcRef;
use lua_types::string::LuaString;
use lua_types::{LuaError, LuaType, LuaValue};
use lua_vm::api;
use lua_vm::debug::{self, LuaDebug};
use lua_vm::state::LuaState;

/// Slots of Lua's stack that one function in C may fill.
pub const STACK_LIMIT: usize = 8000;

/// An error with the place of the call before it (`luaL_error`).
pub fn error(state: &LuaState, message: &[u8]) -> LuaError {
    debug::c_api_runtime(state, message.to_vec())
}

/// An error without a place, as Lua raises in a function that is not Lua's own.
pub fn bare_error(message: &[u8]) -> LuaError {
    LuaError::RuntimeMsg(message.into())
}

/// The error of a stack that would grow too high (`luaL_checkstack`).
pub fn stack_overflow(state: &LuaState, why: &str) -> LuaError {
    error(state, format!("stack overflow ({why})").as_bytes())
}

/// "bad argument" (`luaL_argerror`).
pub fn bad_argument(state: &mut LuaState, argument: i32, why: &[u8]) -> LuaError {
    let mut call = LuaDebug::default();
    let mut number = argument;
    let mut name: Option<Vec<u8>> = None;
    if debug::get_stack(state, 0, &mut call) {
        debug::get_info(state, b"n", &mut call);
        name = call.name.clone();
        if call.namewhat == Some(b"method") {
            number -= 1;
            if number == 0 {
                let mut message = b"calling '".to_vec();
                message.extend_from_slice(name.as_deref().unwrap_or(b"?"));
                message.extend_from_slice(b"' on bad self (");
                message.extend_from_slice(why);
                message.push(b')');
                return error(state, &message);
            }
        }
    }
    let mut message = format!("bad argument #{number} to '").into_bytes();
    message.extend_from_slice(name.as_deref().unwrap_or(b"?"));
    message.extend_from_slice(b"' (");
    message.extend_from_slice(why);
    message.push(b')');
    error(state, &message)
}

/// The error of an argument of another type than `expected` (`luaL_typerror`).
pub fn wrong_type(state: &mut LuaState, argument: i32, expected: &str) -> LuaError {
    let got = match api::lua_type_at(state, argument) {
        LuaType::None => "no value",
        _ => value(state, argument).type_name(),
    };
    let why = format!("{expected} expected, got {got}");
    bad_argument(state, argument, why.as_bytes())
}

/// The number of arguments.
pub fn count(state: &LuaState) -> i32 {
    api::get_top(state)
}

/// An argument, nil if there is none.
pub fn value(state: &LuaState, argument: i32) -> LuaValue {
    if argument > count(state) {
        return LuaValue::Nil;
    }
    api::positive_index_value(state, argument)
}

/// A number, or a string that reads as one (`lua_tonumber`).
pub fn number_if_any(state: &LuaState, argument: i32) -> Option<f64> {
    if argument > count(state) {
        return None;
    }
    api::to_number_x(state, argument)
}

/// A number (`luaL_checknumber`).
pub fn number(state: &mut LuaState, argument: i32) -> Result<f64, LuaError> {
    match number_if_any(state, argument) {
        Some(number) => Ok(number),
        None => Err(wrong_type(state, argument, "number")),
    }
}

/// A number cut to an integer (`luaL_checkinteger`).
pub fn integer(state: &mut LuaState, argument: i32) -> Result<i64, LuaError> {
    number(state, argument).map(to_integer)
}

/// A number cut to an integer, `default` for nil and none (`luaL_optinteger`).
pub fn optional_integer(
    state: &mut LuaState,
    argument: i32,
    default: i64,
) -> Result<i64, LuaError> {
    match value(state, argument) {
        LuaValue::Nil => Ok(default),
        _ => integer(state, argument),
    }
}

/// A string, or a number as text (`luaL_checklstring`). It stays on the stack, and so in the heap.
pub fn text(state: &mut LuaState, argument: i32) -> Result<GcRef<LuaString>, LuaError> {
    if argument <= count(state)
        && let Some(text) = api::to_lua_string(state, argument)?
    {
        return Ok(text);
    }
    Err(wrong_type(state, argument, "string"))
}

/// What C sees of a string: it ends at the first zero byte.
pub fn until_zero(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or(text)
}

/// C's conversion of a double to a signed integer, as x86-64 does it: what does not fit is the least integer.
pub fn to_integer(number: f64) -> i64 {
    const END: f64 = 9_223_372_036_854_775_808.0;
    if (-END..END).contains(&number) {
        number as i64
    } else {
        i64::MIN
    }
}

/// C's conversion of a double to an unsigned integer, as compilers make it for x86-64.
pub fn to_unsigned(number: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if number >= HALF {
        (to_integer(number - HALF) as u64) ^ (1 << 63)
    } else {
        to_integer(number) as u64
    }
}
