//! XGROUP.

use super::arguments::{id_or_edge, no_group, stream_id};
use crate::commands::arguments::{integer, is_word, unknown_subcommand, write_help};
use crate::commands::{CommandResult, Context};
use crate::keyspace::{Database, EventClass};
use crate::resp::{Args, ReplyError};
use crate::types::stream::{Group, Stream, StreamId, UNKNOWN};

const NO_KEY: ReplyError = ReplyError::new(
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use \
     the MKSTREAM option to create an empty stream automatically.",
);

/// `[MKSTREAM] [ENTRIESREAD entries]` behind the identity.
fn options(args: Args<'_>, creates: bool) -> Result<(bool, i64), ReplyError> {
    let (mut make, mut entries_read) = (false, UNKNOWN);
    let mut at = 5;
    while let Some(option) = args.get(at) {
        if creates && is_word(option, "mkstream") {
            make = true;
            at += 1;
        } else if let Some(value) = args.get(at + 1)
            && is_word(option, "entriesread")
        {
            entries_read = integer(value)?;
            if entries_read < UNKNOWN {
                return Err("ERR value for ENTRIESREAD must be positive or -1".into());
            }
            at += 2;
        } else {
            return Err(unknown_subcommand(args));
        }
    }
    Ok((make, entries_read))
}

/// The stream that an XGROUP subcommand is about.
fn existing<'a>(db: &'a mut Database, key: &[u8]) -> Result<&'a mut Stream, ReplyError> {
    db.write_stream(key)?.ok_or(NO_KEY)
}

/// Its group.
fn existing_group<'a>(db: &'a mut Database, args: Args<'_>) -> Result<&'a mut Group, ReplyError> {
    let (key, name) = (args.at(2), args.at(3));
    let stream = existing(db, key)?;
    stream.group_mut(name).ok_or_else(|| no_group(key, name))
}

/// `XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD entries]`
pub fn xgroup_create(ctx: &mut Context, args: Args) -> CommandResult {
    let (make, entries_read) = options(args, true)?;
    let (key, name) = (args.at(2), args.at(3));
    let db = &mut ctx.keyspace[ctx.client.db];
    let stream = db.write_stream(key)?;
    if stream.is_none() && !make {
        return Err(NO_KEY);
    }
    if args.len() > 8 {
        return Err(unknown_subcommand(args));
    }
    let created = stream.is_none();
    let id = match args.at(4) {
        b"$" => stream.map_or(StreamId::MIN, |stream| stream.last_id()),
        id => stream_id(id)?,
    };
    let stream = db.stream_or_create(key)?;
    if stream.group(name).is_some() {
        return Err("BUSYGROUP Consumer Group name already exists".into());
    }
    let group = Box::new(Group::new(id, entries_read));
    stream.groups_mut().insert(name.into(), group);
    ctx.reply.ok();
    match created {
        true => db.modified(key, EventClass::STREAM, "xgroup-create"),
        false => db.altered(key, EventClass::STREAM, Some("xgroup-create")),
    }
    db.add_dirty(1);
    Ok(())
}

/// `XGROUP SETID key group id|$ [ENTRIESREAD entries]`
pub fn xgroup_setid(ctx: &mut Context, args: Args) -> CommandResult {
    let (_, entries_read) = options(args, false)?;
    let db = &mut ctx.keyspace[ctx.client.db];
    existing_group(db, args)?;
    if args.len() > 7 {
        return Err(unknown_subcommand(args));
    }
    let id = match args.at(4) {
        b"$" => existing(db, args.at(2))?.last_id(),
        id => id_or_edge(id)?,
    };
    let group = existing_group(db, args)?;
    group.last_id = id;
    group.entries_read = entries_read;
    ctx.reply.ok();
    db.altered(args.at(2), EventClass::STREAM, Some("xgroup-setid"));
    db.add_dirty(1);
    Ok(())
}

/// `XGROUP DESTROY key group`
pub fn xgroup_destroy(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, name) = (args.at(2), args.at(3));
    let db = &mut ctx.keyspace[ctx.client.db];
    let destroyed = existing(db, key)?.groups_mut().remove(name).is_some();
    ctx.reply.integer(i64::from(destroyed));
    if destroyed {
        db.altered(key, EventClass::STREAM, Some("xgroup-destroy"));
        db.add_dirty(1);
        // Who waits for it waits in vain.
        db.stream_stirred(key);
    }
    Ok(())
}

/// `XGROUP CREATECONSUMER key group consumer`
pub fn xgroup_createconsumer(ctx: &mut Context, args: Args) -> CommandResult {
    let now_ms = ctx.instance.now_ms();
    let db = &mut ctx.keyspace[ctx.client.db];
    let (_, created) = existing_group(db, args)?.find_or_create(args.at(4), now_ms);
    ctx.reply.integer(i64::from(created));
    if created {
        let event = "xgroup-createconsumer";
        db.altered(args.at(2), EventClass::STREAM, Some(event));
        db.add_dirty(1);
    }
    Ok(())
}

/// `XGROUP DELCONSUMER key group consumer`
pub fn xgroup_delconsumer(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let group = existing_group(db, args)?;
    let consumer = group.find(args.at(4));
    let pending = consumer.map(|consumer| group.remove_consumer(consumer));
    ctx.reply.integer(pending.unwrap_or(0) as i64);
    if pending.is_some() {
        let event = "xgroup-delconsumer";
        db.altered(args.at(2), EventClass::STREAM, Some(event));
        db.add_dirty(1);
    }
    Ok(())
}

/// `XGROUP HELP`
pub fn xgroup_help(ctx: &mut Context, _: Args) -> CommandResult {
    write_help(ctx.reply, "xgroup");
    Ok(())
}
