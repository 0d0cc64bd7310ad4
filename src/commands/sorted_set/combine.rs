//! Unions, intersections and differences of sorted sets and sets.

use super::algebra::{Aggregate, Operation};
use crate::commands::by_size::smallest_first;
use crate::keyspace::{Database, ValueRef};
use crate::resp::ReplyError;
use crate::resp::error::WRONG_TYPE;
use crate::types::listpack::Element;
use crate::types::set::Set;
use crate::types::sorted_set::{Limits, Scores, SortedSet};

/// One input: a sorted set, a set whose members all score 1, or a key that does not exist.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    collection: Collection<'a>,
    /// What its scores are multiplied by.
    pub weight: f64,
}

#[derive(Clone, Copy)]
enum Collection<'a> {
    Absent,
    Set(&'a Set),
    SortedSet(&'a SortedSet),
}

/// Checks the types of all keys, with the effects of reading them.
pub fn check<'k>(
    db: &mut Database,
    keys: impl Iterator<Item = &'k [u8]>,
) -> Result<(), ReplyError> {
    for key in keys {
        match db.read(key) {
            None | Some(ValueRef::Set(_) | ValueRef::SortedSet(_)) => {}
            Some(_) => return Err(WRONG_TYPE),
        }
    }
    Ok(())
}

/// The inputs of checked keys, each of weight 1.
pub fn sources<'a, 'k>(db: &'a Database, keys: impl Iterator<Item = &'k [u8]>) -> Vec<Source<'a>> {
    keys.map(|key| {
        let collection = match db.peek(key).map(|record| record.value()) {
            Some(ValueRef::Set(set)) => Collection::Set(set),
            Some(ValueRef::SortedSet(set)) => Collection::SortedSet(set),
            _ => Collection::Absent,
        };
        Source {
            collection,
            weight: 1.0,
        }
    })
    .collect()
}

impl<'a> Source<'a> {
    fn len(&self) -> usize {
        match self.collection {
            Collection::Absent => 0,
            Collection::Set(set) => set.len(),
            Collection::SortedSet(set) => set.len(),
        }
    }

    /// The score of a member, not weighted.
    fn score(&self, member: &[u8]) -> Option<f64> {
        match self.collection {
            Collection::Absent => None,
            Collection::Set(set) => set.contains(member).then_some(1.0),
            Collection::SortedSet(set) => set.score(member),
        }
    }

    fn is_same(&self, other: &Source) -> bool {
        match (self.collection, other.collection) {
            (Collection::Set(one), Collection::Set(two)) => std::ptr::eq(one, two),
            (Collection::SortedSet(one), Collection::SortedSet(two)) => std::ptr::eq(one, two),
            _ => false,
        }
    }

    /// Calls `each` with members and scores, not weighted, until it answers false.
    fn visit(&self, mut each: impl FnMut(Element<'a>, f64) -> bool) {
        match self.collection {
            Collection::Absent => {}
            Collection::Set(set) => {
                set.iter().all(|member| each(member, 1.0));
            }
            Collection::SortedSet(set) => {
                set.iter().all(|(member, score)| each(member, score));
            }
        }
    }
}

/// Infinities may cancel out; Redis calls the result 0.
fn number(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value }
}

impl Aggregate {
    fn of(self, one: f64, two: f64) -> f64 {
        match self {
            Aggregate::Sum => number(one + two),
            Aggregate::Min if two < one => two,
            Aggregate::Max if two > one => two,
            Aggregate::Min | Aggregate::Max => one,
        }
    }
}

/// Combines the inputs into a sorted set in the large encoding.
pub fn combine(
    operation: Operation,
    sources: Vec<Source>,
    aggregate: Aggregate,
    limits: &Limits,
) -> SortedSet {
    let mut scores = Scores::new(limits);
    let mut digits = itoa::Buffer::new();
    match operation {
        Operation::Union => {
            // Sums depend on the order of their parts.
            for at in smallest_first(sources.iter().map(Source::len)) {
                let source = sources[at];
                source.visit(|member, score| {
                    let weighted = number(source.weight * score);
                    scores.set(member.bytes(&mut digits), |present| {
                        present.map_or(weighted, |present| aggregate.of(present, weighted))
                    });
                    true
                });
            }
        }
        Operation::Intersection => intersect(sources, aggregate, |member, score| {
            scores.set(member, |_| score);
            true
        }),
        Operation::Difference => {
            if let Some((first, others)) = sources.split_first()
                && !others.iter().any(|other| other.is_same(first))
            {
                first.visit(|member, score| {
                    let member = member.bytes(&mut digits);
                    if !others.iter().any(|other| other.score(member).is_some()) {
                        scores.set(member, |_| score);
                    }
                    true
                });
            }
        }
    }
    scores.into_sorted_set(limits)
}

/// Calls `each` with what is in all inputs and its score, until it answers false.
/// O(n·m), n being the size of the smallest and m the number of inputs.
pub fn intersect(
    sources: Vec<Source>,
    aggregate: Aggregate,
    mut each: impl FnMut(&[u8], f64) -> bool,
) {
    let order = smallest_first(sources.iter().map(Source::len));
    let in_order: Vec<Source> = order.map(|at| sources[at]).collect();
    let Some((smallest, others)) = in_order.split_first() else {
        return;
    };
    let mut digits = itoa::Buffer::new();
    smallest.visit(|member, score| {
        let member = member.bytes(&mut digits);
        let mut total = number(smallest.weight * score);
        for other in others {
            let found = if other.is_same(smallest) {
                Some(score)
            } else {
                other.score(member)
            };
            match found {
                Some(score) => total = aggregate.of(total, score * other.weight),
                None => return true,
            }
        }
        each(member, total)
    });
}
