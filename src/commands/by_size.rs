//! The order in which to visit several collections.
//!
//! Intersections begin with the smallest, sums add up from the smallest. All of them sort plain
//! numbers here, so that the wasm holds one sort for the purpose and not one a type.

/// The positions of `sizes` from the smallest size to the largest; equal ones stay in order.
pub fn smallest_first(sizes: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    let mut order: Vec<(usize, usize)> = sizes.enumerate().map(|(at, size)| (size, at)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, at)| at)
}

/// The positions of `sizes` from the largest size to the smallest; equal ones stay in order.
pub fn largest_first(sizes: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    smallest_first(sizes.map(|size| usize::MAX - size))
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
