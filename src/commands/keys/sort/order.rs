//! The order SORT puts elements in.

use std::cmp::Ordering;

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

    /// Sorts so that the items from `first` to `last` are in place, as a LIMIT needs. Average
    /// O(n + m log m) for n items and m wanted ones, O(n log n) at worst.
    ///
    /// Equal items come out in the order Redis leaves them in, which is why this is the quicksort
    /// of Bentley and McIlroy, "Engineering a Sort Function" (1993), with pivots where they put
    /// them, and not `select_nth_unstable_by`.
    pub(super) fn sort_part(&self, items: &mut [Item], first: usize, last: usize) {
        let rounds = 2 * items.len().checked_ilog2().unwrap_or(0);
        let mut spans = vec![(0, items.len(), rounds)];
        while let Some((start, end, rounds)) = spans.pop() {
            if start >= end || last < start || first >= end {
                continue;
            }
            let span = &mut items[start..end];
            if span.len() < 7 {
                self.insertion_sort(span);
            } else if rounds == 0 {
                // Somebody has arranged the elements so that every pivot is a bad one.
                self.sort(span);
            } else {
                let (less, greater) = self.partition(span);
                spans.push((end - greater, end, rounds - 1));
                spans.push((start, start + less, rounds - 1));
            }
        }
    }

    fn insertion_sort(&self, items: &mut [Item]) {
        for sorted in 1..items.len() {
            let mut at = sorted;
            while at > 0 && self.compare(&items[at - 1], &items[at]).is_gt() {
                items.swap(at - 1, at);
                at -= 1;
            }
        }
    }

    fn median(&self, items: &[Item], a: usize, b: usize, c: usize) -> usize {
        let less = |one: usize, other: usize| self.compare(&items[one], &items[other]).is_lt();
        if less(a, b) {
            if less(b, c) {
                b
            } else if less(a, c) {
                c
            } else {
                a
            }
        } else if self.compare(&items[b], &items[c]).is_gt() {
            b
        } else if less(a, c) {
            a
        } else {
            c
        }
    }

    fn pivot(&self, items: &[Item]) -> usize {
        let len = items.len();
        let (mut low, mut middle, mut high) = (0, len / 2, len - 1);
        if len == 7 {
            return middle;
        }
        if len > 40 {
            let step = len / 8;
            low = self.median(items, low, low + step, low + 2 * step);
            middle = self.median(items, middle - step, middle, middle + step);
            high = self.median(items, high - 2 * step, high - step, high);
        }
        self.median(items, low, middle, high)
    }

    /// Brings items less than a pivot to the front and greater ones to the back; how many.
    fn partition(&self, items: &mut [Item]) -> (usize, usize) {
        let len = items.len();
        items.swap(0, self.pivot(items));
        // [pivot = | less | … | greater | =] ; the pivot stays at 0 all the while.
        let (mut equal_low, mut low) = (1, 1);
        // Both one beyond what they stand for, so that they need not go below zero.
        let (mut high, mut equal_high) = (len, len);
        loop {
            while low < high {
                match self.compare(&items[low], &items[0]) {
                    Ordering::Greater => break,
                    Ordering::Equal => {
                        items.swap(equal_low, low);
                        equal_low += 1;
                    }
                    Ordering::Less => {}
                }
                low += 1;
            }
            while low < high {
                match self.compare(&items[high - 1], &items[0]) {
                    Ordering::Less => break,
                    Ordering::Equal => {
                        equal_high -= 1;
                        items.swap(high - 1, equal_high);
                    }
                    Ordering::Greater => {}
                }
                high -= 1;
            }
            if low >= high {
                break;
            }
            high -= 1;
            items.swap(low, high);
            low += 1;
        }
        let (less, greater) = (low - equal_low, equal_high - high);
        let moved = equal_low.min(less);
        swap_runs(items, 0, low - moved, moved);
        let moved = greater.min(len - equal_high);
        swap_runs(items, low, len - moved, moved);
        (less, greater)
    }
}

fn swap_runs(items: &mut [Item], one: usize, other: usize, len: usize) {
    for offset in 0..len {
        items.swap(one + offset, other + offset);
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
