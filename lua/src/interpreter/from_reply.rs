//! What a command has answered, as Lua's values.

use super::errors;
use lua_types::{LuaError, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;

/// Replies nest no deeper.
const MAX_DEPTH: usize = 32;

/// Pushes the value of a reply.
pub fn push(state: &mut LuaState, reply: &[u8]) -> Result<(), LuaError> {
    let mut reader = Reader { rest: reply };
    push_next(state, &mut reader, 0)
}

/// Reads RESP that the engine has written. What is cut off ends as errors do.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn line(&mut self) -> Result<(u8, &'a [u8]), LuaError> {
        let end = self.rest.windows(2).position(|pair| pair == b"\r\n");
        let (Some(end), Some((&kind, _))) = (end, self.rest.split_first()) else {
            return Err(broken());
        };
        let line = &self.rest[1.min(end)..end];
        self.rest = &self.rest[end + 2..];
        Ok((kind, line))
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], LuaError> {
        let rest = self.rest;
        let (Some(bytes), Some(behind)) = (rest.get(..count), rest.get(count + 2..)) else {
            return Err(broken());
        };
        self.rest = behind;
        Ok(bytes)
    }
}

fn broken() -> LuaError {
    errors::plain("the command's reply is cut off")
}

fn integer(line: &[u8]) -> Result<i64, LuaError> {
    let text = str::from_utf8(line).map_err(|_| broken())?;
    text.parse().map_err(|_| broken())
}

fn push_field(
    state: &mut LuaState,
    name: &[u8],
    push: impl FnOnce(&mut LuaState) -> Result<(), LuaError>,
) -> Result<(), LuaError> {
    api::create_table(state, 0, 1)?;
    push(state)?;
    api::set_field(state, -2, name)
}

fn push_text(state: &mut LuaState, text: &[u8]) -> Result<(), LuaError> {
    api::push_lstring(state, text).map(|_| ())
}

#[expect(clippy::cast_precision_loss, reason = "Lua has no other numbers")]
fn push_next(state: &mut LuaState, reader: &mut Reader<'_>, depth: usize) -> Result<(), LuaError> {
    if depth > MAX_DEPTH || !api::check_stack(state, 8) {
        return Err(errors::plain("the command's reply is nested too deeply"));
    }
    let (kind, line) = reader.line()?;
    match kind {
        b'+' => push_field(state, b"ok", |state| push_text(state, line)),
        b'-' => {
            let mut text = b"-".to_vec();
            text.extend_from_slice(line);
            errors::push(state, &text)?;
            errors::mark_counted(state)
        }
        b':' => {
            let number = integer(line)?;
            api::push_number(state, number as f64);
            Ok(())
        }
        b'$' => match usize::try_from(integer(line)?) {
            Ok(count) => push_text(state, reader.bytes(count)?),
            Err(_) => {
                api::push_boolean(state, false);
                Ok(())
            }
        },
        b'=' => {
            let count = usize::try_from(integer(line)?).map_err(|_| broken())?;
            let bytes = reader.bytes(count)?;
            let (Some(format), Some(text)) = (bytes.get(..3), bytes.get(4..)) else {
                return Err(broken());
            };
            push_field(state, b"verbatim_string", |state| {
                api::create_table(state, 0, 2)?;
                push_text(state, text)?;
                api::set_field(state, -2, b"string")?;
                push_text(state, format)?;
                api::set_field(state, -2, b"format")
            })
        }
        b'*' | b'>' => {
            let Ok(count) = usize::try_from(integer(line)?) else {
                api::push_boolean(state, false);
                return Ok(());
            };
            let room = i32::try_from(count.min(reader.rest.len())).unwrap_or(0);
            api::create_table(state, room, 0)?;
            for at in 1..=count {
                push_next(state, reader, depth + 1)?;
                api::raw_set_i(state, -2, at as i64)?;
            }
            Ok(())
        }
        b'~' => {
            let count = integer(line)?;
            push_field(state, b"set", |state| {
                api::create_table(state, 0, 0)?;
                for _ in 0..count {
                    push_next(state, reader, depth + 1)?;
                    api::push_boolean(state, true);
                    api::set_table(state, -3)?;
                }
                Ok(())
            })
        }
        b'%' => {
            let count = integer(line)?;
            push_field(state, b"map", |state| {
                api::create_table(state, 0, 0)?;
                for _ in 0..count {
                    push_next(state, reader, depth + 1)?;
                    push_next(state, reader, depth + 1)?;
                    api::set_table(state, -3)?;
                }
                Ok(())
            })
        }
        b'|' => {
            let count = integer(line)?;
            for _ in 0..2 * count {
                push_next(state, reader, depth + 1)?;
                state.pop_n(1);
            }
            push_next(state, reader, depth + 1)
        }
        b'_' => {
            state.push(LuaValue::Nil);
            Ok(())
        }
        b'#' => {
            api::push_boolean(state, line == b"t");
            Ok(())
        }
        b',' => {
            let number = str::from_utf8(line).ok().and_then(|text| text.parse().ok());
            let number: f64 = number.ok_or_else(broken)?;
            push_field(state, b"double", |state| {
                api::push_number(state, number);
                Ok(())
            })
        }
        b'(' => push_field(state, b"big_number", |state| push_text(state, line)),
        _ => Err(broken()),
    }
}
