//! The large encoding: a tree that keeps members in order and finds their ranks, and a hash table that finds a
//! member's place in the tree.

use std::hint::black_box;
use std::ops::Range;

use super::compact::Compact;
use super::place::Place;
use super::range::{LexRange, ScoreRange};
use super::text::heap_bytes;
use super::tree::RankedTree;
use super::tree::boundary::{Key, Lex, Score};
use super::{Ahead, MAX_AHEAD};
use crate::types::dict::Dict;

/// Members found by bytes and by rank.
pub struct Ranked {
    pub places: Dict<Place>,
    pub tree: RankedTree,
    seed: u64,
    /// Bytes of members too long to lie in their leaves.
    long: usize,
}

impl Ranked {
    pub fn new(room: usize, seed: u64) -> Ranked {
        let mut places = Dict::new(seed);
        places.reserve(room);
        Ranked {
            places,
            tree: RankedTree::new(),
            seed,
            long: 0,
        }
    }

    pub fn from_compact(compact: &Compact, room: usize, seed: u64) -> Ranked {
        let mut ranked = Ranked::new(room.max(compact.len()), seed);
        let mut digits = itoa::Buffer::new();
        for (member, score) in compact.iter() {
            ranked.insert(member.bytes(&mut digits), score);
        }
        ranked
    }

    /// Inserts a member that is not there. The score is not NaN.
    pub fn insert(&mut self, member: &[u8], score: f64) {
        self.insert_hashed(self.places.hash(member), member, score);
    }

    fn insert_hashed(&mut self, hash: u64, member: &[u8], score: f64) {
        self.long += heap_bytes(member);
        let place = self.tree.insert(score, member, &mut self.places);
        self.places.insert_new(hash, place);
    }

    /// Asks `decide` for the score the member is to have, given the one it has. Answers the old and the new one.
    pub fn update(
        &mut self,
        member: &[u8],
        decide: impl FnOnce(Option<f64>) -> Option<f64>,
    ) -> (Option<f64>, Option<f64>) {
        let hash = self.places.hash(member);
        let Some(place) = self.places.get_mut_hashed(hash, member) else {
            let new = decide(None);
            if let Some(score) = new {
                self.insert_hashed(hash, member, score);
            }
            return (None, new);
        };
        let old = place.score();
        let new = decide(Some(old));
        if let Some(score) = new.filter(|score| *score != old) {
            let before = std::mem::replace(place, Place::NOWHERE);
            let after = self
                .tree
                .update(member, (old, before.slot()), score, &mut self.places)
                .unwrap_or(before);
            let nowhere = |place: &Place| *place == Place::NOWHERE;
            if let Some(place) = self.places.find_hashed_mut(hash, nowhere) {
                *place = after;
            }
        }
        (Some(old), new)
    }

    pub fn remove(&mut self, member: &[u8]) -> bool {
        let Some(place) = self.places.remove(member) else {
            return false;
        };
        self.long -= heap_bytes(member);
        let (score, slot) = (place.score(), place.slot());
        self.tree.remove(score, member, slot, &mut self.places);
        true
    }

    pub fn remove_range(&mut self, ranks: Range<usize>) {
        let (rank, count) = (ranks.start, ranks.len());
        for (_, text) in self.tree.iter(rank, count, false) {
            self.long -= heap_bytes(text.bytes());
            self.places.remove(text.bytes());
        }
        self.tree.remove_range(rank, count, &mut self.places);
    }

    pub fn score(&self, member: &[u8]) -> Option<f64> {
        self.places.get(member).map(Place::score)
    }

    pub fn rank(&self, member: &[u8]) -> Option<(usize, f64)> {
        let place = *self.places.get(member)?;
        Some((self.tree.rank_of(place), place.score()))
    }

    /// See [`super::SortedSet::approach`].
    pub fn approach(&self, ahead: &[Ahead]) {
        let mut seen = 0;
        let mut hashes = [0; MAX_AHEAD];
        for (hash, ahead) in hashes.iter_mut().zip(ahead) {
            *hash = self.places.hash(ahead.member);
            seen ^= self.places.touch(*hash);
        }
        let mut found = [None; MAX_AHEAD];
        for (found, hash) in found.iter_mut().zip(hashes).take(ahead.len()) {
            *found = self.places.likely(hash);
            seen ^= found.map_or(0, Place::touch);
        }
        let mut leaves = [None; MAX_AHEAD];
        for ((leaf, found), ahead) in leaves.iter_mut().zip(found).zip(ahead) {
            if let Some(place) = found {
                seen ^= self.tree.route(&Key::of(place.score(), ahead.member)).0;
            }
            if let Some(score) = ahead.score {
                *leaf = self.tree.route(&Key::of(score, ahead.member)).1;
            }
        }
        for leaf in leaves.iter().flatten() {
            seen ^= leaf.touch();
        }
        for leaf in leaves.iter().flatten() {
            seen ^= leaf.touch_vacant();
        }
        black_box(seen);
    }

    pub fn score_range(&self, range: &ScoreRange) -> Range<usize> {
        let start = self.tree.rank(&Score {
            score: range.minimum,
            after: range.minimum_exclusive,
        });
        let end = self.tree.rank(&Score {
            score: range.maximum,
            after: !range.maximum_exclusive,
        });
        start..end.max(start)
    }

    pub fn lex_range(&self, range: &LexRange) -> Range<usize> {
        let outer = [0, self.tree.len().saturating_sub(1)]
            .map(|rank| self.tree.iter(rank, 1, false).next());
        let [Some((_, first)), Some((_, last))] = outer else {
            return 0..0;
        };
        if !range.touches(first.bytes(), last.bytes()) {
            return 0..0;
        }
        let start = self.tree.rank(&Lex {
            bound: range.minimum,
            is_maximum: false,
        });
        let end = self.tree.rank(&Lex {
            bound: range.maximum,
            is_maximum: true,
        });
        start..end.max(start)
    }

    /// O(n / 60).
    pub fn allocated_bytes(&self) -> usize {
        size_of::<Ranked>()
            + self.places.allocated_bytes()
            + self.tree.allocated_bytes()
            + self.long
    }
}

impl Clone for Ranked {
    /// A deep copy, in order, so that its nodes are full. O(n).
    fn clone(&self) -> Ranked {
        let mut ranked = Ranked::new(self.tree.len(), self.seed);
        for (score, text) in self.tree.iter(0, usize::MAX, false) {
            ranked.insert(text.bytes(), score);
        }
        ranked
    }
}
