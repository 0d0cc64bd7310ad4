//! Random entries, and entries that lie beside a random one.

use super::bucket::{Bucket, SLOTS};
use super::table::Table;
use super::{Dict, Entry};
use crate::types::sampling::below;

/// Tries of [`Dict::random`] before it takes what comes next.
const RANDOM_TRIES: usize = 1000;

/// Where an entry lies: in which slot, how many buckets behind the first of its chain.
struct Place {
    bucket: usize,
    depth: usize,
    slot: usize,
}

impl<E: Entry> Dict<E> {
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
                chained = below(rng, end - moved + overflow) < overflow;
            }
            let depth = if chained {
                1 + below(rng, deepest.max(2) - 1)
            } else {
                0
            };
            let bucket = moved + below(rng, end - moved);
            let Some(here) = self.bucket(bucket)?.behind(depth) else {
                continue;
            };
            chained = false;
            let slot = below(rng, SLOTS);
            if here.entry(slot).is_some() {
                return Some(Place {
                    bucket,
                    depth,
                    slot,
                });
            }
        }
        // Hardly ever, in a nearly empty table: the next entry behind a random bucket.
        let from = moved + below(rng, end - moved);
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
        let mut index = below(rng, buckets);
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
}
