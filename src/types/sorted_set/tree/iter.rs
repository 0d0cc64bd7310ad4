//! Walks a run of ranks, forwards or backwards.

use std::iter::FusedIterator;

use super::super::text::Text;
use super::internal::Internal;
use super::leaf::Leaf;
use super::node::Node;

/// Levels that a tree can have: every node but those at the outer edges holds at least 10 entries, so that
/// sixteen levels take more members than there are addresses.
const MAXIMUM_HEIGHT: usize = 16;

/// An iterator over scores and members. Amortised O(1) a step.
pub struct Iter<'a> {
    /// From the root down to the leaf's parent: the node and which of its children we are in.
    path: [Option<(&'a Internal, usize)>; MAXIMUM_HEIGHT],
    depth: usize,
    leaf: Option<&'a Leaf>,
    index: usize,
    remaining: usize,
    backwards: bool,
}

impl<'a> Iter<'a> {
    /// Starts at `rank`, which is below the number of members unless `count` is 0.
    pub(super) fn new(root: &'a Node, mut rank: usize, count: usize, backwards: bool) -> Iter<'a> {
        let mut iter = Iter {
            path: [None; MAXIMUM_HEIGHT],
            depth: 0,
            leaf: None,
            index: 0,
            remaining: count,
            backwards,
        };
        if count == 0 {
            return iter;
        }
        let mut node = root;
        loop {
            match node {
                Node::Leaf(leaf) => {
                    iter.leaf = Some(leaf);
                    iter.index = rank;
                    return iter;
                }
                Node::Internal(internal) => {
                    let (index, rank_there) = internal.locate(rank);
                    rank = rank_there;
                    let Some(child) = iter.enter(internal, index) else {
                        return iter;
                    };
                    node = child;
                }
            }
        }
    }

    fn enter(&mut self, internal: &'a Internal, index: usize) -> Option<&'a Node> {
        *self.path.get_mut(self.depth)? = Some((internal, index));
        self.depth += 1;
        internal.children[index].as_ref()
    }

    /// Goes to the neighbouring leaf.
    fn step(&mut self) -> Option<()> {
        self.leaf = None;
        let mut node = loop {
            self.depth = self.depth.checked_sub(1)?;
            let (internal, index) = self.path[self.depth]?;
            let next = if self.backwards {
                index.checked_sub(1)
            } else {
                Some(index + 1)
            };
            if let Some(next) = next.filter(|next| *next < internal.length) {
                break self.enter(internal, next)?;
            }
        };
        loop {
            match node {
                Node::Leaf(leaf) => {
                    self.index = if self.backwards {
                        leaf.len().checked_sub(1)?
                    } else {
                        0
                    };
                    self.leaf = Some(leaf);
                    return Some(());
                }
                Node::Internal(internal) => {
                    let index = if self.backwards {
                        internal.length.checked_sub(1)?
                    } else {
                        0
                    };
                    node = self.enter(internal, index)?;
                }
            }
        }
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (f64, &'a Text);

    #[inline]
    fn next(&mut self) -> Option<(f64, &'a Text)> {
        if self.remaining == 0 {
            return None;
        }
        let leaf = self.leaf?;
        let entry = leaf.entry(self.index)?;
        self.remaining -= 1;
        let next = if self.backwards {
            self.index.checked_sub(1)
        } else {
            Some(self.index + 1)
        };
        match next.filter(|next| *next < leaf.len()) {
            Some(next) => self.index = next,
            None if self.remaining > 0 => self.step().unwrap_or_default(),
            None => {}
        }
        Some(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining, Some(self.remaining))
    }
}

impl ExactSizeIterator for Iter<'_> {}
impl FusedIterator for Iter<'_> {}
