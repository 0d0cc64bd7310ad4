//! Internal nodes: children in order, each with the number of members below it and, but for the first, the
//! separator that no entry below it precedes.
//!
//! A separator routes; it is a copy, and need not be in the tree any more.

use std::mem::take;

use super::super::place::Place;
use super::super::text::Text;
use super::boundary::{Boundary, Key};
use super::node::{CAPACITY, Edges, Node, Split, close, move_left, move_right, open};
use crate::types::dict::Dict;

/// Up to `CAPACITY` children in order.
pub struct Internal {
    pub length: usize,
    /// Of the separators; the first one means nothing.
    pub scores: [f64; CAPACITY],
    pub texts: [Text; CAPACITY],
    pub counts: [usize; CAPACITY],
    pub children: [Option<Node>; CAPACITY],
}

impl Internal {
    pub fn new() -> Internal {
        Internal {
            length: 0,
            scores: [0.0; CAPACITY],
            texts: std::array::from_fn(|_| Text::default()),
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
        boundary.position(&self.scores[1..length], &self.texts[1..length])
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

    /// Inserts a member that is not in the tree. Answers where it lies.
    pub fn insert(
        &mut self,
        key: &Key,
        text: Text,
        edges: Edges,
        places: &mut Dict<Place>,
    ) -> (Place, Option<Split>) {
        let index = self.route(key);
        self.insert_below(index, key, text, edges, places)
    }

    fn insert_below(
        &mut self,
        index: usize,
        key: &Key,
        text: Text,
        edges: Edges,
        places: &mut Dict<Place>,
    ) -> (Place, Option<Split>) {
        self.counts[index] += 1;
        let child_edges = edges.of_child(index, self.length);
        let (place, split) = match self.children[index].as_mut() {
            Some(Node::Leaf(leaf)) => leaf.insert(key, key.score, text, child_edges, places),
            Some(Node::Internal(internal)) => internal.insert(key, text, child_edges, places),
            None => (Place::NOWHERE, None),
        };
        (
            place,
            split.and_then(|split| self.take_in(index, split, edges)),
        )
    }

    /// Removes the entry of this key, which lies in this slot of its leaf.
    pub fn remove(&mut self, key: &Key, slot: u8, places: &mut Dict<Place>) -> Option<Text> {
        let index = self.route(key);
        let text = self.remove_below(index, key, slot, places)?;
        self.help(index, places);
        Some(text)
    }

    fn remove_below(
        &mut self,
        index: usize,
        key: &Key,
        slot: u8,
        places: &mut Dict<Place>,
    ) -> Option<Text> {
        let text = match self.children[index].as_mut()? {
            Node::Leaf(leaf) => leaf.remove(slot),
            Node::Internal(internal) => internal.remove(key, slot, places),
        }?;
        self.counts[index] -= 1;
        Some(text)
    }

    /// Moves an entry to another score. Above the lowest node that holds both places nothing changes. Answers
    /// where it lies now, if that is another leaf.
    pub fn update(
        &mut self,
        old: &Key,
        slot: u8,
        new: &Key,
        edges: Edges,
        places: &mut Dict<Place>,
    ) -> (Option<Place>, Option<Split>) {
        let from = self.route(old);
        let mut to = self.route(new);
        if from != to {
            let Some(text) = self.remove_below(from, old, slot, places) else {
                return (None, None);
            };
            // Help may move children about.
            if self.help(from, places) {
                to = self.route(new);
            }
            let (place, split) = self.insert_below(to, new, text, edges, places);
            return (Some(place), split);
        }
        let child_edges = edges.of_child(from, self.length);
        match self.children[from].as_mut() {
            Some(Node::Leaf(leaf)) => {
                leaf.update(slot, new, new.score);
                (None, None)
            }
            Some(Node::Internal(internal)) => {
                let length = internal.length;
                let (place, split) = internal.update(old, slot, new, child_edges, places);
                if internal.length < length {
                    self.help(from, places);
                }
                let split = split.and_then(|split| self.take_in(from, split, edges));
                (place, split)
            }
            None => (None, None),
        }
    }

    /// Removes up to `maximum` entries from `rank` on, as many as one leaf holds; says how many.
    pub fn remove_run(&mut self, rank: usize, maximum: usize, places: &mut Dict<Place>) -> usize {
        let (index, rank) = self.locate(rank);
        let count = match self.children[index].as_mut() {
            Some(Node::Leaf(leaf)) => {
                let count = maximum.min(leaf.len() - rank);
                leaf.remove_run(rank, count);
                count
            }
            Some(Node::Internal(internal)) => internal.remove_run(rank, maximum, places),
            None => 0,
        };
        self.counts[index] -= count;
        self.help(index, places);
        count
    }

    /// After a removal below child `index`: helps the child if it has become too small, and says so.
    fn help(&mut self, index: usize, places: &mut Dict<Place>) -> bool {
        let is_small = |child: &Node| child.length() < child.minimum();
        let helped = self.children[index].as_ref().is_some_and(is_small);
        if helped {
            self.refill(index, places);
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
        Some(Split {
            score: right.scores[0],
            text: take(&mut right.texts[0]),
            count: right.count(),
            node: Node::Internal(right),
        })
    }

    fn open(&mut self, index: usize, split: Split) {
        self.scores.copy_within(index..self.length, index + 1);
        self.counts.copy_within(index..self.length, index + 1);
        open(&mut self.texts, index, self.length);
        open(&mut self.children, index, self.length);
        self.scores[index] = split.score;
        self.texts[index] = split.text;
        self.counts[index] = split.count;
        self.children[index] = Some(split.node);
        self.length += 1;
    }

    fn close(&mut self, index: usize) {
        self.scores.copy_within(index + 1..self.length, index);
        self.counts.copy_within(index + 1..self.length, index);
        close(&mut self.texts, index, self.length);
        close(&mut self.children, index, self.length);
        self.length -= 1;
        self.texts[self.length] = Text::default();
        self.children[self.length] = None;
    }

    /// Merges child `index` with a neighbour, or shares out their entries evenly.
    fn refill(&mut self, index: usize, places: &mut Dict<Place>) {
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
        let separator = (self.scores[right_index], take(&mut self.texts[right_index]));
        let (separator, moved) = share(left, right, separator, places);
        if right.length() == 0 {
            self.counts[left_index] += self.counts[right_index];
            self.close(right_index);
            return;
        }
        (self.scores[right_index], self.texts[right_index]) = separator;
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
            &mut self.texts,
            self.length,
            &mut right.texts,
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
            &mut self.texts,
            self.length,
            &mut right.texts,
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

type Separator = (f64, Text);

/// Empties `right` into `left` if one node holds both, else makes them equally long. Answers the separator
/// between the two and how many members came to the left.
fn share(
    left: &mut Node,
    right: &mut Node,
    separator: Separator,
    places: &mut Dict<Place>,
) -> (Separator, isize) {
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
            left.move_left(right, to_left, places);
            left.move_right(right, to_right, places);
            let separator = right
                .entry(0)
                .map_or(separator, |(score, text)| (score, text.clone()));
            (separator, to_left as isize - to_right as isize)
        }
        (Node::Internal(left), Node::Internal(right)) => {
            let before = left.count();
            // The separator between the two belongs to the right one's first child while children move.
            (right.scores[0], right.texts[0]) = separator;
            left.move_left(right, to_left);
            left.move_right(right, to_right);
            let moved = left.count() as isize - before as isize;
            // What comes first in a node has no separator of its own; an emptied node has nothing left.
            left.texts[0] = Text::default();
            ((right.scores[0], take(&mut right.texts[0])), moved)
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
