//! Where a search stops: each boundary cuts the order (score, then member) in two.

use std::cmp::Ordering;

use super::super::range::LexBound;
use super::super::text::Text;
use super::leaf::Leaf;

/// A place in the order: some entries stand before it, and behind those none does.
pub trait Boundary {
    /// How many of an internal node's separators stand before it. `scores` and `texts` are of the same length.
    fn position(&self, scores: &[f64], texts: &[Text]) -> usize;

    /// How many of a leaf's members stand before it.
    fn position_in_leaf(&self, leaf: &Leaf) -> usize;
}

/// Doubles in a cache line.
pub const LINE: usize = 8;

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

/// Just before (or, with `after`, just behind) this score and member.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// The score; never NaN.
    pub score: f64,
    /// The member.
    pub member: &'a [u8],
    /// Whether an equal entry stands before the boundary.
    pub after: bool,
}

impl<'a> Key<'a> {
    /// Behind the entry of this score and member, which an internal node's separators never precede.
    pub fn of(score: f64, member: &'a [u8]) -> Key<'a> {
        Key {
            score,
            member,
            after: true,
        }
    }

    fn is_behind(&self, text: &Text) -> bool {
        match text.bytes().cmp(self.member) {
            Ordering::Less => true,
            Ordering::Equal => self.after,
            Ordering::Greater => false,
        }
    }
}

impl Boundary for Key<'_> {
    /// By score, which stands in the node; only where it ties, members are looked at.
    #[inline]
    fn position(&self, scores: &[f64], texts: &[Text]) -> usize {
        let below = below(scores, self.score);
        if scores.get(below) != Some(&self.score) {
            return below;
        }
        let equal = match scores.get(below + 1) {
            Some(next) if *next == self.score => {
                scores[below..].partition_point(|other| *other == self.score)
            }
            _ => 1,
        };
        below + texts[below..below + equal].partition_point(|text| self.is_behind(text))
    }

    #[inline]
    fn position_in_leaf(&self, leaf: &Leaf) -> usize {
        let (below, equal) = leaf.count(self.score);
        if equal == 0 {
            return below;
        }
        let ties = &leaf.slots()[below..below + equal];
        below + ties.partition_point(|slot| self.is_behind(&leaf.texts[usize::from(*slot)]))
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
    fn position(&self, scores: &[f64], _texts: &[Text]) -> usize {
        if self.after {
            scores.partition_point(|other| *other <= self.score)
        } else {
            scores.partition_point(|other| *other < self.score)
        }
    }

    fn position_in_leaf(&self, leaf: &Leaf) -> usize {
        let (below, equal) = leaf.count(self.score);
        below + if self.after { equal } else { 0 }
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

impl Lex<'_> {
    fn is_behind(&self, text: &Text) -> bool {
        if self.is_maximum {
            self.bound.admits_below(text.bytes())
        } else {
            !self.bound.admits_above(text.bytes())
        }
    }
}

impl Boundary for Lex<'_> {
    fn position(&self, _scores: &[f64], texts: &[Text]) -> usize {
        texts.partition_point(|text| self.is_behind(text))
    }

    fn position_in_leaf(&self, leaf: &Leaf) -> usize {
        let slots = leaf.slots();
        slots.partition_point(|slot| self.is_behind(&leaf.texts[usize::from(*slot)]))
    }
}
