//! One node of a quicklist: a listpack, or a single large element.

use super::limits::Limits;
use crate::types::listpack::{self, Element, Listpack};

#[derive(Debug, Clone)]
enum Body {
    Packed(Listpack),
    Plain(Box<[u8]>),
}

/// What a node of a list holds.
#[derive(Debug, Clone, Copy)]
pub enum NodeRef<'a> {
    /// A listpack of elements.
    Packed(&'a Listpack),
    /// One large element.
    Plain(&'a [u8]),
}

/// A run of elements. The count stands here so that seeking need not touch the listpacks.
#[derive(Debug, Clone)]
pub(super) struct Node {
    body: Body,
    count: u32,
}

impl Node {
    /// A node that holds one element.
    pub(super) fn of_one(bytes: &[u8], limits: &Limits) -> Self {
        if limits.is_large(bytes.len()) {
            return Node::of_plain(bytes.to_vec());
        }
        let mut entries = Listpack::with_capacity(Listpack::entry_size(bytes));
        entries.push_back(bytes);
        Node::of_listpack(entries)
    }

    pub(super) fn of_plain(element: Vec<u8>) -> Self {
        Node {
            body: Body::Plain(element.into()),
            count: 1,
        }
    }

    pub(super) fn as_ref(&self) -> NodeRef<'_> {
        match &self.body {
            Body::Packed(entries) => NodeRef::Packed(entries),
            Body::Plain(bytes) => NodeRef::Plain(bytes),
        }
    }

    pub(super) fn of_listpack(entries: Listpack) -> Self {
        let count = entries.len() as u32;
        Node {
            body: Body::Packed(entries),
            count,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// Bytes of the listpack, or of the large element.
    #[cfg(test)]
    pub(super) fn byte_len(&self) -> usize {
        match &self.body {
            Body::Packed(entries) => entries.byte_len(),
            Body::Plain(bytes) => bytes.len(),
        }
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        match &self.body {
            Body::Packed(entries) => entries.allocated_bytes(),
            Body::Plain(bytes) => bytes.len(),
        }
    }

    pub(super) fn as_listpack(&self) -> Option<&Listpack> {
        match &self.body {
            Body::Packed(entries) => Some(entries),
            Body::Plain(_) => None,
        }
    }

    pub(super) fn into_listpack(self) -> Option<Listpack> {
        match self.body {
            Body::Packed(entries) => Some(entries),
            Body::Plain(_) => None,
        }
    }

    /// The listpack, if there is one and it may take one more element of `len` bytes.
    pub(super) fn room_for(&mut self, len: usize, limits: &Limits) -> Option<Room<'_>> {
        let Body::Packed(entries) = &mut self.body else {
            return None;
        };
        let room = !limits.is_large(len)
            && limits.allow_one_more(entries.byte_len(), self.count as usize, len);
        room.then_some(Room {
            entries,
            count: &mut self.count,
        })
    }

    /// As [`Node::room_for`] without asking any limit.
    pub(super) fn room(&mut self) -> Option<Room<'_>> {
        match &mut self.body {
            Body::Packed(entries) => Some(Room {
                entries,
                count: &mut self.count,
            }),
            Body::Plain(_) => None,
        }
    }

    pub(super) fn shrink_to_fit(&mut self) {
        if let Body::Packed(entries) = &mut self.body {
            entries.shrink_to_fit();
        }
    }

    pub(super) fn get(&self, offset: usize) -> Option<Element<'_>> {
        match &self.body {
            Body::Packed(entries) => entries.get(offset as i64),
            Body::Plain(bytes) => (offset == 0).then_some(Element::Str(bytes)),
        }
    }

    pub(super) fn first(&self) -> Option<Element<'_>> {
        match &self.body {
            Body::Packed(entries) => entries.first().map(|position| entries.at(position)),
            Body::Plain(bytes) => Some(Element::Str(bytes)),
        }
    }

    pub(super) fn last(&self) -> Option<Element<'_>> {
        match &self.body {
            Body::Packed(entries) => entries.last().map(|position| entries.at(position)),
            Body::Plain(bytes) => Some(Element::Str(bytes)),
        }
    }

    /// Replaces an element where it is; false when the node or the element is a large one.
    pub(super) fn replace(&mut self, offset: usize, bytes: &[u8], limits: &Limits) -> bool {
        match &mut self.body {
            Body::Packed(entries) if !limits.is_large(bytes.len()) => {
                if let Some(position) = entries.seek(offset as i64) {
                    entries.replace(position, bytes);
                }
                true
            }
            Body::Plain(old) if limits.is_large(bytes.len()) => {
                *old = bytes.into();
                true
            }
            _ => false,
        }
    }

    /// Removes up to `count` elements from `offset` on.
    pub(super) fn remove(&mut self, offset: usize, count: usize) {
        match &mut self.body {
            Body::Packed(entries) => {
                self.count -= entries.remove_range(offset as i64, count) as u32;
            }
            Body::Plain(_) if offset == 0 && count > 0 => self.count = 0,
            Body::Plain(_) => {}
        }
    }

    /// Removes up to `most` elements equal to `needle`; how many.
    pub(super) fn remove_equal(&mut self, needle: &[u8], most: usize, from_tail: bool) -> usize {
        let removed = match &mut self.body {
            Body::Packed(entries) => remove_equal(entries, needle, most, from_tail),
            Body::Plain(bytes) => usize::from(most > 0 && **bytes == *needle),
        };
        self.count -= removed as u32;
        removed
    }

    /// Splits off the elements from `offset` on; None when that leaves either side empty.
    pub(super) fn split_off(&mut self, offset: usize) -> Option<Node> {
        let Body::Packed(entries) = &mut self.body else {
            return None;
        };
        if offset == 0 {
            return None;
        }
        let tail = Node::of_listpack(entries.split_off(entries.seek(offset as i64)?));
        self.count -= tail.count;
        Some(tail)
    }

    /// Whether this node and `next` fit into one.
    pub(super) fn merges_with(&self, next: &Node, limits: &Limits) -> bool {
        let (Body::Packed(one), Body::Packed(other)) = (&self.body, &next.body) else {
            return false;
        };
        // One header and one end byte go away.
        let bytes = one.byte_len() + other.byte_len() - 7;
        !limits.exceeded_by(bytes, self.len() + next.len())
    }

    /// Appends the elements of `next`, which [`Node::merges_with`] has allowed.
    pub(super) fn merge(&mut self, next: &Node) {
        if let (Body::Packed(one), Body::Packed(other)) = (&mut self.body, &next.body) {
            one.append(other);
            self.count += next.count;
        }
    }

    pub(super) fn iter(&self) -> NodeIter<'_> {
        match &self.body {
            Body::Packed(entries) => NodeIter::Packed(entries.iter()),
            Body::Plain(bytes) => NodeIter::Plain(Some(bytes)),
        }
    }

    /// Elements from `offset` on.
    pub(super) fn iter_from(&self, offset: usize) -> NodeIter<'_> {
        match &self.body {
            Body::Packed(entries) => iter_from(entries, offset),
            Body::Plain(bytes) => NodeIter::Plain((offset == 0).then_some(bytes)),
        }
    }

    /// Elements up to and with the one at `offset`.
    pub(super) fn iter_to(&self, offset: usize) -> NodeIter<'_> {
        match &self.body {
            Body::Packed(entries) => iter_to(entries, offset),
            Body::Plain(bytes) => NodeIter::Plain(Some(bytes)),
        }
    }
}

/// A listpack of a node that may be added to.
pub(super) struct Room<'a> {
    entries: &'a mut Listpack,
    count: &'a mut u32,
}

impl Room<'_> {
    pub(super) fn push_front(self, bytes: &[u8]) {
        self.entries.push_front(bytes);
        *self.count += 1;
    }

    pub(super) fn push_back(self, bytes: &[u8]) {
        self.entries.push_back(bytes);
        *self.count += 1;
    }

    /// Inserts so that the new element's offset is `offset`.
    pub(super) fn insert(self, offset: usize, bytes: &[u8]) {
        match self.entries.seek(offset as i64) {
            Some(position) => self.entries.insert_before(position, bytes),
            None => self.entries.push_back(bytes),
        }
        *self.count += 1;
    }
}

/// Removes up to `most` elements equal to `needle`; how many.
pub(super) fn remove_equal(
    entries: &mut Listpack,
    needle: &[u8],
    most: usize,
    from_tail: bool,
) -> usize {
    let mut removed = 0;
    if from_tail {
        let mut at = entries.last();
        while let Some(position) = at {
            if removed == most {
                break;
            }
            at = entries.previous(position);
            if entries.at(position) == needle {
                entries.remove(position, 1);
                removed += 1;
            }
        }
    } else {
        let mut at = entries.find(needle, 0);
        while let Some(position) = at {
            if removed == most {
                break;
            }
            let next = entries.remove(position, 1);
            at = next.and_then(|next| entries.find_from(next, needle, 0));
            removed += 1;
        }
    }
    removed
}

pub(super) fn iter_from(entries: &Listpack, offset: usize) -> NodeIter<'_> {
    match entries.seek(offset as i64) {
        Some(position) => NodeIter::Packed(entries.iter_from(position)),
        None => NodeIter::Plain(None),
    }
}

pub(super) fn iter_to(entries: &Listpack, offset: usize) -> NodeIter<'_> {
    match entries.seek(offset as i64) {
        Some(position) => NodeIter::Packed(entries.iter_to(position)),
        None => NodeIter::Packed(entries.iter()),
    }
}

/// The elements of a node, from either end.
#[derive(Debug, Clone)]
pub(super) enum NodeIter<'a> {
    Packed(listpack::Iter<'a>),
    Plain(Option<&'a [u8]>),
}

impl<'a> Iterator for NodeIter<'a> {
    type Item = Element<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Element<'a>> {
        match self {
            NodeIter::Packed(entries) => entries.next(),
            NodeIter::Plain(bytes) => bytes.take().map(Element::Str),
        }
    }
}

impl DoubleEndedIterator for NodeIter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            NodeIter::Packed(entries) => entries.next_back(),
            NodeIter::Plain(bytes) => bytes.take().map(Element::Str),
        }
    }
}
