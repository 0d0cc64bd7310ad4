//! How long commands take: the slow log, the latency monitor, the histograms.
//!
//! The stopwatch is the host's, and reading it costs as much as a tenth of a GET. So a command is measured
//! only if somebody wants to know, and if it may take so long at all.

use super::Flags;
use super::context::Context;
use super::secrets::is_secret;
use super::table::Entry;
use crate::instance::{Instance, SlowCommand, shortened};
use crate::resp::Args;

/// Microseconds below which no command is thought to be quick enough.
const ALWAYS_QUICKER: i64 = 1000;

/// With more arguments even a command that takes constant time for each may take long.
const MANY_ARGUMENTS: usize = 64;

/// Starts the stopwatch for a command that is about to run, if it is going to be looked at.
#[inline]
pub fn start(instance: &Instance, entry: &Entry, args: Args<'_>) -> Option<i64> {
    let stopwatch = instance.stopwatch?;
    let config = &instance.config;
    let slow = config.slowlog_log_slower_than;
    let spike = config.latency_monitor_threshold.saturating_mul(1000);
    let wanted = match (slow >= 0, spike > 0) {
        (true, true) => slow.min(spike),
        (true, false) => slow,
        (false, true) => spike,
        (false, false) => i64::MAX,
    };
    let is_quick = args.len() <= MANY_ARGUMENTS
        && (entry.command.flags.contains(Flags::FAST)
            || entry.command.complexity.starts_with("O(1)"));
    let looked_at = wanted < ALWAYS_QUICKER || (wanted < i64::MAX && !is_quick);
    (looked_at || config.latency_tracking).then(stopwatch)
}

/// Stops it, and notes how long the command took.
#[inline]
pub fn stop(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>, started: Option<i64>) {
    let slept = std::mem::take(&mut ctx.instance.slept_us);
    let measured = match (started, ctx.instance.stopwatch) {
        // A clock that is set back measures nothing.
        (Some(started), Some(stopwatch)) => stopwatch().saturating_sub(started).max(0),
        _ => 0,
    };
    note(ctx, entry, args, measured.saturating_add(slept));
}

fn note(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>, duration: i64) {
    ctx.instance.stats.by_command[entry.id].microseconds += duration.max(0).unsigned_abs();
    let config = &ctx.instance.config;
    let most = config.slowlog_max_len;
    let slow = config.slowlog_log_slower_than;
    if slow >= 0
        && duration >= slow
        && most > 0
        && !entry.command.flags.contains(Flags::SKIP_SLOWLOG)
    {
        let command = SlowCommand {
            id: 0,
            time: ctx.instance.now_us.div_euclid(1_000_000),
            duration,
            arguments: shortened(args, |at| is_secret(entry, args, at)),
            client: ctx.client.addr.clone(),
            client_name: ctx.client.name.clone(),
        };
        ctx.instance.slow_log.add(command, most);
    }
    let threshold = ctx.instance.config.latency_monitor_threshold;
    if threshold > 0 && duration / 1000 >= threshold {
        let event = match entry.command.flags.contains(Flags::FAST) {
            true => "fast-command",
            false => "command",
        };
        let time = ctx.instance.now_us.div_euclid(1_000_000);
        ctx.instance.latency.add(event, time, duration / 1000);
    }
    if ctx.instance.config.latency_tracking {
        ctx.instance.latency.count(entry.id, duration);
    }
}
