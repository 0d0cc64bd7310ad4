//! XINFO.

use super::arguments::no_group;
use super::range::{write_entries, write_entry, write_id};
use crate::commands::arguments::{integer, is_word, unknown_subcommand, write_help};
use crate::commands::{CommandResult, Context};
use crate::resp::error::NO_SUCH_KEY;
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::stream::{Consumer, Group, Stream, StreamId, UNKNOWN};

/// Entries of each kind that FULL shows without COUNT.
const SHOWN: i64 = 10;

fn existing<'a>(
    ctx: &'a mut Context<'_>,
    key: &[u8],
) -> Result<(&'a Stream, &'a mut ReplyWriter), ReplyError> {
    let stream = ctx.keyspace[ctx.client.db].read_stream(key)?;
    Ok((stream.ok_or(NO_SUCH_KEY)?, ctx.reply))
}

fn number(reply: &mut ReplyWriter, name: &str, value: i64) {
    reply.bulk_str(name);
    reply.integer(value);
}

fn number_or_null(reply: &mut ReplyWriter, name: &str, value: Option<i64>) {
    reply.bulk_str(name);
    match value {
        Some(value) => reply.integer(value),
        None => reply.null(),
    }
}

fn id(reply: &mut ReplyWriter, name: &str, id: StreamId) {
    reply.bulk_str(name);
    write_id(reply, id);
}

/// How far a group is.
fn progress(reply: &mut ReplyWriter, stream: &Stream, group: &Group) {
    id(reply, "last-delivered-id", group.last_id);
    let read = Some(group.entries_read).filter(|read| *read != UNKNOWN);
    number_or_null(reply, "entries-read", read);
    number_or_null(reply, "lag", stream.lag(group));
}

/// `XINFO STREAM key [FULL [COUNT count]]`
pub fn xinfo_stream(ctx: &mut Context, args: Args) -> CommandResult {
    let (stream, reply) = existing(ctx, args.at(2))?;
    let shown = match (args.len(), args.get(3), args.get(4)) {
        (3, ..) => None,
        (4, Some(full), _) if is_word(full, "full") => Some(SHOWN),
        (6, Some(full), Some(count)) if is_word(full, "full") && is_word(count, "count") => {
            let count = integer(args.at(5))?;
            Some(if count < 0 { SHOWN } else { count })
        }
        _ => return Err(unknown_subcommand(args)),
    };
    let history = stream.history();
    reply.map(if shown.is_some() { 9 } else { 10 });
    number(reply, "length", stream.len() as i64);
    number(reply, "radix-tree-keys", stream.node_count() as i64);
    number(reply, "radix-tree-nodes", stream.radix_tree_nodes() as i64);
    id(reply, "last-generated-id", history.last_id);
    id(reply, "max-deleted-entry-id", history.max_deleted_id);
    number(reply, "entries-added", history.entries_added as i64);
    id(reply, "recorded-first-entry-id", history.first_id);
    match shown {
        None => brief(reply, stream),
        Some(0) => full(reply, stream, usize::MAX),
        Some(shown) => full(reply, stream, usize::try_from(shown).unwrap_or(usize::MAX)),
    }
    Ok(())
}

fn brief(reply: &mut ReplyWriter, stream: &Stream) {
    number(reply, "groups", stream.groups().len() as i64);
    let (first, last) = (StreamId::MIN, StreamId::MAX);
    let edges = [
        ("first-entry", stream.range(first, last)),
        ("last-entry", stream.range_reversed(first, last)),
    ];
    for (name, mut entries) in edges {
        reply.bulk_str(name);
        match entries.next() {
            Some(entry) => write_entry(reply, entry),
            None => reply.null(),
        }
    }
}

fn full(reply: &mut ReplyWriter, stream: &Stream, shown: usize) {
    reply.bulk_str("entries");
    write_entries(reply, stream.iter(), shown);
    reply.bulk_str("groups");
    reply.array(stream.groups().len());
    for (name, group) in stream.groups().iter() {
        reply.map(7);
        reply.bulk_str("name");
        reply.bulk(name);
        progress(reply, stream, group);
        number(reply, "pel-count", group.pending().len() as i64);
        reply.bulk_str("pending");
        reply.array(group.pending().len().min(shown));
        for (entry, pending) in group.pending().iter().take(shown) {
            let owner = group.consumer(pending.consumer);
            reply.array(4);
            write_id(reply, entry);
            reply.bulk(owner.map_or(&[], |owner| &owner.name));
            reply.integer(pending.delivered_ms);
            reply.integer(pending.deliveries as i64);
        }
        reply.bulk_str("consumers");
        reply.array(group.consumer_count());
        for consumer in group.consumers() {
            full_consumer(reply, group, consumer, shown);
        }
    }
}

fn full_consumer(reply: &mut ReplyWriter, group: &Group, consumer: &Consumer, shown: usize) {
    reply.map(5);
    reply.bulk_str("name");
    reply.bulk(&consumer.name);
    number(reply, "seen-time", consumer.seen_ms);
    number(reply, "active-time", consumer.active_ms);
    number(reply, "pel-count", consumer.pending().len() as i64);
    reply.bulk_str("pending");
    reply.array(consumer.pending().len().min(shown));
    for (entry, ()) in consumer.pending().iter().take(shown) {
        let pending = group.pending().get(entry);
        reply.array(3);
        write_id(reply, entry);
        reply.integer(pending.map_or(0, |pending| pending.delivered_ms));
        reply.integer(pending.map_or(0, |pending| pending.deliveries as i64));
    }
}

/// `XINFO GROUPS key`
pub fn xinfo_groups(ctx: &mut Context, args: Args) -> CommandResult {
    let (stream, reply) = existing(ctx, args.at(2))?;
    reply.array(stream.groups().len());
    for (name, group) in stream.groups().iter() {
        reply.map(6);
        reply.bulk_str("name");
        reply.bulk(name);
        number(reply, "consumers", group.consumer_count() as i64);
        number(reply, "pending", group.pending().len() as i64);
        progress(reply, stream, group);
    }
    Ok(())
}

/// `XINFO CONSUMERS key group`
pub fn xinfo_consumers(ctx: &mut Context, args: Args) -> CommandResult {
    let now_ms = ctx.instance.now_ms();
    let (key, name) = (args.at(2), args.at(3));
    let (stream, reply) = existing(ctx, key)?;
    let group = stream.group(name).ok_or_else(|| no_group(key, name))?;
    reply.array(group.consumer_count());
    for consumer in group.consumers() {
        reply.map(4);
        reply.bulk_str("name");
        reply.bulk(&consumer.name);
        number(reply, "pending", consumer.pending().len() as i64);
        number(
            reply,
            "idle",
            now_ms.saturating_sub(consumer.seen_ms).max(0),
        );
        let inactive = match consumer.active_ms {
            -1 => -1,
            active_ms => now_ms.saturating_sub(active_ms).max(0),
        };
        number(reply, "inactive", inactive);
    }
    Ok(())
}

/// `XINFO HELP`
pub fn xinfo_help(ctx: &mut Context, _: Args) -> CommandResult {
    write_help(ctx.reply, "xinfo");
    Ok(())
}
