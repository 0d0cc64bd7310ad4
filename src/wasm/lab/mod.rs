//! The lab that a worker drives: the machine, its connections, consoles and live views.

mod consoles;
mod disk;
mod share;
#[cfg(test)]
mod tests;
mod time;
mod topology;
mod watches;

use super::console::Console;
use super::recent;
use super::views::{Logs, Metrics};
use crate::lab::disk::{LabDisk, OpenError};
use crate::lab::{Beginning, Cause, Endpoint, Import, Instance, LaunchError, Losses, Timeline};
use crate::map::SortedMap;
use crate::server::Signal;
pub use share::Arrival;
use watches::Watched;

/// A machine with everything that the page has open on it.
pub struct Lab {
    timeline: Timeline,
    /// Microseconds since 1970.
    clock: fn() -> i64,
    /// The server that views show.
    shown: Endpoint,
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

/// Longest that the lab works at what is due before it does what it is asked, in microseconds.
const CATCH_UP_US: i64 = 5000;

/// Longest that a turn takes, in microseconds: others wait for theirs, and frames are to be painted.
const TURN_US: i64 = 8000;

impl Lab {
    /// A lab on `disk` with a server on `port` that starts from its files, all chance from
    /// `seed`, and clocks to ask.
    pub fn new(disk: LabDisk, seed: u64, port: u16, (clock, stopwatch): Clocks) -> Self {
        let beginning = Beginning {
            disk,
            at_us: clock(),
            seed,
            port,
            memory_ceiling: MEMORY_CEILING,
        };
        let timeline = Timeline::new(beginning);
        let mut lab = Lab::around(timeline, port, (clock, stopwatch));
        lab.timeline.start(lab.shown);
        lab.begin();
        lab
    }

    /// A lab with what happens on `timeline`, whose views show the server on `port`.
    fn around(timeline: Timeline, port: u16, (clock, stopwatch): Clocks) -> Self {
        let mut lab = Lab {
            timeline,
            clock,
            shown: port.into(),
            consoles: SortedMap::new(),
            watched: SortedMap::new(),
            metrics: Metrics::default(),
            logs: Logs::default(),
            import: None,
            seconds_noticed: false,
            disk_changes: 0,
            told: Vec::new(),
        };
        lab.timeline.set_stopwatch(stopwatch);
        lab
    }

    fn begin(&mut self) {
        let now_ms = self.now_ms();
        let server = self.timeline.machine().server(self.shown);
        self.metrics.sample(server, now_ms);
    }

    /// What time it is in the lab.
    fn now_ms(&self) -> i64 {
        self.timeline.now_us() / 1000
    }

    /// Lets the time come to what it is outside, so that what is done next is done now.
    fn catch_up(&mut self) {
        self.timeline.catch_up((self.clock)(), CATCH_UP_US);
    }

    fn at(&self, name: &str) -> Option<Endpoint> {
        self.timeline.machine().endpoint(name)
    }

    // ---- connections ----------------------------------------------------------------------

    /// Opens a connection of the page's own to the server of this name (`6379`, `db2:6379`); none when nothing
    /// listens there. It may do everything, also when a learner has set a password.
    pub fn connect(&mut self, name: &str) -> Option<u64> {
        self.catch_up();
        let connection = self.timeline.connect(self.at(name)?)?;
        self.timeline.trust(connection);
        Some(connection)
    }

    /// Opens a connection as any client would, to a port of a host; a name that is none of the lab's hosts means the
    /// first. None when nothing listens there.
    pub fn connect_client(&mut self, host: &str, port: u16) -> Option<u64> {
        self.catch_up();
        let named = self.at(&format!("{host}:{port}"));
        self.timeline.connect(named.unwrap_or(port.into()))
    }

    /// Hands bytes to the server, and answers what it wrote.
    pub fn send(&mut self, connection: u64, bytes: &[u8]) -> Vec<u8> {
        self.catch_up();
        let client = self.timeline.machine().client(connection);
        recent::remember(client.unwrap_or_default(), bytes);
        self.timeline.receive(connection, bytes);
        self.timeline.take_output(connection)
    }

    /// What the server wrote to a connection since it was last asked.
    pub fn take_output(&mut self, connection: u64) -> Vec<u8> {
        self.timeline.take_output(connection)
    }

    /// Whether the server has closed a connection.
    pub fn is_closed(&self, connection: u64) -> bool {
        self.timeline.machine().is_closed(connection)
    }

    /// Closes a connection.
    pub fn disconnect(&mut self, connection: u64) {
        self.catch_up();
        self.timeline.disconnect(connection);
    }

    // ---- processes ------------------------------------------------------------------------

    /// The processes, if they are not as they were at the last call.
    pub fn take_instances(&mut self) -> Option<Vec<Instance>> {
        let now = self.timeline.machine().instances();
        (now != self.told).then(|| {
            self.told = now.clone();
            now
        })
    }

    /// Starts the server of this name, unless it runs.
    pub fn start(&mut self, name: &str) {
        self.catch_up();
        if let Some(at) = self.at(name) {
            self.timeline.start(at);
        }
        self.see_all_anew();
    }

    /// Starts a process as `redis-server` with these words would be started in `folder` on `host`, which is added
    /// if there is no such host; its name. Its standard output may be a terminal.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn launch(
        &mut self,
        words: &[&str],
        folder: &str,
        host: &str,
        terminal: bool,
    ) -> Result<String, LaunchError> {
        self.catch_up();
        let number = match host {
            "" => 0,
            host => self.timeline.add_host(host).ok_or(LaunchError::NoHost)?,
        };
        let at = self.timeline.launch_at(words, number, folder, terminal);
        self.see_all_anew();
        Ok(self.timeline.machine().name(at?))
    }

    /// kill -9.
    pub fn kill(&mut self, name: &str) -> Losses {
        self.catch_up();
        let losses = match self.at(name) {
            Some(at) => self.timeline.kill(at),
            None => Losses::new(Cause::Kill),
        };
        self.see_all_anew();
        losses
    }

    /// Asks the process of this name to end, by SIGINT or by SIGTERM.
    pub fn signal(&mut self, name: &str, interrupt: bool) {
        self.catch_up();
        if let Some(at) = self.at(name) {
            let signal = match interrupt {
                true => Signal::Interrupt,
                false => Signal::Terminate,
            };
            self.timeline.signal(at, signal);
        }
        self.see_all_anew();
    }

    /// What a process has printed since the line of this number, and the number to ask with next.
    pub fn printed(&self, name: &str, number: f64) -> (f64, Vec<String>) {
        let at = self.at(name).unwrap_or(Endpoint { host: 0, port: 0 });
        let machine = self.timeline.machine();
        let (last, lines) = machine.printed_since(at, number as u64);
        (last as f64, lines.into_iter().map(str::to_owned).collect())
    }

    /// Power goes. Nothing runs before [`Lab::power_cut`].
    pub fn freeze(&mut self) {
        self.catch_up();
        self.timeline.freeze();
    }

    /// Power has gone and is back, and the store holds `records`.
    ///
    /// # Errors
    /// When they make no disk.
    pub fn power_cut(&mut self, records: Vec<(u64, Vec<u8>)>) -> Result<Losses, OpenError> {
        self.catch_up();
        let losses = self.timeline.power_cut(records);
        self.see_all_anew();
        losses
    }
}
