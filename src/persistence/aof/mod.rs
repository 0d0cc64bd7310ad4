//! The append-only file: every command that changes data, so that running them again gives the
//! data again.
//!
//! As in Redis 7: a folder with a manifest, a base file that a rewrite wrote and incremental
//! files on top of it. Commands are encoded once, into a buffer ([`Aof::feed`]), and written at
//! the end of each turn ([`Aof::flush`]). When they are synced, appendfsync says.

mod commands;
mod files;
mod flush;
mod manifest;
mod reader;
mod rewrite;
mod stream;

pub use commands::{CommandWriter, first_base};
pub use files::folder;
pub use flush::Positions;
pub use manifest::{AofFile, Manifest, ManifestError};
pub use reader::{AofReader, Fault, Next};
pub use rewrite::RewriteState;

use crate::disk::{Disk, DiskError};
use crate::instance::{EffectUnit, Instance};
use crate::resp::write_command;
use flush::Syncs;

/// Whether commands are logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AofState {
    /// No.
    #[default]
    Off,
    /// Yes.
    On,
    /// CONFIG SET appendonly yes: the first rewrite has still to make the base. What happens
    /// meanwhile is logged to a temporary file.
    WaitRewrite,
}

/// Why the server cannot go on; the text is what its log says last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal(pub String);

/// The log of one server.
#[derive(Default)]
pub struct Aof {
    state: AofState,
    /// Commands not yet written.
    buffer: Vec<u8>,
    /// The database that the log's reader has selected.
    selected: Option<usize>,
    /// Second of the last `#TS:`.
    timestamp: i64,
    manifest: Manifest,
    /// Path of the file that is written to.
    incr: Option<String>,
    incr_size: u64,
    /// Bytes of all files.
    size: u64,
    /// What they were after the last rewrite.
    base_size: u64,
    syncs: Syncs,
    /// Commands that changed data, up to what was fed last.
    fed_writes: u64,
    /// Why the last write failed.
    write_error: Option<DiskError>,
    /// When that was logged, in seconds since 1970.
    error_logged: i64,
    /// Whether a rewrite is under way.
    rewriting: bool,
    /// How rewrites went.
    pub rewrite: RewriteState,
}

impl Aof {
    /// Whether commands are logged.
    pub fn state(&self) -> AofState {
        self.state
    }

    /// Whether the log is told of what commands do.
    pub fn is_on(&self) -> bool {
        self.state != AofState::Off
    }

    /// Bytes of all files of the log, those included that only the page cache has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What [`Aof::size`] was after the last rewrite.
    pub fn base_size(&self) -> u64 {
        self.base_size
    }

    /// Bytes that wait to be written.
    pub fn buffered(&self) -> &[u8] {
        &self.buffer
    }

    /// The files that make up the log.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Why nothing can be written or synced at present.
    pub fn error(&self) -> Option<&DiskError> {
        if self.state == AofState::Off {
            return None;
        }
        self.write_error.as_ref().or(self.syncs.error())
    }

    /// Says how large all files, and the base, are that were loaded.
    pub fn loaded(&mut self, (size, base_size): (u64, u64)) {
        self.size = size;
        self.base_size = base_size;
    }

    /// Says that the file that is written to may have been cut off by loading it.
    pub fn reopened(&mut self, instance: &Instance) {
        if let Some(path) = &self.incr
            && let Ok(found) = instance.disk.metadata(path)
        {
            self.size -= self.size.min(self.incr_size.saturating_sub(found.len));
            self.incr_size = found.len;
        }
    }

    /// Says how many commands have changed data so far.
    pub fn note_writes(&mut self, writes: u64) {
        self.fed_writes = writes;
    }

    /// Logs what a command or a transaction did; with MULTI and EXEC around it if `transaction`,
    /// so that all of it or nothing is loaded. `writes` is how many commands have changed data
    /// so far, for [`Positions`]. Linear in its bytes.
    pub fn feed(&mut self, unit: &EffectUnit, transaction: bool, instance: &Instance, writes: u64) {
        self.fed_writes = writes;
        // Between two rewrites there is no file to write to, and the next one will hold it all.
        let logs = match self.state {
            AofState::Off => false,
            AofState::On => true,
            AofState::WaitRewrite => self.rewriting,
        };
        let Some((first, _)) = unit.iter().next().filter(|_| logs) else {
            return;
        };
        if instance.config.aof_timestamp_enabled {
            self.note_time(instance.now_ms().div_euclid(1000));
        }
        if transaction {
            self.select(first);
            self.buffer.extend_from_slice(b"*1\r\n$5\r\nMULTI\r\n");
        }
        for (db, bytes) in unit.iter() {
            self.select(db);
            self.buffer.extend_from_slice(bytes);
        }
        if transaction {
            self.buffer.extend_from_slice(b"*1\r\n$4\r\nEXEC\r\n");
        }
    }

    fn select(&mut self, db: usize) {
        if self.selected != Some(db) {
            self.selected = Some(db);
            let mut digits = itoa::Buffer::new();
            let words = [b"SELECT".as_slice(), digits.format(db).as_bytes()];
            write_command(&mut self.buffer, words.into_iter());
        }
    }

    fn note_time(&mut self, seconds: i64) {
        if self.timestamp < seconds {
            self.timestamp = seconds;
            annotate(&mut self.buffer, seconds);
        }
    }
}

/// Appends the annotation of a time in seconds since 1970.
pub(super) fn annotate(into: &mut Vec<u8>, seconds: i64) {
    into.extend_from_slice(b"#TS:");
    into.extend_from_slice(itoa::Buffer::new().format(seconds).as_bytes());
    into.extend_from_slice(b"\r\n");
}
