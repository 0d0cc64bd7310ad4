//! The ranked tree: a B+ tree of members ordered by score, then by bytes, that counts what lies below each
//! node. Insert, remove, move, rank and access by rank are O(log n).
//!
//! Nodes are wide (32 members, or 64 children) and hold the scores themselves: a million members lie four nodes deep, and a
//! search seldom leaves the nodes. Node layouts and rebalancing are the textbook ones (Comer, "The Ubiquitous
//! B-Tree", 1979), but that a full node at the outer edge is cut at its end, so that a set built in order
//! has full nodes.

pub mod boundary;
mod internal;
mod iter;
mod leaf;
mod node;
#[cfg(test)]
mod tests;

pub use iter::Iter;

use std::hint::black_box;

use super::member::Member;
use boundary::{Boundary, Key, Present};
use internal::Internal;
use leaf::Leaf;
use node::{Edges, Node, Split};

/// Up to so many members (about 4 MB) a change seldom leaves the cache.
const FITS_THE_CACHE: usize = 1 << 16;

/// Members in order, found by place and by rank.
pub struct RankedTree {
    root: Node,
    length: usize,
}

impl RankedTree {
    /// An empty tree.
    pub fn new() -> RankedTree {
        RankedTree {
            root: Node::Leaf(Box::default()),
            length: 0,
        }
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Inserts a member that is not there yet. O(log n).
    pub fn insert(&mut self, score: f64, member: Member) {
        let split = match &mut self.root {
            Node::Leaf(leaf) => leaf.insert(score, member, Edges::ROOT),
            Node::Internal(internal) => internal.insert(score, member, Edges::ROOT),
        };
        self.length += 1;
        self.grow(split);
    }

    /// Removes a member that stands at `score`. O(log n).
    pub fn remove(&mut self, score: f64, member: &Member) -> Option<Member> {
        let key = Key {
            score,
            member,
            after: false,
        };
        let removed = match &mut self.root {
            Node::Leaf(leaf) => leaf.remove(&key),
            Node::Internal(internal) => internal.remove(&key),
        }?;
        self.length -= 1;
        self.shrink();
        Some(removed)
    }

    /// Moves a member from one score to another; says whether it was there. O(log n).
    pub fn update(&mut self, member: &Member, old: f64, new: f64) -> bool {
        let old = Key {
            score: old,
            member,
            after: false,
        };
        let new = Key {
            score: new,
            member,
            after: false,
        };
        if self.length > FITS_THE_CACHE {
            self.approach(&old, &new);
        }
        let (found, split) = match &mut self.root {
            Node::Leaf(leaf) => (leaf.update(&old, &new), None),
            Node::Internal(internal) => internal.update(&old, &new, Edges::ROOT),
        };
        self.grow(split);
        self.shrink();
        found
    }

    /// Removes `count` members from `rank` on, in order. O(count + log n).
    pub fn remove_range(&mut self, rank: usize, count: usize, mut removed: impl FnMut(Member)) {
        let mut left = count.min(self.length.saturating_sub(rank));
        while left > 0 {
            let run = match &mut self.root {
                Node::Leaf(leaf) => {
                    leaf.remove_run(rank, left, &mut removed);
                    left
                }
                Node::Internal(internal) => internal.remove_run(rank, left, &mut removed),
            };
            if run == 0 {
                return;
            }
            left -= run;
            self.length -= run;
            self.shrink();
        }
    }

    /// How many members stand before the boundary. O(log n).
    pub fn rank(&self, boundary: &impl Boundary) -> usize {
        let mut node = &self.root;
        let mut before = 0;
        loop {
            match node {
                Node::Leaf(leaf) => return before + leaf.position(boundary),
                Node::Internal(internal) => {
                    let index = internal.route(boundary);
                    before += internal.counts[..index].iter().sum::<usize>();
                    match &internal.children[index] {
                        Some(child) => node = child,
                        None => return before,
                    }
                }
            }
        }
    }

    /// Walks `count` members from `rank` on, towards lower ranks if `backwards`. O(log n) to start.
    pub fn iter(&self, rank: usize, count: usize, backwards: bool) -> Iter<'_> {
        let available = if backwards {
            rank.saturating_add(1).min(self.length)
        } else {
            self.length.saturating_sub(rank)
        };
        let rank = rank.min(self.length.saturating_sub(1));
        Iter::new(&self.root, rank, count.min(available), backwards)
    }

    /// Size of all nodes in bytes, members not counted. O(n / 32).
    pub fn allocated_bytes(&self) -> usize {
        fn bytes(node: &Node) -> usize {
            match node {
                Node::Leaf(_) => size_of::<Leaf>(),
                Node::Internal(internal) => {
                    size_of::<Internal>()
                        + internal.children.iter().flatten().map(bytes).sum::<usize>()
                }
            }
        }
        bytes(&self.root)
    }

    /// Nodes from the root to a leaf: what a search visits.
    pub fn height(&self) -> usize {
        let mut height = 1;
        let mut node = &self.root;
        while let Node::Internal(internal) = node {
            let Some(child) = &internal.children[0] else {
                break;
            };
            node = child;
            height += 1;
        }
        height
    }

    /// Goes to both places side by side, so that their cache misses overlap; the change that follows then
    /// has none.
    fn approach(&self, old: &Key, new: &Key) {
        let (mut from, mut to) = (&self.root, &self.root);
        while let (Node::Internal(one), Node::Internal(other)) = (from, to) {
            let children = (
                &one.children[one.route(old)],
                &other.children[other.route(new)],
            );
            let (Some(one), Some(other)) = children else {
                return;
            };
            (from, to) = (one, other);
        }
        if let (Node::Leaf(one), Node::Leaf(other)) = (from, to) {
            black_box((one.position(&Present(*old)), other.position(new)));
        }
    }

    fn grow(&mut self, split: Option<Split>) {
        if let Some(split) = split {
            let left = std::mem::replace(&mut self.root, Node::Leaf(Box::default()));
            let left_count = self.length - split.count;
            self.root = Node::Internal(Box::new(Internal::over(left, left_count, split)));
        }
    }

    fn shrink(&mut self) {
        while let Node::Internal(internal) = &mut self.root {
            match internal.length {
                0 => self.root = Node::Leaf(Box::default()),
                1 => match internal.children[0].take() {
                    Some(child) => self.root = child,
                    None => return,
                },
                _ => return,
            }
        }
    }
}

impl Default for RankedTree {
    fn default() -> RankedTree {
        RankedTree::new()
    }
}
