//! Files that somebody outside writes, moves and removes.

use super::machine::Machine;
use crate::disk::{Disk, DiskError, Ticket, resolve};

impl Machine {
    /// Writes a whole file in one step, and the folders above it; begins to sync it.
    ///
    /// # Errors
    /// When that cannot be; a file that was there is as before then.
    pub fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<Ticket, DiskError> {
        let path = resolve("/", path);
        let mut disk = self.disk.clone();
        for (at, _) in path.match_indices('/').skip(1) {
            match disk.create_directory(&path[..at]) {
                Ok(()) | Err(DiskError::Exists) => {}
                Err(error) => return Err(error),
            }
        }
        if disk.metadata(&path).is_ok_and(|found| found.is_directory) {
            return Err(DiskError::IsDirectory);
        }
        let fresh = format!("{path}.new");
        disk.create(&fresh)?;
        let written = disk.append(&fresh, bytes);
        if let Err(error) = written.and_then(|()| disk.rename(&fresh, &path)) {
            // What cannot be removed either stays, and harms nobody.
            let _ = disk.remove(&fresh);
            return Err(error);
        }
        Ok(disk.sync(&path))
    }

    /// Removes a file or an empty folder, and begins to make that durable.
    ///
    /// # Errors
    /// When it does not exist, or something is in it.
    pub fn remove_file(&mut self, path: &str) -> Result<Ticket, DiskError> {
        let mut disk = self.disk.clone();
        disk.remove(&resolve("/", path))?;
        Ok(disk.flush_all())
    }

    /// Makes an empty folder, and begins to make that durable.
    ///
    /// # Errors
    /// When the folder above it does not exist, or something of that name does.
    pub fn make_folder(&mut self, path: &str) -> Result<Ticket, DiskError> {
        let mut disk = self.disk.clone();
        disk.create_directory(&resolve("/", path))?;
        Ok(disk.flush_all())
    }

    /// Gives a file or folder another name, replacing a file of that name, and begins to make that durable.
    ///
    /// # Errors
    /// When it does not exist, or the new name is a folder.
    pub fn rename_file(&mut self, from: &str, to: &str) -> Result<Ticket, DiskError> {
        let mut disk = self.disk.clone();
        disk.rename(&resolve("/", from), &resolve("/", to))?;
        Ok(disk.flush_all())
    }
}
