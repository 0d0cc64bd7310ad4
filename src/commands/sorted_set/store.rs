//! Keeping a result under a key.

use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::types::sorted_set::SortedSet;

/// Stores a result and answers how many members it has; an empty one removes the key.
pub fn store(
    ctx: &mut Context,
    key: &[u8],
    result: SortedSet,
    event: &'static str,
) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let len = result.len();
    if len > 0 {
        db.set_value(key, result);
        db.modified(key, EventClass::SORTED_SET, event);
        db.add_dirty(1);
    } else if db.remove(key) {
        db.modified(key, EventClass::GENERIC, "del");
        db.add_dirty(1);
    }
    ctx.reply.integer(len as i64);
    Ok(())
}
