//! Byte strings behind one thin pointer: lengths and bytes in a single allocation.
//!
//! A set of a million members holds a million of these, so each costs its bytes and a byte or more
//! of length: no capacity, no second word.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use super::dict::Entry;

/// Lengths up to this are a byte; 253, 254 and 255 announce two, four and eight bytes of length.
const SHORT: usize = 252;

/// `PARTS` lengths, then the parts, behind one pointer.
struct Block<const PARTS: usize>(NonNull<u8>);

// SAFETY: the block owns its bytes; nothing is shared.
unsafe impl<const PARTS: usize> Send for Block<PARTS> {}
// SAFETY: a shared reference only reads.
unsafe impl<const PARTS: usize> Sync for Block<PARTS> {}

fn header_size(len: usize) -> usize {
    match len {
        0..=SHORT => 1,
        len if u16::try_from(len).is_ok() => 3,
        len if u32::try_from(len).is_ok() => 5,
        _ => 9,
    }
}

impl<const PARTS: usize> Block<PARTS> {
    fn new(parts: [&[u8]; PARTS]) -> Self {
        let layout = Self::layout(parts.map(<[u8]>::len));
        // SAFETY: the layout is not empty: each part has a header.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else {
            handle_alloc_error(layout)
        };
        let mut at = start;
        let mut write = |bytes: &[u8]| {
            // SAFETY: the layout has room for all headers and parts, and is new, so it cannot
            // overlap them.
            unsafe {
                at.as_ptr()
                    .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                at = at.add(bytes.len());
            }
        };
        for part in parts {
            let len = part.len() as u64;
            match header_size(part.len()) {
                1 => write(&[len as u8]),
                3 => write(&[&[253], &(len as u16).to_ne_bytes()[..]].concat()),
                5 => write(&[&[254], &(len as u32).to_ne_bytes()[..]].concat()),
                _ => write(&[&[255], &len.to_ne_bytes()[..]].concat()),
            }
        }
        parts.into_iter().for_each(write);
        Self(start)
    }

    fn layout(lens: [usize; PARTS]) -> Layout {
        let size = lens.iter().map(|&len| header_size(len) + len).sum();
        Layout::from_size_align(size, 1).expect("parts that fit in memory")
    }

    /// The lengths of the parts, and how many bytes they take before the parts begin.
    #[inline]
    fn header(&self) -> ([usize; PARTS], usize) {
        let mut at = 0;
        let lens = [(); PARTS].map(|()| {
            // SAFETY: `new` wrote a header for each part, of the size its first byte announces.
            unsafe {
                let first = self.0.add(at);
                let number = first.add(1);
                let (len, size) = match *first.as_ptr() {
                    253 => (usize::from(number.cast::<u16>().read_unaligned()), 3),
                    254 => (number.cast::<u32>().read_unaligned() as usize, 5),
                    255 => (number.cast::<u64>().read_unaligned() as usize, 9),
                    len => (usize::from(len), 1),
                };
                at += size;
                len
            }
        });
        (lens, at)
    }

    #[inline]
    fn range(&self, part: usize) -> (usize, usize) {
        let (lens, start) = self.header();
        (start + lens[..part].iter().sum::<usize>(), lens[part])
    }

    #[inline]
    fn part(&self, part: usize) -> &[u8] {
        let (start, len) = self.range(part);
        // SAFETY: `new` wrote that many bytes there.
        unsafe { std::slice::from_raw_parts(self.0.add(start).as_ptr(), len) }
    }

    #[inline]
    fn part_mut(&mut self, part: usize) -> &mut [u8] {
        let (start, len) = self.range(part);
        // SAFETY: `new` wrote that many bytes there, and `self` is borrowed alone.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(start).as_ptr(), len) }
    }

    fn allocated_bytes(&self) -> usize {
        Self::layout(self.header().0).size()
    }
}

impl<const PARTS: usize> Drop for Block<PARTS> {
    fn drop(&mut self) {
        let layout = Self::layout(self.header().0);
        // SAFETY: allocated in `new` with the same lengths, and they never change.
        unsafe { dealloc(self.0.as_ptr(), layout) }
    }
}

/// An immutable byte string, one pointer wide: a member of a set.
pub struct Bytes(Block<1>);

impl Bytes {
    /// Copies the bytes into a new allocation.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Block::new([bytes]))
    }

    /// The bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.part(0)
    }

    /// Bytes allocated, the length's own included.
    pub fn allocated_bytes(&self) -> usize {
        self.0.allocated_bytes()
    }
}

impl Entry for Bytes {
    #[inline]
    fn key(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Clone for Bytes {
    fn clone(&self) -> Self {
        Self::new(self.as_bytes())
    }
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

/// A field of a hash and its value in one allocation, one pointer wide.
pub struct FieldValue(Block<2>);

impl FieldValue {
    /// Copies field and value into a new allocation.
    pub fn new(field: &[u8], value: &[u8]) -> Self {
        Self(Block::new([field, value]))
    }

    /// The field.
    #[inline]
    pub fn field(&self) -> &[u8] {
        self.0.part(0)
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> &[u8] {
        self.0.part(1)
    }

    /// Replaces the value, in place when the new one is as long as the old.
    pub fn set_value(&mut self, value: &[u8]) {
        let place = self.0.part_mut(1);
        if place.len() == value.len() {
            place.copy_from_slice(value);
        } else {
            self.0 = Block::new([self.0.part(0), value]);
        }
    }

    /// Bytes allocated, the lengths' own included.
    pub fn allocated_bytes(&self) -> usize {
        self.0.allocated_bytes()
    }
}

impl Entry for FieldValue {
    #[inline]
    fn key(&self) -> &[u8] {
        self.field()
    }
}

impl Clone for FieldValue {
    fn clone(&self) -> Self {
        Self::new(self.field(), self.value())
    }
}

impl std::fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "\"{}\": \"{}\"",
            self.field().escape_ascii(),
            self.value().escape_ascii()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: [usize; 11] = [0, 1, 14, 251, 252, 253, 254, 255, 65_535, 65_536, 100_000];

    fn bytes(len: usize, first: u8) -> Vec<u8> {
        (0..len)
            .map(|i| (i as u8).wrapping_mul(31).wrapping_add(first))
            .collect()
    }

    #[test]
    fn one_pointer_wide() {
        assert_eq!(size_of::<Option<Bytes>>(), size_of::<usize>());
        assert_eq!(size_of::<Option<FieldValue>>(), size_of::<usize>());
        assert_eq!(Bytes::new(b"member").allocated_bytes(), 7);
        assert_eq!(FieldValue::new(b"field", b"value").allocated_bytes(), 12);
    }

    #[test]
    fn holds_bytes_of_any_length() {
        for len in LENGTHS {
            let held = Bytes::new(&bytes(len, 5));
            assert_eq!(held.as_bytes(), bytes(len, 5));
            assert_eq!(held.clone().as_bytes(), bytes(len, 5));
            assert_eq!(held.allocated_bytes(), len + header_size(len));
        }
        assert_eq!(header_size(u32::MAX as usize), 5);
    }

    #[test]
    fn holds_fields_and_values_of_any_length() {
        for field in LENGTHS {
            for value in LENGTHS {
                let mut held = FieldValue::new(&bytes(field, 1), &bytes(value, 2));
                assert_eq!(held.value(), bytes(value, 2));
                let before = held.value().as_ptr();
                held.set_value(&bytes(value, 3));
                assert_eq!(held.value().as_ptr(), before);
                assert_eq!(
                    (held.field(), held.value()),
                    (&*bytes(field, 1), &*bytes(value, 3))
                );
                held.set_value(&bytes(field, 4));
                assert_eq!(
                    (held.field(), held.value()),
                    (&*bytes(field, 1), &*bytes(field, 4))
                );
            }
        }
    }
}
