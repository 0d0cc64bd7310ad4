//! Snapshots written and read again.

mod load;
mod mutations;
mod old;
mod streams;

use super::*;
use crate::keyspace::{Record, Value, ValueRef};
use crate::types::dict::Entry;
use crate::types::hash::Hash;
use crate::types::list::{End, List};
use crate::types::set::Set;
use crate::types::sorted_set::SortedSet;

const LIMITS: Limits = Limits {
    hash: hash::Limits {
        max_listpack_entries: 512,
        max_listpack_value: 64,
        hash_seed: 1,
    },
    list: list::Limits {
        max_listpack_size: -2,
        packed_threshold: 1 << 30,
    },
    set: set::Limits {
        max_intset_entries: 512,
        max_listpack_entries: 128,
        max_listpack_value: 64,
        hash_seed: 2,
    },
    sorted_set: sorted_set::Limits {
        max_listpack_entries: 128,
        max_listpack_value: 64,
        hash_seed: 3,
    },
    clock: AccessClock::new(0, None),
    room: usize::MAX,
    checksum: true,
};

const PLAIN: WriteOptions = WriteOptions {
    compress: true,
    checksum: true,
    usage: Usage::None,
};

/// A value in the order that says whether two are equal.
fn contents(value: ValueRef<'_>) -> (&'static str, Vec<Vec<u8>>) {
    let mut parts: Vec<Vec<u8>> = match value {
        ValueRef::String(string) => vec![string.to_vec()],
        ValueRef::List(list) => list.iter().map(|element| element.to_vec()).collect(),
        ValueRef::Set(set) => set.iter().map(|member| member.to_vec()).collect(),
        ValueRef::Hash(hash) => hash
            .iter()
            .map(|(field, value)| [field.to_vec(), value.to_vec()].join(&b"="[..]))
            .collect(),
        ValueRef::SortedSet(set) => set
            .iter()
            .map(|(member, score)| {
                [member.to_vec(), score.to_string().into_bytes()].join(&b"="[..])
            })
            .collect(),
        ValueRef::Stream(stream) => streams::parts(stream),
    };
    if matches!(value, ValueRef::Set(_) | ValueRef::Hash(_)) {
        parts.sort();
    }
    (value.encoding(), parts)
}

/// One value of every encoding.
fn values() -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for text in [
        &b""[..],
        b"text",
        b"12",
        b"-129",
        b"70000",
        b"2147483648",
        &[b'x'; 44],
        &[b'x'; 45],
        &[b'y'; 70_000],
    ] {
        values.push(Record::of_string(b"", text, None, 0).into_value());
    }
    for n in [3, 5000] {
        let text = |i: i32| {
            if i % 3 == 0 {
                i.to_string()
            } else {
                format!("{i} some words")
            }
        };
        let mut list = List::new();
        let mut set = Set::new();
        let mut hash = Hash::new();
        let mut sorted_set = SortedSet::new();
        let mut integers = Set::new();
        for i in 0..n {
            let text = text(i);
            let text = text.as_bytes();
            list.push(End::Tail, text, text.len(), &LIMITS.list);
            set.add(text, &LIMITS.set);
            hash.set(text, b"value", &LIMITS.hash);
            sorted_set.insert(text, f64::from(i) / 3.0, &LIMITS.sorted_set);
            integers.add(i.to_string().as_bytes(), &LIMITS.set);
        }
        values.extend([
            list.into(),
            set.into(),
            hash.into(),
            sorted_set.into(),
            integers.into(),
        ]);
    }
    let large = list::Limits {
        packed_threshold: 50,
        ..LIMITS.list
    };
    let mut list = List::new();
    for size in [10, 60, 9000] {
        list.push(End::Tail, &vec![b'l'; size], size, &large);
    }
    values.push(list.into());
    values.extend(streams::streams());
    values
}

fn snapshot(options: WriteOptions) -> (Vec<Record>, Vec<u8>) {
    let mut writer = Writer::new(options, &[("redis-ver", "7.2.4".into())]);
    let records: Vec<Record> = values()
        .into_iter()
        .enumerate()
        .map(|(i, value)| {
            let expire_at = (i % 2 == 0).then_some(i as i64 * 1_000_000);
            Record::of_value(format!("key{i}").as_bytes(), value, expire_at, 0)
        })
        .collect();
    writer.select(3, records.len(), records.len().div_ceil(2));
    let mut bytes = Vec::new();
    for record in &records {
        writer.record(record);
        bytes.extend(writer.pending());
    }
    writer.finish();
    bytes.extend(writer.pending());
    (records, bytes)
}

#[test]
fn what_is_written_is_read_in_pieces_of_any_size() {
    for (options, piece) in [
        (PLAIN, 1),
        (PLAIN, 1000),
        (
            WriteOptions {
                compress: false,
                checksum: false,
                usage: Usage::None,
            },
            1 << 20,
        ),
    ] {
        let (records, mut bytes) = snapshot(options);
        bytes.extend_from_slice(b"rest");
        let mut decoder = Decoder::new(LIMITS);
        let mut pieces = bytes.chunks(piece);
        let mut read = Vec::new();
        let mut heads = Vec::new();
        loop {
            match decoder.next().unwrap() {
                None => decoder.feed(pieces.next().expect("there are bytes left")),
                Some(Item::Record(record)) => read.push(record),
                Some(Item::Aux(key, value)) => heads.push((key, value)),
                Some(Item::SelectDb(db)) => assert_eq!(db, 3),
                Some(Item::Resize(keys, volatile)) => {
                    assert_eq!(
                        (keys, volatile),
                        (records.len() as u64, records.len().div_ceil(2) as u64)
                    );
                }
                Some(Item::End) => break,
                Some(Item::EmptyKey(_) | Item::Function(_)) => panic!("there is none"),
            }
        }
        assert_eq!(heads, [(b"redis-ver".to_vec(), b"7.2.4".to_vec())]);
        assert_eq!(decoder.offset(), bytes.len() as u64 - 4);
        assert!(b"rest".starts_with(decoder.rest()));
        assert_eq!(read.len(), records.len());
        for (read, written) in read.iter().zip(&records) {
            assert_eq!(read.key(), written.key());
            assert_eq!(read.expire_at(), written.expire_at());
            assert_eq!(contents(read.value()), contents(written.value()));
        }
    }
}

#[test]
fn a_value_comes_back_from_its_payload() {
    for value in values() {
        let record = Record::of_value(b"k", value, None, 0);
        let payload = dump(record.value(), true);
        let value = restore(&payload, &LIMITS).unwrap();
        let restored = Record::of_value(b"k", value, None, 0);
        assert_eq!(contents(restored.value()), contents(record.value()));
        let mut altered = payload.clone();
        altered[0] ^= 1;
        assert_eq!(
            restore(&altered, &LIMITS).unwrap_err(),
            RestoreError::Footer
        );
    }
}
