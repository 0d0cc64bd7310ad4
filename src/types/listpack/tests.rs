use super::*;
use proptest::prelude::*;

fn listpack(elements: &[&[u8]]) -> Listpack {
    let mut listpack = Listpack::new();
    for element in elements {
        listpack.push_back(*element);
    }
    listpack
}

fn contents(listpack: &Listpack) -> Vec<Vec<u8>> {
    listpack.iter().map(|element| element.to_vec()).collect()
}

/// The bytes a real server writes for RPUSH k hello 1024 -1 127.
#[test]
fn layout() {
    let listpack = listpack(&[b"hello", b"1024", b"-1", b"127"]);
    assert_eq!(
        listpack.as_bytes(),
        b"\x16\0\0\0\x04\0\x85hello\x06\xC4\0\x02\xDF\xFF\x02\x7F\x01\xFF"
    );
}

#[test]
fn every_integer_width() {
    for shift in 0..64 {
        for near in -2..=2i64 {
            for value in [
                (1i64 << shift).wrapping_add(near),
                (-1i64 << shift).wrapping_add(near),
            ] {
                let mut listpack = Listpack::new();
                listpack.push_back(value);
                assert_eq!(listpack.get(0), Some(Element::Int(value)));
                assert_eq!(listpack.get(-1), Some(Element::Int(value)));
                assert_eq!(
                    listpack.find(value.to_string().as_bytes(), 0),
                    listpack.first()
                );
                assert!(Listpack::from_bytes(listpack.as_bytes().to_vec()).is_some());
            }
        }
    }
}

#[test]
fn long_strings() {
    for len in [
        0, 63, 64, 127, 4095, 4096, 16377, 16378, 16379, 70_000, 2_097_146, 2_097_147,
    ] {
        let bytes = vec![b'x'; len];
        let listpack = listpack(&[b"a", &bytes, b"b"]);
        assert_eq!(contents(&listpack), [b"a".to_vec(), bytes, b"b".to_vec()]);
        assert_eq!(listpack.get(-3), Some(Element::Str(b"a")));
        assert!(Listpack::from_bytes(listpack.as_bytes().to_vec()).is_some());
    }
}

#[test]
fn more_elements_than_the_header_counts() {
    let mut listpack = Listpack::new();
    for value in 0..70_000 {
        listpack.push_back(value);
    }
    assert_eq!(listpack.len(), 70_000);
    assert_eq!(listpack.get(69_999), Some(Element::Int(69_999)));
    assert_eq!(listpack.get(70_000), None);
    assert_eq!(listpack.remove_range(10, 69_000), 69_000);
    assert_eq!(listpack.len(), 1_000);
    assert!(Listpack::from_bytes(listpack.as_bytes().to_vec()).is_some());
}

#[test]
fn pairs() {
    let mut listpack = listpack(&[b"name", b"age", b"age", b"41"]);
    let age = listpack.find(b"age", 1).unwrap();
    let value = listpack.next(age).unwrap();
    assert_eq!(listpack.at(value), Element::Int(41));
    listpack.replace(value, b"forty-two");
    listpack.insert_before(age, b"x");
    assert_eq!(
        contents(&listpack),
        [&b"name"[..], b"age", b"x", b"age", b"forty-two"]
    );
    assert_eq!(listpack.find(b"missing", 1), None);
    let first = listpack.first().unwrap();
    let rest = listpack.remove(first, 3).unwrap();
    assert_eq!(listpack.at(rest), Element::Str(b"age"));
    assert_eq!(listpack.remove(rest, 9), None);
    assert!(listpack.is_empty());
}

#[derive(Debug, Clone)]
enum Step {
    PushBack(Vec<u8>),
    PushFront(Vec<u8>),
    Insert(usize, Vec<u8>, bool),
    Replace(usize, Vec<u8>),
    Remove(i64, usize),
    SplitAndJoin(usize),
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => proptest::collection::vec(any::<u8>(), 0..12),
        3 => any::<i64>().prop_map(|value| value.to_string().into_bytes()),
        3 => (-5000i64..5000).prop_map(|value| value.to_string().into_bytes()),
        1 => (50usize..5000).prop_map(|len| vec![b'z'; len]),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => value().prop_map(Step::PushBack),
        2 => value().prop_map(Step::PushFront),
        3 => (any::<usize>(), value(), any::<bool>()).prop_map(|(i, v, a)| Step::Insert(i, v, a)),
        2 => (any::<usize>(), value()).prop_map(|(i, v)| Step::Replace(i, v)),
        1 => (-20i64..20, 0usize..5).prop_map(|(i, n)| Step::Remove(i, n)),
        1 => any::<usize>().prop_map(Step::SplitAndJoin),
    ]
}

proptest! {
    #[test]
    fn behaves_as_a_vector(steps in proptest::collection::vec(step(), 1..60)) {
        let mut listpack = Listpack::new();
        let mut model: Vec<Vec<u8>> = Vec::new();
        for step in steps {
            match step {
                Step::PushBack(v) => { listpack.push_back(&v); model.push(v); }
                Step::PushFront(v) => { listpack.push_front(&v); model.insert(0, v); }
                Step::Insert(i, v, after) => if !model.is_empty() {
                    let i = i % model.len();
                    let position = listpack.seek(i as i64).unwrap();
                    if after {
                        let new = listpack.insert_after(position, &v);
                        prop_assert!(listpack.at(new) == v.as_slice());
                        model.insert(i + 1, v);
                    } else {
                        listpack.insert_before(position, &v);
                        model.insert(i, v);
                    }
                }
                Step::Replace(i, v) => if !model.is_empty() {
                    let i = i % model.len();
                    let position = listpack.seek(i as i64 - model.len() as i64).unwrap();
                    listpack.replace(position, &v);
                    model[i] = v;
                }
                Step::Remove(index, count) => {
                    let start = if index < 0 { index + model.len() as i64 } else { index };
                    let expected = match usize::try_from(start) {
                        Ok(start) if start < model.len() => {
                            let end = (start + count).min(model.len());
                            model.drain(start..end).count()
                        }
                        _ => 0,
                    };
                    prop_assert_eq!(listpack.remove_range(index, count), expected);
                }
                Step::SplitAndJoin(i) => if !model.is_empty() {
                    let i = i % model.len();
                    let tail = listpack.split_off(listpack.seek(i as i64).unwrap());
                    prop_assert_eq!((listpack.len(), tail.len()), (i, model.len() - i));
                    listpack.append(&tail);
                }
            }
            prop_assert_eq!(listpack.len(), model.len());
            prop_assert_eq!(&contents(&listpack), &model);
            let reversed: Vec<_> = listpack.iter_rev().map(|e| e.to_vec()).collect();
            prop_assert!(reversed.iter().eq(model.iter().rev()));
            for v in &model {
                let position = listpack.find(v, 0).unwrap();
                prop_assert!(listpack.at(position) == v.as_slice());
            }
            let sizes: usize = model.iter().map(Listpack::entry_size).sum();
            prop_assert_eq!(listpack.byte_len(), sizes + 7);
            prop_assert_eq!(Listpack::from_bytes(listpack.as_bytes().to_vec()), Some(listpack.clone()));
        }
    }

    #[test]
    fn hostile_bytes_are_refused_or_readable(
        steps in proptest::collection::vec(value(), 0..6),
        flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..4),
    ) {
        let mut listpack = Listpack::new();
        for v in &steps {
            listpack.push_back(v);
        }
        let mut bytes = listpack.as_bytes().to_vec();
        for (at, byte) in flips {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Some(mut listpack) = Listpack::from_bytes(bytes) {
            prop_assert_eq!(listpack.iter().count(), listpack.len());
            prop_assert_eq!(listpack.iter_rev().count(), listpack.len());
            listpack.push_front(b"x");
            listpack.remove_range(0, usize::MAX);
            prop_assert!(listpack.is_empty());
        }
    }

    #[test]
    fn noise_is_refused_or_readable(noise in proptest::collection::vec(any::<u8>(), 0..40)) {
        let mut bytes = Listpack::new().as_bytes()[..HEADER].to_vec();
        bytes[4..6].copy_from_slice(&[0xFF, 0xFF]);
        bytes.extend(noise);
        bytes.push(END);
        let total = bytes.len() as u32;
        bytes[..4].copy_from_slice(&total.to_le_bytes());
        if let Some(listpack) = Listpack::from_bytes(bytes) {
            prop_assert_eq!(listpack.iter_rev().count(), listpack.iter().count());
        }
    }
}

#[test]
fn memory_follows_the_content() {
    assert!(size_of::<Listpack>() <= 24 && size_of::<Option<Listpack>>() <= 24);
    let mut queue = Listpack::new();
    for round in 0..2_000i64 {
        queue.push_front(round);
        assert!(queue.allocated_bytes() <= queue.byte_len() + queue.byte_len() / 8 + 16);
    }
    for round in 0..2_000i64 {
        assert_eq!(queue.get(-1), Some(Element::Int(round)));
        queue.remove_range(-1, 1);
        queue.push_front(b"next");
        queue.remove_range(0, 1);
        assert!(queue.allocated_bytes() <= 2 * queue.byte_len() + 48);
    }
    assert!(queue.is_empty());
}
