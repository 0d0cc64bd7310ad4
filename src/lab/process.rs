//! One server process of the machine: it runs, or it has stopped and one knows why.

use super::disk::LabDisk;
use super::ledger::{Fingerprint, Ledger, Log, Position, Positions};
use super::losses::{Cause, Losses};
use super::machine::{Instance, State};
use crate::disk::{Disk, resolve};
use crate::instance::{AppendFsync, Config};
use crate::server::Server;

/// Bytes at each end of a dump that its fingerprint takes: the front holds when it was made, the
/// end the checksum.
const FINGERPRINT: usize = 256;

/// A server process, by its configuration file.
pub struct Process {
    /// The configuration file, absolute.
    pub conf: String,
    /// The port it listens on, or did when it last ran.
    pub port: u16,
    /// What runs; none when it has stopped.
    pub server: Option<Server>,
    /// Why it has stopped, if it did so by itself: the last line of its log.
    pub reason: Option<String>,
    /// The log's last line.
    last_line: Option<String>,
    ledger: Ledger,
    /// Saves that the ledger knows of.
    saved: u64,
}

/// What is known of a process before its end that cannot be known after.
pub struct LastMoment {
    logged: Option<Positions>,
    /// Up to where the AOF would be there after a power cut.
    durable: Position,
}

impl Process {
    /// A process that does not run.
    pub fn new(conf: &str, port: u16) -> Self {
        Process {
            conf: conf.into(),
            port,
            server: None,
            reason: None,
            last_line: None,
            ledger: Ledger::default(),
            saved: 0,
        }
    }

    /// As a list of processes shows it.
    pub fn instance(&self) -> Instance {
        let state = match &self.server {
            Some(_) => State::Running,
            None => State::Stopped,
        };
        Instance {
            host: "127.0.0.1",
            port: self.port,
            state,
            progress: None,
            reason: self.reason.clone(),
        }
    }

    /// Starts the process from its files. When it cannot, the reason is there.
    pub fn start(&mut self, disk: &LabDisk, pid: u32, seed: u64, now_us: i64, ceiling: usize) {
        self.ledger = Ledger::default();
        self.saved = 0;
        self.reason = None;
        let config = match Config::load(Some(&self.conf), b"", "/", disk) {
            Ok(config) => config,
            Err(error) => {
                self.reason = Some(error.to_string().trim().to_string());
                return;
            }
        };
        self.port = u16::try_from(config.port).unwrap_or(self.port);
        let mut server = Server::with_disk(config, Box::new(disk.clone()), seed, now_us);
        server.set_memory_ceiling(ceiling);
        server.set_process(pid, Some(self.conf.clone()));
        server.remember_writes();
        server.log_start();
        server.log_ready();
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
        let Some(server) = &self.server else { return };
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
    pub fn read_log(&mut self) {
        if let Some(server) = &mut self.server
            && let Some(line) = server.take_log().last()
        {
            self.last_line = Some(message(line));
        }
    }

    /// What is to be known before the process, or power, is gone.
    pub fn last_moment(&self, disk: &LabDisk) -> LastMoment {
        let logged = self.server.as_ref().and_then(logged);
        LastMoment {
            logged,
            durable: logged.map_or((0, 0), |positions| positions.durable),
        }
    }

    /// Takes the server away, and adds what has died with it to `losses`. The disk is as it is
    /// after the crash.
    pub fn die(&mut self, disk: &LabDisk, last: &LastMoment, losses: &mut Losses) {
        let Some(server) = self.server.take() else {
            return;
        };
        let config = Config::load(Some(&self.conf), b"", "/", disk);
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
            (Log::PowerCut { .. }, _) => self.ledger.covered_by_log(last.durable),
            _ if config.appendonly => 0,
            _ => {
                let dump = fingerprint(disk, &dump_path(&config)).unwrap_or_default();
                self.ledger.covered_by_dump(&dump)
            }
        };
        let lost = self.ledger.lost(writes, covered, log);
        losses.add(self.port, server.writes(), lost);
        self.ledger = Ledger::default();
    }
}

/// Where the AOF stands, if it is what would be loaded.
fn logged(server: &Server) -> Option<Positions> {
    None
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
