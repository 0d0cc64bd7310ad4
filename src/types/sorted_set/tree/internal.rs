//! Internal nodes: children in order, each with the number of members below it and, but for the first, the
//! separator that no entry below it precedes.
//!
//! A separator routes; it need not be in the tree any more. It keeps its own copy of the score, because the
//! member's own score may have changed since.

use super::super::member::Member;
use super::boundary::{Boundary, Key};
use super::leaf::Leaf;
use super::node::{CAPACITY, Edges, Node, Split, close, move_left, move_right, open};

/// Up to `CAPACITY` children in order.
pub struct Internal {
    pub length: usize,
    /// Of the separators; the first one means nothing.
    pub scores: [f64; CAPACITY],
    pub members: [Option<Member>; CAPACITY],
    pub counts: [usize; CAPACITY],
    pub children: [Option<Node>; CAPACITY],
}

impl Internal {
    pub fn new() -> Internal {
        Internal {
            length: 0,
            scores: [0.0; CAPACITY],
            members: [const { None }; CAPACITY],
            counts: [0; CAPACITY],
            children: [const { None }; CAPACITY],
        }
    }

    /// A root above a node that was split.
    pub fn over(left: Node, left_count: usize, right: Split) -> Internal {
        let mut internal = Internal::new();
        internal.counts[0] = left_count;
        internal.children[0] = Some(left);
        internal.length = 1;
        internal.open(1, right);
        internal
    }

    /// Members below the node.
    pub fn count(&self) -> usize {
        self.counts[..self.length].iter().sum()
    }

    /// The child in which the boundary lies.
    #[inline]
    pub fn route(&self, boundary: &impl Boundary) -> usize {
        let length = self.length.max(1);
        boundary.position(&self.scores[1..length], &self.members[1..length])
    }

    /// The child that holds the entry of this rank, and the entry's rank there.
    pub fn locate(&self, mut rank: usize) -> (usize, usize) {
        let mut index = 0;
        while index + 1 < self.length && rank >= self.counts[index] {
            rank -= self.counts[index];
            index += 1;
        }
        (index, rank)
    }

    /// Inserts a member that is not in the tree.
    pub fn insert(&mut self, score: f64, member: Member, edges: Edges) -> Option<Split> {
        let index = self.route(&Key {
            score,
            member: &member,
            after: true,
        });
        self.insert_below(index, score, member, edges)
    }

    fn insert_below(
        &mut self,
        index: usize,
        score: f64,
        member: Member,
        edges: Edges,
    ) -> Option<Split> {
        self.counts[index] += 1;
        let child_edges = edges.of_child(index, self.length);
        let split = match self.children[index].as_mut()? {
            Node::Leaf(leaf) => leaf.insert(score, member, child_edges),
            Node::Internal(internal) => internal.insert(score, member, child_edges),
        };
        split.and_then(|split| self.take_in(index, split, edges))
    }

    /// Removes this very entry.
    pub fn remove(&mut self, key: &Key) -> Option<Member> {
        let index = self.route(&Key {
            after: true,
            ..*key
        });
        let member = self.remove_below(index, key)?;
        self.help(index);
        Some(member)
    }

    fn remove_below(&mut self, index: usize, key: &Key) -> Option<Member> {
        let member = match self.children[index].as_mut()? {
            Node::Leaf(leaf) => leaf.remove(key),
            Node::Internal(internal) => internal.remove(key),
        }?;
        self.counts[index] -= 1;
        Some(member)
    }

    /// Moves an entry to another score. Above the lowest node that holds both places nothing changes.
    pub fn update(&mut self, old: &Key, new: &Key, edges: Edges) -> (bool, Option<Split>) {
        let from = self.route(&Key {
            after: true,
            ..*old
        });
        let to = self.route(&Key {
            after: true,
            ..*new
        });
        if from != to {
            let Some(member) = self.remove_below(from, old) else {
                return (false, None);
            };
            // Help may move children about.
            let to = if self.help(from) {
                self.route(&Key {
                    after: true,
                    ..*new
                })
            } else {
                to
            };
            return (true, self.insert_below(to, new.score, member, edges));
        }
        let child_edges = edges.of_child(from, self.length);
        match self.children[from].as_mut() {
            Some(Node::Leaf(leaf)) => (leaf.update(old, new), None),
            Some(Node::Internal(internal)) => {
                let length = internal.length;
                let (found, split) = internal.update(old, new, child_edges);
                if internal.length < length {
                    self.help(from);
                }
                (
                    found,
                    split.and_then(|split| self.take_in(from, split, edges)),
                )
            }
            None => (false, None),
        }
    }

    /// Removes up to `maximum` entries from `rank` on, as many as one leaf holds; says how many.
    pub fn remove_run(
        &mut self,
        rank: usize,
        maximum: usize,
        removed: &mut impl FnMut(Member),
    ) -> usize {
        let (index, rank) = self.locate(rank);
        let count = match self.children[index].as_mut() {
            Some(Node::Leaf(leaf)) => {
                let count = maximum.min(leaf.length - rank);
                leaf.remove_run(rank, count, removed);
                count
            }
            Some(Node::Internal(internal)) => internal.remove_run(rank, maximum, removed),
            None => 0,
        };
        self.counts[index] -= count;
        self.help(index);
        count
    }

    /// After a removal below child `index`: helps the child if it has become too small, and says so.
    fn help(&mut self, index: usize) -> bool {
        let is_small = |child: &Node| child.length() < child.minimum();
        let helped = self.children[index].as_ref().is_some_and(is_small);
        if helped {
            self.refill(index);
        }
        helped
    }

    /// Takes in the new neighbour of child `index`.
    fn take_in(&mut self, index: usize, split: Split, edges: Edges) -> Option<Split> {
        self.counts[index] -= split.count;
        let index = index + 1;
        if self.length < CAPACITY {
            self.open(index, split);
            return None;
        }
        let cut = edges.cut(index, CAPACITY);
        let mut right = Box::new(Internal::new());
        if index < cut {
            self.move_right(&mut right, CAPACITY + 1 - cut);
            self.open(index, split);
        } else {
            self.move_right(&mut right, CAPACITY - cut);
            right.open(index - cut, split);
        }
        let (score, member) = (right.scores[0], right.members[0].take()?);
        Some(Split {
            score,
            member,
            count: right.count(),
            node: Node::Internal(right),
        })
    }

    fn open(&mut self, index: usize, split: Split) {
        self.scores.copy_within(index..self.length, index + 1);
        self.counts.copy_within(index..self.length, index + 1);
        open(&mut self.members, index, self.length);
        open(&mut self.children, index, self.length);
        self.scores[index] = split.score;
        self.members[index] = Some(split.member);
        self.counts[index] = split.count;
        self.children[index] = Some(split.node);
        self.length += 1;
    }

    fn close(&mut self, index: usize) {
        self.scores.copy_within(index + 1..self.length, index);
        self.counts.copy_within(index + 1..self.length, index);
        close(&mut self.members, index, self.length);
        close(&mut self.children, index, self.length);
        self.length -= 1;
        self.members[self.length] = None;
        self.children[self.length] = None;
    }

    /// Merges child `index` with a neighbour, or shares out their entries evenly.
    fn refill(&mut self, index: usize) {
        if self.length < 2 {
            // An only child is small but at the outer edge of a tree that is being appended to.
            if self.counts[index] == 0 {
                self.close(index);
            }
            return;
        }
        let left_index = index.saturating_sub(1);
        let right_index = left_index + 1;
        let (lefts, rights) = self.children.split_at_mut(right_index);
        let (Some(left), Some(right)) = (lefts[left_index].as_mut(), rights[0].as_mut()) else {
            return;
        };
        let separator = (self.scores[right_index], self.members[right_index].take());
        let (separator, moved) = share(left, right, separator);
        if right.length() == 0 {
            self.counts[left_index] += self.counts[right_index];
            self.close(right_index);
            return;
        }
        (self.scores[right_index], self.members[right_index]) = separator;
        self.counts[left_index] = self.counts[left_index].wrapping_add_signed(moved);
        self.counts[right_index] = self.counts[right_index].wrapping_add_signed(-moved);
    }

    fn move_right(&mut self, right: &mut Internal, count: usize) {
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
        move_right(
            &mut self.counts,
            self.length,
            &mut right.counts,
            right.length,
            count,
        );
        move_right(
            &mut self.children,
            self.length,
            &mut right.children,
            right.length,
            count,
        );
        self.length -= count;
        right.length += count;
    }

    fn move_left(&mut self, right: &mut Internal, count: usize) {
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
        move_left(
            &mut self.counts,
            self.length,
            &mut right.counts,
            right.length,
            count,
        );
        move_left(
            &mut self.children,
            self.length,
            &mut right.children,
            right.length,
            count,
        );
        self.length += count;
        right.length -= count;
    }
}

type Separator = (f64, Option<Member>);

/// Empties `right` into `left` if one node holds both, else makes them equally long. Answers the separator
/// between the two and how many members came to the left.
fn share(left: &mut Node, right: &mut Node, separator: Separator) -> (Separator, isize) {
    let total = left.length() + right.length();
    let wanted = if total <= left.merged_maximum() {
        total
    } else {
        total / 2
    };
    let to_left = wanted.saturating_sub(left.length());
    let to_right = left.length().saturating_sub(wanted);
    match (left, right) {
        (Node::Leaf(left), Node::Leaf(right)) => {
            left.move_left(right, to_left);
            left.move_right(right, to_right);
            let separator = right
                .entry(0)
                .map_or(separator, |(score, member)| (score, Some(member.clone())));
            (separator, to_left as isize - to_right as isize)
        }
        (Node::Internal(left), Node::Internal(right)) => {
            let before = left.count();
            // The separator between the two belongs to the right one's first child while children move.
            (right.scores[0], right.members[0]) = separator;
            left.move_left(right, to_left);
            left.move_right(right, to_right);
            let moved = left.count() as isize - before as isize;
            // What comes first in a node has no separator of its own; an emptied node has nothing left.
            left.members[0] = None;
            ((right.scores[0], right.members[0].take()), moved)
        }
        // All leaves lie at the same depth.
        _ => (separator, 0),
    }
}

impl Default for Internal {
    fn default() -> Internal {
        Internal::new()
    }
}

impl Default for Leaf {
    fn default() -> Leaf {
        Leaf::new()
    }
}
