//! The operating system's files as the engine's disk.

use super::syncer::Syncer;
use mio::Waker;
use resplay::disk::{Disk, DiskError, Metadata, SyncOutcome, Ticket};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

/// What the engine is told of an error.
pub fn told(error: &io::Error) -> DiskError {
    match error.kind() {
        io::ErrorKind::NotFound => DiskError::NotFound,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DiskError::NoSpace,
        io::ErrorKind::IsADirectory => DiskError::IsDirectory,
        io::ErrorKind::NotADirectory => DiskError::NotDirectory,
        io::ErrorKind::AlreadyExists => DiskError::Exists,
        io::ErrorKind::DirectoryNotEmpty => DiskError::NotEmpty,
        io::ErrorKind::PermissionDenied => DiskError::Denied,
        io::ErrorKind::ReadOnlyFilesystem => DiskError::ReadOnly,
        io::ErrorKind::InvalidInput => DiskError::Invalid,
        _ => {
            // Without the `(os error 5)` that Rust adds to strerror.
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            DiskError::Failed(text.into())
        }
    }
}

/// The files of the machine the host runs on.
pub struct Files {
    syncer: Syncer,
    /// The file that was last synced, open: one that is synced is written again and again (the
    /// log, a snapshot on its way), while others, such as the server's log, may be moved away by
    /// others at any time.
    open: Option<(String, File, u64)>,
    /// Files opened for syncing so far; the number of the one that is open stands with it.
    openings: u64,
    /// Folders with names that are not durable yet.
    changed: BTreeSet<PathBuf>,
}

impl Files {
    /// The files; syncs rouse the host through `waker`, once there is one.
    ///
    /// # Errors
    /// When there is no thread to be had for syncing.
    pub fn new(waker: Arc<OnceLock<Waker>>) -> io::Result<Files> {
        Ok(Files {
            syncer: Syncer::start(waker)?,
            open: None,
            openings: 0,
            changed: BTreeSet::new(),
        })
    }

    fn forget(&mut self, path: &str) {
        if self.open.as_ref().is_some_and(|(open, ..)| open == path) {
            self.open = None;
        }
    }

    /// A name in the folder of `path` was given or taken.
    fn renamed(&mut self, path: &str) {
        if let Some(folder) = Path::new(path).parent() {
            self.changed.insert(folder.into());
        }
    }
}

impl Disk for Files {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> {
        let found = fs::metadata(path).map_err(|error| told(&error))?;
        let modified = found.modified().ok();
        let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(Metadata {
            len: if found.is_dir() { 0 } else { found.len() },
            is_directory: found.is_dir(),
            modified_ms: modified.map_or(0, |time| {
                i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
            }),
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| told(&error))? {
            let name = entry.map_err(|error| told(&error))?.file_name();
            // The engine's names are text; any other was not given by it.
            names.extend(name.into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError> {
        let mut read = || {
            let mut file = File::open(path)?;
            if file.metadata()?.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            file.seek(SeekFrom::Start(offset))?;
            file.take(len as u64).read_to_end(into)
        };
        read().map_err(|error| told(&error))
    }

    fn create(&mut self, path: &str) -> Result<(), DiskError> {
        self.forget(path);
        File::create(path).map_err(|error| told(&error))?;
        self.renamed(path);
        Ok(())
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        let opened;
        let mut file = match &self.open {
            Some((open, file, _)) if open == path => file,
            _ => {
                opened = OpenOptions::new().append(true).open(path);
                opened.as_ref().map_err(told)?
            }
        };
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            let error = match file.write(rest) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(count) => {
                    written += count;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            if written > 0 {
                // All or nothing. What cannot be taken back now will be found when it is loaded.
                let len = file.metadata().map(|found| found.len());
                let _ = len.and_then(|len| file.set_len(len.saturating_sub(written as u64)));
            }
            return Err(told(&error));
        }
        Ok(())
    }

    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        let cut = || {
            let file = OpenOptions::new().write(true).open(path)?;
            if file.metadata()?.len() < len {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            file.set_len(len)
        };
        cut().map_err(|error: io::Error| told(&error))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        if fs::metadata(to).is_ok_and(|found| found.is_dir()) {
            return Err(DiskError::IsDirectory);
        }
        fs::rename(from, to).map_err(|error| told(&error))?;
        self.forget(from);
        self.forget(to);
        self.renamed(from);
        self.renamed(to);
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        let found = fs::symlink_metadata(path).map_err(|error| told(&error))?;
        let removed = match found.is_dir() {
            true => fs::remove_dir(path),
            false => fs::remove_file(path),
        };
        removed.map_err(|error| told(&error))?;
        self.forget(path);
        self.renamed(path);
        Ok(())
    }

    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> {
        fs::create_dir(path).map_err(|error| told(&error))?;
        self.renamed(path);
        Ok(())
    }

    fn sync(&mut self, path: &str) -> Ticket {
        let folders = std::mem::take(&mut self.changed).into_iter().collect();
        if self.open.as_ref().is_none_or(|(open, ..)| open != path) {
            self.openings += 1;
            // A folder can be synced too, but not opened for writing.
            let opened = OpenOptions::new().append(true).open(path);
            let Ok(file) = opened else {
                return self.syncer.begin(self.openings, File::open(path), folders);
            };
            self.open = Some((path.into(), file, self.openings));
        }
        let (file, opening) = match &self.open {
            Some((_, file, opening)) => (file.try_clone(), *opening),
            None => (Err(io::ErrorKind::NotFound.into()), self.openings),
        };
        self.syncer.begin(opening, file, folders)
    }

    fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        self.syncer.outcome(ticket)
    }
}
