//! Random choices that every collection offers, over indices.

/// A number below `end`, which is above 0: the same one natively and in wasm, where a `usize` has 32 bits.
pub fn below(rng: &mut fastrand::Rng, end: usize) -> usize {
    rng.u64(..end as u64) as usize
}

/// `count` different indices below `len` (all of them when there are fewer), ascending; every
/// choice is as likely as any other. O(len).
///
/// Knuth's selection sampling, The Art of Computer Programming 3.4.2, algorithm S.
pub fn distinct_indices(
    len: usize,
    count: usize,
    rng: &mut fastrand::Rng,
) -> impl Iterator<Item = usize> {
    let mut wanted = count.min(len);
    (0..len).filter(move |index| {
        let chosen = below(rng, len - index) < wanted;
        wanted -= usize::from(chosen);
        chosen
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_as_many_as_wanted() {
        let mut rng = fastrand::Rng::with_seed(1);
        for len in 0..9 {
            for count in 0..11 {
                let chosen: Vec<_> = distinct_indices(len, count, &mut rng).collect();
                assert_eq!(chosen.len(), count.min(len));
                assert!(chosen.is_sorted_by(|a, b| a < b) && chosen.iter().all(|&i| i < len));
            }
        }
    }

    #[test]
    fn is_fair() {
        let mut rng = fastrand::Rng::with_seed(1);
        let mut counts = [0; 10];
        for _ in 0..10_000 {
            distinct_indices(10, 3, &mut rng).for_each(|index| counts[index] += 1);
        }
        assert!(
            counts.iter().all(|count| (2800..3200).contains(count)),
            "{counts:?}"
        );
    }
}
