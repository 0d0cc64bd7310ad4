//! XACK and XPENDING.

use super::arguments::{no_key_or_group, range_end, range_start, stream_ids};
use super::range::write_id;
use crate::commands::arguments::{integer, is_word};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyWriter};
use crate::types::stream::{Group, StreamId};

/// `XACK key group id [id …]`
pub fn xack(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let stream = db.read_stream(key)?;
    if stream.is_none_or(|stream| stream.group(args.at(2)).is_none()) {
        ctx.reply.integer(0);
        return Ok(());
    }
    let ids = stream_ids(args, 3)?;
    let group = db
        .write_stream(key)?
        .and_then(|stream| stream.group_mut(args.at(2)));
    let acknowledged = group.map_or(0, |group| {
        ids.into_iter().filter(|id| group.acknowledge(*id)).count()
    });
    ctx.reply.integer(acknowledged as i64);
    if acknowledged > 0 {
        db.altered(key, EventClass::STREAM, None);
        db.add_dirty(acknowledged as u64);
    }
    Ok(())
}

/// Which of the pending entries are asked for.
struct Wanted<'a> {
    start: StreamId,
    end: StreamId,
    count: usize,
    min_idle: i64,
    consumer: Option<&'a [u8]>,
}

impl<'a> Wanted<'a> {
    fn parse(args: Args<'a>) -> Result<Wanted<'a>, crate::resp::ReplyError> {
        let (mut at, mut min_idle) = (3, 0);
        if is_word(args.at(3), "idle") {
            min_idle = integer(args.at(4))?;
            if args.len() < 8 {
                return Err(SYNTAX);
            }
            at = 5;
        }
        let count = integer(args.at(at + 2))?.max(0);
        Ok(Wanted {
            start: range_start(args.at(at))?,
            end: range_end(args.at(at + 1))?,
            count: usize::try_from(count).unwrap_or(usize::MAX),
            min_idle,
            consumer: args.get(at + 3),
        })
    }
}

/// `XPENDING key group [[IDLE min-idle-time] start end count [consumer]]`
pub fn xpending(ctx: &mut Context, args: Args) -> CommandResult {
    let wanted = match args.len() {
        3 => None,
        6..=9 => Some(Wanted::parse(args)?),
        _ => return Err(SYNTAX),
    };
    let now_ms = ctx.instance.now_ms();
    let (key, name) = (args.at(1), args.at(2));
    let stream = ctx.keyspace[ctx.client.db].read_stream(key)?;
    let group = stream
        .and_then(|stream| stream.group(name))
        .ok_or_else(|| no_key_or_group(key, name, ""))?;
    match wanted {
        None => summary(ctx.reply, group),
        Some(wanted) => list(ctx.reply, group, &wanted, now_ms),
    }
    Ok(())
}

fn summary(reply: &mut ReplyWriter, group: &Group) {
    let pending = group.pending();
    reply.array(4);
    reply.integer(pending.len() as i64);
    let (Some(first), Some(last)) = (pending.first_from(StreamId::MIN), pending.last()) else {
        reply.null();
        reply.null();
        return reply.null_array();
    };
    write_id(reply, first);
    write_id(reply, last);
    let busy = || {
        group
            .consumers()
            .filter(|consumer| !consumer.pending().is_empty())
    };
    reply.array(busy().count());
    for consumer in busy() {
        reply.array(2);
        reply.bulk(&consumer.name);
        reply.bulk_integer(consumer.pending().len() as i64);
    }
}

fn list(reply: &mut ReplyWriter, group: &Group, wanted: &Wanted<'_>, now_ms: i64) {
    let consumer = match wanted.consumer {
        None => None,
        Some(name) => match group.find(name).and_then(|id| group.consumer(id)) {
            Some(consumer) => Some(consumer),
            None => return reply.array(0),
        },
    };
    let of_all = consumer
        .is_none()
        .then(|| group.pending().iter_from(wanted.start));
    let of_all = of_all.into_iter().flatten().map(|(id, _)| id);
    let of_one = consumer.map(|consumer| consumer.pending().iter_from(wanted.start));
    let of_one = of_one.into_iter().flatten().map(|(id, ())| id);
    let ids = of_all.chain(of_one).take_while(|id| *id <= wanted.end);
    let pending = ids.filter_map(|id| Some((id, group.pending().get(id)?)));
    let idle = |delivered_ms: i64| now_ms.saturating_sub(delivered_ms);
    let pending = pending.filter(|(_, pending)| {
        wanted.min_idle == 0 || idle(pending.delivered_ms) >= wanted.min_idle
    });
    let array = reply.deferred();
    let mut written = 0;
    for (id, pending) in pending.take(wanted.count) {
        let owner = group.consumer(pending.consumer);
        reply.array(4);
        write_id(reply, id);
        reply.bulk(owner.map_or(&[], |owner| &owner.name));
        reply.integer(idle(pending.delivered_ms).max(0));
        reply.integer(pending.deliveries as i64);
        written += 1;
    }
    reply.finish_array(array, written);
}
