//! Shortest decimal digits of a double, by the Grisu2 algorithm.
//!
//! Florian Loitsch, *Printing Floating-Point Numbers Quickly and Accurately with Integers* (2010).
//! The digits always read back as the same double. About one random double in a thousand gets
//! other last digits than the nearest, or one digit too many; Redis 7.2 prints with this very
//! algorithm, so these must be the same. It needs only 64-bit integers and a small table.

/// Digits of a positive double: 17 are always enough, 18 leave room for the algorithm's slack.
pub(super) struct Digits {
    digits: [u8; 18],
    count: usize,
    /// The value is the digits, read as an integer, times ten to this power.
    pub(super) exponent: i32,
}

impl Digits {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.digits[..self.count]
    }

    fn push(&mut self, digit: u64) {
        // No leading zeros.
        if (digit != 0 || self.count > 0) && self.count < self.digits.len() {
            self.digits[self.count] = b'0' + digit as u8;
            self.count += 1;
        }
    }
}

/// fraction · 2^exponent
#[derive(Clone, Copy)]
struct Float {
    fraction: u64,
    exponent: i32,
}

impl Float {
    fn normalized(self) -> Self {
        let shift = self.fraction.leading_zeros();
        Float {
            fraction: self.fraction << shift,
            exponent: self.exponent - shift as i32,
        }
    }

    /// The product, rounded to 64 bits.
    fn times(self, other: Self) -> Self {
        let product = u128::from(self.fraction) * u128::from(other.fraction);
        Float {
            fraction: ((product + (1 << 63)) >> 64) as u64,
            exponent: self.exponent + other.exponent + 64,
        }
    }
}

const FIRST_POWER: i32 = -348;
const STEP: i32 = 8;

/// Ten to the powers -348, -340 … 340: the highest 64 bits, rounded. What power of two belongs to
/// each follows from the exponent.
const POWERS: [u64; 87] = [
    0xfa8f_d5a0_081c_0288,
    0xbaae_e17f_a23e_bf76,
    0x8b16_fb20_3055_ac76,
    0xcf42_894a_5dce_35ea,
    0x9a6b_b0aa_5565_3b2d,
    0xe61a_cf03_3d1a_45df,
    0xab70_fe17_c79a_c6ca,
    0xff77_b1fc_bebc_dc4f,
    0xbe56_91ef_416b_d60c,
    0x8dd0_1fad_907f_fc3c,
    0xd351_5c28_3155_9a83,
    0x9d71_ac8f_ada6_c9b5,
    0xea9c_2277_23ee_8bcb,
    0xaecc_4991_4078_536d,
    0x823c_1279_5db6_ce57,
    0xc210_9436_4dfb_5637,
    0x9096_ea6f_3848_984f,
    0xd774_85cb_2582_3ac7,
    0xa086_cfcd_97bf_97f4,
    0xef34_0a98_172a_ace5,
    0xb238_67fb_2a35_b28e,
    0x84c8_d4df_d2c6_3f3b,
    0xc5dd_4427_1ad3_cdba,
    0x936b_9fce_bb25_c996,
    0xdbac_6c24_7d62_a584,
    0xa3ab_6658_0d5f_daf6,
    0xf3e2_f893_dec3_f126,
    0xb5b5_ada8_aaff_80b8,
    0x8762_5f05_6c7c_4a8b,
    0xc9bc_ff60_34c1_3053,
    0x964e_858c_91ba_2655,
    0xdff9_7724_7029_7ebd,
    0xa6df_bd9f_b8e5_b88f,
    0xf8a9_5fcf_8874_7d94,
    0xb944_7093_8fa8_9bcf,
    0x8a08_f0f8_bf0f_156b,
    0xcdb0_2555_6531_31b6,
    0x993f_e2c6_d07b_7fac,
    0xe45c_10c4_2a2b_3b06,
    0xaa24_2499_6973_92d3,
    0xfd87_b5f2_8300_ca0e,
    0xbce5_0864_9211_1aeb,
    0x8cbc_cc09_6f50_88cc,
    0xd1b7_1758_e219_652c,
    0x9c40_0000_0000_0000,
    0xe8d4_a510_0000_0000,
    0xad78_ebc5_ac62_0000,
    0x813f_3978_f894_0984,
    0xc097_ce7b_c907_15b3,
    0x8f7e_32ce_7bea_5c70,
    0xd5d2_38a4_abe9_8068,
    0x9f4f_2726_179a_2245,
    0xed63_a231_d4c4_fb27,
    0xb0de_6538_8cc8_ada8,
    0x83c7_088e_1aab_65db,
    0xc45d_1df9_4271_1d9a,
    0x924d_692c_a61b_e758,
    0xda01_ee64_1a70_8dea,
    0xa26d_a399_9aef_774a,
    0xf209_787b_b47d_6b85,
    0xb454_e4a1_79dd_1877,
    0x865b_8692_5b9b_c5c2,
    0xc835_53c5_c896_5d3d,
    0x952a_b45c_fa97_a0b3,
    0xde46_9fbd_99a0_5fe3,
    0xa59b_c234_db39_8c25,
    0xf6c6_9a72_a398_9f5c,
    0xb7dc_bf53_54e9_bece,
    0x88fc_f317_f222_41e2,
    0xcc20_ce9b_d35c_78a5,
    0x9816_5af3_7b21_53df,
    0xe2a0_b5dc_971f_303a,
    0xa8d9_d153_5ce3_b396,
    0xfb9b_7cd9_a4a7_443c,
    0xbb76_4c4c_a7a4_4410,
    0x8bab_8eef_b640_9c1a,
    0xd01f_ef10_a657_842c,
    0x9b10_a4e5_e991_3129,
    0xe710_9bfb_a19c_0c9d,
    0xac28_20d9_623b_f429,
    0x8044_4b5e_7aa7_cf85,
    0xbf21_e440_03ac_dd2d,
    0x8e67_9c2f_5e44_ff8f,
    0xd433_179d_9c8c_b841,
    0x9e19_db92_b4e3_1ba9,
    0xeb96_bf6e_badf_77d9,
    0xaf87_023b_9bf0_ee6b,
];

fn power(index: usize) -> Float {
    let exponent = FIRST_POWER + index as i32 * STEP;
    // 217706 / 2^16 is close enough to log2(10) for every power in the table.
    let binary = (exponent * 217_706) >> 16;
    Float {
        fraction: POWERS[index],
        exponent: binary - 63,
    }
}

/// A power of ten that brings a number of this binary exponent into a range where its integral
/// part has 32 bits at most, and its index.
fn scaling_power(exponent: i32) -> (Float, usize) {
    const LOG10_2: f64 = 0.301_029_995_663_981_14;
    // Two powers may do; the estimate decides as the one in fpconv does, 87 and all.
    let estimate = (-f64::from(exponent + 87) * LOG10_2) as i32;
    let mut index = ((estimate - FIRST_POWER) / STEP).clamp(0, POWERS.len() as i32 - 1) as usize;
    loop {
        let scaled = exponent + power(index).exponent + 64;
        if scaled < -60 && index + 1 < POWERS.len() {
            index += 1;
        } else if scaled > -32 && index > 0 {
            index -= 1;
        } else {
            return (power(index), index);
        }
    }
}

/// The digits of a positive, finite double.
pub(super) fn shortest_digits(value: f64) -> Digits {
    const HIDDEN: u64 = 1 << 52;
    let bits = value.to_bits();
    let (fraction, biased) = (bits & (HIDDEN - 1), (bits >> 52 & 0x7ff) as i32);
    let number = match biased {
        0 => Float {
            fraction,
            exponent: -1074,
        },
        _ => Float {
            fraction: fraction | HIDDEN,
            exponent: biased - 1075,
        },
    };
    // Half way to the neighbours; below a power of two the lower one is nearer.
    let upper = Float {
        fraction: number.fraction * 2 + 1,
        exponent: number.exponent - 1,
    }
    .normalized();
    let nearer = if number.fraction == HIDDEN { 2 } else { 1 };
    let lower = Float {
        fraction: ((number.fraction << nearer) - 1) << (number.exponent - nearer - upper.exponent),
        exponent: upper.exponent,
    };
    let (scale, index) = scaling_power(upper.exponent);
    let number = number.normalized().times(scale);
    let (mut upper, mut lower) = (upper.times(scale), lower.times(scale));
    // The products are off by less than one, so the interval shrinks by one on each side.
    lower.fraction += 1;
    upper.fraction -= 1;
    generate(number, upper, lower, -(FIRST_POWER + index as i32 * STEP))
}

/// Takes digits of the upper bound until what is left lies within the interval.
fn generate(number: Float, upper: Float, lower: Float, exponent: i32) -> Digits {
    let shift = upper.exponent.unsigned_abs();
    let one = 1u64 << shift;
    let mut distance = upper.fraction.wrapping_sub(number.fraction);
    let mut interval = upper.fraction - lower.fraction;
    let (mut whole, mut rest) = (upper.fraction >> shift, upper.fraction & (one - 1));
    let mut digits = Digits {
        digits: [0; 18],
        count: 0,
        exponent,
    };

    let mut unit = 1_000_000_000;
    for left in (0..10).rev() {
        digits.push(whole / unit);
        whole %= unit;
        let remainder = (whole << shift) + rest;
        if remainder <= interval {
            digits.exponent += left;
            round(&mut digits, interval, remainder, unit << shift, distance);
            return digits;
        }
        unit /= 10;
    }
    loop {
        rest = rest.wrapping_mul(10);
        interval = interval.wrapping_mul(10);
        distance = distance.wrapping_mul(10);
        digits.exponent -= 1;
        digits.push(rest >> shift);
        rest &= one - 1;
        if rest < interval || digits.count == digits.digits.len() {
            round(&mut digits, interval, rest, one, distance);
            return digits;
        }
    }
}

/// Lowers the last digit as long as that brings the digits nearer to the number.
fn round(digits: &mut Digits, interval: u64, mut remainder: u64, unit: u64, distance: u64) {
    let Some(last) = digits.count.checked_sub(1) else {
        return;
    };
    while remainder < distance
        && interval - remainder >= unit
        && (remainder + unit < distance || distance - remainder > remainder + unit - distance)
    {
        digits.digits[last] -= 1;
        remainder += unit;
    }
}

#[cfg(test)]
mod tests {
    use super::shortest_digits;
    use proptest::prelude::*;

    fn read_back(value: f64) -> f64 {
        let digits = shortest_digits(value);
        let text = std::str::from_utf8(digits.as_bytes()).expect("digits are ASCII");
        format!("{text}e{}", digits.exponent)
            .parse()
            .expect("a number")
    }

    #[test]
    fn the_ends_of_the_range_read_back() {
        for value in [
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            1.0,
            0.1,
            1e23,
            9_007_199_254_740_993.0,
        ] {
            assert_eq!(read_back(value), value);
        }
        // Every power of two, subnormal and normal.
        let subnormal = (0..52).map(|bit| 1u64 << bit);
        let normal = (1..2047).map(|exponent| exponent << 52);
        for bits in subnormal.chain(normal) {
            let value = f64::from_bits(bits);
            assert_eq!(read_back(value), value);
        }
    }

    #[test]
    fn digits_are_those_of_7_2_even_where_they_are_not_the_nearest() {
        // Found by comparing with a server that prints by the same algorithm.
        for (value, expected) in [
            (9.562411091885138e13, "9562411091885137"),
            (3.724307173432925e-1, "37243071734329253"),
        ] {
            assert_eq!(shortest_digits(value).as_bytes(), expected.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn every_double_reads_back(bits in 1u64..0x7ff0_0000_0000_0000) {
            let value = f64::from_bits(bits);
            prop_assert_eq!(read_back(value), value);
        }
    }
}
