//! The machine: one disk, the processes on it, and who is connected to them.

use super::disk::LabDisk;
use super::hosts::{Endpoint, Host};
use super::log::Log;
use super::losses::{Cause, Losses};
use super::network::{Network, Node};
use super::ports::Ports;
use super::process::{LaunchError, Process};
use crate::disk::Disk;
use crate::instance::{DEFAULT_FILE, DEFAULT_SENTINEL_FILE};
use crate::server::{Event, Server, Signal};

/// Most processes, so that a tab stays a tab.
pub(super) const MAX_PROCESSES: usize = 64;

/// Most processes that there have ever been, those that were taken off the list included.
const MAX_EVER: usize = 4096;

/// The number of the first process. A system has others before.
const FIRST_PID: u32 = 1001;

/// The configuration file of the first server.
const CONF: &str = "/etc/redis/redis.conf";

/// The configuration of the first sentinel, if somebody starts one.
const SENTINEL_CONF: &str = "/etc/redis/sentinel.conf";

/// What a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It loads its files, and answers -LOADING.
    Loading,
    /// It serves clients.
    Running,
    /// It is stopped by SIGSTOP, and goes on where it was with SIGCONT.
    Paused,
    /// It is not there.
    Stopped,
}

/// A process as a list of them shows it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Instance {
    /// What it is called: its port, on another host than the first behind the host's name and a colon.
    pub name: String,
    /// The address where it listens.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether it is a sentinel.
    pub sentinel: bool,
    /// Its configuration file, if it was started with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conf: Option<String>,
    /// The number of the process, while it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// The address that it listens at, or `*`.
    pub bind: String,
    /// Whether it has left the terminal that it was started at (daemonize).
    pub daemonized: bool,
    /// Whether its log goes to its standard output.
    pub prints: bool,
    /// What it is doing.
    pub state: State,
    /// 0 to 1 while it loads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<f64>,
    /// The last line of its log, when it has stopped by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The simulated machine. Its time is its own, in microseconds since 1970, and passes in [`Machine::advance`].
///
/// What happens in it depends on nothing but its seed, its disk, and what was done to it when.
pub struct Machine {
    pub(super) now_us: i64,
    pub(super) disk: LabDisk,
    pub(super) hosts: Vec<Host>,
    pub(super) processes: Vec<Process>,
    pub(super) network: Network,
    pub(super) log: Log,
    pub(super) ports: Ports,
    /// When the disk wants its next turn.
    pub(super) disk_due_us: i64,
    rng: fastrand::Rng,
    next_pid: u32,
    memory_ceiling: usize,
    stopwatch: Option<fn() -> i64>,
    /// Power is off: nothing runs.
    pub(super) frozen: bool,
}

impl Machine {
    /// A machine with `disk` at `now_us`, whose one server listens on `port` once it is started. Chance comes
    /// from `seed`. A server may hold `memory_ceiling` bytes.
    pub fn new(disk: LabDisk, now_us: i64, seed: u64, port: u16, memory_ceiling: usize) -> Self {
        // What a fresh disk is furnished with is as old as the machine.
        disk.tick(now_us.div_euclid(1000));
        furnish(&disk);
        let mut rng = fastrand::Rng::with_seed(seed);
        Machine {
            now_us,
            disk,
            hosts: vec![Host::first()],
            processes: vec![Process::new(CONF, port.into())],
            network: Network::new(rng.u64(..)),
            log: Log::default(),
            ports: Ports::default(),
            disk_due_us: now_us,
            rng,
            next_pid: FIRST_PID,
            memory_ceiling,
            stopwatch: None,
            frozen: false,
        }
    }

    /// Lends the servers that will be started a stopwatch, in microseconds since any moment.
    pub fn set_stopwatch(&mut self, stopwatch: fn() -> i64) {
        self.stopwatch = Some(stopwatch);
    }

    /// The disk.
    pub fn disk(&self) -> &LabDisk {
        &self.disk
    }

    /// The time, in microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        self.now_us
    }

    /// The processes, running or not.
    pub fn instances(&self) -> Vec<Instance> {
        let processes = self.processes.iter().filter(|it| !it.forgotten);
        processes.map(|it| it.instance(&self.hosts)).collect()
    }

    pub(super) fn index(&self, at: Endpoint) -> Option<usize> {
        self.processes
            .iter()
            .position(|process| process.at == at && !process.forgotten)
    }

    /// The server at an endpoint, if it runs.
    pub fn server(&self, at: impl Into<Endpoint>) -> Option<&Server> {
        self.processes.get(self.index(at.into())?)?.server.as_ref()
    }

    /// The same, to be worked with.
    pub fn server_mut(&mut self, at: impl Into<Endpoint>) -> Option<&mut Server> {
        let index = self.index(at.into())?;
        self.processes.get_mut(index)?.server.as_mut()
    }

    pub(super) fn running(&mut self, process: usize) -> Option<&mut Server> {
        if self.frozen {
            return None;
        }
        self.processes.get_mut(process)?.server.as_mut()
    }

    /// Whether a process is stopped by SIGSTOP.
    pub(super) fn is_stopped(&self, process: usize) -> bool {
        let process = self.processes.get(process);
        process.is_some_and(|process| process.stopped && process.server.is_some())
    }

    /// Whether a process runs.
    pub(super) fn is_up(&self, process: usize) -> bool {
        !self.frozen
            && self
                .processes
                .get(process)
                .is_some_and(|it| it.server.is_some())
    }

    /// Whether a process that runs listens at this address.
    pub(super) fn listens(&self, process: usize, local: &str) -> bool {
        let server = self
            .processes
            .get(process)
            .and_then(|it| it.server.as_ref());
        let host = local.rsplit_once(':').map_or(local, |(host, _)| host);
        let is_it = |bound: &String| {
            let bound = bound.trim_start_matches('-');
            matches!(bound, "*" | "0.0.0.0" | "::*") || bound == host
        };
        server.is_some_and(|server| {
            let bind = &server.instance().config.bind;
            bind.is_empty() || bind.iter().any(is_it)
        })
    }

    /// Takes note of what a process has just done, and passes on what it has to say.
    pub(super) fn turn(&mut self, index: usize) {
        let Some(process) = self.processes.get_mut(index) else {
            return;
        };
        process.turn(&self.disk, self.now_us.div_euclid(1000));
        let Some(server) = &mut process.server else {
            return;
        };
        let mut closed = Vec::new();
        let mut ended = false;
        for event in server.take_events() {
            match event {
                Event::Closed(client) => closed.push(client),
                // A server that crashes on purpose goes the way of one that does not.
                Event::Crashed(message) => panic!("{message}"),
                Event::Shutdown => ended = true,
                Event::FailedToStart(text) | Event::Exited(text) => {
                    ended = true;
                    process.reason = Some(text);
                }
            }
        }
        let lines = process.read_log();
        let Some(server) = &mut process.server else {
            return;
        };
        // CONFIG SET port
        let port = u16::try_from(server.instance().config.port).unwrap_or(0);
        if port != 0 {
            process.at.port = port;
        }
        if let Some(wait_ms) = server.next_wait() {
            let due_us = self
                .now_us
                .saturating_add(wait_ms.max(0).saturating_mul(1000));
            process.due_us = process.due_us.min(due_us);
        }
        self.log.add(self.now_us, index, lines);
        self.gather(index);
        for client in closed {
            self.client_closed(index, client);
        }
        if ended {
            self.end(index);
        }
    }

    /// A process has ended by itself.
    fn end(&mut self, index: usize) {
        if let Some(process) = self.processes.get_mut(index) {
            process.stop();
        }
        self.note_ports();
        self.cut_wires_of(index);
    }

    // ---- life and death -------------------------------------------------------------------

    /// Starts the process at an endpoint from its files, unless it runs. It may stop again at once;
    /// [`Machine::instances`] says why.
    pub fn start(&mut self, at: impl Into<Endpoint>) {
        if let Some(index) = self.index(at.into()) {
            self.start_process(index);
            self.settle();
        }
    }

    fn start_process(&mut self, index: usize) {
        let Some(process) = self.processes.get_mut(index) else {
            return;
        };
        if process.server.is_some() {
            return;
        }
        let pid = self.next_pid;
        self.next_pid += 1;
        let seed = self.rng.u64(..);
        process.start(&self.disk, pid, seed, self.now_us, self.memory_ceiling);
        if let (Some(server), Some(stopwatch)) = (&mut process.server, self.stopwatch) {
            server.set_stopwatch(stopwatch);
        }
        self.lend_ports(index);
        self.turn(index);
    }

    /// Starts a process on a host as `redis-server` with these words would be started in `folder`; where it listens.
    ///
    /// # Errors
    /// What redis-server would print instead, or that the port is another process's.
    pub fn launch(
        &mut self,
        words: &[&str],
        host: usize,
        folder: &str,
    ) -> Result<Endpoint, LaunchError> {
        self.launch_at(words, host, folder, false)
    }

    /// The same, of a process whose standard output may be a terminal.
    ///
    /// # Errors
    /// Likewise.
    pub fn launch_at(
        &mut self,
        words: &[&str],
        host: usize,
        folder: &str,
        terminal: bool,
    ) -> Result<Endpoint, LaunchError> {
        let listed = self.processes.iter().filter(|it| !it.forgotten).count();
        if listed >= MAX_PROCESSES || self.processes.len() >= MAX_EVER {
            return Err(LaunchError::TooMany);
        }
        let host = host.min(self.hosts.len().saturating_sub(1));
        let mut disk = self.disk.clone();
        // It may be there already; what cannot be written to says so when it is.
        for (at, _) in folder.match_indices('/').skip(1) {
            let _ = disk.create_directory(folder.get(..at).unwrap_or_default());
        }
        let _ = disk.create_directory(folder);
        let mut process = Process::launched(words, host, folder, &self.disk)?;
        process.at_terminal = terminal;
        let at = process.at;
        // One that has ended makes room for the next on its port.
        match self.index(at) {
            Some(index) if self.is_up(index) => return Err(LaunchError::InUse(at.port)),
            Some(index) => {
                if let Some(old) = self.processes.get_mut(index) {
                    *old = process;
                }
            }
            None => self.processes.push(process),
        }
        self.start(at);
        Ok(at)
    }

    /// Takes a process that has ended off the list, and its lines off the network. Its files stay.
    pub fn forget(&mut self, at: impl Into<Endpoint>) {
        if let Some(index) = self.index(at.into())
            && !self.is_up(index)
            && let Some(process) = self.processes.get_mut(index)
        {
            process.forgotten = true;
            self.network.conditions.forget(Node::Process(index));
        }
    }

    /// kill -9: the process is gone at once, and what it had in memory.
    pub fn kill(&mut self, at: impl Into<Endpoint>) -> Losses {
        let mut losses = Losses::new(Cause::Kill);
        if let Some(index) = self.index(at.into())
            && let Some(process) = self.processes.get_mut(index)
        {
            let last = process.last_moment(&self.disk);
            process.die(&self.disk, &last, &mut losses);
            self.note_ports();
            self.cut_wires_of(index);
            self.settle();
        }
        losses
    }

    /// kill -STOP and kill -CONT: the process stands still, or goes on.
    pub fn pause(&mut self, at: impl Into<Endpoint>, stopped: bool) {
        let now_us = self.now_us;
        if let Some(index) = self.index(at.into())
            && let Some(process) = self.processes.get_mut(index)
            && process.server.is_some()
        {
            process.stopped = stopped;
            process.due_us = now_us;
            self.release();
        }
    }

    /// Asks the process to end, as Ctrl-C or kill does.
    pub fn signal(&mut self, at: impl Into<Endpoint>, signal: Signal) {
        let now_us = self.now_us;
        if let Some(index) = self.index(at.into())
            && let Some(server) = self.running(index)
        {
            server.signal(now_us, signal);
            if let Some(process) = self.processes.get_mut(index) {
                process.due_us = now_us;
            }
            self.turn(index);
            self.settle();
        }
    }

    /// Has the server at an endpoint take over the data of `other`; how many keys that are.
    pub fn adopt(&mut self, at: impl Into<Endpoint>, other: Server) -> Option<usize> {
        let index = self.index(at.into())?;
        let now_us = self.now_us;
        let keys = self.running(index)?.adopt(now_us, other);
        self.turn(index);
        Some(keys)
    }

    /// Power goes: nothing runs from here on, until [`Machine::power_cut`]. In between the store
    /// may answer for what it has already been given.
    pub fn freeze(&mut self) {
        self.frozen = true;
        self.network.clear();
    }

    /// Power has gone and is back: the disk is what `stored` was made of, and all processes that ran
    /// are started from their files.
    pub fn power_cut(&mut self, stored: &LabDisk) -> Losses {
        self.freeze();
        let moments = self.processes.iter();
        let moments: Vec<_> = moments
            .map(|process| process.last_moment(&self.disk))
            .collect();
        self.frozen = false;
        self.disk.power_cut(stored);
        furnish(&self.disk);
        let mut losses = Losses::new(Cause::Power);
        for (process, last) in self.processes.iter_mut().zip(&moments) {
            process.die(&self.disk, last, &mut losses);
        }
        for index in 0..self.processes.len() {
            self.start_process(index);
        }
        self.settle();
        losses
    }

    /// The store has answered for a batch of the disk: [`LabDisk::answered`].
    pub fn answered(&mut self, batch: u64, error: Option<&str>) {
        self.disk.answered(batch, error);
        for process in &mut self.processes {
            process.due_us = process.due_us.min(self.now_us);
        }
    }
}

/// Puts on a disk without any file what a fresh installation has.
fn furnish(disk: &LabDisk) {
    if disk.files("/").iter().all(|file| file.is_directory) {
        let mut disk = disk.clone();
        for path in [CONF, SENTINEL_CONF] {
            let written = disk.create(path);
            // Where nothing can be written, the server says that it has no configuration.
            let _ = written.and_then(|()| disk.append(path, usual_content(path)));
        }
        disk.flush_all();
    }
}

/// The configuration that a new machine has at `path`, or would have there if it were one of a server.
pub(super) fn usual_content(path: &str) -> &'static [u8] {
    match path {
        SENTINEL_CONF => DEFAULT_SENTINEL_FILE.as_bytes(),
        _ => DEFAULT_FILE.as_bytes(),
    }
}
