//! LPOP, RPOP, LMPOP.

use super::{at_least, end, pop_event, write_element, write_from};
use crate::commands::arguments::is_word;
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::list::End;

/// `LPOP key [count]`
pub fn lpop(ctx: &mut Context, args: Args) -> CommandResult {
    pop(
        ctx,
        args,
        End::Head,
        "ERR wrong number of arguments for 'lpop' command",
    )
}

/// `RPOP key [count]`
pub fn rpop(ctx: &mut Context, args: Args) -> CommandResult {
    pop(
        ctx,
        args,
        End::Tail,
        "ERR wrong number of arguments for 'rpop' command",
    )
}

fn pop(ctx: &mut Context, args: Args, end: End, arity: &'static str) -> CommandResult {
    if args.len() > 3 {
        return Err(ReplyError::new(arity));
    }
    let count = match args.get(2) {
        Some(count) => Some(at_least(
            count,
            0,
            "ERR value is out of range, must be positive",
        )?),
        None => None,
    };
    let key = args.at(1);
    let list = ctx.keyspace[ctx.client.db].write_list(key)?;
    match (list, count) {
        (None, None) => ctx.reply.null(),
        (None, Some(_)) => ctx.reply.null_array(),
        (Some(_), Some(0)) => ctx.reply.array(0),
        (Some(list), None) => {
            if let Some(element) = list.peek(end) {
                write_element(ctx.reply, element);
            }
            remove(ctx, key, end, 1);
        }
        (Some(list), Some(count)) => {
            let count = usize::try_from(count).unwrap_or(usize::MAX).min(list.len());
            write_from(ctx.reply, list, end, count);
            remove(ctx, key, end, count);
        }
    }
    Ok(())
}

/// Removes what a pop has answered, with all that follows from it.
fn remove(ctx: &mut Context, key: &[u8], end: End, count: usize) {
    let limits = ctx.instance.list_limits();
    let db = &mut ctx.keyspace[ctx.client.db];
    if let Ok(Some(list)) = db.write_list(key) {
        list.pop(end, count, &limits);
    }
    db.modified(key, EventClass::LIST, pop_event(end));
    db.deleted_if_empty(key);
    db.add_dirty(count as u64);
}

/// `LMPOP numkeys key [key …] LEFT|RIGHT [COUNT count]`
pub fn lmpop(ctx: &mut Context, args: Args) -> CommandResult {
    let keys = at_least(args.at(1), 1, "ERR numkeys should be greater than 0")?;
    // The arguments are fewer than any count that does not fit.
    let keys = usize::try_from(keys).unwrap_or(usize::MAX);
    let where_at = keys.saturating_add(2);
    let end = end(args.get(where_at).ok_or(SYNTAX)?)?;
    let mut count = None;
    let mut options = args.tail(where_at + 1).iter();
    while let Some(option) = options.next() {
        match options.next() {
            Some(value) if count.is_none() && is_word(option, "count") => {
                count = Some(at_least(value, 1, "ERR count should be greater than 0")?);
            }
            _ => return Err(SYNTAX),
        }
    }
    let count = usize::try_from(count.unwrap_or(1)).unwrap_or(usize::MAX);
    for key in args.tail(2).iter().take(keys) {
        if pop_from(ctx, key, end, count)? {
            return Ok(());
        }
    }
    ctx.reply.null_array();
    Ok(())
}

/// Pops up to `count` elements of `key` and answers them with its name, as LMPOP does and its
/// blocking form will; false without an answer when there is no such list.
fn pop_from(ctx: &mut Context, key: &[u8], end: End, count: usize) -> Result<bool, ReplyError> {
    let Some(list) = ctx.keyspace[ctx.client.db].write_list(key)? else {
        return Ok(false);
    };
    let count = count.min(list.len());
    ctx.reply.array(2);
    ctx.reply.bulk(key);
    write_from(ctx.reply, list, end, count);
    remove(ctx, key, end, count);
    // Replicas need not look for the key that had elements.
    let name: &[u8] = match end {
        End::Head => b"LPOP",
        End::Tail => b"RPOP",
    };
    ctx.effects
        .replace(&[name, key, itoa::Buffer::new().format(count).as_bytes()]);
    Ok(true)
}
