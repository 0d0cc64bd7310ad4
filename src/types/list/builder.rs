//! A list being put together, out of elements or of nodes.

use super::node::Node;
use super::quicklist::Quicklist;
use super::{Encoding, End, Limits, List};
use crate::types::listpack::Listpack;

/// Collects a list as a quicklist, which becomes a listpack if it comes out as one small node.
pub struct Builder {
    quicklist: Quicklist,
}

impl Builder {
    /// Nothing yet.
    pub fn new(limits: &Limits) -> Self {
        Builder {
            quicklist: Quicklist::new(*limits),
        }
    }

    /// Appends an element. Amortised O(1).
    pub fn push(&mut self, element: &[u8]) {
        self.quicklist.push(End::Tail, element);
    }

    /// Appends a node as it is, whatever its size; none if it is empty.
    pub fn push_packed(&mut self, entries: Listpack) {
        if !entries.is_empty() {
            self.quicklist.push_node(Node::of_listpack(entries));
        }
    }

    /// Appends an element in a node of its own.
    pub fn push_plain(&mut self, element: Vec<u8>) {
        self.quicklist.push_node(Node::of_plain(element));
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.quicklist.len() == 0
    }

    /// The list.
    pub fn finish(mut self, limits: &Limits) -> List {
        let fits = self
            .quicklist
            .single_listpack()
            .is_some_and(|(bytes, count)| !limits.exceeded_by(bytes, count));
        let entries = fits.then(|| self.quicklist.take_single_listpack());
        let encoding = match entries.flatten() {
            Some(entries) => Encoding::Listpack(entries),
            None => Encoding::Quicklist(Box::new(self.quicklist)),
        };
        List { encoding }
    }
}
