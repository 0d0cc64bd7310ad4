//! What is synced is there after a power cut, whenever it comes.

use super::*;
use std::collections::BTreeMap;

/// A store as the host has one.
#[derive(Clone, Default)]
struct Store(BTreeMap<u64, Vec<u8>>);

impl Store {
    fn apply(&mut self, batch: &Batch) {
        for (first, last) in &batch.deletes {
            self.0.retain(|key, _| !(first..=last).contains(&key));
        }
        self.0.extend(batch.puts.iter().cloned());
    }

    fn records(&self) -> Vec<(u64, Vec<u8>)> {
        self.0.clone().into_iter().collect()
    }

    fn pump(&mut self, disk: &LabDisk) -> usize {
        let mut batches = 0;
        while let Some(batch) = disk.take_batch() {
            self.apply(&batch);
            disk.committed(batch.id);
            batches += 1;
        }
        batches
    }

    fn open(&self) -> LabDisk {
        LabDisk::open(self.records()).expect("it opens")
    }
}

fn text(disk: &LabDisk, path: &str) -> String {
    let bytes = crate::disk::read_all(disk, path, u64::MAX).expect("it is there");
    String::from_utf8(bytes).expect("it is text")
}

#[test]
fn what_is_synced_outlives_a_power_cut_and_nothing_else_does() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    assert_eq!(store.pump(&disk), 1);
    disk.tick(1000);
    disk.create("/tmp/a").unwrap();
    disk.append("/tmp/a", b"one").unwrap();
    let ticket = disk.sync("/tmp/a");
    assert_eq!(disk.outcome(ticket), SyncOutcome::Pending);
    assert_eq!(store.pump(&disk), 1);
    assert_eq!(disk.outcome(ticket), SyncOutcome::Durable);
    disk.append("/tmp/a", b"two").unwrap();
    disk.create("/tmp/b").unwrap();
    let status = disk.file("/tmp/a").unwrap();
    assert_eq!((status.len, status.durable), (6, 3));
    assert_eq!(status.unsynced_since_ms, Some(1000));
    assert_eq!(store.pump(&disk), 0);
    let pending = disk.sync("/tmp/a");
    disk.power_cut(store.records()).unwrap();
    assert_eq!(text(&disk, "/tmp/a"), "one");
    assert_eq!(disk.metadata("/tmp/b"), Err(DiskError::NotFound));
    assert!(matches!(disk.outcome(pending), SyncOutcome::Failed(_)));
    assert_eq!(disk.outcome(ticket), SyncOutcome::Durable);
    assert_eq!(disk.status().unsynced, 0);
}
