//! CLIENT PAUSE and CLIENT UNPAUSE.

use crate::commands::arguments::{is_word, unknown_subcommand};
use crate::commands::blocking::deadline_ms;
use crate::commands::context::{CommandResult, Context};
use crate::resp::Args;

/// CLIENT PAUSE timeout [WRITE | ALL]
pub fn client_pause(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let all = match args.get(3) {
        None => true,
        Some(_) if args.len() > 4 => return Err(unknown_subcommand(args)),
        Some(mode) if is_word(mode, "ALL") => true,
        Some(mode) if is_word(mode, "WRITE") => false,
        Some(_) => return Err("ERR CLIENT PAUSE mode must be WRITE or ALL".into()),
    };
    let until_ms = deadline_ms(ctx, args.at(2))?;
    ctx.instance.start_pause(until_ms, all);
    ctx.keyspace.hide_expired(ctx.instance.hides_expired());
    ctx.reply.ok();
    Ok(())
}

/// CLIENT UNPAUSE. The server goes on with the commands that wait.
pub fn client_unpause(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    // A failover has a pause of its own.
    if ctx.instance.failover.is_none() {
        ctx.instance.pause = None;
    }
    ctx.keyspace.hide_expired(ctx.instance.hides_expired());
    ctx.reply.ok();
    Ok(())
}
