//! ROLE and INFO replication: what this server is, and who follows it.

use crate::commands::context::{CommandResult, Context};
use crate::instance::{Client, Instance};
use crate::replication::{Failover, Replica, ReplicaState, Stage};
use crate::resp::Args;

/// `ROLE`
pub fn role(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if let Some(sentinel) = &ctx.instance.sentinel {
        ctx.reply.array(2);
        ctx.reply.bulk_str("sentinel");
        ctx.reply.array(sentinel.primaries.len());
        for name in sentinel.primaries.keys() {
            ctx.reply.bulk_str(name);
        }
        return Ok(());
    }
    if let Some((host, port)) = &ctx.instance.config.replicaof {
        let follower = &ctx.instance.follower;
        ctx.reply.array(5);
        ctx.reply.bulk_str("slave");
        ctx.reply.bulk_str(host);
        ctx.reply.integer(i64::from(*port));
        ctx.reply.bulk_str(follower.stage.name());
        ctx.reply.integer(match follower.is_connected() {
            true => ctx.instance.primary.offset().cast_signed(),
            false => -1,
        });
        return Ok(());
    }
    ctx.reply.array(3);
    ctx.reply.bulk_str("master");
    ctx.reply
        .integer(ctx.instance.primary.offset().cast_signed());
    let online = |(_, replica): &(&Client, &Replica)| replica.state == ReplicaState::Online;
    let online: Vec<_> = ctx.instance.replicas().filter(online).collect();
    ctx.reply.array(online.len());
    for (client, replica) in online {
        ctx.reply.array(3);
        ctx.reply.bulk_str(&client.replica_host());
        ctx.reply.bulk_str(&replica.port.to_string());
        ctx.reply.bulk_str(&replica.offset.to_string());
    }
    Ok(())
}

/// The fields of INFO replication, in order.
pub fn replication_fields(instance: &Instance) -> Vec<(String, String)> {
    let primary = &instance.primary;
    let mut fields = Vec::new();
    match &instance.config.replicaof {
        None => fields.push(("role".to_string(), "master".to_string())),
        Some((host, port)) => followed_fields(instance, host, *port, &mut fields),
    }
    let count = instance.replicas().count().to_string();
    fields.push(("connected_slaves".into(), count));
    if instance.config.min_replicas_to_write > 0 && instance.config.min_replicas_max_lag > 0 {
        let good = instance.good_replicas().to_string();
        fields.push(("min_slaves_good_slaves".into(), good));
    }
    for (index, (client, replica)) in instance.replicas().enumerate() {
        let lag = match replica.state {
            ReplicaState::Online => (instance.now_ms() - replica.heard_ms) / 1000,
            _ => 0,
        };
        let line = format!(
            "ip={},port={},state={},offset={},lag={lag}",
            client.replica_host(),
            replica.port,
            replica.state.name(),
            replica.offset
        );
        fields.push((format!("slave{index}"), line));
    }
    let (former, former_end) = match primary.former() {
        Some((id, end)) => (id.to_owned(), end.to_string()),
        None => ("0".repeat(40), "-1".into()),
    };
    let backlog = primary.backlog();
    let number = |number: Option<u64>| number.unwrap_or(0).to_string();
    fields.extend(
        [
            (
                "master_failover_state",
                Failover::name(instance.failover.as_ref()).to_string(),
            ),
            ("master_replid", primary.id().to_owned()),
            ("master_replid2", former),
            ("master_repl_offset", primary.offset().to_string()),
            ("second_repl_offset", former_end),
            (
                "repl_backlog_active",
                u8::from(backlog.is_some()).to_string(),
            ),
            (
                "repl_backlog_size",
                instance.config.repl_backlog_size.to_string(),
            ),
            (
                "repl_backlog_first_byte_offset",
                number(backlog.map(|it| it.first())),
            ),
            (
                "repl_backlog_histlen",
                number(backlog.map(|it| it.len() as u64)),
            ),
        ]
        .map(|(name, value)| (name.to_string(), value)),
    );
    fields
}

/// What a replica tells of its primary.
fn followed_fields(instance: &Instance, host: &str, port: u16, fields: &mut Vec<(String, String)>) {
    let (follower, config) = (&instance.follower, &instance.config);
    let now_ms = instance.now_ms();
    let mut add = |name: &str, value: String| fields.push((name.into(), value));
    let flag = |flag: bool| u8::from(flag).to_string();
    let connected = follower.is_connected();
    let seconds = |since_ms: i64| ((now_ms - since_ms) / 1000).to_string();
    let offset = match connected || follower.resumable {
        true => instance.primary.offset().to_string(),
        false => "1".into(),
    };
    add("role", "slave".into());
    add("master_host", host.into());
    add("master_port", port.to_string());
    let status = if connected { "up" } else { "down" };
    add("master_link_status", status.into());
    let heard = match connected {
        true => seconds(follower.heard_ms),
        false => "-1".into(),
    };
    add("master_last_io_seconds_ago", heard);
    let syncs = matches!(follower.stage, Stage::Transfer | Stage::Loading);
    add("master_sync_in_progress", flag(syncs));
    let read = offset.parse::<u64>().unwrap_or(0) + follower.input.len() as u64;
    let read = if connected {
        read.to_string()
    } else {
        offset.clone()
    };
    add("slave_read_repl_offset", read);
    add("slave_repl_offset", offset);
    if let Some(transfer) = &follower.transfer {
        let total = transfer.total.unwrap_or(0);
        let share = match total {
            0 => 0.0,
            total => transfer.read as f64 * 100.0 / total as f64,
        };
        let left = total as i64 - transfer.read as i64;
        add("master_sync_total_bytes", total.to_string());
        add("master_sync_read_bytes", transfer.read.to_string());
        add("master_sync_left_bytes", left.to_string());
        add("master_sync_perc", format!("{share:.2}"));
        add(
            "master_sync_last_io_seconds_ago",
            seconds(transfer.heard_ms),
        );
    }
    if !connected {
        let down = match follower.down_since_ms {
            0 => "-1".into(),
            since_ms => seconds(since_ms),
        };
        add("master_link_down_since_seconds", down);
    }
    add("slave_priority", config.replica_priority.to_string());
    add("slave_read_only", flag(config.replica_read_only));
    add("replica_announced", flag(config.replica_announced));
}
