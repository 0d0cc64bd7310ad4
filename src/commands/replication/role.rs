//! ROLE and INFO replication: what this server is, and who follows it.

use crate::commands::context::{CommandResult, Context};
use crate::instance::{Client, Instance};
use crate::replication::{Replica, ReplicaState};
use crate::resp::Args;

/// `ROLE`
pub fn role(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
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
    let mut fields = vec![
        ("role".to_string(), "master".to_string()),
        (
            "connected_slaves".into(),
            instance.replicas().count().to_string(),
        ),
    ];
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
            ("master_failover_state", "no-failover".to_string()),
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
