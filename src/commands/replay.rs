//! Running the commands of a log while it is loaded.

use super::context::Context;
use super::table::command_of;
use crate::instance::Client;
use crate::persistence::loading::Target;
use crate::resp::{Args, ReplyWriter};

/// Runs a command without the checks and the counting of dispatch; MULTI queues, as there.
/// False when there is no such command. See [`crate::persistence::loading::Replay`].
pub fn replay(
    target: &mut Target<'_>,
    client: &mut Client,
    reply: &mut ReplyWriter,
    args: Args<'_>,
) -> bool {
    let Some(entry) = command_of(target.instance, args) else {
        return false;
    };
    if !entry.command.accepts(args.len()) {
        reply.error(&"ERR wrong number of arguments".into());
        return true;
    }
    if let Some(transaction) = &mut client.transaction
        && entry.command.name != "exec"
    {
        transaction.queue.push(args.to_owned());
        return true;
    }
    let mut ctx = Context {
        keyspace: target.keyspace,
        instance: target.instance,
        persistence: target.persistence,
        client,
        reply,
        effects: target.effects,
    };
    ctx.effects.begin();
    if let Err(error) = (entry.command.run)(&mut ctx, args) {
        ctx.reply.error(&error);
    }
    // Nobody is told: the log says it already.
    ctx.effects.forget();
    true
}
