//! Natural numbers of any size: just what exact decimal conversion needs.

use std::cmp::Ordering;

/// Little-endian words; the last one is not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Natural(Vec<u32>);

impl Natural {
    pub(super) fn from_u64(value: u64) -> Self {
        let mut natural = Natural(vec![value as u32, (value >> 32) as u32]);
        natural.trim();
        natural
    }

    /// The number that ASCII digits spell. O(n²) in their count.
    pub(super) fn from_digits(digits: impl Iterator<Item = u8>) -> Self {
        let mut natural = Natural(Vec::new());
        let (mut chunk, mut scale) = (0u32, 1u32);
        for digit in digits {
            chunk = chunk * 10 + u32::from(digit - b'0');
            scale *= 10;
            if scale == 1_000_000_000 {
                natural.multiply_add(scale, chunk);
                (chunk, scale) = (0, 1);
            }
        }
        natural.multiply_add(scale, chunk);
        natural
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            self.0.push(carry as u32);
        }
    }

    pub(super) fn multiply_by_power_of_ten(&mut self, mut power: u32) {
        while power >= 9 {
            self.multiply_add(1_000_000_000, 0);
            power -= 9;
        }
        self.multiply_add(10u32.pow(power), 0);
    }

    /// Divides in place and gives the remainder.
    pub(super) fn divide_small(&mut self, divisor: u32) -> u32 {
        let mut rest = 0u64;
        for word in self.0.iter_mut().rev() {
            rest = rest << 32 | u64::from(*word);
            *word = (rest / u64::from(divisor)) as u32;
            rest %= u64::from(divisor);
        }
        self.trim();
        rest as u32
    }

    pub(super) fn bits(&self) -> u64 {
        match self.0.last() {
            None => 0,
            Some(top) => self.0.len() as u64 * 32 - u64::from(top.leading_zeros()),
        }
    }

    pub(super) fn shift_left(&mut self, bits: u64) {
        if self.is_zero() {
            return;
        }
        let (words, bits) = ((bits / 32) as usize, bits % 32);
        if bits != 0 {
            let mut carry = 0u64;
            for word in &mut self.0 {
                carry |= u64::from(*word) << bits;
                *word = carry as u32;
                carry >>= 32;
            }
            if carry != 0 {
                self.0.push(carry as u32);
            }
        }
        self.0.splice(0..0, std::iter::repeat_n(0, words));
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Subtracts a number that is not greater.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (at, word) in self.0.iter_mut().enumerate() {
            let (once, first) = word.overflowing_sub(other.0.get(at).copied().unwrap_or(0));
            let (twice, second) = once.overflowing_sub(u32::from(borrow));
            *word = twice;
            borrow = first || second;
        }
        self.trim();
    }

    /// self / divisor as mantissa · 2^exponent, cut off after 67 or 68 significant bits; the flag
    /// says that something was cut off. Neither number may be zero.
    pub(super) fn divide(mut self, mut divisor: Self) -> (u128, i64, bool) {
        // Bring both to the same length, so that the first quotient bits are 1, or 01.
        let (bits, divisor_bits) = (self.bits(), divisor.bits());
        let length = bits.max(divisor_bits);
        self.shift_left(length - bits);
        divisor.shift_left(length - divisor_bits);
        const STEPS: u32 = 68;
        let mut quotient = 0u128;
        for _ in 0..STEPS {
            quotient <<= 1;
            if self.compare(&divisor) != Ordering::Less {
                self.subtract(&divisor);
                quotient |= 1;
            }
            self.shift_left(1);
        }
        let exponent = bits as i64 - divisor_bits as i64 - i64::from(STEPS - 1);
        (quotient, exponent, !self.is_zero())
    }

    /// The number cut off after its 128 highest bits, as mantissa · 2^exponent; the flag says that
    /// something was cut off.
    pub(super) fn highest_bits(&self) -> (u128, i64, bool) {
        let start = self.0.len().saturating_sub(4);
        let mantissa = self.0[start..]
            .iter()
            .rev()
            .fold(0u128, |high, &word| high << 32 | u128::from(word));
        let cut = self.0[..start].iter().any(|&word| word != 0);
        (mantissa, start as i64 * 32, cut)
    }
}
