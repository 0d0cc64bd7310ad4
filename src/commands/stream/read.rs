//! XREAD and XREADGROUP.

use super::arguments::{no_key_or_group, stream_id};
use super::range::{write_entries, write_entry, write_id};
use super::tell;
use crate::commands::arguments::{integer, is_word};
use crate::commands::blocking::{block_on_keys, deadline_ms};
use crate::commands::{CommandResult, Context, Effects};
use crate::keyspace::{EventClass, Wanted};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, OwnedArgs, ReplyError, ReplyWriter};
use crate::types::stream::{Group, Pending, Stream, StreamId};

/// In the place of an identity: entries that nobody in the group has had (`>`).
const NEW: StreamId = StreamId::MAX;

/// A group, and who reads for it.
#[derive(Clone, Copy)]
struct Reader<'a> {
    group: &'a [u8],
    consumer: &'a [u8],
    noack: bool,
}

/// What is asked for, the identities apart.
struct Request<'a> {
    /// Most entries of a stream; `usize::MAX` for all.
    count: usize,
    until_ms: Option<i64>,
    reader: Option<Reader<'a>>,
    /// Where the keys stand; as many identities follow.
    keys_at: usize,
    streams: usize,
}

impl<'a> Request<'a> {
    fn parse(
        ctx: &Context<'_>,
        args: Args<'a>,
        for_group: bool,
    ) -> Result<Request<'a>, ReplyError> {
        let (mut count, mut until_ms, mut names, mut noack) = (usize::MAX, None, None, false);
        let mut keys_at = None;
        let mut at = 1;
        while let Some(option) = args.get(at) {
            let more = args.len() - at - 1;
            if is_word(option, "block") && more > 0 {
                if ctx.client.in_script {
                    let after = " command is not allowed with BLOCK option from scripts";
                    return Err(ReplyError::quoting("ERR ", args.at(0), after));
                }
                at += 1;
                if ctx.client.in_script {
                    let text = " command is not allowed with BLOCK option from scripts";
                    return Err(ReplyError::quoting("ERR ", args.at(0), text));
                }
                until_ms = Some(deadline_ms(ctx, args.at(at))?);
            } else if is_word(option, "count") && more > 0 {
                at += 1;
                count = match integer(args.at(at))? {
                    ..=0 => usize::MAX,
                    count => usize::try_from(count).unwrap_or(usize::MAX),
                };
            } else if is_word(option, "streams") && more > 0 {
                if !more.is_multiple_of(2) {
                    return Err(unbalanced(for_group));
                }
                keys_at = Some(at + 1);
                break;
            } else if is_word(option, "group") && more >= 2 {
                if !for_group {
                    return Err("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.".into());
                }
                names = Some((args.at(at + 1), args.at(at + 2)));
                at += 2;
            } else if is_word(option, "noack") {
                if !for_group {
                    return Err("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.".into());
                }
                noack = true;
            } else {
                return Err(SYNTAX);
            }
            at += 1;
        }
        let keys_at = keys_at.ok_or(SYNTAX)?;
        if for_group && names.is_none() {
            return Err("ERR Missing GROUP option for XREADGROUP".into());
        }
        Ok(Request {
            count,
            until_ms,
            reader: names.map(|(group, consumer)| Reader {
                group,
                consumer,
                noack,
            }),
            keys_at,
            streams: (args.len() - keys_at) / 2,
        })
    }

    fn key(&self, args: Args<'a>, number: usize) -> &'a [u8] {
        args.at(self.keys_at + number)
    }

    /// After which entry each stream is to be read. Every key and group is looked at first.
    fn positions(
        &self,
        ctx: &mut Context<'_>,
        args: Args<'a>,
    ) -> Result<Vec<StreamId>, ReplyError> {
        let db = &mut ctx.keyspace[ctx.client.db];
        let mut positions = Vec::with_capacity(self.streams);
        for number in 0..self.streams {
            let key = self.key(args, number);
            let stream = db.read_stream(key)?;
            if let Some(reader) = self.reader
                && stream.is_none_or(|stream| stream.group(reader.group).is_none())
            {
                let place = " in XREADGROUP with GROUP option";
                return Err(no_key_or_group(key, reader.group, place));
            }
            positions.push(match args.at(self.keys_at + self.streams + number) {
                b"$" if self.reader.is_some() => return Err(LAST_OF_GROUP),
                b"$" => stream.map_or(StreamId::MIN, Stream::last_id),
                b">" if self.reader.is_none() => return Err(NEW_WITHOUT_GROUP),
                b">" => NEW,
                id => stream_id(id)?,
            });
        }
        Ok(positions)
    }

    /// The command with what `$` means now: it waits for what comes from here on, however often it
    /// is run.
    fn pinned(&self, args: Args<'_>, positions: &[StreamId]) -> OwnedArgs {
        let ids = self.keys_at + self.streams;
        let mut pinned: OwnedArgs = args.head(ids).iter().collect();
        for (id, position) in args.tail(ids).iter().zip(positions) {
            match id {
                b"$" => pinned.push(&position.text()),
                id => pinned.push(id),
            }
        }
        pinned
    }
}

const LAST_OF_GROUP: ReplyError = ReplyError::new(
    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this \
     consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just \
     return an empty result set.",
);
const NEW_WITHOUT_GROUP: ReplyError = ReplyError::new(
    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> \
     option.",
);

fn unbalanced(for_group: bool) -> ReplyError {
    ReplyError::new(match for_group {
        true => {
            "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be \
             specified."
        }
        false => {
            "ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be \
             specified."
        }
    })
}

/// `XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key …] id [id …]`
pub fn xread(ctx: &mut Context, args: Args) -> CommandResult {
    read(ctx, args, false)
}

/// `XREADGROUP GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key …] id [id …]`
pub fn xreadgroup(ctx: &mut Context, args: Args) -> CommandResult {
    ctx.effects.nothing();
    read(ctx, args, true)
}

fn read(ctx: &mut Context, args: Args, for_group: bool) -> CommandResult {
    let request = Request::parse(ctx, args, for_group)?;
    let positions = request.positions(ctx, args)?;
    let reply_to = ctx.reply.deferred();
    let mut answered = 0;
    for (number, &position) in positions.iter().enumerate() {
        let key = request.key(args, number);
        let served = match request.reader {
            None => read_after(ctx, key, position, request.count)?,
            Some(reader) => read_for(ctx, key, position, request.count, reader)?,
        };
        answered += usize::from(served);
    }
    if answered > 0 {
        match ctx.reply.resp3() {
            true => ctx.reply.finish_map(reply_to, answered),
            false => ctx.reply.finish_array(reply_to, answered),
        }
        return Ok(());
    }
    let keys = args
        .head(request.keys_at + request.streams)
        .tail(request.keys_at);
    let wanted = match for_group {
        true => Wanted::StreamGroup,
        false => Wanted::Stream,
    };
    let blocks = request.until_ms.is_some_and(|until_ms| {
        let pinned = request.pinned(args, &positions);
        block_on_keys(ctx, pinned.as_args(), keys, wanted, until_ms)
    });
    if !blocks {
        ctx.reply.null_array();
    }
    Ok(())
}

fn begin_stream(reply: &mut ReplyWriter, key: &[u8]) {
    if !reply.resp3() {
        reply.array(2);
    }
    reply.bulk(key);
}

fn read_after(
    ctx: &mut Context,
    key: &[u8],
    position: StreamId,
    count: usize,
) -> Result<bool, ReplyError> {
    let stream = ctx.keyspace[ctx.client.db].read_stream(key)?;
    let Some(stream) = stream.filter(|stream| stream.last_entry_id() > Some(position)) else {
        return Ok(false);
    };
    begin_stream(ctx.reply, key);
    // There is something after it, so there is a next.
    let start = position.next().unwrap_or(StreamId::MAX);
    write_entries(ctx.reply, stream.range(start, StreamId::MAX), count);
    Ok(true)
}

/// One stream read for a group.
fn read_for(
    ctx: &mut Context,
    key: &[u8],
    position: StreamId,
    count: usize,
    reader: Reader<'_>,
) -> Result<bool, ReplyError> {
    let now_ms = ctx.instance.now_ms();
    let db = &mut ctx.keyspace[ctx.client.db];
    if db.read_stream(key)?.is_none() {
        return Ok(false);
    }
    let Some(stream) = db.write_stream(key)? else {
        return Ok(false);
    };
    let (reply, effects) = (&mut *ctx.reply, &mut *ctx.effects);
    let outcome = stream.lend_group(reader.group, |stream, group| {
        let new = position == NEW && stream.last_entry_id() > Some(group.last_id);
        let (consumer, created) = group.find_or_create(reader.consumer, now_ms);
        if let Some(consumer) = group.consumer_mut(consumer) {
            consumer.seen_ms = now_ms;
        }
        // An XCLAIM would tell of it too.
        if created && (reader.noack || !new) {
            tell::consumer(effects, key, reader.group, reader.consumer);
        }
        let serves = new || position != NEW;
        if serves {
            begin_stream(reply, key);
            let mut delivery = Delivery {
                key,
                reader,
                now_ms,
                stream,
                group,
                reply,
                effects,
            };
            match new {
                true => delivery.new_entries(count),
                false => delivery.history(position, count),
            }
        }
        (created, serves)
    });
    let (created, served) = outcome.unwrap_or_default();
    if created {
        db.altered(key, EventClass::STREAM, Some("xgroup-createconsumer"));
    }
    if served {
        db.altered(key, EventClass::STREAM, None);
    }
    db.add_dirty(u64::from(created) + u64::from(served));
    Ok(served)
}

/// Entries on their way to a consumer.
struct Delivery<'a> {
    key: &'a [u8],
    reader: Reader<'a>,
    now_ms: i64,
    stream: &'a Stream,
    group: &'a mut Group,
    reply: &'a mut ReplyWriter,
    effects: &'a mut Effects,
}

impl Delivery<'_> {
    /// What nobody in the group has had.
    fn new_entries(&mut self, count: usize) {
        let Some(consumer) = self.group.find(self.reader.consumer) else {
            return self.reply.array(0);
        };
        let start = self.group.last_id.next().unwrap_or(StreamId::MAX);
        let array = self.reply.deferred();
        let mut written = 0;
        for entry in self.stream.range(start, StreamId::MAX).take(count) {
            let id = entry.id;
            let group = &mut *self.group;
            group.entries_read = self.stream.entries_read_with(group.entries_read, id);
            group.last_id = id;
            write_entry(self.reply, entry);
            written += 1;
            if self.reader.noack {
                continue;
            }
            let pending = Pending {
                delivered_ms: self.now_ms,
                deliveries: 1,
                consumer,
            };
            group.assign(id, pending);
            if let Some(consumer) = group.consumer_mut(consumer) {
                consumer.active_ms = self.now_ms;
            }
            tell::claim(self.effects, self.key, self.reader.group, group, id);
        }
        if self.reader.noack {
            tell::last_id(self.effects, self.key, self.reader.group, self.group);
        }
        self.reply.finish_array(array, written);
    }

    /// What the consumer has had and not acknowledged, after `position`.
    fn history(&mut self, position: StreamId, count: usize) {
        let start = position.next().unwrap_or(StreamId::MIN);
        let consumer = self.group.find(self.reader.consumer);
        let consumer = consumer.and_then(|consumer| self.group.consumer(consumer));
        let pending = consumer
            .into_iter()
            .flat_map(|consumer| consumer.pending().iter_from(start));
        let ids: Vec<StreamId> = pending.map(|(id, ())| id).take(count).collect();
        self.reply.array(ids.len());
        for id in ids {
            match self.stream.range(id, id).next() {
                Some(entry) => {
                    write_entry(self.reply, entry);
                    self.group.delivered_again(id, self.now_ms);
                }
                None => {
                    self.reply.array(2);
                    write_id(self.reply, id);
                    self.reply.null_array();
                }
            }
        }
    }
}
