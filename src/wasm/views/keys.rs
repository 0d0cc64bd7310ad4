//! A window into the sorted list of keys.

use super::window;
use crate::commands::bytes_of;
use crate::keyspace::{Keyspace, Record, ValueRef};
use crate::types::dict::Entry;
use crate::types::glob;
use crate::wasm::Text;
use std::cmp::Ordering;

/// What the list is sorted by; keys that tie are sorted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By the name's bytes.
    Name,
    /// By type.
    Type,
    /// By the number of elements or bytes.
    Length,
    /// By the memory taken.
    Memory,
    /// By the time left; what never expires comes last.
    Ttl,
}

/// Which keys, in which order, and which of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysQuery {
    /// The database.
    pub db: usize,
    /// Redis's glob.
    pub pattern: Vec<u8>,
    /// Only this type; all types when empty.
    pub type_name: String,
    /// The order.
    pub sort: Sort,
    /// The order turned round.
    pub descending: bool,
    /// The first row.
    pub offset: usize,
    /// Rows at most.
    pub limit: usize,
}

/// One key.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct KeyRow {
    /// Its name.
    pub key: Text,
    /// TYPE.
    #[cfg_attr(target_arch = "wasm32", serde(rename = "type"))]
    pub type_name: &'static str,
    /// OBJECT ENCODING.
    pub encoding: &'static str,
    /// Number of elements or bytes.
    pub length: usize,
    /// MEMORY USAGE.
    pub memory: usize,
    /// When it expires.
    pub expires_at: Option<f64>,
}

/// A database that holds keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct DatabaseInfo {
    /// Its number.
    pub db: usize,
    /// Its keys.
    pub keys: usize,
    /// Those that expire.
    pub expires: usize,
}

/// What a key list shows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct KeysUpdate {
    /// Keys that match.
    pub total: usize,
    /// The number of the first row.
    pub offset: usize,
    /// The rows.
    pub rows: Vec<KeyRow>,
    /// All databases with keys.
    pub databases: Vec<DatabaseInfo>,
}

impl KeyRow {
    pub(super) fn new(record: &Record) -> Self {
        KeyRow {
            key: Text::from(record.key()),
            type_name: record.value().type_name(),
            encoding: record.value().encoding(),
            length: length(record),
            memory: bytes_of(record),
            expires_at: record.expire_at().map(|at| at as f64),
        }
    }
}

fn length(record: &Record) -> usize {
    match record.value() {
        ValueRef::String(string) => string.len(),
        ValueRef::List(list) => list.len(),
        ValueRef::Hash(hash) => hash.len(),
        ValueRef::Set(set) => set.len(),
        ValueRef::SortedSet(set) => set.len(),
        ValueRef::Stream(stream) => stream.len() as usize,
    }
}

/// Linear in the keys of the database; only the window is sorted.
pub(super) fn compute(keyspace: Option<&Keyspace>, query: &KeysQuery, now_ms: i64) -> KeysUpdate {
    let all = || keyspace.into_iter().flat_map(Keyspace::iter);
    let databases = all().enumerate();
    let databases = databases.filter(|(_, database)| !database.is_empty());
    let databases = databases.map(|(db, database)| DatabaseInfo {
        db,
        keys: database.len(),
        expires: database.volatile_len(),
    });
    let databases = databases.collect();
    let mut keys: Vec<(u64, &Record)> = Vec::new();
    if let Some(database) = all().nth(query.db) {
        let everything = query.pattern.is_empty() || query.pattern == b"*";
        let wanted = |record: &&Record| {
            (everything || glob::matches(&query.pattern, record.key(), false))
                && (query.type_name.is_empty() || record.value().type_name() == query.type_name)
                && record.expire_at().is_none_or(|at| at > now_ms)
        };
        let wanted = database.iter().filter(wanted);
        keys = wanted
            .map(|record| (weight(record, query.sort), record))
            .collect();
    }
    let total = keys.len();
    let (offset, count) = window(total, query.offset, query.limit);
    let by = |one: &(u64, &Record), other: &(u64, &Record)| compare(one, other, query);
    let mut shown = &mut keys[..];
    if offset > 0 && offset < total {
        shown.select_nth_unstable_by(offset, by);
        shown = &mut shown[offset..];
    }
    if count < shown.len() && count > 0 {
        shown.select_nth_unstable_by(count - 1, by);
    }
    let shown = &mut shown[..count];
    shown.sort_unstable_by(by);
    KeysUpdate {
        total,
        offset,
        rows: shown
            .iter()
            .map(|(_, record)| KeyRow::new(record))
            .collect(),
        databases,
    }
}

/// What is compared before the name.
fn weight(record: &Record, sort: Sort) -> u64 {
    match sort {
        Sort::Name => 0,
        Sort::Type => match record.value() {
            ValueRef::Hash(_) => 0,
            ValueRef::List(_) => 1,
            ValueRef::Set(_) => 2,
            ValueRef::Stream(_) => 3,
            ValueRef::String(_) => 4,
            ValueRef::SortedSet(_) => 5,
        },
        Sort::Length => length(record) as u64,
        Sort::Memory => bytes_of(record) as u64,
        Sort::Ttl => record
            .expire_at()
            .map_or(u64::MAX, |at| u64::try_from(at).unwrap_or(0)),
    }
}

fn compare(one: &(u64, &Record), other: &(u64, &Record), query: &KeysQuery) -> Ordering {
    let order = one.0.cmp(&other.0);
    let order = order.then_with(|| one.1.key().cmp(other.1.key()));
    match query.descending {
        true => order.reverse(),
        false => order,
    }
}
