//! The order in which to visit several collections.
//!
//! Intersections begin with the smallest, sums add up from the smallest. All of them sort plain
//! numbers here, so that the wasm holds one sort for the purpose and not one a type.

/// The positions of `sizes` from the smallest size to the largest; equal ones stay in order.
pub fn smallest_first(sizes: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    in_order(sizes.map(clamped))
}

/// The positions of `sizes` from the largest size to the smallest; equal ones stay in order.
pub fn largest_first(sizes: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    in_order(sizes.map(|size| u32::MAX - clamped(size)))
}

fn clamped(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

fn in_order(keys: impl Iterator<Item = u32>) -> impl Iterator<Item = usize> {
    let numbered = keys.enumerate();
    // A key above, its position below.
    let mut order: Vec<u64> = numbered
        .map(|(at, key)| u64::from(key) << 32 | at as u64)
        .collect();
    order.sort_unstable();
    order.into_iter().map(|both| both as u32 as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sizes_stay_in_order() {
        let sizes = [3, 1, 3, 0, 1];
        let order: Vec<usize> = smallest_first(sizes.into_iter()).collect();
        assert_eq!(order, [3, 1, 4, 0, 2]);
        let order: Vec<usize> = largest_first(sizes.into_iter()).collect();
        assert_eq!(order, [0, 2, 1, 4, 3]);
    }
}
