//! Asking for scores, ranks and counts.

use super::query::{By, Query};
use crate::commands::arguments::write_double;
use crate::commands::{CommandResult, Context};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::sorted_set::SortedSet;

/// `ZCARD key`
pub fn zcard(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    ctx.reply.integer(set.map_or(0, SortedSet::len) as i64);
    Ok(())
}

/// `ZSCORE key member`
pub fn zscore(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    match set.and_then(|set| set.score(args.at(2))) {
        Some(score) => write_double(ctx.reply, score),
        None => ctx.reply.null(),
    }
    Ok(())
}

/// `ZMSCORE key member [member ...]`
pub fn zmscore(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    let members = args.tail(2);
    ctx.reply.array(members.len());
    for member in members.iter() {
        match set.and_then(|set| set.score(member)) {
            Some(score) => write_double(ctx.reply, score),
            None => ctx.reply.null(),
        }
    }
    Ok(())
}

/// `ZRANK key member [WITHSCORE]`
pub fn zrank(ctx: &mut Context, args: Args) -> CommandResult {
    rank(ctx, args, "zrank", false)
}

/// `ZREVRANK key member [WITHSCORE]`
pub fn zrevrank(ctx: &mut Context, args: Args) -> CommandResult {
    rank(ctx, args, "zrevrank", true)
}

fn rank(ctx: &mut Context, args: Args, name: &str, reverse: bool) -> CommandResult {
    let with_score = args.len() > 3;
    if args.len() > 4 {
        let text = format!("ERR wrong number of arguments for '{name}' command");
        return Err(ReplyError::from(text));
    }
    if with_score && !args.at(3).eq_ignore_ascii_case(b"withscore") {
        return Err(SYNTAX);
    }
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    let found = set.and_then(|set| {
        let (rank, score) = set.rank(args.at(2))?;
        Some((if reverse { set.len() - 1 - rank } else { rank }, score))
    });
    match found {
        Some((rank, score)) => {
            if with_score {
                ctx.reply.array(2);
            }
            ctx.reply.integer(rank as i64);
            if with_score {
                write_double(ctx.reply, score);
            }
        }
        None if with_score => ctx.reply.null_array(),
        None => ctx.reply.null(),
    }
    Ok(())
}

/// `ZCOUNT key min max`
pub fn zcount(ctx: &mut Context, args: Args) -> CommandResult {
    count(ctx, args, By::Score)
}

/// `ZLEXCOUNT key min max`
pub fn zlexcount(ctx: &mut Context, args: Args) -> CommandResult {
    count(ctx, args, By::Lex)
}

fn count(ctx: &mut Context, args: Args, by: By) -> CommandResult {
    let query = Query::parse(by, args.at(2), args.at(3))?;
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    let count = set.map_or(0, |set| query.ranks(set, false).len());
    ctx.reply.integer(count as i64);
    Ok(())
}
