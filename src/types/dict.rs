//! The hash table under everything: keyspaces, sets, hashes, sorted sets.
//!
//! Buckets are cache lines of seven (wasm: twelve) entries with a byte of hash each, so finding a
//! key whose entry is a pointer costs two cache misses. The table grows and shrinks a few buckets
//! at a time, so no command pays for moving a million keys. While it moves, the buckets of the old
//! table below `moved` live in the new one: every key has exactly one home.

mod bucket;
mod table;

use std::hash::{BuildHasher, Hasher};

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

/// Tries of [`Dict::random`] before it takes what comes next.
const RANDOM_TRIES: usize = 1000;

struct Resize<E> {
    old: Table<E>,
    /// Buckets of `old` below this index are empty: their entries are in the new table.
    moved: usize,
}

/// Where an entry lies: in which slot, how many buckets behind the first of its chain.
struct Place {
    bucket: usize,
    depth: usize,
    slot: usize,
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
    #[inline]
    pub fn hash(&self, key: &[u8]) -> u64 {
        let mut hasher = FixedState::with_seed(self.seed).build_hasher();
        hasher.write(key);
        hasher.finish()
    }

    /// Finds an entry. O(1).
    #[inline]
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
    #[inline]
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut E> {
        self.get_mut_hashed(self.hash(key), key)
    }

    /// As [`Dict::get_mut`], with a hash already known. O(1).
    #[inline]
    pub fn get_mut_hashed(&mut self, hash: u64, key: &[u8]) -> Option<&mut E> {
        self.home_table(hash)?[hash as usize].find_mut(tag_of(hash), key)
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
        // Looked up twice when found, which the borrow checker wants and the cache hardly feels.
        if self.get_hashed(hash, key).is_none() {
            let entry = make();
            debug_assert!(entry.key() == key);
            return (self.insert_new(hash, entry), true);
        }
        (
            self.get_mut_hashed(hash, key).expect("found a moment ago"),
            false,
        )
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

    /// A random entry, each as likely as any other. O(1) on average.
    pub fn random(&self, rng: &mut fastrand::Rng) -> Option<&E> {
        let place = self.random_place(rng)?;
        self.bucket(place.bucket)?
            .behind(place.depth)?
            .entry(place.slot)
    }

    /// Removes a random entry, each as likely as any other. O(1) on average.
    pub fn pop_random(&mut self, rng: &mut fastrand::Rng) -> Option<E> {
        let place = self.random_place(rng)?;
        let (table, index) = match self.resize.as_deref_mut() {
            Some(resize) if place.bucket < resize.old.size() => (&mut resize.old, place.bucket),
            Some(resize) => (self.table.as_mut()?, place.bucket - resize.old.size()),
            None => (self.table.as_mut()?, place.bucket),
        };
        let (bucket, overflow) = table.parts(index);
        let popped = bucket.remove_at(place.depth, place.slot, overflow)?;
        self.len -= 1;
        self.after_removal();
        Some(popped)
    }

    /// The first bucket of a chain, those of the old table counted first.
    fn bucket(&self, index: usize) -> Option<&Bucket<E>> {
        let table = self.table.as_ref()?;
        Some(match self.resize.as_deref() {
            Some(resize) if index < resize.old.size() => &resize.old[index],
            Some(resize) => &table[index - resize.old.size()],
            None => &table[index],
        })
    }

    /// Where a random entry lies.
    ///
    /// A random slot of all there are, chained ones included, is drawn until one holds an entry:
    /// so all entries are equal. A chained bucket is found by drawing chains until one is as long.
    fn random_place(&self, rng: &mut fastrand::Rng) -> Option<Place> {
        if self.len == 0 {
            return None;
        }
        let table = self.table.as_ref()?;
        let old = self.resize.as_deref();
        let moved = old.map_or(0, |resize| resize.moved);
        let end = table.size() + old.map_or(0, |resize| resize.old.size());
        let overflow = table.overflow + old.map_or(0, |resize| resize.old.overflow);
        let deepest = old
            .map_or(1, |resize| resize.old.deepest)
            .max(table.deepest);
        let mut chained = false;
        for _ in 0..RANDOM_TRIES {
            if !chained {
                chained = rng.usize(..end - moved + overflow) < overflow;
            }
            let depth = if chained {
                rng.usize(1..deepest.max(2))
            } else {
                0
            };
            let bucket = rng.usize(moved..end);
            let Some(here) = self.bucket(bucket)?.behind(depth) else {
                continue;
            };
            chained = false;
            let slot = rng.usize(..SLOTS);
            if here.entry(slot).is_some() {
                return Some(Place {
                    bucket,
                    depth,
                    slot,
                });
            }
        }
        // Hardly ever, in a nearly empty table: the next entry behind a random bucket.
        let from = rng.usize(moved..end);
        (from..end).chain(moved..from).find_map(|bucket| {
            let here = self.bucket(bucket)?;
            let slot = (0..SLOTS).find(|&slot| here.entry(slot).is_some())?;
            Some(Place {
                bucket,
                depth: 0,
                slot,
            })
        })
    }

    /// Calls `each` with `n` different entries (all of them when there are fewer) from neighbouring
    /// buckets behind a random one: cheap, for eviction and expiry, but not independent.
    /// O(n), more while the table is nearly empty.
    pub fn sample<'a>(&'a self, n: usize, rng: &mut fastrand::Rng, mut each: impl FnMut(&'a E)) {
        let mut left = n.min(self.len);
        let Some(table) = &self.table else { return };
        let old = self.resize.as_deref().map(|resize| &resize.old);
        let buckets = table.size() + old.map_or(0, Table::size);
        let mut index = rng.usize(..buckets);
        for _ in 0..buckets {
            if left == 0 {
                return;
            }
            let bucket = match old {
                Some(old) if index >= table.size() => &old[index - table.size()],
                _ => &table[index],
            };
            bucket.for_each(&mut |entry| {
                if left > 0 {
                    left -= 1;
                    each(entry);
                }
            });
            index = if index + 1 == buckets { 0 } else { index + 1 };
        }
    }

    /// All entries, in the order of the buckets.
    pub fn iter(&self) -> Iter<'_, E> {
        Iter {
            table: self
                .resize
                .as_deref()
                .map(|resize| &resize.old)
                .or(self.table.as_ref()),
            then: self.resize.as_deref().and(self.table.as_ref()),
            index: 0,
            bucket: None,
            slot: 0,
            left: self.len,
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

    /// Buckets of the table, chained ones not counted: what DEBUG and MEMORY tell of its size.
    pub fn buckets(&self) -> usize {
        self.table.as_ref().map_or(0, Table::size)
    }

    #[inline]
    fn home(&self, hash: u64) -> Option<&Bucket<E>> {
        if let Some(resize) = &self.resize
            && hash as usize & resize.old.mask() >= resize.moved
        {
            return Some(&resize.old[hash as usize]);
        }
        Some(&self.table.as_ref()?[hash as usize])
    }

    #[inline]
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

/// The entries of a [`Dict`], by [`Dict::iter`].
pub struct Iter<'a, E> {
    table: Option<&'a Table<E>>,
    then: Option<&'a Table<E>>,
    index: usize,
    bucket: Option<&'a Bucket<E>>,
    slot: usize,
    left: usize,
}

impl<'a, E> Iterator for Iter<'a, E> {
    type Item = &'a E;

    fn next(&mut self) -> Option<&'a E> {
        loop {
            if let Some(bucket) = self.bucket {
                while self.slot < SLOTS {
                    self.slot += 1;
                    if let Some(entry) = bucket.entry(self.slot - 1) {
                        self.left = self.left.saturating_sub(1);
                        return Some(entry);
                    }
                }
                self.bucket = bucket.next();
                self.slot = 0;
                continue;
            }
            let table = self.table?;
            if self.index == table.size() {
                self.table = self.then.take();
                self.index = 0;
            } else {
                self.bucket = Some(&table[self.index]);
                self.index += 1;
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<E> ExactSizeIterator for Iter<'_, E> {}

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
