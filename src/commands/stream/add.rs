//! XADD.

use super::options::{NewId, Options, Trim};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::{Args, ReplyError};
use crate::types::stream::{MAX_NODE_BYTES, StreamId};

const TOO_LOW: ReplyError = ReplyError::new(
    "ERR The ID specified in XADD is equal or smaller than the target stream top item",
);

/// `XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id field value [field value …]`
pub fn xadd(ctx: &mut Context, args: Args) -> CommandResult {
    let options = Options::parse(ctx, args, true)?;
    let fields: Vec<&[u8]> = args.tail(options.at + 1).iter().collect();
    if fields.is_empty() || fields.len() % 2 == 1 {
        return Err("ERR wrong number of arguments for 'xadd' command".into());
    }
    if matches!(options.id, NewId::Given(StreamId::MIN)) {
        return Err("ERR The ID specified in XADD must be greater than 0-0".into());
    }
    if fields.iter().map(|field| field.len()).sum::<usize>() > MAX_NODE_BYTES {
        return Err("ERR Elements are too large to be stored".into());
    }
    let limits = ctx.instance.stream_limits();
    let now_ms = ctx.instance.now_ms().unsigned_abs();
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let stream = if options.create {
        db.stream_or_create(key)?
    } else {
        match db.write_stream(key)? {
            Some(stream) => stream,
            None => {
                ctx.reply.null();
                return Ok(());
            }
        }
    };
    if stream.last_id() == StreamId::MAX {
        return Err(
            "ERR The stream has exhausted the last possible ID, unable to add more items".into(),
        );
    }
    let id = match options.id {
        NewId::Auto => stream.next_id(now_ms),
        NewId::Of(ms) => stream.next_id_of(ms),
        NewId::Given(id) => Some(id),
    };
    let id = id.ok_or(TOO_LOW)?;
    if !stream.append(id, &fields, &limits) {
        return Err(TOO_LOW);
    }
    ctx.reply.bulk(&id.text());
    let trimmed = options.trim.map_or(0, |trim| trim.apply(stream));
    if ctx.effects.is_enabled() {
        let chosen = match options.id {
            NewId::Given(_) => None,
            NewId::Auto | NewId::Of(_) => Some((options.at, id)),
        };
        if let Some(told) = Trim::told(options.trim.as_ref(), args, stream, chosen) {
            let words: Vec<&[u8]> = told.as_args().iter().collect();
            ctx.effects.replace(&words);
        }
    }
    db.modified(key, EventClass::STREAM, "xadd");
    if trimmed > 0 {
        db.notify(key, EventClass::STREAM, "xtrim");
    }
    db.add_dirty(1);
    db.stream_stirred(key);
    Ok(())
}
