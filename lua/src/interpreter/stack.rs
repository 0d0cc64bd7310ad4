//! Reading values where C Lua's API has pointers into the stack.

use lua_types::{GcRef, LuaError, LuaString, LuaTable, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;

/// C Lua's LUA_REGISTRYINDEX: the table that scripts cannot reach.
pub const REGISTRY: i32 = -1_001_000;

/// All results of a call.
pub const ALL_RESULTS: i32 = -1;

/// The index of the `number`th upvalue of the function in Rust that runs, from 1.
pub const fn upvalue(number: i32) -> i32 {
    REGISTRY - number
}

/// The value at `index`, from the bottom of the frame (from 1) or from the top (from -1).
pub fn value(state: &mut LuaState, index: i32) -> LuaValue {
    if index > 0 {
        return api::positive_index_value(state, index);
    }
    if index > REGISTRY {
        let top = state.top_idx();
        return state.get_at(top + index);
    }
    // A pseudo-index can be read by copying it alone.
    api::push_value(state, index);
    state.pop()
}

/// The table at `index`.
pub fn table(state: &mut LuaState, index: i32) -> Option<GcRef<LuaTable>> {
    match value(state, index) {
        LuaValue::Table(table) => Some(table),
        _ => None,
    }
}

/// A string that stands there as a string, not as a number.
pub fn string(state: &mut LuaState, index: i32) -> Option<GcRef<LuaString>> {
    match value(state, index) {
        LuaValue::Str(text) => Some(text),
        _ => None,
    }
}

/// C Lua's lua_tolstring: strings, and numbers as strings.
pub fn text(state: &mut LuaState, index: i32) -> Option<Vec<u8>> {
    match value(state, index) {
        LuaValue::Str(text) => Some(text.as_bytes().to_vec()),
        value @ (LuaValue::Int(_) | LuaValue::Float(_)) => {
            let text = lua_vm::object::num_to_string(state, &value).ok()?;
            Some(text.as_bytes().to_vec())
        }
        _ => None,
    }
}

/// The number at `index`, which may be a string that reads as one.
pub fn number(state: &LuaState, index: i32) -> Option<f64> {
    api::to_number_x(state, index)
}

/// What `tostring` makes of the value.
pub fn display(state: &mut LuaState, index: i32) -> Result<Vec<u8>, LuaError> {
    let text = state.to_display_string(index)?;
    state.pop_n(1);
    Ok(text)
}

/// What C makes of a number that becomes a `long long`: what does not fit becomes the least.
pub fn to_i64(number: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounds towards zero, as C does"
        )]
        let whole = number as i64;
        whole
    } else {
        i64::MIN
    }
}

/// What C makes of a number that becomes an `int` by way of a `long long`.
pub fn to_i32(number: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "the low bits, as C does")]
    let low = to_i64(number) as i32;
    low
}
