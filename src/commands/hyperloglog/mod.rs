//! The commands that count different elements.

mod add;
mod count;
mod debug;
#[cfg(test)]
mod tests;

pub use add::{pfadd, pfmerge};
pub use count::pfcount;
pub use debug::{pfdebug, pfselftest};

use crate::keyspace::{StringRef, ValueRef};
use crate::resp::ReplyError;
use crate::resp::error::WRONG_TYPE;
use crate::types::hyperloglog::{Corrupted, Encoding, encoding};

const INVALID: ReplyError =
    ReplyError::new("WRONGTYPE Key is not a valid HyperLogLog string value.");

impl From<Corrupted> for ReplyError {
    fn from(_: Corrupted) -> Self {
        ReplyError::new("INVALIDOBJ Corrupted HLL object detected")
    }
}

/// The bytes of a value that is a HyperLogLog, and its encoding.
fn bytes_of(value: ValueRef<'_>) -> Result<(&[u8], Encoding), ReplyError> {
    match value {
        ValueRef::String(StringRef::Embedded(bytes) | StringRef::Raw(bytes)) => {
            Ok((bytes, encoding(bytes).ok_or(INVALID)?))
        }
        ValueRef::String(StringRef::Int(_)) => Err(INVALID),
        _ => Err(WRONG_TYPE),
    }
}
