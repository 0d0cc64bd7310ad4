//! HINCRBY and HINCRBYFLOAT.

use crate::commands::arguments::integer;
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::error::NOT_A_FLOAT;
use crate::resp::{Args, ReplyError};
use crate::types::listpack::Element;
use crate::types::long_double::LongDouble;

const VALUE_NOT_AN_INTEGER: ReplyError = ReplyError::new("ERR hash value is not an integer");
const VALUE_NOT_A_FLOAT: ReplyError = ReplyError::new("ERR hash value is not a float");
const OVERFLOW: ReplyError = ReplyError::new("ERR increment or decrement would overflow");
const NOT_FINITE: ReplyError = ReplyError::new("ERR value is NaN or Infinity");
const SUM_NOT_FINITE: ReplyError = ReplyError::new("ERR increment would produce NaN or Infinity");

/// `HINCRBY key field increment`
pub fn hincrby(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, field) = (args.at(1), args.at(2));
    let increment = integer(args.at(3))?;
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.hash_limits();
    let value = match db.write_hash(key)?.and_then(|hash| hash.get(field)) {
        Some(value) => value.integer().ok_or(VALUE_NOT_AN_INTEGER)?,
        None => 0,
    };
    let sum = value.checked_add(increment).ok_or(OVERFLOW)?;
    let mut digits = itoa::Buffer::new();
    db.hash_or_create(key)?
        .set(field, digits.format(sum).as_bytes(), &limits);
    db.modified(key, EventClass::HASH, "hincrby");
    db.add_dirty(1);
    ctx.reply.integer(sum);
    Ok(())
}

/// `HINCRBYFLOAT key field increment`
pub fn hincrbyfloat(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, field) = (args.at(1), args.at(2));
    let increment = LongDouble::parse(args.at(3)).ok_or(NOT_A_FLOAT)?;
    if increment.is_infinite() {
        return Err(NOT_FINITE);
    }
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.hash_limits();
    let value = match db.write_hash(key)?.and_then(|hash| hash.get(field)) {
        Some(Element::Int(value)) => LongDouble::from_i64(value),
        Some(Element::Str(text)) => LongDouble::parse(text).ok_or(VALUE_NOT_A_FLOAT)?,
        None => LongDouble::from_i64(0),
    };
    let sum = value
        .checked_add(increment)
        .ok_or(SUM_NOT_FINITE)?
        .to_text();
    db.hash_or_create(key)?.set(field, &sum, &limits);
    db.modified(key, EventClass::HASH, "hincrbyfloat");
    db.add_dirty(1);
    // Whoever repeats it may add with other precision.
    ctx.effects.replace(&[b"HSET", key, field, &sum]);
    ctx.reply.bulk(&sum);
    Ok(())
}
