//! One element of a listpack, as it is read.

use std::cmp::Ordering;

use crate::types::numbers::parse_i64;

/// An element: bytes that are the canonical decimal form of an `i64` are kept as the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element<'a> {
    /// An integer; as bytes, its decimal form.
    Int(i64),
    /// Any other bytes.
    Str(&'a [u8]),
}

impl<'a> Element<'a> {
    /// The element's bytes; `buffer` holds the digits of an integer.
    #[inline(always)]
    pub fn bytes<'b>(&self, buffer: &'b mut itoa::Buffer) -> &'b [u8]
    where
        'a: 'b,
    {
        match *self {
            Element::Int(value) => buffer.format(value).as_bytes(),
            Element::Str(bytes) => bytes,
        }
    }

    /// The element's bytes in an allocation of their own.
    pub fn to_vec(&self) -> Vec<u8> {
        self.bytes(&mut itoa::Buffer::new()).to_vec()
    }

    /// How many bytes [`Element::bytes`] gives.
    pub fn byte_len(&self) -> usize {
        match *self {
            Element::Int(value) => decimal_len(value),
            Element::Str(bytes) => bytes.len(),
        }
    }

    /// The integer the element is, if it is one: also when the bytes were stored as a string.
    pub fn integer(&self) -> Option<i64> {
        match *self {
            Element::Int(value) => Some(value),
            Element::Str(bytes) => parse_i64(bytes),
        }
    }

    /// Compares as bytes, the way memcmp orders sorted-set members.
    pub fn cmp_bytes(&self, other: &[u8]) -> Ordering {
        self.bytes(&mut itoa::Buffer::new()).cmp(other)
    }
}

impl PartialEq<[u8]> for Element<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        match *self {
            Element::Int(value) => parse_i64(other) == Some(value),
            Element::Str(bytes) => bytes == other,
        }
    }
}

impl PartialEq<&[u8]> for Element<'_> {
    fn eq(&self, other: &&[u8]) -> bool {
        *self == **other
    }
}

impl<'a> From<&'a [u8]> for Element<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        match parse_i64(bytes) {
            Some(value) => Element::Int(value),
            None => Element::Str(bytes),
        }
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Element<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Element::from(bytes.as_slice())
    }
}

impl<'a> From<&'a Vec<u8>> for Element<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Element::from(bytes.as_slice())
    }
}

impl From<i64> for Element<'_> {
    fn from(value: i64) -> Self {
        Element::Int(value)
    }
}

fn decimal_len(value: i64) -> usize {
    let digits = value.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
    digits + usize::from(value < 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_integers() {
        for value in [
            0,
            7,
            -1,
            10,
            127,
            -100,
            i64::MAX,
            i64::MIN,
            1_000_000_000_000,
        ] {
            assert_eq!(Element::Int(value).byte_len(), value.to_string().len());
        }
    }

    #[test]
    fn elements_compare_with_bytes() {
        assert_eq!(Element::Int(12), *b"12".as_slice());
        assert_ne!(Element::Int(12), *b"012".as_slice());
        assert_eq!(Element::Str(b"a"), *b"a".as_slice());
        assert_eq!(Element::Int(9).cmp_bytes(b"10"), Ordering::Greater);
    }
}
