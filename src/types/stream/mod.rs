//! Streams: entries that are only ever added at the end, and groups of consumers that read them.
//!
//! Redis keeps a radix tree of listpacks. The listpacks are the same here, because snapshots hold
//! them as they are; they stand in a vector, for what is added is added at the end.

mod group;
mod id;
mod id_map;
mod node;
mod range;
mod read;
mod trim;

pub use group::{Consumer, ConsumerId, Group, Pending, UNKNOWN};
pub use id::{IdText, Sequence, StreamId};
pub use id_map::IdMap;
pub use range::{Entries, StreamEntry};
pub use trim::Keep;

use crate::map::SortedMap;
use crate::types::listpack::Listpack;
use node::Node;

/// Bytes of one entry, or of a node, at most (Redis's own bound).
pub const MAX_NODE_BYTES: usize = 1 << 30;

/// More entries than XSETID can say are not counted.
const MOST_ADDED: u64 = i64::MAX as u64;

/// How large the nodes of a stream become.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// stream-node-max-bytes; 0 for as large as can be.
    pub node_max_bytes: usize,
    /// stream-node-max-entries; 0 for any number.
    pub node_max_entries: u64,
}

/// A stream.
#[derive(Clone, Debug)]
pub struct Stream(Box<Body>);

#[derive(Clone, Debug, Default)]
struct Body {
    nodes: Vec<Node>,
    /// Entries that are no tombstones.
    len: u64,
    first_id: StreamId,
    last_id: StreamId,
    max_deleted_id: StreamId,
    entries_added: u64,
    groups: SortedMap<Box<[u8]>, Box<Group>>,
}

/// What a stream remembers besides its entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The first entry; 0-0 when there is none.
    pub first_id: StreamId,
    /// The last entry there has been.
    pub last_id: StreamId,
    /// The highest identity that XDEL has removed.
    pub max_deleted_id: StreamId,
    /// Number of entries there have been.
    pub entries_added: u64,
}

impl Default for Stream {
    fn default() -> Self {
        Stream::new()
    }
}

impl Stream {
    /// An empty stream.
    pub fn new() -> Self {
        Stream(Box::default())
    }

    /// Number of entries.
    pub fn len(&self) -> u64 {
        self.0.len
    }

    /// Whether there are no entries. A stream may be empty and stay.
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    /// What it remembers besides its entries.
    pub fn history(&self) -> History {
        History {
            first_id: self.0.first_id,
            last_id: self.0.last_id,
            max_deleted_id: self.0.max_deleted_id,
            entries_added: self.0.entries_added,
        }
    }

    /// The last entry there has been.
    pub fn last_id(&self) -> StreamId {
        self.0.last_id
    }

    /// Sets what XSETID sets; what is not given stays.
    pub fn set_history(
        &mut self,
        last_id: StreamId,
        added: Option<u64>,
        deleted: Option<StreamId>,
    ) {
        self.0.last_id = last_id;
        self.0.entries_added = added.unwrap_or(self.0.entries_added);
        self.0.max_deleted_id = deleted.unwrap_or(self.0.max_deleted_id);
    }

    /// The consumer groups, in the order of their names.
    pub fn groups(&self) -> &SortedMap<Box<[u8]>, Box<Group>> {
        &self.0.groups
    }

    /// The same, to change.
    pub fn groups_mut(&mut self) -> &mut SortedMap<Box<[u8]>, Box<Group>> {
        &mut self.0.groups
    }

    /// A group.
    pub fn group(&self, name: &[u8]) -> Option<&Group> {
        self.0.groups.get(name).map(|group| &**group)
    }

    /// A group, to change.
    pub fn group_mut(&mut self, name: &[u8]) -> Option<&mut Group> {
        self.0.groups.get_mut(name).map(|group| &mut **group)
    }

    /// Has `run` work on a group while it reads the stream. None without such a group.
    pub fn lend_group<T>(
        &mut self,
        name: &[u8],
        run: impl FnOnce(&Stream, &mut Group) -> T,
    ) -> Option<T> {
        let nobody = Group::new(StreamId::MIN, UNKNOWN);
        let mut group = std::mem::replace(self.group_mut(name)?, nobody);
        let outcome = run(self, &mut group);
        *self.group_mut(name)? = group;
        Some(outcome)
    }

    /// The first entry or tombstone; the last identity there can be without any.
    pub fn edge(&self) -> StreamId {
        let first = self.0.nodes.iter().find_map(Node::first);
        first.map_or(StreamId::MAX, |item| item.id)
    }

    /// The identity that `*` gives at this time; None after the last.
    pub fn next_id(&self, now_ms: u64) -> Option<StreamId> {
        if now_ms > self.0.last_id.ms {
            return Some(StreamId::new(now_ms, 0));
        }
        self.0.last_id.next()
    }

    /// The identity that `ms-*` gives; it may be one that is too low.
    pub fn next_id_of(&self, ms: u64) -> Option<StreamId> {
        let last = self.0.last_id;
        match last.ms == ms {
            true => Some(StreamId::new(ms, last.seq.checked_add(1)?)),
            false => Some(StreamId::new(ms, 0)),
        }
    }

    /// Adds an entry with these fields (names and values in turn); false when its identity is not
    /// above [`Stream::last_id`]. Constant time.
    pub fn append(&mut self, id: StreamId, fields: &[&[u8]], limits: &Limits) -> bool {
        let body = &mut *self.0;
        if id <= body.last_id {
            return false;
        }
        // Where XSETID went back behind tombstones, a node of nothing else may begin later.
        while body.nodes.last().is_some_and(|node| id <= node.master) {
            body.nodes.pop();
        }
        if !body
            .nodes
            .last()
            .is_some_and(|node| has_room(node, fields, limits))
        {
            if let Some(full) = body.nodes.last_mut() {
                full.entries.shrink_to_fit();
            }
            body.nodes.push(Node::new(id, fields));
        }
        if let Some(node) = body.nodes.last_mut() {
            node.append(id, fields);
        }
        body.len += 1;
        body.entries_added = body.entries_added.saturating_add(1).min(MOST_ADDED);
        body.last_id = id;
        if body.len == 1 {
            body.first_id = id;
        }
        true
    }

    /// Bytes of heap held. Linear in nodes, groups and what is pending.
    pub fn allocated_bytes(&self) -> usize {
        let body = &*self.0;
        let nodes: usize = body
            .nodes
            .iter()
            .map(|node| node.entries.allocated_bytes())
            .sum();
        let mut groups = 0;
        for (name, group) in body.groups.iter() {
            groups += name.len() + size_of::<Group>() + group.allocated_bytes();
        }
        size_of::<Body>()
            + body.nodes.capacity() * size_of::<Node>()
            + nodes
            + body.groups.len() * size_of::<(Box<[u8]>, Box<Group>)>()
            + groups
    }

    /// The name that OBJECT ENCODING answers.
    pub fn encoding(&self) -> &'static str {
        "stream"
    }

    /// Number of nodes, each a listpack.
    pub fn node_count(&self) -> usize {
        self.0.nodes.len()
    }

    /// The listpacks, and the identity that each begins with.
    pub fn nodes(&self) -> impl Iterator<Item = (StreamId, &Listpack)> {
        self.0.nodes.iter().map(|node| (node.master, &node.entries))
    }

    /// Takes over a listpack from outside, such as an RDB file, behind those that are there; false
    /// unless it is sound and its entries come after theirs.
    pub fn push_node(&mut self, master: StreamId, entries: Listpack) -> bool {
        let body = &mut *self.0;
        let node = Node { master, entries };
        let Some(checked) = node.check() else {
            return false;
        };
        // last_id has the last entry so far.
        let fits = match body.nodes.last() {
            Some(last) => last.master < master && (body.len == 0 || body.last_id < master),
            None => true,
        };
        if !fits {
            return false;
        }
        if let (Some(first), Some(last)) = (checked.first, checked.last) {
            if body.len == 0 {
                body.first_id = first;
            }
            body.last_id = last;
        }
        body.len += checked.live;
        body.nodes.push(node);
        true
    }

    /// Sets what a stream from outside says of itself, after its nodes; without a history it is told
    /// from them. False if that cannot be.
    pub fn told(&mut self, len: u64, last_id: StreamId, history: Option<History>) -> bool {
        let body = &mut *self.0;
        if len != body.len || (len > 0 && last_id < body.last_id) {
            return false;
        }
        body.last_id = last_id;
        body.entries_added = len;
        if let Some(history) = history {
            if len == 0 {
                body.first_id = history.first_id;
            }
            body.max_deleted_id = history.max_deleted_id;
            body.entries_added = history.entries_added.clamp(len, MOST_ADDED.max(len));
        }
        true
    }

    /// How many nodes Redis's radix tree of these listpacks has, which XINFO tells. Linear in nodes.
    pub fn radix_tree_nodes(&self) -> usize {
        match self.0.nodes.len() {
            0 => 1,
            _ => radix_nodes(&self.0.nodes, 0),
        }
    }
}

/// Whether one more entry goes into the last node.
fn has_room(node: &Node, fields: &[&[u8]], limits: &Limits) -> bool {
    let max_bytes = match limits.node_max_bytes {
        0 => MAX_NODE_BYTES,
        bytes => bytes.min(MAX_NODE_BYTES),
    };
    let bytes: usize = fields.iter().map(|field| field.len()).sum();
    if node.entries.byte_len() + bytes >= max_bytes {
        return false;
    }
    let (live, deleted) = node.counts();
    limits.node_max_entries == 0 || live + deleted < limits.node_max_entries
}

/// The nodes of a compressed radix tree of keys that agree in their first `depth` bytes: one for what they
/// have in common from there, one where they part, one at the end of each.
fn radix_nodes(nodes: &[Node], depth: usize) -> usize {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return 0;
    };
    let (low, high) = (first.master.to_bytes(), last.master.to_bytes());
    // They are sorted, so what the first and the last have in common all have.
    let common = low.iter().zip(&high).take_while(|(a, b)| a == b).count();
    let mut count = usize::from(common > depth) + 1;
    if common == low.len() {
        return count;
    }
    let mut rest = nodes;
    while let Some(node) = rest.first() {
        let byte = node.master.to_bytes()[common];
        let same = rest.partition_point(|node| node.master.to_bytes()[common] == byte);
        count += radix_nodes(&rest[..same], common + 1);
        rest = &rest[same..];
    }
    count
}

#[cfg(test)]
mod tests;
