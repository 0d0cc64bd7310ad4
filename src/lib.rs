//! Resplay: a Redis-compatible server that does no I/O of its own.

pub mod cli;
pub mod commands;
pub mod copy;
pub mod disk;
pub mod instance;
pub mod keyspace;
pub mod lab;
pub mod map;
pub mod memory;
pub mod network;
pub mod persistence;
pub mod replication;
pub mod resp;
pub mod sentinel;
pub mod server;
pub mod types;
pub mod wasm;
