//! The page cache: what is written, what of it is in the store, and what goes there next.

use super::record::Operation;
use super::tickets::Tickets;
use super::tree::{Node, Tree};
use crate::disk::{DiskError, Ticket};
use crate::map::SortedMap;

/// Age at which what was written goes to the store by itself, in milliseconds
/// (vm.dirty_expire_centisecs of Linux).
pub const FLUSH_MS: i64 = 30_000;
/// Time between a failure and the next try, in milliseconds.
pub const RETRY_MS: i64 = 1000;

/// Where the log stands.
#[derive(Clone, Copy, Default)]
pub struct Log {
    /// Key of its last record.
    pub last: u64,
    pub records: usize,
    pub bytes: u64,
}

/// A batch that the store has and has not yet answered for.
#[derive(Clone)]
pub struct Flight {
    pub id: u64,
    /// The last ticket that it makes durable.
    pub ticket: u64,
    pub operations: Vec<Operation>,
    pub operations_since: Option<i64>,
    /// Files whose content it has, and the length that the store knew before.
    pub files: Vec<(u64, u64)>,
    /// Pieces it has: file, index, key.
    pub pieces: Vec<(u64, usize, u64)>,
    pub log_before: Log,
    /// Bytes of records that it deletes.
    pub dead: u64,
}

#[derive(Clone)]
pub struct Cache {
    pub tree: Tree,
    pub next_node: u64,
    pub next_key: u64,
    pub next_batch: u64,
    pub now_ms: i64,
    /// Names given and taken that are in no batch yet.
    pub operations: Vec<Operation>,
    pub operations_since: Option<i64>,
    /// Files that somebody wants in the next batch, each up to the length that it had then: what is
    /// written later does not make the batch longer.
    pub wanted: SortedMap<u64, u64>,
    /// Somebody waits for a batch.
    pub due: bool,
    /// The log is to be written anew: there is none, or nobody knows which one there is.
    pub rewrite: bool,
    pub log: Log,
    pub flight: Option<Flight>,
    pub tickets: Tickets,
    pub problem: Option<DiskError>,
    pub retry_at: Option<i64>,
    /// Nothing is old enough to be flushed before this.
    pub look_at: i64,
    pub capacity: Option<u64>,
    /// Counts everything that a list of files would show.
    pub changes: u64,
}

impl Cache {
    /// A disk with nothing on it but the root.
    pub fn new() -> Self {
        let mut tree = Tree::default();
        tree.names.insert("/".into(), 1);
        tree.nodes.insert(1, Node::new(true, 0));
        Cache {
            tree,
            next_node: 2,
            next_key: 1,
            next_batch: 1,
            now_ms: 0,
            operations: Vec::new(),
            operations_since: None,
            wanted: SortedMap::new(),
            due: true,
            rewrite: true,
            log: Log::default(),
            flight: None,
            tickets: Tickets::default(),
            problem: None,
            retry_at: None,
            look_at: 0,
            capacity: None,
            changes: 0,
        }
    }

    fn note(&mut self, operation: Operation) {
        self.operations.push(operation);
        self.operations_since.get_or_insert(self.now_ms);
        self.changes += 1;
    }

    pub fn add(&mut self, path: &str, is_directory: bool) -> Result<(), DiskError> {
        let (id, modified_ms) = (self.next_node, self.now_ms);
        self.tree
            .add(path, id, Node::new(is_directory, modified_ms))?;
        self.next_node += 1;
        self.note(Operation::Create {
            id,
            is_directory,
            modified_ms,
            path: path.to_string(),
        });
        Ok(())
    }

    pub fn create(&mut self, path: &str) -> Result<(), DiskError> {
        match self.tree.file(path) {
            Ok(_) => self.truncate(path, 0),
            Err(DiskError::NotFound) => self.add(path, false),
            Err(error) => Err(error),
        }
    }

    pub fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        let (id, _) = self.tree.file(path)?;
        let after = self.tree.bytes.saturating_add(bytes.len() as u64);
        let is_full = self.problem == Some(DiskError::NoSpace);
        if !bytes.is_empty() && (is_full || self.capacity.is_some_and(|most| after > most)) {
            return Err(DiskError::NoSpace);
        }
        self.changes += 1;
        self.tree.append(id, bytes, self.now_ms)
    }

    pub fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        let (id, _) = self.tree.file(path)?;
        self.tree.truncate(id, len, self.now_ms)?;
        if let Some(wanted) = self.wanted.get_mut(&id) {
            // A part of what comes instead would be neither the old content nor the new.
            *wanted = u64::MAX;
        }
        self.changes += 1;
        self.space_given_back();
        Ok(())
    }

    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.tree.rename(from, to)?;
        self.note(Operation::Rename {
            from: from.to_string(),
            to: to.to_string(),
        });
        self.space_given_back();
        Ok(())
    }

    pub fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        self.tree.remove(path)?;
        self.note(Operation::Remove {
            path: path.to_string(),
        });
        self.space_given_back();
        Ok(())
    }

    /// A full disk may have room again, which only a try can tell.
    fn space_given_back(&mut self) {
        if self.problem == Some(DiskError::NoSpace) {
            self.due = true;
        }
    }

    pub fn sync(&mut self, path: &str) -> Ticket {
        match self.tree.find(path) {
            Ok((id, node)) => {
                let is_dirty = node.is_dirty();
                if is_dirty {
                    self.wanted.insert(id, node.content.len());
                }
                self.want(is_dirty)
            }
            Err(error) => self.tickets.refuse(error),
        }
    }

    pub fn flush(&mut self) -> Ticket {
        self.want_all();
        self.want(!self.wanted.is_empty())
    }

    /// All that is written goes into the next batch.
    fn want_all(&mut self) {
        for (id, node) in self.tree.nodes.iter() {
            if node.is_dirty() {
                self.wanted.insert(*id, node.content.len());
            }
        }
    }

    /// A ticket for all names so far and, when there is `content`, the wanted files.
    fn want(&mut self, content: bool) -> Ticket {
        let ticket = self.tickets.issue();
        if content || !self.operations.is_empty() || self.rewrite || self.due {
            self.due = true;
        } else if let Some(flight) = &mut self.flight {
            // All that it asks for is under way.
            flight.ticket = ticket.0;
        } else {
            self.tickets.done(ticket.0);
        }
        ticket
    }

    /// When the oldest byte or name was written that is not in the store.
    pub fn oldest(&self) -> Option<i64> {
        let nodes = self.tree.nodes.values();
        let nodes = nodes.filter_map(|node| node.sent_since.or(node.dirty_since));
        let names = self
            .flight
            .as_ref()
            .and_then(|flight| flight.operations_since);
        nodes.chain(names).chain(self.operations_since).min()
    }

    /// Moves the clock on; answers in how many milliseconds there is something to do.
    pub fn tick(&mut self, now_ms: i64) -> i64 {
        let set_back = now_ms < self.now_ms - 1000;
        self.now_ms = now_ms;
        if self.retry_at.is_some_and(|at| at <= now_ms) {
            self.retry_at = None;
            self.due = true;
        }
        if self.look_at <= now_ms || set_back {
            let nodes = self.tree.nodes.values();
            let oldest = nodes.filter_map(|node| node.dirty_since);
            let oldest = oldest.chain(self.operations_since).min();
            self.look_at = oldest.unwrap_or(now_ms) + FLUSH_MS;
            // A clock that was set back must not keep things from the store for longer.
            if self.look_at <= now_ms || set_back {
                self.look_at = now_ms + FLUSH_MS;
                self.want_all();
                self.due = true;
            }
        }
        let next = self
            .retry_at
            .map_or(self.look_at, |at| at.min(self.look_at));
        (next - now_ms).max(0)
    }

    pub fn committed(&mut self, id: u64) {
        let Some(flight) = self.flight.take_if(|flight| flight.id == id) else {
            return;
        };
        for (file, _) in &flight.files {
            if let Some(node) = self.tree.nodes.get_mut(file) {
                node.durable = node.clean;
                node.sent_since = None;
            }
        }
        self.tickets.done(flight.ticket);
        self.problem = None;
        self.retry_at = None;
        self.changes += 1;
    }

    pub fn failed(&mut self, id: u64, error: DiskError) {
        let Some(flight) = self.flight.take_if(|flight| flight.id == id) else {
            return;
        };
        for (file, index, key) in flight.pieces {
            if let Some(node) = self.tree.nodes.get_mut(&file)
                && node.content.key(index) == key
            {
                node.content.set_key(index, 0);
            }
        }
        for (file, stored_len) in flight.files {
            if let Some(node) = self.tree.nodes.get_mut(&file) {
                node.clean = node.durable;
                node.stored_len = stored_len;
                node.dirty_since = node.sent_since.take().or(node.dirty_since);
                self.wanted.insert(file, node.content.len());
            }
        }
        let mut operations = flight.operations;
        operations.append(&mut self.operations);
        self.operations = operations;
        self.operations_since = flight.operations_since.or(self.operations_since);
        self.log = flight.log_before;
        self.tree.dead += flight.dead;
        // After a full disk nothing has changed in the store; after anything else nobody knows,
        // and a log written anew is right either way. A full disk may gain by one, too.
        let gains = self.tree.dead + self.log.bytes > 0;
        self.rewrite |= error != DiskError::NoSpace || flight.log_before.records == 0 || gains;
        self.tickets.fail(flight.ticket, &error);
        self.problem = Some(error);
        self.retry_at = Some(self.now_ms + RETRY_MS);
        self.changes += 1;
    }

    /// The store has nothing any more: everything goes there anew.
    pub fn lost(&mut self, id: u64) {
        self.failed(id, DiskError::Failed("Input/output error".into()));
        self.send_all_anew();
    }

    /// The store has something else, of these keys and batches: everything goes there in its place.
    pub fn start_over(&mut self, last_key: u64, last_batch: u64) {
        // An answer that is still to come is none for this disk.
        self.flight = None;
        self.next_key = self.next_key.max(last_key.saturating_add(1));
        self.next_batch = self.next_batch.max(last_batch.saturating_add(1));
        for node in self.tree.nodes.values_mut() {
            node.dirty_since = node.sent_since.take().or(node.dirty_since);
        }
        self.send_all_anew();
        self.changes += 1;
    }

    fn send_all_anew(&mut self) {
        for (id, node) in self.tree.nodes.iter_mut() {
            node.content.forget_keys();
            (node.clean, node.durable, node.stored_len) = (0, 0, 0);
            if node.content.len() > 0 {
                node.dirty_since.get_or_insert(self.now_ms);
                self.wanted.insert(*id, node.content.len());
            }
        }
        self.operations_since.get_or_insert(self.now_ms);
        self.tree.dead = 0;
        self.log = Log::default();
        self.rewrite = true;
        self.due = true;
    }
}
