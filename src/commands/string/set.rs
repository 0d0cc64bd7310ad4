//! Storing strings: SET and the older commands it has grown to replace.

use super::options::{Command, Options, Unit};
use super::reply_string;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::{Args, ReplyError};

/// Stores a string and lets every listener know. The expiry time goes, or becomes `expire_at`.
fn store(ctx: &mut Context, key: &[u8], value: &[u8], expire_at: Option<i64>) {
    let db = &mut ctx.keyspace[ctx.client.db];
    db.put_string(key, value, expire_at);
    db.add_dirty(1);
    db.modified(key, EventClass::STRING, "set");
    if let Some(at) = expire_at {
        db.modified(key, EventClass::GENERIC, "expire");
        let at = itoa::Buffer::new().format(at).to_owned();
        let command: [&[u8]; 5] = [b"SET", key, value, b"PXAT", at.as_bytes()];
        ctx.effects.replace(&command);
    }
}

/// SET key value [NX | XX] [GET] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL]
pub fn set(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, value) = (args.at(1), args.at(2));
    if args.len() == 3 {
        store(ctx, key, value, None);
        ctx.reply.ok();
        return Ok(());
    }
    let options = Options::parse(Command::Set, args.tail(3))?;
    let db = &mut ctx.keyspace[ctx.client.db];
    let expire_at = match options.expire {
        Some((unit, text)) => Some(unit.expire_at(text, db.now_ms(), "set")?),
        None => None,
    };
    if options.get {
        reply_string(ctx.reply, db.read_string(key)?);
    }
    if options.if_absent || options.if_present {
        let found = db.exists(key);
        if options.if_absent == found {
            if !options.get {
                ctx.reply.null();
            }
            return Ok(());
        }
    }
    if options.keep_ttl {
        db.set_string(key, value);
        db.add_dirty(1);
        db.modified(key, EventClass::STRING, "set");
    } else {
        store(ctx, key, value, expire_at);
    }
    if options.get {
        if expire_at.is_none() {
            log_without_get(ctx, args);
        }
    } else {
        ctx.reply.ok();
    }
    Ok(())
}

/// What was there before interests nobody who replays the command.
fn log_without_get(ctx: &mut Context, args: Args) {
    if !ctx.effects.is_enabled() {
        return;
    }
    let kept = args.iter().enumerate();
    let kept = kept.filter(|(at, word)| *at < 3 || !word.eq_ignore_ascii_case(b"get"));
    let kept: Vec<&[u8]> = kept.map(|(_, word)| word).collect();
    ctx.effects.replace(&kept);
}

/// SETNX key value
pub fn setnx(ctx: &mut Context, args: Args) -> CommandResult {
    let absent = ctx.keyspace[ctx.client.db]
        .value_for_write(args.at(1))
        .is_none();
    if absent {
        store(ctx, args.at(1), args.at(2), None);
    }
    ctx.reply.integer(i64::from(absent));
    Ok(())
}

fn set_with_expiry(ctx: &mut Context, args: Args, unit: Unit, name: &str) -> CommandResult {
    let now_ms = ctx.keyspace[ctx.client.db].now_ms();
    let expire_at = unit.expire_at(args.at(2), now_ms, name)?;
    store(ctx, args.at(1), args.at(3), Some(expire_at));
    ctx.reply.ok();
    Ok(())
}

/// SETEX key seconds value
pub fn setex(ctx: &mut Context, args: Args) -> CommandResult {
    set_with_expiry(ctx, args, Unit::Seconds, "setex")
}

/// PSETEX key milliseconds value
pub fn psetex(ctx: &mut Context, args: Args) -> CommandResult {
    set_with_expiry(ctx, args, Unit::Milliseconds, "psetex")
}

/// GETSET key value
pub fn getset(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, value) = (args.at(1), args.at(2));
    reply_string(ctx.reply, ctx.keyspace[ctx.client.db].read_string(key)?);
    store(ctx, key, value, None);
    ctx.effects.replace(&[b"SET", key, value]);
    Ok(())
}

fn pairs<'a>(
    args: Args<'a>,
    name: &str,
) -> Result<impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a>, ReplyError> {
    if args.len().is_multiple_of(2) {
        return Err(format!("ERR wrong number of arguments for '{name}' command").into());
    }
    Ok((1..args.len())
        .step_by(2)
        .map(move |at| (args.at(at), args.at(at + 1))))
}

/// MSET key value [key value ...]
pub fn mset(ctx: &mut Context, args: Args) -> CommandResult {
    for (key, value) in pairs(args, "mset")? {
        store(ctx, key, value, None);
    }
    ctx.reply.ok();
    Ok(())
}

/// MSETNX key value [key value ...]
pub fn msetnx(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let found = pairs(args, "msetnx")?.any(|(key, _)| db.exists(key));
    if !found {
        for (key, value) in pairs(args, "msetnx")? {
            store(ctx, key, value, None);
        }
    }
    ctx.reply.integer(i64::from(!found));
    Ok(())
}
