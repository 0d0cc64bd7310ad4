//! COPY and MOVE: a key to another place.

use crate::commands::arguments::{database_index, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EventClass, Record};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

const SAME_OBJECT: ReplyError = ReplyError::new("ERR source and destination objects are the same");

/// MOVE key db
pub fn r#move(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let from = ctx.client.db;
    let to = database_index(args.at(2), ctx.keyspace.len())?;
    let Some((source, target)) = ctx.keyspace.pair(from, to) else {
        return Err(SAME_OBJECT);
    };
    if source.value_for_write(key).is_none() || target.exists(key) {
        ctx.reply.integer(0);
        return Ok(());
    }
    if let Some(record) = source.take(key) {
        target.tell_new(key);
        target.replace(record);
    }
    source.modified(key, EventClass::GENERIC, "move_from");
    target.modified(key, EventClass::GENERIC, "move_to");
    source.add_dirty(1);
    ctx.reply.integer(1);
    Ok(())
}

/// COPY source destination [DB destination-db] [REPLACE]
pub fn copy(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let (key, new_key) = (args.at(1), args.at(2));
    let from = ctx.client.db;
    let mut to = from;
    let mut replace = false;
    let mut at = 3;
    while at < args.len() {
        if is_word(args.at(at), "REPLACE") {
            replace = true;
        } else if is_word(args.at(at), "DB") && at + 1 < args.len() {
            to = database_index(args.at(at + 1), ctx.keyspace.len())?;
            at += 1;
        } else {
            return Err(SYNTAX);
        }
        at += 1;
    }
    if from == to && key == new_key {
        return Err(SAME_OBJECT);
    }
    let Some(record) = ctx.keyspace[from].read_record(key) else {
        ctx.reply.integer(0);
        return Ok(());
    };
    let (value, expire_at) = (record.value().to_value(), record.expire_at());
    let target = &mut ctx.keyspace[to];
    let exists = target.exists(new_key);
    if exists && !replace {
        ctx.reply.integer(0);
        return Ok(());
    }
    // Whoever waits for the new key is woken, whatever it held.
    target.remove(new_key);
    let access = target.clock().fresh();
    target.tell_new(new_key);
    target.replace(Record::of_value(new_key, value, expire_at, access));
    target.modified(new_key, EventClass::GENERIC, "copy_to");
    ctx.keyspace[from].add_dirty(1);
    ctx.reply.integer(1);
    Ok(())
}
