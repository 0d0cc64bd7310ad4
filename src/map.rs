//! A map for the few: files, connections, consoles, kinds of errors.
//!
//! It is a sorted vector, whose code is a fifth of a B-tree's, and there is a copy of the code for every type of
//! key and value. Insertion and removal are O(n), cheap up to some ten thousand entries.

use std::borrow::Borrow;

/// Values by key, in the order of the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        SortedMap(Vec::new())
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// Without entries.
    pub fn new() -> Self {
        Self::default()
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        // Keys are mostly numbers that grow.
        match self.0.last() {
            Some((last, _)) if last.borrow() < key => Err(self.0.len()),
            _ => self
                .0
                .binary_search_by(|(other, _)| other.borrow().cmp(key)),
        }
    }

    /// Sets the value of a key, and answers the one it had. O(n).
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(index) => Some(std::mem::replace(&mut self.0[index].1, value)),
            Err(index) => {
                self.0.insert(index, (key, value));
                None
            }
        }
    }

    /// Removes a key, and answers its value. O(n).
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let index = self.find(key).ok()?;
        Some(self.0.remove(index).1)
    }

    /// The value of a key. O(log n).
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let index = self.find(key).ok()?;
        Some(&self.0[index].1)
    }

    /// The value of a key, to change. O(log n).
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let index = self.find(key).ok()?;
        Some(&mut self.0[index].1)
    }

    /// Whether the key has a value. O(log n).
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// The entries from `key` on.
    pub fn range_from<Q: Ord + ?Sized>(&self, key: &Q) -> std::slice::Iter<'_, (K, V)>
    where
        K: Borrow<Q>,
    {
        let (Ok(index) | Err(index)) = self.find(key);
        self.0[index..].iter()
    }

    /// Removes the entries for which `keep` is false. O(n).
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }

    /// All entries.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// All entries, their values to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// All keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// All values, to change.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn behaves_like_a_btree_map() {
        let mut rng = fastrand::Rng::with_seed(9);
        let (mut map, mut model) = (SortedMap::new(), BTreeMap::new());
        for step in 0..5000 {
            let key = rng.u32(..200);
            match rng.u32(..5) {
                0 | 1 => assert_eq!(map.insert(key, step), model.insert(key, step)),
                2 => assert_eq!(map.remove(&key), model.remove(&key)),
                3 => assert_eq!(map.get_mut(&key), model.get_mut(&key)),
                _ => assert_eq!(map.get(&key), model.get(&key)),
            }
            assert_eq!(map.contains_key(&key), model.contains_key(&key));
            assert_eq!((map.len(), map.is_empty()), (model.len(), model.is_empty()));
            if step % 50 == 0 {
                assert!(map.iter().eq(model.iter()) && map.iter_mut().eq(model.iter_mut()));
                assert!(map.keys().eq(model.keys()) && map.values().eq(model.values()));
                let rest = map.range_from(&key).map(|(key, value)| (key, value));
                assert!(rest.eq(model.range(key..)));
                map.retain(|key, _| key % 7 != 0);
                model.retain(|key, _| key % 7 != 0);
            }
        }
        assert!(map.values_mut().eq(model.values_mut()));
    }
}
