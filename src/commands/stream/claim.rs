//! XCLAIM and XAUTOCLAIM: entries that change hands.

use super::arguments::{no_key_or_group, range_start, stream_id};
use super::range::{write_entry, write_id};
use super::tell;
use crate::commands::arguments::is_word;
use crate::commands::{CommandResult, Context, Effects};
use crate::keyspace::EventClass;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::numbers::parse_i64;
use crate::types::stream::{ConsumerId, Group, Pending, Stream, StreamId};

/// Pending entries that XAUTOCLAIM looks at for each that it may return.
const ATTEMPTS: u64 = 10;
/// Entries that it claims without COUNT.
const COUNT: u64 = 100;
/// Redis's bound of COUNT, by the memory it would take.
const MAX_COUNT: i64 = i64::MAX / 16;

fn min_idle(text: &[u8], error: &'static str) -> Result<i64, ReplyError> {
    Ok(parse_i64(text).ok_or(ReplyError::new(error))?.max(0))
}

/// What is done with the entries.
struct Terms {
    min_idle: i64,
    delivered_ms: i64,
    retries: Option<u64>,
    force: bool,
    just_id: bool,
    now_ms: i64,
}

/// A group whose entries are claimed.
struct Claim<'a> {
    key: &'a [u8],
    name: &'a [u8],
    consumer: ConsumerId,
    terms: Terms,
    stream: &'a Stream,
    group: &'a mut Group,
    reply: &'a mut ReplyWriter,
    effects: &'a mut Effects,
    /// Entries written.
    claimed: usize,
    /// Changes made.
    changes: u64,
}

/// What became of an entry.
#[derive(PartialEq, Eq)]
enum Fate {
    /// It is the consumer's now.
    Claimed,
    /// It is in the stream no longer, nor pending.
    Gone,
    /// It stays as it was.
    Left,
}

impl Claim<'_> {
    fn one(&mut self, id: StreamId) -> Fate {
        let before = self.group.pending().get(id).copied();
        let Some(entry) = self.stream.range(id, id).next() else {
            if before.is_none() {
                return Fate::Left;
            }
            // Who is told claims it too, and finds that it is gone.
            tell::claim(self.effects, self.key, self.name, self.group, id);
            self.group.acknowledge(id);
            self.changes += 1;
            return Fate::Gone;
        };
        let terms = &self.terms;
        let deliveries = match before {
            Some(before) => {
                let idle = terms.now_ms.saturating_sub(before.delivered_ms);
                if terms.min_idle > 0 && idle < terms.min_idle {
                    return Fate::Left;
                }
                before.deliveries
            }
            None if terms.force => 1,
            None => return Fate::Left,
        };
        let deliveries = match terms.retries {
            Some(retries) => retries,
            None if terms.just_id => deliveries,
            None => deliveries.wrapping_add(1),
        };
        let pending = Pending {
            delivered_ms: terms.delivered_ms,
            deliveries,
            consumer: self.consumer,
        };
        self.group.assign(id, pending);
        match terms.just_id {
            true => write_id(self.reply, id),
            false => write_entry(self.reply, entry),
        }
        if let Some(consumer) = self.group.consumer_mut(self.consumer) {
            consumer.active_ms = terms.now_ms;
        }
        tell::claim(self.effects, self.key, self.name, self.group, id);
        self.claimed += 1;
        self.changes += 1;
        Fate::Claimed
    }
}

/// Finds the group, creates the consumer and has `run` claim; then counts and tells what happened.
fn claim(
    ctx: &mut Context,
    args: Args,
    terms: Terms,
    run: &mut dyn FnMut(&mut Claim<'_>),
) -> CommandResult {
    ctx.effects.nothing();
    let (key, name) = (args.at(1), args.at(2));
    let db = &mut ctx.keyspace[ctx.client.db];
    let (reply, effects) = (&mut *ctx.reply, &mut *ctx.effects);
    let Some(stream) = db.write_stream(key)? else {
        return Err(no_key_or_group(key, name, ""));
    };
    let outcome = stream.lend_group(name, |stream, group| {
        let (consumer, created) = group.find_or_create(args.at(3), terms.now_ms);
        if let Some(consumer) = group.consumer_mut(consumer) {
            consumer.seen_ms = terms.now_ms;
        }
        let mut claim = Claim {
            key,
            name,
            consumer,
            terms,
            stream,
            group,
            reply,
            effects,
            claimed: 0,
            changes: 0,
        };
        run(&mut claim);
        // The XCLAIM of an entry would have told of it.
        if created && claim.claimed == 0 {
            tell::consumer(claim.effects, key, name, args.at(3));
        }
        (created, claim.changes)
    });
    let (created, changes) = outcome.ok_or_else(|| no_key_or_group(key, name, ""))?;
    if created {
        db.altered(key, EventClass::STREAM, Some("xgroup-createconsumer"));
    }
    if changes > 0 {
        db.altered(key, EventClass::STREAM, None);
    }
    db.add_dirty(changes + u64::from(created));
    Ok(())
}

/// That there is such a group, before the arguments are looked at.
fn group_exists(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, name) = (args.at(1), args.at(2));
    let stream = ctx.keyspace[ctx.client.db].read_stream(key)?;
    match stream.and_then(|stream| stream.group(name)) {
        Some(_) => Ok(()),
        None => Err(no_key_or_group(key, name, "")),
    }
}

/// `XCLAIM key group consumer min-idle-time id [id …] [IDLE ms] [TIME ms] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID id]`
pub fn xclaim(ctx: &mut Context, args: Args) -> CommandResult {
    group_exists(ctx, args)?;
    let now_ms = ctx.instance.now_ms();
    let mut terms = Terms {
        min_idle: min_idle(args.at(4), "ERR Invalid min-idle-time argument for XCLAIM")?,
        delivered_ms: -1,
        retries: None,
        force: false,
        just_id: false,
        now_ms,
    };
    let ids = args.tail(5).iter().map_while(|id| StreamId::parse(id, 0));
    let ids: Vec<StreamId> = ids.collect();
    let mut last_id = StreamId::MIN;
    let mut at = 5 + ids.len();
    while let Some(option) = args.get(at) {
        let number = |error: &'static str| match args.get(at + 1) {
            Some(value) => parse_i64(value).ok_or(ReplyError::new(error)),
            None => Err(ReplyError::quoting(UNKNOWN_OPTION, option, "'")),
        };
        let mut words = 2;
        if is_word(option, "force") {
            (terms.force, words) = (true, 1);
        } else if is_word(option, "justid") {
            (terms.just_id, words) = (true, 1);
        } else if is_word(option, "idle") {
            let idle = number("ERR Invalid IDLE option argument for XCLAIM")?;
            terms.delivered_ms = now_ms.wrapping_sub(idle);
        } else if is_word(option, "time") {
            terms.delivered_ms = number("ERR Invalid TIME option argument for XCLAIM")?;
        } else if is_word(option, "retrycount") {
            let count = number("ERR Invalid RETRYCOUNT option argument for XCLAIM")?;
            terms.retries = u64::try_from(count).ok();
        } else if let Some(id) = args.get(at + 1)
            && is_word(option, "lastid")
        {
            last_id = stream_id(id)?;
        } else {
            return Err(ReplyError::quoting(UNKNOWN_OPTION, option, "'"));
        }
        at += words;
    }
    // A time that makes no sense is no error, for the clocks of clients differ.
    if terms.delivered_ms < 0 || terms.delivered_ms > now_ms {
        terms.delivered_ms = now_ms;
    }
    claim(ctx, args, terms, &mut |claim| {
        let advances = last_id > claim.group.last_id;
        if advances {
            claim.group.last_id = last_id;
        }
        let array = claim.reply.deferred();
        ids.iter().for_each(|id| {
            claim.one(*id);
        });
        let claimed = claim.claimed;
        claim.reply.finish_array(array, claimed);
        // Else an XCLAIM has told it.
        if advances && claim.changes == 0 {
            tell::last_id(claim.effects, claim.key, claim.name, claim.group);
            claim.changes += 1;
        }
    })
}

const UNKNOWN_OPTION: &str = "ERR Unrecognized XCLAIM option '";

/// `XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID]`
pub fn xautoclaim(ctx: &mut Context, args: Args) -> CommandResult {
    // Looked for first, so that it is missed whatever the arguments are.
    ctx.keyspace[ctx.client.db].read(args.at(1));
    let now_ms = ctx.instance.now_ms();
    let mut terms = Terms {
        min_idle: min_idle(
            args.at(4),
            "ERR Invalid min-idle-time argument for XAUTOCLAIM",
        )?,
        delivered_ms: now_ms,
        retries: None,
        force: false,
        just_id: false,
        now_ms,
    };
    let start = range_start(args.at(5))?;
    let mut count = COUNT;
    let mut at = 6;
    while let Some(option) = args.get(at) {
        if let Some(value) = args.get(at + 1)
            && is_word(option, "count")
        {
            count = parse_i64(value)
                .filter(|count| (1..=MAX_COUNT).contains(count))
                .ok_or(ReplyError::new("ERR COUNT must be > 0"))?
                .unsigned_abs();
            at += 1;
        } else if is_word(option, "justid") {
            terms.just_id = true;
        } else {
            return Err(SYNTAX);
        }
        at += 1;
    }
    claim(ctx, args, terms, &mut |claim| {
        // The cursor stands before the entries and is known after them.
        let entries = ReplyWriter::new(claim.reply.resp3());
        let reply = std::mem::replace(claim.reply, entries);
        let mut next = claim.group.pending().first_from(start);
        let mut gone = Vec::new();
        let (mut attempts, mut left) = (count.saturating_mul(ATTEMPTS), count);
        while let Some(id) = next
            && attempts > 0
            && left > 0
        {
            attempts -= 1;
            let fate = claim.one(id);
            left -= u64::from(fate != Fate::Left);
            if fate == Fate::Gone {
                gone.push(id);
            }
            let after = id.next();
            next = after.and_then(|after| claim.group.pending().first_from(after));
        }
        let entries = std::mem::replace(claim.reply, reply);
        claim.reply.array(3);
        write_id(claim.reply, next.unwrap_or(StreamId::MIN));
        claim.reply.array(claim.claimed);
        claim.reply.raw(entries.as_bytes());
        claim.reply.array(gone.len());
        gone.iter().for_each(|id| write_id(claim.reply, *id));
    })
}
