//! How long commands take: the slow log, the latency monitor, the histograms.
//!
//! The stopwatch is the host's, and reading it costs as much as a GET, in a browser as much as several. So a command is
//! measured by itself only if it may take long, or if somebody wants to know of every one. The others are measured
//! together, some at a time, and share what they took.

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

/// Longer arguments take time to copy.
const LONG_ARGUMENTS: usize = 64 * 1024;

/// How a command that is about to run is measured.
#[derive(Clone, Copy)]
pub enum Measure {
    /// Nobody wants to know.
    Not,
    /// With others.
    Together,
    /// By itself: the stopwatch as it began.
    Since(i64),
}

/// Starts to measure a command that is about to run, if anybody wants to know.
#[inline]
pub fn start(instance: &mut Instance, entry: &Entry, args: Args<'_>) -> Measure {
    let Some(stopwatch) = instance.stopwatch else {
        // Everything takes no time then, but what has slept.
        return Measure::Since(0);
    };
    let config = &instance.config;
    let slow = config.slowlog_log_slower_than;
    let spike = config.latency_monitor_threshold.saturating_mul(1000);
    let wanted = match (slow >= 0, spike > 0) {
        (true, true) => slow.min(spike),
        (true, false) => slow,
        (false, true) => spike,
        (false, false) => i64::MAX,
    };
    let is_quick = entry.is_quick
        && args.len() <= MANY_ARGUMENTS
        && args.extent() <= LONG_ARGUMENTS
        && wanted >= ALWAYS_QUICKER;
    match (is_quick, config.latency_tracking) {
        (true, false) => Measure::Not,
        (true, true) => Measure::Together,
        (false, false) if wanted == i64::MAX => Measure::Not,
        (false, _) => {
            let now = stopwatch();
            instance.measure_together(now);
            Measure::Since(now)
        }
    }
}

/// Notes how long the command took.
#[inline]
pub fn stop(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>, measure: Measure) {
    let slept = std::mem::take(&mut ctx.instance.slept_us);
    match (measure, ctx.instance.stopwatch) {
        (Measure::Together, Some(stopwatch)) if ctx.instance.together.add(entry.id) => {
            ctx.instance.measure_together(stopwatch());
        }
        (Measure::Since(started), Some(stopwatch)) => {
            let now = stopwatch();
            // What it has run itself.
            ctx.instance.measure_together(now);
            // A clock that is set back measures nothing.
            let measured = now.saturating_sub(started).max(0);
            note(ctx, entry, args, measured.saturating_add(slept));
        }
        (Measure::Since(_), None) => note(ctx, entry, args, slept),
        _ if slept > 0 => note(ctx, entry, args, slept),
        _ => {}
    }
}

#[cold]
fn note(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>, duration: i64) {
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
            time: ctx.instance.now_us().div_euclid(1_000_000),
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
        let time = ctx.instance.now_us().div_euclid(1_000_000);
        ctx.instance.latency.add(event, time, duration / 1000);
    }
    ctx.instance.count_time(entry.id, duration, 1);
}
