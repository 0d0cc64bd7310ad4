//! What the loader stores, drops and refuses.

use super::super::*;
use super::{LIMITS, PLAIN};
use crate::keyspace::{Keyspace, Record};

fn loaded(bytes: &[u8], keeps_expired: bool) -> Result<(Keyspace, Loader), LoadError> {
    let mut keyspace = Keyspace::new(2, 1);
    let mut loader = Loader::new(LIMITS, bytes.len() as u64, 1000, keeps_expired);
    loader.decoder.feed(bytes);
    loop {
        match loader.step(&mut keyspace, 1)? {
            Progress::Done => return Ok((keyspace, loader)),
            Progress::Paused => {}
            Progress::Wants(_) => return Err(loader.decoder.truncated()),
        }
    }
}

fn file(keys: &[(&str, Option<i64>)]) -> Vec<u8> {
    let mut writer = Writer::new(PLAIN, &[("ctime", "1".into())]);
    writer.function(b"#!lua name=lib");
    writer.select(1, keys.len(), 1);
    for (key, expire_at) in keys {
        writer.record(&Record::of_string(key.as_bytes(), b"v", *expire_at, 0));
    }
    writer.finish();
    writer.pending()
}

#[test]
fn keys_whose_time_has_come_are_dropped_unless_a_log_follows() {
    let bytes = file(&[
        ("a", None),
        ("b", Some(999)),
        ("c", Some(1001)),
        ("d", Some(1000)),
    ]);
    let (keyspace, loader) = loaded(&bytes, false).unwrap();
    assert_eq!((loader.keys, loader.expired, loader.empty), (3, 1, 0));
    assert_eq!((keyspace[1].len(), keyspace[1].volatile_len()), (3, 2));
    assert_eq!(loader.aux, [(b"ctime".to_vec(), b"1".to_vec())]);
    assert_eq!(loader.functions, [b"#!lua name=lib"]);
    let (keyspace, loader) = loaded(&bytes, true).unwrap();
    assert_eq!((loader.keys, loader.expired), (4, 0));
    assert!(keyspace[1].peek(b"b").is_some());
}

#[test]
fn empty_keys_are_dropped() {
    let bytes = b"REDIS0009\xfe\x00\x01\x01l\x00\x02\x01s\x00\x00\x01k\x01v\xff\0\0\0\0\0\0\0\0";
    let (keyspace, loader) = loaded(bytes, false).unwrap();
    assert_eq!((loader.keys, loader.empty, keyspace[0].len()), (1, 2, 1));
}

#[test]
fn what_cannot_be_is_refused() {
    let twice = file(&[("a", None), ("b", None), ("a", None)]);
    let error = loaded(&twice, false).err().unwrap();
    assert_eq!(error.expected, "a key that was not there before, found 'a'");
    assert_eq!(error.offset as usize, twice.len() - 9 - 5);
    let third = b"REDIS0009\xfe\x02\xff\0\0\0\0\0\0\0\0";
    let error = loaded(third, false).err().unwrap();
    assert_eq!(
        error.to_string(),
        "at offset 9: expected one of 2 databases, found number 2"
    );
}

#[test]
fn a_hint_that_lies_takes_no_memory() {
    let bytes = b"REDIS0009\xfe\x00\xfb\x81\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x01k\x01v\xff\0\0\0\0\0\0\0\0";
    let (result, peak) = crate::memory::peak_of(|| loaded(bytes, false).is_ok());
    assert!(result && peak < 40_000, "{peak}");
}

#[test]
fn usage_comes_back_as_the_policy_wants_it() {
    use crate::keyspace::{AccessClock, LfuSettings};
    let lfu = LfuSettings {
        log_factor: 10,
        decay_time: 1,
    };
    for clock in [
        AccessClock::new(1 << 40, None),
        AccessClock::new(1 << 40, Some(lfu)),
    ] {
        let usage = if clock.is_lfu() {
            Usage::Frequency(clock)
        } else {
            Usage::Idle(clock)
        };
        let mut writer = Writer::new(WriteOptions { usage, ..PLAIN }, &[]);
        let stamp = clock.restored(Some(12_345), Some(200));
        writer.record(&Record::of_string(b"k", b"v", None, stamp));
        writer.finish();
        let mut decoder = Decoder::new(Limits { clock, ..LIMITS });
        decoder.feed(&writer.pending());
        let Some(Item::Record(record)) = decoder.next().unwrap() else {
            panic!("there is a record");
        };
        assert_eq!(record.access(), stamp);
    }
}

#[test]
fn little_room_bounds_what_is_unpacked() {
    let record = Record::of_string(b"k", &[b'x'; 100_000], None, 0);
    let payload = dump(record.value(), true);
    assert!(payload.len() < 3000);
    let limits = Limits {
        room: 99_999,
        ..LIMITS
    };
    let (result, peak) = crate::memory::peak_of(|| restore(&payload, &limits));
    assert_eq!(result.unwrap_err(), RestoreError::Room);
    assert!(peak < 10_000, "{peak}");
    assert!(restore(&payload, &LIMITS).is_ok());
}
