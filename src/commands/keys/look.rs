//! EXISTS, TYPE, TOUCH, KEYS and RANDOMKEY: what is there.

use crate::commands::context::{CommandResult, Context};
use crate::resp::Args;
use crate::types::dict::Entry;
use crate::types::glob;

/// EXISTS key [key ...]
pub fn exists(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let keys = args.tail(1).iter();
    let found = keys.filter(|key| db.read_untouched(key).is_some()).count();
    ctx.reply.integer(found as i64);
    Ok(())
}

/// TYPE key
pub fn type_of(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let name = db
        .read_untouched(args.at(1))
        .map_or("none", |record| record.value().type_name());
    ctx.reply.simple(name);
    Ok(())
}

/// TOUCH key [key ...]
pub fn touch(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let keys = args.tail(1).iter();
    let found = keys.filter(|key| db.read(key).is_some()).count();
    ctx.reply.integer(found as i64);
    Ok(())
}

/// KEYS pattern
pub fn keys(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let pattern = args.at(1);
    let db = &ctx.keyspace[ctx.client.db];
    let now_ms = db.now_ms();
    let all = pattern == b"*";
    let header = ctx.reply.deferred();
    let mut found = 0;
    for record in db.iter() {
        let alive = record.expire_at().is_none_or(|at| at > now_ms);
        if alive && (all || glob::matches(pattern, record.key(), false)) {
            ctx.reply.bulk(record.key());
            found += 1;
        }
    }
    ctx.reply.finish_array(header, found);
    Ok(())
}

/// RANDOMKEY
pub fn randomkey(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    match ctx.keyspace[ctx.client.db].random_key() {
        Some(key) => ctx.reply.bulk(&key),
        None => ctx.reply.null(),
    }
    Ok(())
}
