//! The listpack: a sequence of short strings and integers in one run of bytes, byte for byte as
//! Redis stores it and as RDB files carry it. The compact encoding of hashes, sets, sorted sets
//! and lists.
//!
//! Layout: total size (u32), number of elements (u16, 65535 = count them), entries, 0xFF.

mod buffer;
mod different;
mod element;
mod entry;

pub use element::Element;

use buffer::Buffer;
use entry::{Encoded, Needle};

const HEADER: usize = 6;
const END: u8 = 0xFF;
/// In the header: more elements than the field can say.
const MANY: usize = 0xFFFF;
/// Redis lets no listpack grow beyond this.
const SAFETY_LIMIT: usize = 1 << 30;

/// Where an element starts, as a byte offset. Valid until the listpack changes at or before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(u32);

impl Position {
    fn offset(self) -> usize {
        self.0 as usize
    }
}

/// A sequence of byte strings in Redis's listpack format.
#[derive(Clone, PartialEq, Eq)]
pub struct Listpack {
    bytes: Buffer,
}

impl Default for Listpack {
    fn default() -> Self {
        Listpack::new()
    }
}

impl Listpack {
    /// An empty listpack.
    pub fn new() -> Self {
        Listpack::with_capacity(0)
    }

    /// An empty listpack with room for `entry_bytes` bytes of entries.
    pub fn with_capacity(entry_bytes: usize) -> Self {
        let empty = [HEADER as u8 + 1, 0, 0, 0, 0, 0, END];
        Listpack {
            bytes: Buffer::with_capacity(&empty, empty.len() + entry_bytes),
        }
    }

    /// Takes over bytes from outside, such as an RDB file; None unless every entry is sound.
    /// O(n).
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let last = bytes.len().checked_sub(1)?;
        if last < HEADER || bytes[last] != END {
            return None;
        }
        let total = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if total as usize != bytes.len() {
            return None;
        }
        let declared = usize::from(u16::from_le_bytes([bytes[4], bytes[5]]));
        let mut count = 0;
        let mut at = HEADER;
        while at < last {
            at = entry::check(&bytes[..last], at)?;
            count += 1;
        }
        (declared == MANY || declared == count).then(|| Listpack {
            bytes: bytes.into(),
        })
    }

    /// The listpack as Redis would hold it in memory.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Size of [`Listpack::as_bytes`].
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes of heap held.
    pub fn allocated_bytes(&self) -> usize {
        self.bytes.allocated_bytes()
    }

    /// Whether `additional` more bytes keep the listpack below the size Redis deems safe (1 GB).
    /// Callers check before adding elements whose size they do not know.
    pub fn can_grow_by(&self, additional: usize) -> bool {
        additional <= SAFETY_LIMIT && self.bytes.len() + additional <= SAFETY_LIMIT
    }

    /// Bytes an entry for `element` takes.
    pub fn entry_size<'a>(element: impl Into<Element<'a>>) -> usize {
        Encoded::new(element.into()).len()
    }

    /// Number of elements. O(1) up to 65 534, O(n) above.
    pub fn len(&self) -> usize {
        match self.stored_count() {
            MANY => self.iter().count(),
            count => count,
        }
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == HEADER + 1
    }

    /// Removes every element and gives the memory back.
    pub fn clear(&mut self) {
        *self = Listpack::new();
    }

    /// Gives back memory kept for growth.
    pub fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// Position of the first element.
    pub fn first(&self) -> Option<Position> {
        self.position(HEADER)
    }

    /// Position of the last element.
    pub fn last(&self) -> Option<Position> {
        (!self.is_empty()).then(|| Position(entry::start_of(&self.bytes, self.end()) as u32))
    }

    /// Position after `position`; None at the end.
    pub fn next(&self, position: Position) -> Option<Position> {
        self.position(entry::end_of(&self.bytes, position.offset()))
    }

    /// Position before `position`; None at the start.
    pub fn previous(&self, position: Position) -> Option<Position> {
        let offset = position.offset();
        (offset > HEADER).then(|| Position(entry::start_of(&self.bytes, offset) as u32))
    }

    /// Position of element `index`; negative counts from the end. O(n), from the nearer end.
    pub fn seek(&self, index: i64) -> Option<Position> {
        let mut backwards = index < 0;
        // The distance from the end we walk from: 0 is the element at that end.
        let mut distance = if backwards {
            !index as u64
        } else {
            index as u64
        };
        let count = self.stored_count();
        if count != MANY {
            let count = count as u64;
            if distance >= count {
                return None;
            }
            if distance > count / 2 {
                backwards = !backwards;
                distance = count - 1 - distance;
            }
        }
        let mut position = if backwards { self.last() } else { self.first() }?;
        for _ in 0..distance {
            position = if backwards {
                self.previous(position)
            } else {
                self.next(position)
            }?;
        }
        Some(position)
    }

    /// The element at `position`.
    pub fn at(&self, position: Position) -> Element<'_> {
        entry::decode(&self.bytes, position.offset()).0
    }

    /// Element `index`; negative counts from the end. O(n).
    pub fn get(&self, index: i64) -> Option<Element<'_>> {
        self.seek(index).map(|position| self.at(position))
    }

    /// The first element equal to `needle`, looking at one element, then skipping `skip`: 1 finds
    /// a field among field–value pairs. O(n).
    pub fn find(&self, needle: &[u8], skip: usize) -> Option<Position> {
        self.find_from(self.first()?, needle, skip)
    }

    /// As [`Listpack::find`], starting at `from`.
    pub fn find_from(&self, from: Position, needle: &[u8], skip: usize) -> Option<Position> {
        let needle = Needle::new(needle);
        let end = self.end();
        let mut at = from.offset();
        while at < end {
            let (element, mut next) = entry::decode(&self.bytes, at);
            if needle.is(element) {
                return Some(Position(at as u32));
            }
            for _ in 0..skip {
                if next >= end {
                    return None;
                }
                next = entry::end_of(&self.bytes, next);
            }
            at = next;
        }
        None
    }

    /// Elements from first to last.
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            bytes: &self.bytes,
            front: HEADER,
            back: self.end(),
        }
    }

    /// Elements from last to first.
    pub fn iter_rev(&self) -> std::iter::Rev<Iter<'_>> {
        self.iter().rev()
    }

    /// Elements from the first to `position`, both included.
    pub fn iter_to(&self, position: Position) -> Iter<'_> {
        let back = entry::end_of(&self.bytes, position.offset());
        Iter {
            bytes: &self.bytes,
            front: HEADER,
            back,
        }
    }

    /// Elements from `position` to the last.
    pub fn iter_from(&self, position: Position) -> Iter<'_> {
        Iter {
            bytes: &self.bytes,
            front: position.offset(),
            back: self.end(),
        }
    }

    /// Appends an element. Bytes that are a canonical integer are stored as the integer.
    pub fn push_back<'a>(&mut self, element: impl Into<Element<'a>>) {
        self.splice(self.end(), 0, &Encoded::new(element.into()));
        self.counted(0, 1);
    }

    /// Prepends an element. Amortised O(1) in a listpack that has grown beyond some hundred bytes.
    pub fn push_front<'a>(&mut self, element: impl Into<Element<'a>>) {
        self.splice(HEADER, 0, &Encoded::new(element.into()));
        self.counted(0, 1);
    }

    /// Inserts before `position`, where the new element then is. O(bytes).
    pub fn insert_before<'a>(&mut self, position: Position, element: impl Into<Element<'a>>) {
        self.splice(position.offset(), 0, &Encoded::new(element.into()));
        self.counted(0, 1);
    }

    /// Inserts after `position`; the new element's position. O(bytes).
    pub fn insert_after<'a>(
        &mut self,
        position: Position,
        element: impl Into<Element<'a>>,
    ) -> Position {
        let at = entry::end_of(&self.bytes, position.offset());
        self.splice(at, 0, &Encoded::new(element.into()));
        self.counted(0, 1);
        Position(at as u32)
    }

    /// Replaces the element at `position`, which stays its position. O(bytes), less when the
    /// sizes agree.
    pub fn replace<'a>(&mut self, position: Position, element: impl Into<Element<'a>>) {
        let at = position.offset();
        let old = entry::end_of(&self.bytes, at) - at;
        self.splice(at, old, &Encoded::new(element.into()));
    }

    /// Removes up to `count` elements from `position` on; the position of what follows them, if
    /// anything does. O(bytes).
    pub fn remove(&mut self, position: Position, count: usize) -> Option<Position> {
        let start = position.offset();
        let end = self.end();
        let mut at = start;
        let mut removed = 0;
        while removed < count && at < end {
            at = entry::end_of(&self.bytes, at);
            removed += 1;
        }
        self.bytes.open(start, at - start, 0);
        self.counted(removed, 0);
        self.position(start)
    }

    /// Removes up to `count` elements from `index` on; negative counts from the end. Returns how
    /// many are gone. O(bytes).
    pub fn remove_range(&mut self, index: i64, count: usize) -> usize {
        let Some(position) = self.seek(index) else {
            return 0;
        };
        let before = self.len();
        self.remove(position, count);
        before - self.len()
    }

    /// Splits off the elements from `position` on.
    pub fn split_off(&mut self, position: Position) -> Listpack {
        let at = position.offset();
        let moved = self.iter_from(position).count();
        let mut other = Listpack::with_capacity(self.end() - at);
        other
            .bytes
            .open(HEADER, 0, self.end() - at)
            .copy_from_slice(&self.bytes[at..self.end()]);
        other.counted(0, moved);
        self.bytes.open(at, self.end() - at, 0);
        self.counted(moved, 0);
        other
    }

    /// Appends every element of `other`.
    pub fn append(&mut self, other: &Listpack) {
        let entries = &other.bytes[HEADER..other.end()];
        self.bytes
            .open(self.end(), 0, entries.len())
            .copy_from_slice(entries);
        self.counted(0, other.len());
    }

    fn end(&self) -> usize {
        self.bytes.len() - 1
    }

    fn position(&self, offset: usize) -> Option<Position> {
        (offset < self.end()).then_some(Position(offset as u32))
    }

    fn stored_count(&self) -> usize {
        usize::from(u16::from_le_bytes([self.bytes[4], self.bytes[5]]))
    }

    /// Brings the header up to date after a change of the entries.
    fn counted(&mut self, removed: usize, added: usize) {
        let total = self.bytes.len() as u32;
        self.bytes[..4].copy_from_slice(&total.to_le_bytes());
        let count = self.stored_count();
        if count != MANY {
            let count = (count - removed + added).min(MANY) as u16;
            self.bytes[4..6].copy_from_slice(&count.to_le_bytes());
        }
    }

    fn splice(&mut self, at: usize, old: usize, encoded: &Encoded<'_>) {
        encoded.write_to(self.bytes.open(at, old, encoded.len()));
        self.counted(0, 0);
    }
}

impl std::fmt::Debug for Listpack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> IntoIterator for &'a Listpack {
    type Item = Element<'a>;
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// The elements of a listpack, from either end.
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    bytes: &'a [u8],
    front: usize,
    back: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = Element<'a>;

    #[inline]
    fn next(&mut self) -> Option<Element<'a>> {
        if self.front >= self.back {
            return None;
        }
        let (element, next) = entry::decode(self.bytes, self.front);
        self.front = next;
        Some(element)
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.front >= self.back {
            return None;
        }
        self.back = entry::start_of(self.bytes, self.back);
        Some(entry::decode(self.bytes, self.back).0)
    }
}

#[cfg(test)]
mod tests;
