//! Lua's values to JSON.

use super::super::arguments::{STACK_LIMIT, bad_argument, count, error, value};
use super::super::{number, output::Output};
use super::settings::{Settings, settings};
use lua_types::gc::GcRef;
use lua_types::value::LuaTable;
use lua_types::{LuaError, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;

/// A table that is being written.
enum Frame {
    /// The next index, and the last.
    Array(GcRef<LuaTable>, i64, i64),
    /// The key that was written last, nil at first.
    Object(GcRef<LuaTable>, LuaValue),
}

/// cjson.encode(value)
pub fn encode(state: &mut LuaState) -> Result<usize, LuaError> {
    let settings = settings(state)?;
    if count(state) != 1 {
        return Err(bad_argument(state, 1, b"expected 1 argument"));
    }
    let first = value(state, 1);
    let mut encoder = Encoder {
        settings,
        output: Output::new(),
        frames: Vec::new(),
        slots: 1,
    };
    // Nothing is allocated in Lua's heap until the text is whole, so that the tables stay where they are: below
    // the argument, which is on the stack.
    encoder.write(state, first)?;
    api::push_lstring(state, encoder.output.bytes())?;
    Ok(1)
}

struct Encoder {
    settings: Settings,
    output: Output,
    frames: Vec<Frame>,
    /// Slots of the stack that the C library would fill.
    slots: usize,
}

impl Encoder {
    fn write(&mut self, state: &LuaState, first: LuaValue) -> Result<(), LuaError> {
        let mut next = Some(first);
        loop {
            if let Some(value) = next.take() {
                self.value(state, value)?;
            }
            let Some(frame) = self.frames.last_mut() else {
                return Ok(());
            };
            match frame {
                Frame::Array(table, index, length) => {
                    if *index > *length {
                        self.output.push(b']');
                        self.slots -= 1;
                        self.frames.pop();
                        continue;
                    }
                    if *index > 1 {
                        self.output.push(b',');
                    }
                    next = Some(table.get_int(*index));
                    *index += 1;
                }
                Frame::Object(table, last) => {
                    let Some((key, value)) = table.try_next_pair(last)? else {
                        self.output.push(b'}');
                        self.slots -= 2;
                        self.frames.pop();
                        continue;
                    };
                    if !last.is_nil() {
                        self.output.push(b',');
                    }
                    *last = key;
                    next = Some(value);
                    self.key(state, key)?;
                }
            }
        }
    }

    fn key(&mut self, state: &LuaState, key: LuaValue) -> Result<(), LuaError> {
        match key {
            LuaValue::Int(_) | LuaValue::Float(_) => {
                self.output.push(b'"');
                self.number(state, key)?;
                self.output.push(b'"');
            }
            LuaValue::Str(text) => self.string(state, text.as_bytes())?,
            _ => return Err(refuse(state, &key, "table key must be a number or string")),
        }
        self.output.push(b':');
        Ok(())
    }

    fn value(&mut self, state: &LuaState, value: LuaValue) -> Result<(), LuaError> {
        self.output.room(state, 64)?;
        match value {
            LuaValue::Str(text) => self.string(state, text.as_bytes())?,
            LuaValue::Int(_) | LuaValue::Float(_) => self.number(state, value)?,
            LuaValue::Bool(flag) => self.output.extend(if flag { b"true" } else { b"false" }),
            LuaValue::Table(table) => self.begin_table(state, table)?,
            LuaValue::Nil => self.output.extend(b"null"),
            LuaValue::LightUserData(pointer) if pointer.is_null() => self.output.extend(b"null"),
            _ => return Err(refuse(state, &value, "type not supported")),
        }
        Ok(())
    }

    fn begin_table(&mut self, state: &LuaState, table: GcRef<LuaTable>) -> Result<(), LuaError> {
        let depth = self.frames.len() + 1;
        if depth > self.settings.encode_depth as usize || self.slots + 3 > STACK_LIMIT {
            let message = format!("Cannot serialise, excessive nesting ({depth})");
            return Err(error(state, message.as_bytes()));
        }
        match self.array_length(state, table)? {
            Some(length) => {
                self.output.push(b'[');
                self.slots += 1;
                self.frames.push(Frame::Array(table, 1, length));
            }
            None => {
                self.output.push(b'{');
                self.slots += 2;
                self.frames.push(Frame::Object(table, LuaValue::Nil));
            }
        }
        Ok(())
    }

    /// The length of the array that `table` is, if it is one and not empty.
    fn array_length(
        &self,
        state: &LuaState,
        table: GcRef<LuaTable>,
    ) -> Result<Option<i64>, LuaError> {
        let mut longest: i32 = 0;
        let mut items: i32 = 0;
        let mut last = LuaValue::Nil;
        while let Some((key, _)) = table.try_next_pair(&last)? {
            let index = match key {
                LuaValue::Int(index) => index as f64,
                LuaValue::Float(index) => index,
                _ => return Ok(None),
            };
            if index.floor() != index || index < 1.0 {
                return Ok(None);
            }
            if index > f64::from(longest) {
                // C's conversion on x86-64: what does not fit an int is the least one.
                longest = if index <= f64::from(i32::MAX) {
                    index as i32
                } else {
                    i32::MIN
                };
            }
            items = items.wrapping_add(1);
            last = key;
        }
        let ratio = self.settings.sparse_ratio;
        if ratio > 0 && longest > items.wrapping_mul(ratio) && longest > self.settings.sparse_safe {
            if !self.settings.sparse_convert {
                return Err(refuse(
                    state,
                    &LuaValue::Table(table),
                    "excessively sparse array",
                ));
            }
            return Ok(None);
        }
        Ok(if longest > 0 {
            Some(longest.into())
        } else {
            None
        })
    }

    fn number(&mut self, state: &LuaState, value: LuaValue) -> Result<(), LuaError> {
        let number = match value {
            LuaValue::Int(number) => number as f64,
            LuaValue::Float(number) => number,
            _ => 0.0,
        };
        if !number.is_finite() {
            match self.settings.encode_invalid {
                0 => return Err(refuse(state, &value, "must not be NaN or Inf")),
                1 if number.is_nan() => {
                    self.output.extend(b"nan");
                    return Ok(());
                }
                1 => {}
                _ => {
                    self.output.extend(b"null");
                    return Ok(());
                }
            }
        }
        let mut text = Vec::with_capacity(32);
        number::print(&mut text, number, self.settings.precision as usize);
        self.output.extend(&text);
        Ok(())
    }

    fn string(&mut self, state: &LuaState, text: &[u8]) -> Result<(), LuaError> {
        self.output.room(state, text.len().saturating_add(64))?;
        self.output.push(b'"');
        for &byte in text {
            let short = match byte {
                b'"' | b'\\' | b'/' => byte,
                8 => b'b',
                9 => b't',
                10 => b'n',
                12 => b'f',
                13 => b'r',
                0..=31 | 127 => {
                    const HEX: &[u8; 16] = b"0123456789abcdef";
                    self.output.extend(b"\\u00");
                    self.output.push(HEX[usize::from(byte >> 4)]);
                    self.output.push(HEX[usize::from(byte & 15)]);
                    continue;
                }
                _ => {
                    self.output.push(byte);
                    continue;
                }
            };
            self.output.push(b'\\');
            self.output.push(short);
        }
        self.output.push(b'"');
        // What the escapes took.
        self.output.room(state, 0)
    }
}

fn refuse(state: &LuaState, value: &LuaValue, why: &str) -> LuaError {
    let message = format!("Cannot serialise {}: {why}", value.type_name());
    error(state, message.as_bytes())
}
