//! Leaves: members in order, each with its score.

use super::super::member::Member;
use super::boundary::{Boundary, Key};
use super::node::{Edges, LEAF_CAPACITY, Node, Split, close, move_left, move_right, open};

/// Up to `LEAF_CAPACITY` members in order.
pub struct Leaf {
    pub length: usize,
    pub scores: [f64; LEAF_CAPACITY],
    pub members: [Option<Member>; LEAF_CAPACITY],
}

impl Leaf {
    pub fn new() -> Leaf {
        Leaf {
            length: 0,
            scores: [0.0; LEAF_CAPACITY],
            members: [const { None }; LEAF_CAPACITY],
        }
    }

    #[inline]
    pub fn position(&self, boundary: &impl Boundary) -> usize {
        boundary.position_in_leaf(&self.scores[..self.length], &self.members[..self.length])
    }

    /// The entry at `index`, which is below `length`.
    pub fn entry(&self, index: usize) -> Option<(f64, &Member)> {
        self.members[..self.length]
            .get(index)?
            .as_ref()
            .map(|member| (self.scores[index], member))
    }

    fn open(&mut self, index: usize, score: f64, member: Member) {
        self.scores.copy_within(index..self.length, index + 1);
        open(&mut self.members, index, self.length);
        self.scores[index] = score;
        self.members[index] = Some(member);
        self.length += 1;
    }

    fn close(&mut self, index: usize) -> Option<Member> {
        self.scores.copy_within(index + 1..self.length, index);
        close(&mut self.members, index, self.length);
        self.length -= 1;
        self.members[self.length].take()
    }

    /// Inserts a member that is not in the tree.
    pub fn insert(&mut self, score: f64, member: Member, edges: Edges) -> Option<Split> {
        let index = self.position(&Key {
            score,
            member: &member,
            after: false,
        });
        if self.length < LEAF_CAPACITY {
            self.open(index, score, member);
            return None;
        }
        let cut = edges.cut(index, LEAF_CAPACITY);
        let mut right = Box::new(Leaf::new());
        if index < cut {
            self.split_off(cut - 1, &mut right);
            self.open(index, score, member);
        } else {
            self.split_off(cut, &mut right);
            right.open(index - cut, score, member);
        }
        let (score, member) = right
            .entry(0)
            .map(|(score, member)| (score, member.clone()))?;
        Some(Split {
            score,
            member,
            count: right.length,
            node: Node::Leaf(right),
        })
    }

    fn split_off(&mut self, at: usize, right: &mut Leaf) {
        let count = self.length - at;
        self.move_right(right, count);
    }

    /// Removes this very entry.
    pub fn remove(&mut self, key: &Key) -> Option<Member> {
        let index = self.find(key)?;
        self.close(index)
    }

    /// Gives an entry another score that keeps it in this leaf.
    pub fn update(&mut self, old: &Key, new: &Key) -> bool {
        let Some(from) = self.find(old) else {
            return false;
        };
        let to = self.position(new);
        if to > from {
            self.scores[from..to].rotate_left(1);
            self.members[from..to].rotate_left(1);
            self.scores[to - 1] = new.score;
        } else {
            self.scores[to..=from].rotate_right(1);
            self.members[to..=from].rotate_right(1);
            self.scores[to] = new.score;
        }
        true
    }

    fn find(&self, key: &Key) -> Option<usize> {
        let index = self.position(&Key {
            after: false,
            ..*key
        });
        let (score, member) = self.entry(index)?;
        (score == key.score && member.compare(key.member).is_eq()).then_some(index)
    }

    /// Removes `count` entries from `index` on.
    pub fn remove_run(&mut self, index: usize, count: usize, removed: &mut impl FnMut(Member)) {
        self.members[index..index + count]
            .iter_mut()
            .filter_map(Option::take)
            .for_each(removed);
        self.scores.copy_within(index + count..self.length, index);
        self.members[index..self.length].rotate_left(count);
        self.length -= count;
    }

    pub fn move_right(&mut self, right: &mut Leaf, count: usize) {
        move_right(
            &mut self.scores,
            self.length,
            &mut right.scores,
            right.length,
            count,
        );
        move_right(
            &mut self.members,
            self.length,
            &mut right.members,
            right.length,
            count,
        );
        self.length -= count;
        right.length += count;
    }

    pub fn move_left(&mut self, right: &mut Leaf, count: usize) {
        move_left(
            &mut self.scores,
            self.length,
            &mut right.scores,
            right.length,
            count,
        );
        move_left(
            &mut self.members,
            self.length,
            &mut right.members,
            right.length,
            count,
        );
        self.length += count;
        right.length -= count;
    }
}
