//! Counts as arguments, with the errors that Redis gives for them.

use crate::commands::arguments::integer;
use crate::resp::ReplyError;
use crate::types::numbers::parse_i64;

const NOT_POSITIVE: ReplyError = ReplyError::new("ERR value is out of range, must be positive");
const NOT_NEGATABLE: ReplyError = ReplyError::new(
    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
);

/// How often a random element is repeated at most by one command. Redis knows no bound and runs
/// out of memory; this is half a gigabyte of the shortest answers.
pub const MAX_REPEATS: usize = 1 << 26;

/// A count that is 0 or more.
///
/// # Errors
/// `ERR value is out of range, must be positive`, also when it is no number.
pub fn parse_positive(text: &[u8]) -> Result<usize, ReplyError> {
    let count = parse_i64(text)
        .filter(|&count| count >= 0)
        .ok_or(NOT_POSITIVE)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// A count that asks for different elements when positive, for any when negative.
///
/// # Errors
/// When it is no integer, or the one that has no positive counterpart.
pub fn parse_signed_count(text: &[u8]) -> Result<i64, ReplyError> {
    let count = integer(text)?;
    if count == i64::MIN {
        Err(NOT_NEGATABLE)
    } else {
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::error::NOT_AN_INTEGER;

    #[test]
    fn refuses_what_is_no_count() {
        assert_eq!(parse_positive(b"3"), Ok(3));
        assert_eq!(parse_positive(b"0"), Ok(0));
        for text in [&b"-1"[..], b"abc", b"", b"1.0"] {
            assert_eq!(parse_positive(text), Err(NOT_POSITIVE));
        }
        assert_eq!(parse_signed_count(b"-9223372036854775807"), Ok(-i64::MAX));
        assert_eq!(
            parse_signed_count(b"-9223372036854775808"),
            Err(NOT_NEGATABLE)
        );
        assert_eq!(
            parse_signed_count(b"9223372036854775808"),
            Err(NOT_AN_INTEGER)
        );
    }
}
