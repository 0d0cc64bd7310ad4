use super::*;
use proptest::prelude::*;

fn contents(list: &List) -> Vec<Vec<u8>> {
    list.iter().map(|element| element.to_vec()).collect()
}

fn of_numbers(count: i64, limits: &Limits) -> List {
    let mut list = List::new();
    for value in 0..count {
        list.push(End::Tail, value.to_string().as_bytes(), 1, limits);
    }
    list
}

#[test]
fn a_list_is_no_larger_than_a_listpack() {
    assert!(size_of::<List>() <= 24);
}

#[test]
fn one_more_than_the_count_makes_a_quicklist_and_half_a_listpack() {
    let limits = Limits::new(8);
    let mut list = of_numbers(8, &limits);
    assert_eq!(list.encoding(), "listpack");
    list.push(End::Tail, b"8", 1, &limits);
    assert_eq!(list.encoding(), "quicklist");
    list.pop(End::Tail, 1, &limits);
    list.pop(End::Tail, 3, &limits);
    assert_eq!((list.len(), list.encoding()), (5, "quicklist"));
    list.pop(End::Head, 1, &limits);
    assert_eq!((list.len(), list.encoding()), (4, "listpack"));
}

#[test]
fn replacing_at_the_limit_converts_as_in_redis() {
    let limits = Limits::new(8);
    let mut list = of_numbers(8, &limits);
    assert!(list.set(0, b"x", &limits));
    assert_eq!(list.encoding(), "quicklist");
    let mut list = of_numbers(8, &limits);
    assert!(!list.insert(b"missing", true, b"x", &limits));
    assert_eq!(list.encoding(), "quicklist");
}

#[test]
fn a_long_value_replaced_by_a_short_one_converts_back() {
    let limits = Limits::new(-2);
    let mut list = of_numbers(3, &limits);
    assert!(list.set(1, &[b'x'; 9000], &limits));
    assert_eq!(list.encoding(), "quicklist");
    assert!(list.set(1, b"x", &limits));
    assert_eq!(list.encoding(), "listpack");
}

#[test]
fn a_million_elements() {
    let limits = Limits::new(-2);
    let mut list = of_numbers(1_000_000, &limits);
    assert_eq!(list.len(), 1_000_000);
    for index in (0..1_000_000).step_by(9973) {
        assert_eq!(list.get(index), Some(Element::Int(index)));
        assert_eq!(list.get(index - 1_000_000), Some(Element::Int(index)));
    }
    assert!(list.insert(b"500000", false, b"here", &limits));
    assert_eq!(list.get(500_000), Some(Element::Str(b"here")));
    list.trim(499_990, 499_990, &limits);
    assert_eq!((list.len(), list.encoding()), (21, "listpack"));
    assert!(list.allocated_bytes() < 2_000);
}

#[test]
fn large_elements_have_nodes_of_their_own() {
    let limits = Limits {
        packed_threshold: 10,
        ..Limits::new(2)
    };
    let mut list = of_numbers(6, &limits);
    assert!(list.set(2, b"a large element", &limits));
    assert!(list.insert(b"3", false, b"another large element", &limits));
    assert!(list.set(2, b"small", &limits));
    let expected: [&[u8]; 7] = [
        b"0",
        b"1",
        b"small",
        b"another large element",
        b"3",
        b"4",
        b"5",
    ];
    assert_eq!(contents(&list), expected);
    assert_eq!(list.remove_equal(b"another large element", -1, &limits), 1);
    assert_eq!(list.len(), 6);
}

#[derive(Debug, Clone)]
enum Step {
    Push(bool, Vec<Vec<u8>>),
    Pop(bool, usize),
    Set(usize, Vec<u8>),
    Insert(usize, bool, Vec<u8>),
    Trim(usize, usize),
    RemoveEqual(usize, i64),
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => (0..6u8).prop_map(|digit| vec![b'0' + digit]),
        3 => proptest::collection::vec(any::<u8>(), 0..6),
        1 => (10usize..40).prop_map(|len| vec![b'x'; len]),
        1 => (2000usize..6000).prop_map(|len| vec![b'y'; len]),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (any::<bool>(), proptest::collection::vec(value(), 1..5)).prop_map(|(h, v)| Step::Push(h, v)),
        2 => (any::<bool>(), 0usize..5).prop_map(|(h, n)| Step::Pop(h, n)),
        3 => (any::<usize>(), value()).prop_map(|(i, v)| Step::Set(i, v)),
        4 => (any::<usize>(), any::<bool>(), value()).prop_map(|(i, a, v)| Step::Insert(i, a, v)),
        1 => (0usize..4, 0usize..4).prop_map(|(a, b)| Step::Trim(a, b)),
        1 => (any::<usize>(), -3i64..3).prop_map(|(i, n)| Step::RemoveEqual(i, n)),
    ]
}

fn limits() -> impl Strategy<Value = Limits> {
    (
        prop_oneof![Just(-1i64), Just(-2), 0..6i64],
        prop_oneof![Just(30usize), Just(1 << 30)],
    )
        .prop_map(|(max_listpack_size, packed_threshold)| Limits {
            max_listpack_size,
            packed_threshold,
        })
}

fn remove_from_model(model: &mut Vec<Vec<u8>>, needle: &[u8], count: i64) -> usize {
    let mut at: Vec<usize> = (0..model.len()).filter(|&i| model[i] == needle).collect();
    if count < 0 {
        at.reverse();
    }
    if count != 0 {
        at.truncate(count.unsigned_abs() as usize);
    }
    at.sort_unstable();
    for &i in at.iter().rev() {
        model.remove(i);
    }
    at.len()
}

proptest! {
    #[test]
    fn behaves_as_a_vector(limits in limits(), steps in proptest::collection::vec(step(), 1..80)) {
        let mut list = List::new();
        let mut model: Vec<Vec<u8>> = Vec::new();
        for step in steps {
            let pick = |i: usize, model: &[Vec<u8>]| i.checked_rem(model.len());
            match step {
                Step::Push(head, values) => {
                    let end = if head { End::Head } else { End::Tail };
                    list.push_all(end, values.iter().map(Vec::as_slice), &limits);
                    for value in values {
                        model.insert(if head { 0 } else { model.len() }, value);
                    }
                }
                Step::Pop(head, count) => {
                    let end = if head { End::Head } else { End::Tail };
                    list.pop(end, count, &limits);
                    let count = count.min(model.len());
                    if head { model.drain(..count); } else { model.truncate(model.len() - count); }
                }
                Step::Set(i, value) => if let Some(i) = pick(i, &model) {
                    prop_assert!(list.set(i as i64, &value, &limits));
                    model[i] = value;
                }
                Step::Insert(i, after, value) => if let Some(i) = pick(i, &model) {
                    let pivot = model[i].clone();
                    let i = model.iter().position(|other| *other == pivot).unwrap();
                    prop_assert!(list.insert(&pivot, after, &value, &limits));
                    model.insert(i + usize::from(after), value);
                }
                Step::Trim(a, b) => {
                    list.trim(a, b, &limits);
                    model.drain(..a.min(model.len()));
                    model.truncate(model.len().saturating_sub(b));
                }
                Step::RemoveEqual(i, count) => if let Some(i) = pick(i, &model) {
                    let needle = model[i].clone();
                    let expected = remove_from_model(&mut model, &needle, count);
                    prop_assert_eq!(list.remove_equal(&needle, count, &limits), expected);
                }
            }
            prop_assert_eq!(list.len(), model.len());
            prop_assert_eq!(&contents(&list), &model);
            prop_assert_eq!(list.peek(End::Head).map(|e| e.to_vec()), model.first().cloned());
            prop_assert_eq!(list.peek(End::Tail).map(|e| e.to_vec()), model.last().cloned());
            for i in 0..model.len() {
                prop_assert!(list.get(i as i64).unwrap() == model[i].as_slice());
                prop_assert!(list.iter_from(i).map(|e| e.to_vec()).eq(model[i..].iter().cloned()));
                prop_assert!(list.iter_to(i).rev().map(|e| e.to_vec())
                    .eq(model[..=i].iter().rev().cloned()));
            }
            if let Encoding::Quicklist(quicklist) = &list.encoding {
                let shape = quicklist.shape();
                prop_assert!(shape.iter().all(|&(_, count)| count > 0));
                prop_assert_eq!(shape.iter().map(|&(_, count)| count).sum::<usize>(), list.len());
            }
        }
    }
}
