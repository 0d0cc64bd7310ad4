//! Changing part of a string: APPEND and SETRANGE.

use super::check_length;
use crate::commands::arguments::integer;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;
use crate::resp::error::OUT_OF_MEMORY;

/// APPEND key value
pub fn append(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, value) = (args.at(1), args.at(2));
    let old = ctx.keyspace[ctx.client.db].string_length(key)?;
    let length = match old {
        None => {
            ctx.keyspace[ctx.client.db].set_string(key, value);
            value.len()
        }
        Some(length) => {
            let total = check_length(ctx, length, value.len())?;
            let raw = ctx.keyspace[ctx.client.db].string_mut_or_create(key)?;
            raw.try_reserve(value.len()).map_err(|_| OUT_OF_MEMORY)?;
            raw.extend_from_slice(value);
            total
        }
    };
    let db = &mut ctx.keyspace[ctx.client.db];
    db.add_dirty(1);
    db.modified(key, EventClass::STRING, "append");
    ctx.reply.integer(length as i64);
    Ok(())
}

/// SETRANGE key offset value
pub fn setrange(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, value) = (args.at(1), args.at(3));
    let offset = integer(args.at(2))?;
    if offset < 0 {
        return Err("ERR offset is out of range".into());
    }
    let old = ctx.keyspace[ctx.client.db].string_length(key)?;
    let length = old.unwrap_or(0);
    if value.is_empty() {
        ctx.reply.integer(length as i64);
        return Ok(());
    }
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = check_length(ctx, offset, value.len())?;
    let db = &mut ctx.keyspace[ctx.client.db];
    let (raw, _) = db.grown_string(key, end)?;
    raw[offset..end].copy_from_slice(value);
    let length = raw.len();
    db.add_dirty(1);
    db.modified(key, EventClass::STRING, "setrange");
    ctx.reply.integer(length as i64);
    Ok(())
}
