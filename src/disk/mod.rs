//! What a server asks of a file system.
//!
//! The engine opens no file: a [`Disk`] is handed to it. The lab has a simulated one that knows
//! written from synced, the native host has the operating system's.
//!
//! Writing and syncing are two things, as they are in an operating system. What was written is
//! seen by every later read and survives the death of the process that wrote it; only what was
//! synced survives a power cut. Writing is done when the call returns. Syncing may take its time:
//! [`Disk::sync`] gives a [`Ticket`], and [`Disk::outcome`] tells when it is through.

mod memory;
mod mounted;
#[cfg(test)]
pub(crate) mod testing;

pub use memory::MemoryDisk;
pub use mounted::MountedDisk;

use std::fmt;

/// Why a file could not be read or written. Displayed as C's `strerror` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskError {
    /// ENOENT
    NotFound,
    /// ENOSPC
    NoSpace,
    /// EISDIR
    IsDirectory,
    /// ENOTDIR
    NotDirectory,
    /// EEXIST
    Exists,
    /// ENOTEMPTY
    NotEmpty,
    /// EACCES
    Denied,
    /// EROFS
    ReadOnly,
    /// EINVAL: a path that names no file, or a place beyond a file's end.
    Invalid,
    /// EIO, or what the host knows better.
    Failed(String),
}

impl fmt::Display for DiskError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            DiskError::NotFound => "No such file or directory",
            DiskError::NoSpace => "No space left on device",
            DiskError::IsDirectory => "Is a directory",
            DiskError::NotDirectory => "Not a directory",
            DiskError::Exists => "File exists",
            DiskError::NotEmpty => "Directory not empty",
            DiskError::Denied => "Permission denied",
            DiskError::ReadOnly => "Read-only file system",
            DiskError::Invalid => "Invalid argument",
            DiskError::Failed(text) => text,
        })
    }
}

impl std::error::Error for DiskError {}

/// Names a sync that was begun. Tickets grow, and are through in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// How a sync has gone so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncOutcome {
    /// Not through yet.
    Pending,
    /// What had been written when it was asked for is durable.
    Durable,
    /// It failed: what was written since the last good sync may not be durable.
    Failed(DiskError),
}

/// What is known of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Length in bytes; 0 for a folder.
    pub len: u64,
    /// Whether it is a folder.
    pub is_directory: bool,
    /// When it was last written, in milliseconds since 1970.
    pub modified_ms: i64,
}

/// A file system. Paths are absolute, `/`-separated, without `.` and `..` (see [`resolve`]).
pub trait Disk {
    /// What is at `path`.
    ///
    /// # Errors
    /// [`DiskError::NotFound`], [`DiskError::NotDirectory`].
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError>;

    /// Names in the folder `path`, sorted.
    ///
    /// # Errors
    /// When there is no such folder.
    fn list(&self, path: &str) -> Result<Vec<String>, DiskError>;

    /// Appends up to `len` bytes from `offset` of a file to `into`; answers how many there were,
    /// 0 at its end.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError>;

    /// Makes an empty file, or empties the one there is.
    ///
    /// # Errors
    /// When its folder does not exist, or nothing can be written.
    fn create(&mut self, path: &str) -> Result<(), DiskError>;

    /// Writes at the end of a file that exists.
    ///
    /// # Errors
    /// When there is no such file or no space; then nothing of `bytes` was written.
    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError>;

    /// Cuts a file off at `len`.
    ///
    /// # Errors
    /// When there is no such file, or it is shorter.
    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError>;

    /// Gives a file or folder another name, replacing a file of that name in one step.
    ///
    /// # Errors
    /// When it does not exist, or the new name is a folder.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError>;

    /// Removes a file, or an empty folder.
    ///
    /// # Errors
    /// When it does not exist, or is a folder with something in it.
    fn remove(&mut self, path: &str) -> Result<(), DiskError>;

    /// Makes a folder; its parent must exist.
    ///
    /// # Errors
    /// [`DiskError::Exists`] when something of that name does.
    fn create_directory(&mut self, path: &str) -> Result<(), DiskError>;

    /// Begins to make a file's content, and every name given or taken before, durable.
    fn sync(&mut self, path: &str) -> Ticket;

    /// How a sync has gone so far.
    fn outcome(&self, ticket: Ticket) -> SyncOutcome;
}

/// The absolute path of `path` as seen from the folder `from`, with `.` and `..` resolved.
pub fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') { "" } else { from };
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The whole of a file, if it has at most `limit` bytes.
///
/// # Errors
/// When it cannot be read, or is larger.
pub fn read_all(disk: &dyn Disk, path: &str, limit: u64) -> Result<Vec<u8>, DiskError> {
    let len = disk.metadata(path)?.len;
    if len > limit {
        return Err(DiskError::Failed("File too large".into()));
    }
    let mut bytes = Vec::new();
    while disk.read(path, bytes.len() as u64, 1 << 20, &mut bytes)? > 0 {}
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_as_a_process_sees_them() {
        for (from, path, resolved) in [
            ("/var/lib/redis", "dump.rdb", "/var/lib/redis/dump.rdb"),
            ("/var/lib/redis", "./a//b", "/var/lib/redis/a/b"),
            ("/var/lib/redis", "../../etc", "/var/etc"),
            ("/var", "/etc/redis.conf", "/etc/redis.conf"),
            ("/", "../..", "/"),
        ] {
            assert_eq!(resolve(from, path), resolved);
        }
    }
}
