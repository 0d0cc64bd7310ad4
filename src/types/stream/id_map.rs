//! Values by identity, in order: what is pending, of a group and of each consumer.
//!
//! Sorted chunks of up to 64 entries in a sorted vector. Most of the time what comes is added at
//! the end and what goes is near the front; anywhere else costs the move of a chunk.

use super::id::StreamId;

/// Entries of a chunk at most.
const CHUNK: usize = 64;

type Chunk<V> = Vec<(StreamId, V)>;

/// Values by identity.
#[derive(Clone, Debug)]
pub struct IdMap<V> {
    /// None is empty.
    chunks: Vec<Chunk<V>>,
    len: usize,
}

impl<V> Default for IdMap<V> {
    fn default() -> Self {
        IdMap {
            chunks: Vec::new(),
            len: 0,
        }
    }
}

impl<V> IdMap<V> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of heap held.
    pub fn allocated_bytes(&self) -> usize {
        let entries: usize = self.chunks.iter().map(Vec::capacity).sum();
        entries * size_of::<(StreamId, V)>() + self.chunks.capacity() * size_of::<Chunk<V>>()
    }

    /// The chunk that holds `id` if any does, and the place there.
    fn find(&self, id: StreamId) -> (usize, Result<usize, usize>) {
        let after = self.chunks.partition_point(|chunk| chunk[0].0 <= id);
        let at = after.saturating_sub(1);
        let place = match self.chunks.get(at) {
            None => Err(0),
            Some(chunk) => match chunk.last() {
                // What comes is mostly the newest.
                Some((last, _)) if *last < id => Err(chunk.len()),
                _ => chunk.binary_search_by(|(other, _)| other.cmp(&id)),
            },
        };
        (at, place)
    }

    /// The value of `id`. O(log n).
    pub fn get(&self, id: StreamId) -> Option<&V> {
        let (at, place) = self.find(id);
        let place = place.ok()?;
        Some(&self.chunks[at][place].1)
    }

    /// The value of `id`, to change. O(log n).
    pub fn get_mut(&mut self, id: StreamId) -> Option<&mut V> {
        let (at, place) = self.find(id);
        let place = place.ok()?;
        Some(&mut self.chunks[at][place].1)
    }

    /// Sets the value of an identity. Constant at the end, else O(√n) or thereabouts.
    pub fn insert(&mut self, id: StreamId, value: V) {
        let (at, place) = self.find(id);
        let place = match place {
            Ok(place) => {
                self.chunks[at][place].1 = value;
                return;
            }
            Err(place) => place,
        };
        self.len += 1;
        match self.chunks.get_mut(at) {
            Some(chunk) if chunk.len() < CHUNK => chunk.insert(place, (id, value)),
            Some(chunk) if place < CHUNK => {
                let upper = chunk.split_off(CHUNK / 2);
                self.chunks.insert(at + 1, upper);
                let (at, place) = match place {
                    place if place > CHUNK / 2 => (at + 1, place - CHUNK / 2),
                    place => (at, place),
                };
                self.chunks[at].insert(place, (id, value));
            }
            // Behind a full chunk, or the very first.
            Some(_) => self.chunks.insert(at + 1, vec![(id, value)]),
            None => self.chunks.push(vec![(id, value)]),
        }
    }

    /// Removes an identity, and answers its value.
    pub fn remove(&mut self, id: StreamId) -> Option<V> {
        let (at, place) = self.find(id);
        let place = place.ok()?;
        let chunk = &mut self.chunks[at];
        let (_, value) = chunk.remove(place);
        self.len -= 1;
        if chunk.is_empty() {
            self.chunks.remove(at);
            if self.chunks.is_empty() {
                self.chunks = Vec::new();
            }
        } else if chunk.len() * 4 < chunk.capacity() {
            chunk.shrink_to(chunk.len() * 2);
        }
        Some(value)
    }

    /// Entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (StreamId, &V)> {
        self.iter_from(StreamId::MIN)
    }

    /// Entries in order, from `id` on.
    pub fn iter_from(&self, id: StreamId) -> impl Iterator<Item = (StreamId, &V)> {
        let (at, place) = self.find(id);
        let (Ok(place) | Err(place)) = place;
        let chunks = self.chunks.get(at..).unwrap_or(&[]);
        let entries = chunks.iter().enumerate().flat_map(move |(number, chunk)| {
            let from = if number == 0 { place } else { 0 };
            &chunk[from..]
        });
        entries.map(|(id, value)| (*id, value))
    }

    /// The first identity from `id` on.
    pub fn first_from(&self, id: StreamId) -> Option<StreamId> {
        self.iter_from(id).next().map(|(id, _)| id)
    }

    /// The last identity.
    pub fn last(&self) -> Option<StreamId> {
        let chunk = self.chunks.last()?;
        chunk.last().map(|(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn behaves_like_a_btree_map() {
        for (seed, spread) in [(1, 300), (2, 3000), (3, 20)] {
            let mut rng = fastrand::Rng::with_seed(seed);
            let (mut map, mut model) = (IdMap::default(), BTreeMap::new());
            for step in 0..20_000_u32 {
                let fresh = StreamId::new(u64::from(step) / 3, u64::from(step) % 3);
                let some = StreamId::new(rng.u64(..spread), rng.u64(..3));
                match rng.u32(..10) {
                    0..3 => {
                        map.insert(fresh, step);
                        model.insert(fresh, step);
                    }
                    3..6 => {
                        map.insert(some, step);
                        model.insert(some, step);
                    }
                    6..9 => assert_eq!(map.remove(some), model.remove(&some)),
                    _ => assert_eq!(map.get_mut(some), model.get_mut(&some)),
                }
                assert_eq!(map.get(some), model.get(&some));
                assert_eq!((map.len(), map.is_empty()), (model.len(), model.is_empty()));
                if step % 100 == 0 {
                    let pairs = |(id, value): (&StreamId, &u32)| (*id, *value);
                    assert!(
                        map.iter()
                            .map(|(id, value)| (id, *value))
                            .eq(model.iter().map(pairs))
                    );
                    let rest = map.iter_from(some).map(|(id, value)| (id, *value));
                    assert!(rest.eq(model.range(some..).map(pairs)));
                    assert_eq!(map.last(), model.keys().next_back().copied());
                }
            }
            let ids: Vec<StreamId> = model.keys().copied().collect();
            for id in ids {
                assert!(map.remove(id).is_some());
            }
            assert!(map.is_empty() && map.allocated_bytes() == 0);
        }
    }
}
