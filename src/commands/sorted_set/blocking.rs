//! The forms of the popping commands that wait: BZPOPMIN, BZPOPMAX, BZMPOP.

use super::pop::{End, MultiPop, pop};
use crate::commands::blocking::{block_on_keys, deadline};
use crate::commands::{CommandResult, Context};
use crate::keyspace::Wanted;
use crate::resp::Args;

/// `BZPOPMIN key [key …] timeout`
pub fn bzpopmin(ctx: &mut Context, args: Args) -> CommandResult {
    blocking_pop(ctx, args, End::Lowest)
}

/// `BZPOPMAX key [key …] timeout`
pub fn bzpopmax(ctx: &mut Context, args: Args) -> CommandResult {
    blocking_pop(ctx, args, End::Highest)
}

fn blocking_pop(ctx: &mut Context, args: Args, end: End) -> CommandResult {
    let last = args.len() - 1;
    let until_ms = deadline(ctx, args.at(last))?;
    let keys = args.head(last).tail(1);
    for key in keys.iter() {
        let db = &mut ctx.keyspace[ctx.client.db];
        if db.write_sorted_set(key)?.is_some() {
            ctx.reply.array(3);
            ctx.reply.bulk(key);
            ctx.effects.replace(&[end.command_word(), key]);
            return pop(ctx, key, 1, end, false);
        }
    }
    if !block_on_keys(ctx, args, keys, Wanted::SortedSet, until_ms) {
        ctx.reply.null_array();
    }
    Ok(())
}

/// `BZMPOP timeout numkeys key [key …] MIN|MAX [COUNT count]`
pub fn bzmpop(ctx: &mut Context, args: Args) -> CommandResult {
    let wanted = MultiPop::parse(args.tail(1))?;
    let until_ms = deadline(ctx, args.at(1))?;
    if !wanted.pop(ctx)? && !block_on_keys(ctx, args, wanted.keys, Wanted::SortedSet, until_ms) {
        ctx.reply.null_array();
    }
    Ok(())
}
