use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::*;

const LIMITS: Limits = Limits {
    max_listpack_entries: 128,
    max_listpack_value: 64,
    hash_seed: 5,
};
/// Changes to the large encoding at once.
const NONE: Limits = Limits {
    max_listpack_entries: 0,
    ..LIMITS
};
/// Keeps everything in a listpack.
const ALL: Limits = Limits {
    max_listpack_entries: usize::MAX,
    ..LIMITS
};

/// The naive model: scores by member, sorted anew for every question.
#[derive(Default)]
struct Model(HashMap<Vec<u8>, f64>);

impl Model {
    fn sorted(&self) -> Vec<(Vec<u8>, f64)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .map(|(member, score)| (member.clone(), *score))
            .collect();
        all.sort_by(|a, b| a.1.partial_cmp(&b.1).unwrap().then_with(|| a.0.cmp(&b.0)));
        all
    }

    fn ranks(&self, inside: impl Fn(&[u8], f64) -> bool) -> Vec<usize> {
        let sorted = self.sorted();
        (0..sorted.len())
            .filter(|rank| inside(&sorted[*rank].0, sorted[*rank].1))
            .collect()
    }
}

fn contents<'a>(iter: impl Iterator<Item = (Element<'a>, f64)>) -> Vec<(Vec<u8>, f64)> {
    iter.map(|(member, score)| (member.to_vec(), score))
        .collect()
}

#[derive(Clone, Debug)]
enum Step {
    Insert(Vec<u8>, f64),
    Remove(Vec<u8>),
    RemoveRange(Range<usize>),
    Scores(f64, bool, f64, bool),
    Ranks(Range<usize>),
}

fn members() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => (0u8..120).prop_map(|number| number.to_string().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..3),
    ]
}

fn scores() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (-6i32..6).prop_map(|score| f64::from(score) / 2.0),
        2 => any::<f64>().prop_filter("never NaN", |score| !score.is_nan()),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(-0.0),
        1 => Just(4_611_686_018_427_387_904.0),
    ]
}

fn ranges() -> impl Strategy<Value = Range<usize>> {
    (0usize..150, 0usize..150).prop_map(|(start, len)| start..start + len)
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (members(), scores()).prop_map(|(member, score)| Step::Insert(member, score)),
        2 => members().prop_map(Step::Remove),
        1 => (0usize..100, 0usize..6).prop_map(|(start, len)| Step::RemoveRange(start..start + len)),
        2 => (scores(), any::<bool>(), scores(), any::<bool>()).prop_map(|(a, b, c, d)| Step::Scores(a, b, c, d)),
        2 => ranges().prop_map(Step::Ranks),
    ]
}

fn play(steps: &[Step], limits: &Limits) {
    let mut set = SortedSet::new();
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Insert(member, score) => {
                let old = set.insert(member, *score, limits);
                // As in Redis, zero and minus zero are the same score: the old one stays.
                let expected = model.0.get(member).copied();
                assert_eq!(old, expected);
                if expected != Some(*score) {
                    model.0.insert(member.clone(), *score);
                }
            }
            Step::Remove(member) => {
                assert_eq!(set.remove(member), model.0.remove(member).is_some())
            }
            Step::RemoveRange(range) => {
                set.remove_range(range.clone());
                for (member, _) in model.sorted().iter().skip(range.start).take(range.len()) {
                    model.0.remove(member);
                }
            }
            Step::Scores(minimum, minimum_exclusive, maximum, maximum_exclusive) => {
                let range = ScoreRange {
                    minimum: *minimum,
                    minimum_exclusive: *minimum_exclusive,
                    maximum: *maximum,
                    maximum_exclusive: *maximum_exclusive,
                };
                let expected =
                    model.ranks(|_, score| range.admits_above(score) && range.admits_below(score));
                assert!(set.score_range(&range).eq(expected), "{range:?}");
            }
            Step::Ranks(ranks) => {
                let sorted = model.sorted();
                let inside = &sorted[ranks.start.min(sorted.len())..ranks.end.min(sorted.len())];
                assert_eq!(contents(set.range(ranks.clone())), inside);
                let mut reversed = contents(set.range_reversed(ranks.clone()));
                reversed.reverse();
                assert_eq!(reversed, inside);
            }
        }
        assert_eq!(set.len(), model.0.len());
    }
    let sorted = model.sorted();
    assert_eq!(contents(set.iter()), sorted);
    assert_eq!(contents(set.clone().iter()), sorted);
    for (rank, (member, score)) in sorted.iter().enumerate() {
        assert_eq!(set.rank(member), Some((rank, *score)));
        assert_eq!(set.score(member), Some(*score));
    }
    assert_eq!((set.rank(b"absent"), set.score(b"absent")), (None, None));
    let mut seen = BTreeSet::new();
    let mut cursor = 0;
    loop {
        cursor = set.scan(cursor, |member, _| {
            seen.insert(member.to_vec());
        });
        if cursor == 0 {
            break;
        }
    }
    assert_eq!(seen.len(), sorted.len());
    if let Some(list) = set.as_listpack() {
        let again =
            SortedSet::from_listpack(list.clone(), &LIMITS).expect("what we wrote is sound");
        assert_eq!(contents(again.iter()), sorted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn agrees_with_the_model_in_every_encoding(steps in proptest::collection::vec(steps(), 1..400)) {
        for limits in [&LIMITS, &NONE, &ALL] {
            play(&steps, limits);
        }
    }

    #[test]
    fn lex_ranges_agree_with_the_model(
        present in proptest::collection::vec(members(), 0..100),
        bounds in proptest::collection::vec((0u8..4, members(), 0u8..4, members()), 1..20),
    ) {
        let bound = |kind: u8, member: &[u8]| -> LexBound<'static> {
            let member: &'static [u8] = Box::leak(member.to_vec().into_boxed_slice());
            match kind {
                0 => LexBound::Lowest,
                1 => LexBound::Inclusive(member),
                2 => LexBound::Exclusive(member),
                _ => LexBound::Highest,
            }
        };
        for limits in [&NONE, &ALL] {
            let mut set = SortedSet::new();
            let mut model = Model::default();
            for member in &present {
                set.insert(member, 1.5, limits);
                model.0.insert(member.clone(), 1.5);
            }
            for (low_kind, low, high_kind, high) in &bounds {
                let range = LexRange { minimum: bound(*low_kind, low), maximum: bound(*high_kind, high) };
                let expected = model.ranks(|member, _| range.minimum.admits_above(member) && range.maximum.admits_below(member));
                prop_assert!(set.lex_range(&range, false).eq(expected.clone()), "{:?}", range);
                prop_assert!(set.lex_range(&range, true).eq(expected), "{:?}", range);
            }
        }
    }
}

fn filled(count: usize, limits: &Limits) -> SortedSet {
    let mut set = SortedSet::new();
    for number in 0..count {
        set.insert(format!("m{number}").as_bytes(), number as f64, limits);
    }
    set
}

#[test]
fn changes_encoding_where_redis_does() {
    assert!(size_of::<SortedSet>() <= 24);
    assert_eq!(filled(128, &LIMITS).encoding(), "listpack");
    let mut large = filled(129, &LIMITS);
    assert_eq!(large.encoding(), "skiplist");
    large.remove(b"m0");
    assert_eq!(large.encoding(), "skiplist", "it never goes back by itself");
    large.compact(&LIMITS);
    assert_eq!((large.encoding(), large.len()), ("listpack", 128));

    let mut set = SortedSet::new();
    set.insert(&[b'x'; 64], 1.0, &LIMITS);
    assert_eq!(set.encoding(), "listpack");
    set.insert(&[b'x'; 65], 1.0, &LIMITS);
    assert_eq!(set.encoding(), "skiplist");
    set.compact(&LIMITS);
    assert_eq!(set.encoding(), "skiplist");

    assert_eq!(
        SortedSet::for_adding(128, 64, &LIMITS).encoding(),
        "listpack"
    );
    assert_eq!(
        SortedSet::for_adding(129, 1, &LIMITS).encoding(),
        "skiplist"
    );
    assert_eq!(SortedSet::for_adding(1, 65, &LIMITS).encoding(), "skiplist");
    assert_eq!(filled(1, &NONE).encoding(), "skiplist");
}

#[test]
fn scores_in_a_listpack_are_stored_as_redis_does() {
    let mut set = SortedSet::new();
    set.insert(b"a", 0.1, &LIMITS);
    set.insert(b"b", 17.0, &LIMITS);
    set.insert(b"c", f64::INFINITY, &LIMITS);
    let list = set.as_listpack().unwrap();
    let elements: Vec<_> = list.iter().collect();
    assert_eq!(elements[1], Element::Str(b"0.1"));
    assert_eq!(elements[3], Element::Int(17));
    assert_eq!(elements[5], Element::Str(b"inf"));
}

#[test]
fn refuses_unsound_listpacks() {
    let list = |elements: &[&[u8]]| {
        let mut list = Listpack::new();
        elements.iter().for_each(|&element| list.push_back(element));
        SortedSet::from_listpack(list, &LIMITS)
    };
    assert!(list(&[b"a", b"1", b"b", b"1"]).is_some());
    assert!(list(&[b"a", b"1", b"b"]).is_none(), "no score");
    assert!(list(&[b"a", b"nan"]).is_none(), "not a number");
    assert!(list(&[b"a", b"x"]).is_none(), "not a score");
    assert!(list(&[b"a", b"2", b"b", b"1"]).is_none(), "out of order");
    assert!(list(&[b"a", b"1", b"a", b"2"]).is_none(), "twice");
}

#[test]
fn nan_never_enters() {
    for limits in [&LIMITS, &NONE] {
        let mut set = filled(3, limits);
        assert_eq!(set.update(b"m1", limits, |_| Some(f64::NAN)).new, None);
        assert_eq!(set.update(b"new", limits, |_| Some(f64::NAN)).new, None);
        assert_eq!((set.len(), set.score(b"m1")), (3, Some(1.0)));
    }
}

#[test]
fn a_copy_is_deep() {
    for limits in [&LIMITS, &NONE] {
        let set = filled(50, limits);
        let mut copy = set.clone();
        copy.insert(b"m7", 99.0, limits);
        copy.remove(b"m8");
        assert_eq!((set.score(b"m7"), set.score(b"m8")), (Some(7.0), Some(8.0)));
        assert_eq!(copy.rank(b"m7"), Some((48, 99.0)));
    }
}

#[test]
fn random_members_are_different_and_fair() {
    let mut rng = fastrand::Rng::with_seed(2);
    for limits in [&LIMITS, &NONE] {
        let set = filled(40, limits);
        for count in [0, 1, 5, 13, 39, 40, 50] {
            let mut drawn = BTreeSet::new();
            set.random_distinct(count, &mut rng, |member, score| {
                assert_eq!(set.score(&member.to_vec()), Some(score));
                assert!(drawn.insert(member.to_vec()));
            });
            assert_eq!(drawn.len(), count.min(40));
        }
        let mut counts = [0; 40];
        for _ in 0..20_000 {
            counts[set.random(&mut rng).unwrap().1 as usize] += 1;
        }
        assert!(
            counts.iter().all(|count| (400..600).contains(count)),
            "{counts:?}"
        );
    }
    assert!(SortedSet::new().random(&mut rng).is_none());
}

#[test]
fn a_million_members_take_less_than_sixty_bytes_each() {
    let mut set = SortedSet::new();
    let mut rng = fastrand::Rng::with_seed(3);
    let count = 1_000_000;
    let mut numbers: Vec<u32> = (0..count).collect();
    rng.shuffle(&mut numbers);
    for number in &numbers {
        set.insert(format!("member:{number:07}").as_bytes(), rng.f64(), &LIMITS);
    }
    let per_member = set.allocated_bytes() as f64 / f64::from(count);
    assert!(per_member < 60.0, "{per_member}");
    assert_eq!(set.height(), 4);
    set.remove_range(0..900_000);
    assert_eq!(set.len(), 100_000);
    assert!(set.height() <= 4);
}

#[test]
fn looking_ahead_changes_nothing() {
    let set = filled(70_000, &LIMITS);
    assert!(set.exceeds_the_cache());
    let names: Vec<String> = (0..40)
        .map(|number| format!("m{}", number * 3000))
        .collect();
    let ahead: Vec<Ahead> = names
        .iter()
        .map(|name| Ahead {
            member: name.as_bytes(),
            score: (name.len() > 3).then_some(name.len() as f64),
        })
        .collect();
    // More than it looks at, members that are not there, and none at all.
    set.approach(&ahead);
    set.approach(&[]);
    filled(3, &LIMITS).approach(&ahead);
    SortedSet::new_ranked(0, &LIMITS).approach(&ahead);
    assert_eq!(contents(set.iter()).len(), 70_000);
    assert_eq!(set.rank(b"m3000"), Some((3000, 3000.0)));
}

#[test]
fn members_of_any_length_come_and_go() {
    let mut set = SortedSet::new();
    let name = |number: usize| vec![b'a' + (number % 7) as u8; number % 40];
    for round in 0..3 {
        for number in 0..280 {
            set.insert(&name(number), (number * 31 % 17 + round) as f64, &NONE);
        }
    }
    let mut copy = set.clone();
    for (member, score) in contents(set.iter()) {
        assert_eq!(set.score(&member), Some(score));
        assert!(copy.remove(&member));
    }
    assert!(copy.is_empty());
    set.remove_range(0..1000);
    assert_eq!(set.allocated_bytes(), copy.allocated_bytes());
}

#[test]
fn scores_added_up_become_a_sorted_set() {
    let mut scores = Scores::new(&LIMITS);
    for number in 0..1000 {
        let member = format!("m{}", number % 300);
        scores.set(member.as_bytes(), |score| {
            score.unwrap_or_default() + f64::from(number)
        });
    }
    // Zero replaces minus zero here, though the two are equal.
    scores.set(b"zero", |_| -0.0);
    scores.set(b"zero", |_| 0.0);
    let set = scores.into_sorted_set(&LIMITS);
    assert_eq!((set.len(), set.encoding()), (301, "skiplist"));
    assert_eq!(set.score(b"m7"), Some(7.0 + 307.0 + 607.0 + 907.0));
    assert!(set.score(b"zero").unwrap().is_sign_positive());
    assert_eq!(set.rank(b"zero"), Some((0, 0.0)));
    assert!(set.iter().is_sorted_by(|one, other| one.1 <= other.1));
}
