//! Clients that wait for keys of a database.

use super::Database;
use crate::keyspace::record::Record;
use crate::keyspace::waiting::{Came, Wanted};

impl Database {
    /// Has `client` wait for `key`, behind those that do already.
    pub fn wait_for(&mut self, key: &[u8], client: u64, wanted: Wanted) {
        self.waiting.add(key, client, wanted);
    }

    /// Has `client` wait for `key` no longer.
    pub fn wait_no_longer(&mut self, key: &[u8], client: u64) {
        self.waiting.remove(key, client);
    }

    /// Who waits for `key`, first come first.
    pub fn waiting_for(&self, key: &[u8]) -> Vec<u64> {
        self.waiting.of(key)
    }

    /// How many keys somebody waits for.
    pub fn awaited_keys(&self) -> usize {
        self.waiting.len()
    }

    /// The awaited keys that have come into being since the last call, in that order. Whether
    /// they still are, and hold what is wanted, is to be looked at.
    pub fn take_ready(&mut self) -> Vec<Came> {
        self.waiting.take_ready()
    }

    /// Says that any key may have come into being (SWAPDB, other data): linear in the keys that
    /// somebody waits for.
    pub(in crate::keyspace) fn all_came(&mut self) {
        let records = &self.records;
        self.waiting
            .all_came(|key| records.get(key).map(Record::value));
    }

    /// Says that a stream that was there already has something for those who wait: an entry, or a
    /// group less.
    pub fn stream_stirred(&mut self, key: &[u8]) {
        let value = self.records.get(key).map(Record::value);
        self.waiting.came(key, value);
    }

    /// Takes over those who wait for keys of `other`.
    pub fn inherit_waiting(&mut self, other: &mut Database) {
        std::mem::swap(&mut self.waiting, &mut other.waiting);
        self.all_came();
    }
}
