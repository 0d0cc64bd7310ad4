//! LPUSH, RPUSH, LPUSHX, RPUSHX.

use super::push_event;
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;
use crate::types::list::End;

/// `LPUSH key element [element …]`
pub fn lpush(ctx: &mut Context, args: Args) -> CommandResult {
    push(ctx, args, End::Head, false)
}

/// `RPUSH key element [element …]`
pub fn rpush(ctx: &mut Context, args: Args) -> CommandResult {
    push(ctx, args, End::Tail, false)
}

/// `LPUSHX key element [element …]`
pub fn lpushx(ctx: &mut Context, args: Args) -> CommandResult {
    push(ctx, args, End::Head, true)
}

/// `RPUSHX key element [element …]`
pub fn rpushx(ctx: &mut Context, args: Args) -> CommandResult {
    push(ctx, args, End::Tail, true)
}

fn push(ctx: &mut Context, args: Args, end: End, only_existing: bool) -> CommandResult {
    let limits = ctx.instance.list_limits();
    let db = &mut ctx.keyspace[ctx.client.db];
    let key = args.at(1);
    let list = if only_existing {
        match db.write_list(key)? {
            Some(list) => list,
            None => {
                ctx.reply.integer(0);
                return Ok(());
            }
        }
    } else {
        db.list_or_create(key)?
    };
    let elements = args.tail(2);
    list.push_all(end, elements.iter(), &limits);
    ctx.reply.integer(list.len() as i64);
    db.modified(key, EventClass::LIST, push_event(end));
    db.add_dirty(elements.len() as u64);
    Ok(())
}
