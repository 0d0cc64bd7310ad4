//! ZSCAN.

use std::fmt::Write;

use crate::commands::scan::{ScanOptions, parse_cursor, reply_nothing};
use crate::commands::{CommandResult, Context};
use crate::resp::Args;
use crate::types::listpack::Element;
use crate::types::numbers::format_f64;

/// `ZSCAN key cursor [MATCH pattern] [COUNT count]`
pub fn zscan(ctx: &mut Context, args: Args) -> CommandResult {
    let cursor = parse_cursor(args.at(2))?;
    let Some(set) = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))? else {
        reply_nothing(ctx.reply);
        return Ok(());
    };
    let options = ScanOptions::parse(args.tail(3), false)?;
    let mut found: Vec<(Element, f64)> = Vec::new();
    let mut digits = itoa::Buffer::new();
    let next = options.run(cursor, |cursor| {
        let mut seen = 0;
        let next = set.scan(cursor, |member, score| {
            seen += 1;
            if options.matches(member.bytes(&mut digits)) {
                found.push((member, score));
            }
        });
        (next, seen)
    });
    // A listpack is answered as it is stored, a table as C's %.17Lg prints the score.
    let as_stored = set.as_listpack().is_some();
    ctx.reply.array(2);
    ctx.reply.bulk_str(&next.to_string());
    ctx.reply.array(found.len() * 2);
    for (member, score) in found {
        ctx.reply.bulk(member.bytes(&mut digits));
        if as_stored {
            ctx.reply.bulk(&format_f64(score));
        } else {
            ctx.reply.bulk_str(&seventeen_digits(score));
        }
    }
    Ok(())
}

/// C's `%.17g`.
fn seventeen_digits(score: f64) -> String {
    const DIGITS: i32 = 17;
    if score.is_infinite() {
        return if score > 0.0 { "inf" } else { "-inf" }.into();
    }
    let scientific = format!("{score:.16e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    if (-4..DIGITS).contains(&exponent) {
        let decimals = usize::try_from(DIGITS - 1 - exponent).unwrap_or_default();
        return trimmed(&format!("{score:.decimals$}"));
    }
    let mut text = trimmed(mantissa);
    let sign = if exponent < 0 { '-' } else { '+' };
    // Writing to a string cannot fail.
    let _ = write!(text, "e{sign}{:02}", exponent.abs());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_c_does() {
        for (score, text) in [
            (0.1, "0.10000000000000001"),
            (3.0, "3"),
            (-0.0, "-0"),
            (1e16, "10000000000000000"),
            (1e17, "1e+17"),
            (1.5e300, "1.5000000000000001e+300"),
            (0.0001, "0.0001"),
            (1e-5, "1.0000000000000001e-05"),
            (f64::NEG_INFINITY, "-inf"),
            (5e-324, "4.9406564584124654e-324"),
        ] {
            assert_eq!(seventeen_digits(score), text);
        }
    }
}
