//! PFCOUNT.

use super::bytes_of;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EventClass, StringRef, ValueRef};
use crate::resp::Args;
use crate::types::hyperloglog::{self, REGISTERS, Registers};

/// PFCOUNT key [key ...]
///
/// The count of a single key is kept in it: the one reading command that writes, and that the log is told.
pub fn pfcount(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    if args.len() > 2 {
        let mut registers: Registers = [0; REGISTERS];
        for key in args.tail(1).iter() {
            if let Some(value) = db.read(key) {
                hyperloglog::merge(&mut registers, bytes_of(value)?.0)?;
            }
        }
        let count = hyperloglog::count_registers(&registers);
        ctx.reply.integer(count as i64);
        return Ok(());
    }
    let key = args.at(1);
    let Some(value) = db.read(key) else {
        ctx.reply.integer(0);
        return Ok(());
    };
    let raw = matches!(value, ValueRef::String(StringRef::Raw(_)));
    let (bytes, _) = bytes_of(value)?;
    let cached = hyperloglog::cached_count(bytes);
    if !raw {
        // Redis makes a string that can grow of it first, and keeps that.
        db.string_mut_or_create(key)?;
    }
    let count = match cached {
        Some(count) => count,
        None => {
            let bytes = db.string_mut_or_create(key)?;
            let count = hyperloglog::count(bytes)?;
            hyperloglog::cache_count(bytes, count);
            // Redis has no event for it.
            db.modified(key, EventClass::empty(), "");
            db.add_dirty(1);
            count
        }
    };
    ctx.reply.integer(count as i64);
    Ok(())
}
