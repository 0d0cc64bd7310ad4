//! The nodes: leaves of members, and internal nodes with separators and the sizes of their subtrees.
//!
//! Scores stand in the nodes as a plain array beside the members, so that a search runs over a few cache lines
//! and looks at members only where scores tie.

use super::super::text::Text;
use super::internal::Internal;
use super::leaf::LeafBox;

/// Members of a leaf. Few leaves keep the nodes above them few enough for the cache.
pub const LEAF_CAPACITY: usize = 60;
/// Leaves lie at multiples of this, and no slot's number reaches it.
pub const LEAF_ALIGN: usize = 64;
/// Children of an internal node.
pub const CAPACITY: usize = 64;

/// A subtree.
pub enum Node {
    Leaf(LeafBox),
    Internal(Box<Internal>),
}

/// What a full node hands up: a new right neighbour and the separator between the two.
pub struct Split {
    pub score: f64,
    pub text: Text,
    pub node: Node,
    /// Members below `node`.
    pub count: usize,
}

/// Which outer edges of the whole tree a subtree lies on. Appending (or prepending) leaves full nodes behind.
#[derive(Clone, Copy)]
pub struct Edges {
    pub first: bool,
    pub last: bool,
}

impl Edges {
    pub const ROOT: Edges = Edges {
        first: true,
        last: true,
    };

    pub fn of_child(self, index: usize, length: usize) -> Edges {
        Edges {
            first: self.first && index == 0,
            last: self.last && index + 1 == length,
        }
    }

    /// Where to cut a full node when an entry is to be inserted at `index`: how many of the entries, the new
    /// one counted, stay on the left.
    pub fn cut(self, index: usize, capacity: usize) -> usize {
        if self.last && index == capacity {
            capacity
        } else if self.first && index <= 1 {
            1
        } else {
            capacity / 2 + 1
        }
    }
}

impl Node {
    /// Entries of the node itself: members of a leaf, children of an internal node.
    #[inline]
    pub fn length(&self) -> usize {
        match self {
            Node::Leaf(leaf) => leaf.len(),
            Node::Internal(internal) => internal.length,
        }
    }

    pub fn capacity(&self) -> usize {
        match self {
            Node::Leaf(_) => LEAF_CAPACITY,
            Node::Internal(_) => CAPACITY,
        }
    }

    /// A node that shrinks below this is merged with a neighbour or refilled from it.
    pub fn minimum(&self) -> usize {
        self.capacity() / 3
    }

    /// Neighbours are merged only if this leaves room for some inserts, else a border would split and merge
    /// in turns.
    pub fn merged_maximum(&self) -> usize {
        self.capacity() * 7 / 8
    }
}

/// Makes room at `index` of `slots[..=length]` by moving what follows one to the right.
#[inline]
pub fn open<T>(slots: &mut [T], index: usize, length: usize) {
    slots[index..=length].rotate_right(1);
}

/// Closes the gap at `index` of `slots[..length]`; what stood there ends up at `length - 1`.
#[inline]
pub fn close<T>(slots: &mut [T], index: usize, length: usize) {
    slots[index..length].rotate_left(1);
}

/// Moves `count` entries from the end of `left[..left_length]` to the start of `right[..right_length]`.
pub fn move_right<T>(
    left: &mut [T],
    left_length: usize,
    right: &mut [T],
    right_length: usize,
    count: usize,
) {
    right[..right_length + count].rotate_right(count);
    left[left_length - count..left_length].swap_with_slice(&mut right[..count]);
}

/// Moves `count` entries from the start of `right[..right_length]` to the end of `left[..left_length]`.
pub fn move_left<T>(
    left: &mut [T],
    left_length: usize,
    right: &mut [T],
    right_length: usize,
    count: usize,
) {
    left[left_length..left_length + count].swap_with_slice(&mut right[..count]);
    right[..right_length].rotate_left(count);
}
