//! Walking the entries of a stream, from either end.

use super::Stream;
use super::id::StreamId;
use super::node::{Item, Node};
use crate::types::listpack::{self, Element};

/// An entry as it is read.
pub struct StreamEntry<'a> {
    /// Its identity.
    pub id: StreamId,
    len: usize,
    /// The names, unless they stand between the values.
    names: Option<listpack::Iter<'a>>,
    rest: listpack::Iter<'a>,
}

impl<'a> StreamEntry<'a> {
    fn new(node: &'a Node, item: &Item<'a>) -> Self {
        let shares_names = item.flags & super::node::SAME_FIELDS != 0;
        StreamEntry {
            id: item.id,
            len: item.fields,
            names: shares_names.then(|| node.names()),
            rest: item.rest.clone(),
        }
    }

    /// Number of fields.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no field, which XADD does not allow.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Names and values in turn.
    pub fn elements(self) -> impl Iterator<Item = Element<'a>> {
        let (mut names, mut rest) = (self.names, self.rest);
        (0..self.len * 2).map_while(move |number| match &mut names {
            Some(names) if number % 2 == 0 => names.next(),
            _ => rest.next(),
        })
    }
}

/// The entries of a range that are no tombstones.
pub struct Entries<'a> {
    nodes: &'a [Node],
    reverse: bool,
    start: StreamId,
    end: StreamId,
    /// The node that the last item is of, and that item.
    at: usize,
    item: Option<Item<'a>>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = StreamEntry<'a>;

    fn next(&mut self) -> Option<StreamEntry<'a>> {
        loop {
            let node = self.nodes.get(self.at)?;
            let item = match self.item.take() {
                Some(item) if self.reverse => node.before(&item),
                Some(item) => node.after(&item),
                None if self.reverse => node.last(),
                None => node.first(),
            };
            let Some(item) = item else {
                // An index below zero is beyond the end as well.
                self.at = match self.reverse {
                    true => self.at.wrapping_sub(1),
                    false => self.at + 1,
                };
                continue;
            };
            let (id, deleted) = (item.id, item.is_deleted());
            let item = self.item.insert(item);
            if deleted {
                continue;
            }
            let (early, late) = match self.reverse {
                true => (id > self.end, id < self.start),
                false => (id < self.start, id > self.end),
            };
            if late {
                self.nodes = &[];
                return None;
            }
            if !early {
                return Some(StreamEntry::new(node, item));
            }
        }
    }
}

impl Stream {
    /// The entries from `start` to `end`, both included. O(log n) and some entries of a node to the first.
    pub fn range(&self, start: StreamId, end: StreamId) -> Entries<'_> {
        self.walk(start, end, false)
    }

    /// The same from the last to the first.
    pub fn range_reversed(&self, start: StreamId, end: StreamId) -> Entries<'_> {
        self.walk(start, end, true)
    }

    /// All entries.
    pub fn iter(&self) -> Entries<'_> {
        self.range(StreamId::MIN, StreamId::MAX)
    }

    /// The last entry.
    pub fn last_entry_id(&self) -> Option<StreamId> {
        let mut entries = self.range_reversed(StreamId::MIN, StreamId::MAX);
        entries.next().map(|entry| entry.id)
    }

    /// Whether there is such an entry.
    pub fn contains(&self, id: StreamId) -> bool {
        self.range(id, id).next().is_some()
    }

    fn walk(&self, start: StreamId, end: StreamId, reverse: bool) -> Entries<'_> {
        let nodes = &self.0.nodes;
        let from = if reverse { end } else { start };
        let after = nodes.partition_point(|node| node.master <= from);
        Entries {
            nodes,
            reverse,
            start,
            end,
            at: match reverse {
                // Nothing begins before: nothing is there.
                true => after.wrapping_sub(1),
                false => after.saturating_sub(1),
            },
            item: None,
        }
    }
}

impl Entries<'_> {
    /// Where the entry lies that was given last: its node, and its flags there.
    pub(super) fn place(&self) -> Option<(usize, crate::types::listpack::Position)> {
        Some((self.at, self.item.as_ref()?.at))
    }
}
