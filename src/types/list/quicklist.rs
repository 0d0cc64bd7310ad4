//! The large encoding of a list: a queue of listpack nodes. Where nodes are split, filled and
//! merged follows Redis's quicklist, because it decides when a list is one node again.

use std::collections::VecDeque;

use super::End;
use super::iter::Iter;
use super::limits::Limits;
use super::node::{Node, NodeIter, NodeRef};
use crate::types::listpack::{Element, Listpack};

/// A list of nodes, none of them empty.
#[derive(Debug, Clone)]
pub(super) struct Quicklist {
    nodes: VecDeque<Node>,
    count: usize,
    /// The limits in force when the quicklist was made; later CONFIG SETs do not change them.
    limits: Limits,
}

impl Quicklist {
    pub(super) fn new(limits: Limits) -> Self {
        Quicklist {
            nodes: VecDeque::new(),
            count: 0,
            limits: limits.of_quicklist(),
        }
    }

    pub(super) fn from_listpack(entries: Listpack, limits: Limits) -> Self {
        let mut quicklist = Quicklist::new(limits);
        if !entries.is_empty() {
            let node = Node::of_listpack(entries);
            quicklist.count = node.len();
            quicklist.nodes.push_back(node);
        }
        quicklist
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.nodes.iter().map(Node::as_ref)
    }

    /// Appends a node that is not empty.
    pub(super) fn push_node(&mut self, node: Node) {
        self.count += node.len();
        self.nodes.push_back(node);
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        size_of::<Quicklist>()
            + self.nodes.capacity() * size_of::<Node>()
            + self.nodes.iter().map(Node::allocated_bytes).sum::<usize>()
    }

    /// The only node, when there is one node and it is a listpack: its bytes and elements.
    pub(super) fn single_listpack(&self) -> Option<(usize, usize)> {
        match self.nodes.len() {
            1 => self.nodes[0]
                .as_listpack()
                .map(|entries| (entries.byte_len(), self.count)),
            _ => None,
        }
    }

    /// What [`Quicklist::single_listpack`] speaks of.
    pub(super) fn take_single_listpack(&mut self) -> Option<Listpack> {
        self.single_listpack()?;
        self.count = 0;
        self.nodes.pop_front()?.into_listpack()
    }

    pub(super) fn peek(&self, end: End) -> Option<Element<'_>> {
        match end {
            End::Head => self.nodes.front()?.first(),
            End::Tail => self.nodes.back()?.last(),
        }
    }

    pub(super) fn push(&mut self, end: End, bytes: &[u8]) {
        let node = match end {
            End::Head => self.nodes.front_mut(),
            End::Tail => self.nodes.back_mut(),
        };
        self.count += 1;
        if let Some(node) = node {
            if let Some(room) = node.room_for(bytes.len(), &self.limits) {
                return match end {
                    End::Head => room.push_front(bytes),
                    End::Tail => room.push_back(bytes),
                };
            }
            node.shrink_to_fit();
        }
        let node = Node::of_one(bytes, &self.limits);
        match end {
            End::Head => self.nodes.push_front(node),
            End::Tail => self.nodes.push_back(node),
        }
    }

    /// Node and offset within it of an element; None beyond the end. O(nodes), from the nearer
    /// end.
    fn locate(&self, index: usize) -> Option<(usize, usize)> {
        if index >= self.count {
            return None;
        }
        if index <= self.count / 2 {
            let mut before = 0;
            for (at, node) in self.nodes.iter().enumerate() {
                if index < before + node.len() {
                    return Some((at, index - before));
                }
                before += node.len();
            }
        } else {
            let mut start = self.count;
            for (at, node) in self.nodes.iter().enumerate().rev() {
                start -= node.len();
                if index >= start {
                    return Some((at, index - start));
                }
            }
        }
        None
    }

    pub(super) fn get(&self, index: usize) -> Option<Element<'_>> {
        let (at, offset) = self.locate(index)?;
        self.nodes[at].get(offset)
    }

    /// Inserts beside element `index`.
    pub(super) fn insert(&mut self, index: usize, after: bool, bytes: &[u8]) {
        if let Some((at, offset)) = self.locate(index) {
            self.insert_at(at, offset, after, bytes);
        }
    }

    fn insert_at(&mut self, at: usize, offset: usize, after: bool, bytes: &[u8]) {
        let limits = self.limits;
        let len = bytes.len();
        self.count += 1;
        if let Some(room) = self.nodes[at].room_for(len, &limits) {
            return room.insert(offset + usize::from(after), bytes);
        }
        let at_tail = after && offset + 1 == self.nodes[at].len();
        let at_head = !after && offset == 0;
        if limits.is_large(len) {
            let split = self.nodes[at].split_off(offset + usize::from(after));
            let place = at + usize::from(after || split.is_some());
            self.nodes.insert(place, Node::of_one(bytes, &limits));
            if let Some(split) = split {
                self.nodes.insert(place + 1, split);
            }
            return;
        }
        if at_tail || at_head {
            let neighbour = if at_tail {
                Some(at + 1)
            } else {
                at.checked_sub(1)
            };
            let neighbour = neighbour.and_then(|neighbour| self.nodes.get_mut(neighbour));
            if let Some(room) = neighbour.and_then(|node| node.room_for(len, &limits)) {
                return if at_tail {
                    room.push_front(bytes)
                } else {
                    room.push_back(bytes)
                };
            }
            self.nodes
                .insert(at + usize::from(at_tail), Node::of_one(bytes, &limits));
            return;
        }
        let Some(mut split) = self.nodes[at].split_off(offset + usize::from(after)) else {
            return;
        };
        // Redis makes the part beside the new element a node of its own and merges around the
        // other part, the one that holds the pivot.
        if after {
            if let Some(room) = split.room() {
                room.push_front(bytes);
            }
            self.nodes.insert(at + 1, split);
            self.merge_around(at);
        } else {
            if let Some(room) = self.nodes[at].room() {
                room.push_back(bytes);
            }
            self.nodes.insert(at + 1, split);
            self.merge_around(at + 1);
        }
    }

    /// Replaces element `index`; false beyond the end.
    pub(super) fn replace(&mut self, index: usize, bytes: &[u8]) -> bool {
        let Some((at, offset)) = self.locate(index) else {
            return false;
        };
        let limits = self.limits;
        if self.nodes[at].replace(offset, bytes, &limits) {
            return true;
        }
        if self.nodes[at].as_listpack().is_none() {
            // A small element takes the place of a large one.
            self.insert_at(at, offset, true, bytes);
            self.nodes.remove(at);
            self.count -= 1;
            return true;
        }
        let split = self.nodes[at].split_off(offset + 1);
        self.nodes.insert(at + 1, Node::of_one(bytes, &limits));
        if let Some(split) = split {
            self.nodes.insert(at + 2, split);
        }
        self.nodes[at].remove(offset, 1);
        if self.nodes[at].len() == 0 {
            self.nodes.remove(at);
        } else {
            self.merge_around(at + 1);
        }
        true
    }

    /// Merges the nodes around `centre` where two fit into one: first the pairs beside it, then
    /// itself with either side.
    fn merge_around(&mut self, mut centre: usize) {
        if centre >= 2 && self.merge_pair(centre - 2) {
            centre -= 1;
        }
        self.merge_pair(centre + 1);
        if centre >= 1 && self.merge_pair(centre - 1) {
            centre -= 1;
        }
        self.merge_pair(centre);
    }

    /// Merges the node at `at` with the one after it if both are there and small enough.
    fn merge_pair(&mut self, at: usize) -> bool {
        let (Some(one), Some(other)) = (self.nodes.get(at), self.nodes.get(at + 1)) else {
            return false;
        };
        if !one.merges_with(other, &self.limits) {
            return false;
        }
        if let Some(other) = self.nodes.remove(at + 1) {
            self.nodes[at].merge(&other);
        }
        true
    }

    /// Removes up to `count` elements from `index` on. O(nodes).
    pub(super) fn remove_range(&mut self, index: usize, count: usize) {
        let count = count.min(self.count.saturating_sub(index));
        if count == 0 {
            return;
        }
        let Some((first, offset)) = self.locate(index) else {
            return;
        };
        self.count -= count;
        let mut left = count;
        let mut at = first;
        // Whole nodes go together: a deque closes a gap in time that grows with its length.
        let mut gone = first..first;
        if offset > 0 {
            let taken = left.min(self.nodes[at].len() - offset);
            self.nodes[at].remove(offset, taken);
            left -= taken;
            at += 1;
            gone = at..at;
        }
        while left > 0 && left >= self.nodes[at].len() {
            left -= self.nodes[at].len();
            at += 1;
            gone.end = at;
        }
        if left > 0 {
            self.nodes[at].remove(0, left);
        }
        if gone.start == 0 && gone.end == 1 {
            self.nodes.pop_front();
        } else {
            self.nodes.drain(gone);
        }
        self.give_back();
    }

    /// Removes up to `most` elements equal to `needle`; how many. O(n).
    pub(super) fn remove_equal(&mut self, needle: &[u8], most: usize, from_tail: bool) -> usize {
        let mut removed = 0;
        for step in 0..self.nodes.len() {
            let at = if from_tail {
                self.nodes.len() - 1 - step
            } else {
                step
            };
            removed += self.nodes[at].remove_equal(needle, most - removed, from_tail);
            if removed == most {
                break;
            }
        }
        self.nodes.retain(|node| node.len() > 0);
        self.count -= removed;
        self.give_back();
        removed
    }

    fn give_back(&mut self) {
        if self.nodes.capacity() > 4 * self.nodes.len() + 8 {
            self.nodes.shrink_to(2 * self.nodes.len());
        }
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter::new(
            NodeIter::Plain(None),
            self.nodes.iter(),
            NodeIter::Plain(None),
        )
    }

    pub(super) fn iter_from(&self, index: usize) -> Iter<'_> {
        let Some((at, offset)) = self.locate(index) else {
            return Iter::empty();
        };
        let front = self.nodes[at].iter_from(offset);
        Iter::new(front, self.nodes.range(at + 1..), NodeIter::Plain(None))
    }

    pub(super) fn iter_to(&self, index: usize) -> Iter<'_> {
        let Some((at, offset)) = self.locate(index) else {
            return self.iter();
        };
        let back = self.nodes[at].iter_to(offset);
        Iter::new(NodeIter::Plain(None), self.nodes.range(..at), back)
    }

    /// Bytes and elements of each node.
    #[cfg(test)]
    pub(super) fn shape(&self) -> Vec<(usize, usize)> {
        self.nodes
            .iter()
            .map(|node| (node.byte_len(), node.len()))
            .collect()
    }
}
