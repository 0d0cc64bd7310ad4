//! The bytes of one member in sixteen bytes: up to fifteen stand there themselves, more in a block of their own.

use std::ptr::{NonNull, slice_from_raw_parts_mut};

/// The longest text that needs no block.
const INLINE: usize = 15;
/// Stands in the place of the length where there is a block.
const HEAP: u8 = u8::MAX;

#[derive(Clone, Copy)]
#[repr(C)]
struct Inline {
    bytes: [u8; INLINE],
    length: u8,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Block {
    data: NonNull<u8>,
    length: u32,
    unused: [u8; 11 - size_of::<usize>()],
    marker: u8,
}

/// A byte string that never changes. Cloning it copies it.
#[repr(C)]
pub union Text {
    inline: Inline,
    block: Block,
}

impl Text {
    /// A copy of `bytes`.
    ///
    /// # Panics
    /// If `bytes` is longer than `u32::MAX`; strings are at most 512 MB.
    pub fn new(bytes: &[u8]) -> Text {
        if bytes.len() <= INLINE {
            let mut inline = Inline {
                bytes: [0; INLINE],
                length: bytes.len() as u8,
            };
            inline.bytes[..bytes.len()].copy_from_slice(bytes);
            return Text { inline };
        }
        let length = u32::try_from(bytes.len()).expect("members are shorter than 4 GB");
        let data = Box::<[u8]>::leak(bytes.into()).as_mut_ptr();
        let block = Block {
            // SAFETY: a leaked box is not null.
            data: unsafe { NonNull::new_unchecked(data) },
            length,
            unused: [0; 11 - size_of::<usize>()],
            marker: HEAP,
        };
        Text { block }
    }

    /// Reads its cache line.
    #[inline]
    pub fn touch(&self) -> usize {
        // SAFETY: as in `bytes`.
        unsafe { self.inline.length.into() }
    }

    /// The bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the last byte is there in either form and says which it is; every byte of both is
        // initialized; a block lives as long as `self`, and its bytes never change.
        unsafe {
            match self.inline.length {
                HEAP => {
                    let block = &self.block;
                    std::slice::from_raw_parts(block.data.as_ptr(), block.length as usize)
                }
                length => std::slice::from_raw_parts(self.inline.bytes.as_ptr(), length.into()),
            }
        }
    }
}

/// What a text of these bytes allocates beside its sixteen.
pub fn heap_bytes(bytes: &[u8]) -> usize {
    match bytes.len() {
        0..=INLINE => 0,
        length => length,
    }
}

impl Default for Text {
    fn default() -> Text {
        let inline = Inline {
            bytes: [0; INLINE],
            length: 0,
        };
        Text { inline }
    }
}

impl Clone for Text {
    fn clone(&self) -> Text {
        Text::new(self.bytes())
    }
}

impl Drop for Text {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: as in `bytes`; the slice is the one that `new` leaked, and nobody else frees it.
        unsafe {
            if self.inline.length == HEAP {
                let Block { data, length, .. } = self.block;
                drop(Box::from_raw(slice_from_raw_parts_mut(
                    data.as_ptr(),
                    length as usize,
                )));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_bytes_of_every_length() {
        assert_eq!(size_of::<Text>(), 16);
        for length in [0, 1, 14, 15, 16, 17, 254, 255, 256, 70_000] {
            let bytes: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let text = Text::new(&bytes);
            assert_eq!(text.bytes(), bytes);
            assert_eq!(heap_bytes(&bytes), if length < 16 { 0 } else { length });
            let copy = text.clone();
            drop(text);
            assert_eq!(copy.bytes(), bytes);
        }
        assert_eq!(Text::default().bytes(), b"");
    }
}
