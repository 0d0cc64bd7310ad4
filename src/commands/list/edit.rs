//! LSET, LINSERT, LREM, LTRIM.

use super::range;
use crate::commands::arguments::{integer, is_word};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::error::{NO_SUCH_KEY, SYNTAX};
use crate::resp::{Args, ReplyError};

/// `LSET key index element`
pub fn lset(ctx: &mut Context, args: Args) -> CommandResult {
    let limits = ctx.instance.list_limits();
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let list = db.write_list(key)?.ok_or(NO_SUCH_KEY)?;
    if !list.set(integer(args.at(2))?, args.at(3), &limits) {
        return Err(ReplyError::new("ERR index out of range"));
    }
    db.modified(key, EventClass::LIST, "lset");
    db.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}

/// `LINSERT key BEFORE|AFTER pivot element`
pub fn linsert(ctx: &mut Context, args: Args) -> CommandResult {
    let after = if is_word(args.at(2), "after") {
        true
    } else if is_word(args.at(2), "before") {
        false
    } else {
        return Err(SYNTAX);
    };
    let limits = ctx.instance.list_limits();
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let Some(list) = db.write_list(key)? else {
        ctx.reply.integer(0);
        return Ok(());
    };
    if !list.insert(args.at(3), after, args.at(4), &limits) {
        ctx.reply.integer(-1);
        return Ok(());
    }
    ctx.reply.integer(list.len() as i64);
    db.modified(key, EventClass::LIST, "linsert");
    db.add_dirty(1);
    Ok(())
}

/// `LREM key count element`
pub fn lrem(ctx: &mut Context, args: Args) -> CommandResult {
    let count = integer(args.at(2))?;
    let limits = ctx.instance.list_limits();
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let Some(list) = db.write_list(key)? else {
        ctx.reply.integer(0);
        return Ok(());
    };
    let removed = list.remove_equal(args.at(3), count, &limits);
    if removed > 0 {
        db.modified(key, EventClass::LIST, "lrem");
        db.deleted_if_empty(key);
        db.add_dirty(removed as u64);
    }
    ctx.reply.integer(removed as i64);
    Ok(())
}

/// `LTRIM key start stop`
pub fn ltrim(ctx: &mut Context, args: Args) -> CommandResult {
    let (start, stop) = (integer(args.at(2))?, integer(args.at(3))?);
    let limits = ctx.instance.list_limits();
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    if let Some(list) = db.write_list(key)? {
        let len = list.len();
        let (first, kept) = range(start, stop, len);
        // A range that holds nothing starts at 0: everything then goes from the tail.
        list.trim(first, len - first - kept, &limits);
        db.modified(key, EventClass::LIST, "ltrim");
        db.deleted_if_empty(key);
        db.add_dirty((len - kept) as u64);
    }
    ctx.reply.ok();
    Ok(())
}
