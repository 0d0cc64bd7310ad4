//! Numbers as text: Redis's rules for reading and printing integers and doubles.

use std::fmt;
use std::ops::Deref;

use super::shortest::shortest_digits;
use super::strtod::{is_space, strtod};

/// Reads an integer the way Redis decides that a string *is* one (its `string2ll`): an optional
/// minus, no plus, no space, no leading zero, no `-0`. So every integer has one spelling, and a
/// value kept as an integer prints back as the bytes that were stored.
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut magnitude: u64 = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // 19 digits stay below 10^19, which a u64 holds.
        magnitude = magnitude * 10 + u64::from(digit);
    }
    if negative {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// Reads an unsigned integer: the digits of [`parse_i64`] up to `u64::MAX`, and no minus.
pub fn parse_u64(text: &[u8]) -> Option<u64> {
    match text {
        [b'0'] => Some(0),
        [b'1'..=b'9', rest @ ..] if rest.len() < 20 => {
            let mut value = u64::from(text[0] - b'0');
            for &byte in rest {
                let digit = byte.wrapping_sub(b'0');
                if digit > 9 {
                    return None;
                }
                value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
            }
            Some(value)
        }
        _ => None,
    }
}

/// Reads a double as Redis reads a score: the whole text must be a number that C's `strtod`
/// knows (hexadecimal and `infinity` included), must not start with a space, must not be NaN,
/// and must neither overflow nor vanish to zero.
pub fn parse_f64(text: &[u8]) -> Option<f64> {
    if let Some(value) = parse_short_integer(text) {
        return Some(value);
    }
    if text.first().is_none_or(|&byte| is_space(byte)) {
        return None;
    }
    let number = strtod(text);
    let lost = number.out_of_range && (number.value.is_infinite() || number.value == 0.0);
    (number.length == text.len() && !lost && !number.value.is_nan()).then_some(number.value)
}

/// Most scores are small whole numbers: those need no general parser.
fn parse_short_integer(text: &[u8]) -> Option<f64> {
    // Fifteen digits are below 2^53, so the conversion is exact.
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    let mut value: u64 = 0;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value as f64)
}

/// A double printed by [`format_f64`], kept on the stack.
#[derive(Clone, Copy)]
pub struct FormattedDouble {
    bytes: [u8; Self::CAPACITY],
    length: u8,
}

impl FormattedDouble {
    /// The longest texts are a sign, 17 digits and seven zeros, or an exponent.
    const CAPACITY: usize = 32;

    fn new() -> Self {
        FormattedDouble {
            bytes: [0; Self::CAPACITY],
            length: 0,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let start = usize::from(self.length);
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len() as u8;
    }

    fn push_zeros(&mut self, count: usize) {
        self.push(&b"0000000000000000"[..count]);
    }

    /// The text, which is always ASCII.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self).unwrap_or_default()
    }
}

impl Deref for FormattedDouble {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl fmt::Debug for FormattedDouble {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Prints a double as Redis 7.2 does: whole numbers up to 2^62 as integers, everything else by the
/// shortest digits that read back as the same double; `inf`, `-inf`, `nan`, `-0`.
pub fn format_f64(value: f64) -> FormattedDouble {
    const LARGEST_INTEGER: f64 = 4_611_686_018_427_387_904.0;
    let mut out = FormattedDouble::new();
    if value.is_nan() {
        out.push(b"nan");
    } else if value.is_infinite() {
        out.push(if value < 0.0 { b"-inf" } else { b"inf" });
    } else if value == 0.0 {
        out.push(if value.is_sign_negative() {
            b"-0"
        } else {
            b"0"
        });
    } else if value.abs() <= LARGEST_INTEGER && value as i64 as f64 == value {
        out.push(itoa::Buffer::new().format(value as i64).as_bytes());
    } else {
        push_shortest(&mut out, value);
    }
    out
}

/// Lays out the shortest digits as the fpconv library does, which 7.2 prints with.
fn push_shortest(out: &mut FormattedDouble, value: f64) {
    let shortest = shortest_digits(value.abs());
    let digits = shortest.as_bytes();
    let count = digits.len();
    // The value is digits · 10^exponent, and d.ddd · 10^leading_exponent.
    let exponent = i64::from(shortest.exponent);
    let leading_exponent = exponent + count as i64 - 1;
    let magnitude = leading_exponent.unsigned_abs() as usize;

    if value < 0.0 {
        out.push(b"-");
    }
    if exponent >= 0 && magnitude < count + 7 {
        out.push(digits);
        out.push_zeros(exponent as usize);
    } else if exponent < 0 && (exponent > -7 || magnitude < 4) {
        let fraction = exponent.unsigned_abs() as usize;
        match count.checked_sub(fraction) {
            None | Some(0) => {
                out.push(b"0.");
                out.push_zeros(fraction - count);
                out.push(digits);
            }
            Some(whole) => {
                out.push(&digits[..whole]);
                out.push(b".");
                out.push(&digits[whole..]);
            }
        }
    } else {
        out.push(&digits[..1]);
        if count > 1 {
            out.push(b".");
            out.push(&digits[1..]);
        }
        out.push(if leading_exponent < 0 { b"e-" } else { b"e+" });
        out.push(itoa::Buffer::new().format(magnitude).as_bytes());
    }
}

/// A double as C's `%.17g` prints it.
pub fn format_g17(value: f64) -> String {
    if !value.is_finite() {
        let name = if value.is_nan() { "nan" } else { "inf" };
        return if value < 0.0 {
            format!("-{name}")
        } else {
            name.to_string()
        };
    }
    // 17 significant digits, correctly rounded: d.dddddddddddddddde±x
    let scientific = format!("{value:.16e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    if (-4..17).contains(&exponent) {
        let decimals = usize::try_from(16 - exponent).unwrap_or(0);
        trim(&format!("{value:.decimals$}"))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trim(mantissa), exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integers_have_one_spelling() {
        for (text, value) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("99999999999999999999", None),
            ("", None),
            ("-", None),
            ("-0", None),
            ("01", None),
            ("+1", None),
            (" 1", None),
            ("1 ", None),
            ("1.0", None),
        ] {
            assert_eq!(parse_i64(text.as_bytes()), value, "{text:?}");
        }
        assert_eq!(parse_u64(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(parse_u64(b"18446744073709551616"), None);
        assert_eq!(parse_u64(b"-1"), None);
    }

    #[test]
    fn doubles_are_read_as_strtod_reads_them() {
        let good = [
            ("1e3", 1000.0),
            ("inf", f64::INFINITY),
            ("+inf", f64::INFINITY),
            ("-INFINITY", f64::NEG_INFINITY),
            ("0x10", 16.0),
            ("0x.8p1", 1.0),
            ("0X1P3", 8.0),
            ("0x1e5", 485.0),
            ("0e-400", 0.0),
            ("4e-320", 4e-320),
            ("0x1p-1074", 5e-324),
            ("0x1.8p-1074", 1e-323),
            ("0x1.00000000000008p0", 1.0),
            ("0x1.000000000000081p0", 1.0 + f64::EPSILON),
            ("0x1.fffffffffffffp1023", f64::MAX),
            ("1.", 1.0),
            (".5", 0.5),
            ("+.5e1", 5.0),
            ("0e99999999999999999999", 0.0),
        ];
        for (text, value) in good {
            assert_eq!(parse_f64(text.as_bytes()), Some(value), "{text:?}");
        }
        let bad = [
            "",
            " 1",
            "1 ",
            "nan",
            "nan(1)",
            "0x",
            "1e400",
            "1e-400",
            ".",
            "1e",
            "1e+",
            "1_0",
            "0x1.p",
            "-infinit",
            "+-1",
            "1e99999999999999999999",
            "0x1p1024",
            "0x1p-1080",
            "1\0",
            "\n1",
            "é",
        ];
        for text in bad {
            assert_eq!(parse_f64(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(
            parse_f64(b"-0").map(f64::to_bits),
            Some((-0.0f64).to_bits())
        );
    }

    #[test]
    fn doubles_are_printed_as_7_2_prints_them() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (3.0, "3"),
            (0.1, "0.1"),
            (-1.5, "-1.5"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
            (1e17, "100000000000000000"),
            (4_611_686_018_427_387_904.0, "4611686018427387904"),
            (1e19, "1e+19"),
            (1e20, "1e+20"),
            (1.5e-10, "1.5e-10"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.2345e-4, "1.2345e-4"),
            (0.012345678901234567, "0.012345678901234567"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (12345678901234567890.0, "12345678901234567000"),
        ];
        for (value, text) in cases {
            assert_eq!(format_f64(value).as_str(), text);
        }
    }

    proptest! {
        #[test]
        fn integers_agree_with_rust(value: i64) {
            prop_assert_eq!(parse_i64(value.to_string().as_bytes()), Some(value));
        }

        #[test]
        fn printed_doubles_read_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            prop_assert_eq!(parse_f64(&format_f64(value)).map(f64::to_bits), Some(bits));
        }

        #[test]
        fn hexadecimal_agrees_with_its_parts(mantissa in 0u64..1 << 53, exponent in -1000i64..900) {
            let text = format!("0x{mantissa:x}p{exponent}");
            let expected = mantissa as f64 * 2f64.powi(exponent as i32);
            prop_assert_eq!(parse_f64(text.as_bytes()), Some(expected));
        }

        #[test]
        fn no_text_panics(text in "[-+ 0-9a-fA-FxXpPinty.()eE]{0,24}") {
            let number = strtod(text.as_bytes());
            prop_assert!(number.length <= text.len());
            parse_f64(text.as_bytes());
            parse_i64(text.as_bytes());
            parse_u64(text.as_bytes());
        }
    }

    #[test]
    fn seventeen_digits_as_c_prints_them() {
        for (value, text) in [
            (0.1, "0.10000000000000001"),
            (1.0, "1"),
            (-0.0, "-0"),
            (1e17, "1e+17"),
            (12345678901234567.0, "12345678901234568"),
            (1.5e-7, "1.4999999999999999e-07"),
            (0.0001, "0.0001"),
            (f64::NEG_INFINITY, "-inf"),
            (1e300, "1.0000000000000001e+300"),
        ] {
            assert_eq!(format_g17(value), text);
        }
    }
}
