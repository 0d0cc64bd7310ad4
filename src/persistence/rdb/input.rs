//! Bytes of the format being taken apart: lengths and strings.

use super::format::{LARGEST_UNPACKED, encoded, length};
use super::lzf;

/// Why a snapshot was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Bytes before the place.
    pub offset: u64,
    /// What should have been there, and what is.
    pub expected: String,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at offset {}: expected {}", self.offset, self.expected)
    }
}

impl std::error::Error for LoadError {}

/// Why there is no result.
#[derive(Debug)]
pub(super) enum Stop {
    /// So many bytes are needed, counted from what was last kept.
    Short(usize),
    /// The bytes are not what they should be.
    Bad(Box<LoadError>),
}

pub(super) type Step<T> = Result<T, Stop>;

/// A length, or how else the string that it stands before is stored.
enum Length {
    Bytes(u64),
    Encoded(u8),
}

/// A string as it was stored.
pub(super) enum Text<'a> {
    Slice(&'a [u8]),
    Integer(i64),
    Unpacked(Vec<u8>),
}

impl Text<'_> {
    /// The bytes; an integer is written into `digits` first.
    pub(super) fn bytes<'b>(&'b self, digits: &'b mut itoa::Buffer) -> &'b [u8] {
        match self {
            Text::Slice(bytes) => bytes,
            Text::Integer(number) => digits.format(*number).as_bytes(),
            Text::Unpacked(bytes) => bytes,
        }
    }

    pub(super) fn into_vec(self) -> Vec<u8> {
        match self {
            Text::Unpacked(bytes) => bytes,
            text => text.bytes(&mut itoa::Buffer::new()).to_vec(),
        }
    }
}

/// Bytes at hand, and how far they have been read.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Up to here nothing has to be read again.
    kept: usize,
    /// Offset of the first byte in the file.
    base: u64,
    /// Bytes that may still be unpacked.
    room: usize,
    /// Whether that was too little.
    lacked_room: bool,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8], base: u64, room: usize) -> Self {
        Input {
            bytes,
            at: 0,
            kept: 0,
            base,
            room,
            lacked_room: false,
        }
    }

    /// Remembers that all so far is done with.
    pub(super) fn keep(&mut self) {
        self.kept = self.at;
    }

    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    pub(super) fn lacked_room(&self) -> bool {
        self.lacked_room
    }

    pub(super) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// How many bytes are at hand and unread.
    pub(super) fn available(&self) -> usize {
        self.bytes.len() - self.at
    }

    #[cold]
    pub(super) fn bad(&self, offset: u64, expected: impl Into<String>) -> Stop {
        Stop::Bad(Box::new(LoadError {
            offset,
            expected: expected.into(),
        }))
    }

    #[inline]
    pub(super) fn take(&mut self, len: usize) -> Step<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        match rest.get(..len) {
            Some(taken) => {
                self.at += len;
                Ok(taken)
            }
            None => Err(Stop::Short((self.at - self.kept).saturating_add(len))),
        }
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Step<u8> {
        self.array().map(|[byte]| byte)
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Step<[u8; N]> {
        let taken = self.take(N)?;
        // `take` gives as many as asked.
        Ok(*taken.first_chunk().unwrap_or(&[0; N]))
    }

    #[inline]
    fn any_length(&mut self) -> Step<Length> {
        let offset = self.offset();
        let first = self.byte()?;
        Ok(Length::Bytes(match first >> 6 {
            0 => u64::from(first),
            1 => u64::from(first & 0x3f) << 8 | u64::from(self.byte()?),
            3 => return Ok(Length::Encoded(first & 0x3f)),
            _ => match first {
                length::BITS32 => u64::from(u32::from_be_bytes(self.array()?)),
                length::BITS64 => u64::from_be_bytes(self.array()?),
                _ => return Err(self.bad(offset, format!("a length, found byte {first}"))),
            },
        }))
    }

    pub(super) fn length(&mut self) -> Step<u64> {
        let offset = self.offset();
        match self.any_length()? {
            Length::Bytes(value) => Ok(value),
            Length::Encoded(_) => Err(self.bad(offset, "a length, found an encoded string")),
        }
    }

    /// A string in whatever form it is stored.
    pub(super) fn string(&mut self) -> Step<Text<'a>> {
        let offset = self.offset();
        Ok(match self.any_length()? {
            Length::Bytes(len) => Text::Slice(self.take_long(len, offset)?),
            Length::Encoded(encoded::INT8) => {
                Text::Integer(i64::from(i8::from_le_bytes(self.array()?)))
            }
            Length::Encoded(encoded::INT16) => {
                Text::Integer(i64::from(i16::from_le_bytes(self.array()?)))
            }
            Length::Encoded(encoded::INT32) => {
                Text::Integer(i64::from(i32::from_le_bytes(self.array()?)))
            }
            Length::Encoded(encoded::LZF) => Text::Unpacked(self.unpacked(offset)?),
            Length::Encoded(code) => {
                return Err(self.bad(offset, format!("a string, found unknown encoding {code}")));
            }
        })
    }

    fn take_long(&mut self, len: u64, offset: u64) -> Step<&'a [u8]> {
        match usize::try_from(len) {
            Ok(len) if len <= isize::MAX as usize => self.take(len),
            _ => Err(self.bad(
                offset,
                format!("a string that fits in memory, found {len} bytes"),
            )),
        }
    }

    fn unpacked(&mut self, offset: u64) -> Step<Vec<u8>> {
        let packed = self.length()?;
        let len = self.length()?;
        if len > LARGEST_UNPACKED {
            let text =
                format!("at most {LARGEST_UNPACKED} bytes of compressed string, found {len}");
            return Err(self.bad(offset, text));
        }
        let packed = self.take_long(packed, offset)?;
        let Some(room) = self.room.checked_sub(len as usize) else {
            self.lacked_room = true;
            return Err(self.bad(offset, format!("memory for {len} bytes")));
        };
        self.room = room;
        lzf::decompress(packed, len as usize)
            .ok_or_else(|| self.bad(offset, format!("LZF that unpacks to {len} bytes")))
    }
}
