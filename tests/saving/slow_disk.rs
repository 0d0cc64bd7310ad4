//! A disk in memory whose syncs take as long as a test wants, and that fails when it is told to.

use resplay::disk::{Disk, DiskError, MemoryDisk, Metadata, SyncOutcome, Ticket, read_all};
use std::cell::RefCell;
use std::rc::Rc;

struct State {
    files: MemoryDisk,
    /// Names of the operations that fail, and why: `create`, `append`, `rename`, `sync`.
    failing: Option<(&'static str, DiskError)>,
    tickets: u64,
    /// Tickets up to this one are through.
    through: u64,
    /// Whether syncs are through at once.
    fast: bool,
    /// Tickets of syncs that fail.
    failed: Vec<(u64, DiskError)>,
}

/// A handle; all clones are the same disk.
#[derive(Clone)]
pub struct SlowDisk(Rc<RefCell<State>>);

impl SlowDisk {
    /// An empty disk with the folder of the default configuration.
    pub fn new(fast: bool) -> Self {
        SlowDisk(Rc::new(RefCell::new(State {
            files: MemoryDisk::with_directories(&["/var/lib/redis"]),
            failing: None,
            tickets: 0,
            through: 0,
            fast,
            failed: Vec::new(),
        })))
    }

    /// Has an operation fail from now on.
    pub fn fail(&self, operation: &'static str, error: DiskError) {
        self.0.borrow_mut().failing = Some((operation, error));
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.0.borrow_mut().failing = None;
    }

    /// All syncs asked for so far are through.
    pub fn settle(&self) {
        let state = &mut *self.0.borrow_mut();
        state.through = state.tickets;
    }

    /// Names in the server's folder.
    pub fn names(&self) -> Vec<String> {
        self.0.borrow().files.list("/var/lib/redis").unwrap()
    }

    /// Length of a file in the server's folder, 0 where there is none.
    pub fn len(&self, name: &str) -> u64 {
        let metadata = self
            .0
            .borrow()
            .files
            .metadata(&format!("/var/lib/redis/{name}"));
        metadata.map_or(0, |metadata| metadata.len)
    }

    /// The snapshot.
    pub fn dump(&self) -> Vec<u8> {
        read_all(&self.0.borrow().files, "/var/lib/redis/dump.rdb", 1 << 30).unwrap()
    }

    fn tried(&self, operation: &str) -> Result<(), DiskError> {
        match &self.0.borrow().failing {
            Some((failing, error)) if *failing == operation => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

impl Disk for SlowDisk {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> {
        self.0.borrow().files.metadata(path)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> {
        self.0.borrow().files.list(path)
    }

    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError> {
        self.0.borrow().files.read(path, offset, len, into)
    }

    fn create(&mut self, path: &str) -> Result<(), DiskError> {
        self.tried("create")?;
        self.0.borrow_mut().files.create(path)
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.tried("append")?;
        self.0.borrow_mut().files.append(path, bytes)
    }

    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        self.0.borrow_mut().files.truncate(path, len)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.tried("rename")?;
        self.0.borrow_mut().files.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().files.remove(path)
    }

    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.borrow_mut().files.create_directory(path)
    }

    fn sync(&mut self, _path: &str) -> Ticket {
        let failure = self.tried("sync").err();
        let state = &mut *self.0.borrow_mut();
        state.tickets += 1;
        if let Some(error) = failure {
            state.failed.push((state.tickets, error));
        }
        if state.fast {
            state.through = state.tickets;
        }
        Ticket(state.tickets)
    }

    fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        let state = self.0.borrow();
        if ticket.0 > state.through {
            return SyncOutcome::Pending;
        }
        let failed = state.failed.iter().find(|(number, _)| *number == ticket.0);
        failed.map_or(SyncOutcome::Durable, |(_, error)| {
            SyncOutcome::Failed(error.clone())
        })
    }
}
