//! The hash of an element, and what it says.

use super::{INDEX_BITS, PATTERN_BITS, REGISTERS};

/// The register of an element, and the length of the pattern 0…01 in the rest of its hash, 1 to 51.
pub fn pattern(element: &[u8]) -> (usize, u8) {
    let hash = murmur(element, 0xadc8_3b19);
    let index = hash as usize & (REGISTERS - 1);
    // A bit beyond the last ends the longest pattern.
    let rest = hash >> INDEX_BITS | 1 << PATTERN_BITS;
    (index, rest.trailing_zeros() as u8 + 1)
}

/// MurmurHash64A, Austin Appleby's MurmurHash2 for 64-bit machines, little-endian everywhere.
pub fn murmur(bytes: &[u8], seed: u64) -> u64 {
    const MULTIPLIER: u64 = 0xc6a4_a793_5bd1_e995;
    const SHIFT: u32 = 47;
    let mut hash = seed ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let mut word = u64::from_le_bytes(*word).wrapping_mul(MULTIPLIER);
        word ^= word >> SHIFT;
        hash = (hash ^ word.wrapping_mul(MULTIPLIER)).wrapping_mul(MULTIPLIER);
    }
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(MULTIPLIER);
    }
    hash ^= hash >> SHIFT;
    hash = hash.wrapping_mul(MULTIPLIER);
    hash ^ hash >> SHIFT
}
