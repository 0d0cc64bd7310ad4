//! struct: values packed into strings by a format, as C would lay them out on x86-64.

use super::arguments::{
    self, STACK_LIMIT, bad_argument, count, error, optional_integer, stack_overflow, text,
    to_integer, to_unsigned,
};
use super::output::Output;
use lua_types::LuaError;
use lua_vm::api;
use lua_vm::state::LuaState;

/// Pushes the table of the library.
pub fn push(state: &mut LuaState) -> Result<(), LuaError> {
    super::push_table(
        state,
        &[(b"pack", pack), (b"unpack", unpack), (b"size", size)],
    )
}

/// The widest integer, in bytes. Bytes beyond the eighth are zero, whatever the sign.
const MAXIMUM_INTEGER: u64 = 32;

/// The alignment that a lone `!` sets.
const MAXIMUM_ALIGNMENT: u32 = 8;

/// A format that is read from left to right.
struct Format<'a> {
    rest: &'a [u8],
    big_endian: bool,
    alignment: u32,
}

/// One letter of a format.
struct Step {
    option: u8,
    /// Bytes the value takes; 0 for what has no fixed size or is no value.
    size: u64,
}

impl<'a> Format<'a> {
    fn new(text: &'a [u8]) -> Self {
        Format {
            rest: arguments::until_zero(text),
            big_endian: false,
            alignment: 1,
        }
    }

    fn next(&mut self, state: &LuaState) -> Result<Option<Step>, LuaError> {
        let Some((&option, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        self.rest = rest;
        let size = match option {
            b'B' | b'b' | b'x' => 1,
            b'H' | b'h' => 2,
            b'f' => 4,
            b'L' | b'l' | b'T' | b'd' => 8,
            b'c' => self.number(state, 1)?.into(),
            b'i' | b'I' => {
                let size = u64::from(self.number(state, 4)?);
                if size > MAXIMUM_INTEGER {
                    let message =
                        format!("integral size {size} is larger than limit of {MAXIMUM_INTEGER}");
                    return Err(error(state, message.as_bytes()));
                }
                size
            }
            _ => 0,
        };
        Ok(Some(Step { option, size }))
    }

    fn number(&mut self, state: &LuaState, default: u32) -> Result<u32, LuaError> {
        if !self.rest.first().is_some_and(u8::is_ascii_digit) {
            return Ok(default);
        }
        let mut number: i32 = 0;
        while let Some((digit @ b'0'..=b'9', rest)) = self.rest.split_first() {
            self.rest = rest;
            number = number
                .checked_mul(10)
                .and_then(|number| number.checked_add(i32::from(digit - b'0')))
                .ok_or_else(|| error(state, b"integral size overflow"))?;
        }
        Ok(number.unsigned_abs())
    }

    /// Bytes to leave out before `step` at `position`.
    fn padding(&self, position: u64, step: &Step) -> u64 {
        if step.size == 0 || step.option == b'c' {
            return 0;
        }
        let size = step.size.min(self.alignment.into());
        (size - (position & (size - 1))) & (size - 1)
    }

    /// What changes the format instead of standing for a value.
    fn control(&mut self, state: &mut LuaState, option: u8) -> Result<(), LuaError> {
        match option {
            b' ' => {}
            b'>' => self.big_endian = true,
            b'<' => self.big_endian = false,
            b'!' => {
                let alignment = self.number(state, MAXIMUM_ALIGNMENT)?;
                if !alignment.is_power_of_two() {
                    let message = format!("alignment {alignment} is not a power of 2");
                    return Err(error(state, message.as_bytes()));
                }
                self.alignment = alignment;
            }
            _ => {
                let mut why = b"invalid format option '".to_vec();
                why.push(option);
                why.push(b'\'');
                return Err(bad_argument(state, 1, &why));
            }
        }
        Ok(())
    }
}

/// Appends the low `size` bytes of `value`.
fn put(output: &mut Output, value: u64, size: usize, big_endian: bool) {
    let mut bytes = [0; MAXIMUM_INTEGER as usize];
    bytes[..8].copy_from_slice(&value.to_le_bytes());
    let bytes = &mut bytes[..size.min(MAXIMUM_INTEGER as usize)];
    if big_endian {
        bytes.reverse();
    }
    output.extend(bytes);
}

/// struct.pack(format, values…)
fn pack(state: &mut LuaState) -> Result<usize, LuaError> {
    let text_of_format = text(state, 1)?;
    let mut format = Format::new(text_of_format.as_bytes());
    let mut output = Output::new();
    let mut argument = 2;
    // A nil behind the arguments is what the first missing one is.
    api::push_nil(state);
    while let Some(step) = format.next(state)? {
        output.room(state, 64)?;
        for _ in 0..format.padding(output.len() as u64, &step) {
            output.push(0);
        }
        match step.option {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let number = arguments::number(state, argument)?;
                argument += 1;
                let value = if number < 0.0 {
                    to_integer(number) as u64
                } else {
                    to_unsigned(number)
                };
                put(&mut output, value, step.size as usize, format.big_endian);
            }
            b'x' => output.push(0),
            b'f' => {
                let number = arguments::number(state, argument)? as f32;
                argument += 1;
                put(&mut output, number.to_bits().into(), 4, format.big_endian);
            }
            b'd' => {
                let number = arguments::number(state, argument)?;
                argument += 1;
                put(&mut output, number.to_bits(), 8, format.big_endian);
            }
            b'c' | b's' => {
                let string = text(state, argument)?;
                argument += 1;
                let bytes = string.as_bytes();
                let size = if step.size == 0 {
                    bytes.len()
                } else {
                    step.size as usize
                };
                let Some(bytes) = bytes.get(..size) else {
                    return Err(bad_argument(state, argument, b"string too short"));
                };
                output.room(state, size.saturating_add(1))?;
                output.extend(bytes);
                if step.option == b's' {
                    output.push(0);
                }
            }
            option => format.control(state, option)?,
        }
    }
    api::push_lstring(state, output.bytes())?;
    Ok(1)
}

/// The integer in `bytes`, as C reads it: the low 64 bits, their sign where the shift of x86-64 finds it.
fn get(bytes: &[u8], big_endian: bool, signed: bool) -> f64 {
    let mut value: u64 = 0;
    let mut add = |byte: &u8| value = value << 8 | u64::from(*byte);
    if big_endian {
        bytes.iter().for_each(&mut add);
    } else {
        bytes.iter().rev().for_each(&mut add);
    }
    if !signed {
        return value as f64;
    }
    let shift = (bytes.len() as u32).wrapping_mul(8).wrapping_sub(1);
    let mask = u64::MAX.wrapping_shl(shift);
    if value & mask != 0 {
        value |= mask;
    }
    value as i64 as f64
}

fn too_short(state: &mut LuaState) -> LuaError {
    bad_argument(state, 2, b"data string too short")
}

/// struct.unpack(format, string [, position]): the values and the position behind them.
fn unpack(state: &mut LuaState) -> Result<usize, LuaError> {
    let text_of_format = text(state, 1)?;
    let mut format = Format::new(text_of_format.as_bytes());
    let data = text(state, 2)?;
    let data = data.as_bytes();
    let length = data.len() as u64;
    let mut position = optional_integer(state, 3, 1)? as u64;
    if position == 0 {
        return Err(bad_argument(state, 3, b"offset must be 1 or greater"));
    }
    position -= 1;
    let before = count(state) as usize;
    let mut results: usize = 0;
    while let Some(step) = format.next(state)? {
        position = position.wrapping_add(format.padding(position, &step));
        if step.size > length || position > length - step.size {
            return Err(too_short(state));
        }
        if before + results + 2 > STACK_LIMIT {
            return Err(stack_overflow(state, "too many results"));
        }
        if !api::check_stack(state, 2) {
            return Err(stack_overflow(state, "too many results"));
        }
        let rest = data.get(position as usize..).unwrap_or_default();
        let mut size = step.size as usize;
        let bytes = rest.get(..size).unwrap_or_default();
        match step.option {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let number = get(bytes, format.big_endian, step.option.is_ascii_lowercase());
                api::push_number(state, number);
                results += 1;
            }
            b'x' => {}
            b'f' => {
                let mut four = <[u8; 4]>::try_from(bytes).unwrap_or_default();
                if format.big_endian {
                    four.reverse();
                }
                api::push_number(state, f32::from_le_bytes(four).into());
                results += 1;
            }
            b'd' => {
                let mut eight = <[u8; 8]>::try_from(bytes).unwrap_or_default();
                if format.big_endian {
                    eight.reverse();
                }
                api::push_number(state, f64::from_le_bytes(eight));
                results += 1;
            }
            b'c' => {
                if size == 0 {
                    let previous = if results == 0 {
                        None
                    } else {
                        api::to_number_x(state, -1)
                    };
                    let Some(previous) = previous else {
                        return Err(error(state, b"format 'c0' needs a previous size"));
                    };
                    api::set_top(state, -2)?;
                    results -= 1;
                    let wanted = to_unsigned(previous);
                    if wanted > length || position > length - wanted {
                        return Err(too_short(state));
                    }
                    size = wanted as usize;
                }
                api::push_lstring(state, rest.get(..size).unwrap_or_default())?;
                results += 1;
            }
            b's' => {
                let Some(end) = rest.iter().position(|&byte| byte == 0) else {
                    return Err(error(state, b"unfinished string in data"));
                };
                api::push_lstring(state, &rest[..end])?;
                results += 1;
                size = end + 1;
            }
            option => format.control(state, option)?,
        }
        position = position.wrapping_add(size as u64);
    }
    api::push_number(state, position.wrapping_add(1) as i64 as f64);
    Ok(results + 1)
}

/// struct.size(format)
fn size(state: &mut LuaState) -> Result<usize, LuaError> {
    let text_of_format = text(state, 1)?;
    let mut format = Format::new(text_of_format.as_bytes());
    let mut position: u64 = 0;
    while let Some(step) = format.next(state)? {
        position = position.wrapping_add(format.padding(position, &step));
        if step.option == b's' {
            return Err(bad_argument(state, 1, b"option 's' has no fixed size"));
        }
        if step.option == b'c' && step.size == 0 {
            return Err(bad_argument(state, 1, b"option 'c0' has no fixed size"));
        }
        if !step.option.is_ascii_alphanumeric() {
            format.control(state, step.option)?;
        }
        position = position.wrapping_add(step.size);
    }
    api::push_number(state, position as i64 as f64);
    Ok(1)
}
