//! SLOWLOG: the commands that took long.

use crate::commands::arguments::{unknown_subcommand, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::resp::Args;
use crate::types::numbers::parse_i64;

/// How many SLOWLOG GET answers unasked.
const UNASKED: usize = 10;

/// SLOWLOG GET [count]
pub fn slowlog_get(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if args.len() > 3 {
        return Err(unknown_subcommand(args));
    }
    let commands = ctx.instance.slow_log.commands();
    let count = match args.get(2) {
        None => UNASKED,
        Some(count) => match parse_i64(count) {
            Some(-1) => commands.len(),
            count => count
                .and_then(|count| usize::try_from(count).ok())
                .ok_or("ERR count should be greater than or equal to -1")?,
        },
    };
    let count = count.min(commands.len());
    ctx.reply.array(count);
    for command in commands.iter().take(count) {
        ctx.reply.array(6);
        ctx.reply.integer(command.id);
        ctx.reply.integer(command.time);
        ctx.reply.integer(command.duration);
        ctx.reply.array(command.arguments.len());
        for argument in &command.arguments {
            ctx.reply.bulk(argument);
        }
        ctx.reply.bulk_str(&command.client);
        ctx.reply.bulk(&command.client_name);
    }
    Ok(())
}

/// SLOWLOG LEN
pub fn slowlog_len(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let count = ctx.instance.slow_log.commands().len();
    ctx.reply.integer(count as i64);
    Ok(())
}

/// SLOWLOG RESET
pub fn slowlog_reset(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.instance.slow_log.clear();
    ctx.reply.ok();
    Ok(())
}

/// SLOWLOG HELP
pub fn slowlog_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "slowlog");
    Ok(())
}
