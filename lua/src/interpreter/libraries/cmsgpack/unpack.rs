//! MessagePack to Lua's values.

use super::super::arguments::{
    STACK_LIMIT, bare_error, count, error, integer, optional_integer, stack_overflow, text,
};
use lua_types::{LuaError, LuaType};
use lua_vm::api;
use lua_vm::state::LuaState;

/// A table that is being filled. It lies on Lua's stack, an array's index or a map's key behind it.
enum Frame {
    /// Items read, and items to come.
    Array(i64, u32),
    /// Whether the key is read, and pairs to come.
    Map(bool, u32),
}

/// cmsgpack.unpack(text): all values in it.
pub fn unpack(state: &mut LuaState) -> Result<usize, LuaError> {
    full(state, 0, 0)
}

/// cmsgpack.unpack_one(text [, offset]): the next offset, and the value.
pub fn unpack_one(state: &mut LuaState) -> Result<usize, LuaError> {
    let offset = optional_integer(state, 2, 0)?;
    keep_text(state)?;
    full(state, 1, offset)
}

/// cmsgpack.unpack_limit(text, limit [, offset]): the next offset, and so many values at most.
pub fn unpack_limit(state: &mut LuaState) -> Result<usize, LuaError> {
    let limit = integer(state, 2)?;
    let offset = optional_integer(state, 3, 0)?;
    keep_text(state)?;
    full(state, limit, offset)
}

/// Drops the arguments behind the first.
fn keep_text(state: &mut LuaState) -> Result<(), LuaError> {
    if count(state) > 1 {
        api::set_top(state, 1)?;
    }
    Ok(())
}

fn full(state: &mut LuaState, limit: i64, offset: i64) -> Result<usize, LuaError> {
    let input = text(state, 1)?;
    let input = input.as_bytes();
    let length = input.len() as i32;
    if offset < 0 || limit < 0 {
        // The length where the limit should be is the C library's.
        let message = format!(
            "Invalid request to unpack with offset of {} and limit of {length}.",
            offset as i32
        );
        return Err(error(state, message.as_bytes()));
    }
    let Some(rest) = usize::try_from(offset)
        .ok()
        .and_then(|offset| input.get(offset..))
    else {
        let message = format!(
            "Start offset {} greater than input length {length}.",
            offset as i32
        );
        return Err(error(state, message.as_bytes()));
    };
    let everything = limit == 0 && offset == 0;
    let limit = if everything {
        i64::from(i32::MAX)
    } else {
        limit
    };
    let mut reader = Reader {
        rest,
        frames: Vec::new(),
        slots: 0,
    };
    let before = count(state) as usize;
    let mut results: usize = 0;
    while !reader.rest.is_empty() && (results as i64) < limit {
        reader.slots = before + results;
        reader.value(state)?;
        results += 1;
    }
    if !everything {
        let next = input.len() - reader.rest.len();
        let next = if reader.rest.is_empty() {
            -1.0
        } else {
            next as f64
        };
        reader.slots = before + results;
        reader.reserve(state, "in function mp_unpack_full")?;
        api::push_number(state, next);
        state.insert(2)?;
        results += 1;
    }
    Ok(results)
}

struct Reader<'a> {
    rest: &'a [u8],
    frames: Vec<Frame>,
    /// Slots of the stack that the C library would fill.
    slots: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, state: &LuaState, length: usize) -> Result<&'a [u8], LuaError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| error(state, b"Missing bytes in input."))?;
        self.rest = rest;
        Ok(taken)
    }

    /// `width` bytes as an unsigned number.
    fn unsigned(&mut self, state: &LuaState, width: usize) -> Result<u64, LuaError> {
        let bytes = self.take(state, width)?;
        Ok(bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// `width` bytes as a signed number.
    fn signed(&mut self, state: &LuaState, width: usize) -> Result<i64, LuaError> {
        let number = self.unsigned(state, width)?;
        let shift = 64 - 8 * width as u32;
        Ok(((number << shift) as i64) >> shift)
    }

    fn reserve(&self, state: &mut LuaState, why: &str) -> Result<(), LuaError> {
        if self.slots + 1 > STACK_LIMIT || !api::check_stack(state, 4) {
            return Err(stack_overflow(state, why));
        }
        Ok(())
    }

    /// Pushes one value, with all that is in it.
    fn value(&mut self, state: &mut LuaState) -> Result<(), LuaError> {
        loop {
            self.one(state)?;
            if !self.settle(state)? {
                return Ok(());
            }
        }
    }

    /// Puts the value on top where it belongs, and tables that end with it too. Whether a value is to follow.
    fn settle(&mut self, state: &mut LuaState) -> Result<bool, LuaError> {
        loop {
            match self.frames.last_mut() {
                None => return Ok(false),
                // A frame that was just opened and is not empty, or a pair that has only its key.
                Some(Frame::Array(index, left)) => {
                    *index += 1;
                    *left -= 1;
                    api::raw_set_i(state, -2, *index)?;
                    if *left > 0 {
                        return Ok(true);
                    }
                    self.slots -= 2;
                }
                Some(Frame::Map(has_key @ false, _)) => {
                    *has_key = true;
                    self.slots += 1;
                    return Ok(true);
                }
                Some(Frame::Map(has_key, left)) => {
                    *has_key = false;
                    *left -= 1;
                    let last = *left == 0;
                    set_pair(state)?;
                    self.slots -= 1;
                    if !last {
                        return Ok(true);
                    }
                    self.slots -= 1;
                }
            }
            self.frames.pop();
        }
    }

    /// Pushes a value, or opens tables down to the first that is not one.
    fn one(&mut self, state: &mut LuaState) -> Result<(), LuaError> {
        loop {
            let &[kind, ..] = self.rest else {
                return Err(error(state, b"Missing bytes in input."));
            };
            self.reserve(
                state,
                "too many return values at once; use unpack_one or unpack_limit instead.",
            )?;
            self.take(state, 1)?;
            let opened = match kind {
                0..=0x7f => self.number(state, f64::from(kind)),
                0xe0.. => self.number(state, f64::from(kind as i8)),
                0x80..=0x8f => self.open(state, Frame::Map(false, u32::from(kind & 15)))?,
                0x90..=0x9f => self.open(state, Frame::Array(0, u32::from(kind & 15)))?,
                0xa0..=0xbf => self.string(state, usize::from(kind & 31))?,
                0xc0 => {
                    api::push_nil(state);
                    false
                }
                0xc2 | 0xc3 => {
                    api::push_boolean(state, kind == 0xc3);
                    false
                }
                0xca => {
                    let bits = self.unsigned(state, 4)? as u32;
                    self.number(state, f32::from_bits(bits).into())
                }
                0xcb => {
                    let bits = self.unsigned(state, 8)?;
                    self.number(state, f64::from_bits(bits))
                }
                // 64 bits without a sign come out with one, as in C Lua.
                0xcc..=0xcf => {
                    let number = self.unsigned(state, 1 << (kind - 0xcc))?;
                    self.number(state, number as i64 as f64)
                }
                0xd0..=0xd3 => {
                    let number = self.signed(state, 1 << (kind - 0xd0))?;
                    self.number(state, number as f64)
                }
                0xd9..=0xdb => {
                    let length = self.unsigned(state, 1 << (kind - 0xd9))?;
                    self.string(state, length as usize)?
                }
                0xdc | 0xdd => {
                    let length = self.unsigned(state, if kind == 0xdc { 2 } else { 4 })?;
                    self.open(state, Frame::Array(0, length as u32))?
                }
                0xde | 0xdf => {
                    let length = self.unsigned(state, if kind == 0xde { 2 } else { 4 })?;
                    self.open(state, Frame::Map(false, length as u32))?
                }
                _ => return Err(error(state, b"Bad data format in input.")),
            };
            if !opened {
                return Ok(());
            }
        }
    }

    fn number(&mut self, state: &mut LuaState, number: f64) -> bool {
        api::push_number(state, number);
        false
    }

    fn string(&mut self, state: &mut LuaState, length: usize) -> Result<bool, LuaError> {
        let bytes = self.take(state, length)?;
        api::push_lstring(state, bytes)?;
        Ok(false)
    }

    /// Pushes a table. Whether something is to be put in it.
    fn open(&mut self, state: &mut LuaState, frame: Frame) -> Result<bool, LuaError> {
        state.create_table(0, 0)?;
        let (array, empty) = match frame {
            Frame::Array(_, length) => (true, length == 0),
            Frame::Map(_, length) => (false, length == 0),
        };
        if array {
            self.slots += 1;
            self.reserve(state, "in function mp_decode_to_lua_array")?;
            self.slots -= 1;
        }
        if empty {
            return Ok(false);
        }
        self.slots += if array { 2 } else { 1 };
        self.frames.push(frame);
        Ok(true)
    }
}

/// Sets what is below the top to what is on it, in the table below both.
fn set_pair(state: &mut LuaState) -> Result<(), LuaError> {
    match api::lua_type_at(state, -2) {
        LuaType::Nil => Err(bare_error(b"table index is nil")),
        LuaType::Number if api::to_number_x(state, -2).is_some_and(f64::is_nan) => {
            Err(bare_error(b"table index is NaN"))
        }
        _ => api::raw_set(state, -3),
    }
}
