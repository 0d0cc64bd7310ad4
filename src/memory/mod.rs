//! The account of memory: every byte the engine holds is counted as it is allocated.
//!
//! `maxmemory` and INFO need an honest figure, and summing estimates drifts. A counting
//! allocator does not: it adds on `alloc` and subtracts on `dealloc`, at the cost of one
//! thread-local addition. Several servers share one thread, so a server reads the counter
//! when it is entered and when it is left, and keeps the difference as its own.

mod small;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use small::SmallBlocks;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

#[cfg(test)]
thread_local! {
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// The most bytes that `work` held at a time beyond those held before.
#[cfg(test)]
pub(crate) fn peak_of<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let before = allocated();
    PEAK.with(|peak| peak.set(before));
    let result = work();
    (result, PEAK.with(Cell::get).wrapping_sub(before))
}

/// Bytes allocated and not yet freed on this thread, allocator overhead included.
///
/// Memory freed on another thread than the one that allocated it makes single readings
/// meaningless, so only differences (wrapping) between two readings are of use.
pub fn allocated() -> usize {
    ALLOCATED.with(Cell::get)
}

/// Runs `work` without counting what it allocates and frees: memory that belongs to somebody else.
/// What it allocates must be freed in here too.
pub fn apart<R>(work: impl FnOnce() -> R) -> R {
    let before = allocated();
    let result = work();
    ALLOCATED.with(|total| total.set(before));
    result
}

/// What an allocation of `size` bytes really takes from the heap.
///
/// Small blocks have no header. Before others both dlmalloc (wasm) and glibc put one word, and round
/// to two words.
pub const fn allocation_size(size: usize) -> usize {
    if size <= small::LARGEST {
        return small::rounded(size);
    }
    const WORD: usize = size_of::<usize>();
    let rounded = (size + WORD).next_multiple_of(2 * WORD);
    if rounded < 4 * WORD {
        4 * WORD
    } else {
        rounded
    }
}

thread_local! {
    static HEAP: SmallBlocks<System> = const { SmallBlocks::over(System) };
}

struct CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn add(size: usize) {
    ALLOCATED.with(|total| total.set(total.get().wrapping_add(allocation_size(size))));
    #[cfg(test)]
    PEAK.with(|peak| peak.set(peak.get().max(allocated())));
}

fn subtract(size: usize) {
    ALLOCATED.with(|total| total.set(total.get().wrapping_sub(allocation_size(size))));
}

// SAFETY: every call is handed on unchanged to the heap; counting touches only
// a const-initialised thread local without a destructor, which never allocates.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is the heap's contract.
        let block = unsafe { HEAP.with(|heap| heap.alloc(layout)) };
        if !block.is_null() {
            add(layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        subtract(layout.size());
        // SAFETY: the caller's contract is the heap's contract.
        unsafe { HEAP.with(|heap| heap.dealloc(block, layout)) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is the heap's contract.
        let block = unsafe { HEAP.with(|heap| heap.alloc_zeroed(layout)) };
        if !block.is_null() {
            add(layout.size());
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is the heap's contract.
        let moved = unsafe { HEAP.with(|heap| heap.realloc(block, layout, size)) };
        if !moved.is_null() {
            subtract(layout.size());
            add(size);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_freed_is_given_back() {
        let before = allocated();
        let block = vec![0u8; 1000];
        assert!(allocated().wrapping_sub(before) >= 1000);
        drop(block);
        assert_eq!(allocated(), before);
    }

    #[test]
    fn growing_counts_the_new_size_only() {
        let before = allocated();
        let mut block: Vec<u8> = Vec::with_capacity(100);
        block.extend_from_slice(&[1; 100]);
        block.reserve_exact(900);
        let held = allocated().wrapping_sub(before);
        assert!((1000..1100).contains(&held), "{held}");
    }
}
