//! The native host: the engine behind sockets, on real files, started as redis-server is.
//!
//! Nothing here knows a command. The host carries bytes, tells the time and keeps the files.

mod connection;
mod files;
mod host;
mod links;
mod listen;
mod network;
mod process;
mod start;
mod syncer;
mod usage;

fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    start::start(&words)
}
