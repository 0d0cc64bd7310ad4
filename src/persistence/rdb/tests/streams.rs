//! Streams as Redis 5.0, 7.0 and 7.2 store them, and such as nobody stores.

use super::super::*;
use super::old::string;
use super::{LIMITS, contents};
use crate::keyspace::{Record, Value};
use crate::types::stream::{Group, Limits as Nodes, Pending, Stream, StreamId, UNKNOWN};

/// Everything a stream says.
pub(super) fn parts(stream: &Stream) -> Vec<Vec<u8>> {
    let mut parts = vec![format!("{:?} {}", stream.history(), stream.len()).into_bytes()];
    for entry in stream.iter() {
        let mut line = entry.id.text().to_vec();
        for element in entry.elements() {
            line.push(b' ');
            line.extend(element.to_vec());
        }
        parts.push(line);
    }
    for (name, group) in stream.groups().iter() {
        let mut line = name.to_vec();
        line.extend(format!(" {:?} {}", group.last_id, group.entries_read).into_bytes());
        for (id, pending) in group.pending().iter() {
            let owner = group.consumer(pending.consumer).expect("each has an owner");
            assert!(owner.pending().get(id).is_some());
            let (time, count) = (pending.delivered_ms, pending.deliveries);
            line.extend(format!(" {id:?} {time} {count} ").into_bytes());
            line.extend_from_slice(&owner.name);
        }
        for consumer in group.consumers() {
            line.push(b'|');
            line.extend_from_slice(&consumer.name);
            let pending = consumer.pending().len();
            line.extend(format!(" {} {pending}", consumer.seen_ms).into_bytes());
        }
        parts.push(line);
    }
    parts
}

/// Streams with everything that a stream can have.
pub(super) fn streams() -> Vec<Value> {
    let limits = Nodes {
        node_max_bytes: 4096,
        node_max_entries: 3,
    };
    let mut stream = Stream::new();
    let empty = stream.clone();
    for second in 1..=10 {
        let id = StreamId::new(1_700_000_000_000 + second / 3, second);
        let value = (second * 1000).to_string();
        let fields: &[&[u8]] = match second % 4 {
            0 => &[b"name", b"x", b"other", value.as_bytes()],
            _ => &[b"name", value.as_bytes()],
        };
        assert!(stream.append(id, fields, &limits));
    }
    let ids: Vec<StreamId> = stream.iter().map(|entry| entry.id).collect();
    let plain = stream.clone();
    let mut group = Group::new(ids[6], 7);
    for (number, id) in ids.iter().take(7).enumerate() {
        let name = if number % 3 == 0 { b"bob" } else { b"ann" };
        let (consumer, _) = group.find_or_create(name, 1_700_000_000_123);
        let pending = Pending {
            delivered_ms: 1_700_000_000_000 + number as i64,
            deliveries: 1 + number as u64 % 2,
            consumer,
        };
        group.assign(*id, pending);
    }
    group.find_or_create(b"", 5);
    stream
        .groups_mut()
        .insert(b"group".as_slice().into(), Box::new(group));
    let other = Group::new(StreamId::MIN, UNKNOWN);
    stream
        .groups_mut()
        .insert(b"12".as_slice().into(), Box::new(other));
    stream.delete(ids[1]);
    stream.delete(ids[9]);
    // What comes back was active when it was seen, as far as anybody knows.
    let groups = stream.groups_mut().values_mut();
    groups.for_each(|group| {
        for name in [&b"bob"[..], b"ann", b""] {
            if let Some(consumer) = group.find(name).and_then(|id| group.consumer_mut(id)) {
                consumer.active_ms = consumer.seen_ms;
            }
        }
    });
    vec![empty.into(), plain.into(), stream.into()]
}

/// The listpack of one entry, `f` = `v`, without its length and its end.
const ENTRY: [&[u8]; 10] = [
    &[1, 1],
    &[0, 1],
    &[1, 1],
    &[0x81, b'f', 2],
    &[0, 1],
    &[2, 1],
    &[0, 1],
    &[0, 1],
    &[0x81, b'v', 2],
    &[4, 1],
];

fn listpack(elements: &[&[u8]]) -> Vec<u8> {
    let entries = elements.concat();
    let mut bytes = (entries.len() as u32 + 7).to_le_bytes().to_vec();
    bytes.extend_from_slice(&(elements.len() as u16).to_le_bytes());
    bytes.extend(entries);
    bytes.push(0xff);
    bytes
}

fn id(seq: u8) -> Vec<u8> {
    StreamId::new(5, u64::from(seq)).to_bytes().to_vec()
}

/// A stream of one node with the entry 5-1, and a group in which `c` has it pending.
pub(super) fn body(kind: u8) -> Vec<u8> {
    let history: &[u8] = match kind {
        15 => &[],
        _ => &[5, 1, 4, 9, 7],
    };
    let read: &[u8] = if kind == 15 { &[] } else { &[1] };
    let time = 1_700_000_000_000_i64.to_le_bytes();
    let active: &[u8] = if kind == 21 { &time } else { &[] };
    [
        &[kind, 1][..],
        &string(&id(1)),
        &string(&listpack(&ENTRY)),
        &[1, 5, 1],
        history,
        &[1, 1, b'g', 5, 1],
        read,
        &[1],
        &id(1),
        &time,
        &[3, 1, 1, b'c'],
        &time,
        active,
        &[1],
        &id(1),
    ]
    .concat()
}

fn restored(body: &[u8]) -> Result<Vec<String>, RestoreError> {
    let mut payload = [body, &[11, 0]].concat();
    let sum = crc64(0, &payload);
    payload.extend_from_slice(&sum.to_le_bytes());
    let value = restore(&payload, &LIMITS)?;
    let record = Record::of_value(b"", value, None, 0);
    let parts = contents(record.value()).1;
    Ok(parts
        .iter()
        .map(|part| part.escape_ascii().to_string())
        .collect())
}

#[test]
fn streams_of_three_versions() {
    for (kind, deleted, added) in [
        (15, "0, seq: 0", 1),
        (19, "4, seq: 9", 7),
        (21, "4, seq: 9", 7),
    ] {
        let parts = restored(&body(kind)).expect("it is sound");
        let id = "StreamId { ms: 5, seq: 1 }";
        assert_eq!(
            parts,
            [
                format!(
                    "History {{ first_id: {id}, last_id: {id}, max_deleted_id: StreamId {{ ms: {deleted} }}, \
                     entries_added: {added} }} 1"
                ),
                "5-1 f v".into(),
                format!("g {id} 1 {id} 1700000000000 3 c|c 1700000000000 1"),
            ]
        );
    }
}

#[test]
fn streams_that_cannot_be() {
    let good = body(19);
    let replaced = |from: &[u8], to: &[u8]| {
        let at = good.windows(from.len()).position(|window| window == from);
        let at = at.expect("it is there");
        [&good[..at], to, &good[at + from.len()..]].concat()
    };
    let with_node =
        |elements: &[&[u8]]| replaced(&string(&listpack(&ENTRY)), &string(&listpack(elements)));
    let changed = |at: usize, element: &'static [u8]| {
        let mut elements = ENTRY.to_vec();
        elements[at] = element;
        with_node(&elements)
    };
    assert!(restored(&good).is_ok() && restored(&with_node(&ENTRY)).is_ok());
    for (body, why) in [
        (changed(0, &[2, 1]), "more entries than there are"),
        (changed(1, &[1, 1]), "a tombstone too many"),
        (changed(2, &[2, 1]), "more names than there are"),
        (changed(2, &[0x81, b'x', 2]), "names that are no number"),
        (changed(4, &[1, 1]), "no zero behind the names"),
        (changed(5, &[8, 1]), "an unknown flag"),
        (changed(5, &[0, 1]), "names of its own that are not there"),
        (changed(7, &[0xdf, 0xff, 2]), "an entry before its node"),
        (changed(9, &[5, 1]), "elements miscounted"),
        (with_node(&ENTRY[..9]), "a node that ends early"),
        (with_node(&[]), "a node of nothing"),
        (
            with_node(&[&[0, 1], &[0, 1], &[0, 1], &[0, 1], &[0, 1]]),
            "half an entry",
        ),
        (
            replaced(&[1, 5, 1, 5, 1, 4], &[2, 5, 1, 5, 1, 4]),
            "a length that is not",
        ),
        (
            replaced(&[1, 5, 1, 5, 1, 4], &[1, 5, 0, 5, 1, 4]),
            "a last entry before the last",
        ),
        (replaced(&[3, 1, 1, b'c'], &[3, 0]), "pending with nobody"),
    ] {
        assert_eq!(restored(&body), Err(RestoreError::Format), "{why}");
    }
    let twice = [&good[..2], &good[2..]].concat();
    let mut twice = twice;
    twice[1] = 2;
    let node = [string(&id(1)), string(&listpack(&ENTRY))].concat();
    let at = 2 + node.len();
    twice.splice(at..at, node);
    assert_eq!(
        restored(&twice),
        Err(RestoreError::Format),
        "the same node twice"
    );
}
