//! LZF, the compression of strings in snapshots (Marc Lehmann's liblzf describes the format).
//!
//! A control byte below 32 is followed by that many literal bytes and one more. Any other names a
//! run that was there before: three bits of length (7: a byte follows that is added), thirteen bits
//! of distance. Which runs are taken follows liblzf as Redis compiles it, so that the same value gives
//! the same bytes.

/// Bits of the table's index.
const TABLE_BITS: u32 = 16;
/// Longest distance back.
const LONGEST_DISTANCE: usize = 1 << 13;
/// Longest run that one reference copies.
const LONGEST_RUN: usize = 264;
/// Most literal bytes behind one control byte.
const MOST_LITERALS: usize = 32;

/// Compresses; holds the table (256 KiB) from one string to the next.
pub(super) struct Compressor {
    /// For the hash of three bytes, where they were last seen, counted over all strings.
    table: Box<[u32]>,
    /// What the first byte of the present string counts as; what lies below belongs to strings
    /// before it.
    base: u32,
}

impl Compressor {
    pub(super) fn new() -> Self {
        Compressor {
            table: vec![0; 1 << TABLE_BITS].into(),
            base: 1,
        }
    }

    /// Appends the compressed form of `input` to `out` if it takes at most `most` bytes; else false,
    /// and `out` is as it was. O(n).
    pub(super) fn compress(&mut self, input: &[u8], most: usize, out: &mut Vec<u8>) -> bool {
        let Ok(len) = u32::try_from(input.len()) else {
            return false;
        };
        if self.base.checked_add(len).is_none() {
            self.table.fill(0);
            self.base = 1;
        }
        if self.base.checked_add(len).is_none() {
            return false;
        }
        let start = out.len();
        let fits = self.run(input, start + most, out);
        self.base += len;
        if !fits {
            out.truncate(start);
        }
        fits
    }

    /// Where the three bytes at `at` were last, in this string; and notes that they are here.
    fn seen(&mut self, input: &[u8], at: usize) -> Option<usize> {
        let three = &input[at..at + 3];
        let value = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        let index = (value >> (24 - TABLE_BITS)).wrapping_sub(value.wrapping_mul(5));
        let slot = &mut self.table[(index & ((1 << TABLE_BITS) - 1)) as usize];
        let before = std::mem::replace(slot, self.base + at as u32);
        // liblzf never refers to the very first byte.
        (before > self.base).then(|| (before - self.base) as usize)
    }

    fn run(&mut self, input: &[u8], limit: usize, out: &mut Vec<u8>) -> bool {
        let mut literals = Literals::begin(out);
        let mut at = 0;
        let last = input.len().saturating_sub(2);
        while at < last {
            let before = self.seen(input, at).filter(|&before| {
                at - before <= LONGEST_DISTANCE && input[before..before + 3] == input[at..at + 3]
            });
            let Some(before) = before else {
                if out.len() >= limit {
                    return false;
                }
                literals.push(out, input[at]);
                at += 1;
                continue;
            };
            let empty = usize::from(literals.count == 0);
            if out.len() - empty + 4 >= limit {
                return false;
            }
            literals.end(out);
            // As in liblzf the last two bytes stay literals, unless they are met while sixteen bytes
            // are compared in one go.
            let longest = match input.len() - at - 2 {
                left @ ..=16 => left.max(3),
                left => left.clamp(19, LONGEST_RUN),
            };
            let same = input[before + 3..]
                .iter()
                .zip(&input[at + 3..at + longest])
                .take_while(|(one, other)| one == other)
                .count();
            let run = 3 + same;
            let distance = at - before - 1;
            let high = (distance >> 8) as u8;
            if run - 2 < 7 {
                out.push(high | ((run - 2) << 5) as u8);
            } else {
                out.push(high | 7 << 5);
                out.push((run - 2 - 7) as u8);
            }
            out.push(distance as u8);
            literals = Literals::begin(out);
            at += run;
            if at >= last {
                break;
            }
            self.seen(input, at - 2);
            self.seen(input, at - 1);
        }
        if out.len() + 3 > limit {
            return false;
        }
        for &byte in &input[at..] {
            literals.push(out, byte);
        }
        literals.end(out);
        true
    }
}

/// Literal bytes being collected behind a control byte that is filled in when they end.
struct Literals {
    control: usize,
    count: usize,
}

impl Literals {
    fn begin(out: &mut Vec<u8>) -> Self {
        out.push(0);
        Literals {
            control: out.len() - 1,
            count: 0,
        }
    }

    fn push(&mut self, out: &mut Vec<u8>, byte: u8) {
        out.push(byte);
        self.count += 1;
        if self.count == MOST_LITERALS {
            out[self.control] = (self.count - 1) as u8;
            *self = Literals::begin(out);
        }
    }

    fn end(&self, out: &mut Vec<u8>) {
        match self.count {
            0 => out.truncate(self.control),
            count => out[self.control] = (count - 1) as u8,
        }
    }
}

/// Unpacks what is to become exactly `len` bytes; None when it does not. Allocates as the bytes come
/// out, at most 88 times as many as go in. O(len).
pub(super) fn decompress(input: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(len.min(input.len().saturating_mul(4)));
    let mut at = 0;
    while let Some(&control) = input.get(at) {
        at += 1;
        let control = usize::from(control);
        if control < MOST_LITERALS {
            let literals = input.get(at..at + control + 1)?;
            if len - out.len() < literals.len() {
                return None;
            }
            out.extend_from_slice(literals);
            at += literals.len();
            continue;
        }
        let mut run = control >> 5;
        if run == 7 {
            run += usize::from(*input.get(at)?);
            at += 1;
        }
        run += 2;
        let distance = (control & 31) << 8 | usize::from(*input.get(at)?);
        at += 1;
        let from = out.len().checked_sub(distance + 1)?;
        if len - out.len() < run {
            return None;
        }
        if run <= distance {
            out.extend_from_within(from..from + run);
        } else {
            // The run reaches into itself: it repeats what lies between.
            for at in from..from + run {
                out.push(out[at]);
            }
        }
    }
    (out.len() == len).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compressed(input: &[u8], most: usize) -> Option<Vec<u8>> {
        let mut out = vec![9];
        let fits = Compressor::new().compress(input, most, &mut out);
        assert!(fits || out == [9]);
        fits.then(|| out.split_off(1))
    }

    #[test]
    fn runs_become_references() {
        // One literal is never referred to, so that the run begins at the second.
        assert_eq!(
            compressed(&[b'a'; 30], 26).unwrap(),
            [1, b'a', b'a', 0xe0, 17, 0, 1, b'a', b'a']
        );
        assert_eq!(compressed(b"no byte comes twice", 15), None);
    }

    #[test]
    fn refuses_what_is_no_lzf() {
        for (input, len) in [
            (&[0u8][..], 1),
            (&[0, b'a'], 2),
            (&[0, b'a'], 0),
            (&[0x20, 0], 3),
            (&[0, b'a', 0x20, 1], 4),
            (&[0, b'a', 0xe0, 0], 10),
            (&[0, b'a', 0x20, 0], 3),
        ] {
            assert_eq!(decompress(input, len), None, "{input:?}");
        }
        assert_eq!(decompress(&[0, b'a', 0x20, 0], 4).unwrap(), b"aaaa");
        assert_eq!(decompress(b"", 0).unwrap(), b"");
    }

    #[test]
    fn declaring_much_allocates_little() {
        let before = crate::memory::allocated();
        let refused = decompress(&[0, b'a', 0x20, 0], 512 << 20);
        assert_eq!(refused, None);
        assert!(crate::memory::allocated().wrapping_sub(before) < 1000);
    }

    proptest! {
        #[test]
        fn what_is_compressed_comes_back(
            input in prop_oneof![
                prop::collection::vec(0..4_u8, 0..2000),
                prop::collection::vec(any::<u8>(), 0..100),
                prop::collection::vec(prop_oneof![Just(b"hello ".to_vec()), Just(b"world".to_vec())], 0..100)
                    .prop_map(|words| words.concat()),
            ],
            before in prop::collection::vec(0..4_u8, 0..50),
        ) {
            let mut compressor = Compressor::new();
            compressor.compress(&before, before.len(), &mut Vec::new());
            let mut out = Vec::new();
            let most = input.len().saturating_sub(4);
            if compressor.compress(&input, most, &mut out) {
                prop_assert!(out.len() <= most);
                prop_assert_eq!(decompress(&out, input.len()), Some(input));
            }
        }

        #[test]
        fn garbage_is_survived(input in prop::collection::vec(any::<u8>(), 0..100), len in 0..5000_usize) {
            if let Some(out) = decompress(&input, len) {
                prop_assert_eq!(out.len(), len);
            }
        }
    }
}
