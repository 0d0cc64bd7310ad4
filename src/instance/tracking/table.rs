//! The keys that clients have read, and which clients.

use crate::types::dict::{self, Dict};

/// Bytes of names that are remembered whatever tracking-table-max-keys says.
const MOST_BYTES: usize = 64 * 1024 * 1024;

struct Readers {
    key: Box<[u8]>,
    /// In rising order.
    clients: Vec<u64>,
}

impl dict::Entry for Readers {
    fn key(&self) -> &[u8] {
        &self.key
    }
}

/// Which clients may hold which key.
pub(super) struct KeyTable {
    keys: Dict<Readers>,
    items: usize,
    bytes: usize,
}

impl Default for KeyTable {
    fn default() -> Self {
        KeyTable {
            keys: Dict::new(0),
            items: 0,
            bytes: 0,
        }
    }
}

impl KeyTable {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Pairs of a key and a client.
    pub(super) fn items(&self) -> usize {
        self.items
    }

    /// Whether there are more than `most` keys (0 is no bound) or too many bytes of them.
    pub(super) fn is_over(&self, most: usize) -> bool {
        (most > 0 && self.len() > most) || self.bytes > MOST_BYTES
    }

    /// Constant time but for the clients that have read the key.
    pub(super) fn add(&mut self, key: &[u8], client: u64) {
        let (readers, new) = self.keys.find_or_insert_with(key, || Readers {
            key: key.into(),
            clients: Vec::new(),
        });
        if new {
            self.bytes += key.len();
        }
        if let Err(at) = readers.clients.binary_search(&client) {
            readers.clients.insert(at, client);
            self.items += 1;
        }
    }

    /// Who has read `key`, which is forgotten.
    pub(super) fn take(&mut self, key: &[u8]) -> Vec<u64> {
        let Some(readers) = self.keys.remove(key) else {
            return Vec::new();
        };
        self.items -= readers.clients.len();
        self.bytes -= key.len();
        readers.clients
    }

    /// A key by chance.
    pub(super) fn any(&self, rng: &mut fastrand::Rng) -> Option<Box<[u8]>> {
        Some(self.keys.random(rng)?.key.clone())
    }

    pub(super) fn clear(&mut self) {
        *self = KeyTable::default();
    }
}
