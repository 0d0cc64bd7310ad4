//! ZREM and the removal of ranges.

use super::query::{By, Query};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;

/// `ZREM key member [member ...]`
pub fn zrem(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let mut removed = 0;
    if let Some(set) = db.write_sorted_set(key)? {
        removed = args
            .tail(2)
            .iter()
            .filter(|member| set.remove(member))
            .count();
    }
    finish(ctx, key, removed, "zrem")
}

/// `ZREMRANGEBYRANK key start stop`
pub fn zremrangebyrank(ctx: &mut Context, args: Args) -> CommandResult {
    remove_range(ctx, args, By::Rank, "zremrangebyrank")
}

/// `ZREMRANGEBYSCORE key min max`
pub fn zremrangebyscore(ctx: &mut Context, args: Args) -> CommandResult {
    remove_range(ctx, args, By::Score, "zremrangebyscore")
}

/// `ZREMRANGEBYLEX key min max`
pub fn zremrangebylex(ctx: &mut Context, args: Args) -> CommandResult {
    remove_range(ctx, args, By::Lex, "zremrangebylex")
}

fn remove_range(ctx: &mut Context, args: Args, by: By, event: &'static str) -> CommandResult {
    let key = args.at(1);
    let query = Query::parse(by, args.at(2), args.at(3))?;
    let db = &mut ctx.keyspace[ctx.client.db];
    let mut removed = 0;
    if let Some(set) = db.write_sorted_set(key)? {
        let ranks = query.ranks(set, false);
        removed = ranks.len();
        set.remove_range(ranks);
    }
    finish(ctx, key, removed, event)
}

fn finish(ctx: &mut Context, key: &[u8], removed: usize, event: &'static str) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    if removed > 0 {
        db.modified(key, EventClass::SORTED_SET, event);
        db.deleted_if_empty(key);
        db.add_dirty(removed as u64);
    }
    ctx.reply.integer(removed as i64);
    Ok(())
}
