//! Leaves: members and scores in slots, in no order, and the order of the slots.
//!
//! A member keeps its slot until it leaves the leaf, so that the hash table need not hear of its neighbours coming
//! and going; what an insertion moves is a byte for each of them.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use super::super::place::{Place, moved};
use super::super::text::Text;
use super::boundary::{Boundary, LINE};
use super::node::{Edges, LEAF_ALIGN, LEAF_CAPACITY, Node, Split};
use crate::types::dict::Dict;

/// Up to `LEAF_CAPACITY` members.
#[repr(C)]
pub struct Leaf {
    /// All slots: first those in use, in order, then the vacant ones.
    order: [u8; LEAF_CAPACITY],
    length: u8,
    /// By slot; NaN where vacant.
    pub scores: [f64; LEAF_CAPACITY],
    /// By slot.
    pub texts: [Text; LEAF_CAPACITY],
}

impl Leaf {
    /// How many members there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.length.into()
    }

    /// The slots in use, in order.
    #[inline]
    pub fn slots(&self) -> &[u8] {
        &self.order[..self.len()]
    }

    /// The rank, in the leaf, of the member in a slot.
    #[inline]
    pub fn index_of(&self, slot: u8) -> Option<usize> {
        self.slots().iter().position(|other| *other == slot)
    }

    /// The entry at a rank.
    #[inline]
    pub fn entry(&self, index: usize) -> Option<(f64, &Text)> {
        let slot = usize::from(*self.slots().get(index)?);
        Some((self.scores[slot], &self.texts[slot]))
    }

    /// How many scores are below `score`, and how many equal it.
    ///
    /// All slots are looked at, in whatever order: a branch for each would cost more than they do.
    #[inline]
    pub fn count(&self, score: f64) -> (usize, usize) {
        let below: u32 = self
            .scores
            .iter()
            .map(|other| u32::from(*other < score))
            .sum();
        let below = below as usize;
        let rest = self.slots().get(below..).unwrap_or_default();
        let ties = rest
            .iter()
            .take_while(|slot| self.scores[usize::from(**slot)] == score);
        (below, ties.count())
    }

    /// Reads the cache lines that an insertion reads.
    #[inline]
    pub fn touch(&self) -> usize {
        let scores = self.scores.iter().step_by(LINE);
        let seen = scores.fold(0, |seen, score| seen ^ score.to_bits() as usize);
        seen ^ self.len()
    }

    /// Reads where an insertion puts the member. Only after [`Leaf::touch`].
    #[inline]
    pub fn touch_vacant(&self) -> usize {
        let slot = self.order.get(self.len()).copied().unwrap_or_default();
        self.texts[usize::from(slot)].touch()
    }

    fn open(&mut self, index: usize, score: f64, text: Text) -> u8 {
        let length = self.len();
        let slot = self.order[length];
        self.order.copy_within(index..length, index + 1);
        self.order[index] = slot;
        self.length += 1;
        self.scores[usize::from(slot)] = score;
        self.texts[usize::from(slot)] = text;
        slot
    }

    fn close(&mut self, index: usize) -> (f64, Text) {
        let slot = self.order[index];
        let length = self.len();
        self.order.copy_within(index + 1..length, index);
        self.order[length - 1] = slot;
        self.length -= 1;
        let slot = usize::from(slot);
        let score = std::mem::replace(&mut self.scores[slot], f64::NAN);
        (score, std::mem::take(&mut self.texts[slot]))
    }

    /// Removes the member in a slot.
    pub fn remove(&mut self, slot: u8) -> Option<Text> {
        let index = self.index_of(slot)?;
        Some(self.close(index).1)
    }

    /// Gives the member in a slot another score that keeps it in this leaf.
    pub fn update(&mut self, slot: u8, new: &impl Boundary, score: f64) -> bool {
        let Some(from) = self.index_of(slot) else {
            return false;
        };
        let to = new.position_in_leaf(self);
        if to > from {
            self.order[from..to].rotate_left(1);
        } else {
            self.order[to..=from].rotate_right(1);
        }
        self.scores[usize::from(slot)] = score;
        true
    }

    /// Removes `count` members from a rank on. The hash table has forgotten them already.
    pub fn remove_run(&mut self, index: usize, count: usize) {
        for index in (index..index + count).rev() {
            self.close(index);
        }
    }
}

/// The owner of a leaf, which lies at an address that leaves room for a slot's number. Not a box, because a
/// box is the only way to what is in it, and [`Place`] is another.
pub struct LeafBox(NonNull<Leaf>);

impl LeafBox {
    pub fn new() -> LeafBox {
        let layout = layout();
        // SAFETY: the layout is that of a leaf, but for a stricter alignment.
        let block = unsafe { alloc(layout) };
        let Some(leaf) = NonNull::new(block.cast::<Leaf>()) else {
            handle_alloc_error(layout)
        };
        let empty = Leaf {
            order: std::array::from_fn(|slot| slot as u8),
            length: 0,
            scores: [f64::NAN; LEAF_CAPACITY],
            texts: std::array::from_fn(|_| Text::default()),
        };
        // SAFETY: just allocated for it.
        unsafe { leaf.write(empty) };
        LeafBox(leaf)
    }

    /// Where the member in a slot lies.
    #[inline]
    pub fn place(&self, slot: u8) -> Place {
        Place::new(self.0, slot)
    }

    /// Inserts a member that is not in the tree.
    pub fn insert(
        &mut self,
        boundary: &impl Boundary,
        score: f64,
        text: Text,
        edges: Edges,
        places: &mut Dict<Place>,
    ) -> (Place, Option<Split>) {
        let index = boundary.position_in_leaf(self);
        if self.len() < LEAF_CAPACITY {
            let slot = self.open(index, score, text);
            return (self.place(slot), None);
        }
        let cut = edges.cut(index, LEAF_CAPACITY);
        let mut right = LeafBox::new();
        let place = if index < cut {
            self.move_right(&mut right, LEAF_CAPACITY + 1 - cut, places);
            let slot = self.open(index, score, text);
            self.place(slot)
        } else {
            self.move_right(&mut right, LEAF_CAPACITY - cut, places);
            let slot = right.open(index - cut, score, text);
            right.place(slot)
        };
        let split = right
            .entry(0)
            .map(|(score, text)| (score, text.clone()))
            .map(|(score, text)| Split {
                score,
                text,
                count: right.len(),
                node: Node::Leaf(right),
            });
        (place, split)
    }

    /// Moves the last `count` members to the front of the right neighbour.
    pub fn move_right(&mut self, right: &mut LeafBox, count: usize, places: &mut Dict<Place>) {
        for _ in 0..count {
            let last = self.len() - 1;
            self.hand_over(last, right, 0, places);
        }
    }

    /// Moves the first `count` members of the right neighbour to the end.
    pub fn move_left(&mut self, right: &mut LeafBox, count: usize, places: &mut Dict<Place>) {
        for _ in 0..count {
            let end = self.len();
            right.hand_over(0, self, end, places);
        }
    }

    fn hand_over(&mut self, index: usize, to: &mut LeafBox, at: usize, places: &mut Dict<Place>) {
        let from = self.place(self.order[index]);
        let (score, text) = self.close(index);
        let slot = to.open(at, score, text);
        moved(places, &to.texts[usize::from(slot)], from, to.place(slot));
    }
}

fn layout() -> Layout {
    Layout::new::<Leaf>()
        .align_to(LEAF_ALIGN)
        .expect("a power of two")
}

impl Deref for LeafBox {
    type Target = Leaf;

    #[inline]
    fn deref(&self) -> &Leaf {
        // SAFETY: it lives as long as its owner; it is changed through the owner only.
        unsafe { self.0.as_ref() }
    }
}

impl DerefMut for LeafBox {
    #[inline]
    fn deref_mut(&mut self) -> &mut Leaf {
        // SAFETY: as in `deref`; nobody reads places while the tree changes.
        unsafe { self.0.as_mut() }
    }
}

impl Drop for LeafBox {
    fn drop(&mut self) {
        // SAFETY: written by `new`, with the same layout; the owner goes, and places are not read any more.
        unsafe {
            self.0.drop_in_place();
            dealloc(self.0.as_ptr().cast(), layout());
        }
    }
}

impl Default for LeafBox {
    fn default() -> LeafBox {
        LeafBox::new()
    }
}
