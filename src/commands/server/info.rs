//! INFO: facts and figures. Only what is known is told; no figure is made up.

use crate::commands::context::{CommandResult, Context};
use crate::commands::table::table;
use crate::instance::acl::Reason;
use crate::instance::{REDIS_VERSION, Topic};
use crate::keyspace::{Database, DatabaseStats, EvictionPolicy};
use crate::persistence::loading::LoadingProgress;
use crate::persistence::{Background, Child};
use crate::resp::Args;
use std::fmt::Write;

/// A section: its name and what writes its lines.
type Section = (&'static str, fn(&mut String, &Context<'_>));

/// The sections in Redis's order. The ones behind `DEFAULT` are shown when asked for.
const SECTIONS: &[Section] = &[
    ("Server", server),
    ("Clients", clients),
    ("Memory", memory),
    ("Persistence", persistence),
    ("Stats", stats),
    ("Replication", replication),
    ("Errorstats", errorstats),
    ("Cluster", cluster),
    ("Keyspace", keyspace),
    ("Commandstats", commandstats),
];

/// Sections that INFO shows unasked.
const DEFAULT: usize = 9;

/// INFO [section [section ...]]
pub fn info(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let wanted = |name: &str, index: usize| {
        let is = |word: &str| {
            args.tail(1)
                .iter()
                .any(|arg| arg.eq_ignore_ascii_case(word.as_bytes()))
        };
        is(name)
            || is("all")
            || is("everything")
            || (index < DEFAULT && (args.len() == 1 || is("default")))
    };
    let mut text = String::new();
    for (index, (name, write)) in SECTIONS.iter().enumerate() {
        if !wanted(name, index) {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        line(&mut text, format_args!("# {name}"));
        write(&mut text, ctx);
    }
    ctx.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{content}\r\n");
}

fn server(text: &mut String, ctx: &Context<'_>) {
    let instance = &ctx.instance;
    let uptime = (instance.now_ms() - instance.started_ms).max(0) / 1000;
    let lru_clock = instance.now_us.div_euclid(1_000_000) & 0xff_ffff;
    line(text, format_args!("redis_version:{REDIS_VERSION}"));
    line(
        text,
        format_args!("resplay_version:{}", env!("CARGO_PKG_VERSION")),
    );
    line(text, format_args!("redis_mode:standalone"));
    line(text, format_args!("arch_bits:{}", usize::BITS));
    line(text, format_args!("run_id:{}", instance.run_id));
    line(text, format_args!("tcp_port:{}", instance.config.port));
    line(text, format_args!("server_time_usec:{}", instance.now_us));
    line(text, format_args!("uptime_in_seconds:{uptime}"));
    line(text, format_args!("uptime_in_days:{}", uptime / 86_400));
    line(text, format_args!("hz:10"));
    line(text, format_args!("lru_clock:{lru_clock}"));
}

fn clients(text: &mut String, ctx: &Context<'_>) {
    let connected = ctx.instance.clients.len() + 1;
    let watching = ctx.instance.watching_clients;
    line(text, format_args!("connected_clients:{connected}"));
    line(
        text,
        format_args!("maxclients:{}", ctx.instance.config.maxclients),
    );
    let blocked = ctx.instance.blocked_clients;
    let others = ctx.instance.clients.iter();
    let timed = others.filter(|client| client.blocked.as_ref().is_some_and(|it| it.until_ms > 0));
    let timed = timed.count();
    let keys: usize = ctx.keyspace.iter().map(|db| db.awaited_keys()).sum();
    line(text, format_args!("blocked_clients:{blocked}"));
    line(text, format_args!("watching_clients:{watching}"));
    let subscribed = ctx.instance.subscribed_clients as i64;
    figures(text, &[("pubsub_clients", subscribed)]);
    line(text, format_args!("clients_in_timeout_table:{timed}"));
    line(text, format_args!("total_blocking_keys:{keys}"));
    line(text, format_args!("total_blocking_keys_on_nokey:0"));
}

/// 1536 as `1.50K`.
fn human(bytes: usize) -> String {
    let units = ["B", "K", "M", "G", "T"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{bytes}B")
    } else {
        format!("{value:.2}{}", units[unit])
    }
}

fn memory(text: &mut String, ctx: &Context<'_>) {
    let instance = &ctx.instance;
    let used = instance.used_memory();
    let peak = instance.stats.peak_memory.max(used);
    let tables: usize = ctx.keyspace.iter().map(Database::table_bytes).sum();
    let startup = instance.startup_memory;
    let overhead = startup + tables;
    let policy = EvictionPolicy::NAMES
        .iter()
        .find(|(_, policy)| *policy == instance.config.maxmemory_policy)
        .map_or("", |(name, _)| *name);
    let maxmemory = instance.config.maxmemory;
    line(text, format_args!("used_memory:{used}"));
    line(text, format_args!("used_memory_human:{}", human(used)));
    line(text, format_args!("used_memory_peak:{peak}"));
    line(text, format_args!("used_memory_peak_human:{}", human(peak)));
    line(
        text,
        format_args!(
            "used_memory_peak_perc:{:.2}%",
            used as f64 * 100.0 / peak.max(1) as f64
        ),
    );
    line(text, format_args!("used_memory_overhead:{overhead}"));
    line(text, format_args!("used_memory_startup:{startup}"));
    line(
        text,
        format_args!("used_memory_dataset:{}", used.saturating_sub(overhead)),
    );
    scripts(text, ctx);
    line(text, format_args!("maxmemory:{maxmemory}"));
    line(text, format_args!("maxmemory_human:{}", human(maxmemory)));
    line(text, format_args!("maxmemory_policy:{policy}"));
}

/// What scripts and functions take. The interpreters of a browser have memory of their own.
fn scripts(text: &mut String, ctx: &Context<'_>) {
    let (scripting, functions) = (&ctx.instance.scripting, &ctx.instance.functions);
    let libraries = functions.libraries();
    let (eval, calls) = (scripting.interpreter_memory, functions.interpreter_memory());
    let kept = scripting.bytes + functions.overhead();
    let fields = [
        ("used_memory_lua", eval),
        ("used_memory_vm_eval", eval),
        ("used_memory_scripts_eval", scripting.bytes),
        ("number_of_cached_scripts", scripting.scripts.len()),
        ("number_of_functions", libraries.function_count()),
        ("number_of_libraries", libraries.len()),
        ("used_memory_vm_functions", calls),
        ("used_memory_vm_total", eval + calls),
        ("used_memory_functions", functions.overhead()),
        ("used_memory_scripts", kept),
    ];
    figures(text, &fields.map(|(name, value)| (name, value as i64)));
    line(text, format_args!("used_memory_lua_human:{}", human(eval)));
    let total = human(eval + calls);
    line(text, format_args!("used_memory_vm_total_human:{total}"));
    line(
        text,
        format_args!("used_memory_scripts_human:{}", human(kept)),
    );
}

/// The fields of 7.2. Redis's figures of copied pages are here the bytes that changing records made
/// a snapshot write out of turn.
fn persistence(text: &mut String, ctx: &Context<'_>) {
    let (state, now_s) = (&ctx.persistence.rdb, ctx.instance.now_us / 1_000_000);
    let job = ctx.persistence.background();
    let (aof, rewrite) = (&ctx.persistence.aof, &ctx.persistence.aof.rewrite);
    let progress = job.map(Background::progress).unwrap_or_default();
    let percent = progress.written as f64 * 100.0 / progress.total.max(1) as f64;
    let running = |child: Child| ctx.persistence.child() == Some(child);
    let took = |child: Child| match job.filter(|_| running(child)) {
        Some(job) => now_s - job.started_ms() / 1000,
        None => -1,
    };
    let status = if state.last_ok { "ok" } else { "err" };
    let fields: &[(&str, i64)] = &[
        ("loading", i64::from(ctx.persistence.loading.is_some())),
        ("async_loading", 0),
        ("current_cow_peak", progress.image_bytes as i64),
        ("current_cow_size", progress.image_bytes as i64),
        ("current_cow_size_age", 0),
    ];
    figures(text, fields);
    line(text, format_args!("current_fork_perc:{percent:.2}"));
    let fields: &[(&str, i64)] = &[
        ("current_save_keys_processed", progress.written as i64),
        ("current_save_keys_total", progress.total as i64),
        (
            "rdb_changes_since_last_save",
            state.changes(ctx.keyspace) as i64,
        ),
        ("rdb_bgsave_in_progress", i64::from(running(Child::Rdb))),
        ("rdb_last_save_time", state.last_save_s),
    ];
    figures(text, fields);
    line(text, format_args!("rdb_last_bgsave_status:{status}"));
    let fields: &[(&str, i64)] = &[
        ("rdb_last_bgsave_time_sec", state.last_took_s.unwrap_or(-1)),
        ("rdb_current_bgsave_time_sec", took(Child::Rdb)),
        ("rdb_saves", state.saves as i64),
        ("rdb_last_cow_size", state.last_image_bytes as i64),
        ("rdb_last_load_keys_expired", state.loaded_expired as i64),
        ("rdb_last_load_keys_loaded", state.loaded as i64),
        ("aof_enabled", i64::from(aof.is_on())),
        ("aof_rewrite_in_progress", i64::from(running(Child::Aof))),
        ("aof_rewrite_scheduled", i64::from(rewrite.scheduled)),
        (
            "aof_last_rewrite_time_sec",
            rewrite.last_took_s.unwrap_or(-1),
        ),
        ("aof_current_rewrite_time_sec", took(Child::Aof)),
    ];
    figures(text, fields);
    let status = if rewrite.last_ok { "ok" } else { "err" };
    line(text, format_args!("aof_last_bgrewrite_status:{status}"));
    let fields: &[(&str, i64)] = &[
        ("aof_rewrites", rewrite.count as i64),
        ("aof_rewrites_consecutive_failures", rewrite.failures as i64),
    ];
    figures(text, fields);
    let status = if aof.error().is_none() { "ok" } else { "err" };
    line(text, format_args!("aof_last_write_status:{status}"));
    let fields: &[(&str, i64)] = &[
        ("aof_last_cow_size", rewrite.last_image_bytes as i64),
        // There are no modules.
        ("module_fork_in_progress", 0),
        ("module_fork_last_cow_size", 0),
    ];
    figures(text, fields);
    if aof.is_on() {
        let fields: &[(&str, i64)] = &[
            ("aof_current_size", aof.size() as i64),
            ("aof_base_size", aof.base_size() as i64),
            ("aof_pending_rewrite", i64::from(rewrite.scheduled)),
            ("aof_buffer_length", aof.buffered().len() as i64),
            ("aof_pending_bio_fsync", aof.pending_syncs() as i64),
            ("aof_delayed_fsync", aof.delayed_syncs() as i64),
        ];
        figures(text, fields);
    }
    if let Some(loading) = &ctx.persistence.loading {
        loading_fields(text, loading, ctx.instance.now_ms());
    }
}

fn loading_fields(text: &mut String, loading: &LoadingProgress, now_ms: i64) {
    let (loaded, total) = (loading.loaded, loading.total.max(1));
    let elapsed_s = (now_ms - loading.started_ms).max(0) / 1000;
    let left = total.saturating_sub(loaded) as f64;
    // As fast as so far; without a whole second, no estimate.
    let eta_s = match elapsed_s {
        0 => 1,
        _ => (left * elapsed_s as f64 / loaded.max(1) as f64) as i64,
    };
    let fields: &[(&str, i64)] = &[
        ("loading_start_time", loading.started_ms / 1000),
        ("loading_total_bytes", loading.total as i64),
        // What the server that wrote the file held, which an AOF does not tell.
        ("loading_rdb_used_mem", 0),
        ("loading_loaded_bytes", loaded as i64),
    ];
    figures(text, fields);
    let percent = loaded as f64 * 100.0 / total as f64;
    line(text, format_args!("loading_loaded_perc:{percent:.2}"));
    figures(text, &[("loading_eta_seconds", eta_s)]);
}

fn figures(text: &mut String, fields: &[(&str, i64)]) {
    for (name, value) in fields {
        line(text, format_args!("{name}:{value}"));
    }
}

fn stats(text: &mut String, ctx: &Context<'_>) {
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
    line(
        text,
        format_args!("total_net_input_bytes:{}", stats.bytes_in),
    );
    line(
        text,
        format_args!("total_net_output_bytes:{}", stats.bytes_out),
    );
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
    line(text, format_args!("expired_keys:{}", data.expired));
    line(text, format_args!("evicted_keys:{}", data.evicted));
    line(text, format_args!("keyspace_hits:{}", data.hits));
    line(text, format_args!("keyspace_misses:{}", data.misses));
    let count = |topic| ctx.instance.pubsub.count(topic) as i64;
    let fields = [
        ("pubsub_channels", count(Topic::Channel)),
        ("pubsub_patterns", count(Topic::Pattern)),
        ("pubsubshard_channels", count(Topic::Shard)),
        ("total_error_replies", stats.error_replies as i64),
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

fn replication(text: &mut String, _ctx: &Context<'_>) {
    line(text, format_args!("role:master"));
    line(text, format_args!("connected_slaves:0"));
}

fn errorstats(text: &mut String, ctx: &Context<'_>) {
    for (code, count) in ctx.instance.stats.errors.iter() {
        let code = String::from_utf8_lossy(code);
        line(text, format_args!("errorstat_{code}:count={count}"));
    }
}

fn cluster(text: &mut String, _ctx: &Context<'_>) {
    line(text, format_args!("cluster_enabled:0"));
}

fn keyspace(text: &mut String, ctx: &Context<'_>) {
    for database in ctx.keyspace.iter().filter(|database| !database.is_empty()) {
        line(
            text,
            format_args!(
                "db{}:keys={},expires={},avg_ttl={}",
                database.index(),
                database.len(),
                database.volatile_len(),
                database.average_ttl_ms(),
            ),
        );
    }
}

fn commandstats(text: &mut String, ctx: &Context<'_>) {
    for entry in table().entries() {
        let stats = ctx.instance.stats.by_command[entry.id];
        if stats.calls + stats.rejected == 0 {
            continue;
        }
        line(
            text,
            format_args!(
                "cmdstat_{}:calls={},rejected_calls={},failed_calls={}",
                entry.full_name(),
                stats.calls,
                stats.rejected,
                stats.failed,
            ),
        );
    }
}
