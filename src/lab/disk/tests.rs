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
    disk.power_cut(&LabDisk::open(store.records()).unwrap());
    assert_eq!(text(&disk, "/tmp/a"), "one");
    assert_eq!(disk.metadata("/tmp/b"), Err(DiskError::NotFound));
    assert!(matches!(disk.outcome(pending), SyncOutcome::Failed(_)));
    assert_eq!(disk.outcome(ticket), SyncOutcome::Durable);
    assert_eq!(disk.status().unsynced, 0);
}

#[test]
fn syncs_that_come_together_share_a_batch() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    store.pump(&disk);
    for name in ["/tmp/a", "/tmp/b", "/tmp/c"] {
        disk.create(name).unwrap();
        disk.append(name, b"x").unwrap();
    }
    let first = [disk.sync("/tmp/a"), disk.sync("/tmp/b")];
    let batch = disk.take_batch().unwrap();
    assert_eq!(batch.puts.len(), 1);
    assert_eq!(disk.take_batch(), None);
    // Under way already, so it waits for nothing else.
    let joined = disk.sync("/tmp/a");
    disk.append("/tmp/a", b"y").unwrap();
    let later = disk.sync("/tmp/a");
    store.apply(&batch);
    disk.committed(batch.id);
    for ticket in first.into_iter().chain([joined]) {
        assert_eq!(disk.outcome(ticket), SyncOutcome::Durable);
    }
    assert_eq!(disk.outcome(later), SyncOutcome::Pending);
    assert_eq!(store.pump(&disk), 1);
    assert_eq!(disk.outcome(later), SyncOutcome::Durable);
    // Nothing to do: through at once.
    let nothing = disk.sync("/tmp/a");
    assert_eq!(disk.outcome(nothing), SyncOutcome::Durable);
    assert_eq!(disk.take_batch(), None);
    let missing = disk.sync("/tmp/nothing");
    let outcome = disk.outcome(missing);
    assert_eq!(outcome, SyncOutcome::Failed(DiskError::NotFound));
}

#[test]
fn names_are_durable_with_the_sync_of_any_file_and_contents_only_with_their_own() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    store.pump(&disk);
    disk.create("/tmp/a").unwrap();
    disk.append("/tmp/a", b"unsynced").unwrap();
    disk.rename("/tmp/a", "/tmp/b").unwrap();
    disk.create("/tmp/c").unwrap();
    disk.sync("/tmp/c");
    store.pump(&disk);
    let after = store.open();
    assert_eq!(after.list("/tmp").unwrap(), ["b", "c"]);
    assert_eq!(text(&after, "/tmp/b"), "");
}

#[test]
fn what_is_written_is_flushed_when_it_is_old() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    disk.tick(1_000_000);
    store.pump(&disk);
    disk.tick(1_005_000);
    disk.create("/tmp/a").unwrap();
    disk.tick(1_020_000);
    disk.append("/tmp/a", b"x").unwrap();
    assert!(disk.tick(1_034_999) <= 1);
    assert_eq!(store.pump(&disk), 0);
    disk.tick(1_005_000 + FLUSH_MS);
    assert_eq!(store.pump(&disk), 1);
    assert_eq!(text(&store.open(), "/tmp/a"), "x");
    disk.append("/tmp/a", b"y").unwrap();
    assert_eq!(disk.status().unsynced, 1);
    disk.tick(1_000_000);
    assert_eq!(store.pump(&disk), 1, "the clock was set back");
    let ticket = disk.flush_all();
    assert_eq!(disk.outcome(ticket), SyncOutcome::Durable);
}

#[test]
fn a_full_store_fails_syncs_then_writes_and_recovers() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    store.pump(&disk);
    disk.create("/tmp/a").unwrap();
    disk.append("/tmp/a", b"one").unwrap();
    let ticket = disk.sync("/tmp/a");
    let batch = disk.take_batch().unwrap();
    disk.append("/tmp/a", b"two").unwrap();
    disk.answered(batch.id, Some("full"));
    let full = SyncOutcome::Failed(DiskError::NoSpace);
    assert_eq!(disk.outcome(ticket), full);
    assert_eq!(disk.append("/tmp/a", b"x"), Err(DiskError::NoSpace));
    assert_eq!(disk.status().problem, Some(DiskError::NoSpace));
    assert_eq!(text(&disk, "/tmp/a"), "onetwo");
    assert_eq!(disk.file("/tmp/a").unwrap().durable, 0);
    // Tried again by itself.
    assert_eq!(disk.take_batch(), None);
    disk.tick(RETRY_MS);
    assert_eq!(store.pump(&disk), 1);
    assert_eq!(disk.status().problem, None);
    assert_eq!(disk.outcome(ticket), full);
    assert_eq!(text(&store.open(), "/tmp/a"), "onetwo");
    disk.append("/tmp/a", b"three").unwrap();
    // A limit that is known is kept before anything is written.
    disk.set_capacity(Some(12));
    assert_eq!(disk.append("/tmp/a", b"xy"), Err(DiskError::NoSpace));
    disk.append("/tmp/a", b"x").unwrap();
    disk.truncate("/tmp/a", 3).unwrap();
    disk.append("/tmp/a", b"xy").unwrap();
}

#[test]
fn removing_a_file_gives_a_full_disk_another_try() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    store.pump(&disk);
    disk.create("/tmp/a").unwrap();
    disk.append("/tmp/a", &[7; 1000]).unwrap();
    disk.sync("/tmp/a");
    let batch = disk.take_batch().unwrap();
    disk.answered(batch.id, Some("full"));
    disk.remove("/tmp/a").unwrap();
    let batch = disk.take_batch().unwrap();
    assert!(batch.puts.iter().all(|(_, record)| record.len() < 700));
    store.apply(&batch);
    disk.committed(batch.id);
    disk.create("/tmp/b").unwrap();
    disk.append("/tmp/b", b"x").unwrap();
}

#[test]
fn a_store_that_was_emptied_is_written_anew() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    disk.create("/tmp/a").unwrap();
    disk.append("/tmp/a", &[7; PIECE * 3 + 5]).unwrap();
    disk.sync("/tmp/a");
    store.pump(&disk);
    disk.append("/tmp/a", b"more").unwrap();
    let ticket = disk.sync("/tmp/a");
    store.0.clear();
    let batch = disk.take_batch().unwrap();
    disk.answered(batch.id, Some("lost"));
    assert!(matches!(disk.outcome(ticket), SyncOutcome::Failed(_)));
    assert_eq!(disk.file("/tmp/a").unwrap().durable, 0);
    store.pump(&disk);
    let len = PIECE as u64 * 3 + 9;
    assert_eq!(store.open().metadata("/tmp/a").unwrap().len, len);
    assert_eq!(disk.file("/tmp/a").unwrap().durable, len);
}

#[test]
fn stored_space_is_bounded_by_what_there_is() {
    let mut store = Store::default();
    let mut disk = LabDisk::new();
    for turn in 0..2000 {
        let path = format!("/tmp/{}", turn % 3);
        disk.create(&path).unwrap();
        disk.append(&path, &vec![turn as u8; PIECE * 2 + turn % 50])
            .unwrap();
        disk.sync(&path);
        store.pump(&disk);
        let stored: usize = store.0.values().map(Vec::len).sum();
        assert!(stored < PIECE * 2 * 3 + PIECE * 24, "{stored} at {turn}");
        assert!(store.0.len() < 300);
    }
    for turn in 0..3000 {
        disk.append("/tmp/1", b"x").unwrap();
        disk.sync("/tmp/1");
        store.pump(&disk);
        assert!(store.0.len() < 300 + turn / PIECE + 8);
    }
}
