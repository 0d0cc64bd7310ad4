//! A disk as a server holds it: what files take is not the server's memory.

use super::{Disk, DiskError, Metadata, SyncOutcome, Ticket};
use crate::memory::apart;

/// Any disk, with its memory kept out of the account of the server that uses it.
pub struct MountedDisk(Box<dyn Disk>);

impl MountedDisk {
    /// `disk` in the hands of a server.
    pub fn new(disk: Box<dyn Disk>) -> Self {
        MountedDisk(disk)
    }
}

impl Disk for MountedDisk {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> {
        let result = apart(|| self.0.metadata(path));
        owned(result)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> {
        let result = apart(|| self.0.list(path));
        owned(result)
    }

    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError> {
        // The buffer is the server's, so it must not grow over there.
        let left = self.metadata(path)?.len.saturating_sub(offset);
        let len = usize::try_from(left).unwrap_or(usize::MAX).min(len);
        into.reserve(len);
        let result = apart(|| self.0.read(path, offset, len, into));
        owned(result)
    }

    fn create(&mut self, path: &str) -> Result<(), DiskError> {
        let result = apart(|| self.0.create(path));
        owned(result)
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        let result = apart(|| self.0.append(path, bytes));
        owned(result)
    }

    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        let result = apart(|| self.0.truncate(path, len));
        owned(result)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        let result = apart(|| self.0.rename(from, to));
        owned(result)
    }

    fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        let result = apart(|| self.0.remove(path));
        owned(result)
    }

    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> {
        let result = apart(|| self.0.create_directory(path));
        owned(result)
    }

    fn sync(&mut self, path: &str) -> Ticket {
        apart(|| self.0.sync(path))
    }

    fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        let outcome = apart(|| self.0.outcome(ticket));
        owned(outcome)
    }
}

impl Drop for MountedDisk {
    fn drop(&mut self) {
        let disk = std::mem::replace(&mut self.0, Box::new(super::MemoryDisk::bare()));
        apart(|| drop(disk));
    }
}

/// The same, in memory that is counted as the server's.
fn owned<T: Clone>(value: T) -> T {
    let copy = value.clone();
    apart(|| drop(value));
    copy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::MemoryDisk;
    use crate::memory::allocated;

    #[test]
    fn files_are_not_counted_as_the_server_s_memory() {
        let mut disk = MountedDisk::new(Box::new(MemoryDisk::default()));
        let before = allocated();
        disk.create("/a").unwrap();
        disk.append("/a", &[7; 100_000]).unwrap();
        assert_eq!(disk.remove("/b"), Err(DiskError::NotFound));
        assert_eq!(allocated(), before);
        let mut bytes = Vec::new();
        disk.read("/a", 0, usize::MAX, &mut bytes).unwrap();
        assert!(allocated().wrapping_sub(before) >= 100_000);
        assert_eq!(disk.list("/").unwrap(), ["a"]);
        drop(bytes);
        disk.remove("/a").unwrap();
        assert_eq!(allocated(), before);
    }
}
