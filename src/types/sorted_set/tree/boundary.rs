//! Where a search stops: each boundary cuts the order (score, then member) in two.

use std::cmp::Ordering;

use super::super::member::Member;
use super::super::range::LexBound;

/// A place in the order. `position` is how many of a node's entries, which are sorted, stand before it.
pub trait Boundary {
    /// `scores` and `members` are of the same length; every member is there.
    fn position(&self, scores: &[f64], members: &[Option<Member>]) -> usize;

    /// The same in a leaf, whose entries are members of the set, not separators.
    #[inline]
    fn position_in_leaf(&self, scores: &[f64], members: &[Option<Member>]) -> usize {
        self.position(scores, members)
    }
}

/// Doubles in a cache line.
const LINE: usize = 8;

/// How many of the sorted scores are below `score`.
///
/// It looks at the end of every line, then into one: those looks do not wait for each other, so that a node
/// that is not in the cache costs about one miss, where a binary search pays three in a row.
#[inline]
fn below(scores: &[f64], score: f64) -> usize {
    let lines = scores
        .chunks_exact(LINE)
        .filter(|line| line[LINE - 1] < score)
        .count();
    let start = lines * LINE;
    let rest = &scores[start..scores.len().min(start + LINE)];
    start + rest.iter().filter(|other| **other < score).count()
}

/// Searches by score, which stands in the node; only members of equal score are looked at.
#[inline]
fn position(
    scores: &[f64],
    members: &[Option<Member>],
    score: f64,
    before: impl Fn(&Member) -> bool,
) -> usize {
    let below = below(scores, score);
    if scores.get(below) != Some(&score) {
        return below;
    }
    let equal = match scores.get(below + 1) {
        Some(next) if *next == score => scores[below..].partition_point(|other| *other == score),
        _ => 1,
    };
    below
        + members[below..below + equal]
            .partition_point(|member| member.as_ref().is_some_and(&before))
}

/// Just before (or, with `after`, just behind) this score and member.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// The score; never NaN.
    pub score: f64,
    /// The member.
    pub member: &'a Member,
    /// Whether an equal entry stands before the boundary.
    pub after: bool,
}

impl Boundary for Key<'_> {
    #[inline]
    fn position(&self, scores: &[f64], members: &[Option<Member>]) -> usize {
        position(scores, members, self.score, |other| {
            match other.compare(self.member) {
                Ordering::Less => true,
                Ordering::Equal => self.after,
                Ordering::Greater => false,
            }
        })
    }
}

/// Just before an entry that is in the tree: it need not be looked at where no other has its score.
#[derive(Clone, Copy)]
pub struct Present<'a>(pub Key<'a>);

impl Boundary for Present<'_> {
    #[inline]
    fn position(&self, scores: &[f64], members: &[Option<Member>]) -> usize {
        // A separator that equals the entry has it on its right.
        let key = Key {
            after: true,
            ..self.0
        };
        key.position(scores, members)
    }

    #[inline]
    fn position_in_leaf(&self, scores: &[f64], members: &[Option<Member>]) -> usize {
        let score = self.0.score;
        let below = below(scores, score);
        let is_only = scores.get(below + 1) != Some(&score);
        if is_only && scores.get(below) == Some(&score) {
            return below;
        }
        self.0.position(scores, members)
    }
}

/// Just before, or behind, all members of this score.
#[derive(Clone, Copy)]
pub struct Score {
    /// The score; never NaN.
    pub score: f64,
    /// Whether members of this very score stand before the boundary.
    pub after: bool,
}

impl Boundary for Score {
    fn position(&self, scores: &[f64], _members: &[Option<Member>]) -> usize {
        if self.after {
            scores.partition_point(|other| *other <= self.score)
        } else {
            scores.partition_point(|other| *other < self.score)
        }
    }
}

/// Just before, or behind, this member by bytes alone: only sets whose scores are all equal are ordered so.
#[derive(Clone, Copy)]
pub struct Lex<'a> {
    /// The bound.
    pub bound: LexBound<'a>,
    /// Whether the bound is a maximum: then members equal to an inclusive bound stand before the boundary.
    pub is_maximum: bool,
}

impl Boundary for Lex<'_> {
    fn position(&self, _scores: &[f64], members: &[Option<Member>]) -> usize {
        members.partition_point(|member| {
            member.as_ref().is_some_and(|member| {
                if self.is_maximum {
                    self.bound.admits_below(member.bytes())
                } else {
                    !self.bound.admits_above(member.bytes())
                }
            })
        })
    }
}
