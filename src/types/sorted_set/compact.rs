//! The compact encoding: members and scores by turns in a listpack, in order. All O(n), for a hundred members.

use std::ops::Range;

use super::range::{LexRange, ScoreRange};
use crate::types::listpack::{self, Element, Listpack, Position};
use crate::types::numbers::{format_f64, parse_f64};

/// Beyond this no whole number is stored as an integer (Redis's double2ll).
const LARGEST_INTEGER: f64 = (i64::MAX / 2) as f64;

/// Members with scores in a listpack.
#[derive(Clone, Default)]
pub struct Compact(Listpack);

impl Compact {
    /// Takes over a listpack; `None` unless it holds scored members in order, none of them twice. O(n).
    pub fn from_listpack(list: Listpack, seed: u64) -> Option<Compact> {
        if !list.len().is_multiple_of(2) || !list.all_different(1, seed) {
            return None;
        }
        let mut elements = list.iter();
        let mut previous: Option<(f64, Element)> = None;
        let (mut digits, mut previous_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
        while let (Some(member), Some(score)) = (elements.next(), elements.next()) {
            let score = try_score(score)?;
            if let Some((before, other)) = previous
                && (before > score
                    || before == score
                        && other.bytes(&mut previous_digits) > member.bytes(&mut digits))
            {
                return None;
            }
            previous = Some((score, member));
        }
        Some(Compact(list))
    }

    pub fn as_listpack(&self) -> &Listpack {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len() / 2
    }

    pub fn find(&self, member: &[u8]) -> Option<(Position, f64)> {
        let position = self.0.find(member, 1)?;
        let score = self.0.next(position)?;
        Some((position, score_of(self.0.at(score))))
    }

    pub fn rank(&self, member: &[u8]) -> Option<(usize, f64)> {
        self.iter()
            .enumerate()
            .find(|(_, (other, _))| *other == member)
            .map(|(rank, (_, score))| (rank, score))
    }

    /// Inserts a member that is not there.
    pub fn insert(&mut self, member: &[u8], score: f64) {
        let place = match self.iter().next_back() {
            Some((last, last_score))
                if last_score > score
                    || (last_score == score && last.cmp_bytes(member).is_gt()) =>
            {
                self.place(member, score)
            }
            _ => None,
        };
        match place {
            Some(position) => {
                self.0.insert_before(position, member);
                let after = position;
                with_element(score, |score| {
                    self.0.insert_after(after, score);
                });
            }
            None => {
                self.0.push_back(member);
                with_element(score, |score| self.0.push_back(score));
            }
        }
    }

    /// The first member that stands behind this one.
    fn place(&self, member: &[u8], score: f64) -> Option<Position> {
        let mut at = self.0.first();
        while let Some(position) = at {
            let score_position = self.0.next(position)?;
            let other = score_of(self.0.at(score_position));
            if other > score || (other == score && self.0.at(position).cmp_bytes(member).is_gt()) {
                return Some(position);
            }
            at = self.0.next(score_position);
        }
        None
    }

    /// Gives the member at `position` another score.
    pub fn update(&mut self, position: Position, member: &[u8], score: f64) {
        self.remove(position);
        self.insert(member, score);
    }

    pub fn remove(&mut self, position: Position) {
        self.0.remove(position, 2);
    }

    pub fn remove_range(&mut self, ranks: Range<usize>) {
        if let Some(position) = self.0.seek(ranks.start as i64 * 2) {
            self.0.remove(position, ranks.len() * 2);
        }
    }

    pub fn score_range(&self, range: &ScoreRange) -> Range<usize> {
        let below = self
            .iter()
            .take_while(|(_, score)| !range.admits_above(*score))
            .count();
        let inside = self
            .iter()
            .skip(below)
            .take_while(|(_, score)| range.admits_below(*score))
            .count();
        below..below + inside
    }

    /// Walks from the low end, with `reverse` from the high one, which makes a difference only where scores
    /// differ.
    pub fn lex_range(&self, range: &LexRange, reverse: bool) -> Range<usize> {
        let mut digits = itoa::Buffer::new();
        let (Some((first, _)), Some((last, _))) = (self.iter().next(), self.iter().next_back())
        else {
            return 0..0;
        };
        if !range.touches(&first.to_vec(), last.bytes(&mut digits)) {
            return 0..0;
        }
        if reverse {
            let len = self.len();
            let above = (self.iter().rev())
                .take_while(|(member, _)| !range.maximum.admits_below(member.bytes(&mut digits)))
                .count();
            let inside = (self.iter().rev().skip(above))
                .take_while(|(member, _)| range.minimum.admits_above(member.bytes(&mut digits)))
                .count();
            return len - above - inside..len - above;
        }
        let below = (self.iter())
            .take_while(|(member, _)| !range.minimum.admits_above(member.bytes(&mut digits)))
            .count();
        let inside = (self.iter().skip(below))
            .take_while(|(member, _)| range.maximum.admits_below(member.bytes(&mut digits)))
            .count();
        below..below + inside
    }

    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.iter())
    }

    /// From `rank` on, forwards or backwards.
    pub fn iter_at(&self, rank: usize, backwards: bool) -> Iter<'_> {
        let from = self.0.seek(rank as i64 * 2);
        Iter(match (from, backwards) {
            (Some(position), false) => self.0.iter_from(position),
            (Some(position), true) => self.0.iter_to(self.0.next(position).unwrap_or(position)),
            (None, _) => Listpack::iter(&self.0),
        })
    }
}

/// How a score stands in a listpack: as an integer if it is one, else by its digits.
fn with_element(score: f64, write: impl FnOnce(Element)) {
    if score.abs() <= LARGEST_INTEGER && score.trunc() == score {
        write(Element::Int(score as i64));
    } else {
        write(Element::from(&*format_f64(score)));
    }
}

fn try_score(element: Element) -> Option<f64> {
    match element {
        Element::Int(score) => Some(score as f64),
        Element::Str(digits) => parse_f64(digits),
    }
}

/// Only scores that can be read get into the listpack.
fn score_of(element: Element) -> f64 {
    try_score(element).unwrap_or_default()
}

/// Members and scores in order, from either end.
#[derive(Clone)]
pub struct Iter<'a>(listpack::Iter<'a>);

impl<'a> Iterator for Iter<'a> {
    type Item = (Element<'a>, f64);

    fn next(&mut self) -> Option<Self::Item> {
        let member = self.0.next()?;
        Some((member, score_of(self.0.next()?)))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let score = score_of(self.0.next_back()?);
        Some((self.0.next_back()?, score))
    }
}
