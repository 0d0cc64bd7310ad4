//! RENAME and RENAMENX.

use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EventClass, Record};
use crate::resp::Args;
use crate::resp::error::NO_SUCH_KEY;

/// RENAME key newkey
pub fn rename(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if move_name(ctx, args, true)? {
        ctx.reply.ok();
    }
    Ok(())
}

/// RENAMENX key newkey
pub fn renamenx(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let renamed = move_name(ctx, args, false)?;
    ctx.reply.integer(i64::from(renamed));
    Ok(())
}

/// False when the new name is taken and must not be overwritten.
fn move_name(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    overwrite: bool,
) -> Result<bool, crate::resp::ReplyError> {
    let (key, new_key) = (args.at(1), args.at(2));
    let db = &mut ctx.keyspace[ctx.client.db];
    if db.value_for_write(key).is_none() {
        return Err(NO_SUCH_KEY);
    }
    if key == new_key {
        return Ok(overwrite);
    }
    if !overwrite && db.exists(new_key) {
        return Ok(false);
    }
    // A time that has run out on the new name must be told before the rename. Whoever waits for
    // the new name is woken, whatever it held.
    db.remove(new_key);
    let Some(record) = db.take(key) else {
        return Err(NO_SUCH_KEY);
    };
    let (expire_at, access) = (record.expire_at(), record.access());
    let value = record.into_value();
    db.tell_new(new_key);
    db.replace(Record::of_value(new_key, value, expire_at, access));
    db.modified(key, EventClass::GENERIC, "rename_from");
    db.modified(new_key, EventClass::GENERIC, "rename_to");
    db.add_dirty(1);
    Ok(true)
}
