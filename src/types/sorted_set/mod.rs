//! Sorted sets.

pub mod member;
pub mod range;
pub mod tree;
