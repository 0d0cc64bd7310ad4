//! DBSIZE, FLUSHDB, FLUSHALL and SWAPDB: whole databases.

use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::persistence::Purpose;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;

/// DBSIZE
pub fn dbsize(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let keys = ctx.keyspace[ctx.client.db].len();
    ctx.reply.integer(keys as i64);
    Ok(())
}

/// FLUSHDB [ASYNC | SYNC]
pub fn flushdb(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    check_mode(args)?;
    let db = &mut ctx.keyspace[ctx.client.db];
    let removed = db.clear();
    // Told even when there was nothing to remove, as Redis does.
    db.add_dirty(removed.max(1) as u64);
    ctx.reply.ok();
    Ok(())
}

/// FLUSHALL [ASYNC | SYNC]
///
/// With save points, an empty snapshot is saved at once, so that the data is gone from the disk too.
pub fn flushall(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    check_mode(args)?;
    // Saving what is gone now is of no use.
    ctx.persistence.kill_save(ctx.keyspace, ctx.instance);
    let removed: usize = ctx.keyspace.iter_mut().map(|db| db.clear()).sum();
    ctx.keyspace.add_dirty(removed.max(1) as u64);
    // A log that is replayed has nothing to save.
    if !ctx.instance.config.save.is_empty() && ctx.persistence.loading.is_none() {
        let purpose = Purpose::Flush;
        ctx.persistence.save(purpose, ctx.keyspace, ctx.instance);
    }
    ctx.reply.ok();
    Ok(())
}

/// Both modes free memory at once: there is no other thread to do it.
fn check_mode(args: Args<'_>) -> CommandResult {
    match args.get(1) {
        None => Ok(()),
        Some(mode) if args.len() == 2 && (is_word(mode, "SYNC") || is_word(mode, "ASYNC")) => {
            Ok(())
        }
        Some(_) => Err(SYNTAX),
    }
}

/// SWAPDB index1 index2
pub fn swapdb(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let index = |at: usize, error: &'static str| {
        parse_i64(args.at(at))
            .filter(|index| i32::try_from(*index).is_ok())
            .ok_or(ReplyError::new(error))
    };
    let one = index(1, "ERR invalid first DB index")?;
    let other = index(2, "ERR invalid second DB index")?;
    let existing = |index: i64| {
        usize::try_from(index)
            .ok()
            .filter(|index| *index < ctx.keyspace.len())
    };
    let (Some(one), Some(other)) = (existing(one), existing(other)) else {
        return Err("ERR DB index is out of range".into());
    };
    ctx.keyspace.swap(one, other);
    ctx.keyspace.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}
