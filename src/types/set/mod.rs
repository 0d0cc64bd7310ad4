//! Sets: integers in an intset, a few short members in a listpack, the rest in a hash table.
//!
//! When a set changes its encoding is Redis 7.2's choice, and it never changes back by itself.

mod random;

use super::bytes::Bytes;
use super::dict::{self, Dict};
use super::intset::IntSet;
use super::listpack::{self, Element, Listpack};

/// Up to where the compact encodings go: the configuration parameters of the same names.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// set-max-intset-entries
    pub max_intset_entries: usize,
    /// set-max-listpack-entries
    pub max_listpack_entries: usize,
    /// set-max-listpack-value, in bytes
    pub max_listpack_value: usize,
    /// Seed of the hash tables made.
    pub hash_seed: u64,
}

impl Limits {
    /// Redis lets no intset grow beyond a billion entries.
    fn intset_entries(&self) -> usize {
        self.max_intset_entries.min(1 << 30)
    }
}

/// An unordered collection of different byte strings.
#[derive(Clone)]
pub struct Set(Encoding);

#[derive(Clone)]
enum Encoding {
    Intset(IntSet),
    Listpack(Listpack),
    Table(Box<Table>),
}

use Encoding::{Intset, Table as HashTable};

/// The hash table and what its members take.
#[derive(Clone)]
struct Table {
    members: Dict<Bytes>,
    member_bytes: usize,
}

impl Table {
    fn new(limits: &Limits, room: usize) -> Self {
        let mut members = Dict::new(limits.hash_seed);
        members.reserve(room);
        Self {
            members,
            member_bytes: 0,
        }
    }

    fn add(&mut self, member: &[u8]) -> bool {
        let (member, added) = self
            .members
            .find_or_insert_with(member, || Bytes::new(member));
        if added {
            self.member_bytes += member.allocated_bytes();
        }
        added
    }

    fn pop_random(&mut self, rng: &mut fastrand::Rng) -> Option<Bytes> {
        let popped = self.members.pop_random(rng)?;
        self.member_bytes -= popped.allocated_bytes();
        Some(popped)
    }

    fn remove(&mut self, member: &[u8]) -> bool {
        let removed = self.members.remove(member);
        self.member_bytes -= removed.as_ref().map_or(0, Bytes::allocated_bytes);
        removed.is_some()
    }
}

impl std::fmt::Debug for Set {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Default for Set {
    fn default() -> Self {
        Self::new()
    }
}

impl Set {
    /// An empty set, as an intset.
    pub fn new() -> Self {
        Self(Intset(IntSet::new()))
    }

    /// An empty set, as a listpack with room for that many bytes of entries.
    pub fn new_listpack(entry_bytes: usize) -> Self {
        Self(Encoding::Listpack(Listpack::with_capacity(entry_bytes)))
    }

    /// An empty set, as a hash table with room for that many members.
    pub fn new_table(room: usize, limits: &Limits) -> Self {
        Self(HashTable(Box::new(Table::new(limits, room))))
    }

    /// Takes over an intset, which becomes a hash table if it is beyond the limit. O(n) then.
    pub fn from_intset(set: IntSet, limits: &Limits) -> Self {
        let mut set = Self(Intset(set));
        if set.len() > limits.intset_entries() {
            set.convert_to_table(0, limits);
        }
        set
    }

    /// Takes over a listpack of members, such as one from an RDB file; `None` when it holds a member
    /// twice. It becomes a hash table if it is beyond the limit. O(n).
    pub fn from_listpack(list: Listpack, limits: &Limits) -> Option<Self> {
        if !list.all_different(0, limits.hash_seed) {
            return None;
        }
        let mut set = Self(Encoding::Listpack(list));
        if set.len() > limits.max_listpack_entries {
            set.convert_to_table(0, limits);
        }
        Some(set)
    }

    /// An empty set in the encoding that suits `count` members of which `first` is one.
    pub fn for_adding(first: &[u8], count: usize, limits: &Limits) -> Self {
        if Element::from(first).integer().is_some() && count <= limits.intset_entries() {
            Self::new()
        } else if count <= limits.max_listpack_entries {
            Self::new_listpack(0)
        } else {
            Self::new_table(count, limits)
        }
    }

    /// Changes to a hash table when `count` more members are not going to fit, so that they are
    /// not first added to something that then has to be converted.
    pub fn prepare_for(&mut self, count: usize, limits: &Limits) {
        let fits = match &self.0 {
            Intset(_) => count <= limits.intset_entries(),
            Encoding::Listpack(_) => count <= limits.max_listpack_entries,
            HashTable(_) => true,
        };
        if !fits {
            self.convert_to_table(count, limits);
        }
    }

    /// How many members there are. O(1), for a listpack beyond 65 534 elements O(n).
    pub fn len(&self) -> usize {
        match &self.0 {
            Intset(set) => set.len(),
            Encoding::Listpack(list) => list.len(),
            HashTable(table) => table.members.len(),
        }
    }

    /// True when there are no members.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Intset(set) => set.is_empty(),
            Encoding::Listpack(list) => list.is_empty(),
            HashTable(table) => table.members.is_empty(),
        }
    }

    /// What OBJECT ENCODING says.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Intset(_) => "intset",
            Encoding::Listpack(_) => "listpack",
            HashTable(_) => "hashtable",
        }
    }

    /// The intset, when that is the encoding.
    pub fn as_intset(&self) -> Option<&IntSet> {
        if let Intset(set) = &self.0 {
            Some(set)
        } else {
            None
        }
    }

    /// The listpack, when that is the encoding.
    pub fn as_listpack(&self) -> Option<&Listpack> {
        if let Encoding::Listpack(list) = &self.0 {
            Some(list)
        } else {
            None
        }
    }

    /// Bytes of heap held. O(1).
    pub fn allocated_bytes(&self) -> usize {
        match &self.0 {
            Intset(set) => set.allocated_bytes(),
            Encoding::Listpack(list) => list.allocated_bytes(),
            HashTable(table) => {
                size_of::<Table>() + table.members.allocated_bytes() + table.member_bytes
            }
        }
    }

    /// True when the member is in the set. O(1), O(log n) in an intset, O(n) in a listpack.
    pub fn contains(&self, member: &[u8]) -> bool {
        match &self.0 {
            Intset(set) => Element::from(member)
                .integer()
                .is_some_and(|value| set.contains(value)),
            Encoding::Listpack(list) => list.find(member, 0).is_some(),
            HashTable(table) => table.members.contains(member),
        }
    }

    /// As [`Set::contains`], for a member of another set.
    pub fn contains_element(&self, member: Element<'_>) -> bool {
        match (&self.0, member) {
            (Intset(set), Element::Int(value)) => set.contains(value),
            _ => self.contains(member.bytes(&mut itoa::Buffer::new())),
        }
    }

    /// Adds a member; false when it was there.
    pub fn add(&mut self, member: &[u8], limits: &Limits) -> bool {
        match &mut self.0 {
            Intset(set) => match Element::from(member) {
                Element::Int(value) => {
                    if !set.insert(value) {
                        return false;
                    }
                    if set.len() > limits.intset_entries() {
                        self.convert_to_table(0, limits);
                    }
                }
                Element::Str(_) => {
                    let decimals =
                        |value: Option<i64>| value.map_or(0, |v| Element::Int(v).byte_len());
                    let longest = decimals(set.min()).max(decimals(set.max()));
                    if set.len() < limits.max_listpack_entries
                        && member.len().max(longest) <= limits.max_listpack_value
                    {
                        self.convert_to_listpack().push_back(member);
                    } else {
                        self.convert_to_table(1, limits).add(member);
                    }
                }
            },
            Encoding::Listpack(list) => {
                if list.find(member, 0).is_some() {
                    return false;
                }
                if list.len() < limits.max_listpack_entries
                    && member.len() <= limits.max_listpack_value
                    && list.can_grow_by(member.len())
                {
                    list.push_back(member);
                } else {
                    self.convert_to_table(1, limits).add(member);
                }
            }
            HashTable(table) => return table.add(member),
        }
        true
    }

    /// Removes a member; false when it was not there.
    pub fn remove(&mut self, member: &[u8]) -> bool {
        match &mut self.0 {
            Intset(set) => Element::from(member)
                .integer()
                .is_some_and(|value| set.remove(value)),
            Encoding::Listpack(list) => {
                let found = list.find(member, 0);
                if let Some(position) = found {
                    list.remove(position, 1);
                }
                found.is_some()
            }
            HashTable(table) => table.remove(member),
        }
    }

    /// All members: ascending in an intset, as added in a listpack, in no order in a hash table.
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Intset(set) => Iter::Intset { set, next: 0 },
            Encoding::Listpack(list) => Iter::Listpack(list.iter()),
            HashTable(table) => Iter::Table(table.members.iter()),
        }
    }

    /// Calls `each` with some members and returns the cursor for the next call, as
    /// [`Dict::scan`]. The compact encodings give everything at once.
    pub fn scan<'a>(&'a self, cursor: u64, mut each: impl FnMut(Element<'a>)) -> u64 {
        if let HashTable(table) = &self.0 {
            return table
                .members
                .scan(cursor, &mut |member| each(Element::Str(member.as_bytes())));
        }
        self.iter().for_each(each);
        0
    }

    /// True when a scan goes by steps, and not everything at once.
    pub fn scans_in_steps(&self) -> bool {
        matches!(self.0, HashTable(_))
    }

    /// Changes to an intset when all members are integers and not too many. O(n).
    pub fn compact_integers(&mut self, limits: &Limits) {
        if matches!(self.0, Intset(_)) || self.len() > limits.intset_entries() {
            return;
        }
        let mut set = IntSet::new();
        for member in self.iter() {
            let Some(value) = member.integer() else {
                return;
            };
            set.insert(value);
        }
        self.0 = Intset(set);
    }

    /// Gives back memory kept for growth.
    pub fn shrink_to_fit(&mut self) {
        if let Encoding::Listpack(list) = &mut self.0 {
            list.shrink_to_fit();
        }
    }

    fn convert_to_listpack(&mut self) -> &mut Listpack {
        if !matches!(self.0, Encoding::Listpack(_)) {
            let mut list = Listpack::new();
            for member in self.iter() {
                list.push_back(member);
            }
            self.0 = Encoding::Listpack(list);
        }
        match &mut self.0 {
            Encoding::Listpack(list) => list,
            _ => unreachable!("converted above"),
        }
    }

    fn convert_to_table(&mut self, additional: usize, limits: &Limits) -> &mut Table {
        if !matches!(self.0, HashTable(_)) {
            let mut table = Table::new(limits, self.len().saturating_add(additional));
            let mut digits = itoa::Buffer::new();
            for member in self.iter() {
                table.add(member.bytes(&mut digits));
            }
            self.0 = HashTable(Box::new(table));
        }
        match &mut self.0 {
            HashTable(table) => table,
            _ => unreachable!("converted above"),
        }
    }
}

/// The members of a [`Set`].
pub enum Iter<'a> {
    /// Integers, ascending.
    Intset {
        /// The set.
        set: &'a IntSet,
        /// Rank of the next one.
        next: usize,
    },
    /// As added.
    Listpack(listpack::Iter<'a>),
    /// In no order.
    Table(dict::Iter<'a, Bytes>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        match self {
            Iter::Intset { set, next } => {
                *next += 1;
                set.get(*next - 1).map(Element::Int)
            }
            Iter::Listpack(list) => list.next(),
            Iter::Table(members) => members.next().map(|member| Element::Str(member.as_bytes())),
        }
    }
}

#[cfg(test)]
mod tests;
