//! The commands that see a string as a row of bits.

mod bit;
mod count;
mod field;
mod operation;
#[cfg(test)]
mod tests;

pub use bit::{getbit, setbit};
pub use count::{bitcount, bitpos};
pub use field::{bitfield, bitfield_ro};
pub use operation::bitop;

use crate::commands::context::Context;
use crate::resp::ReplyError;
use crate::types::numbers::parse_i64;

/// Reads the position of a bit, which must lie within the longest string allowed.
///
/// `width` is the width of the field that begins there, where `#2` means two fields on; 0 where
/// that form is not understood.
fn bit_offset(ctx: &Context, text: &[u8], width: u32) -> Result<u64, ReplyError> {
    const REFUSED: ReplyError = ReplyError::new("ERR bit offset is not an integer or out of range");
    let (digits, scale) = match text {
        [b'#', digits @ ..] if width > 0 => (digits, i64::from(width)),
        digits => (digits, 1),
    };
    let limit = ctx.instance.config.proto_max_bulk_len as u64;
    parse_i64(digits)
        // Redis lets the product wrap around before it looks at the sign.
        .map(|number| number.wrapping_mul(scale))
        .and_then(|offset| u64::try_from(offset).ok())
        .filter(|offset| offset / 8 < limit)
        .ok_or(REFUSED)
}
