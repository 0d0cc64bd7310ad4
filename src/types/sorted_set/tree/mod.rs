//! The ranked tree: a B+ tree of members ordered by score, then by bytes, that counts what lies below each
//! node. Insert, remove, move, rank and access by rank are O(log n).
//!
//! Nodes are wide (60 members, or 64 children) and hold the scores themselves: a million members lie four nodes deep, and a
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

use super::place::Place;
use super::text::Text;
use crate::types::dict::Dict;
use boundary::{Boundary, Key};
use internal::Internal;
pub use leaf::Leaf;
use leaf::LeafBox;
pub use node::LEAF_ALIGN;
use node::{Edges, Node, Split};

/// Members in order, found by place and by rank.
pub struct RankedTree {
    root: Node,
    length: usize,
}

impl RankedTree {
    /// An empty tree.
    pub fn new() -> RankedTree {
        RankedTree {
            root: Node::Leaf(LeafBox::default()),
            length: 0,
        }
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Inserts a member that is not there yet, and answers where it lies. `places` hears of members that move.
    /// O(log n).
    pub fn insert(&mut self, score: f64, member: &[u8], places: &mut Dict<Place>) -> Place {
        let key = Key::of(score, member);
        let text = Text::new(member);
        let (place, split) = match &mut self.root {
            Node::Leaf(leaf) => leaf.insert(&key, score, text, Edges::ROOT, places),
            Node::Internal(internal) => internal.insert(&key, text, Edges::ROOT, places),
        };
        self.length += 1;
        self.grow(split);
        place
    }

    /// Removes a member, whose score and slot are these. O(log n).
    pub fn remove(
        &mut self,
        score: f64,
        member: &[u8],
        slot: u8,
        places: &mut Dict<Place>,
    ) -> Option<Text> {
        let removed = match &mut self.root {
            Node::Leaf(leaf) => leaf.remove(slot),
            Node::Internal(internal) => internal.remove(&Key::of(score, member), slot, places),
        }?;
        self.length -= 1;
        self.shrink();
        Some(removed)
    }

    /// Moves a member, whose score and slot are `old`, to another score; answers where it lies then, if that is
    /// another leaf. O(log n).
    pub fn update(
        &mut self,
        member: &[u8],
        old: (f64, u8),
        new: f64,
        places: &mut Dict<Place>,
    ) -> Option<Place> {
        let (score, slot) = old;
        let (old, new) = (Key::of(score, member), Key::of(new, member));
        let (place, split) = match &mut self.root {
            Node::Leaf(leaf) => {
                leaf.update(slot, &new, new.score);
                (None, None)
            }
            Node::Internal(internal) => internal.update(&old, slot, &new, Edges::ROOT, places),
        };
        self.grow(split);
        self.shrink();
        place
    }

    /// Removes `count` members from `rank` on, which `places` has forgotten. O(count + log n).
    pub fn remove_range(&mut self, rank: usize, count: usize, places: &mut Dict<Place>) {
        let mut left = count.min(self.length.saturating_sub(rank));
        while left > 0 {
            let run = match &mut self.root {
                Node::Leaf(leaf) => {
                    leaf.remove_run(rank, left);
                    left
                }
                Node::Internal(internal) => internal.remove_run(rank, left, places),
            };
            if run == 0 {
                return;
            }
            left -= run;
            self.length -= run;
            self.shrink();
        }
    }

    /// The rank of a member that lies here. O(log n).
    pub fn rank_of(&self, place: Place) -> usize {
        let key = Key::of(place.score(), place.text().bytes());
        let mut node = &self.root;
        let mut before = place.rank_in_leaf();
        while let Node::Internal(internal) = node {
            let index = internal.route(&key);
            before += internal.counts[..index].iter().sum::<usize>();
            match &internal.children[index] {
                Some(child) => node = child,
                None => break,
            }
        }
        before
    }

    /// How many members stand before the boundary. O(log n).
    pub fn rank(&self, boundary: &impl Boundary) -> usize {
        let mut node = &self.root;
        let mut before = 0;
        loop {
            match node {
                Node::Leaf(leaf) => return before + boundary.position_in_leaf(leaf),
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

    /// Goes to the leaf in which the boundary lies, without reading it. Also answers something read from the last
    /// node on the way.
    pub fn route(&self, boundary: &impl Boundary) -> (usize, Option<&Leaf>) {
        let mut node = &self.root;
        let mut seen = 0;
        while let Node::Internal(internal) = node {
            let index = internal.route(boundary);
            seen = internal.counts[index];
            match &internal.children[index] {
                Some(child) => node = child,
                None => return (seen, None),
            }
        }
        match node {
            Node::Leaf(leaf) => (seen, Some(leaf)),
            Node::Internal(_) => (seen, None),
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

    /// Size of all nodes in bytes, members not counted. O(n / 60).
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

    fn grow(&mut self, split: Option<Split>) {
        if let Some(split) = split {
            let left = std::mem::replace(&mut self.root, Node::Leaf(LeafBox::default()));
            let left_count = self.length - split.count;
            self.root = Node::Internal(Box::new(Internal::over(left, left_count, split)));
        }
    }

    fn shrink(&mut self) {
        while let Node::Internal(internal) = &mut self.root {
            match internal.length {
                0 => self.root = Node::Leaf(LeafBox::default()),
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
