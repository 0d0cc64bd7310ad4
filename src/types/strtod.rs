//! C's `strtod`: which texts are numbers, how long they are, and what they are worth. Redis reads
//! scores, increments and ranges with it, so hexadecimal and `infinity` are numbers here too.

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
    if exponent + (128 - i64::from(mantissa.leading_zeros())) > 1024 {
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
pub(super) fn hexadecimal_parts(text: &[u8]) -> (u128, i64, bool) {
    let mut mantissa: u128 = 0;
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
        if mantissa >> 124 == 0 {
            mantissa = mantissa << 4 | u128::from(digit);
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
pub(super) fn exponent_value(text: &[u8]) -> i64 {
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
pub(super) fn round_binary(
    mantissa: u128,
    exponent: i64,
    sticky: bool,
    bits: u32,
    least_exponent: i64,
) -> (u128, i64, bool) {
    if mantissa == 0 {
        return (0, 0, sticky);
    }
    let used = 128 - mantissa.leading_zeros();
    let surplus = i64::from(used.saturating_sub(bits)).max(least_exponent.saturating_sub(exponent));
    if surplus <= 0 {
        return (mantissa, exponent, sticky);
    }
    if surplus > 127 {
        // A subnormal so far below the least one that it is less than half of it.
        return (0, 0, true);
    }
    let half = 1u128 << (surplus - 1);
    let (kept, dropped) = (mantissa >> surplus, mantissa & (half | (half - 1)));
    let up = dropped > half || dropped == half && (sticky || kept & 1 == 1);
    (
        kept + u128::from(up),
        exponent + surplus,
        dropped != 0 || sticky,
    )
}

/// Where a number that C would read stands in a text, and of which kind it is.
pub(super) struct Shape {
    pub(super) negative: bool,
    pub(super) kind: Kind,
    /// The number without spaces and sign.
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Decimal,
    Hexadecimal,
    Infinity,
    NotANumber,
}

impl Shape {
    /// The longest number at the start of `text`, behind any spaces.
    pub(super) fn at_start(text: &[u8]) -> Option<Shape> {
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
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn half_way_goes_to_the_even_neighbour() {
        assert_eq!(round_binary(0b1011, 0, false, 3, -1074), (0b110, 1, true));
        assert_eq!(round_binary(0b1001, 0, false, 3, -1074), (0b100, 1, true));
        assert_eq!(round_binary(0b1001, 0, true, 3, -1074), (0b101, 1, true));
        assert_eq!(round_binary(0b111, 0, false, 2, 0), (0b100, 1, true));
        assert_eq!(round_binary(0b111, -200, false, 53, 0), (0, 0, true));
    }
}
