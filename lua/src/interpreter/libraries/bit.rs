//! bit: LuaBitOp, operations on 32 bits.
//!
//! A number is rounded to the nearest integer and taken modulo 2^32 by adding 2^52 + 2^51: the low bits of the
//! sum's mantissa are the answer, for numbers of any size the same as LuaBitOp's.

use super::arguments::{count, number_if_any, wrong_type};
use lua_types::LuaError;
use lua_vm::api;
use lua_vm::state::LuaState;

/// Pushes the table of the library.
pub fn push(state: &mut LuaState) -> Result<(), LuaError> {
    super::push_table(
        state,
        &[
            (b"tobit", tobit),
            (b"bnot", bnot),
            (b"band", band),
            (b"bor", bor),
            (b"bxor", bxor),
            (b"lshift", lshift),
            (b"rshift", rshift),
            (b"arshift", arshift),
            (b"rol", rol),
            (b"ror", ror),
            (b"bswap", bswap),
            (b"tohex", tohex),
        ],
    )
}

fn bits(state: &mut LuaState, argument: i32) -> Result<u32, LuaError> {
    match number_if_any(state, argument) {
        Some(number) => Ok((number + 6_755_399_441_055_744.0).to_bits() as u32),
        None => Err(wrong_type(state, argument, "number")),
    }
}

fn answer(state: &mut LuaState, bits: u32) -> Result<usize, LuaError> {
    api::push_number(state, f64::from(bits as i32));
    Ok(1)
}

fn tobit(state: &mut LuaState) -> Result<usize, LuaError> {
    let result = bits(state, 1)?;
    answer(state, result)
}

fn bnot(state: &mut LuaState) -> Result<usize, LuaError> {
    let result = !bits(state, 1)?;
    answer(state, result)
}

fn bswap(state: &mut LuaState) -> Result<usize, LuaError> {
    let result = bits(state, 1)?.swap_bytes();
    answer(state, result)
}

fn fold(state: &mut LuaState, operation: fn(u32, u32) -> u32) -> Result<usize, LuaError> {
    let mut result = bits(state, 1)?;
    for argument in (2..=count(state)).rev() {
        result = operation(result, bits(state, argument)?);
    }
    answer(state, result)
}

fn band(state: &mut LuaState) -> Result<usize, LuaError> {
    fold(state, |a, b| a & b)
}

fn bor(state: &mut LuaState) -> Result<usize, LuaError> {
    fold(state, |a, b| a | b)
}

fn bxor(state: &mut LuaState) -> Result<usize, LuaError> {
    fold(state, |a, b| a ^ b)
}

fn shift(state: &mut LuaState, operation: fn(u32, u32) -> u32) -> Result<usize, LuaError> {
    let result = operation(bits(state, 1)?, bits(state, 2)? & 31);
    answer(state, result)
}

fn lshift(state: &mut LuaState) -> Result<usize, LuaError> {
    shift(state, |a, n| a << n)
}

fn rshift(state: &mut LuaState) -> Result<usize, LuaError> {
    shift(state, |a, n| a >> n)
}

fn arshift(state: &mut LuaState) -> Result<usize, LuaError> {
    shift(state, |a, n| ((a as i32) >> n) as u32)
}

fn rol(state: &mut LuaState) -> Result<usize, LuaError> {
    shift(state, u32::rotate_left)
}

fn ror(state: &mut LuaState) -> Result<usize, LuaError> {
    shift(state, u32::rotate_right)
}

/// tohex(x [, n]): n hexadecimal digits, in capitals if n is negative.
fn tohex(state: &mut LuaState) -> Result<usize, LuaError> {
    let mut number = bits(state, 1)?;
    let digits = if count(state) < 2 {
        8
    } else {
        bits(state, 2)? as i32
    };
    let alphabet: &[u8; 16] = if digits < 0 {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    let length = digits.unsigned_abs().min(8) as usize;
    let mut text = [0; 8];
    let text = &mut text[..length];
    for digit in text.iter_mut().rev() {
        *digit = alphabet[(number & 15) as usize];
        number >>= 4;
    }
    api::push_lstring(state, text)?;
    Ok(1)
}
