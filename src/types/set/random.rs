//! Random members: SRANDMEMBER and SPOP.

use super::{Encoding, HashTable, Intset, Limits, Set};
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::listpack::Element;
use crate::types::sampling::{below, distinct_indices};

/// From one in this many members on, picking goes through all of them instead of drawing and
/// discarding those drawn before.
const SWEEP_FROM: usize = 3;

/// A set that keeps fewer than one in this many members is built anew from those it keeps.
const REBUILD_BELOW: usize = 5;

impl Set {
    /// A random member, each as likely as any other. O(1), in a listpack O(n).
    pub fn random(&self, rng: &mut fastrand::Rng) -> Option<Element<'_>> {
        if self.is_empty() {
            return None;
        }
        match &self.0 {
            Intset(set) => set.get(below(rng, set.len())).map(Element::Int),
            Encoding::Listpack(list) => list.get(below(rng, list.len()) as i64),
            HashTable(table) => table
                .members
                .random(rng)
                .map(|m| Element::Str(m.as_bytes())),
        }
    }

    /// Calls `each` with `count` different random members, or with all when there are not more.
    /// O(count), in compact encodings O(n).
    pub fn random_distinct<'a>(
        &'a self,
        count: usize,
        rng: &mut fastrand::Rng,
        mut each: impl FnMut(Element<'a>),
    ) {
        let len = self.len();
        if count >= len {
            return self.iter().for_each(each);
        }
        match &self.0 {
            HashTable(table) if count < len / SWEEP_FROM => {
                let mut drawn: Dict<&Bytes> = Dict::new(0);
                while drawn.len() < count {
                    let Some(member) = table.members.random(rng) else {
                        return;
                    };
                    if drawn.insert(member).is_none() {
                        each(Element::Str(member.as_bytes()));
                    }
                }
            }
            _ => {
                let mut rest = self.iter();
                let mut passed = 0;
                for index in distinct_indices(len, count, rng) {
                    if let Some(member) = rest.nth(index - passed) {
                        each(member);
                    }
                    passed = index + 1;
                }
            }
        }
    }

    /// Removes a random member and returns it.
    pub fn pop(&mut self, rng: &mut fastrand::Rng) -> Option<Vec<u8>> {
        if let HashTable(table) = &mut self.0 {
            return table
                .pop_random(rng)
                .map(|member| member.as_bytes().to_vec());
        }
        let member = self.random(rng)?.to_vec();
        self.remove(&member);
        Some(member)
    }

    /// Removes `count` random members (fewer than there are) and calls `each` with them. What is
    /// left, when it is little, begins anew in the smallest encoding, as in Redis. O(n) at worst.
    pub fn pop_many(
        &mut self,
        count: usize,
        limits: &Limits,
        rng: &mut fastrand::Rng,
        mut each: impl FnMut(Element<'_>),
    ) {
        let remaining = self.len().saturating_sub(count);
        let rebuild = remaining.saturating_mul(REBUILD_BELOW) <= count;
        if let HashTable(table) = &mut self.0 {
            if !rebuild {
                for _ in 0..count {
                    let Some(member) = table.pop_random(rng) else {
                        return;
                    };
                    each(Element::Str(member.as_bytes()));
                }
                return;
            }
            let mut kept = Set::new_listpack(0);
            for _ in 0..remaining {
                let Some(member) = table.pop_random(rng) else {
                    return;
                };
                kept.add(member.as_bytes(), limits);
            }
            std::mem::replace(self, kept).iter().for_each(each);
            return;
        }
        let mut kept = match &self.0 {
            Intset(_) => Set::new(),
            _ => Set::new_listpack(0),
        };
        let mut popped = distinct_indices(self.len(), count, rng).peekable();
        let mut digits = itoa::Buffer::new();
        for (index, member) in self.iter().enumerate() {
            if popped.next_if_eq(&index).is_some() {
                each(member);
            } else {
                match (&mut kept.0, member) {
                    (Intset(set), Element::Int(value)) => {
                        set.insert(value);
                    }
                    (Encoding::Listpack(list), member) => list.push_back(member),
                    _ => {
                        kept.add(member.bytes(&mut digits), limits);
                    }
                }
            }
        }
        drop(popped);
        *self = kept;
    }
}
