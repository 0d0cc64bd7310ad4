//! A run of entries: a listpack as Redis fills it, and the identity that the entries' own are told from.
//!
//! It begins with the master entry: number of entries, number of tombstones, number of fields, the
//! fields, 0. Each entry then is its flags, its distance from the node's identity in milliseconds and in
//! sequence, its fields (unless they are the master's: number of fields, then names and values in turn;
//! else the values alone), and how many elements that was, for walking backwards. A deleted
//! entry stays where it is, flagged. Format: `t_stream.c` of Redis.

use super::id::StreamId;
use crate::types::listpack::{self, Element, Listpack, Position};

/// The entry is a tombstone.
pub(super) const DELETED: i64 = 1;
/// Its fields are the master entry's.
pub(super) const SAME_FIELDS: i64 = 2;

/// Entries one behind the other.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// What the entries' identities are told from: the first entry's.
    pub(super) master: StreamId,
    pub(super) entries: Listpack,
}

/// An entry where it lies.
#[derive(Clone)]
pub(super) struct Item<'a> {
    pub(super) id: StreamId,
    pub(super) flags: i64,
    /// Where its flags are.
    pub(super) at: Position,
    /// Number of fields.
    pub(super) fields: usize,
    /// The elements behind identity and number of fields, and all that follow.
    pub(super) rest: listpack::Iter<'a>,
}

impl Item<'_> {
    pub(super) fn is_deleted(&self) -> bool {
        self.flags & DELETED != 0
    }

    fn has_own_fields(&self) -> bool {
        self.flags & SAME_FIELDS == 0
    }

    /// Elements up to the number of elements.
    fn elements(&self) -> usize {
        match self.has_own_fields() {
            true => self.fields * 2,
            false => self.fields,
        }
    }
}

/// An integer of a node. What is no integer has been refused when it was read.
fn integer(element: Option<Element<'_>>) -> i64 {
    element.and_then(|element| element.integer()).unwrap_or(0)
}

fn size(element: Option<Element<'_>>) -> usize {
    usize::try_from(integer(element)).unwrap_or(0)
}

impl Node {
    /// A node without entries for those with these fields (names and values in turn).
    pub(super) fn new(master: StreamId, fields: &[&[u8]]) -> Self {
        let mut entries = Listpack::new();
        let names = fields.iter().step_by(2);
        for number in [0, 0, names.len() as i64] {
            entries.push_back(number);
        }
        names.for_each(|name| entries.push_back(*name));
        entries.push_back(0);
        Node { master, entries }
    }

    /// Numbers of entries and of tombstones.
    pub(super) fn counts(&self) -> (u64, u64) {
        let mut elements = self.entries.iter();
        let mut count = || u64::try_from(integer(elements.next())).unwrap_or(0);
        (count(), count())
    }

    /// Makes `gone` entries tombstones in the counts, or brings `come` new ones.
    pub(super) fn count(&mut self, come: u64, gone: u64) {
        let (live, deleted) = self.counts();
        let live = (live + come).saturating_sub(gone);
        if let Some(first) = self.entries.first() {
            self.entries.replace(first, live as i64);
            if gone > 0
                && let Some(second) = self.entries.next(first)
            {
                self.entries.replace(second, (deleted + gone) as i64);
            }
        }
    }

    /// The names of the master entry.
    pub(super) fn names(&self) -> listpack::Iter<'_> {
        let mut elements = self.entries.iter();
        elements.next();
        elements.next();
        elements.next();
        elements
    }

    fn name_count(&self) -> usize {
        size(self.entries.iter().nth(2))
    }

    fn has_these_names(&self, fields: &[&[u8]]) -> bool {
        let names = fields.iter().step_by(2);
        self.name_count() == names.len()
            && self.names().zip(names).all(|(name, other)| name == **other)
    }

    /// Appends an entry, whose identity is above all others'.
    pub(super) fn append(&mut self, id: StreamId, fields: &[&[u8]]) {
        let same = self.has_these_names(fields);
        let count = fields.len() / 2;
        self.count(1, 0);
        let entries = &mut self.entries;
        entries.push_back(if same { SAME_FIELDS } else { 0 });
        entries.push_back(id.ms.wrapping_sub(self.master.ms) as i64);
        entries.push_back(id.seq.wrapping_sub(self.master.seq) as i64);
        if !same {
            entries.push_back(count as i64);
        }
        let step = if same { 2 } else { 1 };
        for element in fields.iter().skip(step - 1).step_by(step) {
            entries.push_back(*element);
        }
        let elements = if same { count + 3 } else { 2 * count + 4 };
        entries.push_back(elements as i64);
    }

    /// Flags the entry at a position as deleted. The counts are the caller's.
    pub(super) fn flag_deleted(&mut self, at: Position) {
        let flags = integer(Some(self.entries.at(at)));
        self.entries.replace(at, flags | DELETED);
    }

    /// The first entry, tombstone or not.
    pub(super) fn first(&self) -> Option<Item<'_>> {
        // Three numbers, the names, the zero.
        self.item(self.entries.seek(self.name_count() as i64 + 4)?)
    }

    /// The last entry, tombstone or not.
    pub(super) fn last(&self) -> Option<Item<'_>> {
        self.item_that_ends(self.entries.last()?)
    }

    /// The entry after this one.
    pub(super) fn after(&self, item: &Item<'_>) -> Option<Item<'_>> {
        let mut at = item.at;
        let head = if item.has_own_fields() { 4 } else { 3 };
        for _ in 0..head + item.elements() + 1 {
            at = self.entries.next(at)?;
        }
        self.item(at)
    }

    /// The entry before this one.
    pub(super) fn before(&self, item: &Item<'_>) -> Option<Item<'_>> {
        self.item_that_ends(self.entries.previous(item.at)?)
    }

    /// The entry whose number of elements is at `at`; None for the master entry, which has 0.
    fn item_that_ends(&self, at: Position) -> Option<Item<'_>> {
        let elements = size(Some(self.entries.at(at)));
        if elements == 0 {
            return None;
        }
        let mut at = at;
        for _ in 0..elements {
            at = self.entries.previous(at)?;
        }
        self.item(at)
    }

    /// The entry whose flags are at `at`.
    pub(super) fn item(&self, at: Position) -> Option<Item<'_>> {
        let mut rest = self.entries.iter_from(at);
        let flags = integer(rest.next());
        let ms = self.master.ms.wrapping_add(integer(rest.next()) as u64);
        let seq = self.master.seq.wrapping_add(integer(rest.next()) as u64);
        let fields = match flags & SAME_FIELDS {
            0 => size(rest.next()),
            _ => self.name_count(),
        };
        Some(Item {
            id: StreamId::new(ms, seq),
            flags,
            at,
            fields,
            rest,
        })
    }

    /// Checks what an RDB file says is a node; the first and last identity of its entries that are
    /// no tombstones, and their number. They must be in order, and not before `master`.
    pub(super) fn check(&self) -> Option<Checked> {
        let mut elements = self.entries.iter();
        let number = |elements: &mut listpack::Iter<'_>| elements.next()?.integer();
        let live = u64::try_from(number(&mut elements)?).ok()?;
        let deleted = u64::try_from(number(&mut elements)?).ok()?;
        let names = usize::try_from(number(&mut elements)?).ok()?;
        for _ in 0..names {
            elements.next()?;
        }
        if number(&mut elements)? != 0 {
            return None;
        }
        let mut checked = Checked::default();
        let mut tombstones = 0_u64;
        while let Some(flags) = elements.next() {
            let flags = flags.integer()?;
            if !(0..=DELETED | SAME_FIELDS).contains(&flags) {
                return None;
            }
            let ms = self.master.ms.wrapping_add(number(&mut elements)? as u64);
            let seq = self.master.seq.wrapping_add(number(&mut elements)? as u64);
            let id = StreamId::new(ms, seq);
            let (values, count) = match flags & SAME_FIELDS {
                0 => {
                    let fields = usize::try_from(number(&mut elements)?).ok()?;
                    let both = fields.checked_mul(2)?;
                    (both, both.checked_add(4)?)
                }
                _ => (names, names + 3),
            };
            for _ in 0..values {
                elements.next()?;
            }
            if usize::try_from(number(&mut elements)?).ok()? != count {
                return None;
            }
            if flags & DELETED != 0 {
                tombstones += 1;
                continue;
            }
            // XADD adds no entry without a field, nor 0-0.
            if values == 0 || id == StreamId::MIN {
                return None;
            }
            if id < self.master || checked.last.is_some_and(|last| last >= id) {
                return None;
            }
            checked.first.get_or_insert(id);
            checked.last = Some(id);
            checked.live += 1;
        }
        (checked.live == live && tombstones == deleted).then_some(checked)
    }
}

/// The entries of a node that are no tombstones.
#[derive(Clone, Copy, Default)]
pub(super) struct Checked {
    pub(super) first: Option<StreamId>,
    pub(super) last: Option<StreamId>,
    pub(super) live: u64,
}
