//! INFO: facts and figures. Only what is known is told; no figure is made up.

mod persistence;
mod stats;

use crate::commands::context::{CommandResult, Context};
use crate::commands::replication::replication_fields;
use crate::commands::sentinel::sentinel_lines;
use crate::instance::{Client, REDIS_VERSION};
use crate::keyspace::{Database, EvictionPolicy};
use crate::resp::Args;
use std::fmt::Write;

use persistence::persistence;
use stats::{commandstats, errorstats, latencystats, stats};

/// A section: its name and what writes its lines.
type Section = (&'static str, fn(&mut String, &Context<'_>));

/// When a section is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Unasked.
    Always,
    /// By `all` and `everything`.
    All,
}

/// The sections in Redis's order.
const SECTIONS: &[(Section, Shown)] = &[
    (("Server", server), Shown::Always),
    (("Clients", clients), Shown::Always),
    (("Memory", memory), Shown::Always),
    (("Persistence", persistence), Shown::Always),
    (("Stats", stats), Shown::Always),
    (("Replication", replication), Shown::Always),
    (("CPU", cpu), Shown::Always),
    (("Modules", |_, _| {}), Shown::Always),
    (("Commandstats", commandstats), Shown::All),
    (("Errorstats", errorstats), Shown::Always),
    (("Latencystats", latencystats), Shown::All),
    (("Cluster", cluster), Shown::Always),
    (("Keyspace", keyspace), Shown::Always),
];

/// Those of a sentinel, which has no data.
const SENTINEL_SECTIONS: &[(Section, Shown)] = &[
    (("Server", server), Shown::Always),
    (("Clients", clients), Shown::Always),
    (("Stats", stats), Shown::Always),
    (("CPU", cpu), Shown::Always),
    (("Sentinel", sentinel), Shown::Always),
];

/// INFO [section [section ...]]
pub fn info(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let wanted = |name: &str, shown: Shown| {
        let is = |word: &str| {
            args.tail(1)
                .iter()
                .any(|arg| arg.eq_ignore_ascii_case(word.as_bytes()))
        };
        is(name)
            || is("all")
            || is("everything")
            || (shown == Shown::Always && (args.len() == 1 || is("default")))
    };
    let mut text = String::new();
    let sections = match ctx.instance.is_sentinel() {
        true => SENTINEL_SECTIONS,
        false => SECTIONS,
    };
    for ((name, write), shown) in sections {
        if !wanted(name, *shown) {
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
    let lru_clock = instance.now_us().div_euclid(1_000_000) & 0xff_ffff;
    line(text, format_args!("redis_version:{REDIS_VERSION}"));
    // What Redis tells when it is built without its history.
    line(text, format_args!("redis_git_sha1:00000000"));
    line(text, format_args!("redis_git_dirty:0"));
    line(
        text,
        format_args!("resplay_version:{}", env!("CARGO_PKG_VERSION")),
    );
    let mode = match instance.is_sentinel() {
        true => "sentinel",
        false => "standalone",
    };
    line(text, format_args!("redis_mode:{mode}"));
    line(text, format_args!("arch_bits:{}", usize::BITS));
    line(text, format_args!("process_id:{}", instance.pid));
    line(text, format_args!("process_supervised:no"));
    line(text, format_args!("run_id:{}", instance.run_id));
    line(text, format_args!("tcp_port:{}", instance.config.port));
    line(text, format_args!("server_time_usec:{}", instance.now_us()));
    line(text, format_args!("uptime_in_seconds:{uptime}"));
    line(text, format_args!("uptime_in_days:{}", uptime / 86_400));
    let (hz, configured) = (instance.hz(), instance.config.hz);
    line(text, format_args!("hz:{hz}"));
    line(text, format_args!("configured_hz:{configured}"));
    line(text, format_args!("lru_clock:{lru_clock}"));
    let file = instance.config_path.as_deref().unwrap_or_default();
    line(text, format_args!("config_file:{file}"));
    line(text, format_args!("io_threads_active:0"));
}

fn clients(text: &mut String, ctx: &Context<'_>) {
    let connected = ctx.instance.clients.len() + 1;
    let watching = ctx.instance.watching_clients;
    line(text, format_args!("connected_clients:{connected}"));
    line(
        text,
        format_args!("maxclients:{}", ctx.instance.config.maxclients),
    );
    let others = ctx.instance.clients.iter();
    let timed = |client: &&Client| client.blocked.as_ref().is_some_and(|it| it.until_ms > 0);
    let timed = others.filter(timed).count();
    let longest = |of: fn(&Client) -> usize| ctx.instance.clients.iter().map(of).max();
    let input = longest(|client| client.query_buffer.len()).unwrap_or(0);
    let output = longest(|client| client.output.len()).unwrap_or(0);
    let keys: usize = ctx.keyspace.iter().map(|db| db.awaited_keys()).sum();
    let instance = &ctx.instance;
    let fields = [
        ("cluster_connections", 0),
        ("client_recent_max_input_buffer", input),
        ("client_recent_max_output_buffer", output),
        ("blocked_clients", instance.blocked_clients),
        ("tracking_clients", instance.tracking.clients()),
        ("pubsub_clients", instance.subscribed_clients),
        ("watching_clients", watching),
        ("clients_in_timeout_table", timed),
        ("total_blocking_keys", keys),
        ("total_blocking_keys_on_nokey", 0),
    ];
    figures(text, &fields.map(|(name, value)| (name, value as i64)));
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
    let clients = instance.clients.iter();
    let clients: usize = clients.map(|client| client.memory(&client.output)).sum();
    let clients = clients + ctx.client.memory(ctx.reply);
    let aof = ctx.persistence.aof.buffered().len();
    let fields = [
        ("mem_not_counted_for_evict", 0),
        ("mem_replication_backlog", 0),
        ("mem_total_replication_buffers", 0),
        ("mem_clients_slaves", 0),
        ("mem_clients_normal", clients),
        ("mem_cluster_links", 0),
        ("mem_aof_buffer", aof),
        ("active_defrag_running", 0),
        // Everything is freed at once.
        ("lazyfree_pending_objects", 0),
        ("lazyfreed_objects", 0),
    ];
    figures(text, &fields.map(|(name, value)| (name, value as i64)));
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

fn figures(text: &mut String, fields: &[(&str, i64)]) {
    for (name, value) in fields {
        line(text, format_args!("{name}:{value}"));
    }
}

fn replication(text: &mut String, ctx: &Context<'_>) {
    for (name, value) in replication_fields(ctx.instance) {
        line(text, format_args!("{name}:{value}"));
    }
}

/// The time that the server has run on its one thread, by the stopwatch that the host has lent; nothing
/// else is known, and without one nothing.
fn cpu(text: &mut String, ctx: &Context<'_>) {
    if ctx.instance.stopwatch.is_none() {
        return;
    }
    let seconds = ctx.instance.stats.busy_us as f64 / 1e6;
    line(text, format_args!("used_cpu_sys:0.000000"));
    line(text, format_args!("used_cpu_user:{seconds:.6}"));
    line(text, format_args!("used_cpu_sys_children:0.000000"));
    line(text, format_args!("used_cpu_user_children:0.000000"));
    line(text, format_args!("used_cpu_sys_main_thread:0.000000"));
    line(text, format_args!("used_cpu_user_main_thread:{seconds:.6}"));
}

fn cluster(text: &mut String, _ctx: &Context<'_>) {
    line(text, format_args!("cluster_enabled:0"));
}

fn sentinel(text: &mut String, ctx: &Context<'_>) {
    for fact in sentinel_lines(ctx) {
        line(text, format_args!("{fact}"));
    }
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
