//! MONITOR: every command, as it runs.

use crate::commands::context::{CommandResult, Context};
use crate::resp::Args;

/// MONITOR
pub fn monitor(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if ctx.client.in_exec {
        return Err("ERR MONITOR isn't allowed for DENY BLOCKING client".into());
    }
    // A second one is not even answered.
    if !ctx.client.monitor {
        ctx.client.monitor = true;
        ctx.instance.monitors.push(ctx.client.id);
        ctx.reply.ok();
    }
    Ok(())
}
