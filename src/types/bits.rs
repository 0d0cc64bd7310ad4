//! Strings seen as rows of bits: bit 0 is the highest bit of the first byte.

/// How many bits are set. Eight bytes a step.
pub fn count_ones(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let in_words: u64 = words
        .iter()
        .map(|&word| u64::from(u64::from_ne_bytes(word).count_ones()))
        .sum();
    let in_rest: u32 = rest.iter().map(|byte| byte.count_ones()).sum();
    in_words + u64::from(in_rest)
}

/// How many bits are set from bit `first` to bit `last`, both included; bits beyond the end
/// do not count.
pub fn count_ones_between(bytes: &[u8], first: u64, last: u64) -> u64 {
    let Some((whole, head, tail)) = byte_range(bytes, first, last) else {
        return 0;
    };
    let outside =
        |byte: Option<&u8>, mask: u8| u64::from((byte.copied().unwrap_or(0) & mask).count_ones());
    count_ones(whole) - outside(whole.first(), !head) - outside(whole.last(), !tail)
}

/// The first bit of this value from bit `first` to bit `last`, both included.
pub fn find(bytes: &[u8], set: bool, first: u64, last: u64) -> Option<u64> {
    let (whole, head, tail) = byte_range(bytes, first, last)?;
    let flip = if set { 0 } else { u8::MAX };
    let start = first / 8 * 8;
    let masked = |at: usize| {
        let mut byte = whole[at] ^ flip;
        if at == 0 {
            byte &= head;
        }
        if at == whole.len() - 1 {
            byte &= tail;
        }
        byte
    };
    let found = |at: usize, byte: u8| start + at as u64 * 8 + u64::from(byte.leading_zeros());
    if masked(0) != 0 {
        return Some(found(0, masked(0)));
    }
    // Whole words without such a bit are skipped.
    let nothing = [flip; 8];
    let (words, _) = whole[1..].as_chunks::<8>();
    let skipped = words.iter().take_while(|&&word| word == nothing).count() * 8;
    (1 + skipped..whole.len())
        .find(|&at| masked(at) != 0)
        .map(|at| found(at, masked(at)))
}

/// The bytes that hold bits `first` to `last`, with the masks of those bits in the first and in
/// the last of these bytes.
fn byte_range(bytes: &[u8], first: u64, last: u64) -> Option<(&[u8], u8, u8)> {
    let bits = bytes.len() as u64 * 8;
    if first > last || first >= bits {
        return None;
    }
    let last = last.min(bits - 1);
    let whole = &bytes[(first / 8) as usize..=(last / 8) as usize];
    Some((whole, u8::MAX >> (first % 8), u8::MAX << (7 - last % 8)))
}

/// The `width` bits from bit `offset` on as an unsigned number, highest bit first; bits beyond the
/// end are zero. `width` is 1 to 64.
pub fn read_field(bytes: &[u8], offset: u64, width: u32) -> u64 {
    let (window, shift) = window(bytes, offset, width);
    (window >> shift) as u64 & mask(width)
}

/// Writes the low `width` bits of `value` to the bits from `offset` on; those beyond the end are
/// dropped. `width` is 1 to 64.
pub fn write_field(bytes: &mut [u8], offset: u64, width: u32, value: u64) {
    let (window, shift) = window(bytes, offset, width);
    let cleared = window & !(u128::from(mask(width)) << shift);
    let written = cleared | u128::from(value & mask(width)) << shift;
    let start = (offset / 8) as usize;
    for (byte, new) in bytes.iter_mut().skip(start).zip(written.to_be_bytes()) {
        *byte = new;
    }
}

fn mask(width: u32) -> u64 {
    u64::MAX >> (64 - width)
}

/// Sixteen bytes from the one that holds bit `offset`, and how far the field lies above the
/// lowest bit. A field of 64 bits spans nine bytes at most.
fn window(bytes: &[u8], offset: u64, width: u32) -> (u128, u32) {
    let start = (offset / 8) as usize;
    let mut window = [0; 16];
    let present = bytes.get(start..).unwrap_or(&[]);
    let present = &present[..present.len().min(16)];
    window[..present.len()].copy_from_slice(present);
    (
        u128::from_be_bytes(window),
        128 - (offset % 8) as u32 - width,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn bit(bytes: &[u8], at: u64) -> bool {
        bytes
            .get((at / 8) as usize)
            .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
    }

    proptest! {
        #[test]
        fn counting_agrees_with_looking_at_each_bit(
            bytes in vec(any::<u8>(), 0..40), first in 0u64..340, last in 0u64..340,
        ) {
            let expected = (first..=last).filter(|&at| bit(&bytes, at)).count() as u64;
            prop_assert_eq!(count_ones_between(&bytes, first, last), expected);
            let all = (0..bytes.len() as u64 * 8).filter(|&at| bit(&bytes, at)).count() as u64;
            prop_assert_eq!(count_ones(&bytes), all);
        }

        #[test]
        fn finding_agrees_with_looking_at_each_bit(
            byte in prop_oneof![Just(0u8), Just(255u8)], len in 0usize..40, flipped in vec(0u64..320, 0..3),
            set: bool, first in 0u64..330, last in 0u64..330,
        ) {
            let mut bytes = vec![byte; len];
            for at in flipped {
                if let Some(byte) = bytes.get_mut((at / 8) as usize) {
                    *byte ^= 0x80 >> (at % 8);
                }
            }
            let expected = (first..=last.min((len as u64 * 8).saturating_sub(1)))
                .find(|&at| at < len as u64 * 8 && bit(&bytes, at) == set);
            prop_assert_eq!(find(&bytes, set, first, last), expected);
        }

        #[test]
        fn a_field_reads_back_and_leaves_the_rest_alone(
            bytes in vec(any::<u8>(), 0..30), offset in 0u64..250, width in 1u32..=64, value: u64,
        ) {
            let mut written = bytes.clone();
            write_field(&mut written, offset, width, value);
            let end = offset + u64::from(width);
            for at in 0..bytes.len() as u64 * 8 {
                let expected = if (offset..end).contains(&at) {
                    value >> (end - 1 - at) & 1 == 1
                } else {
                    bit(&bytes, at)
                };
                prop_assert_eq!(bit(&written, at), expected);
            }
            if end <= bytes.len() as u64 * 8 {
                prop_assert_eq!(read_field(&written, offset, width), value & mask(width));
            }
        }
    }
}
