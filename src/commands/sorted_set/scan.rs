//! ZSCAN.

use crate::commands::scan::{ScanOptions, parse_cursor, reply_nothing};
use crate::commands::{CommandResult, Context};
use crate::resp::Args;
use crate::types::listpack::Element;
use crate::types::numbers::{format_f64, format_g17};

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
            ctx.reply.bulk_str(&format_g17(score));
        }
    }
    Ok(())
}
