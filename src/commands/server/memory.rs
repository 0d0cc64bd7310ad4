//! MEMORY: what a key takes.

use crate::commands::arguments::{integer, is_word, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{Record, StringRef, ValueRef};
use crate::memory::allocation_size;
use crate::resp::Args;
use crate::resp::error::SYNTAX;

/// MEMORY USAGE key [SAMPLES count]
///
/// Types keep account of themselves, so nothing needs sampling; the option is checked and the
/// answer is exact with any number.
pub fn memory_usage(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mut at = 3;
    while at < args.len() {
        let (option, Some(value)) = (args.at(at), args.get(at + 1)) else {
            return Err(SYNTAX);
        };
        if !is_word(option, "SAMPLES") {
            return Err(SYNTAX);
        }
        if integer(value)? < 0 {
            return Err(SYNTAX);
        }
        at += 2;
    }
    let db = &mut ctx.keyspace[ctx.client.db];
    match db.inspect(args.at(2)) {
        None => ctx.reply.null(),
        Some(record) => {
            let bytes = bytes_of(record);
            ctx.reply.integer(bytes as i64);
        }
    }
    Ok(())
}

/// Bytes that a key takes with its value: its block, its slot in the table, what it owns.
pub fn bytes_of(record: &Record) -> usize {
    let owned = match record.value() {
        ValueRef::String(StringRef::Raw(bytes)) => allocation_size(bytes.len()),
        ValueRef::String(_) => 0,
        ValueRef::List(list) => list.allocated_bytes(),
        ValueRef::Hash(hash) => hash.allocated_bytes(),
        ValueRef::Set(set) => set.allocated_bytes(),
        ValueRef::SortedSet(sorted_set) => sorted_set.allocated_bytes(),
        ValueRef::Stream(stream) => stream.allocated_bytes(),
    };
    record.block_bytes() + size_of::<Record>() + owned
}

/// MEMORY HELP
pub fn memory_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "memory");
    Ok(())
}
