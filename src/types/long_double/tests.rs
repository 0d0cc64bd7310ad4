use super::LongDouble;
use proptest::prelude::*;

fn printed(text: &str) -> Option<String> {
    LongDouble::parse(text.as_bytes())
        .map(|value| String::from_utf8(value.to_text()).expect("digits are ASCII"))
}

fn sum(left: &str, right: &str) -> Option<String> {
    let left = LongDouble::parse(left.as_bytes())?;
    let right = LongDouble::parse(right.as_bytes())?;
    let sum = left.checked_add(right)?;
    Some(String::from_utf8(sum.to_text()).expect("digits are ASCII"))
}

#[test]
fn prints_what_redis_server_prints() {
    for (text, expected) in [
        ("0.1", "0.1"),
        ("-0", "0"),
        ("-0.000000000000000001", "0"),
        ("3.0", "3"),
        ("5.0e3", "5000"),
        ("0x10", "16"),
        ("0x1.8p1", "3"),
        ("1e20", "100000000000000000000"),
        ("1e30", "1000000000000000000024696061952"),
        ("0.99999999999999999999", "1"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551617", "18446744073709551616"),
        ("-12345.678", "-12345.67799999999999994"),
        ("inf", "inf"),
        ("-infinity", "-inf"),
    ] {
        assert_eq!(printed(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        "",
        " 1",
        "1 ",
        "nan",
        "abc",
        "1e5000",
        "1e-5000",
        "0x",
        "0x1p-16447",
        "1.5.2",
    ] {
        assert_eq!(printed(text), None, "{text}");
    }
    assert_eq!(printed(&"1".repeat(5119)), None);
    assert_eq!(
        printed(&format!("{}1", "0".repeat(5118))).as_deref(),
        Some("1")
    );
    assert_eq!(printed(&format!("{}1", "0".repeat(5119))), None);
}

#[test]
fn sums_are_rounded_as_the_x87_rounds() {
    assert_eq!(sum("0.1", "0.2").as_deref(), Some("0.3"));
    assert_eq!(sum("10.50", "0.1").as_deref(), Some("10.6"));
    assert_eq!(sum("3", "-3").as_deref(), Some("0"));
    assert_eq!(sum("1e4932", "1e4932"), None);
    assert_eq!(sum("inf", "1"), None);
    assert_eq!(
        sum("9223372036854775807", "1").as_deref(),
        Some("9223372036854775808")
    );
    assert_eq!(
        sum("18446744073709551615", "0.5").as_deref(),
        Some("18446744073709551616")
    );
    assert_eq!(
        sum("18446744073709551614", "0.5").as_deref(),
        Some("18446744073709551614")
    );
    assert_eq!(sum("1e300", "-1").as_deref(), printed("1e300").as_deref());
}

#[test]
fn the_least_number_is_kept_and_half_of_it_is_not() {
    let least = LongDouble::parse(b"0x1p-16445").expect("subnormal");
    assert_eq!((least.mantissa, least.exponent), (1, -16445));
    assert_eq!(LongDouble::parse(b"3.7e-4951"), Some(least));
    assert_eq!(LongDouble::parse(b"0x1p-16446"), None);
    assert_eq!(LongDouble::parse(b"1.8e-4951"), None);
}

proptest! {
    #[test]
    fn integers_are_exact(left in -1i64 << 62..1 << 62, right in -1i64 << 62..1 << 62) {
        let sum = LongDouble::from_i64(left).checked_add(LongDouble::from_i64(right));
        prop_assert_eq!(sum.map(LongDouble::to_text), Some((left + right).to_string().into_bytes()));
    }

    #[test]
    fn addition_commutes(left in "-?[0-9]{1,12}\\.[0-9]{1,12}(e-?[0-9]{1,3})?", right in "-?[0-9]{1,25}") {
        prop_assert_eq!(sum(&left, &right), sum(&right, &left));
    }

    /// The short way and the long way must agree where both apply.
    #[test]
    fn short_decimals_agree_with_long_ones(digits in 1u64..10_000_000_000_000_000_000, exponent in -18i64..=0) {
        let padded = format!("{digits}{}e{}", "0".repeat(3), exponent - 3);
        let longer = format!("{digits}{}1e{}", "0".repeat(40), exponent - 41);
        let short = LongDouble::parse(format!("{digits}e{exponent}").as_bytes());
        prop_assert_eq!(short, LongDouble::parse(padded.as_bytes()));
        let (short, longer) = (short.expect("in range"), LongDouble::parse(longer.as_bytes()).expect("in range"));
        let apart = longer.mantissa.wrapping_sub(short.mantissa);
        prop_assert!(apart <= 1 || longer.exponent != short.exponent);
    }

    #[test]
    fn no_text_panics(text in "[-+ 0-9a-fxXpinty.eE]{0,40}") {
        if let Some(value) = LongDouble::parse(text.as_bytes()) {
            let _ = value.checked_add(value).map(LongDouble::to_text);
        }
    }
}
