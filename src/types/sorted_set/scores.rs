//! Scores being added up, before there is an order: what unions and intersections build their results in.

use std::cmp::Ordering;

use super::ranked::Ranked;
use super::text::Text;
use super::{Encoding, Limits, SortedSet};
use crate::types::dict::{Dict, Entry};

/// Members and their scores so far, in no order.
pub struct Scores(Dict<Scored>);

struct Scored {
    member: Text,
    score: f64,
}

impl Entry for Scored {
    fn key(&self) -> &[u8] {
        self.member.bytes()
    }
}

impl Scores {
    /// None yet.
    pub fn new(limits: &Limits) -> Scores {
        Scores(Dict::new(limits.hash_seed))
    }

    /// Sets a member's score to what `score` makes of the one it has so far. It must not be NaN. O(1).
    pub fn set(&mut self, member: &[u8], score: impl FnOnce(Option<f64>) -> f64) {
        let hash = self.0.hash(member);
        match self.0.get_mut_hashed(hash, member) {
            Some(present) => present.score = score(Some(present.score)),
            None => {
                let scored = Scored {
                    member: Text::new(member),
                    score: score(None),
                };
                self.0.insert_new(hash, scored);
            }
        }
    }

    /// The sorted set, in the large encoding. O(n log n).
    pub fn into_sorted_set(self, limits: &Limits) -> SortedSet {
        let mut in_order: Vec<&Scored> = self.0.iter().collect();
        in_order.sort_unstable_by(|one, other| {
            let scores = one.score.partial_cmp(&other.score);
            scores
                .unwrap_or(Ordering::Equal)
                .then_with(|| one.key().cmp(other.key()))
        });
        let mut ranked = Ranked::new(in_order.len(), limits.hash_seed);
        for scored in in_order {
            ranked.insert(scored.key(), scored.score);
        }
        SortedSet(Encoding::Ranked(Box::new(ranked)))
    }
}
