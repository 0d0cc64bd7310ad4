//! Random lives of a disk, cut off after every batch: what is synced is there, the rest is there
//! as far as it came, and nothing else is.

use super::*;
use std::collections::BTreeMap;

type Names = BTreeMap<String, Option<usize>>;

/// What the disk should hold, and all that it has held.
struct Model {
    /// Paths below /tmp; folders have no file.
    names: Names,
    /// Every content that each file has had, oldest first.
    versions: Vec<Vec<Vec<u8>>>,
    /// The version of each file that a durable sync has promised.
    promised: Vec<usize>,
}

/// What a sync promises: names are told by the batch, so only the file and its version.
struct Promise {
    ticket: Ticket,
    file: usize,
    version: usize,
}

const NAMES: &[&str] = &["a", "b", "c", "dir", "dir/a", "dir/b", "other", "other/a"];

impl Model {
    fn path(chance: &mut fastrand::Rng) -> String {
        format!("/tmp/{}", NAMES[chance.usize(..NAMES.len())])
    }

    fn content(&self, file: usize) -> &Vec<u8> {
        self.versions[file].last().expect("there is one")
    }

    /// One random operation, on both.
    fn step(&mut self, disk: &mut LabDisk, chance: &mut fastrand::Rng) -> Option<Promise> {
        let path = Self::path(chance);
        let known = self.names.get(&path).copied();
        match chance.u8(..12) {
            0 | 1 => {
                if disk.create(&path).is_ok() {
                    match known {
                        Some(Some(file)) => self.versions[file].push(Vec::new()),
                        Some(None) => panic!("{path} is a folder"),
                        None => {
                            self.names.insert(path, Some(self.versions.len()));
                            self.versions.push(vec![Vec::new()]);
                            self.promised.push(0);
                        }
                    }
                }
            }
            2..=5 => {
                let len = if chance.u8(..8) == 0 { PIECE * 3 } else { 40 };
                let bytes: Vec<u8> = (0..chance.usize(..len)).map(|_| chance.u8(..)).collect();
                if disk.append(&path, &bytes).is_ok() {
                    let file = known.flatten().expect("it is a file");
                    let mut content = self.content(file).clone();
                    content.extend_from_slice(&bytes);
                    self.versions[file].push(content);
                }
            }
            6 => {
                if let Some(Some(file)) = known {
                    let mut content = self.content(file).clone();
                    let len = chance.usize(..=content.len());
                    content.truncate(len);
                    disk.truncate(&path, len as u64).expect("it is that long");
                    self.versions[file].push(content);
                }
            }
            7 => {
                let to = Self::path(chance);
                if disk.rename(&path, &to).is_ok() && path != to {
                    let moved: Vec<String> = self.names.keys().cloned().collect();
                    for name in moved {
                        let below = name.strip_prefix(&path);
                        if let Some(rest) =
                            below.filter(|rest| rest.is_empty() || rest.starts_with('/'))
                        {
                            let node = self.names.remove(&name).expect("it is there");
                            self.names.insert(format!("{to}{rest}"), node);
                        }
                    }
                }
            }
            8 => {
                if disk.remove(&path).is_ok() {
                    self.names.remove(&path).expect("it was there");
                }
            }
            9 => {
                if disk.create_directory(&path).is_ok() {
                    assert!(self.names.insert(path, None).is_none());
                }
            }
            _ => {
                let ticket = disk.sync(&path);
                if let Some(Some(file)) = known {
                    let version = self.versions[file].len() - 1;
                    return Some(Promise {
                        ticket,
                        file,
                        version,
                    });
                }
            }
        }
        None
    }

    /// The disk shows exactly the names and the newest contents.
    fn compare(&self, disk: &LabDisk) {
        let shown: Vec<String> = disk
            .files("/tmp")
            .into_iter()
            .map(|file| file.path)
            .collect();
        assert!(
            shown.iter().eq(self.names.keys()),
            "{shown:?} {:?}",
            self.names
        );
        for (path, file) in &self.names {
            let metadata = disk.metadata(path).expect("it is there");
            assert_eq!(metadata.is_directory, file.is_none());
            if let Some(file) = file {
                let bytes = crate::disk::read_all(disk, path, u64::MAX).expect("it can be read");
                assert_eq!(&bytes, self.content(*file), "{path}");
            }
        }
        let bytes: u64 = disk.files("/").iter().map(|file| file.len).sum();
        assert_eq!(disk.status().bytes, bytes);
    }

    /// What is left after a power cut: these names, and of each file a version that is no older
    /// than what was promised.
    fn check_left(&self, left: &LabDisk, names: &Names) {
        let shown: Vec<String> = left
            .files("/tmp")
            .into_iter()
            .map(|file| file.path)
            .collect();
        assert!(shown.iter().eq(names.keys()), "{shown:?} {names:?}");
        for (path, file) in names {
            let Some(file) = file else { continue };
            let bytes = crate::disk::read_all(left, path, u64::MAX).expect("it can be read");
            // Appending writes a prefix first, so that one is a version, too.
            let fits = |version: &Vec<u8>| *version == bytes;
            let from = &self.versions[*file][self.promised[*file]..];
            assert!(
                from.iter().any(fits),
                "{path}: {} bytes, promised {}",
                bytes.len(),
                from[0].len()
            );
        }
    }
}

fn life(seed: u64, steps: usize) {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut disk = LabDisk::new();
    let mut store: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    let mut model = Model {
        names: Names::new(),
        versions: Vec::new(),
        promised: Vec::new(),
    };
    let mut promises: Vec<Promise> = Vec::new();
    let mut flight: Option<(Batch, Names)> = None;
    // What the store holds, by the last batch that got there.
    let mut stored: Option<Names> = None;
    let trouble = chance.u8(..4) == 0;
    let mut now = 1_700_000_000_000;
    for _ in 0..steps {
        now += chance.i64(0..200);
        disk.tick(now);
        if let Some(promise) = model.step(&mut disk, &mut chance) {
            promises.push(promise);
        }
        if flight.is_none() && chance.bool() {
            flight = disk.take_batch().map(|batch| (batch, model.names.clone()));
        } else if chance.bool()
            && let Some((batch, names)) = flight.take()
        {
            let fate = if trouble { chance.u8(..10) } else { 9 };
            // 0: full, nothing stored. 1: failed, nothing stored. 2: failed, or so it seems.
            // 3: the store was emptied before.
            if fate == 3 {
                store.clear();
                stored = None;
                model.promised.fill(0);
            }
            if fate == 2 || fate > 3 {
                for (first, last) in &batch.deletes {
                    store.retain(|key, _| !(first..=last).contains(&key));
                }
                store.extend(batch.puts.iter().cloned());
                stored = Some(names);
            }
            let answer = ["full", "failed", "failed", "lost"];
            disk.answered(batch.id, answer.get(usize::from(fate)).copied());
            promises.retain(|promise| match disk.outcome(promise.ticket) {
                SyncOutcome::Pending => true,
                SyncOutcome::Failed(_) => false,
                SyncOutcome::Durable => {
                    let promised = &mut model.promised[promise.file];
                    *promised = promise.version.max(*promised);
                    false
                }
            });
            model.compare(&disk);
            match &stored {
                None => assert!(store.is_empty()),
                Some(names) => {
                    let left =
                        LabDisk::open(store.clone().into_iter().collect()).expect("it opens");
                    model.check_left(&left, names);
                    for (path, file) in names {
                        let Some(status) = disk
                            .file(path)
                            .filter(|_| file.is_some() && model.names.get(path) == Some(file))
                        else {
                            continue;
                        };
                        let (mut shown, mut there) = (Vec::new(), Vec::new());
                        disk.read(path, 0, status.durable as usize, &mut shown)
                            .expect("it can be read");
                        left.read(path, 0, status.durable as usize, &mut there)
                            .expect("it can be read");
                        if fate != 2 {
                            assert_eq!(shown, there, "{path}: what is said to be durable");
                        }
                    }
                    if chance.u8(..40) == 0 {
                        // Power off and on: from here on the disk is what is left.
                        let stored = LabDisk::open(store.clone().into_iter().collect());
                        disk.power_cut(&stored.expect("it opens"));
                        model.names = names.clone();
                        for (path, file) in names {
                            let Some(file) = *file else { continue };
                            let bytes =
                                crate::disk::read_all(&disk, path, u64::MAX).expect("it is there");
                            model.versions[file].push(bytes);
                            model.promised[file] = model.versions[file].len() - 1;
                        }
                        promises.clear();
                        model.compare(&disk);
                    }
                }
            }
        }
    }
}

#[test]
fn whenever_power_goes_what_is_synced_is_there() {
    for seed in 0..300 {
        let run = std::panic::catch_unwind(|| life(seed, 400));
        assert!(run.is_ok(), "seed {seed}");
    }
}

/// Records of a disk with pieces and several records of log.
fn some_records() -> Vec<(u64, Vec<u8>)> {
    let mut disk = LabDisk::new();
    let mut records = BTreeMap::new();
    for turn in 0..12 {
        let path = format!("/tmp/{turn}");
        disk.create(&path).expect("it can be made");
        disk.append(&path, &[turn; PIECE + 9])
            .expect("it can be written");
        disk.sync(&path);
        while let Some(batch) = disk.take_batch() {
            for (first, last) in batch.deletes {
                records.retain(|key, _| !(first..=last).contains(key));
            }
            records.extend(batch.puts);
            disk.committed(batch.id);
        }
    }
    records.into_iter().collect()
}

#[test]
fn damage_is_named_and_never_passed_over() {
    let records = some_records();
    assert!(records.len() > 10);
    for at in 0..records.len() {
        for byte in 0..records[at].1.len() {
            let mut damaged = records.clone();
            damaged[at].1[byte] ^= 1 << (byte % 8);
            match LabDisk::open(damaged) {
                Err(OpenError::Damaged { key, .. }) => assert_eq!(key, records[at].0),
                // Its version is told before its checksum can be looked at.
                Err(OpenError::Newer { .. }) => assert_eq!(records[at].0, 0),
                Ok(_) => panic!("record {at} byte {byte} went unnoticed"),
            }
            let mut short = records.clone();
            short[at].1.truncate(byte);
            assert!(LabDisk::open(short).is_err());
        }
        let mut missing = records.clone();
        let (key, _) = missing.remove(at);
        let last_of_log = at == records.len() - 1;
        match LabDisk::open(missing) {
            Err(error) => assert!(
                error.to_string().contains(&format!("record {key} ")),
                "{error}"
            ),
            Ok(_) => assert!(last_of_log, "record {key} was not missed"),
        }
        let mut swapped = records.clone();
        swapped[at].0 += 1000;
        assert!(LabDisk::open(swapped).is_err());
    }
}

#[test]
fn garbage_is_refused_whatever_it_is() {
    let mut chance = fastrand::Rng::with_seed(3);
    let records = some_records();
    for _ in 0..5000 {
        let mut records = records.clone();
        let at = chance.usize(1..records.len());
        let (key, record) = &mut records[at];
        let len = record.len() - 9;
        let kind = match record[len] {
            1 => record::Kind::Piece,
            _ => record::Kind::Log,
        };
        // With a checksum that is right, so that only the operations can tell.
        record.truncate(len);
        for _ in 0..chance.usize(1..4) {
            let byte = chance.usize(..len);
            record[byte] = chance.u8(..);
        }
        *record = record::seal(*key, kind, std::mem::take(record));
        // Other bytes in a file cannot be told from right ones; nothing may panic.
        drop(LabDisk::open(records));
    }
}

#[test]
fn newer_formats_are_refused_and_old_ones_stay_readable() {
    let mut records = some_records();
    records[0].1[record::MAGIC.len()] = VERSION as u8 + 1;
    let newer = OpenError::Newer {
        version: VERSION + 1,
    };
    assert_eq!(LabDisk::open(records).err(), Some(newer));
    // Version 1 as it was first written, byte by byte.
    let header = b"resplay disk\x01\0\0\0\x01\0\0\0\0\0\0\0";
    let mut log = vec![0, 0, 0, 0, 0, 0, 0, 0];
    log.extend_from_slice(b"\x02\x02\x00\x04/tmp\x01\x03\x80\x01\x06/tmp/a");
    log.extend_from_slice(b"\x05\x03\x00\x81\x01\x06\x03one");
    log.extend_from_slice(b"\x03\x06/tmp/a\x06/tmp/b");
    let mut header = header.to_vec();
    let sum = record::checksum(0, &header);
    header.extend_from_slice(&sum.to_le_bytes());
    let log = record::seal(1, record::Kind::Log, log);
    assert_eq!(log[log.len() - 8..], [49, 46, 19, 11, 227, 185, 151, 179]);
    let disk = LabDisk::open(vec![(0, header), (1, log)]).expect("version 1 opens");
    let metadata = disk.metadata("/tmp/b").expect("it is there");
    assert_eq!((metadata.len, metadata.modified_ms), (3, 129));
}
