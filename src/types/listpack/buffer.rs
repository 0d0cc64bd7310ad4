//! A run of bytes with room at either end, so that a list node takes pushes and pops at its front
//! without moving the rest.

use std::ops::{Deref, DerefMut};

/// Below this many bytes room is made exactly, above it by an eighth more, so that building a
/// list node by pushes does not reallocate at every push.
const EXACT_GROWTH: usize = 256;

/// The bytes from `start` to `end` of an allocation.
pub(super) struct Buffer {
    bytes: Box<[u8]>,
    start: u32,
    end: u32,
}

impl Buffer {
    /// Holds `content`, with room at the back up to `capacity` bytes in all.
    pub(super) fn with_capacity(content: &[u8], capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity.max(content.len()).next_multiple_of(8));
        bytes.extend_from_slice(content);
        bytes.resize(bytes.capacity(), 0);
        Buffer {
            bytes: bytes.into_boxed_slice(),
            start: 0,
            end: content.len() as u32,
        }
    }

    /// Bytes of heap held.
    pub(super) fn allocated_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Replaces the `old` bytes at `at` by `new` bytes, which are returned for the caller to fill.
    /// Moves whichever side is shorter when there is room for it.
    pub(super) fn open(&mut self, at: usize, old: usize, new: usize) -> &mut [u8] {
        let after = self.len() - at - old;
        if new > old {
            let more = new - old;
            let front_room = self.start as usize;
            let back_room = self.bytes.len() - self.end as usize;
            let front_is_shorter = at < after;
            if front_is_shorter && front_room >= more {
                self.move_front_down(at, more);
            } else if back_room >= more {
                self.move_back(at + old, at + new);
            } else if front_room >= more {
                self.move_front_down(at, more);
            } else if front_is_shorter && self.len() + more > EXACT_GROWTH {
                self.grow_front(more);
                self.move_front_down(at, more);
            } else {
                self.grow_back(more);
                self.move_back(at + old, at + new);
            }
        } else if new < old {
            if at < after {
                let less = old - new;
                let start = self.start as usize;
                self.bytes.copy_within(start..start + at, start + less);
                self.start += less as u32;
            } else {
                self.move_back(at + old, at + new);
            }
            if self.bytes.len() > 2 * self.len() + 32 {
                self.shrink_to_fit();
            }
        }
        &mut self[at..at + new]
    }

    /// Gives back memory kept for growth.
    pub(super) fn shrink_to_fit(&mut self) {
        if self.bytes.len() > self.len().next_multiple_of(8) {
            *self = Buffer::with_capacity(self, 0);
        }
    }

    fn move_front_down(&mut self, before: usize, distance: usize) {
        let start = self.start as usize;
        self.bytes
            .copy_within(start..start + before, start - distance);
        self.start -= distance as u32;
    }

    fn move_back(&mut self, from: usize, to: usize) {
        let start = self.start as usize;
        let moved = self.end as usize - start - from;
        self.bytes
            .copy_within(start + from..start + from + moved, start + to);
        self.end = (start + to + moved) as u32;
    }

    fn grow_front(&mut self, more: usize) {
        let len = self.len();
        let capacity = (len + more + (len + more) / 8).next_multiple_of(8);
        let mut bytes = vec![0; capacity].into_boxed_slice();
        bytes[capacity - len..].copy_from_slice(self);
        *self = Buffer {
            bytes,
            start: (capacity - len) as u32,
            end: capacity as u32,
        };
    }

    fn grow_back(&mut self, more: usize) {
        let len = self.len();
        let needed = len + more;
        let spare = if needed > EXACT_GROWTH { needed / 8 } else { 0 };
        // What a queue has popped at the front serves again for pushes at the back.
        if self.start > 0 {
            let (start, end) = (self.start as usize, self.end as usize);
            self.bytes.copy_within(start..end, 0);
            (self.start, self.end) = (0, len as u32);
        }
        if self.bytes.len() < needed + spare {
            let mut bytes = std::mem::take(&mut self.bytes).into_vec();
            let capacity = (needed + spare).next_multiple_of(8);
            bytes.reserve_exact(capacity - bytes.len());
            bytes.resize(capacity, 0);
            self.bytes = bytes.into_boxed_slice();
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[self.start as usize..self.end as usize]
    }
}

impl DerefMut for Buffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start as usize..self.end as usize]
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        let end = bytes.len() as u32;
        Buffer {
            bytes: bytes.into_boxed_slice(),
            start: 0,
            end,
        }
    }
}

impl Clone for Buffer {
    fn clone(&self) -> Self {
        Buffer::with_capacity(self, 0)
    }
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Buffer) -> bool {
        **self == **other
    }
}

impl Eq for Buffer {}
