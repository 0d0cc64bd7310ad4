//! Sorting no more of a list than will be looked at.

use std::cmp::Ordering;

/// How two items compare.
pub type Compare<'a, T> = &'a dyn Fn(&T, &T) -> Ordering;

/// Sorts so that the items from `first` to `last` are in place, as a LIMIT needs. Average
/// O(n + m log m) for n items and m wanted ones, O(n log n) at worst. An order that contradicts itself
/// gives some order, and ends.
///
/// Equal items come out in the order Redis leaves them in, which is why this is the quicksort of
/// Bentley and McIlroy, "Engineering a Sort Function" (1993), with pivots where they put them, and
/// not `select_nth_unstable_by`.
pub fn sort_part<T>(items: &mut [T], first: usize, last: usize, compare: Compare<T>) {
    let rounds = 2 * items.len().checked_ilog2().unwrap_or(0);
    let mut spans = vec![(0, items.len(), rounds)];
    while let Some((start, end, rounds)) = spans.pop() {
        if start >= end || last < start || first >= end {
            continue;
        }
        let span = &mut items[start..end];
        if span.len() < 7 {
            insertion_sort(span, compare);
        } else if rounds == 0 {
            // Somebody has arranged the elements so that every pivot is a bad one.
            heap_sort(span, compare);
        } else {
            let (less, greater) = partition(span, compare);
            spans.push((end - greater, end, rounds - 1));
            spans.push((start, start + less, rounds - 1));
        }
    }
}

fn insertion_sort<T>(items: &mut [T], compare: Compare<T>) {
    for sorted in 1..items.len() {
        let mut at = sorted;
        while at > 0 && compare(&items[at - 1], &items[at]).is_gt() {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

fn heap_sort<T>(items: &mut [T], compare: Compare<T>) {
    for root in (0..items.len() / 2).rev() {
        sift(items, root, compare);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sift(&mut items[..end], 0, compare);
    }
}

/// Moves an item down the heap to where no item below it is greater.
fn sift<T>(items: &mut [T], mut root: usize, compare: Compare<T>) {
    loop {
        let mut child = 2 * root + 1;
        if child >= items.len() {
            return;
        }
        if child + 1 < items.len() && compare(&items[child], &items[child + 1]).is_lt() {
            child += 1;
        }
        if compare(&items[root], &items[child]).is_ge() {
            return;
        }
        items.swap(root, child);
        root = child;
    }
}

fn median<T>(items: &[T], compare: Compare<T>, a: usize, b: usize, c: usize) -> usize {
    let less = |one: usize, other: usize| compare(&items[one], &items[other]).is_lt();
    if less(a, b) {
        if less(b, c) {
            b
        } else if less(a, c) {
            c
        } else {
            a
        }
    } else if compare(&items[b], &items[c]).is_gt() {
        b
    } else if less(a, c) {
        a
    } else {
        c
    }
}

fn pivot<T>(items: &[T], compare: Compare<T>) -> usize {
    let len = items.len();
    let (mut low, mut middle, mut high) = (0, len / 2, len - 1);
    if len == 7 {
        return middle;
    }
    if len > 40 {
        let step = len / 8;
        low = median(items, compare, low, low + step, low + 2 * step);
        middle = median(items, compare, middle - step, middle, middle + step);
        high = median(items, compare, high - 2 * step, high - step, high);
    }
    median(items, compare, low, middle, high)
}

/// Brings items less than a pivot to the front and greater ones to the back; how many.
fn partition<T>(items: &mut [T], compare: Compare<T>) -> (usize, usize) {
    let len = items.len();
    items.swap(0, pivot(items, compare));
    // [pivot = | less | … | greater | =] ; the pivot stays at 0 all the while.
    let (mut equal_low, mut low) = (1, 1);
    // Both one beyond what they stand for, so that they need not go below zero.
    let (mut high, mut equal_high) = (len, len);
    loop {
        while low < high {
            match compare(&items[low], &items[0]) {
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
            match compare(&items[high - 1], &items[0]) {
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

fn swap_runs<T>(items: &mut [T], one: usize, other: usize, len: usize) {
    for offset in 0..len {
        items.swap(one + offset, other + offset);
    }
}
