//! The intset: a sorted array of integers, byte for byte as Redis stores it and as RDB files carry
//! it. The encoding of small sets that hold integers only.
//!
//! Layout, little endian: bytes per integer (u32: 2, 4 or 8), number of integers (u32), integers.
//! All are as wide as the widest needs, and never become narrower again.

const HEADER: usize = 8;

/// A sorted set of integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntSet {
    bytes: Vec<u8>,
}

impl Default for IntSet {
    fn default() -> Self {
        Self::new()
    }
}

fn width_of(value: i64) -> usize {
    if i16::try_from(value).is_ok() {
        2
    } else if i32::try_from(value).is_ok() {
        4
    } else {
        8
    }
}

fn read(bytes: &[u8], width: usize, index: usize) -> i64 {
    let start = HEADER + index * width;
    let mut extended = [0; 8];
    extended[..width].copy_from_slice(&bytes[start..start + width]);
    let unused = 64 - 8 * width as u32;
    i64::from_le_bytes(extended) << unused >> unused
}

impl IntSet {
    /// An empty set.
    pub fn new() -> Self {
        Self {
            bytes: vec![2, 0, 0, 0, 0, 0, 0, 0],
        }
    }

    /// Takes over bytes from outside, such as an RDB file; `None` unless they are sound: a known
    /// width, the announced length, strictly ascending. O(n).
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let (header, integers) = bytes.split_first_chunk::<HEADER>()?;
        let width = u32::from_le_bytes(*header.first_chunk()?) as usize;
        let len = u32::from_le_bytes(*header.last_chunk()?) as usize;
        if !matches!(width, 2 | 4 | 8) || len.checked_mul(width)? != integers.len() {
            return None;
        }
        let set = Self { bytes };
        set.iter().is_sorted_by(|a, b| a < b).then_some(set)
    }

    /// The set as Redis would hold it in memory.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of heap held.
    pub fn allocated_bytes(&self) -> usize {
        self.bytes.capacity()
    }

    fn width(&self) -> usize {
        usize::from(self.bytes[0])
    }

    /// How many integers there are.
    pub fn len(&self) -> usize {
        (self.bytes.len() - HEADER) / self.width()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == HEADER
    }

    /// The integer of that rank, the smallest being 0.
    pub fn get(&self, index: usize) -> Option<i64> {
        (index < self.len()).then(|| read(&self.bytes, self.width(), index))
    }

    /// The smallest.
    pub fn min(&self) -> Option<i64> {
        self.get(0)
    }

    /// The largest.
    pub fn max(&self) -> Option<i64> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The integers, ascending.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = i64> + use<'_> {
        let width = self.width();
        (0..self.len()).map(move |index| read(&self.bytes, width, index))
    }

    fn position(&self, value: i64) -> Result<usize, usize> {
        let (width, mut low, mut high) = (self.width(), 0, self.len());
        // Sets are often filled in order.
        if self.max().is_none_or(|max| max < value) {
            return Err(high);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            match read(&self.bytes, width, middle).cmp(&value) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// True when the value is in the set. O(log n).
    pub fn contains(&self, value: i64) -> bool {
        self.position(value).is_ok()
    }

    /// Adds a value; false when it was there. O(n).
    pub fn insert(&mut self, value: i64) -> bool {
        let Err(index) = self.position(value) else {
            return false;
        };
        if width_of(value) > self.width() {
            self.widen(width_of(value));
        }
        let width = self.width();
        let start = HEADER + index * width;
        if self.bytes.capacity() - self.bytes.len() < width {
            self.bytes.reserve_exact(width + self.bytes.len() / 4);
        }
        self.bytes
            .splice(start..start, value.to_le_bytes()[..width].iter().copied());
        self.store_len();
        true
    }

    /// Removes a value; false when it was not there. O(n).
    pub fn remove(&mut self, value: i64) -> bool {
        let Ok(index) = self.position(value) else {
            return false;
        };
        let width = self.width();
        let start = HEADER + index * width;
        self.bytes.drain(start..start + width);
        self.store_len();
        true
    }

    fn widen(&mut self, width: usize) {
        let mut bytes = Vec::with_capacity(HEADER + (self.len() + 1) * width);
        bytes.extend_from_slice(&[width as u8, 0, 0, 0, 0, 0, 0, 0]);
        for value in self.iter() {
            bytes.extend_from_slice(&value.to_le_bytes()[..width]);
        }
        self.bytes = bytes;
    }

    fn store_len(&mut self) {
        let len = self.len() as u32;
        self.bytes[4..HEADER].copy_from_slice(&len.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = i64> {
        prop_oneof![
            -20..20_i64,
            i64::from(i16::MIN) - 2..i64::from(i16::MIN) + 2,
            i64::from(i32::MAX) - 2..i64::from(i32::MAX) + 2,
            i64::MAX - 2..=i64::MAX,
            i64::MIN..=i64::MIN + 2,
        ]
    }

    #[test]
    fn has_the_layout_of_redis() {
        let mut set = IntSet::new();
        [5, -1, 3]
            .into_iter()
            .for_each(|value| assert!(set.insert(value)));
        assert_eq!(
            set.as_bytes(),
            [2, 0, 0, 0, 3, 0, 0, 0, 0xff, 0xff, 3, 0, 5, 0]
        );
        set.insert(65_536);
        assert_eq!(
            set.as_bytes()[..12],
            [4, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]
        );
        assert!(set.remove(65_536));
        assert_eq!(set.as_bytes()[..8], [4, 0, 0, 0, 3, 0, 0, 0]);
    }

    #[test]
    fn refuses_unsound_bytes() {
        let sound = vec![2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0];
        assert!(IntSet::from_bytes(sound.clone()).is_some());
        for (at, byte) in [(0, 3), (0, 0), (1, 1), (4, 3), (7, 255), (8, 2), (8, 9)] {
            let mut unsound = sound.clone();
            unsound[at] = byte;
            assert_eq!(IntSet::from_bytes(unsound), None, "{at} {byte}");
        }
        assert_eq!(IntSet::from_bytes(sound[..11].to_vec()), None);
        assert_eq!(IntSet::from_bytes(sound[..5].to_vec()), None);
    }

    proptest! {
        #[test]
        fn behaves_like_a_btree_set(steps in prop::collection::vec((values(), any::<bool>()), 0..200)) {
            let mut set = IntSet::new();
            let mut model = BTreeSet::new();
            for (value, adding) in steps {
                if adding {
                    prop_assert_eq!(set.insert(value), model.insert(value));
                } else {
                    prop_assert_eq!(set.remove(value), model.remove(&value));
                }
                prop_assert_eq!(set.contains(value), adding);
                prop_assert_eq!((set.min(), set.max()), (model.first().copied(), model.last().copied()));
            }
            prop_assert_eq!(set.len(), model.len());
            prop_assert!(set.iter().eq(model.iter().copied()));
            prop_assert!((0..set.len()).all(|i| set.get(i) == model.iter().nth(i).copied()));
            prop_assert_eq!(set.get(set.len()), None);
            prop_assert_eq!(IntSet::from_bytes(set.as_bytes().to_vec()), Some(set));
        }
    }
}
