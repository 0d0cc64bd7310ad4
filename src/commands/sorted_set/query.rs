//! Reading ranges from arguments: by rank, by score, by member.

use std::ops::Range;

use crate::commands::arguments::integer;
use crate::resp::ReplyError;
use crate::types::sorted_set::{LexBound, LexRange, ScoreRange, SortedSet};
use crate::types::strtod::strtod;

const NOT_A_SCORE_RANGE: ReplyError = ReplyError::new("ERR min or max is not a float");
const NOT_A_LEX_RANGE: ReplyError = ReplyError::new("ERR min or max not valid string range item");

/// What a range is measured in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Ranks, from 0, negative ones from the end.
    Rank,
    /// Scores.
    Score,
    /// Members, where all scores are equal.
    Lex,
}

/// A range as arguments give it.
pub enum Query<'a> {
    /// First and last rank, both included.
    Rank(i64, i64),
    /// Scores.
    Score(ScoreRange),
    /// Members.
    Lex(LexRange<'a>),
}

impl<'a> Query<'a> {
    /// Reads the lower and the upper end.
    pub fn parse(by: By, minimum: &'a [u8], maximum: &'a [u8]) -> Result<Query<'a>, ReplyError> {
        Ok(match by {
            By::Rank => Query::Rank(integer(minimum)?, integer(maximum)?),
            By::Score => {
                let (minimum, minimum_exclusive) = score_bound(minimum)?;
                let (maximum, maximum_exclusive) = score_bound(maximum)?;
                Query::Score(ScoreRange {
                    minimum,
                    minimum_exclusive,
                    maximum,
                    maximum_exclusive,
                })
            }
            By::Lex => Query::Lex(LexRange {
                minimum: lex_bound(minimum)?,
                maximum: lex_bound(maximum)?,
            }),
        })
    }

    /// The ranks it means in this set, counted from the low end. With `reverse` its own ranks count from
    /// the high end.
    pub fn ranks(&self, set: &SortedSet, reverse: bool) -> Range<usize> {
        match self {
            Query::Rank(start, stop) => {
                let ranks = rank_range(*start, *stop, set.len());
                if reverse {
                    set.len() - ranks.end..set.len() - ranks.start
                } else {
                    ranks
                }
            }
            Query::Score(range) => set.score_range(range),
            Query::Lex(range) => set.lex_range(range, reverse),
        }
    }
}

fn rank_range(start: i64, stop: i64, len: usize) -> Range<usize> {
    let len = len as i64;
    let from_end = |rank: i64| {
        if rank < 0 {
            rank.saturating_add(len)
        } else {
            rank
        }
    };
    let start = from_end(start).max(0);
    let end = from_end(stop).min(len - 1).saturating_add(1);
    if start >= end {
        0..0
    } else {
        start as usize..end as usize
    }
}

/// As C reads it: a leading space is nothing, what follows a NUL is not seen, and no digits are 0.
fn score_bound(text: &[u8]) -> Result<(f64, bool), ReplyError> {
    let (digits, exclusive) = match text {
        [b'(', digits @ ..] => (digits, true),
        digits => (digits, false),
    };
    let number = strtod(digits);
    let ends = digits.get(number.length).is_none_or(|byte| *byte == 0);
    if ends && !number.value.is_nan() {
        Ok((number.value, exclusive))
    } else {
        Err(NOT_A_SCORE_RANGE)
    }
}

fn lex_bound(text: &[u8]) -> Result<LexBound<'_>, ReplyError> {
    match text {
        [b'-'] | [b'-', 0, ..] => Ok(LexBound::Lowest),
        [b'+'] | [b'+', 0, ..] => Ok(LexBound::Highest),
        [b'[', member @ ..] => Ok(LexBound::Inclusive(member)),
        [b'(', member @ ..] => Ok(LexBound::Exclusive(member)),
        _ => Err(NOT_A_LEX_RANGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_count_from_either_end() {
        assert_eq!(rank_range(0, -1, 5), 0..5);
        assert_eq!(rank_range(-2, -1, 5), 3..5);
        assert_eq!(rank_range(-100, 100, 5), 0..5);
        assert_eq!(rank_range(i64::MIN, i64::MAX, 5), 0..5);
        assert_eq!(rank_range(3, 2, 5), 0..0);
        assert_eq!(rank_range(5, 9, 5), 0..0);
        assert_eq!(rank_range(0, -6, 5), 0..0);
        assert_eq!(rank_range(0, -1, 0), 0..0);
    }

    #[test]
    fn score_bounds_are_read_as_c_reads_them() {
        assert_eq!(score_bound(b"(1.5"), Ok((1.5, true)));
        assert_eq!(score_bound(b"-inf"), Ok((f64::NEG_INFINITY, false)));
        assert_eq!(score_bound(b"(+inf"), Ok((f64::INFINITY, true)));
        assert_eq!(score_bound(b""), Ok((0.0, false)));
        assert_eq!(score_bound(b" 2"), Ok((2.0, false)));
        for text in [&b"nan"[..], b"1x", b"((1", b"(nan"] {
            assert!(score_bound(text).is_err());
        }
    }
}
