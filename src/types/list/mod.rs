//! The list: one listpack while it is small, a quicklist of listpacks beyond. The encodings change
//! over when Redis 7.2's do.

mod builder;
mod iter;
mod limits;
mod node;
mod quicklist;

pub use builder::Builder;
pub use iter::Iter;
pub use limits::Limits;

use super::listpack::{Element, Listpack};
use node::NodeIter;
pub use node::NodeRef;
use quicklist::Quicklist;

/// An end of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Left: where LPUSH pushes, index 0.
    Head,
    /// Right: where RPUSH pushes, index -1.
    Tail,
}

#[derive(Debug, Clone)]
enum Encoding {
    Listpack(Listpack),
    Quicklist(Box<Quicklist>),
}

/// A list of byte strings.
#[derive(Debug, Clone)]
pub struct List {
    encoding: Encoding,
}

impl Default for List {
    fn default() -> Self {
        List::new()
    }
}

impl List {
    /// An empty list.
    pub fn new() -> Self {
        List {
            encoding: Encoding::Listpack(Listpack::new()),
        }
    }

    /// Number of elements. O(1).
    pub fn len(&self) -> usize {
        match &self.encoding {
            Encoding::Listpack(entries) => entries.len(),
            Encoding::Quicklist(quicklist) => quicklist.len(),
        }
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The encoding's name as OBJECT ENCODING gives it.
    pub fn encoding(&self) -> &'static str {
        match &self.encoding {
            Encoding::Listpack(_) => "listpack",
            Encoding::Quicklist(_) => "quicklist",
        }
    }

    /// Bytes of heap held. O(nodes).
    pub fn allocated_bytes(&self) -> usize {
        match &self.encoding {
            Encoding::Listpack(entries) => entries.allocated_bytes(),
            Encoding::Quicklist(quicklist) => quicklist.allocated_bytes(),
        }
    }

    /// The element at an end. O(1).
    pub fn peek(&self, end: End) -> Option<Element<'_>> {
        match &self.encoding {
            Encoding::Listpack(entries) => match end {
                End::Head => entries.first().map(|position| entries.at(position)),
                End::Tail => entries.last().map(|position| entries.at(position)),
            },
            Encoding::Quicklist(quicklist) => quicklist.peek(end),
        }
    }

    /// Element `index`; negative counts from the end. O(nodes).
    pub fn get(&self, index: i64) -> Option<Element<'_>> {
        let index = self.position(index)?;
        match &self.encoding {
            Encoding::Listpack(entries) => entries.get(index as i64),
            Encoding::Quicklist(quicklist) => quicklist.get(index),
        }
    }

    /// Every element, first to last.
    pub fn iter(&self) -> Iter<'_> {
        match &self.encoding {
            Encoding::Listpack(entries) => Iter::of_one(NodeIter::Packed(entries.iter())),
            Encoding::Quicklist(quicklist) => quicklist.iter(),
        }
    }

    /// Elements from `index` on; none when it is beyond the end.
    pub fn iter_from(&self, index: usize) -> Iter<'_> {
        match &self.encoding {
            Encoding::Listpack(entries) => Iter::of_one(node::iter_from(entries, index)),
            Encoding::Quicklist(quicklist) => quicklist.iter_from(index),
        }
    }

    /// Elements up to and with `index`, to be walked from the back; all when it is beyond the
    /// end.
    pub fn iter_to(&self, index: usize) -> Iter<'_> {
        match &self.encoding {
            Encoding::Listpack(entries) => Iter::of_one(node::iter_to(entries, index)),
            Encoding::Quicklist(quicklist) => quicklist.iter_to(index),
        }
    }

    /// A list of `elements` as SORT … STORE builds it: filled as a quicklist, and a listpack only
    /// if that comes out as one node.
    pub fn from_elements<'a>(
        elements: impl IntoIterator<Item = &'a [u8]>,
        limits: &Limits,
    ) -> Self {
        let mut builder = Builder::new(limits);
        for element in elements {
            builder.push(element);
        }
        builder.finish(limits)
    }

    /// Nodes of a quicklist; 1 for a listpack.
    pub fn node_count(&self) -> usize {
        match &self.encoding {
            Encoding::Listpack(_) => 1,
            Encoding::Quicklist(quicklist) => quicklist.node_count(),
        }
    }

    /// The nodes of a quicklist, or the listpack as if it were one.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRef<'_>> {
        let (one, many) = match &self.encoding {
            Encoding::Listpack(entries) => (Some(NodeRef::Packed(entries)), None),
            Encoding::Quicklist(quicklist) => (None, Some(quicklist.nodes())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// Pushes elements one after another: at the head the last one ends up first.
    /// Amortised O(1) each.
    pub fn push_all<'a>(
        &mut self,
        end: End,
        elements: impl Iterator<Item = &'a [u8]> + Clone,
        limits: &Limits,
    ) {
        // Redis looks at all that is coming before it pushes the first.
        let (mut bytes, mut count) = (0usize, 0);
        for element in elements.clone() {
            bytes = bytes.saturating_add(element.len());
            count += 1;
        }
        self.before_growth(bytes, count, limits);
        for element in elements {
            self.push_unchecked(end, element);
        }
    }

    /// Pushes one element that is counted as `counted` bytes when the limit is asked.
    pub fn push(&mut self, end: End, bytes: &[u8], counted: usize, limits: &Limits) {
        self.before_growth(counted, 1, limits);
        self.push_unchecked(end, bytes);
    }

    /// The element at an end, to be pushed elsewhere, and the bytes it is counted as there:
    /// none for an integer out of a quicklist, as Redis measures it.
    pub fn peek_to_move(&self, end: End) -> Option<(Vec<u8>, usize)> {
        let element = self.peek(end)?;
        let counted = match (&self.encoding, element) {
            (Encoding::Quicklist(_), Element::Int(_)) => 0,
            _ => element.byte_len(),
        };
        Some((element.to_vec(), counted))
    }

    /// Removes up to `count` elements at an end.
    pub fn pop(&mut self, end: End, count: usize, limits: &Limits) {
        let index = match end {
            End::Head => 0,
            End::Tail => self.len().saturating_sub(count),
        };
        self.remove_range(index, count);
        self.after_shrinking(limits);
    }

    /// Moves the element at `from` to `to` within the list.
    pub fn rotate(&mut self, from: End, to: End, limits: &Limits) {
        let Some((element, counted)) = self.peek_to_move(from) else {
            return;
        };
        let index = match from {
            End::Head => 0,
            End::Tail => self.len() - 1,
        };
        self.remove_range(index, 1);
        self.push(to, &element, counted, limits);
        self.after_shrinking(limits);
    }

    /// Replaces element `index`; negative counts from the end. False when there is none.
    pub fn set(&mut self, index: i64, bytes: &[u8], limits: &Limits) -> bool {
        self.before_growth(bytes.len(), 1, limits);
        let Some(index) = self.position(index) else {
            return false;
        };
        let replaced = match &mut self.encoding {
            Encoding::Listpack(entries) => match entries.seek(index as i64) {
                Some(position) => {
                    entries.replace(position, bytes);
                    true
                }
                None => false,
            },
            Encoding::Quicklist(quicklist) => quicklist.replace(index, bytes),
        };
        if replaced {
            self.after_shrinking(limits);
        }
        replaced
    }

    /// Inserts beside the first element equal to `pivot`; false when there is none. O(n).
    pub fn insert(&mut self, pivot: &[u8], after: bool, bytes: &[u8], limits: &Limits) -> bool {
        // As in Redis the encoding changes even if the pivot turns out to be missing.
        self.before_growth(bytes.len(), 1, limits);
        match &mut self.encoding {
            Encoding::Listpack(entries) => match entries.find(pivot, 0) {
                Some(position) if after => {
                    entries.insert_after(position, bytes);
                    true
                }
                Some(position) => {
                    entries.insert_before(position, bytes);
                    true
                }
                None => false,
            },
            Encoding::Quicklist(quicklist) => {
                let found = quicklist.iter().position(|element| element == pivot);
                match found {
                    Some(index) => {
                        quicklist.insert(index, after, bytes);
                        true
                    }
                    None => false,
                }
            }
        }
    }

    /// Keeps what is left after `from_head` elements at the head and `from_tail` at the tail.
    /// O(nodes).
    pub fn trim(&mut self, from_head: usize, from_tail: usize, limits: &Limits) {
        self.remove_range(0, from_head);
        self.remove_range(self.len().saturating_sub(from_tail), from_tail);
        self.after_shrinking(limits);
    }

    /// Removes elements equal to `needle`: the first `count`, the last `-count`, or all for 0.
    /// How many there were. O(n).
    pub fn remove_equal(&mut self, needle: &[u8], count: i64, limits: &Limits) -> usize {
        let most = match count {
            0 => usize::MAX,
            count => usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX),
        };
        let removed = match &mut self.encoding {
            Encoding::Listpack(entries) => node::remove_equal(entries, needle, most, count < 0),
            Encoding::Quicklist(quicklist) => quicklist.remove_equal(needle, most, count < 0),
        };
        if removed > 0 {
            self.after_shrinking(limits);
        }
        removed
    }

    fn position(&self, index: i64) -> Option<usize> {
        let len = self.len();
        let index = if index < 0 {
            index.checked_add(len as i64)?
        } else {
            index
        };
        usize::try_from(index).ok().filter(|&index| index < len)
    }

    fn push_unchecked(&mut self, end: End, bytes: &[u8]) {
        match &mut self.encoding {
            Encoding::Listpack(entries) => match end {
                End::Head => entries.push_front(bytes),
                End::Tail => entries.push_back(bytes),
            },
            Encoding::Quicklist(quicklist) => quicklist.push(end, bytes),
        }
    }

    fn remove_range(&mut self, index: usize, count: usize) {
        match &mut self.encoding {
            Encoding::Listpack(entries) => {
                entries.remove_range(index as i64, count);
            }
            Encoding::Quicklist(quicklist) => quicklist.remove_range(index, count),
        }
    }

    /// Turns a listpack that `count` more elements of `bytes` bytes in all would make too large
    /// into a quicklist.
    fn before_growth(&mut self, bytes: usize, count: usize, limits: &Limits) {
        let Encoding::Listpack(entries) = &mut self.encoding else {
            return;
        };
        let bytes = entries.byte_len().saturating_add(bytes);
        if limits.exceeded_by(bytes, entries.len() + count) {
            let quicklist = Quicklist::from_listpack(std::mem::take(entries), *limits);
            self.encoding = Encoding::Quicklist(Box::new(quicklist));
        }
    }

    /// Turns a quicklist that is down to one node of half the limit into a listpack.
    fn after_shrinking(&mut self, limits: &Limits) {
        let Encoding::Quicklist(quicklist) = &mut self.encoding else {
            return;
        };
        let small = quicklist
            .single_listpack()
            .is_some_and(|(bytes, count)| limits.well_within(bytes, count));
        if let Some(entries) = small.then(|| quicklist.take_single_listpack()).flatten() {
            self.encoding = Encoding::Listpack(entries);
        }
    }
}

#[cfg(test)]
mod tests;
