//! The forms of the popping commands that wait: BLPOP, BRPOP, BLMPOP, BLMOVE, BRPOPLPUSH.

use super::end;
use super::movement::move_element;
use super::pop::{MultiPop, pop_from};
use crate::commands::blocking::{block_on_keys, deadline};
use crate::commands::{CommandResult, Context};
use crate::keyspace::Wanted;
use crate::resp::Args;
use crate::types::list::End;

/// `BLPOP key [key …] timeout`
pub fn blpop(ctx: &mut Context, args: Args) -> CommandResult {
    blocking_pop(ctx, args, End::Head)
}

/// `BRPOP key [key …] timeout`
pub fn brpop(ctx: &mut Context, args: Args) -> CommandResult {
    blocking_pop(ctx, args, End::Tail)
}

fn blocking_pop(ctx: &mut Context, args: Args, end: End) -> CommandResult {
    let last = args.len() - 1;
    let until_ms = deadline(ctx, args.at(last))?;
    let keys = args.head(last).tail(1);
    for key in keys.iter() {
        if pop_from(ctx, key, end, None)? {
            return Ok(());
        }
    }
    if !block_on_keys(ctx, args, keys, Wanted::List, until_ms) {
        ctx.reply.null_array();
    }
    Ok(())
}

/// `BLMPOP timeout numkeys key [key …] LEFT|RIGHT [COUNT count]`
pub fn blmpop(ctx: &mut Context, args: Args) -> CommandResult {
    let wanted = MultiPop::parse(args.tail(1))?;
    let until_ms = deadline(ctx, args.at(1))?;
    if !wanted.pop(ctx)? && !block_on_keys(ctx, args, wanted.keys, Wanted::List, until_ms) {
        ctx.reply.null_array();
    }
    Ok(())
}

/// `BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout`
pub fn blmove(ctx: &mut Context, args: Args) -> CommandResult {
    let (from, to) = (end(args.at(3))?, end(args.at(4))?);
    blocking_move(ctx, args, from, to)?;
    ctx.effects
        .replace(&[b"LMOVE", args.at(1), args.at(2), args.at(3), args.at(4)]);
    Ok(())
}

/// `BRPOPLPUSH source destination timeout`
pub fn brpoplpush(ctx: &mut Context, args: Args) -> CommandResult {
    blocking_move(ctx, args, End::Tail, End::Head)?;
    ctx.effects.replace(&[b"RPOPLPUSH", args.at(1), args.at(2)]);
    Ok(())
}

fn blocking_move(ctx: &mut Context, args: Args, from: End, to: End) -> CommandResult {
    let until_ms = deadline(ctx, args.at(args.len() - 1))?;
    let source = args.head(2).tail(1);
    if !move_element(ctx, args.at(1), args.at(2), from, to)?
        && !block_on_keys(ctx, args, source, Wanted::List, until_ms)
    {
        ctx.reply.null();
    }
    Ok(())
}
