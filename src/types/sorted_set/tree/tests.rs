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
    model: Model,
    members: Vec<Member>,
}

impl Checked {
    fn new() -> Checked {
        Checked {
            tree: RankedTree::new(),
            model: Model::default(),
            members: Vec::new(),
        }
    }

    fn insert(&mut self, score: f64, bytes: &[u8]) {
        if let Some(member) = self.members.iter().find(|member| member.bytes() == bytes) {
            let old = member.score();
            assert!(self.tree.update(member, old, score));
            member.set_score(score);
            self.model.0.retain(|(_, other)| other != bytes);
        } else {
            let member = Member::new(bytes, score);
            self.tree.insert(score, member.clone());
            self.members.push(member);
        }
        let entry = (score, bytes.to_vec());
        let at = self
            .model
            .0
            .partition_point(|other| order(other, &entry).is_lt());
        self.model.0.insert(at, entry);
    }

    fn remove(&mut self, index: usize) {
        if self.members.is_empty() {
            return;
        }
        let member = self.members.swap_remove(index % self.members.len());
        assert!(self.tree.remove(member.score(), &member).is_some());
        assert!(self.tree.remove(member.score(), &member).is_none());
        self.model.0.retain(|(_, other)| other != member.bytes());
    }

    fn remove_range(&mut self, rank: usize, count: usize) {
        let mut removed = Vec::new();
        self.tree
            .remove_range(rank, count, |member| removed.push(member.bytes().to_vec()));
        let rank = rank.min(self.model.0.len());
        let end = (rank + count).min(self.model.0.len());
        let expected: Vec<Vec<u8>> = self
            .model
            .0
            .drain(rank..end)
            .map(|(_, bytes)| bytes)
            .collect();
        assert_eq!(removed, expected);
        self.members
            .retain(|member| !removed.iter().any(|bytes| bytes == member.bytes()));
    }

    fn check(&self) {
        check_node(&self.tree.root, Edges::ROOT);
        assert_eq!(self.tree.len(), self.model.0.len());
        let all: Vec<_> = self
            .tree
            .iter(0, usize::MAX, false)
            .map(|(score, member)| (score, member.bytes().to_vec()))
            .collect();
        assert_eq!(all, self.model.0);
        let mut back: Vec<_> = self
            .tree
            .iter(usize::MAX, usize::MAX, true)
            .map(|(score, member)| (score, member.bytes().to_vec()))
            .collect();
        back.reverse();
        assert_eq!(back, self.model.0);
        for member in &self.members {
            let rank = self.tree.rank(&Key {
                score: member.score(),
                member,
                after: false,
            });
            assert_eq!(self.model.0[rank].1, member.bytes());
            assert_eq!(
                self.tree.rank(&Key {
                    score: member.score(),
                    member,
                    after: true
                }),
                rank + 1
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

fn check_node(node: &Node, edges: Edges) -> usize {
    match node {
        Node::Leaf(leaf) => {
            assert!(leaf.members[..leaf.length].iter().all(Option::is_some));
            assert!(leaf.members[leaf.length..].iter().all(Option::is_none));
            if !edges.first && !edges.last {
                assert!(leaf.length >= node.minimum());
            }
            leaf.length
        }
        Node::Internal(internal) => {
            assert!(internal.length >= 1 && internal.members[0].is_none());
            if !edges.first && !edges.last {
                assert!(internal.length >= node.minimum());
            }
            assert!(
                internal.children[internal.length..]
                    .iter()
                    .all(Option::is_none)
            );
            assert!(
                internal.members[internal.length..]
                    .iter()
                    .all(Option::is_none)
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
        let mut tree = RankedTree::new();
        let mut members: Vec<Member> = numbers
            .iter()
            .map(|number| Member::new(&name(*number), (number / 3) as f64))
            .collect();
        for member in &members {
            tree.insert(member.score(), member.clone());
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
            1 => members.reverse(),
            _ => rng.shuffle(&mut members),
        }
        for (removed, member) in members.iter().enumerate() {
            assert!(tree.remove(member.score(), member).is_some());
            if removed % 1000 == 0 {
                assert_eq!(check_node(&tree.root, Edges::ROOT), count - removed - 1);
            }
        }
        assert_eq!((tree.len(), tree.height()), (0, 1));
    }
}

#[test]
fn pops_from_both_ends_while_appending() {
    let mut tree = RankedTree::new();
    let mut next = 0;
    for round in 0..3000 {
        for _ in 0..3 {
            let member = Member::new(&name(next), next as f64);
            tree.insert(next as f64, member);
            next += 1;
        }
        tree.remove_range(0, 2, |_| {});
        if round % 3 == 0 {
            tree.remove_range(tree.len() - 1, 1, |_| {});
        }
        check_node(&tree.root, Edges::ROOT);
    }
    tree.remove_range(0, usize::MAX, |_| {});
    assert_eq!(check_node(&tree.root, Edges::ROOT), 0);
}

#[test]
fn lex_boundaries_rank_members_of_one_score() {
    let mut tree = RankedTree::new();
    for number in 0..1000 {
        tree.insert(0.0, Member::new(&name(number), 0.0));
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
    let mut tree = RankedTree::new();
    let mut rng = fastrand::Rng::with_seed(7);
    let mut heights = Vec::new();
    for number in 0..1_000_000usize {
        let score = rng.f64();
        tree.insert(score, Member::new(&number.to_le_bytes(), score));
        if number + 1 == 1000 || number + 1 == 1_000_000 {
            heights.push(tree.height());
        }
    }
    assert_eq!(heights, [2, 4]);
    let per_member = tree.allocated_bytes() as f64 / tree.len() as f64;
    assert!(per_member < 28.0, "{per_member} bytes a member");
}
