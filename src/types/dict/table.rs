//! A power of two of buckets in one zeroed allocation.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ops::{Index, IndexMut};
use std::ptr::NonNull;

use super::bucket::Bucket;

/// From this size on, the allocation asks for no alignment and aligns itself: an allocator hands
/// out large zeroed memory without touching it only when no alignment is asked for.
const SELF_ALIGNED_BYTES: usize = 1 << 16;

/// The buckets, and what is known of their chains.
pub(super) struct Table<E> {
    buckets: NonNull<Bucket<E>>,
    allocation: NonNull<u8>,
    mask: usize,
    /// Chained buckets.
    pub(super) overflow: usize,
    /// The most buckets a chain has had, at least 1.
    pub(super) deepest: usize,
}

// SAFETY: the table owns its buckets and entries; nothing is shared.
unsafe impl<E: Send> Send for Table<E> {}

// SAFETY: a shared table is only read; there is no interior mutability.
unsafe impl<E: Sync> Sync for Table<E> {}

impl<E> Table<E> {
    /// A table of `size` empty buckets, which must be a power of two.
    pub(super) fn new(size: usize) -> Self {
        assert!(size.is_power_of_two());
        let layout = Self::layout(size);
        // SAFETY: the layout is not empty: a bucket has a size.
        let raw = unsafe { alloc_zeroed(layout) };
        let Some(allocation) = NonNull::new(raw) else {
            handle_alloc_error(layout)
        };
        let padding = raw.align_offset(align_of::<Bucket<E>>());
        // SAFETY: `layout` has room for the padding before the buckets.
        let buckets = unsafe { allocation.add(padding) }.cast();
        Self {
            buckets,
            allocation,
            mask: size - 1,
            overflow: 0,
            deepest: 1,
        }
    }

    fn layout(size: usize) -> Layout {
        let bytes = size.saturating_mul(size_of::<Bucket<E>>());
        let align = align_of::<Bucket<E>>();
        let layout = if bytes < SELF_ALIGNED_BYTES {
            Layout::from_size_align(bytes, align)
        } else {
            Layout::from_size_align(bytes.saturating_add(align), 1)
        };
        layout.expect("a hash table larger than the address space")
    }

    /// Buckets, without the chained ones.
    pub(super) fn size(&self) -> usize {
        self.mask + 1
    }

    pub(super) fn mask(&self) -> usize {
        self.mask
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        Self::layout(self.size()).size() + self.overflow * size_of::<Bucket<E>>()
    }

    /// The bucket and the counter of chained buckets, together.
    pub(super) fn parts(&mut self, index: usize) -> (&mut Bucket<E>, &mut usize) {
        // SAFETY: the index is masked, all buckets are initialized (zero is an empty bucket), and
        // the counter is another field.
        let bucket = unsafe { &mut *self.buckets.as_ptr().add(index & self.mask) };
        (bucket, &mut self.overflow)
    }

    /// Adds an entry whose key the table does not hold.
    pub(super) fn insert(&mut self, index: usize, tag: u8, entry: E) -> &mut E {
        // SAFETY: as in `parts`; the counters are other fields.
        let bucket = unsafe { &mut *self.buckets.as_ptr().add(index & self.mask) };
        let (entry, depth) = bucket.insert(tag, entry, &mut self.overflow);
        self.deepest = self.deepest.max(depth);
        entry
    }
}

impl<E> Index<usize> for Table<E> {
    type Output = Bucket<E>;

    #[inline]
    fn index(&self, index: usize) -> &Bucket<E> {
        // SAFETY: the index is masked, and all buckets are initialized.
        unsafe { self.buckets.add(index & self.mask).as_ref() }
    }
}

impl<E> IndexMut<usize> for Table<E> {
    #[inline]
    fn index_mut(&mut self, index: usize) -> &mut Bucket<E> {
        self.parts(index).0
    }
}

impl<E> Drop for Table<E> {
    fn drop(&mut self) {
        for index in 0..self.size() {
            let (bucket, overflow) = self.parts(index);
            if !bucket.is_empty() {
                bucket.drain(overflow, &mut |_, entry| drop(entry));
            }
        }
        // SAFETY: allocated in `new` with the same layout; the buckets are empty now.
        unsafe { dealloc(self.allocation.as_ptr(), Self::layout(self.size())) }
    }
}
