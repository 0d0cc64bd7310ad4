//! Small blocks by size class: a free list for each multiple of eight bytes.
//!
//! Nearly all blocks of a keyspace are small and come again in the same sizes. Here one is cut from
//! a chunk, without the header of a word that dlmalloc (wasm) and glibc put before each, and put back
//! on the list of its size. Nothing is read but the block itself, where dlmalloc joins a freed block
//! with its neighbours at once and so reads three or four lines of memory that nobody else needs: with
//! a million keys each is a cache miss. What it costs: freed memory is used again by blocks of its
//! size only.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

/// The largest block that has a list, bytes.
pub(super) const LARGEST: usize = 256;

/// Sizes are multiples of this, and so are addresses.
const STEP: usize = 8;

/// What is asked of the allocator below at a time, bytes.
const CHUNK: usize = 8 * 1024;

/// A line of the processor's cache: a block of 16, 32 or 64 bytes never lies across two.
const LINE: usize = 64;

/// What a small block of `size` bytes takes.
pub(super) const fn rounded(size: usize) -> usize {
    if size == 0 {
        STEP
    } else {
        size.next_multiple_of(STEP)
    }
}

struct Free {
    next: *mut Free,
}

struct Lists {
    /// Freed blocks of `STEP * (index + 1)` bytes.
    free: [*mut Free; LARGEST / STEP],
    /// For each list, what is not yet cut from its last chunk: address and bytes.
    rest: [(*mut u8, usize); LARGEST / STEP],
}

impl Lists {
    const fn list_of(&mut self, size: usize) -> &mut *mut Free {
        &mut self.free[(rounded(size) - 1) / STEP]
    }
}

/// An allocator that keeps small blocks itself and hands everything else on to `below`.
///
/// It takes no lock: each thread has its own. A block may be freed on another thread than it comes
/// from, since chunks are never given back.
pub(super) struct SmallBlocks<A> {
    below: A,
    lists: UnsafeCell<Lists>,
}

impl<A: GlobalAlloc> SmallBlocks<A> {
    pub(super) const fn over(below: A) -> Self {
        Self {
            below,
            lists: UnsafeCell::new(Lists {
                free: [null_mut(); LARGEST / STEP],
                rest: [(null_mut(), 0); LARGEST / STEP],
            }),
        }
    }

    const fn is_small(layout: Layout) -> bool {
        layout.size() <= LARGEST && layout.align() <= STEP
    }

    /// The next block of the chunk; null where there is no memory for another chunk.
    #[cold]
    fn cut(&self, size: usize) -> *mut u8 {
        let size = rounded(size);
        // SAFETY: nothing else holds the lists: this type's methods do not call one another while they do.
        let lists = unsafe { &mut *self.lists.get() };
        let (rest, left) = &mut lists.rest[size / STEP - 1];
        if *left < size {
            // SAFETY: the size is not zero, the alignment a power of two.
            let chunk = unsafe {
                self.below
                    .alloc(Layout::from_size_align_unchecked(CHUNK, LINE))
            };
            if chunk.is_null() {
                return chunk;
            }
            *rest = chunk;
            *left = CHUNK;
        }
        let block = *rest;
        // SAFETY: the rest has at least `size` bytes.
        *rest = unsafe { block.add(size) };
        *left -= size;
        block
    }
}

// SAFETY: a small block is cut from a chunk once and is on at most one list while nobody holds it; blocks are multiples
// of STEP, aligned to it. Everything else is the allocator's below.
unsafe impl<A: GlobalAlloc> GlobalAlloc for SmallBlocks<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !Self::is_small(layout) {
            // SAFETY: the caller's contract is the same.
            return unsafe { self.below.alloc(layout) };
        }
        // SAFETY: as in `cut`.
        let list = unsafe { (*self.lists.get()).list_of(layout.size()) };
        let block = *list;
        if block.is_null() {
            return self.cut(layout.size());
        }
        // SAFETY: what is on a list was written by `dealloc` or `cut`.
        *list = unsafe { (*block).next };
        block.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !Self::is_small(layout) {
            // SAFETY: the caller's contract is the same.
            return unsafe { self.below.dealloc(block, layout) };
        }
        let block = block.cast::<Free>();
        // SAFETY: as in `cut`; the block is the caller's to give, aligned and at least STEP bytes.
        unsafe {
            let list = (*self.lists.get()).list_of(layout.size());
            block.write(Free { next: *list });
            *list = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller vouches for the size with this alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (Self::is_small(layout), Self::is_small(wanted)) {
            // SAFETY: the caller's contract is the same.
            (false, false) => unsafe { self.below.realloc(block, layout, size) },
            (true, true) if rounded(layout.size()) == rounded(size) => block,
            _ => {
                // SAFETY: both blocks have at least the bytes that are copied, and the old one is given back once.
                unsafe {
                    let moved = self.alloc(wanted);
                    if !moved.is_null() {
                        moved.copy_from_nonoverlapping(block, layout.size().min(size));
                        self.dealloc(block, layout);
                    }
                    moved
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::alloc::System;

    /// Blocks filled with a pattern of their own: two that overlap would spoil each other's.
    #[derive(Default)]
    struct Held(Vec<(*mut u8, Layout, u8)>);

    impl Held {
        fn check(&self) {
            for &(block, layout, pattern) in &self.0 {
                assert_eq!(block.addr() % layout.align(), 0);
                // SAFETY: the block is held and was filled.
                let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
                assert!(bytes.iter().all(|&byte| byte == pattern));
            }
        }
    }

    proptest! {
        #[test]
        fn blocks_never_overlap(
            steps in prop::collection::vec((0usize..4, 1usize..400, 0usize..64), 1..200)
        ) {
            let allocator = SmallBlocks::over(System);
            let mut held = Held::default();
            for (step, &(what, size, which)) in steps.iter().enumerate() {
                let pattern = step as u8;
                if what < 2 || held.0.is_empty() {
                    let layout = Layout::from_size_align(size, [1, 4, 8, 16][which % 4]).unwrap();
                    // SAFETY: the size is not zero; what is written is within the block.
                    unsafe {
                        let block = allocator.alloc(layout);
                        block.write_bytes(pattern, size);
                        held.0.push((block, layout, pattern));
                    }
                } else {
                    let index = which % held.0.len();
                    let (block, layout, old) = held.0.swap_remove(index);
                    // SAFETY: the block is held with this layout.
                    unsafe {
                        if what == 2 {
                            allocator.dealloc(block, layout);
                        } else {
                            let moved = allocator.realloc(block, layout, size);
                            let kept = layout.size().min(size);
                            assert!(std::slice::from_raw_parts(moved, kept).iter().all(|&byte| byte == old));
                            moved.write_bytes(pattern, size);
                            let layout = Layout::from_size_align(size, layout.align()).unwrap();
                            held.0.push((moved, layout, pattern));
                        }
                    }
                }
                held.check();
            }
            for (block, layout, _) in held.0 {
                // SAFETY: as above.
                unsafe { allocator.dealloc(block, layout) };
            }
        }
    }

    #[test]
    fn a_freed_block_is_the_next_of_its_size() {
        let allocator = SmallBlocks::over(System);
        let layout = |size| Layout::from_size_align(size, 8).unwrap();
        // SAFETY: layouts are those of the allocations.
        unsafe {
            let first = allocator.alloc(layout(20));
            let second = allocator.alloc(layout(24));
            assert_eq!(second.addr() - first.addr(), 24);
            allocator.dealloc(first, layout(20));
            assert_eq!(allocator.alloc(layout(17)), first);
        }
    }

    #[test]
    fn without_memory_there_is_no_block() {
        struct Nothing;
        // SAFETY: it never gives a block.
        unsafe impl GlobalAlloc for Nothing {
            unsafe fn alloc(&self, _: Layout) -> *mut u8 {
                null_mut()
            }
            unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
        }
        let allocator = SmallBlocks::over(Nothing);
        // SAFETY: the size is not zero.
        assert!(unsafe { allocator.alloc(Layout::from_size_align_unchecked(8, 8)) }.is_null());
    }
}
