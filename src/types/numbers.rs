//! Numbers as text: Redis's rules for reading and printing integers and doubles.

use std::fmt::{self, Write};
use std::ops::Deref;

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

/// What [`strtod`] found at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strtod {
    /// The number; 0 where there is none.
    pub value: f64,
    /// How many bytes belong to it, leading spaces included; 0 where there is no number.
    pub length: usize,
    /// Overflow (the value is infinite) or underflow (it is subnormal or zero): C's `ERANGE`.
    pub out_of_range: bool,
}

/// C's `strtod` in the C locale: skips spaces and reads the longest number that follows. Commands
/// that Redis lets call it directly (score ranges, SORT) accept more than [`parse_f64`] does.
pub fn strtod(text: &[u8]) -> Strtod {
    let nothing = Strtod {
        value: 0.0,
        length: 0,
        out_of_range: false,
    };
    let Some(shape) = Shape::at_start(text) else {
        return nothing;
    };
    let sign = if shape.negative { -1.0 } else { 1.0 };
    let (magnitude, out_of_range) = match shape.kind {
        Kind::Infinity => (f64::INFINITY, false),
        Kind::NotANumber => (f64::NAN, false),
        Kind::Hexadecimal => hexadecimal(&text[shape.start..shape.end]),
        Kind::Decimal => decimal(&text[shape.start..shape.end]),
    };
    Strtod {
        value: sign * magnitude,
        length: shape.end,
        out_of_range,
    }
}

fn decimal(text: &[u8]) -> (f64, bool) {
    // The shape holds ASCII digits, a point and an exponent only, which Rust reads as C does.
    let value: f64 = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0.0);
    let tiny = value < f64::MIN_POSITIVE
        && text
            .iter()
            .take_while(|&&byte| byte | 0x20 != b'e')
            .any(|byte| matches!(byte, b'1'..=b'9'));
    (value, value.is_infinite() || tiny)
}

fn hexadecimal(text: &[u8]) -> (f64, bool) {
    let (mantissa, exponent, sticky) = hexadecimal_parts(text);
    let (mantissa, exponent, inexact) = round_binary(mantissa, exponent, sticky, 53, -1074);
    if mantissa == 0 {
        return (0.0, inexact);
    }
    if exponent + (64 - i64::from(mantissa.leading_zeros())) > 1024 {
        return (f64::INFINITY, true);
    }
    // Both factors are exact: the mantissa has at most 53 bits and the product is representable.
    let mut value = mantissa as f64;
    let mut left = exponent;
    while left != 0 {
        let step = left.clamp(-900, 900);
        value *= f64::from_bits(((1023 + step) as u64) << 52);
        left -= step;
    }
    (value, inexact && value < f64::MIN_POSITIVE)
}

/// Splits `0x…` (already known to be well formed) into mantissa · 2^exponent; the flag says that
/// bits below the mantissa were dropped.
pub(crate) fn hexadecimal_parts(text: &[u8]) -> (u64, i64, bool) {
    let mut mantissa: u64 = 0;
    let mut exponent: i64 = 0;
    let mut sticky = false;
    let mut after_point = false;
    let mut at = 2;
    while let Some(&byte) = text.get(at) {
        let digit = match byte {
            b'.' => {
                after_point = true;
                at += 1;
                continue;
            }
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => break,
        };
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
            exponent -= if after_point { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            exponent += if after_point { 0 } else { 4 };
        }
        at += 1;
    }
    let written = text.get(at + 1..).map_or(0, exponent_value);
    (mantissa, exponent.saturating_add(written), sticky)
}

/// The value of `[+-]digits`, held within ±10^18 so that sums with it cannot overflow.
pub(crate) fn exponent_value(text: &[u8]) -> i64 {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let mut value: i64 = 0;
    for &byte in digits {
        value = (value * 10 + i64::from(byte - b'0')).min(100_000_000_000_000_000);
    }
    if negative { -value } else { value }
}

/// Rounds mantissa · 2^exponent, half to even, to `bits` significant bits and to no exponent
/// below `least_exponent` (subnormals). The flag says that the result is not exact.
pub(crate) fn round_binary(
    mantissa: u64,
    exponent: i64,
    sticky: bool,
    bits: u32,
    least_exponent: i64,
) -> (u64, i64, bool) {
    if mantissa == 0 {
        return (0, 0, sticky);
    }
    let used = 64 - mantissa.leading_zeros();
    let surplus = i64::from(used.saturating_sub(bits)).max(least_exponent.saturating_sub(exponent));
    if surplus <= 0 {
        return (mantissa, exponent, sticky);
    }
    if surplus > 64 {
        return (0, 0, true);
    }
    let (wide, shift) = (u128::from(mantissa), surplus as u32);
    let (kept, dropped, half) = (
        wide >> shift,
        wide & ((1 << shift) - 1),
        1u128 << (shift - 1),
    );
    let up = dropped > half || dropped == half && (sticky || kept & 1 == 1);
    (
        (kept + u128::from(up)) as u64,
        exponent + surplus,
        dropped != 0 || sticky,
    )
}

/// Where a number that C would read stands in a text, and of which kind it is.
pub(crate) struct Shape {
    pub(crate) negative: bool,
    pub(crate) kind: Kind,
    /// The number without spaces and sign.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Decimal,
    Hexadecimal,
    Infinity,
    NotANumber,
}

impl Shape {
    /// The longest number at the start of `text`, behind any spaces.
    pub(crate) fn at_start(text: &[u8]) -> Option<Shape> {
        let mut start = text.iter().take_while(|&&byte| is_space(byte)).count();
        let negative = text.get(start) == Some(&b'-');
        start += usize::from(matches!(text.get(start), Some(b'-' | b'+')));
        let rest = &text[start..];
        let (kind, length) = if let Some(length) = infinity_length(rest) {
            (Kind::Infinity, length)
        } else if let Some(length) = not_a_number_length(rest) {
            (Kind::NotANumber, length)
        } else if let Some(length) = hexadecimal_length(rest) {
            (Kind::Hexadecimal, length)
        } else {
            (
                Kind::Decimal,
                digits_length(rest, u8::is_ascii_digit, b'e')?,
            )
        };
        Some(Shape {
            negative,
            kind,
            start,
            end: start + length,
        })
    }
}

fn starts_with_word(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn infinity_length(text: &[u8]) -> Option<usize> {
    [b"infinity".as_slice(), b"inf"]
        .into_iter()
        .find(|word| starts_with_word(text, word))
        .map(<[u8]>::len)
}

fn not_a_number_length(text: &[u8]) -> Option<usize> {
    if !starts_with_word(text, b"nan") {
        return None;
    }
    // C also knows `nan(word)`.
    let payload = text[3..].strip_prefix(b"(").and_then(|inside| {
        let word = inside
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        (inside.get(word) == Some(&b')')).then_some(word + 2)
    });
    Some(3 + payload.unwrap_or(0))
}

fn hexadecimal_length(text: &[u8]) -> Option<usize> {
    if !starts_with_word(text, b"0x") {
        return None;
    }
    digits_length(&text[2..], u8::is_ascii_hexdigit, b'p').map(|length| length + 2)
}

/// The length of `digits[.digits][exponent]`, with a digit on one side of the point at least; an
/// exponent without digits does not belong to the number.
fn digits_length(text: &[u8], is_digit: fn(&u8) -> bool, mark: u8) -> Option<usize> {
    let count = |from: usize, is_digit: fn(&u8) -> bool| {
        text[from.min(text.len())..]
            .iter()
            .take_while(|byte| is_digit(byte))
            .count()
    };
    let whole = count(0, is_digit);
    let mut length = whole;
    if text.get(whole) == Some(&b'.') {
        let fraction = count(whole + 1, is_digit);
        if whole + fraction == 0 {
            return None;
        }
        length += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if text.get(length).is_some_and(|byte| byte | 0x20 == mark) {
        let sign = usize::from(matches!(text.get(length + 1), Some(b'+' | b'-')));
        let digits = count(length + 1 + sign, u8::is_ascii_digit);
        if digits > 0 {
            length += 1 + sign + digits;
        }
    }
    Some(length)
}

/// C's `isspace` in the C locale.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
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

impl Write for FormattedDouble {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
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
    let mut scientific = FormattedDouble::new();
    // The longest, "-1.7976931348623157e-308", fits.
    let _ = write!(scientific, "{:e}", value.abs());
    let Some(mark) = scientific.iter().position(|&byte| byte == b'e') else {
        return;
    };
    let leading_exponent = exponent_value(&scientific[mark + 1..]);
    let mut digits = [0; 20];
    let mut count = 0;
    for &byte in scientific[..mark].iter().filter(|&&byte| byte != b'.') {
        digits[count] = byte;
        count += 1;
    }
    let digits = &digits[..count];
    // The value is digits · 10^exponent.
    let exponent = leading_exponent - (count as i64 - 1);
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
    fn strtod_reads_a_prefix() {
        let found = |text: &str| strtod(text.as_bytes());
        assert_eq!(
            found(" \t12.5e"),
            Strtod {
                value: 12.5,
                length: 6,
                out_of_range: false
            }
        );
        assert_eq!(
            found("0xg"),
            Strtod {
                value: 0.0,
                length: 1,
                out_of_range: false
            }
        );
        assert_eq!(
            found("abc"),
            Strtod {
                value: 0.0,
                length: 0,
                out_of_range: false
            }
        );
        assert_eq!(
            found("-1e999!"),
            Strtod {
                value: f64::NEG_INFINITY,
                length: 6,
                out_of_range: true
            }
        );
        assert_eq!(found("infinityx").length, 8);
        assert_eq!(found("nan(12)").length, 7);
        assert_eq!(found("nan(12").length, 3);
        assert!(found("1e-310").out_of_range);
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
}
