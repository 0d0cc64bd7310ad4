//! DEL and UNLINK.

use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;

/// DEL key [key ...]
pub fn del(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let mut deleted = 0;
    for key in args.tail(1).iter() {
        if db.remove(key) {
            db.modified(key, EventClass::GENERIC, "del");
            deleted += 1;
        }
    }
    db.add_dirty(deleted);
    ctx.reply.integer(deleted as i64);
    Ok(())
}

/// UNLINK key [key ...]
///
/// Redis frees large values on another thread; here there is none, so it is DEL by another name.
pub fn unlink(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    del(ctx, args)
}
