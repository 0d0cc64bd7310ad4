//! LATENCY: what took long, drawn and judged.

use crate::commands::arguments::write_help;
use crate::commands::context::{CommandResult, Context};
use crate::commands::table::{Entry, table};
use crate::instance::{LatencyEvent, Sample, bucket_limit};
use crate::resp::{Args, ReplyError};
use std::fmt::Write;

/// Columns of a graph.
const COLUMNS: usize = 80;
/// Rows of a graph.
const ROWS: usize = 4;
/// The top of a column, from low to high within a row.
const TOPS: [char; 3] = ['_', 'o', '#'];

fn event<'a>(ctx: &'a Context<'_>, name: &[u8]) -> Option<(&'static str, &'a LatencyEvent)> {
    let mut events = ctx.instance.latency.events.iter();
    let (name, event) = events.find(|(event, _)| event.as_bytes() == name)?;
    Some((name, event))
}

/// LATENCY LATEST
pub fn latency_latest(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let events = &ctx.instance.latency.events;
    ctx.reply.array(events.len());
    for (name, event) in events.iter() {
        let last = event.samples.back();
        ctx.reply.array(4);
        ctx.reply.bulk_str(name);
        ctx.reply.integer(last.map_or(0, |sample| sample.time));
        ctx.reply.integer(last.map_or(0, |sample| sample.took));
        ctx.reply.integer(event.max);
    }
    Ok(())
}

/// LATENCY HISTORY event
pub fn latency_history(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let samples: Vec<Sample> = match event(ctx, args.at(2)) {
        Some((_, event)) => event.samples.iter().copied().collect(),
        None => Vec::new(),
    };
    ctx.reply.array(samples.len());
    for sample in samples {
        ctx.reply.array(2);
        ctx.reply.integer(sample.time);
        ctx.reply.integer(sample.took);
    }
    Ok(())
}

/// LATENCY RESET [event ...]
pub fn latency_reset(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let events = &mut ctx.instance.latency.events;
    let before = events.len();
    let named = args.tail(2);
    events
        .retain(|event, _| !named.is_empty() && !named.iter().any(|name| name == event.as_bytes()));
    let gone = before - events.len();
    ctx.reply.integer(gone as i64);
    Ok(())
}

/// LATENCY GRAPH event
pub fn latency_graph(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let now = ctx.instance.now_us().div_euclid(1_000_000);
    let Some((name, event)) = event(ctx, args.at(2)) else {
        let before = "ERR No samples available for event '";
        return Err(ReplyError::quoting(before, args.at(2), "'"));
    };
    let text = graph(name, event, now);
    ctx.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

fn graph(name: &str, event: &LatencyEvent, now: i64) -> String {
    let took = || event.samples.iter().map(|sample| sample.took);
    let (low, high) = (took().min().unwrap_or(0), took().max().unwrap_or(0));
    let mut text = format!(
        "{name} - high {high} ms, low {low} ms (all time high {} ms)\n{:-<COLUMNS$}\n",
        event.max, ""
    );
    let samples: Vec<Sample> = event.samples.iter().copied().collect();
    for (part, samples) in samples.chunks(COLUMNS).enumerate() {
        if part > 0 {
            text.push('\n');
        }
        bars(&mut text, samples, low, high);
        labels(&mut text, samples, now);
    }
    text
}

fn bars(text: &mut String, samples: &[Sample], low: i64, high: i64) {
    let steps = (TOPS.len() * ROWS) as i64;
    let range = (high - low).max(1);
    for row in (0..ROWS).rev() {
        for sample in samples {
            let height = ((sample.took - low).saturating_mul(steps) / range).min(steps - 1);
            let above = height - (row * TOPS.len()) as i64;
            text.push(match usize::try_from(above) {
                Ok(above) => TOPS.get(above).copied().unwrap_or('|'),
                Err(_) => ' ',
            });
        }
        text.push('\n');
    }
}

/// How long ago each sample was, from top to bottom, below an empty line.
fn labels(text: &mut String, samples: &[Sample], now: i64) {
    let ago = |sample: &Sample| match (now - sample.time).max(0) {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        seconds @ 3600..86_400 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86_400),
    };
    let labels: Vec<String> = samples.iter().map(ago).collect();
    let longest = labels.iter().map(String::len).max().unwrap_or(0);
    let blank = |text: &mut String| text.extend(std::iter::repeat_n(' ', samples.len()));
    blank(text);
    text.push('\n');
    for row in 0..longest {
        for label in &labels {
            text.push(label.as_bytes().get(row).map_or(' ', |&byte| byte.into()));
        }
        text.push('\n');
    }
}

/// LATENCY DOCTOR
pub fn latency_doctor(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let text = diagnosis(ctx);
    ctx.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

fn diagnosis(ctx: &Context<'_>) -> String {
    let config = &ctx.instance.config;
    let threshold = config.latency_monitor_threshold;
    let now = ctx.instance.now_us().div_euclid(1_000_000);
    if ctx.instance.latency.events.is_empty() {
        return if threshold == 0 {
            "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis \
             instance. You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in \
             order to enable it. If we weren't in a deep space mission I'd suggest to take a look at \
             https://redis.io/topics/latency-monitor.\n"
        } else {
            "Dave, no latency spike was observed during the lifetime of this Redis instance, not \
             in the slightest bit. I honestly think you ought to sit down calmly, take a stress \
             pill, and think things over.\n"
        }
        .to_owned();
    }
    let mut text = String::from(
        "Dave, I have observed latency spikes in this Redis instance. You don't mind talking \
         about it, do you Dave?\n\n",
    );
    for (number, (name, event)) in ctx.instance.latency.events.iter().enumerate() {
        let count = event.samples.len().max(1) as i64;
        let average = event.samples.iter().map(|sample| sample.took).sum::<i64>() / count;
        let apart = |sample: &Sample| (sample.took - average).abs();
        let deviation = event.samples.iter().map(apart).sum::<i64>() / count;
        let first = event.samples.front().map_or(now, |sample| sample.time);
        let period = (now - first) as f64 / count as f64;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}. {name}: {count} latency spikes (average {average}ms, mean deviation \
             {deviation}ms, period {period:.2} sec). Worst all time event {}ms.",
            number + 1,
            event.max
        );
    }
    text.push_str("\nI have a few advices for you:\n\n");
    let slow = config.slowlog_log_slower_than;
    if slow < 0 || slow > threshold.saturating_mul(1000) {
        let _ = writeln!(
            text,
            "- Your current Slow Log configuration only logs events that are slower than your \
             configured latency monitor threshold. Please use 'CONFIG SET \
             slowlog-log-slower-than {}'.",
            threshold.saturating_mul(1000)
        );
    }
    text.push_str(
        "- Check your Slow Log to understand what are the commands you are running which are too \
         slow to execute. Please check https://redis.io/commands/slowlog for more information.\n\
         - Deleting, expiring or evicting (because of maxmemory policy) large objects is a \
         blocking operation. If you have very large objects that are often deleted, expired, or \
         evicted, try to fragment those objects into multiple smaller objects.\n",
    );
    text
}

/// LATENCY HISTOGRAM [command ...]
pub fn latency_histogram(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let table = table();
    let mut wanted: Vec<&Entry> = Vec::new();
    for name in args.tail(2).iter() {
        let (container, subcommand) = match memchr::memchr(b'|', name) {
            Some(at) => (&name[..at], Some(&name[at + 1..])),
            None => (name, None),
        };
        let Some(entry) = table.find(container) else {
            continue;
        };
        let has_subcommands = !entry.command.subcommands.is_empty();
        match subcommand {
            Some(subcommand) => wanted.extend(table.find_subcommand(entry, subcommand)),
            // A container stands for all it contains.
            None if has_subcommands => wanted.extend(table.entries().iter().filter(|other| {
                other
                    .parent
                    .is_some_and(|parent| parent.name == entry.command.name)
            })),
            None => wanted.push(entry),
        }
    }
    if args.len() == 2 {
        wanted.extend(table.entries());
    }
    let histograms = &ctx.instance.latency.histograms;
    let found: Vec<_> = wanted
        .into_iter()
        .filter_map(|entry| Some((entry, histograms.get(&entry.id)?)))
        .collect();
    ctx.reply.map(found.len());
    for (entry, histogram) in found {
        ctx.reply.bulk_str(&entry.full_name());
        ctx.reply.map(2);
        ctx.reply.bulk_str("calls");
        ctx.reply.integer(histogram.iter().sum::<u64>() as i64);
        ctx.reply.bulk_str("histogram_usec");
        let counted = histogram.iter().filter(|count| **count > 0).count();
        ctx.reply.map(counted);
        let mut sum = 0;
        for (bucket, count) in histogram
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            sum += count;
            ctx.reply.integer(bucket_limit(bucket));
            ctx.reply.integer(sum as i64);
        }
    }
    Ok(())
}

/// LATENCY HELP
pub fn latency_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "latency");
    Ok(())
}
