//! Where members lie: what the hash table holds is the slot of a leaf, so that finding a member finds its score
//! and its neighbours with it, and a member has no block of its own.

use std::ptr::NonNull;

use super::text::Text;
use super::tree::{LEAF_ALIGN, Leaf};
use crate::types::dict::{Dict, Entry};

const SLOT: usize = LEAF_ALIGN - 1;

/// A slot of a leaf: the leaf's address, whose low bits are free, with the slot's number in them.
///
/// Whoever holds places keeps a promise to them: the slot is in use, and nobody changes the leaf meanwhile.
/// [`super::ranked::Ranked`] keeps it by asking the hash table for members only while the tree is at rest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place(NonNull<u8>);

impl Place {
    /// Stands in the hash table for a member that is under way from one leaf to another. It must not be read.
    pub const NOWHERE: Place = Place(NonNull::dangling());

    /// `slot` is below the leaf's capacity, which is not more than `LEAF_ALIGN`.
    #[inline]
    pub fn new(leaf: NonNull<Leaf>, slot: u8) -> Place {
        // SAFETY: a leaf is larger than the highest slot's number.
        Place(unsafe { leaf.cast::<u8>().add(usize::from(slot) & SLOT) })
    }

    /// The slot's number.
    #[inline]
    pub fn slot(self) -> u8 {
        (self.0.addr().get() & SLOT) as u8
    }

    #[inline]
    fn leaf(&self) -> &Leaf {
        let slot = self.0.addr().get() & SLOT;
        // SAFETY: the leaf's own address, as in `new`; the leaf lives and is not being changed, as promised.
        unsafe { self.0.sub(slot).cast::<Leaf>().as_ref() }
    }

    /// The member.
    #[inline]
    pub fn text(&self) -> &Text {
        &self.leaf().texts[usize::from(self.slot())]
    }

    /// Its score.
    #[inline]
    pub fn score(&self) -> f64 {
        self.leaf().scores[usize::from(self.slot())]
    }

    /// Reads the cache lines that say something about the member.
    #[inline]
    pub fn touch(&self) -> usize {
        self.score().to_bits() as usize ^ self.text().touch() ^ self.leaf().len()
    }

    /// Its rank in the leaf.
    #[inline]
    pub fn rank_in_leaf(&self) -> usize {
        self.leaf().index_of(self.slot()).unwrap_or_default()
    }
}

impl Entry for Place {
    #[inline]
    fn key(&self) -> &[u8] {
        self.text().bytes()
    }
}

/// A member moved within the tree: the hash table hears of it. It is found by its old place, so that no leaf is
/// read while leaves change.
pub fn moved(places: &mut Dict<Place>, text: &Text, from: Place, to: Place) {
    let hash = places.hash(text.bytes());
    if let Some(place) = places.find_hashed_mut(hash, |place| *place == from) {
        *place = to;
    }
}
