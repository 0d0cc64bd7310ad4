//! How a client comes to wait, and how a wait ends.
//!
//! A command that finds nothing calls [`block`] and answers nothing. When one of its keys has
//! come, the server runs the command again, as Redis 7.2 does (`server/waiting.rs`); when its
//! time is up, or CLIENT UNBLOCK says so, [`give_up`] answers for it.

use super::context::{CommandResult, Context};
use super::table::command_of;
use crate::instance::{Blocked, Client, Instance, ReplyMode, WaitsFor};
use crate::keyspace::{Keyspace, Wanted};
use crate::persistence::Persistence;
use crate::resp::{Args, ReplyError};
use crate::types::long_double::LongDouble;
use crate::types::numbers::parse_i64;

/// The end of a wait of so many seconds, in milliseconds since 1970; 0 for one without end.
///
/// # Errors
/// "timeout is not a float or out of range", "… out of range", "… negative".
pub(super) fn deadline(ctx: &Context<'_>, seconds: &[u8]) -> Result<i64, ReplyError> {
    let timeout = LongDouble::parse(seconds).ok_or(ReplyError::new(
        "ERR timeout is not a float or out of range",
    ))?;
    // Whatever is negative beyond 64 bits is negative all the same.
    let timeout = timeout.thousandfold_ceiling().max(i128::from(i64::MIN));
    let timeout = i64::try_from(timeout).map_err(|_| OUT_OF_RANGE)?;
    from_now(ctx, timeout)
}

/// The same for a wait in milliseconds.
///
/// # Errors
/// "timeout is not an integer or out of range", "… out of range", "… negative".
pub(super) fn deadline_ms(ctx: &Context<'_>, timeout: &[u8]) -> Result<i64, ReplyError> {
    let timeout = parse_i64(timeout).ok_or(ReplyError::new(
        "ERR timeout is not an integer or out of range",
    ))?;
    from_now(ctx, timeout)
}

const OUT_OF_RANGE: ReplyError = ReplyError::new("ERR timeout is out of range");

fn from_now(ctx: &Context<'_>, timeout: i64) -> Result<i64, ReplyError> {
    match timeout {
        ..0 => Err("ERR timeout is negative".into()),
        0 => Ok(0),
        _ => ctx
            .instance
            .now_ms()
            .checked_add(timeout)
            .ok_or(OUT_OF_RANGE),
    }
}

/// Has the calling client wait for `keys`; false where nobody may: in a transaction, and while a
/// log is replayed.
pub(super) fn block_on_keys(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    keys: Args<'_>,
    wanted: Wanted,
    until_ms: i64,
) -> bool {
    let keys = keys.iter().map(Into::into).collect();
    block(ctx, args, WaitsFor::Keys(keys, wanted), until_ms)
}

/// Has the calling client wait; false where nobody may.
pub(super) fn block(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    waits_for: WaitsFor,
    until_ms: i64,
) -> bool {
    if !ctx.client.may_block() {
        return false;
    }
    let db = ctx.client.db;
    if let WaitsFor::Keys(keys, wanted) = &waits_for {
        for key in keys {
            ctx.keyspace[db].wait_for(key, ctx.client.id, *wanted);
        }
    }
    ctx.instance.blocked_clients += 1;
    ctx.client.blocked = Some(Box::new(Blocked {
        waits_for,
        db,
        until_ms,
        command: args.to_owned(),
    }));
    true
}

/// Ends the wait of a client without any answer.
pub fn unblock(
    client: &mut Client,
    instance: &mut Instance,
    keyspace: &mut Keyspace,
) -> Option<Box<Blocked>> {
    let blocked = client.blocked.take()?;
    instance.blocked_clients = instance.blocked_clients.saturating_sub(1);
    if let WaitsFor::Keys(keys, _) = &blocked.waits_for {
        for key in keys {
            keyspace[blocked.db].wait_no_longer(key, client.id);
        }
    }
    Some(blocked)
}

/// Ends the wait of a client, who is not being served, with what its command answers when nothing
/// has come, or with an error.
pub fn give_up(
    client: &mut Client,
    instance: &mut Instance,
    keyspace: &mut Keyspace,
    persistence: &Persistence,
    error: Option<&ReplyError>,
) {
    let Some(blocked) = unblock(client, instance, keyspace) else {
        return;
    };
    let replicas = match blocked.waits_for {
        WaitsFor::Replicas { offset, .. } => instance.replicas_at(offset),
        WaitsFor::Log { offset, .. } => instance.replicas_logged_at(offset),
        WaitsFor::Keys(..) | WaitsFor::PauseEnd => 0,
    };
    let replicas = i64::try_from(replicas).unwrap_or(i64::MAX);
    let output = &mut client.output;
    let from = output.len();
    match (error, &blocked.waits_for) {
        (Some(error), _) => output.error(error),
        (None, WaitsFor::Keys(..)) => output.null_array(),
        (None, WaitsFor::PauseEnd) => {}
        (None, WaitsFor::Replicas { .. }) => output.integer(replicas),
        (None, WaitsFor::Log { writes, .. }) => {
            output.array(2);
            output.integer(i64::from(persistence.aof.has_synced(*writes)));
            output.integer(replicas);
        }
    }
    match client.reply_mode {
        ReplyMode::On | ReplyMode::SkipNext => {}
        ReplyMode::Off => output.truncate(from),
        ReplyMode::Skip => {
            output.truncate(from);
            client.reply_mode = ReplyMode::On;
        }
    }
    if let Some(entry) = command_of(instance, blocked.command.as_args()) {
        let stats = &mut instance.stats.by_command[entry.id];
        stats.calls += 1;
        stats.failed += u64::from(error.is_some());
    }
    if let Some(error) = error {
        instance.stats.count_error(error.code());
    }
    instance.unblocked.push(client.id);
}

/// `CLIENT UNBLOCK client-id [TIMEOUT | ERROR]`
pub fn client_unblock(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    use super::arguments::{integer, is_word, unknown_subcommand};
    let error = ReplyError::new("UNBLOCKED client unblocked via CLIENT UNBLOCK");
    let error = match args.get(3) {
        None => None,
        Some(_) if args.len() > 4 => return Err(unknown_subcommand(args)),
        Some(word) if is_word(word, "TIMEOUT") => None,
        Some(word) if is_word(word, "ERROR") => Some(&error),
        Some(_) => return Err("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR".into()),
    };
    let id = u64::try_from(integer(args.at(2))?).unwrap_or(0);
    let mut unblocked = false;
    if let Some(mut client) = ctx.instance.clients.remove(id) {
        // One that waits for a pause has not begun, and cannot be given up.
        let waits = client.blocked.as_deref();
        unblocked = waits.is_some_and(|blocked| blocked.waits_for != WaitsFor::PauseEnd);
        if unblocked {
            let (instance, keyspace) = (&mut *ctx.instance, &mut *ctx.keyspace);
            give_up(&mut client, instance, keyspace, ctx.persistence, error);
        }
        ctx.instance.clients.insert(client);
    }
    ctx.reply.integer(i64::from(unblocked));
    Ok(())
}
