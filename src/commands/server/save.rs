//! SAVE, BGSAVE and LASTSAVE.

use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::instance::ReplyMode;
use crate::persistence::{Child, Purpose};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

const IN_PROGRESS: ReplyError = ReplyError::new("ERR Background save already in progress");

/// What Redis says when the log has the reason.
const FAILED: ReplyError = ReplyError::new("ERR");

/// SAVE
///
/// Nobody is served until the file is durable. Where the disk takes its time, the server answers.
pub fn save(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if ctx.persistence.child() == Some(Child::Rdb) {
        return Err(IN_PROGRESS);
    }
    let wants_reply = matches!(ctx.client.reply_mode, ReplyMode::On | ReplyMode::SkipNext);
    let purpose = Purpose::Save(wants_reply.then_some(ctx.client.id));
    ctx.persistence.rdb.saves += 1;
    match ctx.persistence.save(purpose, ctx.keyspace, ctx.instance) {
        None => {}
        Some(true) => ctx.reply.ok(),
        Some(false) => return Err(FAILED),
    }
    Ok(())
}

/// What SAVE answers in the end.
pub fn save_outcome(ok: bool) -> CommandResult {
    if ok { Ok(()) } else { Err(FAILED) }
}

/// BGSAVE [SCHEDULE]
pub fn bgsave(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let schedule = match args.get(1) {
        None => false,
        Some(word) if args.len() == 2 && is_word(word, "SCHEDULE") => true,
        Some(_) => return Err(SYNTAX),
    };
    let child = ctx.persistence.child();
    if child == Some(Child::Rdb) {
        return Err(IN_PROGRESS);
    }
    // A transaction is saved whole or not at all.
    if ctx.client.in_exec || schedule && child.is_some() {
        ctx.persistence.rdb.scheduled = true;
        ctx.reply.simple("Background saving scheduled");
    } else if ctx.persistence.begin_save(ctx.keyspace, ctx.instance) {
        ctx.reply.simple("Background saving started");
    } else {
        return Err(
            "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE \
             SCHEDULE in order to schedule a BGSAVE whenever possible."
                .into(),
        );
    }
    Ok(())
}

/// LASTSAVE
pub fn lastsave(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.reply.integer(ctx.persistence.rdb.last_save_s);
    Ok(())
}
