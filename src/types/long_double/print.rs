//! `%.17Lf` without the zeros at its end: how Redis prints a long double for people.

use super::LongDouble;
use super::natural::Natural;

impl LongDouble {
    const DECIMALS: usize = 17;

    /// The text Redis stores and answers: up to 17 decimals, never an exponent, no `-0`.
    pub fn to_text(self) -> Vec<u8> {
        let mut text = Vec::with_capacity(24);
        if self.negative {
            text.push(b'-');
        }
        if self.infinite {
            text.extend_from_slice(b"inf");
            return text;
        }
        if self.exponent >= 0 {
            self.push_large(&mut text);
        } else {
            self.push_fraction(&mut text);
        }
        if text == b"-0" {
            text.remove(0);
        }
        text
    }

    /// Numbers from 2^63 up, which have no decimals.
    fn push_large(self, text: &mut Vec<u8>) {
        let shift = self.exponent.unsigned_abs();
        if shift <= 64 {
            let value = u128::from(self.mantissa) << shift;
            text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
            return;
        }
        let mut natural = Natural::from_u64(self.mantissa);
        natural.shift_left(u64::from(shift));
        let mut groups = Vec::new();
        while !natural.is_zero() {
            groups.push(natural.divide_small(1_000_000_000));
        }
        let mut buffer = itoa::Buffer::new();
        for (at, &group) in groups.iter().rev().enumerate() {
            let digits = buffer.format(group).as_bytes();
            if at > 0 {
                text.extend(std::iter::repeat_n(b'0', 9 - digits.len()));
            }
            text.extend_from_slice(digits);
        }
    }

    fn push_fraction(self, text: &mut Vec<u8>) {
        const SCALE: u128 = 10u128.pow(LongDouble::DECIMALS as u32);
        let shift = self.exponent.unsigned_abs();
        // Below 2^-63 everything rounds to zero at the 17th decimal.
        if shift > 127 {
            text.push(b'0');
            return;
        }
        let mantissa = u128::from(self.mantissa);
        let mut whole = mantissa >> shift;
        let below = mantissa & ((1 << shift) - 1);
        // Below 2^64 · 10^17, so below 2^121.
        let scaled = below * SCALE;
        let (mut decimals, dropped) = (scaled >> shift, scaled & ((1 << shift) - 1));
        let half = 1u128 << (shift - 1);
        if dropped > half || dropped == half && decimals & 1 == 1 {
            decimals += 1;
            if decimals == SCALE {
                decimals = 0;
                whole += 1;
            }
        }
        let mut buffer = itoa::Buffer::new();
        text.extend_from_slice(buffer.format(whole).as_bytes());
        if decimals == 0 {
            return;
        }
        text.push(b'.');
        let digits = buffer.format(decimals).as_bytes();
        text.extend(std::iter::repeat_n(b'0', Self::DECIMALS - digits.len()));
        text.extend_from_slice(digits);
        while text.last() == Some(&b'0') {
            text.pop();
        }
    }
}
