use std::cmp::Ordering;

use proptest::prelude::*;

use super::super::range::LexBound;
use super::boundary::{Key, Lex, Score};
use super::node::{LEAF_CAPACITY, Node};
use super::*;

/// The naive model: a sorted vector.
#[derive(Default)]
struct Model(Vec<(f64, Vec<u8>)>);

fn order(a: &(f64, Vec<u8>), b: &(f64, Vec<u8>)) -> Ordering {
    a.0.partial_cmp(&b.0).unwrap().then_with(|| a.1.cmp(&b.1))
}

struct Checked {
    tree: RankedTree,
    places: Dict<Place>,
    model: Model,
}

fn insert(tree: &mut RankedTree, places: &mut Dict<Place>, score: f64, bytes: &[u8]) {
    let place = tree.insert(score, bytes, places);
    places.insert(place);
}

fn remove(tree: &mut RankedTree, places: &mut Dict<Place>, bytes: &[u8]) -> bool {
    places.remove(bytes).is_some_and(|place| {
        let score = place.score();
        tree.remove(score, bytes, place.slot(), places).is_some()
    })
}

fn remove_range(tree: &mut RankedTree, places: &mut Dict<Place>, rank: usize, count: usize) {
    for (_, text) in tree.iter(rank, count, false) {
        assert!(places.remove(text.bytes()).is_some());
    }
    tree.remove_range(rank, count, places);
}

impl Checked {
    fn new() -> Checked {
        Checked {
            tree: RankedTree::new(),
            places: Dict::new(3),
            model: Model::default(),
        }
    }

    fn insert(&mut self, score: f64, bytes: &[u8]) {
        if let Some(place) = self.places.get_mut(bytes) {
            let old = std::mem::replace(place, Place::NOWHERE);
            let at = (old_score(&self.model, bytes), old.slot());
            let new = self.tree.update(bytes, at, score, &mut self.places);
            let hash = self.places.hash(bytes);
            let nowhere = |place: &Place| *place == Place::NOWHERE;
            *self.places.find_hashed_mut(hash, nowhere).unwrap() = new.unwrap_or(old);
            self.model.0.retain(|(_, other)| other != bytes);
        } else {
            insert(&mut self.tree, &mut self.places, score, bytes);
        }
        let entry = (score, bytes.to_vec());
        let at = self
            .model
            .0
            .partition_point(|other| order(other, &entry).is_lt());
        self.model.0.insert(at, entry);
    }

    fn remove(&mut self, index: usize) {
        if self.model.0.is_empty() {
            return;
        }
        let (_, bytes) = self.model.0.remove(index % self.model.0.len());
        assert!(remove(&mut self.tree, &mut self.places, &bytes));
        assert!(!remove(&mut self.tree, &mut self.places, &bytes));
    }

    fn remove_range(&mut self, rank: usize, count: usize) {
        let end = (rank.saturating_add(count)).min(self.model.0.len());
        let rank = rank.min(end);
        remove_range(&mut self.tree, &mut self.places, rank, end - rank);
        self.model.0.drain(rank..end);
    }

    fn check(&self) {
        check_node(&self.tree.root, Edges::ROOT);
        assert_eq!(self.tree.len(), self.model.0.len());
        let all: Vec<_> = self
            .tree
            .iter(0, usize::MAX, false)
            .map(|(score, text)| (score, text.bytes().to_vec()))
            .collect();
        assert_eq!(all, self.model.0);
        let mut back: Vec<_> = self
            .tree
            .iter(usize::MAX, usize::MAX, true)
            .map(|(score, text)| (score, text.bytes().to_vec()))
            .collect();
        back.reverse();
        assert_eq!(back, self.model.0);
        assert_eq!(self.places.len(), self.model.0.len());
        for (rank, (score, bytes)) in self.model.0.iter().enumerate() {
            let place = *self.places.get(bytes).expect("every member has a place");
            assert!(place.score() == *score && place.text().bytes() == bytes);
            assert_eq!(self.tree.rank_of(place), rank);
            let key = Key::of(*score, bytes);
            assert_eq!(self.tree.rank(&key), rank + 1);
            assert_eq!(
                self.tree.rank(&Key {
                    after: false,
                    ..key
                }),
                rank
            );
        }
    }

    fn check_ranges(&self, score: f64, rank: usize, count: usize) {
        let below = self.model.0.iter().filter(|entry| entry.0 < score).count();
        let up_to = self.model.0.iter().filter(|entry| entry.0 <= score).count();
        assert_eq!(
            self.tree.rank(&Score {
                score,
                after: false
            }),
            below
        );
        assert_eq!(self.tree.rank(&Score { score, after: true }), up_to);
        let ahead: Vec<_> = self
            .tree
            .iter(rank, count, false)
            .map(|(_, member)| member.bytes().to_vec())
            .collect();
        let expected: Vec<_> = self
            .model
            .0
            .iter()
            .skip(rank)
            .take(count)
            .map(|entry| entry.1.clone())
            .collect();
        assert_eq!(ahead, expected);
        let back: Vec<_> = self
            .tree
            .iter(rank, count, true)
            .map(|(_, member)| member.bytes().to_vec())
            .collect();
        let upto = self.model.0.len().min(rank + 1);
        let expected: Vec<_> = self.model.0[..upto]
            .iter()
            .rev()
            .take(count)
            .map(|entry| entry.1.clone())
            .collect();
        assert_eq!(back, expected);
    }
}

fn old_score(model: &Model, bytes: &[u8]) -> f64 {
    let entry = model.0.iter().find(|(_, other)| other == bytes);
    entry.unwrap().0
}

fn check_node(node: &Node, edges: Edges) -> usize {
    match node {
        Node::Leaf(leaf) => {
            let vacant = leaf.scores.iter().filter(|score| score.is_nan()).count();
            assert_eq!(vacant + leaf.len(), LEAF_CAPACITY);
            if !edges.first && !edges.last {
                assert!(leaf.len() >= node.minimum());
            }
            leaf.len()
        }
        Node::Internal(internal) => {
            assert!(internal.length >= 1 && internal.texts[0].bytes().is_empty());
            if !edges.first && !edges.last {
                assert!(internal.length >= node.minimum());
            }
            assert!(
                internal.children[internal.length..]
                    .iter()
                    .all(Option::is_none)
            );
            assert!(
                internal.texts[internal.length..]
                    .iter()
                    .all(|text| text.bytes().is_empty())
            );
            for index in 0..internal.length {
                let child = internal.children[index].as_ref().unwrap();
                assert!(child.length() > 0);
                assert_eq!(
                    check_node(child, edges.of_child(index, internal.length)),
                    internal.counts[index]
                );
            }
            internal.count()
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Insert(f64, u16),
    Remove(usize),
    RemoveRange(usize, usize),
    Look(f64, usize, usize),
}

fn scores() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-20i32..20).prop_map(f64::from),
        4 => any::<f64>().prop_filter("never NaN", |score| !score.is_nan()),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(-0.0),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (scores(), 0u16..800).prop_map(|(score, member)| Step::Insert(score, member)),
        3 => any::<usize>().prop_map(Step::Remove),
        1 => (0usize..500, 0usize..60).prop_map(|(rank, count)| Step::RemoveRange(rank, count)),
        2 => (scores(), 0usize..600, 0usize..600).prop_map(|(score, rank, count)| Step::Look(score, rank, count)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn agrees_with_a_sorted_vector(steps in proptest::collection::vec(steps(), 1..2500)) {
        let mut checked = Checked::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Insert(score, member) => checked.insert(score, member.to_string().as_bytes()),
                Step::Remove(index) => checked.remove(index),
                Step::RemoveRange(rank, count) => checked.remove_range(rank, count),
                Step::Look(score, rank, count) => checked.check_ranges(score, rank, count),
            }
            if number % 100 == 0 {
                checked.check();
            }
        }
        checked.check();
    }
}

fn name(number: usize) -> Vec<u8> {
    format!("member:{number:07}").into_bytes()
}

#[test]
fn survives_growing_and_shrinking_in_every_order() {
    let count = 20_000;
    for order in 0..4 {
        let mut rng = fastrand::Rng::with_seed(order);
        let mut numbers: Vec<usize> = (0..count).collect();
        match order {
            0 => {}
            1 => numbers.reverse(),
            _ => rng.shuffle(&mut numbers),
        }
        let (mut tree, mut places) = (RankedTree::new(), Dict::new(1));
        for &number in &numbers {
            let score = (number / 3) as f64;
            insert(&mut tree, &mut places, score, &name(number));
        }
        assert_eq!(check_node(&tree.root, Edges::ROOT), count);
        assert!(
            tree.iter(0, count, false)
                .enumerate()
                .all(|(rank, (_, member))| member.bytes() == name(rank))
        );
        if order < 2 {
            let leaves = count.div_ceil(LEAF_CAPACITY) + 1;
            let leaf_sizes = tree.allocated_bytes() as f64 / size_of::<Leaf>() as f64;
            assert!(
                leaf_sizes < leaves as f64 * 1.2,
                "built in order, nodes are full: {order} {leaf_sizes} for {leaves}"
            );
        }
        match order {
            0 => {}
            1 => numbers.reverse(),
            _ => rng.shuffle(&mut numbers),
        }
        for (removed, number) in numbers.iter().enumerate() {
            assert!(remove(&mut tree, &mut places, &name(*number)));
            if removed % 1000 == 0 {
                assert_eq!(check_node(&tree.root, Edges::ROOT), count - removed - 1);
            }
        }
        assert_eq!((tree.len(), tree.height()), (0, 1));
    }
}

#[test]
fn pops_from_both_ends_while_appending() {
    let (mut tree, mut places) = (RankedTree::new(), Dict::new(1));
    let mut next = 0;
    for round in 0..3000 {
        for _ in 0..3 {
            insert(&mut tree, &mut places, next as f64, &name(next));
            next += 1;
        }
        remove_range(&mut tree, &mut places, 0, 2);
        if round % 3 == 0 {
            let last = tree.len() - 1;
            remove_range(&mut tree, &mut places, last, 1);
        }
        check_node(&tree.root, Edges::ROOT);
    }
    remove_range(&mut tree, &mut places, 0, usize::MAX);
    assert_eq!(check_node(&tree.root, Edges::ROOT), 0);
}

#[test]
fn lex_boundaries_rank_members_of_one_score() {
    let (mut tree, mut places) = (RankedTree::new(), Dict::new(1));
    for number in 0..1000 {
        insert(&mut tree, &mut places, 0.0, &name(number));
    }
    let rank = |bound, is_maximum| tree.rank(&Lex { bound, is_maximum });
    let middle = name(500);
    assert_eq!(rank(LexBound::Lowest, false), 0);
    assert_eq!(rank(LexBound::Inclusive(&middle), false), 500);
    assert_eq!(rank(LexBound::Exclusive(&middle), false), 501);
    assert_eq!(rank(LexBound::Highest, false), 1000);
    assert_eq!(rank(LexBound::Lowest, true), 0);
    assert_eq!(rank(LexBound::Inclusive(&middle), true), 501);
    assert_eq!(rank(LexBound::Exclusive(&middle), true), 500);
    assert_eq!(rank(LexBound::Highest, true), 1000);
}

#[test]
fn a_million_members_lie_four_nodes_deep() {
    // What a search costs is the nodes it visits, each with at most seven comparisons.
    let (mut tree, mut places) = (RankedTree::new(), Dict::new(1));
    let mut rng = fastrand::Rng::with_seed(7);
    let mut heights = Vec::new();
    for number in 0..1_000_000usize {
        insert(&mut tree, &mut places, rng.f64(), &number.to_le_bytes());
        if number + 1 == 1000 || number + 1 == 1_000_000 {
            heights.push(tree.height());
        }
    }
    assert_eq!(heights, [2, 4]);
    let per_member = tree.allocated_bytes() as f64 / tree.len() as f64;
    // Members of eight bytes lie in the nodes themselves.
    assert!(per_member < 40.0, "{per_member} bytes a member");
}
