//! One member of a large sorted set: score, length and bytes in a single allocation, behind one pointer.
//!
//! The hash table and the ranked tree both hold the member, so the block counts its references, and the
//! separators inside the tree may keep a member alive a little longer than the set does. One byte is enough
//! for that count: a clone of a block whose count is full is a copy.
//!
//! Layout: score `f64`, references `u8`, length `u8`, then the bytes; a length of 255 says that the real one
//! stands in the next four bytes. A member of 14 bytes takes 24, which is what malloc gives for 24.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cmp::Ordering;
use std::ptr::NonNull;

const REFERENCES: usize = 8;
const LENGTH: usize = 9;
const SHORT_DATA: usize = 10;
const LONG_DATA: usize = 14;
const LONG: u8 = u8::MAX;

/// A counted reference to a member's block. Cloning it does not copy the bytes.
pub struct Member(NonNull<u8>);

impl Member {
    /// A new block that nobody else refers to.
    ///
    /// # Panics
    /// If `bytes` is longer than `u32::MAX`; strings are at most 512 MB.
    pub fn new(bytes: &[u8], score: f64) -> Member {
        let length = u32::try_from(bytes.len()).expect("members are shorter than 4 GB");
        let layout = layout(bytes.len());
        // SAFETY: the layout is never of size zero; every write below lies inside it (see `layout`), and the
        // alignment of 8 is that of the score.
        unsafe {
            let block = NonNull::new(alloc(layout)).unwrap_or_else(|| handle_alloc_error(layout));
            block.cast::<f64>().write(score);
            block.add(REFERENCES).write(1);
            let data = if bytes.len() < LONG as usize {
                block.add(LENGTH).write(length as u8);
                block.add(SHORT_DATA)
            } else {
                block.add(LENGTH).write(LONG);
                block.add(SHORT_DATA).cast::<u32>().write_unaligned(length);
                block.add(LONG_DATA)
            };
            data.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len());
            Member(block)
        }
    }

    /// The member itself.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the block lives as long as `self`, its length was written by `new`, and its bytes never change.
        unsafe {
            match self.0.add(LENGTH).read() {
                LONG => {
                    let length = self.0.add(SHORT_DATA).cast::<u32>().read_unaligned();
                    std::slice::from_raw_parts(self.0.add(LONG_DATA).as_ptr(), length as usize)
                }
                length => {
                    std::slice::from_raw_parts(self.0.add(SHORT_DATA).as_ptr(), length as usize)
                }
            }
        }
    }

    /// The score the set holds for it.
    #[inline]
    pub fn score(&self) -> f64 {
        // SAFETY: the block lives as long as `self` and starts with the score.
        unsafe { self.0.cast::<f64>().read() }
    }

    /// Sets the score for everyone who refers to the block.
    #[inline]
    pub fn set_score(&self, score: f64) {
        // SAFETY: as in `score`. No reference to the score is ever handed out, and `Member` is neither Send nor
        // Sync, so nobody reads it meanwhile.
        unsafe { self.0.cast::<f64>().write(score) }
    }

    /// Size of the block, in bytes, as asked of the allocator.
    pub fn allocated_bytes(&self) -> usize {
        block_size(self.bytes().len())
    }

    /// Byte order of two members, without reading them when they are one block.
    #[inline]
    pub fn compare(&self, other: &Member) -> Ordering {
        if self.0 == other.0 {
            Ordering::Equal
        } else {
            self.bytes().cmp(other.bytes())
        }
    }

    fn references(&self) -> u8 {
        // SAFETY: the block lives as long as `self`.
        unsafe { self.0.add(REFERENCES).read() }
    }

    fn set_references(&self, references: u8) {
        // SAFETY: as in `set_score`.
        unsafe { self.0.add(REFERENCES).write(references) }
    }
}

impl Clone for Member {
    fn clone(&self) -> Member {
        match self.references().checked_add(1) {
            Some(references) => {
                self.set_references(references);
                Member(self.0)
            }
            None => Member::new(self.bytes(), self.score()),
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let references = self.references() - 1;
        self.set_references(references);
        if references == 0 {
            let layout = layout(self.bytes().len());
            // SAFETY: this was the last reference, and `new` allocated the block with this layout.
            unsafe { dealloc(self.0.as_ptr(), layout) }
        }
    }
}

const fn block_size(length: usize) -> usize {
    length
        + if length < LONG as usize {
            SHORT_DATA
        } else {
            LONG_DATA
        }
}

fn layout(length: usize) -> Layout {
    Layout::from_size_align(block_size(length), align_of::<f64>())
        .expect("members are shorter than 4 GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_bytes_of_every_length() {
        for length in [0, 1, 14, 254, 255, 256, 70_000] {
            let bytes: Vec<u8> = (0..length).map(|i| i as u8).collect();
            let member = Member::new(&bytes, -1.5);
            assert_eq!(member.bytes(), bytes);
            assert_eq!(member.score(), -1.5);
            assert_eq!(
                member.allocated_bytes(),
                length + if length < 255 { 10 } else { 14 }
            );
        }
        assert_eq!(size_of::<Option<Member>>(), size_of::<usize>());
    }

    #[test]
    fn clones_share_the_score_and_outlive_each_other() {
        let first = Member::new(b"a", 1.0);
        let second = first.clone();
        second.set_score(2.0);
        assert_eq!(first.score(), 2.0);
        drop(first);
        assert_eq!(second.bytes(), b"a");
    }

    #[test]
    fn a_full_count_makes_a_copy() {
        let first = Member::new(b"abc", 1.0);
        let clones: Vec<Member> = (0..600).map(|_| first.clone()).collect();
        assert!(
            clones
                .iter()
                .all(|clone| clone.bytes() == b"abc" && clone.score() == 1.0)
        );
        drop(first);
        assert!(clones.iter().all(|clone| clone.bytes() == b"abc"));
    }
}
