//! Scores being added up, before there is an order: what unions and intersections build their results in.

use super::member::Member;
use super::ranked::Ranked;
use super::{Encoding, Limits, SortedSet};
use crate::types::dict::Dict;

/// Members and their scores so far, in no order.
pub struct Scores(Dict<Member>);

impl Scores {
    /// None yet.
    pub fn new(limits: &Limits) -> Scores {
        Scores(Dict::new(limits.hash_seed))
    }

    /// Sets a member's score to what `score` makes of the one it has so far. It must not be NaN. O(1).
    pub fn set(&mut self, member: &[u8], score: impl FnOnce(Option<f64>) -> f64) {
        let hash = self.0.hash(member);
        match self.0.get_hashed(hash, member) {
            Some(present) => present.set_score(score(Some(present.score()))),
            None => {
                self.0.insert_new(hash, Member::new(member, score(None)));
            }
        }
    }

    /// The sorted set, in the large encoding. O(n log n).
    pub fn into_sorted_set(self, limits: &Limits) -> SortedSet {
        let ranked = Ranked::from_members(self.0, limits.hash_seed);
        SortedSet(Encoding::Ranked(Box::new(ranked)))
    }
}
