//! BGREWRITEAOF, and appendonly switched on and off.

use crate::commands::context::{CommandResult, Context};
use crate::persistence::Child;
use crate::resp::Args;

/// BGREWRITEAOF
pub fn bgrewriteaof(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let child = ctx.persistence.child();
    if child == Some(Child::Aof) {
        return Err("ERR Background append only file rewriting already in progress".into());
    }
    // A transaction is in the new base, or behind it, as a whole.
    if child.is_some() || ctx.client.in_exec {
        ctx.persistence.aof.rewrite.schedule();
        let text = "Background append only file rewriting scheduled";
        ctx.reply.simple(text);
    } else if ctx.persistence.begin_rewrite(ctx.keyspace, ctx.instance) {
        let text = "Background append only file rewriting started";
        ctx.reply.simple(text);
    } else {
        return Err(
            "ERR Can't execute an AOF background rewriting. Please check the server logs for \
             more information."
                .into(),
        );
    }
    Ok(())
}

/// Puts appendonly into force.
///
/// # Errors
/// When the first rewrite cannot begin.
pub fn apply_appendonly(ctx: &mut Context<'_>) -> Result<(), String> {
    if ctx.persistence.loading.is_some() {
        return Err("The dataset is being loaded".into());
    }
    let commands = ctx.effects.writes.count();
    ctx.persistence.aof.note_writes(commands);
    let (keyspace, instance) = (&mut *ctx.keyspace, &mut *ctx.instance);
    let result = if instance.config.appendonly {
        let in_exec = ctx.client.in_exec;
        ctx.persistence.start_log(in_exec, keyspace, instance)
    } else {
        ctx.persistence.stop_log(keyspace, instance);
        Ok(())
    };
    ctx.effects.log(ctx.persistence.aof.is_on(), keyspace);
    result
}
