//! RDB and AOF: the formats, snapshots without fork, the log and its rewrite, recovery.
//!
//! What belongs to the files lives here and works on keyspace, instance and disk. Commands (SAVE,
//! BGREWRITEAOF, DUMP) call it; loading an AOF runs commands, and so is the server's affair.

pub mod aof;
mod encoder;
mod foreground;
pub mod loading;
mod pace;
pub mod rdb;
mod save;
mod snapshot;

pub use encoder::RdbEncoder;
pub use foreground::{Purpose, save_to};
pub use save::RdbState;
pub use snapshot::{Background, Child, Job, Owner, Step, WriteError};

/// What one server keeps of its files.
#[derive(Default)]
pub struct Persistence {
    /// How saving went.
    pub rdb: RdbState,
    /// At most one, as Redis has one child process.
    background: Option<Background>,
    /// A save that everybody waits for.
    foreground: Option<foreground::Foreground>,
    /// The append-only file.
    pub aof: aof::Aof,
    /// How far loading has come, while the files are being loaded.
    pub loading: Option<loading::LoadingProgress>,
    /// What is loaded does not keep the data before it from being read.
    pub loads_aside: bool,
}
