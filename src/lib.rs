//! Resplay: a Redis-compatible server that does no I/O of its own.

pub mod memory;
pub mod resp;
pub mod types;
