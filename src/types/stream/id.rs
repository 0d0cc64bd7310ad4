//! The identity of an entry: a time in milliseconds and a sequence number, `ms-seq`.

use crate::types::numbers::parse_i64;
use crate::types::strtod::is_space;

/// Longer texts are no identities, whatever they say (Redis's buffer).
const MAX_TEXT: usize = 127;

/// An entry's identity. Identities are ordered by time, then by sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamId {
    /// Milliseconds since 1970, or what the client said.
    pub ms: u64,
    /// Number among those of the same millisecond.
    pub seq: u64,
}

/// What follows the dash of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// A number, or what stands for one that was left out.
    Given,
    /// `ms-*`: to be chosen.
    Auto,
}

impl StreamId {
    /// `0-0`, which no entry has.
    pub const MIN: StreamId = StreamId { ms: 0, seq: 0 };
    /// The last there can be.
    pub const MAX: StreamId = StreamId {
        ms: u64::MAX,
        seq: u64::MAX,
    };

    /// The identity `ms-seq`.
    pub const fn new(ms: u64, seq: u64) -> Self {
        StreamId { ms, seq }
    }

    /// The one that follows; None after the last.
    pub fn next(self) -> Option<Self> {
        match self.seq.checked_add(1) {
            Some(seq) => Some(StreamId { seq, ..self }),
            None => Some(StreamId::new(self.ms.checked_add(1)?, 0)),
        }
    }

    /// The one before; None before `0-0`.
    pub fn previous(self) -> Option<Self> {
        match self.seq.checked_sub(1) {
            Some(seq) => Some(StreamId { seq, ..self }),
            None => Some(StreamId::new(self.ms.checked_sub(1)?, u64::MAX)),
        }
    }

    /// Reads `ms-seq` or `ms`, which gets `missing` for a sequence. Digits are read as C's strtoull
    /// reads them, and a zero byte ends the text, as in Redis.
    pub fn parse(text: &[u8], missing: u64) -> Option<Self> {
        match Self::parse_auto(text, missing)? {
            (id, Sequence::Given) => Some(id),
            (_, Sequence::Auto) => None,
        }
    }

    /// The same, where `ms-*` is allowed too (with 0 for the sequence).
    pub fn parse_auto(text: &[u8], missing: u64) -> Option<(Self, Sequence)> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let text = text.split(|&byte| byte == 0).next().unwrap_or(&[]);
        let Some(dash) = text.iter().position(|&byte| byte == b'-') else {
            return Some((StreamId::new(unsigned(text)?, missing), Sequence::Given));
        };
        let ms = unsigned(&text[..dash])?;
        match &text[dash + 1..] {
            b"*" => Some((StreamId::new(ms, 0), Sequence::Auto)),
            seq => Some((StreamId::new(ms, unsigned(seq)?), Sequence::Given)),
        }
    }

    /// Reads the start or end of a range: as [`StreamId::parse`], or `-` and `+` for the first and
    /// the last identity.
    pub fn parse_bound(text: &[u8], missing: u64) -> Option<Self> {
        match text.split(|&byte| byte == 0).next().unwrap_or(&[]) {
            _ if text.len() > MAX_TEXT => None,
            b"-" => Some(Self::MIN),
            b"+" => Some(Self::MAX),
            _ => Self::parse(text, missing),
        }
    }

    /// The identity as snapshots have it: both numbers with their most significant byte first.
    pub fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.ms) << 64 | u128::from(self.seq)).to_be_bytes()
    }

    /// The identity of [`StreamId::to_bytes`].
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let both = u128::from_be_bytes(bytes);
        StreamId::new((both >> 64) as u64, both as u64)
    }

    /// `ms-seq`.
    pub fn text(self) -> IdText {
        self.joined(b'-')
    }

    /// Both numbers with `between` between them.
    pub fn joined(self, between: u8) -> IdText {
        let mut text = IdText {
            bytes: [0; IdText::CAPACITY],
            len: 0,
        };
        let mut digits = itoa::Buffer::new();
        text.push(digits.format(self.ms).as_bytes());
        text.push(&[between]);
        text.push(digits.format(self.seq).as_bytes());
        text
    }
}

/// An identity as text, kept on the stack.
#[derive(Clone, Copy)]
pub struct IdText {
    bytes: [u8; Self::CAPACITY],
    len: u8,
}

impl IdText {
    /// Twice the twenty digits of 2^64, and a dash.
    const CAPACITY: usize = 41;

    fn push(&mut self, bytes: &[u8]) {
        let start = usize::from(self.len);
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len() as u8;
    }
}

impl std::ops::Deref for IdText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// An unsigned number as Redis's string2ull reads it: a canonical integer that is not negative, or
/// else whatever C's strtoull makes a number of, which knows spaces before it, signs and zeros in front.
fn unsigned(text: &[u8]) -> Option<u64> {
    if let Some(value) = parse_i64(text) {
        return u64::try_from(value).ok();
    }
    let blank = text.iter().take_while(|&&byte| is_space(byte)).count();
    let (negative, digits) = match &text[blank..] {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: u64 = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    Some(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_read_as_redis_reads_them() {
        let id = |ms, seq| Some(StreamId::new(ms, seq));
        for (text, expected) in [
            (&b"5-3"[..], id(5, 3)),
            (b"5", id(5, 77)),
            (b"0-0", id(0, 0)),
            (
                b"18446744073709551615-18446744073709551615",
                Some(StreamId::MAX),
            ),
            (b"18446744073709551616-0", None),
            (b"007-+3", id(7, 3)),
            (b" 7-\t3", id(7, 3)),
            (b"5--03", id(5, u64::MAX - 2)),
            (b"5--3", None),
            (b"5-", None),
            (b"-5", None),
            (b"5-3 ", None),
            (b"5-*", None),
            (b"5-3\x00junk", id(5, 3)),
            (b"-", None),
            (b"+", None),
            (b"", None),
            (b"a-1", None),
        ] {
            assert_eq!(
                StreamId::parse(text, 77),
                expected,
                "{}",
                text.escape_ascii()
            );
        }
        assert_eq!(StreamId::parse(&[b'0'; 127], 0), id(0, 0));
        assert_eq!(StreamId::parse(&[b'0'; 128], 0), None);
        assert_eq!(StreamId::parse_bound(b"-", 0), Some(StreamId::MIN));
        assert_eq!(StreamId::parse_bound(b"+", 0), Some(StreamId::MAX));
        let auto = StreamId::parse_auto(b"5-*", 0);
        assert_eq!(auto, Some((StreamId::new(5, 0), Sequence::Auto)));
    }

    #[test]
    fn neighbours_and_bytes() {
        let edge = StreamId::new(4, u64::MAX);
        assert_eq!(edge.next(), Some(StreamId::new(5, 0)));
        assert_eq!(StreamId::new(5, 0).previous(), Some(edge));
        assert_eq!(StreamId::MAX.next(), None);
        assert_eq!(StreamId::MIN.previous(), None);
        assert_eq!(StreamId::from_bytes(edge.to_bytes()), edge);
        assert_eq!(&*edge.text(), b"4-18446744073709551615");
        assert_eq!(StreamId::MAX.text().len(), IdText::CAPACITY);
    }
}
