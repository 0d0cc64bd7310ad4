//! Going through all entries at once.

use super::bucket::{Bucket, SLOTS};
use super::table::Table;
use super::{Dict, Entry};

impl<E: Entry> Dict<E> {
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
