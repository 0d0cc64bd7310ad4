//! The order SORT puts elements in.

use std::cmp::Ordering;

use crate::types::partial_sort::sort_part;

/// An element and what it is sorted by.
pub(super) struct Item {
    pub(super) element: Vec<u8>,
    /// For numeric order; 0 when the BY key is missing.
    pub(super) score: f64,
    /// For ALPHA with BY; none when the BY key is missing.
    pub(super) weight: Option<Vec<u8>>,
}

impl Item {
    pub(super) fn new(element: Vec<u8>) -> Self {
        Item {
            element,
            score: 0.0,
            weight: None,
        }
    }
}

/// How two items compare.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) descending: bool,
    pub(super) alpha: bool,
    /// Whether weights were looked up by a pattern.
    pub(super) by_pattern: bool,
    /// Redis compares what it stores by all bytes, what it answers as C strings.
    pub(super) store: bool,
}

impl Order {
    fn compare(&self, one: &Item, other: &Item) -> Ordering {
        let order = if !self.alpha {
            // Equal scores fall back on the bytes, so that the outcome is always the same.
            let scores = one
                .score
                .partial_cmp(&other.score)
                .unwrap_or(Ordering::Equal);
            scores.then_with(|| one.element.cmp(&other.element))
        } else if self.by_pattern {
            match (&one.weight, &other.weight) {
                (Some(one), Some(other)) => self.text(one, other),
                (one, other) => one.is_some().cmp(&other.is_some()),
            }
        } else {
            self.text(&one.element, &other.element)
        };
        if self.descending {
            order.reverse()
        } else {
            order
        }
    }

    fn text(&self, one: &[u8], other: &[u8]) -> Ordering {
        if self.store {
            one.cmp(other)
        } else {
            c_string(one).cmp(c_string(other))
        }
    }

    /// Sorts all items; equal ones keep their order.
    pub(super) fn sort(&self, items: &mut [Item]) {
        items.sort_by(|one, other| self.compare(one, other));
    }

    /// Sorts so that the items from `first` to `last` are in place, as a LIMIT needs.
    pub(super) fn sort_part(&self, items: &mut [Item], first: usize, last: usize) {
        sort_part(items, first, last, &|one, other| self.compare(one, other));
    }
}

/// The bytes that C's strcoll sees.
fn c_string(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NUMERIC: Order = Order {
        descending: false,
        alpha: false,
        by_pattern: true,
        store: false,
    };

    fn items(scores: &[u8]) -> Vec<Item> {
        let numbered = scores.iter().enumerate();
        numbered
            .map(|(at, &score)| Item {
                score: f64::from(score),
                ..Item::new(vec![at as u8])
            })
            .collect()
    }

    fn elements(items: &[Item]) -> Vec<&[u8]> {
        items.iter().map(|item| &item.element[..]).collect()
    }

    proptest! {
        #[test]
        fn the_wanted_part_is_in_place(
            scores in proptest::collection::vec(0u8..40, 1..200),
            first in any::<usize>(),
            last in any::<usize>(),
            descending in any::<bool>(),
        ) {
            let order = Order { descending, ..NUMERIC };
            let (first, last) = (first % scores.len(), last % scores.len());
            let (mut whole, mut part) = (items(&scores), items(&scores));
            order.sort(&mut whole);
            order.sort_part(&mut part, first, last.max(first));
            let wanted = first..=last.max(first);
            prop_assert_eq!(&elements(&part)[wanted.clone()], &elements(&whole)[wanted]);
        }
    }

    #[test]
    fn text_ends_at_a_zero_byte_unless_it_is_stored() {
        let order = Order {
            alpha: true,
            by_pattern: false,
            ..NUMERIC
        };
        let (one, other) = (Item::new(b"a\0z".to_vec()), Item::new(b"a\0a".to_vec()));
        assert_eq!(order.compare(&one, &other), Ordering::Equal);
        assert_eq!(
            Order {
                store: true,
                ..order
            }
            .compare(&one, &other),
            Ordering::Greater
        );
    }
}
