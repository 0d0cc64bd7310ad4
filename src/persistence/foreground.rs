//! Saving in one go: SAVE, FLUSHALL and SHUTDOWN, for which everybody waits.

use super::Persistence;
use super::encoder::RdbEncoder;
use super::save::{log_failure, log_of, place, seconds, temporary};
use super::snapshot::{WriteError, doing, synced};
use crate::disk::{Disk, Ticket};
use crate::instance::{Instance, LogLevel};
use crate::keyspace::{Keyspace, SnapshotBudget, SnapshotEncoder};
use crate::memory::apart;

/// Who waits for a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// SAVE of this client; nobody, when it wants no reply.
    Save(Option<u64>),
    /// FLUSHALL: nobody looks at the outcome.
    Flush,
    /// SHUTDOWN of a client.
    Shutdown {
        /// The client's number.
        client: u64,
        /// Whether the server ends even if saving fails.
        force: bool,
    },
}

/// A save that waits for the disk. Nobody is served meanwhile.
#[derive(Debug)]
pub(super) struct Foreground {
    purpose: Purpose,
    ticket: Ticket,
    /// Whether the file has its name already.
    placed: bool,
    /// The keyspace's count of changes that are in the file.
    changes: u64,
}

/// Writes all data to the file `path` in one go. It is not synced.
///
/// # Errors
/// When the file cannot be written; then it is removed.
pub fn save_to(path: &str, keyspace: &Keyspace, instance: &mut Instance) -> Result<(), WriteError> {
    // As with a background save, bytes on their way are not the server's memory.
    let mut encoder = apart(|| RdbEncoder::new(keyspace, instance, false));
    let result = write_all(path, keyspace, instance, &mut encoder);
    apart(|| drop(encoder));
    if result.is_err() {
        let _ = instance.disk.remove(path);
    }
    result
}

fn write_all(
    path: &str,
    keyspace: &Keyspace,
    instance: &mut Instance,
    encoder: &mut RdbEncoder,
) -> Result<(), WriteError> {
    instance.disk.create(path).map_err(doing("open"))?;
    for database in keyspace.iter() {
        for record in database.iter() {
            apart(|| encoder.record(database.index(), record));
            if encoder.pending_len() >= SnapshotBudget::SLICE.bytes {
                flush(path, instance, encoder)?;
            }
        }
    }
    apart(|| encoder.finish());
    flush(path, instance, encoder)
}

fn flush(path: &str, instance: &mut Instance, encoder: &mut RdbEncoder) -> Result<(), WriteError> {
    let bytes = apart(|| encoder.pending());
    let result = instance.disk.append(path, &bytes);
    apart(|| drop(bytes));
    result.map_err(doing("write"))
}

impl Persistence {
    /// Saves all data now. True when that went well, false when it did not, which is in the log
    /// then; none when the disk is at work: nobody may be served until [`Persistence::saved`]
    /// tells how it went.
    pub fn save(
        &mut self,
        purpose: Purpose,
        keyspace: &Keyspace,
        instance: &mut Instance,
    ) -> Option<bool> {
        let path = temporary(instance, instance.pid);
        if let Err(error) = save_to(&path, keyspace, instance) {
            self.foreground = None;
            log_failure(instance, instance.pid, &error);
            return Some(false);
        }
        self.foreground = Some(Foreground {
            purpose,
            ticket: instance.disk.sync(&path),
            placed: false,
            changes: keyspace.dirty(),
        });
        self.saved(instance).map(|(_, ok)| ok)
    }

    /// Saves all data now, for nobody who needs it to be durable (DEBUG RELOAD). False when that
    /// failed, which is in the log then.
    pub fn save_unsynced(&mut self, keyspace: &Keyspace, instance: &mut Instance) -> bool {
        let pid = instance.pid;
        let path = temporary(instance, pid);
        let result = save_to(&path, keyspace, instance).and_then(|()| {
            instance.disk.sync(&path);
            place(instance, pid)
        });
        match result {
            Ok(_) => {
                self.rdb.forget_changes(keyspace);
                self.rdb.last_save_s = seconds(instance);
                self.rdb.last_ok = true;
                self.rdb.saved += 1;
                instance.log(LogLevel::Notice, "DB saved on disk");
                true
            }
            Err(error) => {
                log_failure(instance, pid, &error);
                false
            }
        }
    }

    /// Whether a save waits for the disk, and everybody for it.
    pub fn is_saving(&self) -> bool {
        self.foreground.is_some()
    }

    /// Who waited for a save that has come to its end, and whether it went well.
    pub fn saved(&mut self, instance: &mut Instance) -> Option<(Purpose, bool)> {
        let mut save = self.foreground.take()?;
        let result = loop {
            match synced(&instance.disk, save.ticket) {
                Ok(false) => {
                    self.foreground = Some(save);
                    return None;
                }
                Ok(true) if save.placed => break Ok(()),
                Ok(true) => match place(instance, instance.pid) {
                    Ok(ticket) => {
                        save.ticket = ticket;
                        save.placed = true;
                    }
                    Err(error) => break Err(error),
                },
                Err(error) if save.placed => break Err(doing("place")(error.error)),
                Err(error) => {
                    let path = temporary(instance, instance.pid);
                    let _ = instance.disk.remove(&path);
                    break Err(error);
                }
            }
        };
        match &result {
            Ok(()) => {
                log_of(instance, instance.pid, LogLevel::Notice, "DB saved on disk");
                self.rdb.saved_changes = save.changes;
                self.rdb.saved += 1;
                self.rdb.last_save_s = seconds(instance);
                self.rdb.last_ok = true;
            }
            Err(error) => log_failure(instance, instance.pid, error),
        }
        Some((save.purpose, result.is_ok()))
    }
}
