//! SCAN.

use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::commands::scan::{ScanOptions, parse_cursor};
use crate::resp::Args;
use crate::types::dict::Entry;

/// SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]
pub fn scan(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let cursor = parse_cursor(args.at(1))?;
    let options = ScanOptions::parse(args.tail(2), true)?;
    let db = &ctx.keyspace[ctx.client.db];
    let now_ms = db.now_ms();
    let mut found: Vec<&[u8]> = Vec::new();
    let mut due: Vec<Vec<u8>> = Vec::new();
    let cursor = options.run(cursor, |cursor| {
        let mut seen = 0;
        let next = db.scan(cursor, &mut |record| {
            seen += 1;
            let alive = record.expire_at().is_none_or(|at| at > now_ms);
            let of_type = options
                .type_name
                .is_none_or(|name| is_word(name, record.value().type_name()));
            if options.matches(record.key()) {
                if !alive {
                    due.push(record.key().to_vec());
                } else if of_type {
                    found.push(record.key());
                }
            }
        });
        (next, seen)
    });
    ctx.reply.array(2);
    ctx.reply.bulk(cursor.to_string().as_bytes());
    ctx.reply.array(found.len());
    for key in found {
        ctx.reply.bulk(key);
    }
    // To be met is to be looked up: what is over goes.
    for key in due {
        ctx.keyspace[ctx.client.db].exists(&key);
    }
    Ok(())
}
