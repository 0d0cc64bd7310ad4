//! The ranking: the first entries of a sorted set from either end.

use crate::keyspace::{Record, ValueRef};
use crate::types::listpack::Element;
use crate::types::numbers::format_f64;
use crate::wasm::Text;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct RankingEntry {
    /// 1 for the first.
    pub rank: usize,
    /// The member.
    pub member: Text,
    /// Its score.
    pub score: f64,
    /// Its score as the server prints it.
    pub score_text: String,
}

/// What a ranking shows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct RankingUpdate {
    /// `ok`, `missing` or `wrongtype`.
    pub state: &'static str,
    /// TYPE of the key.
    #[cfg_attr(target_arch = "wasm32", serde(rename = "type"))]
    pub type_name: &'static str,
    /// ZCARD.
    pub total: usize,
    /// The entries in order.
    pub entries: Vec<RankingEntry>,
    /// When the key expires.
    pub expires_at: Option<f64>,
}

impl RankingEntry {
    pub(super) fn new(rank: usize, member: Element<'_>, score: f64) -> Self {
        let text = format_f64(score);
        RankingEntry {
            rank,
            member: Text::from(member.bytes(&mut itoa::Buffer::new())),
            score,
            score_text: String::from_utf8_lossy(&text).into_owned(),
        }
    }
}

pub(super) fn compute(record: Option<&Record>, limit: usize, descending: bool) -> RankingUpdate {
    let mut update = RankingUpdate {
        state: "missing",
        type_name: "none",
        total: 0,
        entries: Vec::new(),
        expires_at: None,
    };
    let Some(record) = record else { return update };
    update.expires_at = record.expire_at().map(|at| at as f64);
    update.type_name = record.value().type_name();
    let ValueRef::SortedSet(set) = record.value() else {
        update.state = "wrongtype";
        return update;
    };
    update.state = "ok";
    update.total = set.len();
    let shown = limit.min(set.len());
    let mut push = |(index, (member, score))| {
        update
            .entries
            .push(RankingEntry::new(index + 1, member, score));
    };
    match descending {
        true => set
            .range_reversed(set.len() - shown..set.len())
            .enumerate()
            .for_each(&mut push),
        false => set.range(0..shown).enumerate().for_each(&mut push),
    }
    update
}
