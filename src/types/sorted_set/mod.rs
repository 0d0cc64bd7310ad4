//! Sorted sets: a few short members with their scores in a listpack, the rest in a hash table and a ranked
//! tree, where Redis has a skip list: that is the name OBJECT ENCODING gives it.
//!
//! The order is by score, then by the members' bytes. Ranks count from 0. Scores are never NaN.

mod compact;
mod place;
mod range;
mod ranked;
mod scores;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use std::ops::Range;

pub use range::{LexBound, LexRange, ScoreRange};
pub use scores::Scores;

use super::dict::{Dict, Entry};
use super::listpack::{Element, Listpack};
use super::sampling::{below, distinct_indices};
use compact::Compact;
use ranked::Ranked;
use text::Text;

/// Up to where the compact encoding goes: the configuration parameters of the same names.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// zset-max-listpack-entries
    pub max_listpack_entries: usize,
    /// zset-max-listpack-value, in bytes
    pub max_listpack_value: usize,
    /// Seed of the hash tables made.
    pub hash_seed: u64,
}

/// From one in this many members on, picking goes through all of them instead of drawing ranks and
/// discarding those drawn before.
const SWEEP_FROM: usize = 3;

impl Entry for Text {
    fn key(&self) -> &[u8] {
        self.bytes()
    }
}

/// Members with scores, in order.
#[derive(Clone)]
pub struct SortedSet(Encoding);

#[derive(Clone)]
enum Encoding {
    Listpack(Compact),
    Ranked(Box<Ranked>),
}

/// What a command about to come is going to look for, for [`SortedSet::approach`].
#[derive(Clone, Copy, Default)]
pub struct Ahead<'a> {
    /// A member that may be there.
    pub member: &'a [u8],
    /// The score that it may get.
    pub score: Option<f64>,
}

/// As many commands ahead as it pays to look.
pub const MAX_AHEAD: usize = 16;

/// Up to so many members (about 3 MB) everything lies in the cache anyway.
const FITS_THE_CACHE: usize = 1 << 16;

/// What [`SortedSet::update`] found and left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Updated {
    /// The score before; `None` if the member was not there.
    pub old: Option<f64>,
    /// The score it was to have; `None` if nothing was to be done.
    pub new: Option<f64>,
}

impl Updated {
    /// Whether the member is new.
    pub fn added(&self) -> bool {
        self.old.is_none() && self.new.is_some()
    }

    /// Whether the member was there and has another score now.
    pub fn changed(&self) -> bool {
        self.old.is_some() && self.new.is_some() && self.old != self.new
    }
}

impl std::fmt::Debug for SortedSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Default for SortedSet {
    fn default() -> Self {
        Self::new()
    }
}

impl SortedSet {
    /// An empty sorted set, as a listpack.
    pub fn new() -> Self {
        Self(Encoding::Listpack(Compact::default()))
    }

    /// An empty sorted set in the encoding that suits `count` members of which one is `len` bytes long.
    pub fn for_adding(count: usize, len: usize, limits: &Limits) -> Self {
        if count <= limits.max_listpack_entries && len <= limits.max_listpack_value {
            Self::new()
        } else {
            Self::new_ranked(count, limits)
        }
    }

    /// An empty sorted set, as hash table and tree with room for that many members.
    pub fn new_ranked(room: usize, limits: &Limits) -> Self {
        Self(Encoding::Ranked(Box::new(Ranked::new(
            room,
            limits.hash_seed,
        ))))
    }

    /// Takes over a listpack of members and scores by turns, such as one from an RDB file; `None` unless
    /// they are in order and no member is there twice. It leaves the listpack if there are more than the
    /// limit allows. O(n).
    pub fn from_listpack(list: Listpack, limits: &Limits) -> Option<Self> {
        let compact = Compact::from_listpack(list, limits.hash_seed)?;
        let mut set = Self(Encoding::Listpack(compact));
        if set.len() > limits.max_listpack_entries {
            set.convert_to_ranked(0, limits);
        }
        Some(set)
    }

    /// Leaves the listpack when `count` more members are not going to fit.
    pub fn prepare_for(&mut self, count: usize, limits: &Limits) {
        if count > limits.max_listpack_entries {
            self.convert_to_ranked(count, limits);
        }
    }

    /// Goes back to a listpack if the members fit: what the commands that store a result do.
    pub fn compact(&mut self, limits: &Limits) {
        let Encoding::Ranked(ranked) = &self.0 else {
            return;
        };
        let mut total = 0;
        let fits = self.len() <= limits.max_listpack_entries
            && ranked.tree.iter(0, usize::MAX, false).all(|(_, member)| {
                total += member.bytes().len();
                member.bytes().len() <= limits.max_listpack_value
            })
            && Listpack::new().can_grow_by(total);
        if fits {
            let mut compact = Compact::default();
            for (score, member) in ranked.tree.iter(0, usize::MAX, false) {
                compact.insert(member.bytes(), score);
            }
            self.0 = Encoding::Listpack(compact);
        }
    }

    /// How many members there are. O(1).
    pub fn len(&self) -> usize {
        match &self.0 {
            Encoding::Listpack(compact) => compact.len(),
            Encoding::Ranked(ranked) => ranked.tree.len(),
        }
    }

    /// True when there are no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What OBJECT ENCODING says.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Encoding::Listpack(_) => "listpack",
            Encoding::Ranked(_) => "skiplist",
        }
    }

    /// The listpack, when that is the encoding.
    pub fn as_listpack(&self) -> Option<&Listpack> {
        match &self.0 {
            Encoding::Listpack(compact) => Some(compact.as_listpack()),
            Encoding::Ranked(_) => None,
        }
    }

    /// Bytes of heap held. O(n / 60).
    pub fn allocated_bytes(&self) -> usize {
        match &self.0 {
            Encoding::Listpack(compact) => compact.as_listpack().allocated_bytes(),
            Encoding::Ranked(ranked) => ranked.allocated_bytes(),
        }
    }

    /// Nodes that a search by score or rank visits; 1 for a listpack.
    pub fn height(&self) -> usize {
        match &self.0 {
            Encoding::Listpack(_) => 1,
            Encoding::Ranked(ranked) => ranked.tree.height(),
        }
    }

    /// The score of a member. O(1), in a listpack O(n).
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        match &self.0 {
            Encoding::Listpack(compact) => compact.find(member).map(|(_, score)| score),
            Encoding::Ranked(ranked) => ranked.score(member),
        }
    }

    /// The rank and score of a member. O(log n), in a listpack O(n).
    pub fn rank(&self, member: &[u8]) -> Option<(usize, f64)> {
        match &self.0 {
            Encoding::Listpack(compact) => compact.rank(member),
            Encoding::Ranked(ranked) => ranked.rank(member),
        }
    }

    /// Whether it is so large that [`SortedSet::approach`] pays.
    pub fn exceeds_the_cache(&self) -> bool {
        self.len() > FITS_THE_CACHE
    }

    /// Goes where up to [`MAX_AHEAD`] commands are going to go, for all of them in step: their cache misses
    /// overlap, where each alone has to wait for one after the other. Changes nothing.
    pub fn approach(&self, ahead: &[Ahead]) {
        if let Encoding::Ranked(ranked) = &self.0 {
            ranked.approach(ahead);
        }
    }

    /// Adds a member or changes its score; its old score, if it was there. O(log n), in a listpack O(n).
    pub fn insert(&mut self, member: &[u8], score: f64, limits: &Limits) -> Option<f64> {
        self.update(member, limits, |_| Some(score)).old
    }

    /// Asks `decide` which score the member shall have, given the score it has if it is there; `None` leaves
    /// everything as it is. O(log n), in a listpack O(n).
    pub fn update(
        &mut self,
        member: &[u8],
        limits: &Limits,
        decide: impl FnOnce(Option<f64>) -> Option<f64>,
    ) -> Updated {
        // What is not a number has no place in the order.
        let decide = |old| decide(old).filter(|score| !score.is_nan());
        let compact = match &mut self.0 {
            Encoding::Ranked(ranked) => {
                let (old, new) = ranked.update(member, decide);
                return Updated { old, new };
            }
            Encoding::Listpack(compact) => compact,
        };
        if let Some((position, old)) = compact.find(member) {
            let new = decide(Some(old));
            if let Some(score) = new.filter(|score| *score != old) {
                compact.update(position, member, score);
            }
            return Updated {
                old: Some(old),
                new,
            };
        }
        let new = decide(None);
        if let Some(score) = new {
            let fits = compact.len() < limits.max_listpack_entries
                && member.len() <= limits.max_listpack_value
                && compact.as_listpack().can_grow_by(member.len());
            if fits {
                compact.insert(member, score);
            } else {
                self.convert_to_ranked(1, limits);
                if let Encoding::Ranked(ranked) = &mut self.0 {
                    ranked.update(member, |_| Some(score));
                }
            }
        }
        Updated { old: None, new }
    }

    /// Removes a member; false when it was not there. O(log n), in a listpack O(n).
    pub fn remove(&mut self, member: &[u8]) -> bool {
        match &mut self.0 {
            Encoding::Listpack(compact) => {
                let found = compact.find(member);
                if let Some((position, _)) = found {
                    compact.remove(position);
                }
                found.is_some()
            }
            Encoding::Ranked(ranked) => ranked.remove(member),
        }
    }

    /// Removes the members of these ranks, as far as there are any. O(log n + removed), in a listpack O(n).
    pub fn remove_range(&mut self, ranks: Range<usize>) {
        let ranks = ranks.start..ranks.end.min(self.len());
        if ranks.is_empty() {
            return;
        }
        match &mut self.0 {
            Encoding::Listpack(compact) => compact.remove_range(ranks),
            Encoding::Ranked(ranked) => ranked.remove_range(ranks),
        }
    }

    /// The ranks of the members whose scores lie in the range. O(log n), in a listpack O(n).
    pub fn score_range(&self, range: &ScoreRange) -> Range<usize> {
        if range.is_empty() {
            return 0..0;
        }
        match &self.0 {
            Encoding::Listpack(compact) => compact.score_range(range),
            Encoding::Ranked(ranked) => ranked.score_range(range),
        }
    }

    /// The ranks of the members that lie in the range, in a set whose scores are all equal; `reverse` says that
    /// they are going to be walked downwards. O(log n), in a listpack O(n).
    pub fn lex_range(&self, range: &LexRange, reverse: bool) -> Range<usize> {
        if range.is_empty() {
            return 0..0;
        }
        match &self.0 {
            Encoding::Listpack(compact) => compact.lex_range(range, reverse),
            Encoding::Ranked(ranked) => ranked.lex_range(range),
        }
    }

    /// All members with their scores, lowest first.
    pub fn iter(&self) -> Iter<'_> {
        self.range(0..self.len())
    }

    /// The members of these ranks, as far as there are any, lowest first. O(log n) to start.
    pub fn range(&self, ranks: Range<usize>) -> Iter<'_> {
        let ranks = ranks.start..ranks.end.min(self.len());
        let entries = match &self.0 {
            Encoding::Listpack(compact) => Entries::Forwards(compact.iter_at(ranks.start, false)),
            Encoding::Ranked(ranked) => {
                Entries::Ranked(ranked.tree.iter(ranks.start, ranks.len(), false))
            }
        };
        Iter {
            entries,
            remaining: ranks.len(),
        }
    }

    /// The members of these ranks, as far as there are any, highest first. O(log n) to start.
    pub fn range_reversed(&self, ranks: Range<usize>) -> Iter<'_> {
        let ranks = ranks.start..ranks.end.min(self.len());
        let last = ranks.end.saturating_sub(1);
        let entries = match &self.0 {
            Encoding::Listpack(compact) => Entries::Backwards(compact.iter_at(last, true)),
            Encoding::Ranked(ranked) => Entries::Ranked(ranked.tree.iter(last, ranks.len(), true)),
        };
        Iter {
            entries,
            remaining: ranks.len(),
        }
    }

    /// Calls `each` with some members and returns the cursor for the next call, as [`Dict::scan`]. A listpack
    /// gives everything at once.
    pub fn scan<'a>(&'a self, cursor: u64, mut each: impl FnMut(Element<'a>, f64)) -> u64 {
        if let Encoding::Ranked(ranked) = &self.0 {
            return ranked.places.scan(cursor, &mut |place| {
                each(Element::Str(place.text().bytes()), place.score())
            });
        }
        self.iter().for_each(|(member, score)| each(member, score));
        0
    }

    /// True when a scan goes by steps, and not everything at once.
    pub fn scans_in_steps(&self) -> bool {
        matches!(self.0, Encoding::Ranked(_))
    }

    /// A random member, each as likely as any other. O(log n), in a listpack O(n).
    pub fn random(&self, rng: &mut fastrand::Rng) -> Option<(Element<'_>, f64)> {
        if self.is_empty() {
            return None;
        }
        let rank = below(rng, self.len());
        self.range(rank..rank + 1).next()
    }

    /// Calls `each` with `count` different random members, or with all when there are not more.
    /// O(count log n), in a listpack O(n).
    pub fn random_distinct<'a>(
        &'a self,
        count: usize,
        rng: &mut fastrand::Rng,
        mut each: impl FnMut(Element<'a>, f64),
    ) {
        let len = self.len();
        match &self.0 {
            Encoding::Ranked(ranked) if count < len / SWEEP_FROM => {
                let mut drawn: Dict<&Text> = Dict::new(0);
                while drawn.len() < count {
                    let Some((score, member)) = ranked.tree.iter(below(rng, len), 1, false).next()
                    else {
                        return;
                    };
                    if drawn.insert(member).is_none() {
                        each(Element::Str(member.bytes()), score);
                    }
                }
            }
            _ => {
                let mut rest = self.iter();
                let mut passed = 0;
                for index in distinct_indices(len, count, rng) {
                    if let Some((member, score)) = rest.nth(index - passed) {
                        each(member, score);
                    }
                    passed = index + 1;
                }
            }
        }
    }

    fn convert_to_ranked(&mut self, additional: usize, limits: &Limits) {
        if let Encoding::Listpack(compact) = &self.0 {
            let room = compact.len().saturating_add(additional);
            self.0 = Encoding::Ranked(Box::new(Ranked::from_compact(
                compact,
                room,
                limits.hash_seed,
            )));
        }
    }
}

/// Members and scores of a [`SortedSet`], in either direction.
pub struct Iter<'a> {
    entries: Entries<'a>,
    remaining: usize,
}

#[expect(
    clippy::large_enum_variant,
    reason = "made once a command, on the stack"
)]
enum Entries<'a> {
    Forwards(compact::Iter<'a>),
    Backwards(compact::Iter<'a>),
    Ranked(tree::Iter<'a>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (Element<'a>, f64);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        match &mut self.entries {
            Entries::Forwards(entries) => entries.next(),
            Entries::Backwards(entries) => entries.next_back(),
            Entries::Ranked(entries) => entries
                .next()
                .map(|(score, member)| (Element::Str(member.bytes()), score)),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining, Some(self.remaining))
    }
}

impl ExactSizeIterator for Iter<'_> {}
