//! INFO stats, errorstats, commandstats and latencystats.

use super::{figures, line};
use crate::commands::context::Context;
use crate::commands::table::table;
use crate::instance::acl::Reason;
use crate::instance::{Topic, percentile};
use crate::keyspace::DatabaseStats;
use crate::types::numbers::format_f64;

pub(super) fn stats(text: &mut String, ctx: &Context<'_>) {
    let stats = &ctx.instance.stats;
    let mut data = DatabaseStats::default();
    for database in ctx.keyspace.iter() {
        let one = database.stats();
        data.hits += one.hits;
        data.misses += one.misses;
        data.expired += one.expired;
        data.evicted += one.evicted;
    }
    line(
        text,
        format_args!("total_connections_received:{}", stats.connections),
    );
    line(
        text,
        format_args!("total_commands_processed:{}", stats.commands),
    );
    line(
        text,
        format_args!(
            "instantaneous_ops_per_sec:{}",
            stats.commands_per_second() as u64
        ),
    );
    let fields = [
        ("total_net_input_bytes", stats.bytes_in as i64),
        ("total_net_output_bytes", stats.bytes_out as i64),
        ("total_net_repl_input_bytes", stats.repl_bytes_in as i64),
        ("total_net_repl_output_bytes", stats.repl_bytes_out as i64),
    ];
    figures(text, &fields);
    line(
        text,
        format_args!(
            "instantaneous_input_kbps:{:.2}",
            stats.input_per_second() / 1024.0
        ),
    );
    line(
        text,
        format_args!(
            "instantaneous_output_kbps:{:.2}",
            stats.output_per_second() / 1024.0
        ),
    );
    let tracking = &ctx.instance.tracking;
    let synchronized = ctx.instance.primary.counts;
    let fields = [
        ("rejected_connections", stats.rejected_connections as i64),
        ("sync_full", synchronized[0] as i64),
        ("sync_partial_ok", synchronized[1] as i64),
        ("sync_partial_err", synchronized[2] as i64),
        ("expired_keys", data.expired as i64),
        ("evicted_keys", data.evicted as i64),
        ("evicted_clients", stats.evicted_clients as i64),
        ("keyspace_hits", data.hits as i64),
        ("keyspace_misses", data.misses as i64),
    ];
    figures(text, &fields);
    let count = |topic| ctx.instance.pubsub.count(topic) as i64;
    let fields = [
        ("pubsub_channels", count(Topic::Channel)),
        ("pubsub_patterns", count(Topic::Pattern)),
        ("pubsubshard_channels", count(Topic::Shard)),
        // Nothing is forked, and there is no MIGRATE.
        ("latest_fork_usec", 0),
        ("total_forks", 0),
        ("migrate_cached_sockets", 0),
        ("slave_expires_tracked_keys", 0),
        ("tracking_total_keys", tracking.keys() as i64),
        ("tracking_total_items", tracking.items() as i64),
        ("tracking_total_prefixes", tracking.prefixes() as i64),
        ("unexpected_error_replies", stats.unexpected_errors as i64),
        ("total_error_replies", stats.error_replies as i64),
        ("total_reads_processed", stats.reads as i64),
        ("total_writes_processed", stats.takes as i64),
        (
            "client_query_buffer_limit_disconnections",
            stats.query_limit_disconnections as i64,
        ),
        (
            "client_output_buffer_limit_disconnections",
            stats.output_limit_disconnections as i64,
        ),
    ];
    figures(text, &fields);
    let denied = |reason| ctx.instance.acl.log.denied(reason);
    let fields = [
        ("acl_access_denied_auth", denied(Reason::Auth)),
        ("acl_access_denied_cmd", denied(Reason::Command)),
        ("acl_access_denied_key", denied(Reason::Key)),
        ("acl_access_denied_channel", denied(Reason::Channel)),
    ];
    figures(text, &fields);
}

pub(super) fn errorstats(text: &mut String, ctx: &Context<'_>) {
    for (code, count) in ctx.instance.stats.errors.iter() {
        let code = String::from_utf8_lossy(code);
        line(text, format_args!("errorstat_{code}:count={count}"));
    }
}

pub(super) fn commandstats(text: &mut String, ctx: &Context<'_>) {
    for entry in table().entries() {
        let stats = ctx.instance.stats.by_command[entry.id];
        if stats.calls + stats.rejected == 0 {
            continue;
        }
        line(
            text,
            format_args!(
                "cmdstat_{}:calls={},usec={},usec_per_call={:.2},rejected_calls={},failed_calls={}",
                entry.full_name(),
                stats.calls,
                stats.microseconds,
                stats.microseconds as f64 / stats.calls.max(1) as f64,
                stats.rejected,
                stats.failed,
            ),
        );
    }
}

/// How long commands take, as near as the histograms know: to a factor of two.
pub(super) fn latencystats(text: &mut String, ctx: &Context<'_>) {
    let wanted = &ctx.instance.config.latency_tracking_info_percentiles;
    for entry in table().entries() {
        let Some(histogram) = ctx.instance.latency.histograms.get(&entry.id) else {
            continue;
        };
        let each = wanted.iter().map(|&wanted| {
            let name = format_f64(wanted);
            let name = String::from_utf8_lossy(&name);
            format!("p{name}={:.3}", percentile(histogram, wanted))
        });
        let each: Vec<String> = each.collect();
        let name = entry.full_name();
        line(
            text,
            format_args!("latency_percentiles_usec_{name}:{}", each.join(",")),
        );
    }
}
