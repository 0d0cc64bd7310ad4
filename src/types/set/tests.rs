use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const LIMITS: Limits = Limits {
    max_intset_entries: 512,
    max_listpack_entries: 128,
    max_listpack_value: 64,
    hash_seed: 3,
};

fn filled(members: impl IntoIterator<Item = impl ToString>) -> Set {
    let mut set = Set::new();
    for member in members {
        let member = member.to_string();
        if set.is_empty() {
            set = Set::for_adding(member.as_bytes(), 1, &LIMITS);
        }
        set.add(member.as_bytes(), &LIMITS);
    }
    set
}

fn sorted(set: &Set) -> Vec<Vec<u8>> {
    let mut members: Vec<_> = set.iter().map(|member| member.to_vec()).collect();
    members.sort();
    members
}

#[test]
fn encodings_change_where_redis_changes_them() {
    assert_eq!(filled(0..512).encoding(), "intset");
    assert_eq!(filled(0..513).encoding(), "hashtable");
    assert_eq!(filled(["1", "a"]).encoding(), "listpack");
    assert_eq!(
        filled((0..127).map(|i| i.to_string()).chain(["a".into()])).encoding(),
        "listpack"
    );
    assert_eq!(
        filled((0..128).map(|i| i.to_string()).chain(["a".into()])).encoding(),
        "hashtable"
    );
    assert_eq!(
        filled((0..128).map(|i| format!("m{i}"))).encoding(),
        "listpack"
    );
    assert_eq!(
        filled((0..129).map(|i| format!("m{i}"))).encoding(),
        "hashtable"
    );
    assert_eq!(filled(["a".repeat(64)]).encoding(), "listpack");
    assert_eq!(filled(["a".repeat(65)]).encoding(), "hashtable");
    assert_eq!(
        filled(["1".to_string(), "a".repeat(65)]).encoding(),
        "hashtable"
    );
    assert_eq!(filled(["01", "1"]).encoding(), "listpack");
}

#[test]
fn a_new_set_suits_what_comes() {
    assert_eq!(Set::for_adding(b"1", 512, &LIMITS).encoding(), "intset");
    assert_eq!(Set::for_adding(b"1", 513, &LIMITS).encoding(), "hashtable");
    assert_eq!(Set::for_adding(b"a", 128, &LIMITS).encoding(), "listpack");
    assert_eq!(Set::for_adding(b"a", 129, &LIMITS).encoding(), "hashtable");
    let mut set = filled(["1"]);
    set.prepare_for(512, &LIMITS);
    assert_eq!(set.encoding(), "intset");
    set.prepare_for(513, &LIMITS);
    assert_eq!((set.encoding(), set.len()), ("hashtable", 1));
    let mut set = filled(["a"]);
    set.prepare_for(128, &LIMITS);
    assert_eq!(set.encoding(), "listpack");
    set.prepare_for(129, &LIMITS);
    assert_eq!(set.encoding(), "hashtable");
}

#[test]
fn compacts_integers() {
    let mut set = Set::new_table(0, &LIMITS);
    set.add(b"2", &LIMITS);
    set.add(b"1", &LIMITS);
    let mut mixed = set.clone();
    mixed.add(b"x", &LIMITS);
    mixed.compact_integers(&LIMITS);
    assert_eq!(mixed.encoding(), "hashtable");
    set.compact_integers(&LIMITS);
    assert_eq!(set.encoding(), "intset");
    assert_eq!(sorted(&set), [b"1", b"2"]);
}

#[test]
fn random_members_are_different_and_fair() {
    let mut rng = fastrand::Rng::with_seed(9);
    for set in [filled(0..40), filled((0..40).map(|i| format!("m{i}"))), {
        let mut set = filled(0..40);
        set.prepare_for(1000, &LIMITS);
        set
    }] {
        for count in [0, 1, 5, 12, 20, 39, 40, 50] {
            let mut drawn = BTreeSet::new();
            set.random_distinct(count, &mut rng, |m| assert!(drawn.insert(m.to_vec())));
            assert_eq!(drawn.len(), count.min(40), "{}", set.encoding());
        }
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..4000 {
            set.random_distinct(4, &mut rng, |m| *counts.entry(m.to_vec()).or_insert(0) += 1);
            *counts
                .entry(set.random(&mut rng).unwrap().to_vec())
                .or_insert(0) += 1;
        }
        assert!(
            counts.values().all(|count| (380..620).contains(count)),
            "{counts:?}"
        );
    }
}

#[test]
fn what_a_large_pop_leaves_is_compact_again() {
    let mut rng = fastrand::Rng::with_seed(9);
    let mut set = filled((0..1000).map(|i| format!("m{i}")));
    set.pop_many(700, &LIMITS, &mut rng, |_| {});
    assert_eq!((set.encoding(), set.len()), ("hashtable", 300));
    set.pop_many(250, &LIMITS, &mut rng, |_| {});
    assert_eq!((set.encoding(), set.len()), ("listpack", 50));
    let mut set = filled(0..100);
    set.pop_many(99, &LIMITS, &mut rng, |_| {});
    assert_eq!((set.encoding(), set.len()), ("intset", 1));
}

fn members() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => (-30..30_i64).prop_map(|i| i.to_string().into_bytes()),
        1 => any::<i64>().prop_map(|i| i.to_string().into_bytes()),
        2 => "[a-e]{1,2}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn behaves_like_a_btree_set(
        steps in prop::collection::vec((members(), 0..9_u8), 0..150),
        seed: u64,
        max_intset_entries in 0..30_usize,
        max_listpack_entries in 0..30_usize,
        max_listpack_value in 0..15_usize,
    ) {
        let limits = Limits { max_intset_entries, max_listpack_entries, max_listpack_value, hash_seed: seed };
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut set = Set::new();
        let mut model = BTreeSet::new();
        for (member, what) in steps {
            match what {
                0..5 => {
                    if set.is_empty() {
                        set = Set::for_adding(&member, 1, &limits);
                    }
                    prop_assert_eq!(set.add(&member, &limits), model.insert(member.clone()));
                    prop_assert!(set.contains(&member));
                }
                5..7 => {
                    prop_assert_eq!(set.remove(&member), model.remove(&member));
                    prop_assert!(!set.contains(&member));
                }
                7 => match set.pop(&mut rng) {
                    Some(member) => prop_assert!(model.remove(&member)),
                    None => prop_assert!(model.is_empty()),
                },
                _ => if !model.is_empty() {
                    let count = rng.usize(..model.len());
                    let mut popped = 0;
                    set.pop_many(count, &limits, &mut rng, |member| {
                        assert!(model.remove(&member.to_vec()));
                        popped += 1;
                    });
                    prop_assert_eq!(popped, count);
                },
            }
            prop_assert_eq!(set.len(), model.len());
            if let HashTable(table) = &set.0 {
                let real: usize = table.members.iter().map(Bytes::allocated_bytes).sum();
                prop_assert_eq!(table.member_bytes, real);
            }
        }
        prop_assert_eq!(sorted(&set), sorted(&set.clone()));
        prop_assert!(sorted(&set).into_iter().eq(model));
        let mut scanned = BTreeSet::new();
        let mut cursor = 0;
        loop {
            cursor = set.scan(cursor, |member| {
                scanned.insert(member.to_vec());
            });
            if cursor == 0 {
                break;
            }
        }
        prop_assert!(sorted(&set).into_iter().eq(scanned));
    }
}
