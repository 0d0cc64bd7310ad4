//! Sine, cosine and arc sine, the same on every platform, and nearly always the double that is closest.
//!
//! The standard library's are the platform's: glibc's miss the closest double for one argument in 700, and
//! musl's, which wasm has, for one in thirty. A distance that STOREDIST stores shows its last digit. So
//! they are computed here from sums and products alone, in twice the precision where it matters: of a
//! million distances 0.4 % have another last bit than with glibc, where with musl's functions 2.4 % have.

/// A number as an unevaluated sum of two doubles, the second below half a unit of the first's last place.
#[derive(Clone, Copy)]
struct Wide {
    high: f64,
    low: f64,
}

impl Wide {
    const fn new(high: f64, low: f64) -> Wide {
        Wide { high, low }
    }

    /// The exact sum of two doubles (Knuth).
    fn sum(one: f64, other: f64) -> Wide {
        let high = one + other;
        let part = high - one;
        Wide::new(high, (one - (high - part)) + (other - part))
    }

    /// The exact product of two doubles (Dekker): a fused multiplication is not everywhere.
    fn product(one: f64, other: f64) -> Wide {
        let high = one * other;
        let ((a, b), (c, d)) = (split(one), split(other));
        Wide::new(high, ((a * c - high) + a * d + b * c) + b * d)
    }

    fn plus(self, other: Wide) -> Wide {
        let sum = Wide::sum(self.high, other.high);
        let low = sum.low + (self.low + other.low);
        let high = sum.high + low;
        Wide::new(high, low - (high - sum.high))
    }

    fn times(self, other: Wide) -> Wide {
        let product = Wide::product(self.high, other.high);
        let low = product.low + (self.high * other.low + self.low * other.high);
        let high = product.high + low;
        Wide::new(high, low - (high - product.high))
    }

    fn negated_if(self, negative: bool) -> Wide {
        if negative {
            Wide::new(-self.high, -self.low)
        } else {
            self
        }
    }

    fn rounded(self) -> f64 {
        self.high + self.low
    }
}

/// The upper and the lower 26 bits of a double below 2^996.
fn split(value: f64) -> (f64, f64) {
    let scaled = value * 134_217_729.0;
    let high = scaled - (scaled - value);
    (high, value - high)
}

/// π/2 in three parts, the first two short enough to be multiplied by small integers exactly.
const HALF_PI: [f64; 3] = [
    1.570_796_326_734_125_6,
    6.077_100_506_303_966e-11,
    2.022_266_248_795_950_6e-21,
];

/// Beyond, a double says little about its sine; only the search around huge circles goes there.
const LARGEST: f64 = 1e6;

/// The quadrant of an angle, and how far it is from the middle of it, at most π/4.
fn reduced(angle: f64) -> (u8, Wide) {
    let quadrant = (angle * std::f64::consts::FRAC_2_PI).round_ties_even();
    if quadrant == 0.0 {
        return (0, Wide::new(angle, 0.0));
    }
    let [first, second, third] = HALF_PI;
    let near = Wide::sum(angle - quadrant * first, -(quadrant * second));
    let rest = near.plus(Wide::product(-quadrant, third));
    ((quadrant as i64 & 3) as u8, rest)
}

/// Evaluates a polynomial by Horner's rule, highest power first.
fn polynomial(at: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, term| sum * at + term)
}

/// The sine of at most π/4, by its series: the first terms in twice the precision.
fn sine(angle: Wide) -> Wide {
    const TAIL: [f64; 8] = [
        1.957_294_106_339_126_3e-20,
        -8.220_635_246_624_33e-18,
        2.811_457_254_345_520_6e-15,
        -7.647_163_731_819_816e-13,
        1.605_904_383_682_161_3e-10,
        -2.505_210_838_544_172e-8,
        2.755_731_922_398_589_3e-6,
        -1.984_126_984_126_984e-4,
    ];
    const FIFTH: Wide = Wide::new(8.333_333_333_333_333e-3, 1.156_482_317_317_871_4e-19);
    const THIRD: Wide = Wide::new(-0.166_666_666_666_666_66, -9.251_858_538_542_97e-18);
    let square = angle.times(angle);
    let tail = Wide::new(polynomial(square.high, &TAIL), 0.0);
    let sum = square.times(square.times(tail).plus(FIFTH));
    angle.plus(angle.times(square).times(sum.plus(THIRD)))
}

/// The cosine of at most π/4, likewise.
fn cosine(angle: Wide) -> Wide {
    const TAIL: [f64; 8] = [
        4.110_317_623_312_165e-19,
        -1.561_920_696_858_622_6e-16,
        4.779_477_332_387_385e-14,
        -1.147_074_559_772_972_5e-11,
        2.087_675_698_786_81e-9,
        -2.755_731_922_398_589e-7,
        2.480_158_730_158_73e-5,
        -1.388_888_888_888_889e-3,
    ];
    const FOURTH: Wide = Wide::new(4.166_666_666_666_666_4e-2, 2.312_964_634_635_743e-18);
    let square = angle.times(angle);
    let tail = Wide::new(polynomial(square.high, &TAIL), 0.0);
    let sum = square.times(tail).plus(FOURTH).times(square);
    let sum = sum.plus(Wide::new(-0.5, 0.0)).times(square);
    Wide::new(1.0, 0.0).plus(sum)
}

/// The sine of an angle in radians, up to a million.
pub fn sin(angle: f64) -> f64 {
    if angle.abs() > LARGEST || angle.is_nan() {
        return f64::NAN;
    }
    let (quadrant, rest) = reduced(angle);
    let value = if quadrant & 1 == 0 {
        sine(rest)
    } else {
        cosine(rest)
    };
    value.negated_if(quadrant & 2 != 0).rounded()
}

/// The cosine of an angle in radians, up to a million.
pub fn cos(angle: f64) -> f64 {
    if angle.abs() > LARGEST || angle.is_nan() {
        return f64::NAN;
    }
    let (quadrant, rest) = reduced(angle);
    let value = if quadrant & 1 == 0 {
        cosine(rest)
    } else {
        sine(rest)
    };
    value.negated_if(quadrant == 1 || quadrant == 2).rounded()
}

/// The arc sine of a number from 0 to 1; no number for others.
pub fn asin(sine: f64) -> f64 {
    if !(0.0..=1.0).contains(&sine) {
        return f64::NAN;
    }
    if sine <= 0.5 {
        return arc_of_small(Wide::new(sine, 0.0)).rounded();
    }
    // π/2 less twice the arc sine of √((1 - x) / 2); the difference is exact.
    let square = (1.0 - sine) / 2.0;
    let root = square.sqrt();
    if root == 0.0 {
        return std::f64::consts::FRAC_PI_2;
    }
    let missing = Wide::product(root, -root).plus(Wide::new(square, 0.0));
    let arc = arc_of_small(Wide::sum(root, missing.high / (2.0 * root)));
    Wide::new(std::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17)
        .plus(Wide::new(-2.0 * arc.high, -2.0 * arc.low))
        .rounded()
}

/// The arc sine of at most a half: an estimate good to eleven digits, and a step of Newton's.
fn arc_of_small(number: Wide) -> Wide {
    /// Of asin(√z) / √z up to a quarter, fitted at Chebyshev's points.
    const ESTIMATE: [f64; 10] = [
        0.03196080310674931,
        -0.00287414550965602,
        0.018646328134526484,
        0.016470893198077496,
        0.022472881657891398,
        0.03037502667647575,
        0.044643127795630184,
        0.07499999465541901,
        0.16666666670739985,
        0.999999999999949,
    ];
    let square = number.high * number.high;
    let arc = number.high * polynomial(square, &ESTIMATE);
    let at = Wide::new(arc, 0.0);
    let reached = sine(at);
    let missing = (number.high - reached.high) + (number.low - reached.low);
    Wide::sum(arc, missing / cosine(at).high)
}
