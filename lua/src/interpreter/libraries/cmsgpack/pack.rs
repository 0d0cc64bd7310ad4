//! Lua's values to MessagePack.

use super::super::arguments::{bad_argument, count, to_integer, value};
use super::super::output::Output;
use lua_types::gc::GcRef;
use lua_types::value::LuaTable;
use lua_types::{LuaError, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;

/// Tables nested deeper become nil, so that circles end.
const DEEPEST: u32 = 16;

/// cmsgpack.pack(values…)
pub fn pack(state: &mut LuaState) -> Result<usize, LuaError> {
    let arguments = count(state);
    if arguments == 0 {
        return Err(bad_argument(state, 0, b"MessagePack pack needs input."));
    }
    let mut output = Output::new();
    for argument in 1..=arguments {
        any(state, &mut output, &value(state, argument), 0)?;
    }
    api::push_lstring(state, output.bytes())?;
    Ok(1)
}

fn any(
    state: &LuaState,
    output: &mut Output,
    value: &LuaValue,
    level: u32,
) -> Result<(), LuaError> {
    output.room(state, 16)?;
    match value {
        LuaValue::Str(text) => {
            let bytes = text.as_bytes();
            output.room(state, bytes.len().saturating_add(16))?;
            header(output, bytes.len(), [0xa0, 0xd9, 0xda, 0xdb], 32);
            output.extend(bytes);
        }
        LuaValue::Bool(flag) => output.push(if *flag { 0xc3 } else { 0xc2 }),
        LuaValue::Int(number) => self::number(output, *number as f64),
        LuaValue::Float(number) => self::number(output, *number),
        LuaValue::Table(table) if level < DEEPEST => self::table(state, output, *table, level)?,
        _ => output.push(0xc0),
    }
    Ok(())
}

/// A length: in the first byte if it is less than `short`, else behind it in one byte (if the kind has such a
/// form, `0` if not), two or four.
fn header(output: &mut Output, length: usize, [fixed, one, two, four]: [u8; 4], short: usize) {
    if length < short {
        output.push(fixed | length as u8);
    } else if length <= 0xff && one != 0 {
        output.extend(&[one, length as u8]);
    } else if length <= 0xffff {
        output.push(two);
        output.extend(&(length as u16).to_be_bytes());
    } else {
        output.push(four);
        output.extend(&(length as u32).to_be_bytes());
    }
}

fn number(output: &mut Output, number: f64) {
    let integer = to_integer(number);
    if number.is_finite() && integer as f64 == number {
        self::integer(output, integer);
    } else if f64::from(number as f32) == number {
        output.push(0xca);
        output.extend(&(number as f32).to_bits().to_be_bytes());
    } else {
        output.push(0xcb);
        output.extend(&number.to_bits().to_be_bytes());
    }
}

/// In as few bytes as hold it.
fn integer(output: &mut Output, number: i64) {
    let (kind, width) = match number {
        -32..=127 => {
            output.push(number as u8);
            return;
        }
        128..=0xff => (0xcc, 1),
        0x100..=0xffff => (0xcd, 2),
        0x1_0000..=0xffff_ffff => (0xce, 4),
        0x1_0000_0000.. => (0xcf, 8),
        -0x80..=-33 => (0xd0, 1),
        -0x8000..=-0x81 => (0xd1, 2),
        -0x8000_0000..=-0x8001 => (0xd2, 4),
        ..=-0x8000_0001 => (0xd3, 8),
    };
    output.push(kind);
    output.extend(&number.to_be_bytes()[8 - width..]);
}

fn table(
    state: &LuaState,
    output: &mut Output,
    table: GcRef<LuaTable>,
    level: u32,
) -> Result<(), LuaError> {
    if let Some(length) = array_length(table)? {
        header(output, length, [0x90, 0, 0xdc, 0xdd], 16);
        for index in 1..=length {
            any(state, output, &table.get_int(index as i64), level + 1)?;
        }
        return Ok(());
    }
    let mut length = 0;
    let mut last = LuaValue::Nil;
    while let Some((key, _)) = table.try_next_pair(&last)? {
        length += 1;
        last = key;
    }
    header(output, length, [0x80, 0, 0xde, 0xdf], 16);
    last = LuaValue::Nil;
    while let Some((key, value)) = table.try_next_pair(&last)? {
        any(state, output, &key, level + 1)?;
        any(state, output, &value, level + 1)?;
        last = key;
    }
    Ok(())
}

/// The length of `table` if its keys are the integers from 1 on, which is so for an empty one.
fn array_length(table: GcRef<LuaTable>) -> Result<Option<usize>, LuaError> {
    let mut longest: i32 = 0;
    let mut items: i32 = 0;
    let mut last = LuaValue::Nil;
    while let Some((key, _)) = table.try_next_pair(&last)? {
        let index = match key {
            LuaValue::Int(index) => index as f64,
            LuaValue::Float(index) => index,
            _ => return Ok(None),
        };
        if index <= 0.0 || index > f64::from(i32::MAX) || index.floor() != index {
            return Ok(None);
        }
        longest = longest.max(index as i32);
        items = items.wrapping_add(1);
        last = key;
    }
    Ok(if longest == items {
        usize::try_from(items).ok()
    } else {
        None
    })
}
