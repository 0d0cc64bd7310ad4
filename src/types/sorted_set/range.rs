//! Ranges by score and by member, as ZRANGE and its relatives take them.

use std::cmp::Ordering;

/// A range of scores. Bounds may be infinite, never NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreRange {
    /// The lowest score.
    pub minimum: f64,
    /// Whether `minimum` itself is left out.
    pub minimum_exclusive: bool,
    /// The highest score.
    pub maximum: f64,
    /// Whether `maximum` itself is left out.
    pub maximum_exclusive: bool,
}

impl ScoreRange {
    /// Whether no score at all can lie in it.
    pub fn is_empty(&self) -> bool {
        self.minimum > self.maximum
            || (self.minimum == self.maximum && (self.minimum_exclusive || self.maximum_exclusive))
    }

    /// Whether the lower bound admits the score.
    pub fn admits_above(&self, score: f64) -> bool {
        if self.minimum_exclusive {
            score > self.minimum
        } else {
            score >= self.minimum
        }
    }

    /// Whether the upper bound admits the score.
    pub fn admits_below(&self, score: f64) -> bool {
        if self.maximum_exclusive {
            score < self.maximum
        } else {
            score <= self.maximum
        }
    }
}

/// One end of a range of members: `-`, `+`, `[member`, `(member`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexBound<'a> {
    /// Before every member.
    Lowest,
    /// The member, itself included.
    Inclusive(&'a [u8]),
    /// The member, itself left out.
    Exclusive(&'a [u8]),
    /// Behind every member.
    Highest,
}

impl LexBound<'_> {
    /// As a minimum: whether the member is at or above it.
    pub fn admits_above(&self, member: &[u8]) -> bool {
        match self {
            LexBound::Lowest => true,
            LexBound::Inclusive(bound) => member >= *bound,
            LexBound::Exclusive(bound) => member > *bound,
            LexBound::Highest => false,
        }
    }

    /// As a maximum: whether the member is at or below it.
    pub fn admits_below(&self, member: &[u8]) -> bool {
        match self {
            LexBound::Lowest => false,
            LexBound::Inclusive(bound) => member <= *bound,
            LexBound::Exclusive(bound) => member < *bound,
            LexBound::Highest => true,
        }
    }

    fn rank(&self) -> (u8, &[u8]) {
        match self {
            LexBound::Lowest => (0, b""),
            LexBound::Inclusive(bound) | LexBound::Exclusive(bound) => (1, bound),
            LexBound::Highest => (2, b""),
        }
    }
}

/// A range of members in byte order; it has a meaning only where all scores are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexRange<'a> {
    /// The lowest member.
    pub minimum: LexBound<'a>,
    /// The highest member.
    pub maximum: LexBound<'a>,
}

impl LexRange<'_> {
    /// Whether members from `first` to `last` can lie in it. Redis asks this first, which decides what it
    /// answers for a set whose scores differ after all.
    pub fn touches(&self, first: &[u8], last: &[u8]) -> bool {
        self.minimum.admits_above(last) && self.maximum.admits_below(first)
    }

    /// Whether no member at all can lie in it.
    pub fn is_empty(&self) -> bool {
        let exclusive = |bound: &LexBound| !matches!(bound, LexBound::Inclusive(_));
        match self.minimum.rank().cmp(&self.maximum.rank()) {
            Ordering::Less => false,
            Ordering::Equal => exclusive(&self.minimum) || exclusive(&self.maximum),
            Ordering::Greater => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_ranges() {
        let range = |minimum, minimum_exclusive, maximum, maximum_exclusive| ScoreRange {
            minimum,
            minimum_exclusive,
            maximum,
            maximum_exclusive,
        };
        assert!(range(2.0, false, 1.0, false).is_empty());
        assert!(range(1.0, true, 1.0, false).is_empty());
        assert!(!range(1.0, false, 1.0, false).is_empty());
        assert!(!range(f64::NEG_INFINITY, true, f64::INFINITY, true).is_empty());
        assert!(!range(1.0, true, 2.0, false).admits_above(1.0));
        assert!(range(1.0, true, 2.0, false).admits_below(2.0));
    }

    #[test]
    fn lex_ranges() {
        use LexBound::*;
        let empty = |minimum, maximum| LexRange { minimum, maximum }.is_empty();
        assert!(!empty(Lowest, Highest));
        assert!(empty(Highest, Lowest));
        assert!(empty(Lowest, Lowest) && empty(Highest, Highest));
        assert!(empty(Exclusive(b"a"), Inclusive(b"a")));
        assert!(!empty(Inclusive(b"a"), Inclusive(b"a")));
        assert!(empty(Inclusive(b"b"), Inclusive(b"a")));
        assert!(!empty(Lowest, Inclusive(b"")));
        assert!(Exclusive(b"a").admits_above(b"aa") && !Exclusive(b"a").admits_above(b"a"));
    }
}
