//! LMOVE and its elder form RPOPLPUSH.

use super::{end, pop_event, push_event};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::{Args, ReplyError};
use crate::types::list::End;

/// `LMOVE source destination LEFT|RIGHT LEFT|RIGHT`
pub fn lmove(ctx: &mut Context, args: Args) -> CommandResult {
    let from = end(args.at(3))?;
    let to = end(args.at(4))?;
    move_or_null(ctx, args, from, to)
}

/// `RPOPLPUSH source destination`
pub fn rpoplpush(ctx: &mut Context, args: Args) -> CommandResult {
    move_or_null(ctx, args, End::Tail, End::Head)
}

fn move_or_null(ctx: &mut Context, args: Args, from: End, to: End) -> CommandResult {
    if !move_element(ctx, args.at(1), args.at(2), from, to)? {
        ctx.reply.null();
    }
    Ok(())
}

/// Moves an element and answers it; false without an answer when there is none.
pub(super) fn move_element(
    ctx: &mut Context,
    source: &[u8],
    destination: &[u8],
    from: End,
    to: End,
) -> Result<bool, ReplyError> {
    let limits = ctx.instance.list_limits();
    let db = &mut ctx.keyspace[ctx.client.db];
    let Some((element, counted)) = db
        .write_list(source)?
        .and_then(|list| list.peek_to_move(from))
    else {
        return Ok(false);
    };
    if source == destination {
        if let Some(list) = db.write_list(source)? {
            list.rotate(from, to, &limits);
        }
    } else {
        db.list_or_create(destination)?
            .push(to, &element, counted, &limits);
    }
    db.modified(destination, EventClass::LIST, push_event(to));
    let mut is_empty = false;
    if source != destination
        && let Some(list) = db.write_list(source)?
    {
        list.pop(from, 1, &limits);
        is_empty = list.is_empty();
    }
    db.modified(source, EventClass::LIST, pop_event(from));
    if is_empty {
        db.deleted_if_empty(source);
    }
    db.add_dirty(1);
    ctx.reply.bulk(&element);
    Ok(true)
}
