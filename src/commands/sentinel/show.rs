//! What a sentinel knows: SENTINEL MASTER and its like, INFO sentinel.

use super::{primary, sentinel, text};
use crate::commands::context::{CommandResult, Context};
use crate::resp::{Args, ReplyWriter};
use crate::sentinel::{Kind, Node, Primary};

/// SENTINEL MASTERS
pub fn masters(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let now = ctx.instance.now_ms();
    let sentinel = ctx.instance.sentinel.as_deref().ok_or(super::NO_SENTINEL)?;
    let names = sentinel.common.announce.hostnames;
    ctx.reply.array(sentinel.primaries.len());
    for primary in sentinel.primaries.values() {
        write(ctx.reply, primary, &primary.node, names, now);
    }
    Ok(())
}

/// SENTINEL MASTER master-name
pub fn master(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let now = ctx.instance.now_ms();
    let sentinel = ctx.instance.sentinel.as_deref().ok_or(super::NO_SENTINEL)?;
    let names = sentinel.common.announce.hostnames;
    let primary = primary(sentinel, args.at(2))?;
    write(ctx.reply, primary, &primary.node, names, now);
    Ok(())
}

/// SENTINEL REPLICAS master-name
pub fn replicas(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let now = ctx.instance.now_ms();
    let sentinel = ctx.instance.sentinel.as_deref().ok_or(super::NO_SENTINEL)?;
    let names = sentinel.common.announce.hostnames;
    let primary = primary(sentinel, args.at(2))?;
    let nodes = primary.replicas.values();
    let nodes: Vec<&Node> = nodes.filter(|node| node.replica.announced).collect();
    ctx.reply.array(nodes.len());
    for node in nodes {
        write(ctx.reply, primary, node, names, now);
    }
    Ok(())
}

/// SENTINEL SENTINELS master-name
pub fn sentinels(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let now = ctx.instance.now_ms();
    let sentinel = ctx.instance.sentinel.as_deref().ok_or(super::NO_SENTINEL)?;
    let names = sentinel.common.announce.hostnames;
    let primary = primary(sentinel, args.at(2))?;
    ctx.reply.array(primary.sentinels.len());
    for node in primary.sentinels.values() {
        write(ctx.reply, primary, node, names, now);
    }
    Ok(())
}

/// SENTINEL INFO-CACHE master-name [master-name ...]
pub fn info_cache(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let now = ctx.instance.now_ms();
    let sentinel = ctx.instance.sentinel.as_deref().ok_or(super::NO_SENTINEL)?;
    let wanted: Vec<String> = args.tail(2).iter().map(text).collect();
    let primaries = sentinel.primaries.iter();
    let primaries: Vec<_> = primaries
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name))
        .collect();
    ctx.reply.map(primaries.len());
    for (name, primary) in primaries {
        ctx.reply.bulk_str(name);
        ctx.reply.array(1 + primary.replicas.len());
        for node in std::iter::once(&primary.node).chain(primary.replicas.values()) {
            ctx.reply.array(2);
            let age = if node.info_at == 0 {
                0
            } else {
                now - node.info_at
            };
            ctx.reply.integer(age);
            match node.info.is_empty() {
                true => ctx.reply.null(),
                false => ctx.reply.bulk_str(&node.info),
            }
        }
    }
    Ok(())
}

/// One node, as fields and values in Redis's order.
fn write(reply: &mut ReplyWriter, primary: &Primary, node: &Node, names: bool, now: i64) {
    let link = &node.link;
    let mut fields: Vec<(&str, String)> = vec![
        ("name", node.name.clone()),
        ("ip", node.told_host(names).to_owned()),
        ("port", node.port.to_string()),
        ("runid", node.run_id.clone().unwrap_or_default()),
        ("flags", primary.flags(node)),
        ("link-pending-commands", link.pending().to_string()),
        // Each primary has its own connections to a sentinel.
        ("link-refcount", "1".to_owned()),
    ];
    let mut add = |name, value: String| fields.push((name, value));
    if node.kind == Kind::Primary && primary.failover.is_running() {
        add("failover-state", primary.failover.state.name().to_owned());
    }
    let since = |at: i64| if at == 0 { 0 } else { now - at };
    add("last-ping-sent", since(link.ping_since).to_string());
    add("last-ok-ping-reply", (now - link.last_ok).to_string());
    add("last-ping-reply", (now - link.last_pong).to_string());
    if node.is_down {
        add("s-down-time", (now - node.down_since).to_string());
    }
    if node.is_agreed_down {
        add("o-down-time", (now - node.agreed_down_since).to_string());
    }
    add("down-after-milliseconds", node.down_after.to_string());
    if node.kind != Kind::Sentinel {
        add("info-refresh", since(node.info_at).to_string());
        add("role-reported", node.role.name().to_owned());
        add("role-reported-time", (now - node.role_since).to_string());
    }
    match node.kind {
        Kind::Primary => {
            add("config-epoch", primary.config_epoch.to_string());
            add("num-slaves", primary.replicas.len().to_string());
            add("num-other-sentinels", primary.sentinels.len().to_string());
            add("quorum", primary.quorum.to_string());
            add("failover-timeout", primary.failover_timeout.to_string());
            add("parallel-syncs", primary.parallel_syncs.to_string());
        }
        Kind::Replica => {
            let facts = &node.replica;
            add("master-link-down-time", facts.link_down_ms.to_string());
            let status = if facts.link_up { "ok" } else { "err" };
            add("master-link-status", status.to_owned());
            let host = facts.primary_host.clone();
            add("master-host", host.unwrap_or_else(|| "?".to_owned()));
            add("master-port", facts.primary_port.to_string());
            add("slave-priority", facts.priority.to_string());
            add("slave-repl-offset", facts.offset.to_string());
            let announced = u8::from(facts.announced);
            add("replica-announced", announced.to_string());
        }
        Kind::Sentinel => {
            let facts = &node.peer;
            add("last-hello-message", (now - facts.last_hello).to_string());
            let leader = facts.leader.clone();
            add("voted-leader", leader.unwrap_or_else(|| "?".to_owned()));
            add("voted-leader-epoch", facts.leader_epoch.to_string());
        }
    }
    reply.map(fields.len());
    for (name, value) in fields {
        reply.bulk_str(name);
        reply.bulk_str(&value);
    }
}

/// The lines of INFO sentinel.
pub fn sentinel_lines(ctx: &Context<'_>) -> Vec<String> {
    let Ok(sentinel) = sentinel(ctx) else {
        return Vec::new();
    };
    let common = &sentinel.common;
    let now = ctx.instance.now_ms();
    let tilt = common.tilt_since.map_or(-1, |since| (now - since) / 1000);
    let simulated =
        u8::from(common.simulated.after_election) | u8::from(common.simulated.after_promotion) << 1;
    let mut lines = vec![
        format!("sentinel_masters:{}", sentinel.primaries.len()),
        format!("sentinel_tilt:{}", u8::from(common.tilt_since.is_some())),
        format!("sentinel_tilt_since_seconds:{tilt}"),
        "sentinel_running_scripts:0".to_owned(),
        "sentinel_scripts_queue_length:0".to_owned(),
        format!("sentinel_simulate_failure_flags:{simulated}"),
    ];
    for (at, (name, primary)) in sentinel.primaries.iter().enumerate() {
        let status = match (primary.node.is_agreed_down, primary.node.is_down) {
            (true, _) => "odown",
            (false, true) => "sdown",
            (false, false) => "ok",
        };
        let host = primary.node.told_host(common.announce.hostnames);
        let port = primary.node.port;
        lines.push(format!(
            "master{at}:name={name},status={status},address={host}:{port},slaves={},sentinels={}",
            primary.replicas.len(),
            primary.sentinels.len() + 1
        ));
    }
    lines
}
