//! Counting: INCR and its kin for integers, INCRBYFLOAT for decimals.

use crate::commands::arguments::integer;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EventClass, StringRef};
use crate::resp::Args;
use crate::resp::error::{NOT_A_FLOAT, NOT_AN_INTEGER};
use crate::types::long_double::LongDouble;

fn increment(ctx: &mut Context, key: &[u8], by: i64) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let old = match db.string_for_write(key)? {
        None => 0,
        Some(string) => string.as_integer().ok_or(NOT_AN_INTEGER)?,
    };
    let Some(new) = old.checked_add(by) else {
        return Err("ERR increment or decrement would overflow".into());
    };
    db.set_integer(key, new);
    db.add_dirty(1);
    db.modified(key, EventClass::STRING, "incrby");
    ctx.reply.integer(new);
    Ok(())
}

/// INCR key
pub fn incr(ctx: &mut Context, args: Args) -> CommandResult {
    increment(ctx, args.at(1), 1)
}

/// DECR key
pub fn decr(ctx: &mut Context, args: Args) -> CommandResult {
    increment(ctx, args.at(1), -1)
}

/// INCRBY key increment
pub fn incrby(ctx: &mut Context, args: Args) -> CommandResult {
    let by = integer(args.at(2))?;
    increment(ctx, args.at(1), by)
}

/// DECRBY key decrement
pub fn decrby(ctx: &mut Context, args: Args) -> CommandResult {
    let by = integer(args.at(2))?;
    let Some(by) = by.checked_neg() else {
        return Err("ERR decrement would overflow".into());
    };
    increment(ctx, args.at(1), by)
}

/// INCRBYFLOAT key increment
pub fn incrbyfloat(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let old = match db.string_for_write(key)? {
        None => LongDouble::from_i64(0),
        Some(StringRef::Int(number)) => LongDouble::from_i64(number),
        Some(StringRef::Embedded(text) | StringRef::Raw(text)) => {
            LongDouble::parse(text).ok_or(NOT_A_FLOAT)?
        }
    };
    let by = LongDouble::parse(args.at(2)).ok_or(NOT_A_FLOAT)?;
    let Some(new) = old.checked_add(by) else {
        return Err("ERR increment would produce NaN or Infinity".into());
    };
    let text = new.to_text();
    db.set_text(key, &text);
    db.add_dirty(1);
    db.modified(key, EventClass::STRING, "incrbyfloat");
    ctx.reply.bulk(&text);
    ctx.effects.replace(&[b"SET", key, &text, b"KEEPTTL"]);
    Ok(())
}
