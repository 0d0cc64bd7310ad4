//! RDB and AOF: the formats, snapshots without fork, the log and its rewrite, recovery.
//!
//! What belongs to the files lives here and works on keyspace, instance and disk. Commands (SAVE,
//! BGREWRITEAOF, DUMP) call it; loading an AOF runs commands, and so is the server's affair.

pub mod rdb;

/// What one server keeps of its files.
#[derive(Default)]
pub struct Persistence {}
