//! What scripts can set.

use super::super::arguments::{bad_argument, count, error, integer, text, until_zero, value};
use lua_types::{LuaError, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;
use std::cell::Cell;
use std::rc::Rc;

/// The settings of one table of functions.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Arrays with too many holes become objects; otherwise they are errors.
    pub sparse_convert: bool,
    /// An array has too many holes if its length is more than so many times the number of its items; 0: never.
    pub sparse_ratio: i32,
    /// Up to this length holes do not matter.
    pub sparse_safe: i32,
    /// Levels of tables that encode goes down.
    pub encode_depth: i32,
    /// Levels of arrays and objects that decode goes down.
    pub decode_depth: i32,
    /// What encode makes of infinity and NaN: 0 an error, 1 words, 2 null.
    pub encode_invalid: i32,
    /// Whether decode takes infinity, NaN and numbers that JSON would not write so.
    pub decode_invalid: bool,
    /// Significant digits of a number.
    pub precision: i32,
    /// Means nothing here: no buffer is kept.
    keep_buffer: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            sparse_convert: false,
            sparse_ratio: 2,
            sparse_safe: 10,
            encode_depth: 1000,
            decode_depth: 1000,
            encode_invalid: 0,
            decode_invalid: true,
            precision: 14,
            keep_buffer: true,
        }
    }
}

/// Settings that the functions of a table share.
#[derive(Default)]
pub struct Shared(Cell<Settings>);

/// The index of a function's first upvalue.
const UPVALUE: i32 = -1_001_001;

fn shared(state: &mut LuaState) -> Result<Rc<Shared>, LuaError> {
    api::push_value(state, UPVALUE);
    let host = match state.pop() {
        LuaValue::UserData(userdata) => userdata.host_value(),
        _ => None,
    };
    host.and_then(|host| host.downcast().ok())
        .ok_or_else(|| error(state, b"BUG: Unable to fetch CJSON configuration"))
}

/// The settings of the function that runs.
pub fn settings(state: &mut LuaState) -> Result<Settings, LuaError> {
    Ok(shared(state)?.0.get())
}

/// The settings, after a look at the number of arguments.
fn begin(state: &mut LuaState, maximum: i32) -> Result<(Rc<Shared>, Settings), LuaError> {
    if count(state) > maximum {
        return Err(bad_argument(
            state,
            maximum + 1,
            b"found too many arguments",
        ));
    }
    let shared = shared(state)?;
    let settings = shared.0.get();
    Ok((shared, settings))
}

/// Takes an integer, if there is one, and pushes what is set then.
fn integer_option(
    state: &mut LuaState,
    argument: i32,
    setting: &mut i32,
    minimum: i32,
    maximum: i32,
) -> Result<(), LuaError> {
    if !value(state, argument).is_nil() {
        let number = integer(state, argument)? as i32;
        if !(minimum..=maximum).contains(&number) {
            let why = format!("expected integer between {minimum} and {maximum}");
            return Err(bad_argument(state, 1, why.as_bytes()));
        }
        *setting = number;
    }
    Ok(())
}

/// Takes a boolean or one of `words`, if there is one. The first two words are off and on.
fn word_option(
    state: &mut LuaState,
    argument: i32,
    setting: &mut i32,
    words: &[&[u8]],
) -> Result<(), LuaError> {
    match value(state, argument) {
        LuaValue::Nil => {}
        LuaValue::Bool(flag) => *setting = flag.into(),
        _ => {
            let given = text(state, argument)?;
            let given = until_zero(given.as_bytes());
            match words.iter().position(|word| *word == given) {
                Some(index) => *setting = index as i32,
                None => {
                    let mut why = b"invalid option '".to_vec();
                    why.extend_from_slice(given);
                    why.push(b'\'');
                    return Err(bad_argument(state, argument, &why));
                }
            }
        }
    }
    Ok(())
}

fn switch(state: &mut LuaState, argument: i32, setting: &mut bool) -> Result<(), LuaError> {
    let mut index = i32::from(*setting);
    word_option(state, argument, &mut index, &[b"off", b"on"])?;
    *setting = index != 0;
    Ok(())
}

/// cjson.encode_sparse_array([convert [, ratio [, safe]]])
pub fn encode_sparse_array(state: &mut LuaState) -> Result<usize, LuaError> {
    let (shared, mut settings) = begin(state, 3)?;
    switch(state, 1, &mut settings.sparse_convert)?;
    shared.0.set(settings);
    integer_option(state, 2, &mut settings.sparse_ratio, 0, i32::MAX)?;
    shared.0.set(settings);
    integer_option(state, 3, &mut settings.sparse_safe, 0, i32::MAX)?;
    shared.0.set(settings);
    api::push_boolean(state, settings.sparse_convert);
    api::push_number(state, settings.sparse_ratio.into());
    api::push_number(state, settings.sparse_safe.into());
    Ok(3)
}

fn one_integer(
    state: &mut LuaState,
    field: fn(&mut Settings) -> &mut i32,
    maximum: i32,
) -> Result<usize, LuaError> {
    let (shared, mut settings) = begin(state, 1)?;
    integer_option(state, 1, field(&mut settings), 1, maximum)?;
    shared.0.set(settings);
    api::push_number(state, f64::from(*field(&mut settings)));
    Ok(1)
}

/// cjson.encode_max_depth([depth])
pub fn encode_max_depth(state: &mut LuaState) -> Result<usize, LuaError> {
    one_integer(state, |settings| &mut settings.encode_depth, i32::MAX)
}

/// cjson.decode_max_depth([depth])
pub fn decode_max_depth(state: &mut LuaState) -> Result<usize, LuaError> {
    one_integer(state, |settings| &mut settings.decode_depth, i32::MAX)
}

/// cjson.encode_number_precision([digits])
pub fn encode_number_precision(state: &mut LuaState) -> Result<usize, LuaError> {
    one_integer(state, |settings| &mut settings.precision, 14)
}

fn one_switch(
    state: &mut LuaState,
    field: fn(&mut Settings) -> &mut bool,
) -> Result<usize, LuaError> {
    let (shared, mut settings) = begin(state, 1)?;
    switch(state, 1, field(&mut settings))?;
    shared.0.set(settings);
    api::push_boolean(state, *field(&mut settings));
    Ok(1)
}

/// cjson.encode_keep_buffer([on])
pub fn encode_keep_buffer(state: &mut LuaState) -> Result<usize, LuaError> {
    one_switch(state, |settings| &mut settings.keep_buffer)
}

/// cjson.decode_invalid_numbers([on])
pub fn decode_invalid_numbers(state: &mut LuaState) -> Result<usize, LuaError> {
    one_switch(state, |settings| &mut settings.decode_invalid)
}

/// cjson.encode_invalid_numbers([on, off or "null"])
pub fn encode_invalid_numbers(state: &mut LuaState) -> Result<usize, LuaError> {
    let (shared, mut settings) = begin(state, 1)?;
    word_option(
        state,
        1,
        &mut settings.encode_invalid,
        &[b"off", b"on", b"null"],
    )?;
    shared.0.set(settings);
    match settings.encode_invalid {
        2 => {
            api::push_lstring(state, b"null")?;
        }
        other => api::push_boolean(state, other != 0),
    }
    Ok(1)
}
