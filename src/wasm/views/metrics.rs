//! The gauges over time: a sample a second.

use crate::server::Server;
use std::collections::VecDeque;

/// Samples kept: ten minutes.
const KEPT: usize = 600;

/// Time between samples, in milliseconds.
const PERIOD_MS: i64 = 1000;

/// One moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct Sample {
    /// When it was taken.
    pub time: f64,
    /// Commands in the second before.
    pub operations_per_second: f64,
    /// Keyspace hits in the second before.
    pub hits: f64,
    /// Keyspace misses in the second before.
    pub misses: f64,
    /// Memory held, in bytes.
    pub used_memory: usize,
    /// Keys in all databases.
    pub keys: usize,
    /// Connected clients.
    pub clients: usize,
}

/// Counters since the start or CONFIG RESETSTAT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct Totals {
    /// Commands run.
    pub commands: u64,
    /// Keyspace hits.
    pub hits: u64,
    /// Keyspace misses.
    pub misses: u64,
    /// Keys that expired.
    pub expired: u64,
    /// Keys that were evicted.
    pub evicted: u64,
}

/// What the metrics show.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct MetricsUpdate {
    /// The samples, the oldest first.
    pub samples: Vec<Sample>,
    /// This moment.
    pub current: Sample,
    /// The counters.
    pub totals: Totals,
}

/// Takes the samples.
#[derive(Debug, Default)]
pub struct Metrics {
    samples: VecDeque<Sample>,
    sampled_ms: i64,
    before: Totals,
}

impl Metrics {
    /// Takes a sample if a second has passed; answers whether it did.
    pub fn sample(&mut self, server: Option<&Server>, now_ms: i64) -> bool {
        if self.sampled_ms == 0 {
            self.sampled_ms = now_ms;
            self.before = totals(server);
        }
        if now_ms - self.sampled_ms < PERIOD_MS {
            return false;
        }
        let sample = self.now(server, now_ms);
        if self.samples.len() == KEPT {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
        self.sampled_ms = now_ms;
        self.before = totals(server);
        true
    }

    /// The samples and this moment.
    pub fn update(&self, server: Option<&Server>, now_ms: i64) -> MetricsUpdate {
        // Shortly after a sample there is nothing yet to make a rate of.
        let current = match self.samples.back() {
            Some(last) if now_ms - self.sampled_ms < PERIOD_MS / 4 => *last,
            _ => self.now(server, now_ms),
        };
        MetricsUpdate {
            samples: self.samples.iter().copied().collect(),
            current,
            totals: totals(server),
        }
    }

    fn now(&self, server: Option<&Server>, now_ms: i64) -> Sample {
        let totals = totals(server);
        let seconds = (now_ms - self.sampled_ms).max(1) as f64 / 1000.0;
        // A counter that fell was reset.
        let rate = |now: u64, before: u64| now.saturating_sub(before) as f64 / seconds;
        Sample {
            time: now_ms as f64,
            operations_per_second: rate(totals.commands, self.before.commands),
            hits: rate(totals.hits, self.before.hits),
            misses: rate(totals.misses, self.before.misses),
            used_memory: server.map_or(0, Server::used_memory),
            keys: server.map_or(0, |server| {
                let databases = server.keyspace().iter();
                databases.map(|database| database.len()).sum()
            }),
            clients: server.map_or(0, |server| server.instance().clients.len()),
        }
    }
}

fn totals(server: Option<&Server>) -> Totals {
    let Some(server) = server else {
        return Totals::default();
    };
    let mut totals = Totals {
        commands: server.instance().stats.commands,
        ..Totals::default()
    };
    for database in server.keyspace().iter() {
        let stats = database.stats();
        totals.hits += stats.hits;
        totals.misses += stats.misses;
        totals.expired += stats.expired;
        totals.evicted += stats.evicted;
    }
    totals
}
