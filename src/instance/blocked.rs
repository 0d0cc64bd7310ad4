//! A client that waits, and what for.

use crate::keyspace::Wanted;
use crate::resp::OwnedArgs;

/// What would end the wait before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// One of these keys holds this (BLPOP and its like).
    Keys(Vec<Box<[u8]>>, Wanted),
    /// CLIENT PAUSE is over; the command has not run yet.
    PauseEnd,
    /// Replicas have what the client wrote (WAIT).
    Replicas {
        /// Number of the stream's byte that they are to have.
        offset: u64,
        /// Replicas wanted.
        wanted: usize,
    },
    /// The log on the disk has the first so many write commands, and so many replicas' logs have
    /// them too (WAITAOF).
    Log {
        /// Number of the client's last write command.
        writes: u64,
        /// Whether the server's own log is wanted.
        local: bool,
        /// Number of the stream's byte that the replicas' logs are to have.
        offset: u64,
        /// Replicas wanted.
        replicas: u64,
    },
}

/// The wait of a client.
#[derive(Clone, Debug)]
pub struct Blocked {
    /// What would end it.
    pub waits_for: WaitsFor,
    /// The database of the keys.
    pub db: usize,
    /// When it ends in vain, in milliseconds since 1970; 0 for never.
    pub until_ms: i64,
    /// The command that waits. It is run again when its time has come.
    pub command: OwnedArgs,
}
