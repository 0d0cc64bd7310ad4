//! glibc's `strtold`, and which of its answers Redis takes.

use super::LongDouble;
use super::natural::Natural;
use crate::types::strtod::{Kind, Shape, exponent_value, hexadecimal_parts, is_space};

impl LongDouble {
    /// Redis copies the text into a buffer of this many bytes, NUL included.
    const LONGEST_TEXT: usize = 5 * 1024;

    /// Reads a number as Redis does for INCRBYFLOAT: all of the text, no space in front, no NaN,
    /// no overflow, no vanishing to zero; `inf` is a number here, and the sum is refused later.
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() >= Self::LONGEST_TEXT || is_space(*text.first()?) {
            return None;
        }
        let shape = Shape::at_start(text)?;
        if shape.end != text.len() {
            return None;
        }
        let number = &text[shape.start..];
        match shape.kind {
            Kind::NotANumber => None,
            Kind::Infinity => Some(LongDouble {
                infinite: true,
                negative: shape.negative,
                ..Self::from_i64(0)
            }),
            Kind::Hexadecimal => {
                let (mantissa, exponent, sticky) = hexadecimal_parts(number);
                let value = Self::rounded(shape.negative, mantissa, exponent, sticky);
                value.kept_from(mantissa != 0)
            }
            Kind::Decimal => Self::decimal(shape.negative, number),
        }
    }

    /// C reports `ERANGE`, and Redis refuses, when a number became infinite or when one that was
    /// not zero became zero.
    fn kept_from(self, nonzero: bool) -> Option<Self> {
        (!self.infinite && (self.mantissa != 0 || !nonzero)).then_some(self)
    }

    fn decimal(negative: bool, text: &[u8]) -> Option<Self> {
        let mark = text.iter().position(|byte| byte | 0x20 == b'e');
        let (significand, written) = match mark {
            Some(mark) => (&text[..mark], exponent_value(&text[mark + 1..])),
            None => (text, 0),
        };
        let point = significand.iter().position(|&byte| byte == b'.');
        let fraction = point.map_or(0, |point| significand.len() - point - 1);
        let digits = || significand.iter().copied().filter(|&byte| byte != b'.');
        let mut exponent = written - fraction as i64;

        // Only what lies between the first and the last digit that is not zero counts.
        let Some(first) = digits().position(|digit| digit != b'0') else {
            return Some(LongDouble {
                negative,
                ..Self::from_i64(0)
            });
        };
        let all = digits().count();
        let trailing = significand
            .iter()
            .rev()
            .filter(|&&byte| byte != b'.')
            .take_while(|&&byte| byte == b'0')
            .count();
        let count = all - first - trailing;
        exponent += trailing as i64;
        let digits = digits().skip(first).take(count);

        let magnitude = exponent + count as i64;
        if !(-4_960..=4_940).contains(&magnitude) {
            return None;
        }
        if count <= 19 && (-18..=19).contains(&exponent) {
            let whole = digits.fold(0u64, |value, digit| value * 10 + u64::from(digit - b'0'));
            return Some(Self::short_decimal(negative, whole, exponent));
        }
        let mut natural = Natural::from_digits(digits);
        let power = exponent.unsigned_abs() as u32;
        let (mantissa, exponent, sticky) = if exponent >= 0 {
            natural.multiply_by_power_of_ten(power);
            natural.highest_bits()
        } else {
            let mut divisor = Natural::from_u64(1);
            divisor.multiply_by_power_of_ten(power);
            natural.divide(divisor)
        };
        Self::rounded(negative, mantissa, exponent, sticky).kept_from(true)
    }

    /// digits · 10^exponent for exponents from -18 to 19, where 128 bits are enough to be exact.
    fn short_decimal(negative: bool, digits: u64, exponent: i64) -> Self {
        if exponent >= 0 {
            let scaled = u128::from(digits) * 10u128.pow(exponent as u32);
            return Self::rounded(negative, scaled, 0, false);
        }
        // With its top bit set the dividend is at least 2^127, and 10^18 is below 2^60: the
        // quotient has more than the 65 bits that rounding looks at.
        let shift = u128::from(digits).leading_zeros();
        let dividend = u128::from(digits) << shift;
        let divisor = 10u128.pow(exponent.unsigned_abs() as u32);
        let (quotient, rest) = (dividend / divisor, dividend % divisor);
        Self::rounded(negative, quotient, -i64::from(shift), rest != 0)
    }
}
