//! REPLICAOF: this server becomes a replica, or a primary again.

use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::instance::{Effects, Instance, LogLevel, Request};
use crate::keyspace::Keyspace;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;

/// `REPLICAOF host port`, `REPLICAOF NO ONE`
pub fn replicaof(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if ctx.instance.failover.is_some() {
        return Err("ERR REPLICAOF not allowed while failing over.".into());
    }
    let by = |ctx: &Context<'_>| {
        let line = ctx.instance.describe(ctx.client, ctx.reply);
        String::from_utf8_lossy(&line).into_owned()
    };
    if is_word(args.at(1), "no") && is_word(args.at(2), "one") {
        if ctx.instance.is_replica() {
            stop_following(ctx.keyspace, ctx.instance, ctx.effects);
            let text = ["MASTER MODE enabled (user request from '", &by(ctx), "')"];
            ctx.instance.log(LogLevel::Notice, text.concat());
        }
        ctx.reply.ok();
        return Ok(());
    }
    if ctx.client.is_replica() {
        return Err("ERR Command is not valid when client is a replica.".into());
    }
    let port = parse_i64(args.at(2)).and_then(|port| u16::try_from(port).ok());
    let port = port.ok_or(ReplyError::new("ERR Invalid master port"))?;
    let host = String::from_utf8_lossy(args.at(1)).into_owned();
    let same = |(known, its): &(String, u16)| known.eq_ignore_ascii_case(&host) && *its == port;
    if ctx.instance.config.replicaof.as_ref().is_some_and(same) {
        let text = "REPLICAOF would result into synchronization with the master we are already \
                    connected with. No operation performed.";
        ctx.instance.log(LogLevel::Notice, text);
        let text = "OK Already connected to specified master";
        ctx.reply.simple(text);
        return Ok(());
    }
    follow(
        ctx.keyspace,
        ctx.instance,
        ctx.effects,
        (host.clone(), port),
    );
    let text = format!(
        "REPLICAOF {host}:{port} enabled (user request from '{}')",
        by(ctx)
    );
    ctx.instance.log(LogLevel::Notice, text);
    ctx.reply.ok();
    Ok(())
}

/// Makes the server a replica, of whom it may have been before, too.
pub fn follow(
    keyspace: &mut Keyspace,
    instance: &mut Instance,
    effects: &mut Effects,
    primary: (String, u16),
) {
    let was_primary = !instance.is_replica();
    // What was told so far is in the stream that its replicas know.
    instance.send_stream();
    instance.drop_primary_link();
    if was_primary {
        instance.follower.db = instance.primary.selected().unwrap_or(0);
    }
    instance.config.replicaof = Some(primary);
    instance.follower.down_since_ms = 0;
    effects.replicate(false, keyspace);
    instance.primary.pass_on(instance.config.repl_backlog_size);
    keyspace.hide_expired(true);
    if was_primary {
        let text = "Before turning into a replica, using my own master parameters to synthesize a \
                    cached master: I may be able to synchronize with the new master with just a \
                    partial transfer.";
        instance.log(LogLevel::Notice, text);
        instance.follower.resumable = true;
        let blocked = instance.clients.iter().filter(|it| it.blocked.is_some());
        let blocked: Vec<u64> = blocked.map(|client| client.id).collect();
        instance
            .requests
            .extend(blocked.into_iter().map(Request::EndWait));
    }
    instance.begin_to_follow();
}

/// Makes the server a primary again, whose stream goes on under a name of its own.
pub fn stop_following(keyspace: &mut Keyspace, instance: &mut Instance, effects: &mut Effects) {
    instance.send_stream();
    instance.drop_primary_link();
    instance.config.replicaof = None;
    instance.follower.resumable = false;
    let (id, offset) = (instance.new_replication_id(), instance.primary.offset());
    let text = format!(
        "Setting secondary replication ID to {}, valid up to offset: {}. New replication ID is {id}",
        instance.primary.id(),
        offset + 1
    );
    instance.log(
        LogLevel::Notice,
        "Discarding previously cached master state.",
    );
    instance.log(LogLevel::Notice, text);
    instance.primary.take_over(id);
    // They are to learn the new name.
    instance.close_replicas();
    instance.primary.alone_since_ms = instance.now_ms();
    effects.replicate(instance.primary.is_on(), keyspace);
    keyspace.hide_expired(instance.hides_expired());
}
