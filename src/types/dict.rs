//! The hash table under everything: keyspaces, sets, hashes, sorted sets.
//!
//! Buckets are cache lines of seven (wasm: twelve) entries with a byte of hash each, so finding a
//! key whose entry is a pointer costs two cache misses. The table grows and shrinks a few buckets
//! at a time, so no command pays for moving a million keys. While it moves, the buckets of the old
//! table below `moved` live in the new one: every key has exactly one home.

mod bucket;
mod iter;
mod random;
mod table;

pub use iter::Iter;

use std::hash::{BuildHasher, Hasher};
use std::ptr::NonNull;

use bucket::{Bucket, SLOTS, tag_of};
use foldhash::fast::FixedState;
use table::Table;

/// What a [`Dict`] holds: a value that knows its key. Best one pointer wide.
pub trait Entry {
    /// The key, which must not change while the entry is in a table.
    fn key(&self) -> &[u8];
}

impl<E: Entry> Entry for &E {
    fn key(&self) -> &[u8] {
        (**self).key()
    }
}

/// Entries per bucket at which the table doubles. Two in five buckets have a chain by then, but
/// only one entry in six lies in one.
const GROW_AT: usize = SLOTS;

/// Entries per bucket that shrinking aims at.
const SHRINK_TO: usize = GROW_AT * 3 / 4;

/// The table shrinks when fewer than one slot in this many is used.
const SHRINK_BELOW: usize = 8;

/// Old buckets moved by every insertion and removal. Two finish a move before the next can be due.
const MOVED_PER_WRITE: usize = 2;

struct Resize<E> {
    old: Table<E>,
    /// Buckets of `old` below this index are empty: their entries are in the new table.
    moved: usize,
}

/// A hash table of entries that carry their own key.
///
/// The order of iteration, scanning and sampling depends only on the seed and on the operations
/// done so far.
pub struct Dict<E> {
    seed: u64,
    len: usize,
    table: Option<Table<E>>,
    resize: Option<Box<Resize<E>>>,
}

impl<E: Entry> Dict<E> {
    /// An empty table, which allocates nothing until the first insertion.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            len: 0,
            table: None,
            resize: None,
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The hash of a key in this table, for [`Dict::get_hashed`].
    #[inline(always)]
    pub fn hash(&self, key: &[u8]) -> u64 {
        let mut hasher = FixedState::with_seed(self.seed).build_hasher();
        hasher.write(key);
        hasher.finish()
    }

    /// Finds an entry. O(1).
    #[inline(always)]
    pub fn get(&self, key: &[u8]) -> Option<&E> {
        self.get_hashed(self.hash(key), key)
    }

    /// Finds an entry whose hash is already known. O(1).
    #[inline]
    pub fn get_hashed(&self, hash: u64, key: &[u8]) -> Option<&E> {
        self.home(hash)?.find(tag_of(hash), key)
    }

    /// True when there is an entry with this key. O(1).
    pub fn contains(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }

    /// Finds an entry to change, but for its key. O(1).
    #[inline(always)]
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut E> {
        self.get_mut_hashed(self.hash(key), key)
    }

    /// As [`Dict::get_mut`], with a hash already known. O(1).
    #[inline]
    pub fn get_mut_hashed(&mut self, hash: u64, key: &[u8]) -> Option<&mut E> {
        self.home_table(hash)?[hash as usize].find_mut(tag_of(hash), |entry| entry.key() == key)
    }

    /// Reads the bucket of a hash, to have it in the cache. The answer means nothing, but is to be used.
    #[inline]
    pub fn touch(&self, hash: u64) -> usize {
        self.home(hash).map_or(0, Bucket::touch)
    }

    /// An entry that may have a key of this hash: one in ten does not, and some are not found. It is not asked
    /// for its key.
    #[inline]
    pub fn likely(&self, hash: u64) -> Option<&E> {
        self.home(hash)?.likely(tag_of(hash))
    }

    /// Finds an entry whose key has this hash by what `matches` knows of it. It is not asked for its key. O(1).
    pub fn find_hashed_mut(&mut self, hash: u64, matches: impl Fn(&E) -> bool) -> Option<&mut E> {
        self.home_table(hash)?[hash as usize].find_mut(tag_of(hash), matches)
    }

    /// Inserts an entry, or replaces the one with the same key and returns it. O(1).
    pub fn insert(&mut self, entry: E) -> Option<E> {
        let hash = self.hash(entry.key());
        if let Some(place) = self.get_mut_hashed(hash, entry.key()) {
            return Some(std::mem::replace(place, entry));
        }
        self.insert_new(hash, entry);
        None
    }

    /// Finds the entry of `key`, or inserts the one that `make` returns, which must have that key.
    /// True when it was inserted. O(1).
    pub fn find_or_insert_with(&mut self, key: &[u8], make: impl FnOnce() -> E) -> (&mut E, bool) {
        let hash = self.hash(key);
        if let Some(mut found) = self.get_mut_hashed(hash, key).map(NonNull::from) {
            // SAFETY: it comes from the exclusive borrow that the answer goes on with, and nothing has touched the
            // table since. The borrow checker cannot see yet that the other branch no longer holds it.
            return (unsafe { found.as_mut() }, false);
        }
        let entry = make();
        debug_assert!(entry.key() == key);
        (self.insert_new(hash, entry), true)
    }

    /// Removes an entry. O(1).
    pub fn remove(&mut self, key: &[u8]) -> Option<E> {
        let hash = self.hash(key);
        let table = self.home_table(hash)?;
        let (bucket, overflow) = table.parts(hash as usize);
        let removed = bucket.remove(tag_of(hash), key, overflow)?;
        self.len -= 1;
        self.after_removal();
        Some(removed)
    }

    /// Removes the entries for which `keep` is false. `keep` must not change keys. O(n).
    pub fn retain(&mut self, mut keep: impl FnMut(&mut E) -> bool) {
        let old = self.resize.as_deref_mut().map(|resize| &mut resize.old);
        for table in old.into_iter().chain(self.table.as_mut()) {
            for index in 0..table.size() {
                let (bucket, overflow) = table.parts(index);
                self.len -= bucket.retain(overflow, &mut keep);
            }
        }
        self.after_removal();
    }

    /// Removes everything and frees the table. O(n).
    pub fn clear(&mut self) {
        self.len = 0;
        self.table = None;
        self.resize = None;
    }

    /// Takes the whole table and leaves an empty one. O(1).
    pub fn take(&mut self) -> Self {
        let empty = Self::new(self.seed);
        std::mem::replace(self, empty)
    }

    /// Takes the entries of one bucket out, the `index`th of all; false behind the last. Empties a
    /// table in steps, if nothing else changes it between them.
    pub fn drain_bucket(&mut self, index: usize, each: &mut impl FnMut(E)) -> bool {
        let mut index = index;
        let old = self.resize.as_deref_mut().map(|resize| &mut resize.old);
        for table in old.into_iter().chain(self.table.as_mut()) {
            if index < table.size() {
                let (bucket, overflow) = table.parts(index);
                bucket.drain(overflow, &mut |_, entry| {
                    self.len -= 1;
                    each(entry);
                });
                return true;
            }
            index -= table.size();
        }
        false
    }

    /// Makes room for `additional` more entries at once, for loading. O(n), not incremental.
    pub fn reserve(&mut self, additional: usize) {
        let wanted = buckets_for(self.len.saturating_add(additional), GROW_AT);
        if self
            .table
            .as_ref()
            .is_some_and(|table| table.size() >= wanted)
        {
            return;
        }
        while self.rehash(usize::MAX) {}
        self.start_resize(wanted);
        while self.rehash(usize::MAX) {}
    }

    /// Moves up to `buckets` buckets of a resize under way; false when there is nothing more to
    /// move. Every write moves a few; an idle server calls this to finish.
    pub fn rehash(&mut self, buckets: usize) -> bool {
        let (Some(resize), Some(table)) = (self.resize.as_deref_mut(), self.table.as_mut()) else {
            return false;
        };
        let hasher = FixedState::with_seed(self.seed);
        let end = resize.old.size().min(resize.moved.saturating_add(buckets));
        for index in resize.moved..end {
            let (bucket, overflow) = resize.old.parts(index);
            bucket.drain(overflow, &mut |tag, entry| {
                let mut hasher = hasher.build_hasher();
                hasher.write(entry.key());
                table.insert(hasher.finish() as usize, tag, entry);
            });
        }
        resize.moved = end;
        if end == resize.old.size() {
            self.resize = None;
        }
        self.resize.is_some()
    }

    /// True while entries are being moved to a larger or smaller table.
    pub fn is_rehashing(&self) -> bool {
        self.resize.is_some()
    }

    /// Calls `each` with some entries and returns the cursor for the next call; begin with 0, and
    /// 0 means the end.
    ///
    /// An entry that is there from the first call to the last is seen at least once, whatever is
    /// inserted and removed between the calls; some may be seen twice. The cursor counts with its
    /// bits reversed, so that the buckets which a resize splits or joins lie behind each other
    /// (Pieter Noordhuis's algorithm, described in Redis's dict.c).
    pub fn scan<'a>(&'a self, cursor: u64, each: &mut impl FnMut(&'a E)) -> u64 {
        let Some(table) = &self.table else { return 0 };
        let mut cursor = cursor;
        let Some(resize) = &self.resize else {
            table[cursor as usize].for_each(each);
            return next_cursor(cursor, table.mask() as u64);
        };
        let (small, large) = if table.size() < resize.old.size() {
            (table, &resize.old)
        } else {
            (&resize.old, table)
        };
        small[cursor as usize].for_each(each);
        let (small_mask, large_mask) = (small.mask() as u64, large.mask() as u64);
        loop {
            large[cursor as usize].for_each(each);
            cursor = next_cursor(cursor, large_mask);
            if cursor & (small_mask ^ large_mask) == 0 {
                return cursor;
            }
        }
    }

    /// Bytes that the table has allocated, without what its entries point to.
    pub fn allocated_bytes(&self) -> usize {
        let resize = self.resize.as_deref();
        self.table.as_ref().map_or(0, Table::allocated_bytes)
            + resize.map_or(0, |resize| {
                size_of_val(resize) + resize.old.allocated_bytes()
            })
    }

    /// Entries that the table has room for before it grows.
    pub fn slots(&self) -> usize {
        self.buckets().saturating_mul(GROW_AT)
    }

    /// Buckets of the table, chained ones not counted: what DEBUG and MEMORY tell of its size.
    pub fn buckets(&self) -> usize {
        self.table.as_ref().map_or(0, Table::size)
    }

    #[inline(always)]
    fn home(&self, hash: u64) -> Option<&Bucket<E>> {
        if let Some(resize) = &self.resize
            && hash as usize & resize.old.mask() >= resize.moved
        {
            return Some(&resize.old[hash as usize]);
        }
        Some(&self.table.as_ref()?[hash as usize])
    }

    #[inline(always)]
    fn home_table(&mut self, hash: u64) -> Option<&mut Table<E>> {
        if let Some(resize) = self.resize.as_deref_mut()
            && hash as usize & resize.old.mask() >= resize.moved
        {
            return Some(&mut resize.old);
        }
        self.table.as_mut()
    }

    /// Inserts an entry whose key is not there; `hash` is that of its key. O(1).
    pub fn insert_new(&mut self, hash: u64, entry: E) -> &mut E {
        self.rehash(MOVED_PER_WRITE);
        let full = self.buckets().saturating_mul(GROW_AT);
        if self.len >= full && self.resize.is_none() {
            self.start_resize(self.buckets().saturating_mul(2).max(1));
        }
        self.len += 1;
        let table = match self.resize.as_deref_mut() {
            Some(resize) if hash as usize & resize.old.mask() >= resize.moved => &mut resize.old,
            _ => self.table.get_or_insert_with(|| Table::new(1)),
        };
        table.insert(hash as usize, tag_of(hash), entry)
    }

    fn after_removal(&mut self) {
        if self.len == 0 {
            self.clear();
            return;
        }
        let size = self.buckets();
        if !self.rehash(MOVED_PER_WRITE) && size > 1 && self.len < size * SLOTS / SHRINK_BELOW {
            self.start_resize(buckets_for(self.len, SHRINK_TO));
        }
    }

    fn start_resize(&mut self, size: usize) {
        let Some(old) = self.table.take() else {
            self.table = Some(Table::new(size));
            return;
        };
        if size == old.size() {
            self.table = Some(old);
            return;
        }
        self.table = Some(Table::new(size));
        self.resize = Some(Box::new(Resize { old, moved: 0 }));
    }
}

fn buckets_for(entries: usize, per_bucket: usize) -> usize {
    entries.div_ceil(per_bucket).max(1).next_power_of_two()
}

fn next_cursor(cursor: u64, mask: u64) -> u64 {
    (cursor | !mask)
        .reverse_bits()
        .wrapping_add(1)
        .reverse_bits()
}

impl<'a, E: Entry> IntoIterator for &'a Dict<E> {
    type Item = &'a E;
    type IntoIter = Iter<'a, E>;

    fn into_iter(self) -> Iter<'a, E> {
        self.iter()
    }
}

impl<E: Entry + std::fmt::Debug> std::fmt::Debug for Dict<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<E: Entry + Clone> Clone for Dict<E> {
    /// O(n). The copy may hold its entries in another order.
    fn clone(&self) -> Self {
        let mut copy = Self::new(self.seed);
        copy.reserve(self.len);
        for entry in self {
            copy.insert_new(copy.hash(entry.key()), entry.clone());
        }
        copy
    }
}

#[cfg(test)]
mod tests;
