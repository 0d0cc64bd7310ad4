//! The 80-bit extended doubles of x86, in which Redis adds for INCRBYFLOAT and HINCRBYFLOAT.
//!
//! A mantissa of 64 bits is what makes `0.1` + `0.2` print as `0.3`: the sum is rounded once more
//! when it is printed with 17 decimals. WebAssembly and most processors have no such numbers, so
//! reading, adding and printing are done here in integers, rounded exactly as the x87 unit and
//! glibc round them.

mod natural;
mod parse;
mod print;
#[cfg(test)]
mod tests;

use super::strtod::round_binary;

/// mantissa · 2^exponent. The mantissa has its top bit set, except in zero and in subnormals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongDouble {
    negative: bool,
    infinite: bool,
    mantissa: u64,
    exponent: i32,
}

impl LongDouble {
    const MANTISSA_BITS: u32 = 64;
    /// The exponent of the smallest normal numbers and of all subnormals.
    const LEAST_EXPONENT: i32 = -16_445;
    const GREATEST_EXPONENT: i32 = 16_320;

    /// Every integer of 64 bits is exact.
    pub fn from_i64(value: i64) -> Self {
        Self::rounded(value < 0, u128::from(value.unsigned_abs()), 0, false)
    }

    /// Whether this is an infinity, which parsing and overflow give.
    pub fn is_infinite(self) -> bool {
        self.infinite
    }

    /// A thousand times this, rounded to nearest, and up from there to an integer; infinities are
    /// the ends of the range.
    pub fn thousandfold_ceiling(self) -> i128 {
        let product = u128::from(self.mantissa) * 1000;
        let product = Self::rounded(self.negative, product, i64::from(self.exponent), false);
        let mantissa = i128::from(product.mantissa);
        let end = if self.negative { i128::MIN } else { i128::MAX };
        match product.exponent {
            _ if self.infinite || product.infinite => end,
            // The mantissa of anything that large has its top bit set.
            63.. => end,
            exponent @ 0.. if self.negative => -(mantissa << exponent),
            exponent @ 0.. => mantissa << exponent,
            exponent => {
                let shift = exponent.unsigned_abs().min(100);
                let whole = mantissa >> shift;
                let rounds_up = whole << shift != mantissa;
                if self.negative {
                    -whole
                } else {
                    whole + i128::from(rounds_up)
                }
            }
        }
    }

    /// The sum rounded to nearest, ties to even; `None` where it is infinite or not a number.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.infinite || other.infinite {
            return None;
        }
        let (large, small) = if (self.exponent, self.mantissa) >= (other.exponent, other.mantissa) {
            (self, other)
        } else {
            (other, self)
        };
        // Two bits of room above for the carry, 62 below for what the smaller number adds there.
        const ROOM: u32 = 62;
        let left = u128::from(large.mantissa) << ROOM;
        let shifted = u128::from(small.mantissa) << ROOM;
        let distance = large.exponent.abs_diff(small.exponent);
        let right = shifted.checked_shr(distance).unwrap_or(0);
        let sticky = right.checked_shl(distance).unwrap_or(0) != shifted;
        let (negative, sum) = if large.negative == small.negative {
            (large.negative, left + right)
        } else {
            // What was shifted out makes the difference a little smaller: the sticky bit is then
            // what remains above the next lower number.
            let difference = left - right - u128::from(sticky);
            (large.negative && difference != 0, difference)
        };
        let exponent = i64::from(large.exponent) - i64::from(ROOM);
        let sum = Self::rounded(negative, sum, exponent, sticky);
        (!sum.infinite).then_some(sum)
    }

    /// The nearest number to mantissa · 2^exponent; `sticky` says that the true value lies a little
    /// above it, by less than the mantissa's last bit. The mantissa then has more than 65 bits.
    fn rounded(negative: bool, mantissa: u128, exponent: i64, sticky: bool) -> Self {
        let least = i64::from(Self::LEAST_EXPONENT);
        let (kept, exponent, _) =
            round_binary(mantissa, exponent, sticky, Self::MANTISSA_BITS, least);
        let zero = LongDouble {
            negative,
            infinite: false,
            mantissa: 0,
            exponent: Self::LEAST_EXPONENT,
        };
        if kept == 0 {
            return zero;
        }
        // Rounding up may have carried into a 65th bit; short mantissas move up to the top.
        let (kept, exponent) = match u64::try_from(kept) {
            Ok(kept) => (kept, exponent),
            Err(_) => ((kept >> 1) as u64, exponent + 1),
        };
        let room = i64::from(kept.leading_zeros()).min(exponent - least).max(0);
        let (mantissa, exponent) = (kept << room, exponent - room);
        if exponent > i64::from(Self::GREATEST_EXPONENT) {
            return LongDouble {
                infinite: true,
                ..zero
            };
        }
        LongDouble {
            mantissa,
            exponent: exponent as i32,
            ..zero
        }
    }
}
