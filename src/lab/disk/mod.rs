//! The disk of the lab: one file system for all its processes, that knows written from synced.
//!
//! What was written sits in the page cache, which outlives a process and not a power cut. A sync
//! makes a file's content durable, and every name given or taken before it, in their order; so
//! does age (30 seconds). Durable means that the host has committed a [`Batch`] to its store: all
//! that is ready goes in one transaction, one transaction at a time.
//!
//! ```text
//! write ──► tree and page cache ── take_batch ──► store (IndexedDB)
//!                    ▲                                  │
//!                    └──── committed / failed ──────────┘
//! ```
//!
//! The store is the truth: [`LabDisk::open`] of its records is what a power cut leaves. The format
//! of the records is told in `record.rs`. The log is written anew when it has grown long, in the
//! same transaction that deletes what is needed no more.

mod batch;
mod cache;
mod content;
#[cfg(test)]
mod crash_tests;
mod open;
mod record;
#[cfg(test)]
mod tests;
mod tickets;
mod tree;

pub use batch::Batch;
pub use cache::{FLUSH_MS, RETRY_MS};
pub use content::PIECE;
pub use record::{OpenError, VERSION};

use crate::disk::{Disk, DiskError, Metadata, SyncOutcome, Ticket};
use cache::Cache;
use std::cell::RefCell;
use std::rc::Rc;

/// The folders of a new disk, as Debian has them.
const FOLDERS: &[&str] = &[
    "/etc",
    "/etc/redis",
    "/home",
    "/home/learner",
    "/tmp",
    "/var",
    "/var/lib",
    "/var/lib/redis",
    "/var/log",
    "/var/log/redis",
];

/// What a list of files shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// Absolute.
    pub path: String,
    /// Whether it is a folder.
    pub is_directory: bool,
    /// Length in bytes.
    pub len: u64,
    /// So many bytes at its front would be there after a power cut.
    pub durable: u64,
    /// When the oldest byte was written that would not, in milliseconds since 1970.
    pub unsynced_since_ms: Option<i64>,
    /// When it was last written, in milliseconds since 1970.
    pub modified_ms: i64,
}

/// The disk as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskStatus {
    /// Bytes of all files.
    pub bytes: u64,
    /// Bytes that are in the page cache only.
    pub unsynced: u64,
    /// When the oldest of them, or of names, was written, in milliseconds since 1970.
    pub unsynced_since_ms: Option<i64>,
    /// The last batch failed, and none has succeeded since.
    pub problem: Option<DiskError>,
}

/// A handle to the disk. Clones are the same disk.
#[derive(Clone)]
pub struct LabDisk(Rc<RefCell<Cache>>);

impl LabDisk {
    /// A new disk with the usual folders, of which nothing is stored yet.
    pub fn new() -> Self {
        let mut cache = Cache::new();
        for path in FOLDERS {
            // Parents come first, so each can be made.
            let made = cache.add(path, true);
            debug_assert_eq!(made, Ok(()));
        }
        LabDisk(Rc::new(RefCell::new(cache)))
    }

    /// The disk that a store holds; a new one when it holds no record. Bytes of large files are
    /// taken over, not copied.
    ///
    /// # Errors
    /// When the records were written by a newer version, or one of them is damaged or missing.
    pub fn open(records: Vec<(u64, Vec<u8>)>) -> Result<Self, OpenError> {
        if records.is_empty() {
            return Ok(Self::new());
        }
        let cache = Cache::open(records)?;
        Ok(LabDisk(Rc::new(RefCell::new(cache))))
    }

    /// Power off and on: from now on all handles see `stored`, the disk that was made of what the store holds and
    /// that is left empty. To be called when the store has answered for the last batch, or will never; its answer
    /// counts no more. Syncs that were not through have failed.
    pub fn power_cut(&self, stored: &LabDisk) {
        let mut cache = self.0.borrow_mut();
        let mut fresh = stored.0.borrow_mut();
        std::mem::swap(&mut *cache, &mut *fresh);
        cache.next_batch = fresh.next_batch;
        cache.now_ms = fresh.now_ms;
        cache.capacity = fresh.capacity;
        cache.changes += fresh.changes + 1;
        cache.tickets = std::mem::take(&mut fresh.tickets);
        let last = cache.tickets.last();
        cache
            .tickets
            .fail(last, &DiskError::Failed("Input/output error".into()));
    }

    /// A disk of its own that is the same now. O(bytes of all files).
    pub fn copy(&self) -> LabDisk {
        LabDisk(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// The last key of a record and the last number of a batch that were given.
    pub fn ends(&self) -> (u64, u64) {
        let cache = self.0.borrow();
        (cache.next_key - 1, cache.next_batch - 1)
    }

    /// The store holds another disk, whose last key and batch these were: everything goes there anew, in place of
    /// what it holds. Syncs that are under way are through when that is.
    pub fn start_over(&self, last_key: u64, last_batch: u64) {
        self.0.borrow_mut().start_over(last_key, last_batch);
    }

    /// What is to go to the store now, if anything is; nothing while it has a batch that was not
    /// answered for by [`LabDisk::committed`] or [`LabDisk::failed`].
    pub fn take_batch(&self) -> Option<Batch> {
        self.0.borrow_mut().take_batch()
    }

    /// The store has the batch, and will have it after a power cut.
    pub fn committed(&self, batch: u64) {
        self.0.borrow_mut().committed(batch);
    }

    /// The store does not have the batch; with [`DiskError::NoSpace`] for certain, with any other
    /// error as far as is known. Its syncs have failed. What it held stays in the page cache and
    /// goes with a later batch: with the next sync, or after [`RETRY_MS`]. After
    /// [`DiskError::NoSpace`] nothing can be appended until a batch succeeds.
    pub fn failed(&self, batch: u64, error: DiskError) {
        self.0.borrow_mut().failed(batch, error);
    }

    /// The store has been emptied by somebody, and does not have the batch: everything goes there
    /// anew. Its syncs have failed.
    pub fn lost(&self, batch: u64) {
        self.0.borrow_mut().lost(batch);
    }

    /// [`LabDisk::committed`] without an error; [`LabDisk::failed`] for `full` (no space left) and
    /// for any other message; [`LabDisk::lost`] for `lost`.
    pub fn answered(&self, batch: u64, error: Option<&str>) {
        match error {
            None => self.committed(batch),
            Some("full") => self.failed(batch, DiskError::NoSpace),
            Some("lost") => self.lost(batch),
            Some(message) => self.failed(batch, DiskError::Failed(message.to_string())),
        }
    }

    /// Tells the time, in milliseconds since 1970, and has flushed what is [`FLUSH_MS`] old.
    /// Answers in how many milliseconds to call again at the latest.
    pub fn tick(&self, now_ms: i64) -> i64 {
        self.0.borrow_mut().tick(now_ms)
    }

    /// Begins to make everything durable.
    pub fn flush_all(&self) -> Ticket {
        self.0.borrow_mut().flush()
    }

    /// Says how many bytes of files there may be; without a limit the store decides. Beyond,
    /// appending fails at once.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.0.borrow_mut().capacity = bytes;
    }

    /// Everything in the folder `path` and below, by path.
    pub fn files(&self, path: &str) -> Vec<FileStatus> {
        let cache = self.0.borrow();
        let tree = &cache.tree;
        let below = tree.below(path).map(|(name, id)| {
            let path = crate::disk::resolve(path, name);
            (path, id)
        });
        let status = |(path, id)| {
            let node = tree.nodes.get(&id)?;
            Some(FileStatus {
                path,
                is_directory: node.is_directory,
                len: node.content.len(),
                durable: node.durable,
                unsynced_since_ms: node.sent_since.or(node.dirty_since),
                modified_ms: node.modified_ms,
            })
        };
        below.filter_map(status).collect()
    }

    /// What is known of one file or folder.
    pub fn file(&self, path: &str) -> Option<FileStatus> {
        let cache = self.0.borrow();
        let (_, node) = cache.tree.find(path).ok()?;
        Some(FileStatus {
            path: path.to_string(),
            is_directory: node.is_directory,
            len: node.content.len(),
            durable: node.durable,
            unsynced_since_ms: node.sent_since.or(node.dirty_since),
            modified_ms: node.modified_ms,
        })
    }

    /// The disk as a whole.
    pub fn status(&self) -> DiskStatus {
        let cache = self.0.borrow();
        let nodes = cache.tree.nodes.values();
        DiskStatus {
            bytes: cache.tree.bytes,
            unsynced: nodes.map(|node| node.content.len() - node.durable).sum(),
            unsynced_since_ms: cache.oldest(),
            problem: cache.problem.clone(),
        }
    }

    /// A number that grows whenever a list of files would show something else.
    pub fn changes(&self) -> u64 {
        self.0.borrow().changes
    }
}

impl Default for LabDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl Disk for LabDisk {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> {
        let cache = self.0.borrow();
        let (_, node) = cache.tree.find(path)?;
        Ok(Metadata {
            len: node.content.len(),
            is_directory: node.is_directory,
            modified_ms: node.modified_ms,
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> {
        let cache = self.0.borrow();
        let (_, node) = cache.tree.find(path)?;
        if !node.is_directory {
            return Err(DiskError::NotDirectory);
        }
        let below = cache.tree.below(path).map(|(name, _)| name);
        let direct = below.filter(|name| !name.contains('/'));
        Ok(direct.map(str::to_string).collect())
    }

    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError> {
        let cache = self.0.borrow();
        let (_, node) = cache.tree.file(path)?;
        Ok(node.content.read(offset, len, into))
    }

    fn create(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().create(path)
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.0.borrow_mut().append(path, bytes)
    }

    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        self.0.borrow_mut().truncate(path, len)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().remove(path)
    }

    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().add(path, true)
    }

    fn sync(&mut self, path: &str) -> Ticket {
        self.0.borrow_mut().sync(path)
    }

    fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        self.0.borrow().tickets.outcome(ticket)
    }
}
