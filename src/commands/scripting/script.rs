//! SCRIPT and its subcommands.

use super::busy;
use crate::commands::arguments::{is_word, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::resp::{Args, ReplyError};

/// SCRIPT LOAD script
pub fn script_load(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let sha = super::load(ctx.instance, args.at(2))?;
    ctx.reply.bulk(&sha);
    Ok(())
}

/// SCRIPT EXISTS sha1 [sha1 ...]
pub fn script_exists(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let wanted = args.tail(2);
    ctx.reply.array(wanted.len());
    for sha in wanted.iter() {
        let known =
            super::sha_from(sha).is_some_and(|sha| ctx.instance.scripting.scripts.contains(&sha));
        ctx.reply.integer(known.into());
    }
    Ok(())
}

/// SCRIPT FLUSH [ASYNC | SYNC]
pub fn script_flush(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let known = |option: &[u8]| is_word(option, "SYNC") || is_word(option, "ASYNC");
    if args.len() > 3 || !args.tail(2).iter().all(known) {
        return Err("ERR SCRIPT FLUSH only support SYNC|ASYNC option".into());
    }
    ctx.instance.scripting.flush();
    ctx.reply.ok();
    Ok(())
}

/// SCRIPT KILL
pub fn script_kill(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    busy::kill(ctx, true)?;
    ctx.reply.ok();
    Ok(())
}

/// SCRIPT DEBUG YES | SYNC | NO
///
/// There is no debugger, so NO is all that can be asked for.
pub fn script_debug(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mode = args.at(2);
    if is_word(mode, "NO") {
        ctx.reply.ok();
        return Ok(());
    }
    let known = is_word(mode, "YES") || is_word(mode, "SYNC");
    Err(ReplyError::new(if known {
        "ERR The Lua debugger is not supported"
    } else {
        "ERR Use SCRIPT DEBUG YES/SYNC/NO"
    }))
}

/// SCRIPT HELP
pub fn script_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "script");
    Ok(())
}
