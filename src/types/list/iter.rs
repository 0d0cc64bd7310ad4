//! Walking a list from either end.

use std::collections::vec_deque;

use super::node::{Node, NodeIter};
use crate::types::listpack::Element;

/// The elements of a list or of a part of it.
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    front: NodeIter<'a>,
    middle: vec_deque::Iter<'a, Node>,
    back: NodeIter<'a>,
}

impl<'a> Iter<'a> {
    pub(super) fn new(
        front: NodeIter<'a>,
        middle: vec_deque::Iter<'a, Node>,
        back: NodeIter<'a>,
    ) -> Self {
        Iter {
            front,
            middle,
            back,
        }
    }

    pub(super) fn of_one(front: NodeIter<'a>) -> Self {
        Iter::new(front, vec_deque::Iter::default(), NodeIter::Plain(None))
    }

    pub(super) fn empty() -> Self {
        Iter::of_one(NodeIter::Plain(None))
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Element<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Element<'a>> {
        loop {
            if let Some(element) = self.front.next() {
                return Some(element);
            }
            match self.middle.next() {
                Some(node) => self.front = node.iter(),
                None => return self.back.next(),
            }
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(element) = self.back.next_back() {
                return Some(element);
            }
            match self.middle.next_back() {
                Some(node) => self.back = node.iter(),
                None => return self.front.next_back(),
            }
        }
    }
}
