//! FAILOVER: writes pause until a replica has everything, which then becomes the primary.

use super::replicaof::{follow, stop_following};
use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::instance::{Effects, Instance, LogLevel};
use crate::keyspace::Keyspace;
use crate::replication::{Failover, ReplicaState};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

/// The pause of a failover has no end of its own.
const FOREVER_MS: i64 = i64::MAX / 2;

/// `FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds]`
pub fn failover(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if args.len() == 2 && is_word(args.at(1), "abort") {
        if ctx.instance.failover.is_none() {
            return Err("ERR No failover in progress.".into());
        }
        abort_failover(
            ctx.keyspace,
            ctx.instance,
            ctx.effects,
            "Failover manually aborted",
        );
        ctx.reply.ok();
        return Ok(());
    }
    let wanted = read(args)?;
    let instance = &mut *ctx.instance;
    let refusal = if instance.failover.is_some() {
        "ERR FAILOVER already in progress."
    } else if instance.is_replica() {
        "ERR FAILOVER is not valid when server is a replica."
    } else if instance.primary.replicas.is_empty() {
        "ERR FAILOVER requires connected replicas."
    } else if wanted.force && (wanted.until_ms == 0 || wanted.target.is_none()) {
        "ERR FAILOVER with force option requires both a timeout and target HOST and IP."
    } else if let Some(target) = &wanted.target {
        match state_of(instance, target) {
            None => "ERR FAILOVER target HOST and PORT is not a replica.",
            Some((ReplicaState::Online, _)) => "",
            Some(_) => "ERR FAILOVER target replica is not online.",
        }
    } else {
        ""
    };
    if !refusal.is_empty() {
        return Err(ReplyError::new(refusal));
    }
    let text = match &wanted.target {
        Some((host, port)) => format!("FAILOVER requested to {host}:{port}."),
        None => "FAILOVER requested to any replica.".into(),
    };
    instance.log(LogLevel::Notice, text);
    let until_ms = match wanted.until_ms {
        0 => 0,
        timeout_ms => instance.now_ms().saturating_add(timeout_ms),
    };
    instance.failover = Some(Failover { until_ms, ..wanted });
    instance.start_pause(FOREVER_MS, false);
    ctx.keyspace.hide_expired(true);
    ctx.reply.ok();
    Ok(())
}

/// What is asked for; `until_ms` is a span still.
fn read(args: Args<'_>) -> Result<Failover, ReplyError> {
    let mut wanted = Failover {
        target: None,
        until_ms: 0,
        force: false,
        in_progress: false,
    };
    let mut at = 1;
    while at < args.len() {
        let word = args.at(at);
        if is_word(word, "timeout") && at + 1 < args.len() && wanted.until_ms == 0 {
            wanted.until_ms = integer(args.at(at + 1))?;
            if wanted.until_ms <= 0 {
                return Err("ERR FAILOVER timeout must be greater than 0".into());
            }
            at += 2;
        } else if is_word(word, "to") && at + 2 < args.len() && wanted.target.is_none() {
            // A port that cannot be is no replica's.
            let port = u16::try_from(integer(args.at(at + 2))?).unwrap_or(0);
            let host = String::from_utf8_lossy(args.at(at + 1)).into_owned();
            wanted.target = Some((host, port));
            at += 3;
        } else if is_word(word, "force") && !wanted.force {
            wanted.force = true;
            at += 1;
        } else {
            return Err(SYNTAX);
        }
    }
    Ok(wanted)
}

/// How far a replica is that listens at `target`, and what it has handled.
fn state_of(instance: &Instance, target: &(String, u16)) -> Option<(ReplicaState, u64)> {
    let (host, port) = target;
    let mut replicas = instance.replicas();
    let is_it = replicas.find(|(client, replica)| {
        replica.port == *port && client.replica_host().eq_ignore_ascii_case(host)
    });
    is_it.map(|(_, replica)| (replica.state, replica.offset))
}

/// Looks whether the replica that is waited for has everything, or the time is over.
pub fn look_after_failover(
    keyspace: &mut Keyspace,
    instance: &mut Instance,
    effects: &mut Effects,
) {
    let Some(failover) = instance.failover.clone().filter(|it| !it.in_progress) else {
        return;
    };
    if failover.until_ms != 0 && failover.until_ms <= instance.now_ms() {
        let Some((host, port)) = failover.target.filter(|_| failover.force) else {
            let why = "Replica never caught up before timeout";
            return abort_failover(keyspace, instance, effects, why);
        };
        let text = format!("FAILOVER to {host}:{port} time out exceeded, failing over.");
        instance.log(LogLevel::Notice, text);
        return hand_over(keyspace, instance, effects, (host, port));
    }
    let offset = instance.primary.offset();
    let target = match failover.target {
        Some(target) => {
            let state = state_of(instance, &target);
            state.filter(|(_, its)| *its == offset).map(|_| target)
        }
        None => {
            let mut replicas = instance.replicas();
            let ready =
                replicas.find(|(_, it)| it.state == ReplicaState::Online && it.offset == offset);
            ready.map(|(client, replica)| (client.replica_host(), replica.port))
        }
    };
    if let Some((host, port)) = target {
        let text = format!("Failover target {host}:{port} is synced, failing over.");
        instance.log(LogLevel::Notice, text);
        hand_over(keyspace, instance, effects, (host, port));
    }
}

fn hand_over(
    keyspace: &mut Keyspace,
    instance: &mut Instance,
    effects: &mut Effects,
    target: (String, u16),
) {
    if let Some(failover) = &mut instance.failover {
        failover.in_progress = true;
        failover.target = Some(target.clone());
    }
    follow(keyspace, instance, effects, target);
}

/// Ends a failover that comes to nothing; the server stays, or becomes again, the primary.
pub fn abort_failover(
    keyspace: &mut Keyspace,
    instance: &mut Instance,
    effects: &mut Effects,
    why: &str,
) {
    let Some(failover) = &instance.failover else {
        return;
    };
    let text = match &failover.target {
        Some((host, port)) => format!("FAILOVER to {host}:{port} aborted: {why}"),
        None => format!("FAILOVER to any replica aborted: {why}"),
    };
    let in_progress = failover.in_progress;
    instance.log(LogLevel::Notice, text);
    if in_progress {
        stop_following(keyspace, instance, effects);
    }
    end_failover(keyspace, instance);
}

/// A failover is over, and so is its pause.
pub fn end_failover(keyspace: &mut Keyspace, instance: &mut Instance) {
    instance.failover = None;
    instance.pause = None;
    keyspace.hide_expired(instance.hides_expired());
}
