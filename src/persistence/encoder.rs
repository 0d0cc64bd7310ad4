//! The snapshot of BGSAVE: the RDB writer, fed with records of all databases as they come.

use super::rdb::{WriteOptions, Writer, aux_fields};
use crate::instance::Instance;
use crate::keyspace::{Keyspace, Record, SnapshotEncoder};

/// Writes an RDB file from records of mixed databases.
pub struct RdbEncoder {
    writer: Writer,
    /// Keys and volatile keys of each database when the snapshot began.
    sizes: Vec<(usize, usize)>,
    db: Option<usize>,
}

impl RdbEncoder {
    /// Begins a file of all data of `keyspace`; `preamble` when it is the base of an append-only
    /// file.
    pub fn new(keyspace: &Keyspace, instance: &Instance, preamble: bool) -> Self {
        let sizes = keyspace.iter().map(|db| (db.len(), db.volatile_len()));
        let aux = aux_fields(instance, preamble);
        let mut writer = Writer::new(WriteOptions::of(instance), &aux);
        for (_, library) in instance.functions.libraries().iter() {
            writer.function(&library.code);
        }
        RdbEncoder {
            writer,
            sizes: sizes.collect(),
            db: None,
        }
    }
}

impl SnapshotEncoder for RdbEncoder {
    fn record(&mut self, db: usize, record: &Record) {
        if self.db != Some(db) {
            self.db = Some(db);
            let (keys, volatile) = self.sizes.get(db).copied().unwrap_or_default();
            self.writer.select(db, keys, volatile);
        }
        self.writer.record(record);
    }

    fn finish(&mut self) {
        self.writer.finish();
    }

    fn pending_len(&self) -> usize {
        self.writer.pending_len()
    }

    fn pending(&mut self) -> Vec<u8> {
        self.writer.pending()
    }
}
