//! Setting and removing fields.

use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::{Args, ReplyError};

/// `HSET key field value [field value ...]`
pub fn hset(ctx: &mut Context, args: Args) -> CommandResult {
    let created = set_fields(ctx, args, "hset")?;
    ctx.reply.integer(created);
    Ok(())
}

/// `HMSET key field value [field value ...]`
pub fn hmset(ctx: &mut Context, args: Args) -> CommandResult {
    set_fields(ctx, args, "hmset")?;
    ctx.reply.ok();
    Ok(())
}

fn set_fields(ctx: &mut Context, args: Args, name: &str) -> Result<i64, ReplyError> {
    let (key, pairs) = (args.at(1), args.tail(2));
    if !pairs.len().is_multiple_of(2) {
        return Err(format!("ERR wrong number of arguments for '{name}' command").into());
    }
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.hash_limits();
    let hash = db.hash_or_create(key)?;
    hash.prepare_for(pairs.iter(), &limits);
    let mut created = 0;
    for at in (0..pairs.len()).step_by(2) {
        created += i64::from(hash.set(pairs.at(at), pairs.at(at + 1), &limits));
    }
    db.modified(key, EventClass::HASH, "hset");
    db.add_dirty(pairs.len() as u64 / 2);
    Ok(created)
}

/// `HSETNX key field value`
pub fn hsetnx(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, field, value) = (args.at(1), args.at(2), args.at(3));
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.hash_limits();
    let hash = db.hash_or_create(key)?;
    let missing = !hash.contains(field);
    if missing {
        hash.prepare_for([field, value].into_iter(), &limits);
        hash.set(field, value, &limits);
        db.modified(key, EventClass::HASH, "hset");
        db.add_dirty(1);
    }
    ctx.reply.integer(missing.into());
    Ok(())
}

/// `HDEL key field [field ...]`
pub fn hdel(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let mut removed = 0;
    if let Some(hash) = db.write_hash(key)? {
        removed = args
            .tail(2)
            .iter()
            .filter(|field| hash.remove(field))
            .count();
    }
    if removed > 0 {
        db.modified(key, EventClass::HASH, "hdel");
        db.deleted_if_empty(key);
        db.add_dirty(removed as u64);
    }
    ctx.reply.integer(removed as i64);
    Ok(())
}
