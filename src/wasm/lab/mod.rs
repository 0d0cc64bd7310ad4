//! The lab that a worker drives: the machine, its connections, consoles and live views.

mod consoles;
mod disk;
#[cfg(test)]
mod tests;
mod watches;

use super::console::Console;
use super::recent;
use super::views::{Logs, Metrics};
use crate::lab::disk::{LabDisk, OpenError};
use crate::lab::{Import, Instance, LaunchError, Losses, Machine};
use crate::map::SortedMap;
use watches::Watched;

/// A machine with everything that the page has open on it.
pub struct Lab {
    machine: Machine,
    /// Microseconds since 1970.
    clock: fn() -> i64,
    /// The server that views show.
    port: u16,
    consoles: SortedMap<u32, Console>,
    watched: SortedMap<u32, Watched>,
    metrics: Metrics,
    logs: Logs,
    /// A file on its way into a server.
    import: Option<Box<Import>>,
    seconds_noticed: bool,
    /// What the disk had when views were last computed.
    disk_changes: u64,
    /// The processes as the page knows them.
    told: Vec<Instance>,
}

/// Microseconds since 1970, and since any moment, which is quicker to tell.
pub type Clocks = (fn() -> i64, fn() -> i64);

/// Bytes that a server may hold. A wasm module can address 4 GiB, and beside the data one
/// command may need a string of 512 MB and its copy while it grows.
const MEMORY_CEILING: usize = 2 << 30;

impl Lab {
    /// A lab on `disk` with a server on `port` that starts from its files, all chance from
    /// `seed`, and clocks to ask.
    pub fn new(disk: LabDisk, seed: u64, port: u16, (clock, stopwatch): Clocks) -> Self {
        // What a fresh disk is furnished with is as old as the lab.
        disk.tick(clock() / 1000);
        let mut lab = Lab {
            machine: Machine::new(disk, seed, port, MEMORY_CEILING),
            clock,
            port,
            consoles: SortedMap::new(),
            watched: SortedMap::new(),
            metrics: Metrics::default(),
            logs: Logs::default(),
            import: None,
            seconds_noticed: false,
            disk_changes: 0,
            told: Vec::new(),
        };
        lab.machine.set_stopwatch(stopwatch);
        lab.machine.start(clock(), port);
        lab.metrics.sample(lab.machine.server(port), lab.now_ms());
        lab
    }

    fn now_ms(&self) -> i64 {
        (self.clock)() / 1000
    }

    // ---- connections ----------------------------------------------------------------------

    /// Opens a connection of the page's own to the server on `port`; none when nothing listens
    /// there. It may do everything, also when a learner has set a password.
    pub fn connect(&mut self, port: u16) -> Option<u64> {
        let connection = self.machine.connect((self.clock)(), port)?;
        self.machine.trust(connection);
        Some(connection)
    }

    /// Hands bytes to the server, and answers what it wrote.
    pub fn send(&mut self, connection: u64, bytes: &[u8]) -> Vec<u8> {
        let client = self.machine.client(connection);
        recent::remember(client.unwrap_or_default(), bytes);
        self.machine.receive((self.clock)(), connection, bytes);
        self.machine.take_output(connection)
    }

    /// What the server wrote to a connection since it was last asked.
    pub fn take_output(&mut self, connection: u64) -> Vec<u8> {
        self.machine.take_output(connection)
    }

    /// Whether the server has closed a connection.
    pub fn is_closed(&self, connection: u64) -> bool {
        self.machine.is_closed(connection)
    }

    /// Closes a connection.
    pub fn disconnect(&mut self, connection: u64) {
        self.machine.disconnect((self.clock)(), connection);
    }

    // ---- processes ------------------------------------------------------------------------

    /// The processes, if they are not as they were at the last call.
    pub fn take_instances(&mut self) -> Option<Vec<Instance>> {
        let now = self.machine.instances();
        (now != self.told).then(|| {
            self.told = now.clone();
            now
        })
    }

    /// Starts the server on `port`, unless it runs.
    pub fn start(&mut self, port: u16) {
        self.machine.start((self.clock)(), port);
        self.see_all_anew();
    }

    /// Starts a process as `redis-server` with these words would be started in `folder`; its port.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn launch(&mut self, words: &[&str], folder: &str) -> Result<u16, LaunchError> {
        let port = self.machine.launch((self.clock)(), words, folder);
        self.see_all_anew();
        port
    }

    /// kill -9.
    pub fn kill(&mut self, port: u16) -> Losses {
        let losses = self.machine.kill((self.clock)(), port);
        self.see_all_anew();
        losses
    }

    /// Power goes. Nothing runs before [`Lab::power_cut`].
    pub fn freeze(&mut self) {
        self.machine.freeze();
    }

    /// Power has gone and is back, and the store holds `records`.
    ///
    /// # Errors
    /// When they make no disk.
    pub fn power_cut(&mut self, records: Vec<(u64, Vec<u8>)>) -> Result<Losses, OpenError> {
        let losses = self.machine.power_cut((self.clock)(), records);
        self.see_all_anew();
        losses
    }

    // ---- time -----------------------------------------------------------------------------

    /// Lets time do its work; answers the milliseconds until the next call is due, 0 when there
    /// is more to do at once.
    pub fn tick(&mut self) -> i64 {
        let now_us = (self.clock)();
        let mut wait_ms = self.machine.tick(now_us);
        let now_ms = now_us / 1000;
        let server = self.machine.server(self.port);
        self.seconds_noticed |= self.metrics.sample(server, now_ms);
        for watched in self.watched.values() {
            if let Some(at) = watched.next_expiry_ms {
                wait_ms = wait_ms.min(at.saturating_sub(now_ms).max(1));
            }
        }
        wait_ms.max(0)
    }
}
