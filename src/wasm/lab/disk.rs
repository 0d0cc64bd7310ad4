//! The disk, as the page and the worker's store see it.

use super::Lab;
use crate::disk::{Disk, DiskError, SyncOutcome, Ticket, resolve};
use crate::lab::Imported;
use crate::lab::disk::{Batch, FileStatus};
use crate::server::Server;

/// Most bytes of a file that are handed over at a time.
const MAX_READ: usize = 1 << 30;

impl Lab {
    /// What is to go to the store now, if anything is.
    pub fn take_batch(&mut self) -> Option<Batch> {
        self.timeline.take_batch()
    }

    /// The store has answered for a batch: well, or with what went wrong (`full`, `lost`, or a
    /// message).
    pub fn batch_done(&mut self, batch: u64, error: Option<&str>) {
        self.catch_up();
        self.timeline.answered(batch, error);
    }

    /// A number that grows whenever a list of files would show something else.
    pub fn disk_changes(&self) -> u64 {
        self.timeline.machine().disk().changes()
    }

    /// Everything below a folder, by path.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn files(&self, folder: &str) -> Result<Vec<FileStatus>, DiskError> {
        let folder = resolve("/", folder);
        let disk = self.timeline.machine().disk();
        if !disk.metadata(&folder)?.is_directory {
            return Err(DiskError::NotDirectory);
        }
        Ok(disk.files(&folder))
    }

    /// Bytes of a file, clipped to what there is.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn read_file(&self, path: &str, offset: u64, len: usize) -> Result<Vec<u8>, DiskError> {
        let mut bytes = Vec::new();
        let disk = self.timeline.machine().disk();
        disk.read(&resolve("/", path), offset, len.min(MAX_READ), &mut bytes)?;
        Ok(bytes)
    }

    /// Writes a whole file in one step, and the folders above it; begins to sync it.
    ///
    /// # Errors
    /// When that cannot be; a file that was there is as before then.
    pub fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<Ticket, DiskError> {
        self.catch_up();
        self.timeline.write_file(path, bytes)
    }

    /// Removes a file or an empty folder, and begins to make that durable.
    ///
    /// # Errors
    /// When it does not exist, or something is in it.
    pub fn remove_file(&mut self, path: &str) -> Result<Ticket, DiskError> {
        self.catch_up();
        self.timeline.remove_file(path)
    }

    /// Makes an empty folder; begins to make that durable.
    ///
    /// # Errors
    /// When the folder above it does not exist, or something of that name does.
    pub fn make_folder(&mut self, path: &str) -> Result<Ticket, DiskError> {
        self.catch_up();
        self.timeline.make_folder(path)
    }

    /// Gives a file or folder another name; begins to make that durable.
    ///
    /// # Errors
    /// When it does not exist, or the new name is a folder.
    pub fn rename_file(&mut self, from: &str, to: &str) -> Result<Ticket, DiskError> {
        self.catch_up();
        self.timeline.rename_file(from, to)
    }

    /// What a server, or a sentinel, would print instead of starting with a configuration of this text; nothing if it
    /// would start. Lines are counted from the empty one before it.
    pub fn check_config(&self, text: &str, sentinel: bool) -> String {
        let disk = self.timeline.machine().disk();
        let loaded = Server::configuration(sentinel, None, text.as_bytes(), "/", disk);
        loaded.err().map_or(String::new(), |it| it.to_string())
    }

    /// How a sync goes.
    pub fn sync_outcome(&self, ticket: Ticket) -> SyncOutcome {
        self.timeline.machine().disk().outcome(ticket)
    }

    /// Begins to load a dump or an AOF into the server of this name, in place of its data. False
    /// when it does not run. [`Lab::load_step`] goes on.
    ///
    /// # Errors
    /// When there is no room for the file.
    pub fn load(&mut self, name: &str, bytes: &[u8]) -> Result<bool, DiskError> {
        self.catch_up();
        let import = match self.at(name) {
            Some(at) => self.timeline.begin_import(at, bytes)?,
            None => None,
        };
        self.import = import.map(Box::new);
        Ok(self.import.is_some())
    }

    /// Loads the next slice; what has come of it, or none as long as there is more.
    pub fn load_step(&mut self) -> Option<Imported> {
        let Some(import) = self.import.take() else {
            return Some(Imported::Refused);
        };
        match self.timeline.step_import(import) {
            Ok(import) => {
                self.import = Some(import);
                None
            }
            Err(done) => {
                self.see_all_anew();
                Some(done)
            }
        }
    }
}
