//! How fast a snapshot is written and loaded natively: 1 000 000 strings with keys and values of 16 bytes.
//!
//! ```text
//! cargo run --release --example rdb_speed [keys [file]]
//! ```
//!
//! With a file name the snapshot is kept, so that redis-server can load the same bytes and log how long
//! it took (`DB loaded from disk`).

use std::time::Instant;

use resplay::keyspace::{AccessClock, Keyspace, Record};
use resplay::persistence::rdb::{Limits, Loader, Progress, Usage, WriteOptions, Writer, crc64};
use resplay::types::{hash, list, set, sorted_set};

/// Bytes handed over at a time, as from a disk.
const PIECE: usize = 256 * 1024;
const ROUNDS: usize = 5;

fn limits() -> Limits {
    let clock = AccessClock::new(1_700_000_000_000, None);
    Limits {
        hash: hash::Limits {
            max_listpack_entries: 512,
            max_listpack_value: 64,
            hash_seed: 1,
        },
        list: list::Limits::new(-2),
        set: set::Limits {
            max_intset_entries: 512,
            max_listpack_entries: 128,
            max_listpack_value: 64,
            hash_seed: 1,
        },
        sorted_set: sorted_set::Limits {
            max_listpack_entries: 128,
            max_listpack_value: 64,
            hash_seed: 1,
        },
        clock,
        room: usize::MAX,
        checksum: true,
    }
}

fn write(keyspace: &Keyspace) -> Vec<u8> {
    let options = WriteOptions {
        compress: true,
        checksum: true,
        usage: Usage::None,
    };
    let mut writer = Writer::new(options, &[("redis-ver", "7.2.4".into())]);
    let mut file = Vec::new();
    for db in keyspace.iter().filter(|db| !db.is_empty()) {
        writer.select(db.index(), db.len(), db.volatile_len());
        for record in db.iter() {
            writer.record(record);
            if writer.pending_len() > PIECE {
                file.extend(writer.pending());
            }
        }
    }
    writer.finish();
    file.extend(writer.pending());
    file
}

fn load(file: &[u8]) -> Keyspace {
    let mut keyspace = Keyspace::new(16, 1);
    let mut loader = Loader::new(limits(), file.len() as u64, 0, false);
    let mut pieces = file.chunks(PIECE);
    loop {
        match loader.step(&mut keyspace, 10_000).expect("it is sound") {
            Progress::Wants(_) => loader.decoder.feed(pieces.next().expect("it is whole")),
            Progress::Paused => {}
            Progress::Done => return keyspace,
        }
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let keys: u64 = args
        .next()
        .map_or(1_000_000, |text| text.parse().expect("a number"));
    let mut keyspace = Keyspace::new(16, 1);
    for number in 0..keys {
        let (key, value) = (format!("key:{number:012}"), format!("value-{number:010}"));
        let record = Record::of_string(key.as_bytes(), value.as_bytes(), None, 0);
        assert!(keyspace[0].add_new(record).is_ok());
    }
    let mut file = Vec::new();
    for round in 0..ROUNDS {
        let start = Instant::now();
        file = write(&keyspace);
        let written = start.elapsed();
        let start = Instant::now();
        let loaded = load(&file);
        let took = start.elapsed();
        assert_eq!(loaded[0].len() as u64, keys);
        let start = Instant::now();
        let sum = crc64(0, &file);
        println!(
            "round {round}: {} bytes written in {:.3} s, loaded in {:.3} s, of which checksum {:.3} s ({sum:016x})",
            file.len(),
            written.as_secs_f64(),
            took.as_secs_f64(),
            start.elapsed().as_secs_f64()
        );
    }
    if let Some(path) = args.next() {
        std::fs::write(path, &file).expect("the file can be written");
    }
}
