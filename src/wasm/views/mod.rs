//! Live views, computed from the engine's own data: no command is run, nothing is counted or
//! stamped, and a key whose time has come is not shown any more.

mod keys;
mod log;
mod metrics;
mod persistence;
mod ranking;
mod value;

pub use keys::{DatabaseInfo, KeyRow, KeysQuery, KeysUpdate, Sort};
pub use log::{LogEntry, LogUpdate, Logs};
pub use metrics::{Metrics, MetricsUpdate, Sample, Totals};
pub use persistence::{AofFile, AofUpdate, PersistenceUpdate, Running, SavePoint};
pub use ranking::{RankingEntry, RankingUpdate};
pub use value::{Content, HashField, StreamRow, ValueUpdate};

use crate::keyspace::{Database, Record};
use crate::lab::disk::LabDisk;
use crate::server::Server;

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// The ends of a sorted set.
    Ranking {
        /// Its database.
        db: usize,
        /// Its key.
        key: Vec<u8>,
        /// Entries at most.
        limit: usize,
        /// The highest score first.
        descending: bool,
    },
    /// A window into the keys of a database.
    Keys(KeysQuery),
    /// A window into a value.
    Value {
        /// Its database.
        db: usize,
        /// Its key.
        key: Vec<u8>,
        /// The first element or byte.
        offset: usize,
        /// Elements or bytes at most.
        limit: usize,
    },
    /// The gauges.
    Metrics,
    /// Save points, AOF and RDB.
    Persistence,
    /// A window into an AOF file.
    Log {
        /// The file.
        path: String,
        /// The first entry; negative from the end.
        offset: i64,
        /// Entries at most.
        limit: usize,
    },
}

/// What views show something of.
pub struct Sources<'a> {
    /// The server, if it runs.
    pub server: Option<&'a Server>,
    /// The disk.
    pub disk: &'a LabDisk,
    /// The gauges.
    pub metrics: &'a Metrics,
    /// The logs, as far as they have been read.
    pub logs: &'a mut Logs,
}

/// What a view shows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize), serde(untagged))]
pub enum Update {
    /// See [`RankingUpdate`].
    Ranking(RankingUpdate),
    /// See [`KeysUpdate`].
    Keys(KeysUpdate),
    /// See [`ValueUpdate`].
    Value(ValueUpdate),
    /// See [`MetricsUpdate`].
    Metrics(MetricsUpdate),
    /// See [`PersistenceUpdate`].
    Persistence(PersistenceUpdate),
    /// See [`LogUpdate`].
    Log(LogUpdate),
}

impl View {
    /// The database that it is about.
    pub fn db(&self) -> Option<usize> {
        match self {
            View::Ranking { db, .. } | View::Value { db, .. } => Some(*db),
            View::Keys(query) => Some(query.db),
            View::Metrics | View::Persistence | View::Log { .. } => None,
        }
    }

    /// The file that it shows.
    pub fn log_path(&self) -> Option<&str> {
        match self {
            View::Log { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether a change of `key` in its database may show.
    pub fn shows(&self, key: &[u8]) -> bool {
        match self {
            View::Ranking { key: shown, .. } | View::Value { key: shown, .. } => shown == key,
            View::Keys(_) => true,
            View::Metrics | View::Persistence | View::Log { .. } => false,
        }
    }

    /// What there is to show at `now_ms`, and when the first thing shown expires.
    pub fn compute(&self, sources: &mut Sources<'_>, now_ms: i64) -> (Update, Option<i64>) {
        let keyspace = sources.server.map(Server::keyspace);
        let database = |db: usize| keyspace.and_then(|keyspace| keyspace.iter().nth(db));
        match self {
            View::Ranking {
                db,
                key,
                limit,
                descending,
            } => {
                let record = database(*db).and_then(|database| alive(database, key, now_ms));
                let update = ranking::compute(record, *limit, *descending);
                (Update::Ranking(update), record.and_then(Record::expire_at))
            }
            View::Keys(query) => {
                let update = keys::compute(keyspace, query, now_ms);
                let first = update.rows.iter().filter_map(|row| row.expires_at);
                let first = first.map(|at| at as i64).min();
                (Update::Keys(update), first)
            }
            View::Value {
                db,
                key,
                offset,
                limit,
            } => {
                let record = database(*db).and_then(|database| alive(database, key, now_ms));
                let update = value::compute(record, *offset, *limit);
                (Update::Value(update), record.and_then(Record::expire_at))
            }
            View::Metrics => {
                let update = sources.metrics.update(sources.server, now_ms);
                (Update::Metrics(update), None)
            }
            View::Persistence => {
                let update = persistence::compute(sources.server, sources.disk);
                (Update::Persistence(update), None)
            }
            View::Log {
                path,
                offset,
                limit,
            } => {
                let update = sources.logs.update(sources.disk, path, *offset, *limit);
                (Update::Log(update), None)
            }
        }
    }
}

fn alive<'a>(database: &'a Database, key: &[u8], now_ms: i64) -> Option<&'a Record> {
    database
        .peek(key)
        .filter(|record| record.expire_at().is_none_or(|at| at > now_ms))
}

/// The part of `total` elements that a window shows: where it begins, and how many they are.
fn window(total: usize, offset: usize, limit: usize) -> (usize, usize) {
    let offset = offset.min(total.saturating_sub(limit.min(total)));
    (offset, limit.min(total - offset))
}
