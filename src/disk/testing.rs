//! A disk for tests: several hands on the same files, syncs that take as long as a test likes,
//! writes and syncs that fail.

use super::{Disk, DiskError, MemoryDisk, Metadata, SyncOutcome, Ticket};
use std::cell::RefCell;
use std::rc::Rc;

struct Shared {
    disk: MemoryDisk,
    syncs: u64,
    through: u64,
    slow: bool,
    write_error: Option<DiskError>,
    sync_error: Option<DiskError>,
}

/// Hands on one disk; a server gets a clone.
#[derive(Clone)]
pub(crate) struct TestDisk(Rc<RefCell<Shared>>);

impl TestDisk {
    pub(crate) fn new() -> Self {
        TestDisk(Rc::new(RefCell::new(Shared {
            disk: MemoryDisk::with_directories(&["/var/lib/redis"]),
            syncs: 0,
            through: 0,
            slow: false,
            write_error: None,
            sync_error: None,
        })))
    }

    /// Whether syncs wait for [`TestDisk::finish_syncs`].
    pub(crate) fn slow(&self, slow: bool) {
        self.0.borrow_mut().slow = slow;
    }

    /// All syncs are through, or have failed.
    pub(crate) fn finish_syncs(&self) {
        let mut shared = self.0.borrow_mut();
        shared.through = shared.syncs;
    }

    /// Syncs asked for so far.
    pub(crate) fn syncs(&self) -> u64 {
        self.0.borrow().syncs
    }

    pub(crate) fn fail_writes(&self, error: Option<DiskError>) {
        self.0.borrow_mut().write_error = error;
    }

    pub(crate) fn fail_syncs(&self, error: Option<DiskError>) {
        self.0.borrow_mut().sync_error = error;
    }

    pub(crate) fn file(&self, path: &str) -> Vec<u8> {
        super::read_all(&self.0.borrow().disk, path, u64::MAX).unwrap_or_default()
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        let mut shared = self.0.borrow_mut();
        shared.disk.create(path).expect("the folder exists");
        shared.disk.append(path, bytes).expect("the file exists");
    }

    fn writable(&self) -> Result<(), DiskError> {
        match &self.0.borrow().write_error {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}

impl Disk for TestDisk {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> {
        self.0.borrow().disk.metadata(path)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> {
        self.0.borrow().disk.list(path)
    }

    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError> {
        self.0.borrow().disk.read(path, offset, len, into)
    }

    fn create(&mut self, path: &str) -> Result<(), DiskError> {
        self.writable()?;
        self.0.borrow_mut().disk.create(path)
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.writable()?;
        self.0.borrow_mut().disk.append(path, bytes)
    }

    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        self.0.borrow_mut().disk.truncate(path, len)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().disk.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().disk.remove(path)
    }

    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().disk.create_directory(path)
    }

    fn sync(&mut self, _path: &str) -> Ticket {
        let mut shared = self.0.borrow_mut();
        shared.syncs += 1;
        if !shared.slow {
            shared.through = shared.syncs;
        }
        Ticket(shared.syncs)
    }

    fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        let shared = self.0.borrow();
        match (&shared.sync_error, ticket.0 <= shared.through) {
            (_, false) => SyncOutcome::Pending,
            (None, true) => SyncOutcome::Durable,
            (Some(error), true) => SyncOutcome::Failed(error.clone()),
        }
    }
}
