//! One server process of the machine: it runs, or it has stopped and one knows why.

use super::disk::LabDisk;
use super::hosts::{Endpoint, Host};
use super::ledger::{Fingerprint, Ledger, Log, Position, Positions};
use super::losses::{Cause, Losses};
use super::machine::{Instance, State};
use crate::disk::{Disk, resolve};
use crate::instance::{AppendFsync, Arguments, Config, ConfigError};
use crate::persistence::aof::{AofFile, AofState, folder};
use crate::server::Server;

/// Bytes at each end of a dump that its fingerprint takes: the front holds when it was made, the
/// end the checksum.
const FINGERPRINT: usize = 256;

/// A server process, by its configuration file.
pub struct Process {
    /// The configuration file, absolute; none if everything was said by options.
    conf: Option<String>,
    /// Options, as lines behind those of the file.
    options: Vec<u8>,
    /// The folder that it was started in.
    folder: String,
    /// Whether it is a sentinel.
    sentinel: bool,
    /// Where it listens, or did when it last ran.
    pub at: Endpoint,
    /// When it wants its next turn, in microseconds since 1970.
    pub due_us: i64,
    /// Stopped by SIGSTOP: it is there and does nothing.
    pub stopped: bool,
    /// Ended, and taken off the list.
    pub forgotten: bool,
    /// Its standard output is a terminal.
    pub at_terminal: bool,
    /// The number of the process, when it last ran.
    pid: u32,
    /// The address that it listens at, or `*`.
    bind: String,
    /// Whether it has left the terminal that it was started at.
    daemonized: bool,
    /// Whether its log goes to its standard output.
    pub prints: bool,
    /// What runs; none when it has stopped.
    pub server: Option<Server>,
    /// Why it has stopped, if it did so by itself: the last line of its log.
    pub reason: Option<String>,
    /// The log's last line.
    last_line: Option<String>,
    ledger: Ledger,
    /// Whether its data is there, and its log has said so.
    is_ready: bool,
    /// Saves that the ledger knows of.
    saved: u64,
}

/// Why a process was not started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchError {
    /// Its configuration is none.
    Config(ConfigError),
    /// Another process listens there.
    InUse(u16),
    /// It would listen nowhere.
    NoPort,
    /// The host has no name that one can have.
    NoHost,
    /// There are as many as may be.
    TooMany,
}

impl std::fmt::Display for LaunchError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LaunchError::Config(error) => write!(out, "{}", error.to_string().trim()),
            LaunchError::InUse(port) => {
                write!(
                    out,
                    "Warning: Could not create server TCP listening socket *:{port}: bind: Address already in use"
                )
            }
            LaunchError::NoPort => out.write_str("Configured to not listen anywhere, exiting."),
            LaunchError::NoHost => out.write_str(
                "A host's name begins with a letter and has at most 32 letters, digits, - and _.",
            ),
            LaunchError::TooMany => out.write_str("No more processes can be started here."),
        }
    }
}

impl std::error::Error for LaunchError {}

/// What is known of a process before its end that cannot be known after.
#[derive(Default)]
pub struct LastMoment {
    logged: Option<Positions>,
    /// Up to where the AOF would be there after a power cut.
    survives: Position,
}

impl Process {
    /// A process that does not run.
    pub fn new(conf: &str, at: Endpoint) -> Self {
        Process {
            conf: Some(conf.into()),
            options: Vec::new(),
            folder: "/".into(),
            sentinel: false,
            at,
            due_us: 0,
            stopped: false,
            forgotten: false,
            at_terminal: false,
            pid: 0,
            bind: "*".into(),
            daemonized: false,
            prints: false,
            server: None,
            reason: None,
            last_line: None,
            ledger: Ledger::default(),
            is_ready: false,
            saved: 0,
        }
    }

    /// A process that is to be started by a command line on a host, in `folder`.
    ///
    /// # Errors
    /// What redis-server says of a configuration that it does not start with.
    pub fn launched(
        words: &[&str],
        host: usize,
        folder: &str,
        disk: &LabDisk,
    ) -> Result<Self, LaunchError> {
        let arguments = Arguments::parse(words);
        let mut process = Process::new("", Endpoint { host, port: 0 });
        process.conf = arguments.path.map(|path| resolve(folder, &path));
        process.options = arguments.options;
        process.folder = folder.to_owned();
        process.sentinel = arguments.sentinel;
        let config = process.config(disk).map_err(LaunchError::Config)?;
        process.at.port = u16::try_from(config.port).unwrap_or(0);
        match process.at.port {
            0 => Err(LaunchError::NoPort),
            _ => Ok(process),
        }
    }

    fn config(&self, disk: &LabDisk) -> Result<Config, ConfigError> {
        let path = self.conf.as_deref();
        Server::configuration(self.sentinel, path, &self.options, &self.folder, disk)
    }

    /// As a list of processes shows it.
    pub fn instance(&self, hosts: &[Host]) -> Instance {
        let loading = self.server.as_ref().and_then(Server::loading);
        let state = match &self.server {
            Some(_) if self.stopped => State::Paused,
            Some(_) if loading.is_some() => State::Loading,
            Some(_) => State::Running,
            None => State::Stopped,
        };
        let port = self.at.port;
        let host = hosts.get(self.at.host).filter(|_| self.at.host > 0);
        let (name, host) = match host {
            Some(host) => (format!("{}:{port}", host.name), host.address.clone()),
            None => (port.to_string(), "127.0.0.1".to_owned()),
        };
        Instance {
            name,
            host,
            port,
            sentinel: self.sentinel,
            conf: self.conf.clone(),
            pid: self.server.as_ref().map(|_| self.pid),
            bind: self.bind.clone(),
            daemonized: self.daemonized,
            prints: self.prints,
            state,
            // In steps that are worth telling.
            progress: loading.map(|it| (it.loaded * 100 / it.total.max(1)).min(100) as f64 / 100.0),
            reason: self.reason.clone(),
        }
    }

    /// Starts the process from its files. When it cannot, the reason is there.
    pub fn start(&mut self, disk: &LabDisk, pid: u32, seed: u64, now_us: i64, ceiling: usize) {
        self.stopped = false;
        self.due_us = now_us;
        self.ledger = Ledger::default();
        self.saved = 0;
        self.reason = None;
        let config = match self.config(disk) {
            Ok(config) => config,
            Err(error) => {
                self.reason = Some(error.to_string().trim().to_string());
                return;
            }
        };
        self.at.port = u16::try_from(config.port).unwrap_or(self.at.port);
        self.pid = pid;
        let bind = config.bind.first();
        self.bind = bind.map_or("*", |it| it.trim_start_matches('-')).to_owned();
        self.daemonized = config.daemonize;
        self.prints = config.logfile.is_empty() && !config.daemonize;
        let banner = self.at_terminal && self.prints;
        let mut server = Server::with_disk(config, Box::new(disk.clone()), seed, now_us);
        server.set_memory_ceiling(ceiling);
        server.set_process(pid, self.conf.clone());
        server.remember_writes();
        server.log_start();
        server.log_initialized(banner);
        server.tick(now_us);
        self.is_ready = false;
        self.server = Some(server);
    }

    /// The server has ended by itself; its log says why, unless that is known already.
    pub fn stop(&mut self) {
        self.read_log();
        self.server = None;
        let line = self.last_line.take();
        self.reason = self.reason.take().or(line);
    }

    /// Notes what a turn has done, once it is over.
    pub fn turn(&mut self, disk: &LabDisk, now_ms: i64) {
        let Some(server) = &mut self.server else {
            return;
        };
        if !self.is_ready && server.loading().is_none() {
            self.is_ready = true;
            server.log_ready();
        }
        let writes = server.writes();
        let waits = server.instance().config.appendfsync == AppendFsync::Always;
        let counts = (writes.count(), server.keyspace().dirty());
        self.ledger.turn(counts, logged(server), waits, now_ms);
        let rdb = &server.persistence().rdb;
        if rdb.saved != self.saved {
            self.saved = rdb.saved;
            if let Some(dump) = fingerprint(disk, &dump_path(&server.instance().config)) {
                let changes_of = |number| writes.changes(number);
                self.ledger.snapshot(dump, rdb.saved_changes(), changes_of);
            }
        }
    }

    /// Takes the log's lines.
    pub fn read_log(&mut self) -> Vec<String> {
        let lines = self.server.as_mut().map_or(Vec::new(), Server::take_log);
        if let Some(line) = lines.last() {
            self.last_line = Some(message(line));
        }
        lines
    }

    /// What is to be known before the process, or power, is gone.
    pub fn last_moment(&self, disk: &LabDisk) -> LastMoment {
        let Some(server) = &self.server else {
            return LastMoment::default();
        };
        let logged = logged(server);
        let mut survives = logged.map_or((0, 0), |positions| positions.written);
        for file in &server.persistence().aof.manifest().incr {
            let path = resolve(&folder(&server.instance().config), &file.name);
            let Some(found) = disk.file(&path).filter(|it| it.durable < it.len) else {
                continue;
            };
            survives = (seq(file), found.durable);
            break;
        }
        LastMoment { logged, survives }
    }

    /// Takes the server away, and adds what has died with it to `losses`. The disk is as it is
    /// after the crash.
    pub fn die(&mut self, disk: &LabDisk, last: &LastMoment, losses: &mut Losses) {
        let Some(server) = self.server.take() else {
            return;
        };
        let config = self.config(disk);
        // A file that cannot be read starts no server; the data is lost until it is mended.
        let config = config.unwrap_or_default();
        let writes = server.writes().count();
        let log = match (last.logged, losses.cause) {
            (Some(at), Cause::Power) if config.appendonly => Log::PowerCut {
                written: at.written,
            },
            (Some(_), Cause::Kill) if config.appendonly => Log::Killed,
            _ => Log::Unused,
        };
        let covered = match (log, last.logged) {
            (Log::Killed, Some(at)) => self.ledger.covered_by_log(at.written),
            (Log::PowerCut { .. }, _) => self.ledger.covered_by_log(last.survives),
            _ if config.appendonly => 0,
            _ => {
                let dump = fingerprint(disk, &dump_path(&config)).unwrap_or_default();
                self.ledger.covered_by_dump(&dump)
            }
        };
        let lost = self.ledger.lost(writes, covered, log);
        losses.add(self.at.port, server.writes(), lost);
        self.ledger = Ledger::default();
    }
}

/// Where the AOF stands, if it is what would be loaded.
fn logged(server: &Server) -> Option<Positions> {
    let aof = &server.persistence().aof;
    if aof.state() != AofState::On {
        return None;
    }
    let at = aof.positions();
    let file = aof.manifest().incr.last().map_or(0, seq);
    Some(Positions {
        appended: (file, at.appended),
        written: (file, at.written),
        durable: (file, at.durable),
    })
}

fn seq(file: &AofFile) -> u64 {
    u64::try_from(file.seq).unwrap_or_default()
}

fn dump_path(config: &Config) -> String {
    resolve(&config.dir, &config.dbfilename)
}

/// The text of a line of the log, without process and time.
fn message(line: &str) -> String {
    // `1001:M 23 Nov 2026 22:05:59.123 # Text`
    line.splitn(7, ' ').nth(6).unwrap_or(line).to_string()
}

/// The looks of the file at `path`, if there is one.
fn fingerprint(disk: &LabDisk, path: &str) -> Option<Fingerprint> {
    let len = disk.metadata(path).ok()?.len;
    let mut ends = Vec::new();
    disk.read(path, 0, FINGERPRINT, &mut ends).ok()?;
    let last = len.saturating_sub(FINGERPRINT as u64);
    disk.read(path, last, FINGERPRINT, &mut ends).ok()?;
    Some(Fingerprint { len, ends })
}
