//! MULTI, EXEC, DISCARD, WATCH and UNWATCH.
//!
//! Commands are queued by dispatch; here they are run. A command refused while queueing makes
//! EXEC refuse them all; one that fails while running does not undo the others.

use super::acl::permission;
use super::call::call;
use super::context::{CommandResult, Context};
use super::table::command_of;
use crate::instance::{Client, Instance, Transaction};
use crate::keyspace::Keyspace;
use crate::resp::{Args, ReplyError};

/// MULTI
pub fn multi(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if ctx.client.transaction.is_some() {
        return Err("ERR MULTI calls can not be nested".into());
    }
    ctx.client.transaction = Some(Transaction::default());
    ctx.reply.ok();
    Ok(())
}

/// DISCARD
pub fn discard(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if ctx.client.transaction.take().is_none() {
        return Err("ERR DISCARD without MULTI".into());
    }
    forget_watches(ctx);
    ctx.reply.ok();
    Ok(())
}

/// EXEC
pub fn exec(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let Some(transaction) = ctx.client.transaction.take() else {
        return Err("ERR EXEC without MULTI".into());
    };
    let overtaken = ctx.client.watch_failed || watched_key_expired(ctx);
    forget_watches(ctx);
    if transaction.aborted {
        return Err(ReplyError::new(
            "EXECABORT Transaction discarded because of previous errors.",
        ));
    }
    if overtaken {
        ctx.reply.null_array();
        return Ok(());
    }
    ctx.reply.array(transaction.queue.len());
    ctx.client.in_exec = true;
    for command in &transaction.queue {
        let args = command.as_args();
        // Each was found when it was queued, and the table does not change.
        let Some(entry) = command_of(ctx.instance, args) else {
            continue;
        };
        // What the user may do may have changed since.
        if let Some(error) = permission::refused_in_exec(ctx, entry, args) {
            ctx.instance.stats.count_error(error.code());
            ctx.reply.error(&error);
        } else {
            call(ctx, entry, args);
        }
    }
    ctx.client.in_exec = false;
    // What the commands did they have told themselves.
    ctx.effects.nothing();
    Ok(())
}

/// An EXEC that is refused ends the transaction; what the client is told.
pub fn refuse_exec(
    client: &mut Client,
    instance: &mut Instance,
    keyspace: &mut Keyspace,
    why: &ReplyError,
) -> ReplyError {
    client.transaction = None;
    end_watches(client, instance, keyspace);
    let why = why.as_bytes();
    let why = why.strip_prefix(b"ERR ").unwrap_or(why);
    let text = [b"EXECABORT Transaction discarded because of: ", why];
    ReplyError::from_bytes(text.concat())
}

/// WATCH key [key ...]
pub fn watch(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if ctx.client.transaction.is_some() {
        return Err("ERR WATCH inside MULTI is not allowed".into());
    }
    let db = ctx.client.db;
    for key in args.tail(1).iter() {
        let known = |(watched_db, watched): &(usize, Box<[u8]>)| {
            *watched_db == db && watched.as_ref() == key
        };
        if ctx.client.watched.iter().any(known) {
            continue;
        }
        if ctx.client.watched.is_empty() {
            ctx.instance.watching_clients += 1;
        }
        // A key whose time has come counts as absent from the start.
        let database = &mut ctx.keyspace[db];
        database.exists(key);
        database.watch(key, ctx.client.id);
        ctx.client.watched.push((db, key.into()));
    }
    ctx.reply.ok();
    Ok(())
}

/// UNWATCH
pub fn unwatch(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    forget_watches(ctx);
    ctx.reply.ok();
    Ok(())
}

/// Ends all watches of the calling client.
pub fn forget_watches(ctx: &mut Context<'_>) {
    end_watches(ctx.client, ctx.instance, ctx.keyspace);
}

/// Ends all watches of a client.
pub fn end_watches(client: &mut Client, instance: &mut Instance, keyspace: &mut Keyspace) {
    client.watch_failed = false;
    let watched = std::mem::take(&mut client.watched);
    if watched.is_empty() {
        return;
    }
    instance.watching_clients = instance.watching_clients.saturating_sub(1);
    for (db, key) in watched {
        keyspace[db].unwatch(&key, client.id);
    }
}

/// A watched key that has run out since, though nobody removed it yet, has changed too.
fn watched_key_expired(ctx: &mut Context<'_>) -> bool {
    ctx.client.watched.iter().any(|(db, key)| {
        let database = &ctx.keyspace[*db];
        database
            .peek(key)
            .and_then(crate::keyspace::Record::expire_at)
            .is_some_and(|at| at <= database.now_ms())
    })
}
