//! XRANGE, XREVRANGE, XLEN.

use super::arguments::{range_end, range_start};
use crate::commands::arguments::{integer, is_word};
use crate::commands::{CommandResult, Context};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyWriter};
use crate::types::stream::{Entries, StreamEntry, StreamId};

/// Writes an entry: its identity, and its fields.
pub(super) fn write_entry(reply: &mut ReplyWriter, entry: StreamEntry<'_>) {
    reply.array(2);
    write_id(reply, entry.id);
    reply.array(entry.len() * 2);
    let mut digits = itoa::Buffer::new();
    for element in entry.elements() {
        reply.bulk(element.bytes(&mut digits));
    }
}

/// Writes an identity.
pub(super) fn write_id(reply: &mut ReplyWriter, id: StreamId) {
    reply.bulk(&id.text());
}

/// Writes an array of the first `count` entries.
pub(super) fn write_entries(reply: &mut ReplyWriter, entries: Entries<'_>, count: usize) {
    let array = reply.deferred();
    let mut written = 0;
    for entry in entries.take(count) {
        write_entry(reply, entry);
        written += 1;
    }
    reply.finish_array(array, written);
}

/// `XRANGE key start end [COUNT count]`
pub fn xrange(ctx: &mut Context, args: Args) -> CommandResult {
    range(ctx, args, false)
}

/// `XREVRANGE key end start [COUNT count]`
pub fn xrevrange(ctx: &mut Context, args: Args) -> CommandResult {
    range(ctx, args, true)
}

fn range(ctx: &mut Context, args: Args, reverse: bool) -> CommandResult {
    let (first, second) = if reverse { (3, 2) } else { (2, 3) };
    let start = range_start(args.at(first))?;
    let end = range_end(args.at(second))?;
    let mut count = usize::MAX;
    let mut at = 4;
    while let Some(option) = args.get(at) {
        match args.get(at + 1) {
            Some(value) if is_word(option, "count") => {
                count = usize::try_from(integer(value)?.max(0)).unwrap_or(usize::MAX);
            }
            _ => return Err(SYNTAX),
        }
        at += 2;
    }
    let Some(stream) = ctx.keyspace[ctx.client.db].read_stream(args.at(1))? else {
        ctx.reply.array(0);
        return Ok(());
    };
    match (count, reverse) {
        (0, _) => ctx.reply.null_array(),
        (_, false) => write_entries(ctx.reply, stream.range(start, end), count),
        (_, true) => write_entries(ctx.reply, stream.range_reversed(start, end), count),
    }
    Ok(())
}

/// `XLEN key`
pub fn xlen(ctx: &mut Context, args: Args) -> CommandResult {
    let stream = ctx.keyspace[ctx.client.db].read_stream(args.at(1))?;
    let len = stream.map_or(0, |stream| stream.len());
    ctx.reply.integer(len as i64);
    Ok(())
}
