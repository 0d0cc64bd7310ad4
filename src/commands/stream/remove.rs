//! XTRIM, XDEL, and XSETID, which sets what a stream remembers.

use super::arguments::{stream_id, stream_ids};
use super::options::{Options, Trim};
use crate::commands::arguments::{integer, is_word};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;
use crate::resp::error::{NO_SUCH_KEY, SYNTAX};
use crate::types::stream::StreamId;

/// `XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT count]`
pub fn xtrim(ctx: &mut Context, args: Args) -> CommandResult {
    let options = Options::parse(ctx, args, false)?;
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let (Some(stream), Some(trim)) = (db.write_stream(key)?, options.trim) else {
        ctx.reply.integer(0);
        return Ok(());
    };
    let trimmed = trim.apply(stream);
    ctx.reply.integer(trimmed as i64);
    if trimmed > 0 {
        if let Some(told) = Trim::told(Some(&trim), args, stream, None) {
            let words: Vec<&[u8]> = told.as_args().iter().collect();
            ctx.effects.replace(&words);
        }
        db.modified(key, EventClass::STREAM, "xtrim");
        db.add_dirty(trimmed);
    }
    Ok(())
}

/// `XDEL key id [id …]`
pub fn xdel(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let Some(stream) = db.write_stream(key)? else {
        ctx.reply.integer(0);
        return Ok(());
    };
    let ids = stream_ids(args, 2)?;
    let deleted = ids.into_iter().filter(|id| stream.delete(*id)).count();
    ctx.reply.integer(deleted as i64);
    if deleted > 0 {
        db.modified(key, EventClass::STREAM, "xdel");
        db.add_dirty(deleted as u64);
    }
    Ok(())
}

/// `XSETID key last-id [ENTRIESADDED entries] [MAXDELETEDID id]`
pub fn xsetid(ctx: &mut Context, args: Args) -> CommandResult {
    let id = stream_id(args.at(2))?;
    let (mut added, mut deleted) = (None, None);
    let mut at = 3;
    while let Some(option) = args.get(at) {
        let Some(value) = args.get(at + 1) else {
            return Err(SYNTAX);
        };
        if is_word(option, "entriesadded") {
            let entries =
                u64::try_from(integer(value)?).map_err(|_| "ERR entries_added must be positive")?;
            added = Some(entries);
        } else if is_word(option, "maxdeletedid") {
            let max_deleted = stream_id(value)?;
            if id < max_deleted {
                return Err("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id".into());
            }
            deleted = Some(max_deleted).filter(|id| *id != StreamId::MIN);
        } else {
            return Err(SYNTAX);
        }
        at += 2;
    }
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let stream = db.write_stream(key)?.ok_or(NO_SUCH_KEY)?;
    if let Some(last) = stream.last_entry_id() {
        if id < last {
            return Err(
                "ERR The ID specified in XSETID is smaller than the target stream top item".into(),
            );
        }
        if added.is_some_and(|added| added < stream.len()) {
            return Err("ERR The entries_added specified in XSETID is smaller than the target stream length".into());
        }
    }
    stream.set_history(id, added, deleted);
    ctx.reply.ok();
    db.altered(key, EventClass::STREAM, Some("xsetid"));
    db.add_dirty(1);
    Ok(())
}
