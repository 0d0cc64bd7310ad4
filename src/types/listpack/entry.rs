//! How one entry is laid out: encoding byte(s), data, then the length of both ("backlen"), read
//! from its end when walking backwards. Format: listpack.md by Salvatore Sanfilippo.

use super::element::Element;
use crate::types::numbers::parse_i64;

const STRING_32: u8 = 0xF0;
const INT_16: u8 = 0xF1;
const INT_24: u8 = 0xF2;
const INT_32: u8 = 0xF3;
const INT_64: u8 = 0xF4;

/// An element made ready to be written.
pub(super) struct Encoded<'a> {
    head: [u8; 9],
    head_len: u8,
    data: &'a [u8],
    back: [u8; 5],
    back_len: u8,
}

impl<'a> Encoded<'a> {
    pub(super) fn new(element: Element<'a>) -> Self {
        let element = match element {
            Element::Str(bytes) => Element::from(bytes),
            number => number,
        };
        let mut head = [0; 9];
        let mut data: &[u8] = &[];
        let head_len = match element {
            Element::Int(value) => encode_integer(&mut head, value),
            Element::Str(bytes) => {
                data = bytes;
                encode_string_length(&mut head, bytes.len())
            }
        };
        let mut back = [0; 5];
        let back_len = encode_backlen(&mut back, head_len + data.len()) as u8;
        Encoded {
            head,
            head_len: head_len as u8,
            data,
            back,
            back_len,
        }
    }

    /// Size of the whole entry in bytes.
    pub(super) fn len(&self) -> usize {
        usize::from(self.head_len) + self.data.len() + usize::from(self.back_len)
    }

    /// Writes the entry over `out`, which is exactly [`Encoded::len`] long.
    pub(super) fn write_to(&self, out: &mut [u8]) {
        let (head, rest) = out.split_at_mut(usize::from(self.head_len));
        let (data, back) = rest.split_at_mut(self.data.len());
        head.copy_from_slice(&self.head[..usize::from(self.head_len)]);
        data.copy_from_slice(self.data);
        back.copy_from_slice(&self.back[..usize::from(self.back_len)]);
    }
}

fn encode_integer(head: &mut [u8; 9], value: i64) -> usize {
    let bytes = value.to_le_bytes();
    let (code, width) = match value {
        0..=127 => {
            head[0] = bytes[0];
            return 1;
        }
        -4096..=4095 => {
            head[0] = 0xC0 | (bytes[1] & 0x1F);
            head[1] = bytes[0];
            return 2;
        }
        -0x8000..=0x7FFF => (INT_16, 2),
        -0x80_0000..=0x7F_FFFF => (INT_24, 3),
        -0x8000_0000..=0x7FFF_FFFF => (INT_32, 4),
        _ => (INT_64, 8),
    };
    head[0] = code;
    head[1..=width].copy_from_slice(&bytes[..width]);
    width + 1
}

fn encode_string_length(head: &mut [u8; 9], len: usize) -> usize {
    let bytes = (len as u32).to_le_bytes();
    if len < 64 {
        head[0] = 0x80 | bytes[0];
        1
    } else if len < 4096 {
        head[0] = 0xE0 | bytes[1];
        head[1] = bytes[0];
        2
    } else {
        head[0] = STRING_32;
        head[1..5].copy_from_slice(&bytes);
        5
    }
}

/// Bytes the backlen of `len` takes. Redis takes the wider form one value early (at 16383 …), and
/// walking forwards depends on it.
fn backlen_size(len: usize) -> usize {
    match len {
        0..=127 => 1,
        128..16383 => 2,
        16383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    }
}

fn encode_backlen(out: &mut [u8; 5], len: usize) -> usize {
    let size = backlen_size(len);
    for (place, byte) in out[..size].iter_mut().rev().enumerate() {
        *byte = (len >> (7 * place)) as u8 & 0x7F | 0x80;
    }
    out[0] &= 0x7F;
    size
}

/// The backlen that ends just before `end`.
fn decode_backlen(bytes: &[u8], end: usize) -> usize {
    let mut len = 0;
    for place in 0..5 {
        let byte = bytes[end - 1 - place];
        len |= usize::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    len
}

/// Encoding and data of the entry at `at`, in bytes, without its backlen.
#[inline(always)]
fn body_size(bytes: &[u8], at: usize) -> usize {
    let code = bytes[at];
    match code {
        0..=0x7F => 1,
        0x80..=0xBF => 1 + usize::from(code & 0x3F),
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 2 + (usize::from(code & 0x0F) << 8 | usize::from(bytes[at + 1])),
        STRING_32 => 5 + read_u32(bytes, at + 1) as usize,
        INT_16 => 3,
        INT_24 => 4,
        INT_32 => 5,
        _ => 9,
    }
}

#[inline]
fn read_u32(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Offset just after the entry at `at`.
#[inline]
pub(super) fn end_of(bytes: &[u8], at: usize) -> usize {
    let body = body_size(bytes, at);
    at + body + backlen_size(body)
}

/// Offset of the entry that ends at `end`.
pub(super) fn start_of(bytes: &[u8], end: usize) -> usize {
    let body = decode_backlen(bytes, end);
    end - body - backlen_size(body)
}

/// The element at `at`, and the offset after its entry.
#[inline(always)]
pub(super) fn decode(bytes: &[u8], at: usize) -> (Element<'_>, usize) {
    let code = bytes[at];
    let body = body_size(bytes, at);
    let end = at + body;
    let element = match code {
        0..=0x7F => Element::Int(i64::from(code)),
        0x80..=0xBF => Element::Str(&bytes[at + 1..end]),
        0xC0..=0xDF => {
            // Thirteen bits, the top one the sign.
            let raw = u16::from_be_bytes([code, bytes[at + 1]]) << 3;
            Element::Int(i64::from(raw as i16 >> 3))
        }
        0xE0..=0xEF => Element::Str(&bytes[at + 2..end]),
        STRING_32 => Element::Str(&bytes[at + 5..end]),
        _ => Element::Int(signed(&bytes[at + 1..end])),
    };
    (element, end + backlen_size(body))
}

/// A little-endian two's complement number of 1 to 8 bytes.
fn signed(bytes: &[u8]) -> i64 {
    let mut wide = [0; 8];
    wide[8 - bytes.len()..].copy_from_slice(bytes);
    i64::from_le_bytes(wide) >> (64 - 8 * bytes.len())
}

/// Checks the entry at `at` against everything the unchecked readers rely on; the offset after it.
pub(super) fn check(bytes: &[u8], at: usize) -> Option<usize> {
    let header = match *bytes.get(at)? {
        0..=0xBF => 1,
        0xC0..=0xEF => 2,
        STRING_32 => 5,
        INT_16..=INT_64 => 1,
        _ => return None,
    };
    if bytes.len() - at < header {
        return None;
    }
    let body = body_size(bytes, at);
    let mut back = [0; 5];
    let back_len = encode_backlen(&mut back, body);
    let stored = bytes.get(at.checked_add(body)?..)?.get(..back_len)?;
    (stored == &back[..back_len]).then_some(at + body + back_len)
}

/// What is searched for, with its integer form worked out once.
pub(super) struct Needle<'a> {
    bytes: &'a [u8],
    integer: Option<i64>,
}

impl<'a> Needle<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Needle {
            bytes,
            integer: parse_i64(bytes),
        }
    }

    #[inline(always)]
    pub(super) fn is(&self, element: Element<'_>) -> bool {
        match element {
            Element::Int(value) => self.integer == Some(value),
            Element::Str(bytes) => bytes == self.bytes,
        }
    }
}
