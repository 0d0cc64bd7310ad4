use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone, PartialEq)]
struct Pair(Box<[u8]>, u64);

impl Entry for Pair {
    fn key(&self) -> &[u8] {
        &self.0
    }
}

fn key(n: u64) -> Box<[u8]> {
    format!("key:{n}").into_bytes().into()
}

fn pair(n: u64) -> Pair {
    Pair(key(n), n)
}

fn filled(n: u64) -> Dict<Pair> {
    let mut dict = Dict::new(7);
    (0..n).for_each(|i| assert!(dict.insert(pair(i)).is_none()));
    dict
}

#[test]
fn a_bucket_is_a_cache_line() {
    assert_eq!(size_of::<Bucket<Box<u64>>>(), 64);
    assert_eq!(size_of::<Option<Box<Resize<Pair>>>>(), size_of::<usize>());
}

#[test]
fn an_empty_table_allocates_nothing() {
    let dict = Dict::<Pair>::new(0);
    assert_eq!(dict.allocated_bytes(), 0);
    assert_eq!(dict.get(b"a"), None);
    assert_eq!(dict.scan(9, &mut |_| unreachable!()), 0);
    assert_eq!(dict.random(&mut fastrand::Rng::with_seed(1)), None);
    assert_eq!(dict.iter().count(), 0);
}

#[test]
fn grows_and_shrinks() {
    let mut dict = filled(100_000);
    for i in 0..100_000 {
        assert_eq!(dict.get(&key(i)), Some(&pair(i)));
    }
    let full = dict.allocated_bytes();
    for i in 0..99_990 {
        assert_eq!(dict.remove(&key(i)), Some(pair(i)));
    }
    assert!(
        dict.allocated_bytes() < full / 100,
        "{}",
        dict.allocated_bytes()
    );
    assert_eq!(dict.iter().count(), 10);
    for i in 99_990..100_000 {
        assert_eq!(dict.get(&key(i)), Some(&pair(i)));
    }
    (99_990..100_000).for_each(|i| drop(dict.remove(&key(i))));
    assert_eq!(dict.allocated_bytes(), 0);
}

#[test]
fn a_write_moves_few_buckets_and_finishes_in_time() {
    let mut dict = Dict::new(1);
    let mut resizes = 0;
    for i in 0..200_000 {
        let before = dict.buckets();
        dict.insert(pair(i));
        if dict.buckets() != before {
            resizes += 1;
            assert_eq!(dict.buckets(), (before * 2).max(1));
        }
    }
    assert!(resizes > 10);
}

#[test]
fn reserve_resizes_at_once() {
    let mut dict = filled(10);
    dict.reserve(10_000);
    let buckets = dict.buckets();
    (10..10_010).for_each(|i| drop(dict.insert(pair(i))));
    assert_eq!(dict.buckets(), buckets);
    assert!(!dict.is_rehashing());
    assert_eq!(dict.len(), 10_010);
}

#[test]
fn find_or_insert_finds_or_inserts() {
    let mut dict = filled(3);
    let (found, inserted) = dict.find_or_insert_with(&key(2), || unreachable!());
    found.1 = 40;
    assert!(!inserted);
    let (made, inserted) = dict.find_or_insert_with(&key(9), || pair(9));
    assert_eq!((&*made, inserted), (&pair(9), true));
    assert_eq!(dict.get(&key(2)).map(|pair| pair.1), Some(40));
    assert_eq!(dict.len(), 4);
}

#[test]
fn retain_keeps_what_it_is_told() {
    let mut dict = filled(10_000);
    dict.retain(|pair| pair.1 % 10 == 3);
    assert_eq!(dict.len(), 1000);
    let seen: HashSet<u64> = dict.iter().map(|pair| pair.1).collect();
    assert_eq!(seen, (0..10_000).filter(|n| n % 10 == 3).collect());
    dict.retain(|_| false);
    assert!(dict.is_empty());
}

#[test]
fn same_seed_same_order() {
    let order = |seed| {
        let mut dict = Dict::new(seed);
        (0..500).for_each(|i| drop(dict.insert(pair(i))));
        (0..100).for_each(|i| drop(dict.remove(&key(i))));
        dict.iter().map(|pair| pair.1).collect::<Vec<_>>()
    };
    assert_eq!(order(5), order(5));
    assert_ne!(order(5), order(6));
}

#[test]
fn random_is_fair_in_the_middle_of_a_resize() {
    let mut dict = filled(0);
    let mut n = 0;
    while n < 400 || !dict.is_rehashing() {
        dict.insert(pair(n));
        n += 1;
    }
    let mut rng = fastrand::Rng::with_seed(3);
    let mut counts = vec![0_u32; n as usize];
    let draws = 1000 * n;
    (0..draws).for_each(|_| counts[dict.random(&mut rng).unwrap().1 as usize] += 1);
    // Each count is about 1000 with a deviation of 32.
    let (min, max) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
    assert!(*min > 840 && *max < 1160, "{min} {max}");
}

#[test]
fn random_is_fair_where_chains_are_many() {
    let mut dict = filled(SLOTS as u64 * 16);
    while dict.rehash(1) {}
    let table = dict.table.as_ref().unwrap();
    assert!(
        table.overflow > 2 && dict.buckets() == 16,
        "{}",
        table.overflow
    );
    let mut rng = fastrand::Rng::with_seed(4);
    let mut counts = vec![0_u32; dict.len()];
    let draws = 1000 * dict.len();
    (0..draws).for_each(|_| counts[dict.random(&mut rng).unwrap().1 as usize] += 1);
    let (min, max) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
    assert!(*min > 860 && *max < 1140, "{min} {max}");
}

#[test]
fn pops_every_entry_once() {
    let mut dict = filled(3000);
    let mut rng = fastrand::Rng::with_seed(4);
    let mut popped = HashSet::new();
    while let Some(pair) = dict.pop_random(&mut rng) {
        assert!(popped.insert(pair.1));
        assert_eq!(dict.len() + popped.len(), 3000);
        assert_eq!(dict.get(&pair.0), None);
    }
    assert_eq!(popped.len(), 3000);
    assert_eq!(dict.allocated_bytes(), 0);
}

#[test]
fn sample_gives_different_entries() {
    let dict = filled(1000);
    let mut rng = fastrand::Rng::with_seed(3);
    for n in [0, 1, 5, 16, 999, 1000, 2000] {
        let mut seen = HashSet::new();
        dict.sample(n, &mut rng, |pair| assert!(seen.insert(pair.1)));
        assert_eq!(seen.len(), n.min(1000));
    }
}

#[test]
fn drops_every_entry_once() {
    struct Counted {
        number: u64,
        key: Box<[u8]>,
        _alive: std::rc::Rc<()>,
    }
    impl Entry for Counted {
        fn key(&self) -> &[u8] {
            &self.key
        }
    }
    let alive = std::rc::Rc::new(());
    let mut dict = Dict::new(1);
    for i in 0..5000 {
        dict.insert(Counted {
            number: i,
            key: key(i % 3000),
            _alive: alive.clone(),
        });
    }
    assert_eq!(std::rc::Rc::strong_count(&alive), 3001);
    (0..500).for_each(|i| drop(dict.remove(&key(i))));
    dict.retain(|counted| counted.number % 2 == 0);
    assert_eq!(std::rc::Rc::strong_count(&alive), dict.len() + 1);
    drop(dict);
    assert_eq!(std::rc::Rc::strong_count(&alive), 1);
}

#[derive(Debug, Clone)]
enum Step {
    Insert(u64),
    InsertRange(u64, u64),
    Remove(u64),
    RemoveRange(u64, u64),
    Rehash(usize),
    Scan,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..2000_u64).prop_map(Step::Insert),
        1 => (0..2000_u64, 1..600_u64).prop_map(|(from, n)| Step::InsertRange(from, n)),
        3 => (0..2000_u64).prop_map(Step::Remove),
        1 => (0..2000_u64, 1..900_u64).prop_map(|(from, n)| Step::RemoveRange(from, n)),
        1 => (0..20_usize).prop_map(Step::Rehash),
        6 => Just(Step::Scan),
    ];
    prop::collection::vec(step, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn behaves_like_a_hash_map(steps in steps(), seed: u64) {
        let mut dict = Dict::new(seed);
        let mut model = HashMap::new();
        let mut version = 0;
        // A scan runs through the whole of it and starts again when done.
        let mut cursor = 0;
        let mut steady: HashSet<u64> = HashSet::new();
        let mut seen: HashSet<u64> = HashSet::new();
        for step in steps {
            match step {
                Step::Insert(n) => {
                    version += 1;
                    let old = dict.insert(Pair(key(n), version));
                    prop_assert_eq!(old.map(|pair| pair.1), model.insert(n, version));
                }
                Step::InsertRange(from, n) => for n in from..from + n {
                    let old = dict.insert(Pair(key(n), version));
                    prop_assert_eq!(old.map(|pair| pair.1), model.insert(n, version));
                },
                Step::Remove(n) => {
                    steady.remove(&n);
                    prop_assert_eq!(dict.remove(&key(n)).map(|pair| pair.1), model.remove(&n));
                }
                Step::RemoveRange(from, n) => for n in from..from + n {
                    steady.remove(&n);
                    prop_assert_eq!(dict.remove(&key(n)).map(|pair| pair.1), model.remove(&n));
                },
                Step::Rehash(n) => { dict.rehash(n); }
                Step::Scan => {
                    if cursor == 0 {
                        steady = model.keys().copied().collect();
                        seen.clear();
                    }
                    for _ in 0..7 {
                        cursor = dict.scan(cursor, &mut |pair| {
                            let text = std::str::from_utf8(&pair.0[4..]).unwrap();
                            seen.insert(text.parse().unwrap());
                        });
                        if cursor == 0 {
                            prop_assert!(steady.is_subset(&seen));
                            break;
                        }
                    }
                }
            }
            prop_assert_eq!(dict.len(), model.len());
        }
        for n in 0..2600 {
            prop_assert_eq!(dict.get(&key(n)).map(|pair| pair.1), model.get(&n).copied());
        }
        let listed: HashMap<Box<[u8]>, u64> = dict.iter().map(|pair| (pair.0.clone(), pair.1)).collect();
        prop_assert_eq!(dict.iter().count(), model.len());
        prop_assert_eq!(listed, model.iter().map(|(n, v)| (key(*n), *v)).collect());
        let mut sampled = 0;
        dict.sample(usize::MAX, &mut fastrand::Rng::with_seed(seed), |_| sampled += 1);
        prop_assert_eq!(sampled, model.len());
    }
}
