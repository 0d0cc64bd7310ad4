//! MEMORY DOCTOR, STATS, MALLOC-STATS and PURGE: what the account of memory tells.

use crate::commands::arguments::write_double;
use crate::commands::context::{CommandResult, Context};
use crate::instance::Client;
use crate::keyspace::Database;
use crate::resp::Args;

/// Below, the doctor has nothing to look at, in bytes.
const LITTLE: usize = 5 << 20;

/// Where the bytes of the server are.
struct Report {
    peak: usize,
    total: usize,
    startup: usize,
    clients: usize,
    log: usize,
    tables: usize,
    scripts: usize,
    functions: usize,
    keys: usize,
}

impl Report {
    fn of(ctx: &Context<'_>) -> Report {
        let total = ctx.instance.used_memory();
        // The client that asks stands apart from the others.
        let others = ctx.instance.clients.iter().map(bytes_of_client);
        Report {
            peak: ctx.instance.stats.peak_memory.max(total),
            total,
            startup: ctx.instance.startup_memory,
            clients: bytes_of_client(ctx.client) + others.sum::<usize>(),
            log: ctx.persistence.aof.buffered().len(),
            tables: ctx.keyspace.iter().map(Database::table_bytes).sum(),
            scripts: ctx.instance.scripting.bytes,
            functions: ctx.instance.functions.overhead(),
            keys: ctx.keyspace.iter().map(Database::len).sum(),
        }
    }

    fn overhead(&self) -> usize {
        self.startup + self.clients + self.log + self.tables + self.scripts + self.functions
    }
}

fn bytes_of_client(client: &Client) -> usize {
    size_of::<Client>() + client.query_buffer.capacity() + client.output.len()
}

fn percentage(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

/// MEMORY STATS
///
/// Redis's fields as far as they mean something: all memory is counted as the allocator takes it, so that
/// nothing is known of fragments, and no replication or cluster takes any.
pub fn memory_stats(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let report = Report::of(ctx);
    let dataset = report.total.saturating_sub(report.overhead());
    let net = report.total.saturating_sub(report.startup);
    let used = ctx.keyspace.iter().filter(|database| !database.is_empty());
    let databases: Vec<_> = used
        .map(|database| (database.index(), database.bytes_by_table()))
        .collect();
    let fields = [
        ("peak.allocated", report.peak),
        ("total.allocated", report.total),
        ("startup.allocated", report.startup),
        ("clients.normal", report.clients),
        ("aof.buffer", report.log),
        ("lua.caches", report.scripts),
        ("functions.caches", report.functions),
        ("overhead.total", report.overhead()),
        ("keys.count", report.keys),
        ("keys.bytes-per-key", net / report.keys.max(1)),
        ("dataset.bytes", dataset),
        ("allocator.allocated", report.total),
    ];
    ctx.reply.map(fields.len() + databases.len() + 2);
    for (name, bytes) in fields {
        ctx.reply.bulk_str(name);
        ctx.reply.integer(bytes as i64);
    }
    for (index, (keys, volatile)) in databases {
        ctx.reply.bulk_str(&format!("db.{index}"));
        ctx.reply.map(2);
        ctx.reply.bulk_str("overhead.hashtable.main");
        ctx.reply.integer(keys as i64);
        ctx.reply.bulk_str("overhead.hashtable.expires");
        ctx.reply.integer(volatile as i64);
    }
    ctx.reply.bulk_str("dataset.percentage");
    write_double(ctx.reply, percentage(dataset, net));
    ctx.reply.bulk_str("peak.percentage");
    write_double(ctx.reply, percentage(report.total, report.peak));
    Ok(())
}

/// MEMORY DOCTOR
pub fn memory_doctor(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let report = Report::of(ctx);
    let mut text = String::new();
    if report.total < LITTLE {
        text.push_str(
            "Hi Sam, this instance is empty or is using very little memory, my issues detector \
             can't be used in these conditions. Please, leave for your mission on Earth and fill \
             it with some data. The new Sam and I will be back to our programming as soon as I \
             finished rebooting.\n",
        );
    } else {
        if percentage(report.peak, report.total) > 150.0 {
            text.push_str(
                " * Peak memory: In the past this instance used more than 150% the memory that is \
                 currently using. The allocator is normally not able to release memory after a \
                 peak, so you can expect to see a big fragmentation ratio, however this is \
                 actually harmless and is only due to the memory peak.\n\n",
            );
        }
        let clients = ctx.instance.clients.len().max(1);
        if report.clients / clients > 200 * 1024 {
            text.push_str(
                " * Big client buffers: The clients output buffers in this instance are greater \
                 than 200K per client (on average). Please use the CLIENT LIST command in order \
                 to investigate the issue if it causes problems in your instance, or to \
                 understand better why certain clients are using a big amount of memory.\n\n",
            );
        }
        text = if text.is_empty() {
            "Hi Sam, I can't find any memory issue in your instance. I can only account for what \
             occurs on this base.\n"
                .to_owned()
        } else {
            [
                "Sam, I detected a few issues in this Redis instance memory implants:\n\n",
                &text,
                "I'm here to keep you safe, Sam. I want to help you.\n",
            ]
            .concat()
        };
    }
    ctx.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

/// MEMORY MALLOC-STATS: as Redis answers with an allocator that keeps no statistics.
pub fn memory_malloc_stats(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let text = "Stats not supported for the current allocator";
    ctx.reply.bulk_str(text);
    Ok(())
}

/// MEMORY PURGE: gives back what buffers of clients hold beyond what is in them. What has been freed the
/// allocator keeps for what comes next, as with libc in Redis.
pub fn memory_purge(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    for client in ctx.instance.clients.iter_mut() {
        client.query_buffer.shrink_to_fit();
    }
    ctx.reply.ok();
    Ok(())
}
