//! Reading strings, and the reads that also let go of a key or change when it expires.

use super::options::{Command, Options};
use super::reply_string;
use crate::commands::arguments::integer;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;

/// GET key
pub fn get(ctx: &mut Context, args: Args) -> CommandResult {
    reply_string(
        ctx.reply,
        ctx.keyspace[ctx.client.db].read_string(args.at(1))?,
    );
    Ok(())
}

/// MGET key [key ...]
pub fn mget(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    ctx.reply.array(args.len() - 1);
    for key in args.tail(1).iter() {
        // Another type counts as absent here, not as an error.
        reply_string(ctx.reply, db.read_string(key).unwrap_or(None));
    }
    Ok(())
}

/// GETDEL key
pub fn getdel(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let string = db.read_string(key)?;
    let found = string.is_some();
    reply_string(ctx.reply, string);
    if found {
        db.remove(key);
        db.add_dirty(1);
        db.modified(key, EventClass::GENERIC, "del");
        ctx.effects.replace(&[b"DEL", key]);
    }
    Ok(())
}

/// GETEX key [EX s | PX ms | EXAT s | PXAT ms | PERSIST]
pub fn getex(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let options = Options::parse(Command::GetEx, args.tail(2))?;
    let db = &mut ctx.keyspace[ctx.client.db];
    let now_ms = db.now_ms();
    let Some(string) = db.read_string(key)? else {
        ctx.reply.null();
        return Ok(());
    };
    let expire = match options.expire {
        Some((unit, text)) => Some((unit, unit.expire_at(text, now_ms, "getex")?)),
        None => None,
    };
    reply_string(ctx.reply, Some(string));
    match expire {
        Some((unit, at)) if unit.is_absolute() && db.is_over(at) => {
            db.remove(key);
            db.modified(key, EventClass::GENERIC, "del");
            ctx.effects.replace(&[b"DEL", key]);
        }
        Some((_, at)) => {
            db.set_expire(key, Some(at));
            db.modified(key, EventClass::GENERIC, "expire");
            let mut buffer = itoa::Buffer::new();
            ctx.effects
                .replace(&[b"PEXPIREAT", key, buffer.format(at).as_bytes()]);
        }
        None if options.persist && db.expire_at(key).is_some() => {
            db.set_expire(key, None);
            db.modified(key, EventClass::GENERIC, "persist");
            ctx.effects.replace(&[b"PERSIST", key]);
        }
        None => return Ok(()),
    }
    db.add_dirty(1);
    Ok(())
}

/// STRLEN key
pub fn strlen(ctx: &mut Context, args: Args) -> CommandResult {
    let string = ctx.keyspace[ctx.client.db].read_string(args.at(1))?;
    ctx.reply
        .integer(string.map_or(0, |string| string.len() as i64));
    Ok(())
}

/// GETRANGE key start end
pub fn getrange(ctx: &mut Context, args: Args) -> CommandResult {
    let start = integer(args.at(2))?;
    let end = integer(args.at(3))?;
    let mut buffer = itoa::Buffer::new();
    let string = ctx.keyspace[ctx.client.db].read_string(args.at(1))?;
    let bytes = string.map_or(&[][..], |string| string.as_bytes(&mut buffer));
    ctx.reply.bulk(range_of(bytes, start, end));
    Ok(())
}

/// SUBSTR key start end: GETRANGE under its old name
pub fn substr(ctx: &mut Context, args: Args) -> CommandResult {
    getrange(ctx, args)
}

/// The bytes from `start` to `end`, both included; negative positions count from the end.
fn range_of(bytes: &[u8], start: i64, end: i64) -> &[u8] {
    let len = bytes.len() as i64;
    // Both before the beginning would otherwise be drawn to the first byte.
    if start < 0 && end < 0 && start > end {
        return &[];
    }
    let from_start = |at: i64| (if at < 0 { at.saturating_add(len) } else { at }).max(0);
    let (start, end) = (from_start(start), from_start(end).min(len - 1));
    if start > end {
        return &[];
    }
    &bytes[start as usize..=end as usize]
}
