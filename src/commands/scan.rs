//! What SCAN, SSCAN, HSCAN and ZSCAN have in common: the cursor and the options.

use crate::commands::arguments::integer;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::glob;

const INVALID_CURSOR: ReplyError = ReplyError::new("ERR invalid cursor");

/// Elements looked at by a call that does not say COUNT.
const DEFAULT_COUNT: usize = 10;

/// Steps of the table that a call takes at most for each element it was asked for, so that a
/// nearly empty table does not hold up the server.
const STEPS_PER_ELEMENT: usize = 10;

/// Reads a cursor as C's `strtoul` does: it ends at a NUL, may have a sign, and empty is 0.
///
/// # Errors
/// `ERR invalid cursor`.
pub fn parse_cursor(text: &[u8]) -> Result<u64, ReplyError> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    let (negative, digits) = match text {
        [] => return Ok(0),
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let only_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let cursor = std::str::from_utf8(digits).ok().filter(|_| only_digits);
    let cursor: u64 = cursor
        .and_then(|digits| digits.parse().ok())
        .ok_or(INVALID_CURSOR)?;
    Ok(if negative {
        cursor.wrapping_neg()
    } else {
        cursor
    })
}

/// `[MATCH pattern] [COUNT count]`, and for SCAN itself `[TYPE type]`.
pub struct ScanOptions<'a> {
    count: usize,
    pattern: Option<&'a [u8]>,
    /// What TYPE said, as it was written.
    pub type_name: Option<&'a [u8]>,
}

impl<'a> ScanOptions<'a> {
    /// Reads the options behind the cursor. TYPE is an option only where `with_type` says so.
    ///
    /// # Errors
    /// `ERR syntax error`, or `ERR value is not an integer or out of range` for the count.
    pub fn parse(options: Args<'a>, with_type: bool) -> Result<Self, ReplyError> {
        let mut parsed = Self {
            count: DEFAULT_COUNT,
            pattern: None,
            type_name: None,
        };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let value = options.next().ok_or(SYNTAX)?;
            if option.eq_ignore_ascii_case(b"count") {
                let count = integer(value)?;
                if count < 1 {
                    return Err(SYNTAX);
                }
                parsed.count = usize::try_from(count).unwrap_or(usize::MAX);
            } else if option.eq_ignore_ascii_case(b"match") {
                parsed.pattern = (value != b"*").then_some(value);
            } else if with_type && option.eq_ignore_ascii_case(b"type") {
                parsed.type_name = Some(value);
            } else {
                return Err(SYNTAX);
            }
        }
        Ok(parsed)
    }

    /// True when the pattern lets this key, member or field through.
    pub fn matches(&self, name: &[u8]) -> bool {
        self.pattern
            .is_none_or(|pattern| glob::matches(pattern, name, false))
    }

    /// Calls `step`, which does one step of a scan and returns the next cursor and the number of
    /// elements it looked at, until COUNT elements have been looked at. Returns the last cursor.
    pub fn run(&self, cursor: u64, mut step: impl FnMut(u64) -> (u64, usize)) -> u64 {
        let mut cursor = cursor;
        let mut seen = 0_usize;
        for _ in 0..=self.count.saturating_mul(STEPS_PER_ELEMENT) {
            let (next, looked_at) = step(cursor);
            cursor = next;
            seen = seen.saturating_add(looked_at);
            if cursor == 0 || seen >= self.count {
                break;
            }
        }
        cursor
    }
}

/// The answer to a scan of a key that does not exist.
pub fn reply_nothing(reply: &mut ReplyWriter) {
    reply.array(2);
    reply.bulk(b"0");
    reply.array(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_strtoul_reads_them() {
        for (text, cursor) in [
            (&b"0"[..], 0),
            (b"", 0),
            (b"17", 17),
            (b"+17", 17),
            (b"007", 7),
            (b"-1", u64::MAX),
            (b"18446744073709551615", u64::MAX),
            (b"5\0x", 5),
        ] {
            assert_eq!(parse_cursor(text), Ok(cursor), "{}", text.escape_ascii());
        }
        for text in [
            &b"abc"[..],
            b" 0",
            b"1x",
            b"1 ",
            b"+",
            b"-",
            b"18446744073709551616",
            b"0x1",
        ] {
            assert_eq!(
                parse_cursor(text),
                Err(INVALID_CURSOR),
                "{}",
                text.escape_ascii()
            );
        }
    }

    #[test]
    fn a_scan_ends_after_enough_steps() {
        let options = ScanOptions {
            count: 3,
            pattern: None,
            type_name: None,
        };
        let mut steps = 0;
        let cursor = options.run(1, |cursor| {
            steps += 1;
            (cursor + 1, 0)
        });
        assert_eq!((cursor, steps), (32, 31));
        assert_eq!(options.run(1, |cursor| (cursor + 1, 2)), 3);
        assert_eq!(options.run(1, |_| (0, 0)), 0);
    }
}
