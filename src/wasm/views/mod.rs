//! Live views, computed from the engine's own data: no command is run, nothing is counted or
//! stamped, and a key whose time has come is not shown any more.

mod keys;
mod metrics;
mod ranking;
mod value;

pub use keys::{DatabaseInfo, KeyRow, KeysQuery, KeysUpdate, Sort};
pub use metrics::{Metrics, MetricsUpdate, Sample, Totals};
pub use ranking::{RankingEntry, RankingUpdate};
pub use value::{Content, HashField, ValueUpdate};

use crate::keyspace::{Database, Record};
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
}

impl View {
    /// The database that it is about.
    pub fn db(&self) -> Option<usize> {
        match self {
            View::Ranking { db, .. } | View::Value { db, .. } => Some(*db),
            View::Keys(query) => Some(query.db),
            View::Metrics => None,
        }
    }

    /// Whether a change of `key` in its database may show.
    pub fn shows(&self, key: &[u8]) -> bool {
        match self {
            View::Ranking { key: shown, .. } | View::Value { key: shown, .. } => shown == key,
            View::Keys(_) => true,
            View::Metrics => false,
        }
    }

    /// What there is to show at `now_ms`, and when the first thing shown expires.
    pub fn compute(
        &self,
        server: &Server,
        metrics: &Metrics,
        now_ms: i64,
    ) -> (Update, Option<i64>) {
        let database = |db: usize| server.keyspace().iter().nth(db);
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
                let update = keys::compute(server, query, now_ms);
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
            View::Metrics => (Update::Metrics(metrics.update(server, now_ms)), None),
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
