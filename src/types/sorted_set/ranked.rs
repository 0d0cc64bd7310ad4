//! The large encoding: a hash table that finds a member's score, and a tree that finds its rank. Both refer to
//! the same member.

use std::cmp::Ordering;
use std::ops::Range;

use super::compact::Compact;
use super::member::Member;
use super::range::{LexRange, ScoreRange};
use super::tree::RankedTree;
use super::tree::boundary::{Key, Lex, Present, Score};
use crate::types::dict::Dict;

/// Members found by bytes and by rank.
pub struct Ranked {
    pub members: Dict<Member>,
    pub tree: RankedTree,
    seed: u64,
    member_bytes: usize,
}

impl Ranked {
    pub fn new(room: usize, seed: u64) -> Ranked {
        let mut members = Dict::new(seed);
        members.reserve(room);
        Ranked {
            members,
            tree: RankedTree::new(),
            seed,
            member_bytes: 0,
        }
    }

    pub fn from_compact(compact: &Compact, room: usize, seed: u64) -> Ranked {
        let mut ranked = Ranked::new(room.max(compact.len()), seed);
        let mut digits = itoa::Buffer::new();
        for (member, score) in compact.iter() {
            let member = member.bytes(&mut digits);
            ranked.insert(ranked.members.hash(member), member, score);
        }
        ranked
    }

    /// Puts members into order that nobody else refers to. Their scores are not NaN.
    pub fn from_members(members: Dict<Member>, seed: u64) -> Ranked {
        let mut in_order: Vec<&Member> = members.iter().collect();
        in_order.sort_unstable_by(|one, other| {
            let scores = one.score().partial_cmp(&other.score());
            scores
                .unwrap_or(Ordering::Equal)
                .then_with(|| one.compare(other))
        });
        let mut tree = RankedTree::new();
        let mut member_bytes = 0;
        for member in in_order {
            tree.insert(member.score(), member.clone());
            member_bytes += member.allocated_bytes();
        }
        Ranked {
            members,
            tree,
            seed,
            member_bytes,
        }
    }

    fn insert(&mut self, hash: u64, bytes: &[u8], score: f64) {
        let member = Member::new(bytes, score);
        self.member_bytes += member.allocated_bytes();
        self.tree.insert(score, member.clone());
        self.members.insert_new(hash, member);
    }

    /// Asks `decide` for the score the member is to have, given the one it has. Answers the old and the new one.
    pub fn update(
        &mut self,
        member: &[u8],
        decide: impl FnOnce(Option<f64>) -> Option<f64>,
    ) -> (Option<f64>, Option<f64>) {
        let hash = self.members.hash(member);
        let Some(present) = self.members.get_hashed(hash, member) else {
            let new = decide(None);
            if let Some(score) = new {
                self.insert(hash, member, score);
            }
            return (None, new);
        };
        let old = present.score();
        let new = decide(Some(old));
        if let Some(score) = new.filter(|score| *score != old) {
            self.tree.update(present, old, score);
            present.set_score(score);
        }
        (Some(old), new)
    }

    pub fn remove(&mut self, member: &[u8]) -> bool {
        let Some(member) = self.members.remove(member) else {
            return false;
        };
        self.member_bytes -= member.allocated_bytes();
        self.tree.remove(member.score(), &member);
        true
    }

    pub fn remove_range(&mut self, ranks: Range<usize>) {
        let Ranked {
            members,
            tree,
            member_bytes,
            ..
        } = self;
        tree.remove_range(ranks.start, ranks.len(), |member| {
            *member_bytes -= member.allocated_bytes();
            members.remove(member.bytes());
        });
    }

    pub fn rank(&self, member: &[u8]) -> Option<(usize, f64)> {
        let member = self.members.get(member)?;
        let score = member.score();
        Some((
            self.tree.rank(&Present(Key {
                score,
                member,
                after: false,
            })),
            score,
        ))
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

    pub fn allocated_bytes(&self) -> usize {
        size_of::<Ranked>()
            + self.members.allocated_bytes()
            + self.tree.allocated_bytes()
            + self.member_bytes
    }
}

impl Clone for Ranked {
    /// A deep copy, in order, so that its nodes are full. O(n).
    fn clone(&self) -> Ranked {
        let mut ranked = Ranked::new(self.members.len(), self.seed);
        for (score, member) in self.tree.iter(0, usize::MAX, false) {
            ranked.insert(ranked.members.hash(member.bytes()), member.bytes(), score);
        }
        ranked
    }
}
