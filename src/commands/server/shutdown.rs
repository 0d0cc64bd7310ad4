//! SHUTDOWN: an orderly end.

use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::instance::{Instance, LogLevel, Request};
use crate::persistence::aof::AofState;
use crate::persistence::{Child, Purpose};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

/// SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]
///
/// A server that ends does not answer. NOW changes nothing as long as there are no replicas to
/// wait for, and so there is never anything for ABORT to stop.
pub fn shutdown(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let options = args.tail(1);
    let has = |word: &str| options.iter().any(|option| is_word(option, word));
    let known = |option: &[u8]| {
        ["NOSAVE", "SAVE", "NOW", "FORCE", "ABORT"]
            .iter()
            .any(|word| is_word(option, word))
    };
    let (save, nosave, force) = (has("SAVE"), has("NOSAVE"), has("FORCE"));
    let abort = has("ABORT");
    let contradictory = save && nosave || abort && (save || nosave || force || has("NOW"));
    if contradictory || !options.iter().all(known) {
        return Err(SYNTAX);
    }
    if abort {
        return Err("ERR No shutdown in progress.".into());
    }
    let instance = &mut *ctx.instance;
    instance.log(LogLevel::Warning, "User requested shutdown...");
    if ctx.persistence.child() == Some(Child::Rdb) {
        let line = "There is a child saving an .rdb. Killing it!";
        instance.log(LogLevel::Warning, line);
        ctx.persistence.kill_save(ctx.keyspace, instance);
    }
    if ctx.persistence.aof.is_on() {
        end_log(ctx, force)?;
    }
    let instance = &mut *ctx.instance;
    let has_data = !instance.is_sentinel();
    if has_data && (save || !instance.config.save.is_empty() && !nosave) {
        let line = "Saving the final RDB snapshot before exiting.";
        instance.log(LogLevel::Notice, line);
        let client = ctx.client.id;
        let purpose = Purpose::Shutdown { client, force };
        return match ctx.persistence.save(purpose, ctx.keyspace, instance) {
            None => Ok(()),
            Some(ok) => finish_shutdown(instance, ok, force),
        };
    }
    finish_shutdown(instance, true, force)
}

/// Writes the log whole, and begins to make it durable.
fn end_log(ctx: &mut Context<'_>, force: bool) -> CommandResult {
    let instance = &mut *ctx.instance;
    if ctx.persistence.child() == Some(Child::Aof) {
        if ctx.persistence.aof.state() == AofState::WaitRewrite {
            if !force {
                let line = "Writing initial AOF, can't exit.";
                instance.log(LogLevel::Warning, line);
                return Err(refused(instance));
            }
            let line = "Writing initial AOF. Exit anyway.";
            instance.log(LogLevel::Warning, line);
        }
        let line = "There is a child rewriting the AOF. Killing it!";
        instance.log(LogLevel::Warning, line);
        ctx.persistence.kill_rewrite(ctx.keyspace, instance);
    }
    instance.log(LogLevel::Notice, "Calling fsync() on the AOF file.");
    // Logged if it fails.
    let _ = ctx.persistence.aof.flush_all(instance);
    ctx.persistence.aof.begin_sync(instance);
    Ok(())
}

fn refused(instance: &mut Instance) -> ReplyError {
    let line = "Errors trying to shut down the server. Check the logs for more information.";
    instance.log(LogLevel::Warning, line);
    ReplyError::new("ERR Errors trying to SHUTDOWN. Check logs.")
}

/// Ends the server, its last save having gone well if `saved`, or refuses to.
///
/// # Errors
/// When it did not and the end is not forced.
pub fn finish_shutdown(instance: &mut Instance, saved: bool, force: bool) -> CommandResult {
    if !saved && !force {
        let line = "Error trying to save the DB, can't exit.";
        instance.log(LogLevel::Warning, line);
        return Err(refused(instance));
    }
    if !saved {
        let line = "Error trying to save the DB. Exit anyway.";
        instance.log(LogLevel::Warning, line);
    }
    let line = "Redis is now ready to exit, bye bye...";
    instance.log(LogLevel::Warning, line);
    instance.requests.push(Request::Exit);
    Ok(())
}
