//! Streams against a plain model.

use super::*;
use std::collections::BTreeMap;

const LIMITS: Limits = Limits {
    node_max_bytes: 4096,
    node_max_entries: 100,
};

type Model = BTreeMap<StreamId, Vec<Vec<u8>>>;

fn entries<'a>(entries: impl Iterator<Item = StreamEntry<'a>>) -> Vec<(StreamId, Vec<Vec<u8>>)> {
    let entry = |entry: StreamEntry<'_>| {
        let (id, len) = (entry.id, entry.len());
        let elements: Vec<_> = entry.elements().map(|element| element.to_vec()).collect();
        assert_eq!(elements.len(), len * 2);
        (id, elements)
    };
    entries.map(entry).collect()
}

fn pairs<'a>(
    model: impl Iterator<Item = (&'a StreamId, &'a Vec<Vec<u8>>)>,
) -> Vec<(StreamId, Vec<Vec<u8>>)> {
    model.map(|(id, fields)| (*id, fields.clone())).collect()
}

fn agree(stream: &Stream, model: &Model, rng: &mut fastrand::Rng) {
    assert_eq!(stream.len(), model.len() as u64);
    assert_eq!(entries(stream.iter()), pairs(model.iter()));
    let bound = |rng: &mut fastrand::Rng| StreamId::new(rng.u64(..400), rng.u64(..4));
    let (start, end) = (bound(rng), bound(rng));
    let expected = if start <= end {
        pairs(model.range(start..=end))
    } else {
        Vec::new()
    };
    assert_eq!(entries(stream.range(start, end)), expected);
    let expected: Vec<_> = expected.into_iter().rev().collect();
    assert_eq!(entries(stream.range_reversed(start, end)), expected);
    let first = model.keys().next().copied();
    assert_eq!(stream.history().first_id, first.unwrap_or_default());
    assert_eq!(stream.last_entry_id(), model.keys().next_back().copied());
    assert_eq!(stream.contains(start), model.contains_key(&start));
    let mut again = Stream::new();
    for (master, node) in stream.nodes() {
        let node = Listpack::from_bytes(node.as_bytes().to_vec()).expect("a sound listpack");
        assert!(again.push_node(master, node));
    }
    assert!(again.told(stream.len(), stream.last_id(), Some(stream.history())));
    assert_eq!(entries(again.iter()), pairs(model.iter()));
}

#[test]
fn a_stream_is_an_ordered_map_that_grows_at_its_end() {
    for seed in 0..40 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let limits = Limits {
            node_max_bytes: [4096, 0, 100][seed as usize % 3],
            node_max_entries: [100, 4, 1, 0][seed as usize % 4],
        };
        let (mut stream, mut model) = (Stream::new(), Model::new());
        let mut last = StreamId::MIN;
        for _ in 0..400 {
            match rng.u32(..12) {
                0..7 => {
                    let id = StreamId::new(last.ms + rng.u64(..2), last.seq + 1);
                    let names: &[&[u8]] = match rng.u32(..3) {
                        0 => &[b"a", b"b"],
                        1 => &[b"a"],
                        _ => &[b"c", b"17"],
                    };
                    let value = rng.u32(..).to_string();
                    let fields: Vec<&[u8]> = names
                        .iter()
                        .flat_map(|name| [*name, value.as_bytes()])
                        .collect();
                    assert!(stream.append(id, &fields, &limits));
                    model.insert(id, fields.iter().map(|field| field.to_vec()).collect());
                    last = id;
                }
                7..9 => {
                    let id = match rng.bool() {
                        true => model
                            .keys()
                            .nth(rng.usize(..model.len().max(1)))
                            .copied()
                            .unwrap_or(last),
                        false => StreamId::new(rng.u64(..400), rng.u64(..400)),
                    };
                    assert_eq!(stream.delete(id), model.remove(&id).is_some());
                }
                9 => {
                    let keep = rng.usize(..model.len() + 2);
                    let gone = model.len().saturating_sub(keep);
                    assert_eq!(
                        stream.trim(Keep::Newest(keep as u64), false, 0),
                        gone as u64
                    );
                    for _ in 0..gone {
                        model.pop_first();
                    }
                }
                10 if rng.bool() => {
                    let from = StreamId::new(rng.u64(..=last.ms), rng.u64(..10));
                    let rest = model.split_off(&from);
                    assert_eq!(stream.trim(Keep::From(from), false, 0), model.len() as u64);
                    model = rest;
                }
                10 => {
                    let keep = rng.u64(..=stream.len());
                    let limit = [0, 3, 100][rng.usize(..3)];
                    let gone = stream.trim(Keep::Newest(keep), true, limit);
                    assert!(stream.len() >= keep && (limit == 0 || gone <= limit));
                    for _ in 0..gone {
                        model.pop_first();
                    }
                }
                _ => agree(&stream, &model, &mut rng),
            }
        }
        agree(&stream, &model, &mut rng);
        assert!(!stream.append(last, &[b"a", b"b"], &limits));
    }
}

#[test]
fn xsetid_may_go_back_behind_tombstones() {
    let mut stream = Stream::new();
    let field: &[&[u8]] = &[b"a", b"b"];
    stream.append(StreamId::new(5, 5), field, &LIMITS);
    stream.append(StreamId::new(6, 6), field, &LIMITS);
    stream.delete(StreamId::new(6, 6));
    assert_eq!(stream.trim(Keep::From(StreamId::new(6, 6)), false, 0), 1);
    assert_eq!((stream.len(), stream.node_count()), (0, 1));
    stream.set_history(StreamId::new(1, 1), None, None);
    assert!(stream.append(StreamId::new(2, 2), field, &LIMITS));
    assert!(stream.contains(StreamId::new(2, 2)) && stream.node_count() == 1);
    assert_eq!(stream.history().first_id, StreamId::new(2, 2));
}

#[test]
fn nodes_of_the_radix_tree() {
    let mut stream = Stream::new();
    let limits = Limits {
        node_max_entries: 1,
        ..LIMITS
    };
    // As XINFO STREAM of Redis 7.0.15 tells.
    for (count, id, nodes) in [
        (0, StreamId::MIN, 1),
        (1, StreamId::new(1, 0), 2),
        (2, StreamId::new(1, 1), 4),
        (3, StreamId::new(1, 256), 7),
        (4, StreamId::new(1 << 40, 0), 11),
    ] {
        if count > 0 {
            assert!(stream.append(id, &[b"a", b"b"], &limits));
        }
        assert_eq!(stream.radix_tree_nodes(), nodes, "{count}");
    }
}

#[test]
fn a_group_knows_who_has_what() {
    let mut group = Group::new(StreamId::MIN, 0);
    let (bob, created) = group.find_or_create(b"bob", 5);
    assert!(created);
    let (alice, _) = group.find_or_create(b"alice", 6);
    assert_eq!(group.find_or_create(b"bob", 7), (bob, false));
    let names: Vec<_> = group
        .consumers()
        .map(|consumer| consumer.name.to_vec())
        .collect();
    assert_eq!(names, [b"alice".to_vec(), b"bob".to_vec()]);
    let pending = |consumer| Pending {
        delivered_ms: 1,
        deliveries: 1,
        consumer,
    };
    for seq in 1..=10 {
        group.assign(StreamId::new(0, seq), pending(bob));
    }
    group.assign(StreamId::new(0, 4), pending(alice));
    let counts = |group: &Group| {
        let counts: Vec<_> = group
            .consumers()
            .map(|consumer| consumer.pending().len())
            .collect();
        (group.pending().len(), counts)
    };
    assert_eq!(counts(&group), (10, vec![1, 9]));
    assert!(group.acknowledge(StreamId::new(0, 1)) && !group.acknowledge(StreamId::new(0, 1)));
    assert_eq!(counts(&group), (9, vec![1, 8]));
    assert_eq!(group.remove_consumer(bob), 8);
    assert_eq!(counts(&group), (1, vec![1]));
    assert_eq!(group.find_or_create(b"carol", 5), (bob, true));
    assert_eq!(group.find(b"bob"), None);
}
