//! What the operating system knows of the process: its signals, its limits, its number.

use mio::net::UnixStream;
use resplay::server::Signal;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Descriptors that are no client's: files, listeners, the standard streams.
const OWN_DESCRIPTORS: u64 = 32;

/// SIGINT and SIGTERM as sockets that become readable.
pub struct Signals {
    /// One for each signal.
    pub sockets: [(Signal, UnixStream); 2],
}

impl Signals {
    /// Catches the signals from here on; SIGHUP is ignored.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn catch() -> io::Result<Signals> {
        signal_hook::flag::register(SIGHUP, Arc::new(AtomicBool::new(false)))?;
        Ok(Signals {
            sockets: [
                (Signal::Interrupt, socket_of(SIGINT)?),
                (Signal::Terminate, socket_of(SIGTERM)?),
            ],
        })
    }
}

fn socket_of(signal: i32) -> io::Result<UnixStream> {
    let (reads, writes) = std::os::unix::net::UnixStream::pair()?;
    reads.set_nonblocking(true)?;
    signal_hook::low_level::pipe::register(signal, writes)?;
    Ok(UnixStream::from_std(reads))
}

/// Whether a signal has come since the last call.
pub fn has_come(socket: &mut UnixStream) -> bool {
    let mut bytes = [0; 64];
    let mut came = false;
    while socket.read(&mut bytes).is_ok_and(|count| count > 0) {
        came = true;
    }
    came
}

/// Lets the process open as many files as `clients` take, as far as the system allows; says what
/// it has come to when that is less.
pub fn raise_file_limit(clients: usize) -> Option<u64> {
    let wanted = (clients as u64).saturating_add(OWN_DESCRIPTORS);
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current.unwrap_or(u64::MAX);
    if current >= wanted {
        return None;
    }
    let most = limit.maximum.unwrap_or(u64::MAX);
    let raised = Rlimit {
        current: Some(wanted.min(most)),
        maximum: limit.maximum,
    };
    let reached = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted.min(most),
        Err(_) => current,
    };
    (reached < wanted).then(|| reached.saturating_sub(OWN_DESCRIPTORS))
}
