//! One bucket of the table: a cache line of tags and entries, and the chain behind it.
//!
//! A lookup reads one line: the tags say which of its slots can hold the key, so an entry that is
//! a pointer is followed only when a byte of its hash agrees. When a bucket overflows, its last
//! slot turns into the link to another bucket. Valkey's hashtable.c describes the same idea.

use std::mem::ManuallyDrop;
use std::mem::MaybeUninit;

use super::Entry;

/// Slots in a bucket: as many pointers as fit in 64 bytes beside their tags.
pub(super) const SLOTS: usize = if size_of::<usize>() == 8 { 7 } else { 12 };

/// Words of eight tags. The byte after the last tag is never a tag: it says that there is a chain.
const WORDS: usize = SLOTS / 8 + 1;

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const LOW_BITS: u64 = u64::from_ne_bytes([0x7f; 8]);

/// The slot that becomes the link when a bucket overflows.
const LINK: usize = SLOTS - 1;

const LINK_FLAG: u64 = 1 << 63;

union Slot<E> {
    entry: ManuallyDrop<E>,
    next: ManuallyDrop<Box<Bucket<E>>>,
}

/// The tag of a hash: its top byte, never 0, which marks a vacant slot.
pub(super) fn tag_of(hash: u64) -> u8 {
    ((hash >> 56) as u8).max(1)
}

/// Tags and slots. A slot holds an entry exactly when its tag is not 0, and `LINK` holds the next
/// bucket exactly when the flag is set (its tag is 0 then).
#[repr(C, align(64))]
pub(super) struct Bucket<E> {
    tags: [u64; WORDS],
    slots: [Slot<E>; SLOTS],
}

/// The top bit of each byte of `tags` that equals the tag (Hacker's Delight 6-1, the form without false positives:
/// slots behind them are read).
#[inline]
fn equal_bytes(tags: u64, tag: u8) -> u64 {
    let differing = tags ^ (ONES * u64::from(tag));
    !(((differing & LOW_BITS) + LOW_BITS) | differing | LOW_BITS)
}

impl<E> Bucket<E> {
    /// The first entry of this bucket alone with this tag.
    #[inline]
    pub(super) fn likely(&self, tag: u8) -> Option<&E> {
        let words = self.tags.iter().enumerate();
        let slots = words
            .map(|(word, tags)| word * 8 + (equal_bytes(*tags, tag).trailing_zeros() / 8) as usize);
        let mut usable = slots.filter(|slot| *slot < SLOTS);
        self.entry(usable.next()?)
    }

    fn boxed() -> Box<Self> {
        let vacant = MaybeUninit::<Self>::zeroed();
        // SAFETY: zero tags say that no slot is used and that there is no chain; what a vacant
        // slot holds is never read.
        Box::new(unsafe { vacant.assume_init() })
    }

    /// Reads the bucket's cache line.
    #[inline]
    pub(super) fn touch(&self) -> usize {
        self.tags[0] as usize
    }

    fn tag(&self, slot: usize) -> u8 {
        (self.tags[slot / 8] >> (slot % 8 * 8)) as u8
    }

    fn set_tag(&mut self, slot: usize, tag: u8) {
        let shift = slot % 8 * 8;
        let word = &mut self.tags[slot / 8];
        *word = *word & !(0xff << shift) | u64::from(tag) << shift;
    }

    fn is_linked(&self) -> bool {
        self.tags[WORDS - 1] & LINK_FLAG != 0
    }

    /// True when neither the bucket nor its chain holds anything.
    pub(super) fn is_empty(&self) -> bool {
        self.tags == [0; WORDS]
    }

    /// The next bucket of the chain.
    pub(super) fn next(&self) -> Option<&Self> {
        // SAFETY: the flag says that the last slot is the link.
        self.is_linked()
            .then(|| unsafe { &**self.slots[LINK].next })
    }

    fn next_mut(&mut self) -> Option<&mut Self> {
        // SAFETY: the flag says that the last slot is the link.
        self.is_linked()
            .then(|| unsafe { &mut **self.slots[LINK].next })
    }

    /// The bucket that lies `depth` buckets behind this one.
    pub(super) fn behind(&self, depth: usize) -> Option<&Self> {
        (0..depth).try_fold(self, |bucket, _| bucket.next())
    }

    /// The entry in a slot of this bucket alone; `None` when the slot is vacant or the link.
    pub(super) fn entry(&self, slot: usize) -> Option<&E> {
        // SAFETY: a tag other than 0 says that the slot holds an entry.
        (self.tag(slot) != 0).then(|| unsafe { &*self.slots[slot].entry })
    }

    fn entry_mut(&mut self, slot: usize) -> Option<&mut E> {
        // SAFETY: a tag other than 0 says that the slot holds an entry.
        (self.tag(slot) != 0).then(|| unsafe { &mut *self.slots[slot].entry })
    }

    fn put(&mut self, slot: usize, tag: u8, entry: E) {
        debug_assert!(self.tag(slot) == 0 && tag != 0);
        self.slots[slot].entry = ManuallyDrop::new(entry);
        self.set_tag(slot, tag);
    }

    fn take(&mut self, slot: usize) -> Option<(u8, E)> {
        let tag = self.tag(slot);
        if tag == 0 {
            return None;
        }
        self.set_tag(slot, 0);
        // SAFETY: the tag said that the slot holds an entry; now it says vacant, so the entry is
        // moved out once.
        Some((tag, unsafe {
            ManuallyDrop::take(&mut self.slots[slot].entry)
        }))
    }

    fn unlink(&mut self) -> Option<Box<Self>> {
        if !self.is_linked() {
            return None;
        }
        self.tags[WORDS - 1] &= !LINK_FLAG;
        // SAFETY: the flag said that the last slot is the link; now it is cleared, so the box is
        // moved out once.
        Some(unsafe { ManuallyDrop::take(&mut self.slots[LINK].next) })
    }

    fn link(&mut self, next: Box<Self>) {
        debug_assert!(self.tag(LINK) == 0 && !self.is_linked());
        self.slots[LINK].next = ManuallyDrop::new(next);
        self.tags[WORDS - 1] |= LINK_FLAG;
    }

    fn vacant_slot(&self) -> Option<usize> {
        let usable = if self.is_linked() { LINK } else { SLOTS };
        (0..usable).find(|&slot| self.tag(slot) == 0)
    }

    /// Calls `each` with every entry of the chain.
    pub(super) fn for_each<'a>(&'a self, each: &mut impl FnMut(&'a E)) {
        let mut bucket = Some(self);
        while let Some(here) = bucket {
            (0..SLOTS)
                .filter_map(|slot| here.entry(slot))
                .for_each(&mut *each);
            bucket = here.next();
        }
    }

    /// Adds an entry whose key is not in the chain. `overflow` counts chained buckets; returns the
    /// entry and how many buckets deep it lies, the first being 1.
    pub(super) fn insert(&mut self, tag: u8, entry: E, overflow: &mut usize) -> (&mut E, usize) {
        let mut bucket = self;
        let mut depth = 1;
        let slot = loop {
            if let Some(slot) = bucket.vacant_slot() {
                break slot;
            }
            if !bucket.is_linked() {
                let moved = bucket.take(LINK);
                let mut next = Self::boxed();
                if let Some((tag, entry)) = moved {
                    next.put(0, tag, entry);
                }
                bucket.link(next);
                *overflow += 1;
            }
            // SAFETY: the flag is set: the bucket was linked, or has just been.
            bucket = unsafe { &mut *bucket.slots[LINK].next };
            depth += 1;
        };
        bucket.put(slot, tag, entry);
        // SAFETY: `put` has just filled the slot.
        (unsafe { &mut *bucket.slots[slot].entry }, depth)
    }

    /// Takes the entry of a slot of this bucket and closes the gap from the end of the chain, so
    /// that a chain is never longer than its entries need.
    fn remove_slot(&mut self, slot: usize, overflow: &mut usize) -> Option<E> {
        let (_, removed) = self.take(slot)?;
        if let Some((tag, entry)) = self.pop_chained(overflow) {
            self.put(slot, tag, entry);
        }
        Some(removed)
    }

    /// As [`Bucket::remove_slot`], for a bucket `depth` buckets behind this one.
    pub(super) fn remove_at(
        &mut self,
        depth: usize,
        slot: usize,
        overflow: &mut usize,
    ) -> Option<E> {
        let mut bucket = self;
        for _ in 0..depth {
            bucket = bucket.next_mut()?;
        }
        bucket.remove_slot(slot, overflow)
    }

    /// Takes an entry from the last bucket of the chain behind this one, freeing it when empty.
    fn pop_chained(&mut self, overflow: &mut usize) -> Option<(u8, E)> {
        let mut bucket = self;
        while bucket.next().is_some_and(Self::is_linked) {
            bucket = bucket.next_mut()?;
        }
        let last = bucket.next_mut()?;
        let popped = (0..SLOTS).rev().find_map(|slot| last.take(slot));
        if last.is_empty() {
            bucket.unlink();
            *overflow -= 1;
        }
        popped
    }

    /// Takes every entry out, with its tag, and frees the chain.
    pub(super) fn drain(&mut self, overflow: &mut usize, each: &mut impl FnMut(u8, E)) {
        let mut next = self.drain_one(each);
        while let Some(mut bucket) = next {
            *overflow -= 1;
            next = bucket.drain_one(each);
        }
    }

    fn drain_one(&mut self, each: &mut impl FnMut(u8, E)) -> Option<Box<Self>> {
        for slot in 0..SLOTS {
            if let Some((tag, entry)) = self.take(slot) {
                each(tag, entry);
            }
        }
        self.unlink()
    }

    /// Removes the entries for which `keep` is false; returns how many.
    pub(super) fn retain(
        &mut self,
        overflow: &mut usize,
        keep: &mut impl FnMut(&mut E) -> bool,
    ) -> usize {
        let mut removed = 0;
        let mut bucket = self;
        loop {
            let mut slot = 0;
            while slot < SLOTS {
                // The gap is closed by an entry not yet seen, so the same slot is looked at again.
                if bucket.entry_mut(slot).is_some_and(|entry| !keep(entry)) {
                    bucket.remove_slot(slot, overflow);
                    removed += 1;
                } else {
                    slot += 1;
                }
            }
            let Some(next) = bucket.next_mut() else {
                return removed;
            };
            bucket = next;
        }
    }
}

impl<E: Entry> Bucket<E> {
    /// The slot of this bucket alone whose entry has this tag and is the one sought.
    #[inline]
    fn position(&self, tag: u8, matches: &impl Fn(&E) -> bool) -> Option<usize> {
        for (word, tags) in self.tags.iter().enumerate() {
            let mut equal = equal_bytes(*tags, tag);
            if word == WORDS - 1 {
                equal &= !LINK_FLAG;
            }
            while equal != 0 {
                let slot = word * 8 + (equal.trailing_zeros() / 8) as usize;
                if slot < SLOTS && self.entry(slot).is_some_and(matches) {
                    return Some(slot);
                }
                equal &= equal - 1;
            }
        }
        None
    }

    /// Finds the entry of `key` in the chain.
    #[inline]
    pub(super) fn find(&self, tag: u8, key: &[u8]) -> Option<&E> {
        let mut bucket = self;
        loop {
            if let Some(slot) = bucket.position(tag, &|entry: &E| entry.key() == key) {
                return bucket.entry(slot);
            }
            bucket = bucket.next()?;
        }
    }

    /// Finds an entry by its tag and by what `matches` knows of it, for a change that leaves the key alone.
    #[inline]
    pub(super) fn find_mut(&mut self, tag: u8, matches: impl Fn(&E) -> bool) -> Option<&mut E> {
        let mut bucket = self;
        loop {
            if let Some(slot) = bucket.position(tag, &matches) {
                return bucket.entry_mut(slot);
            }
            bucket = bucket.next_mut()?;
        }
    }

    /// Takes the entry of `key` out of the chain.
    pub(super) fn remove(&mut self, tag: u8, key: &[u8], overflow: &mut usize) -> Option<E> {
        let mut bucket = self;
        loop {
            if let Some(slot) = bucket.position(tag, &|entry: &E| entry.key() == key) {
                return bucket.remove_slot(slot, overflow);
            }
            bucket = bucket.next_mut()?;
        }
    }
}

impl<E> Drop for Bucket<E> {
    fn drop(&mut self) {
        // One bucket at a time: a long chain must not recurse.
        let mut uncounted = usize::MAX;
        self.drain(&mut uncounted, &mut |_, entry| drop(entry));
    }
}
