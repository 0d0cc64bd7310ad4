//! SYNC and PSYNC: a client becomes a replica, and gets all data or what it missed.
//!
//! All data is a snapshot made by BGSAVE, and the stream from the moment it began.

use super::replicaof::stop_following;
use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::instance::{Client, Instance, LogLevel};
use crate::keyspace::Keyspace;
use crate::persistence::{Child, Persistence};
use crate::replication::{Continue, Replica, ReplicaState};
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;

/// `SYNC`
pub fn sync(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if ctx.client.is_replica() {
        return Ok(());
    }
    check_output(ctx)?;
    ask_for_all(ctx);
    Ok(())
}

/// `PSYNC replicationid offset`
pub fn psync(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if ctx.client.is_replica() {
        return Ok(());
    }
    if args.get(3).is_some_and(|word| is_word(word, "failover")) {
        take_over(ctx, args.at(1))?;
    }
    check_output(ctx)?;
    let Some(offset) = parse_i64(args.at(2)) else {
        let text = format!(
            "Replica {} asks for synchronization but with a wrong offset",
            ctx.client.replica_name()
        );
        ctx.instance.log(LogLevel::Warning, text);
        return Err("ERR value is not an integer or out of range".into());
    };
    let now_ms = ctx.instance.now_ms();
    let replica = replica_of(ctx.client, now_ms);
    replica.acknowledges = true;
    if !resume(ctx, args.at(1), offset) {
        ask_for_all(ctx);
    }
    Ok(())
}

/// The primary asks this replica to take its part.
fn take_over(ctx: &mut Context<'_>, id: &[u8]) -> CommandResult {
    let text = [
        "Failover request received for replid ",
        &String::from_utf8_lossy(id),
        ".",
    ];
    ctx.instance.log(LogLevel::Warning, text.concat());
    if !ctx.instance.is_replica() {
        return Err("ERR PSYNC FAILOVER can't be sent to a master.".into());
    }
    if !id.eq_ignore_ascii_case(ctx.instance.primary.id().as_bytes()) {
        return Err("ERR PSYNC FAILOVER replid must match my replid.".into());
    }
    stop_following(ctx.keyspace, ctx.instance, ctx.effects);
    let line = ctx.instance.describe(ctx.client, ctx.reply);
    let by = String::from_utf8_lossy(&line);
    let text = ["MASTER MODE enabled (failover request from '", &by, "')"];
    ctx.instance.log(LogLevel::Notice, text.concat());
    Ok(())
}

/// What stands before the snapshot would be taken for it; and a replica that does not hear its primary
/// has nothing to give.
fn check_output(ctx: &Context<'_>) -> Result<(), ReplyError> {
    if ctx.instance.failover.is_some() {
        return Err("NOMASTERLINK Can't SYNC while failing over".into());
    }
    if ctx.instance.is_stale() {
        return Err("NOMASTERLINK Can't SYNC while not connected with my master".into());
    }
    if ctx.reply.is_empty() {
        return Ok(());
    }
    Err("ERR SYNC and PSYNC are invalid with pending output".into())
}

fn replica_of(client: &mut Client, now_ms: i64) -> &mut Replica {
    client
        .replica
        .get_or_insert_with(|| Box::new(Replica::new(now_ms)))
}

/// Lets the client go on with the stream `id` at the byte `offset`, if that is possible.
fn resume(ctx: &mut Context<'_>, id: &[u8], offset: i64) -> bool {
    let counts = &mut ctx.instance.primary.counts;
    let Ok(from) = u64::try_from(offset) else {
        // It follows no stream so far.
        return false;
    };
    // What has been told and not sent yet is in the backlog.
    counts[2] += 1;
    ctx.instance.send_stream();
    let missed = match ctx.instance.primary.resume(id, from) {
        Continue::From(missed) => missed,
        Continue::UnknownId | Continue::Gone => {
            let text = [
                "Unable to partial resync with replica ",
                &ctx.client.replica_name(),
                ": it followed another stream, or what it missed is no longer kept.",
            ];
            ctx.instance.log(LogLevel::Notice, text.concat());
            return false;
        }
    };
    ctx.instance.primary.counts[2] -= 1;
    ctx.instance.primary.counts[1] += 1;
    let now_ms = ctx.instance.now_ms();
    let replica = replica_of(ctx.client, now_ms);
    replica.state = ReplicaState::Online;
    replica.heard_ms = now_ms;
    let id = ctx.instance.primary.id();
    match replica.understands_ids {
        true => ctx.reply.raw(format!("+CONTINUE {id}\r\n").as_bytes()),
        false => ctx.reply.raw(b"+CONTINUE\r\n"),
    }
    ctx.reply.raw(&missed);
    ctx.instance.attach_replica(ctx.client);
    let text = format!(
        "Partial resynchronization request from {} accepted. Sending {} bytes of backlog starting \
         from offset {from}.",
        ctx.client.replica_name(),
        missed.len()
    );
    ctx.instance.log(LogLevel::Notice, text);
    true
}

/// Has the client wait for a snapshot; one is begun if none is being made.
fn ask_for_all(ctx: &mut Context<'_>) {
    let now_ms = ctx.instance.now_ms();
    let text = [
        "Replica ",
        &ctx.client.replica_name(),
        " asks for synchronization",
    ];
    ctx.instance.log(LogLevel::Notice, text.concat());
    // What was told so far is no business of its.
    ctx.instance.send_stream();
    let replica = replica_of(ctx.client, now_ms);
    replica.state = ReplicaState::WaitsForStart;
    replica.heard_ms = now_ms;
    let streams = ctx.instance.config.repl_diskless_sync && replica.understands_eof;
    ctx.instance.primary.counts[0] += 1;
    ctx.instance.attach_replica(ctx.client);
    if !ctx.instance.primary.is_on() {
        let id = ctx.instance.new_replication_id();
        let size = ctx.instance.config.repl_backlog_size;
        ctx.instance.primary.start(id, size, now_ms);
        ctx.effects.replicate(true, ctx.keyspace);
    }
    let background = ctx.persistence.background();
    if background.is_some_and(|it| it.is_streamed()) {
        let text = "Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC";
        ctx.instance.log(LogLevel::Notice, text);
        return;
    }
    if ctx.persistence.child() == Some(Child::Rdb) {
        // Another replica may wait for the same snapshot: what it has been told since is this one's too.
        let mut others = ctx.instance.replicas();
        let begun = others
            .find(|(_, it)| it.state == ReplicaState::WaitsForEnd)
            .map(|(_, it)| (it.pending.clone(), it.offset));
        drop(others);
        if let Some((pending, begun)) = begun {
            drop_into(ctx, pending, begun);
            return;
        }
    }
    if streams && ctx.instance.config.repl_diskless_sync_delay > 0 {
        let text = "Delay next BGSAVE for diskless SYNC";
        ctx.instance.log(LogLevel::Notice, text);
        return;
    }
    if begin_save(ctx.persistence, ctx.keyspace, ctx.instance, streams) {
        let offset = ctx.instance.primary.offset();
        drop_into(ctx, Vec::new(), offset);
        if let Some(mark) = &ctx.instance.primary.mark {
            ctx.reply.raw(announcement(mark).as_bytes());
        }
        start_waiting(ctx.instance);
    }
}

/// The snapshot that the calling client waits for has begun at byte `offset`.
fn drop_into(ctx: &mut Context<'_>, pending: Vec<u8>, offset: u64) {
    if let Some(line) = full_resync(ctx.client, ctx.instance.primary.id(), offset) {
        ctx.reply.raw(&line);
    }
    if let Some(replica) = &mut ctx.client.replica {
        replica.pending = pending;
    }
}

/// Notes that the snapshot for a replica has begun at byte `offset`, and answers what it is told.
fn full_resync(client: &mut Client, id: &str, offset: u64) -> Option<Vec<u8>> {
    let replica = client.replica.as_deref_mut()?;
    replica.state = ReplicaState::WaitsForEnd;
    replica.offset = offset;
    let told = replica.acknowledges;
    told.then(|| format!("+FULLRESYNC {id} {offset}\r\n").into_bytes())
}

/// Begins a snapshot: one that is sent as it is made, if it `streams`.
fn begin_save(
    persistence: &mut Persistence,
    keyspace: &mut Keyspace,
    instance: &mut Instance,
    streams: bool,
) -> bool {
    if persistence.child().is_some() {
        return false;
    }
    let text = match streams {
        true => "Starting BGSAVE for SYNC with target: replicas sockets",
        false => "Starting BGSAVE for SYNC with target: disk",
    };
    instance.log(LogLevel::Notice, text);
    // The stream from here on is for those who will have loaded the snapshot.
    instance.send_stream();
    if !instance.is_replica() {
        instance.primary.select_anew();
    }
    instance.primary.saved = None;
    instance.primary.snapshot = Vec::new();
    instance.primary.mark = streams.then(|| instance.new_replication_id());
    match streams {
        true => persistence.begin_streaming(keyspace, instance),
        false => persistence.begin_save(keyspace, instance),
    }
}

/// What stands before a snapshot that ends with `mark`.
fn announcement(mark: &str) -> String {
    ["$EOF:", mark, "\r\n"].concat()
}

/// Has every replica that waits for a snapshot wait for the one that has just begun.
fn start_waiting(instance: &mut Instance) {
    let offset = instance.primary.offset();
    let id = instance.primary.id().to_owned();
    for replica in instance.primary.replicas.clone() {
        let Some(client) = instance.clients.get_mut(replica) else {
            continue;
        };
        let waits = client
            .replica
            .as_deref()
            .is_some_and(|it| it.state == ReplicaState::WaitsForStart);
        if waits {
            let line = full_resync(client, &id, offset).unwrap_or_default();
            client.output.raw(&line);
            if let Some(mark) = &instance.primary.mark {
                client.output.raw(announcement(mark).as_bytes());
            }
        }
    }
}

/// Begins the snapshot that replicas wait for, unless something else is being written.
pub fn begin_full_sync(
    persistence: &mut Persistence,
    keyspace: &mut Keyspace,
    instance: &mut Instance,
) {
    let now_ms = instance.now_ms();
    let config = &instance.config;
    let waiting = instance.replicas().map(|(_, replica)| replica);
    let waiting = waiting.filter(|it| it.state == ReplicaState::WaitsForStart);
    let waiting: Vec<&Replica> = waiting.collect();
    let streams = config.repl_diskless_sync && waiting.iter().all(|it| it.understands_eof);
    let longest = waiting.iter().map(|it| now_ms - it.heard_ms).max();
    let most = usize::try_from(config.repl_diskless_sync_max_replicas).unwrap_or(0);
    let delay_ms = config.repl_diskless_sync_delay.saturating_mul(1000);
    let enough = most > 0 && waiting.len() >= most;
    if streams && !enough && longest.is_none_or(|longest| longest < delay_ms) {
        return;
    }
    if begin_save(persistence, keyspace, instance, streams) {
        start_waiting(instance);
    }
}
