//! Doubles as C's printf writes and its strtod reads them.

/// Appends `%.<precision>g` of `number`; `precision` is at least 1.
pub fn print(output: &mut Vec<u8>, number: f64, precision: usize) {
    if number.is_nan() {
        output.extend_from_slice(if number.is_sign_negative() {
            b"-nan"
        } else {
            b"nan"
        });
        return;
    }
    if number.is_infinite() {
        output.extend_from_slice(if number < 0.0 { b"-inf" } else { b"inf" });
        return;
    }
    // [-]d.ddde[-]x, rounded to the digits wanted.
    let scientific = format!("{:.*e}", precision.saturating_sub(1), number);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    if sign {
        output.push(b'-');
    }
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    let significant = digits
        .iter()
        .rposition(|&digit| digit != b'0')
        .map_or(1, |last| last + 1);
    let digits = digits.get(..significant).unwrap_or(&digits);
    if exponent < -4 || exponent >= precision as i32 {
        let (first, rest) = digits.split_at(1);
        output.extend_from_slice(first);
        fraction(output, rest);
        let sign = if exponent < 0 { '-' } else { '+' };
        output.extend_from_slice(format!("e{sign}{:02}", exponent.unsigned_abs()).as_bytes());
    } else if exponent < 0 {
        output.extend_from_slice(b"0.");
        for _ in 0..(-1 - exponent) {
            output.push(b'0');
        }
        output.extend_from_slice(digits);
    } else {
        let whole = exponent as usize + 1;
        let (before, after) = digits.split_at(whole.min(digits.len()));
        output.extend_from_slice(before);
        for _ in before.len()..whole {
            output.push(b'0');
        }
        fraction(output, after);
    }
}

fn fraction(output: &mut Vec<u8>, digits: &[u8]) {
    if !digits.is_empty() {
        output.push(b'.');
        output.extend_from_slice(digits);
    }
}

/// The number at the start of `text`, and its length: decimal, hexadecimal, infinity or NaN, as C's strtod.
pub fn read(text: &[u8]) -> Option<(f64, usize)> {
    let signed = matches!(text.first(), Some(b'+' | b'-'));
    let start = usize::from(signed);
    let (magnitude, length) = read_magnitude(text.get(start..)?)?;
    let negative = text.first() == Some(&b'-');
    Some((
        if negative { -magnitude } else { magnitude },
        start + length,
    ))
}

fn read_magnitude(text: &[u8]) -> Option<(f64, usize)> {
    let begins = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    if begins(b"infinity") {
        return Some((f64::INFINITY, 8));
    }
    if begins(b"inf") {
        return Some((f64::INFINITY, 3));
    }
    if begins(b"nan") {
        return Some((f64::NAN, 3 + nan_payload(&text[3..])));
    }
    if begins(b"0x")
        && let Some((number, length)) = read_hexadecimal(&text[2..])
    {
        return Some((number, 2 + length));
    }
    let length = decimal_length(text)?;
    let number = std::str::from_utf8(text.get(..length)?)
        .ok()?
        .parse()
        .ok()?;
    Some((number, length))
}

/// The length of `(letters)` behind nan.
fn nan_payload(text: &[u8]) -> usize {
    if text.first() != Some(&b'(') {
        return 0;
    }
    let word = text[1..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    if text.get(1 + word) == Some(&b')') {
        word + 2
    } else {
        0
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The length of an exponent: the letter, a sign, digits. 0 if it has no digits.
fn exponent_length(text: &[u8], letter: u8) -> usize {
    if !text
        .first()
        .is_some_and(|byte| byte.eq_ignore_ascii_case(&letter))
    {
        return 0;
    }
    let sign = usize::from(matches!(text.get(1), Some(b'+' | b'-')));
    match digits(&text[1 + sign..]) {
        0 => 0,
        count => 1 + sign + count,
    }
}

fn decimal_length(text: &[u8]) -> Option<usize> {
    let whole = digits(text);
    let mut length = whole;
    let mut count = whole;
    if text.get(whole) == Some(&b'.') {
        let fraction = digits(&text[whole + 1..]);
        count += fraction;
        length += 1 + fraction;
    }
    if count == 0 {
        return None;
    }
    Some(length + exponent_length(&text[length..], b'e'))
}

/// A hexadecimal number behind its 0x.
fn read_hexadecimal(text: &[u8]) -> Option<(f64, usize)> {
    let mut mantissa: u64 = 0;
    let mut exponent: i64 = 0;
    let mut length = 0;
    let mut count = 0;
    let mut point = false;
    for &byte in text {
        if byte == b'.' && !point {
            point = true;
        } else if let Some(digit) = (byte as char).to_digit(16) {
            count += 1;
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | u64::from(digit);
                exponent -= if point { 4 } else { 0 };
            } else {
                // Beyond what a double holds: the last bit tells that there was something.
                mantissa |= u64::from(digit != 0);
                exponent += if point { 0 } else { 4 };
            }
        } else {
            break;
        }
        length += 1;
    }
    if count == 0 {
        return None;
    }
    let written = exponent_length(&text[length..], b'p');
    if written > 0 {
        let text = std::str::from_utf8(text.get(length + 1..length + written)?).ok()?;
        let far = if text.starts_with('-') {
            -100_000
        } else {
            100_000
        };
        exponent += text.parse::<i64>().unwrap_or(far).clamp(-100_000, 100_000);
    }
    Some((scale(mantissa as f64, exponent), length + written))
}

/// `number` times two to the `exponent`.
fn scale(mut number: f64, exponent: i64) -> f64 {
    let mut left = exponent.clamp(-2200, 2200) as i32;
    while left != 0 && number != 0.0 && number.is_finite() {
        let step = left.clamp(-1000, 1000);
        number *= 2f64.powi(step);
        left -= step;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::{print, read};
    use proptest::prelude::*;

    fn printed(number: f64, precision: usize) -> String {
        let mut output = Vec::new();
        print(&mut output, number, precision);
        String::from_utf8(output).expect("ASCII")
    }

    #[test]
    fn prints_as_c() {
        for (number, precision, text) in [
            (0.0, 14, "0"),
            (-0.0, 14, "-0"),
            (1.0, 14, "1"),
            (0.1, 14, "0.1"),
            (1.0 / 3.0, 14, "0.33333333333333"),
            (1e14, 14, "1e+14"),
            (1e13, 14, "10000000000000"),
            (123_456.0, 3, "1.23e+05"),
            (0.0001, 14, "0.0001"),
            (0.00001, 14, "1e-05"),
            (1e100, 14, "1e+100"),
            (10_000_000_000_000.5, 14, "10000000000000"),
            (10_000_000_000_001.5, 14, "10000000000002"),
            (99.99, 2, "1e+02"),
            (f64::INFINITY, 14, "inf"),
        ] {
            assert_eq!(printed(number, precision), text);
        }
    }

    #[test]
    fn reads_as_c() {
        for (text, expected) in [
            ("1", Some((1.0, 1))),
            ("-1.5e3x", Some((-1500.0, 6))),
            ("1e", Some((1.0, 1))),
            ("1e+", Some((1.0, 1))),
            (".5", Some((0.5, 2))),
            ("5.", Some((5.0, 2))),
            ("0x10", Some((16.0, 4))),
            ("0x1.8p1", Some((3.0, 7))),
            ("0x", Some((0.0, 1))),
            ("-0xg", Some((-0.0, 2))),
            ("Infinity", Some((f64::INFINITY, 8))),
            ("-inf", Some((f64::NEG_INFINITY, 4))),
            ("1e999", Some((f64::INFINITY, 5))),
            (".", None),
            ("-", None),
            ("e5", None),
            ("", None),
        ] {
            assert_eq!(read(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(read(b"nan(12)").map(|(_, length)| length), Some(7));
        assert_eq!(read(b"nan(12").map(|(_, length)| length), Some(3));
    }

    proptest! {
        #[test]
        fn never_panics_and_stays_inside(text in prop::collection::vec(any::<u8>(), 0..24)) {
            if let Some((_, length)) = read(&text) {
                prop_assert!(length <= text.len());
            }
        }

        #[test]
        fn what_is_printed_reads_the_same(number in any::<f64>()) {
            prop_assume!(number.is_finite());
            let text = printed(number, 17);
            prop_assert_eq!(read(text.as_bytes()), Some((number, text.len())));
        }

        #[test]
        fn hexadecimal_is_exact(number in any::<u32>(), shift in 0u32..40) {
            let text = format!("0x{number:x}p-{shift}");
            let expected = f64::from(number) / 2f64.powi(shift as i32);
            prop_assert_eq!(read(text.as_bytes()), Some((expected, text.len())));
        }
    }
}
