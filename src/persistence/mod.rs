//! RDB and AOF: the formats, snapshots without fork, the log and its rewrite, recovery.
//!
//! What belongs to the files lives here and works on keyspace, instance and disk. Commands (SAVE,
//! BGREWRITEAOF, DUMP) call it; loading an AOF runs commands, and so is the server's affair.

pub mod rdb;
mod snapshot;

pub use snapshot::{Background, Child, Job, Owner, Step, WriteError};

/// What one server keeps of its files.
#[derive(Default)]
pub struct Persistence {
    /// At most one, as Redis has one child process.
    background: Option<Background>,
}
