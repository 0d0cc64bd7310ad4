//! Libraries of functions by themselves: what FUNCTION DUMP gives and FUNCTION RESTORE takes.
//!
//! Each as in a snapshot, an opcode and the code; behind them version and checksum, as DUMP has them.

use super::Limits;
use super::dump::{RestoreError, body_of, seal};
use super::format::opcode;
use super::input::Input;
use super::output::Output;

/// The libraries with these codes as bytes; strings are compressed if `compress`. O(size).
pub fn dump_functions<'a>(codes: impl Iterator<Item = &'a [u8]>, compress: bool) -> Vec<u8> {
    let mut output = Output::new(compress);
    for code in codes {
        output.byte(opcode::FUNCTION2);
        output.string(code);
    }
    seal(output.bytes)
}

/// The codes in what [`dump_functions`] or a FUNCTION DUMP of Redis 7 has made, as far as they can be read; the
/// last may be why the rest cannot. O(size).
///
/// # Errors
/// [`RestoreError::Footer`]: it is cut, altered or too new.
pub fn restore_functions(
    payload: &[u8],
    limits: &Limits,
) -> Result<Vec<Result<Vec<u8>, &'static str>>, RestoreError> {
    let body = body_of(payload, limits)?;
    let mut input = Input::new(body, 0, limits.room);
    let mut codes = Vec::new();
    while let Ok(kind) = input.byte() {
        let code = match kind {
            opcode::FUNCTION2 => match input.string() {
                Ok(code) => Ok(code.into_vec()),
                Err(_) => Err("Failed loading library payload"),
            },
            opcode::FUNCTION_PRE_GA => Err("Pre-GA function format not supported"),
            _ => Err("given type is not a function"),
        };
        let failed = code.is_err();
        codes.push(code);
        if failed {
            break;
        }
    }
    Ok(codes)
}
