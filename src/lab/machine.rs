//! The machine: one disk, the processes on it, and who is connected to them.

use super::connections::Connections;
use super::disk::{LabDisk, OpenError};
use super::losses::{Cause, Losses};
use super::network::Wire;
use super::process::{LaunchError, Process};
use crate::disk::Disk;
use crate::instance::DEFAULT_FILE;
use crate::server::{Event, Server};

/// Most processes, so that a tab stays a tab.
const MAX_PROCESSES: usize = 64;

/// First port of clients, as a system would give them.
const CLIENT_PORTS: u64 = 49_152;

/// The number of the first process. A system has others before.
const FIRST_PID: u32 = 1001;

/// The configuration file of the first server.
const CONF: &str = "/etc/redis/redis.conf";

/// What a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It loads its files, and answers -LOADING.
    Loading,
    /// It serves clients.
    Running,
    /// It is not there.
    Stopped,
}

/// A process as a list of them shows it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Instance {
    /// Where it listens.
    pub host: &'static str,
    /// The port.
    pub port: u16,
    /// What it is doing.
    pub state: State,
    /// 0 to 1 while it loads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<f64>,
    /// The last line of its log, when it has stopped by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The simulated machine. It takes the time from its caller, in microseconds since 1970.
pub struct Machine {
    disk: LabDisk,
    processes: Vec<Process>,
    connections: Connections,
    /// What processes have open to one another.
    pub(super) wires: Vec<Wire>,
    rng: fastrand::Rng,
    next_pid: u32,
    memory_ceiling: usize,
    stopwatch: Option<fn() -> i64>,
    /// Power is off: nothing runs.
    frozen: bool,
}

impl Machine {
    /// A machine with `disk`, whose one server listens on `port` once it is started. Chance comes
    /// from `seed`. A server may hold `memory_ceiling` bytes.
    pub fn new(disk: LabDisk, seed: u64, port: u16, memory_ceiling: usize) -> Self {
        furnish(&disk);
        Machine {
            disk,
            processes: vec![Process::new(CONF, port)],
            connections: Connections::default(),
            wires: Vec::new(),
            rng: fastrand::Rng::with_seed(seed),
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

    /// The processes, running or not.
    pub fn instances(&self) -> Vec<Instance> {
        self.processes.iter().map(Process::instance).collect()
    }

    fn index(&self, port: u16) -> Option<usize> {
        self.processes
            .iter()
            .position(|process| process.port == port)
    }

    /// The server on `port`, if it runs.
    pub fn server(&self, port: u16) -> Option<&Server> {
        self.processes.get(self.index(port)?)?.server.as_ref()
    }

    /// The same, to be worked with.
    pub fn server_mut(&mut self, port: u16) -> Option<&mut Server> {
        let index = self.index(port)?;
        self.processes.get_mut(index)?.server.as_mut()
    }

    // ---- connections ----------------------------------------------------------------------

    /// Opens a connection to `port`; none when nothing listens there.
    pub fn connect(&mut self, now_us: i64, port: u16) -> Option<u64> {
        let (connection, _) = self.plug(now_us, port)?;
        self.carry(now_us);
        Some(connection)
    }

    /// A connection to `port`, and the address that it comes from.
    pub(super) fn plug(&mut self, now_us: i64, port: u16) -> Option<(u64, String)> {
        let index = self.index(port)?;
        let address = format!(
            "127.0.0.1:{}",
            CLIENT_PORTS + self.connections.count() % 16_384
        );
        let server = self.running(index)?;
        let client = server.connect(now_us, &address);
        let connection = self.connections.add(index, client);
        self.turn(index, now_us);
        Some((connection, address))
    }

    /// Lets a connection do everything, whoever the users are.
    pub fn trust(&mut self, connection: u64) {
        if let Some((process, client)) = self.end(connection)
            && let Some(server) = self.running(process)
        {
            server.trust(client);
        }
    }

    /// Hands bytes to the server of a connection.
    pub fn receive(&mut self, now_us: i64, connection: u64, bytes: &[u8]) {
        self.hand_over(now_us, connection, bytes);
        self.carry(now_us);
    }

    pub(super) fn hand_over(&mut self, now_us: i64, connection: u64, bytes: &[u8]) {
        if let Some((process, client)) = self.end(connection)
            && let Some(server) = self.running(process)
        {
            server.receive(now_us, client, bytes);
            self.turn(process, now_us);
        }
    }

    /// What the server wrote to a connection since it was last asked.
    pub fn take_output(&mut self, connection: u64) -> Vec<u8> {
        match self.end(connection) {
            Some((process, client)) => self
                .running(process)
                .map_or(Vec::new(), |server| server.take_output(client)),
            None => Vec::new(),
        }
    }

    /// The number of a connection's client, as CLIENT ID has it, while its process lives.
    pub fn client(&self, connection: u64) -> Option<u64> {
        self.connections.get(connection)?.client
    }

    /// Whether the server has closed a connection, or there is none.
    pub fn is_closed(&self, connection: u64) -> bool {
        self.connections.get(connection).is_none_or(|at| at.closed)
    }

    /// Closes a connection.
    pub fn disconnect(&mut self, now_us: i64, connection: u64) {
        self.unplug(now_us, connection);
        self.carry(now_us);
    }

    pub(super) fn unplug(&mut self, now_us: i64, connection: u64) {
        if let Some((process, client)) = self.end(connection)
            && let Some(server) = self.running(process)
        {
            server.disconnect(now_us, client);
        }
        self.connections.remove(connection);
    }

    /// The process at the other end, and what it calls the client.
    fn end(&self, connection: u64) -> Option<(usize, u64)> {
        let at = self.connections.get(connection)?;
        Some((at.process, at.client?))
    }

    pub(super) fn process_count(&self) -> usize {
        self.processes.len()
    }

    pub(super) fn running(&mut self, process: usize) -> Option<&mut Server> {
        if self.frozen {
            return None;
        }
        self.processes.get_mut(process)?.server.as_mut()
    }

    // ---- time -----------------------------------------------------------------------------

    /// Lets time do its work; answers the milliseconds until the next call is due, 0 when there
    /// is more to do at once.
    pub fn tick(&mut self, now_us: i64) -> i64 {
        let mut wait_ms = self.disk.tick(now_us.div_euclid(1000));
        for process in 0..self.processes.len() {
            if let Some(server) = self.running(process) {
                wait_ms = wait_ms.min(server.tick(now_us));
                self.turn(process, now_us);
                if let Some(process) = self.processes.get_mut(process) {
                    process.read_log();
                }
            }
        }
        match self.carry(now_us) {
            true => 0,
            false => wait_ms,
        }
    }

    /// Takes note of what a server has just done.
    pub(super) fn turn(&mut self, index: usize, now_us: i64) {
        let Some(process) = self.processes.get_mut(index) else {
            return;
        };
        process.turn(&self.disk, now_us.div_euclid(1000));
        let Some(server) = &mut process.server else {
            return;
        };
        let mut ended = false;
        for event in server.take_events() {
            match event {
                Event::Closed(client) => self.connections.close(index, client),
                // A server that crashes on purpose goes the way of one that does not.
                Event::Crashed(message) => panic!("{message}"),
                Event::Shutdown => ended = true,
                Event::FailedToStart(text) | Event::Exited(text) => {
                    ended = true;
                    process.reason = Some(text);
                }
            }
        }
        if ended {
            process.stop();
            self.connections.cut(index);
            self.cut_wires_of(index, now_us);
        }
    }

    // ---- life and death -------------------------------------------------------------------

    /// Starts the process on `port` from its files, unless it runs. It may stop again at once;
    /// [`Machine::instances`] says why.
    pub fn start(&mut self, now_us: i64, port: u16) {
        let Some(index) = self.index(port) else {
            return;
        };
        let Some(process) = self.processes.get_mut(index) else {
            return;
        };
        if process.server.is_some() {
            return;
        }
        let pid = self.next_pid;
        self.next_pid += 1;
        let seed = self.rng.u64(..);
        process.start(&self.disk, pid, seed, now_us, self.memory_ceiling);
        if let (Some(server), Some(stopwatch)) = (&mut process.server, self.stopwatch) {
            server.set_stopwatch(stopwatch);
        }
        self.turn(index, now_us);
    }

    /// Starts a process as `redis-server` with these words would be started in `folder`; the port that it listens on.
    ///
    /// # Errors
    /// What redis-server would print instead, or that the port is another process's.
    pub fn launch(
        &mut self,
        now_us: i64,
        words: &[&str],
        folder: &str,
    ) -> Result<u16, LaunchError> {
        if self.processes.len() >= MAX_PROCESSES {
            return Err(LaunchError::TooMany);
        }
        let mut disk = self.disk.clone();
        // It may be there already; what cannot be written to says so when it is.
        for (at, _) in folder.match_indices('/').skip(1) {
            let _ = disk.create_directory(folder.get(..at).unwrap_or_default());
        }
        let _ = disk.create_directory(folder);
        let process = Process::launched(words, folder, &self.disk)?;
        let port = process.port;
        if self.index(port).is_some() {
            return Err(LaunchError::InUse(port));
        }
        self.processes.push(process);
        self.start(now_us, port);
        self.carry(now_us);
        Ok(port)
    }

    /// kill -9: the process is gone at once, and what it had in memory.
    pub fn kill(&mut self, now_us: i64, port: u16) -> Losses {
        let mut losses = Losses::new(Cause::Kill);
        if let Some(index) = self.index(port)
            && let Some(process) = self.processes.get_mut(index)
        {
            let last = process.last_moment(&self.disk);
            process.die(&self.disk, &last, &mut losses);
            self.connections.cut(index);
            self.cut_wires_of(index, now_us);
            self.carry(now_us);
        }
        losses
    }

    /// Has the server on `port` take over the data of `other`; how many keys that are.
    pub fn adopt(&mut self, now_us: i64, port: u16, other: Server) -> Option<usize> {
        let index = self.index(port)?;
        let keys = self.running(index)?.adopt(now_us, other);
        self.turn(index, now_us);
        Some(keys)
    }

    /// Power goes: nothing runs from here on, until [`Machine::power_cut`]. In between the store
    /// may answer for what it has already been given.
    pub fn freeze(&mut self) {
        self.frozen = true;
        self.wires.clear();
        for index in 0..self.processes.len() {
            self.connections.cut(index);
        }
    }

    /// Power has gone and is back: the disk is what the store holds, and all processes that ran
    /// are started from their files.
    ///
    /// # Errors
    /// When the store holds no disk that can be read; then nothing has happened.
    pub fn power_cut(
        &mut self,
        now_us: i64,
        records: Vec<(u64, Vec<u8>)>,
    ) -> Result<Losses, OpenError> {
        self.freeze();
        let moments = self.processes.iter();
        let moments: Vec<_> = moments
            .map(|process| process.last_moment(&self.disk))
            .collect();
        self.frozen = false;
        self.disk.power_cut(records)?;
        furnish(&self.disk);
        let mut losses = Losses::new(Cause::Power);
        for (process, last) in self.processes.iter_mut().zip(&moments) {
            process.die(&self.disk, last, &mut losses);
        }
        for index in 0..self.processes.len() {
            if let Some(port) = self.processes.get(index).map(|process| process.port) {
                self.start(now_us, port);
            }
        }
        Ok(losses)
    }
}

/// Puts on a disk without any file what a fresh installation has.
fn furnish(disk: &LabDisk) {
    if disk.files("/").iter().all(|file| file.is_directory) {
        let mut disk = disk.clone();
        let written = disk.create(CONF);
        // Where nothing can be written, the server says that it has no configuration.
        let _ = written.and_then(|()| disk.append(CONF, DEFAULT_FILE.as_bytes()));
        disk.flush_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Why;
    use std::collections::BTreeMap;

    const NOW: i64 = 1_795_471_559_000_000;
    const PORT: u16 = 6379;

    /// A store that commits when it is told to.
    #[derive(Default)]
    struct Store(BTreeMap<u64, Vec<u8>>);

    impl Store {
        fn commit(&mut self, disk: &LabDisk) {
            while let Some(batch) = disk.take_batch() {
                for (first, last) in batch.deletes {
                    self.0.retain(|key, _| !(first..=last).contains(key));
                }
                self.0.extend(batch.puts);
                disk.committed(batch.id);
            }
        }

        fn records(&self) -> Vec<(u64, Vec<u8>)> {
            let records = self.0.iter();
            records.map(|(key, bytes)| (*key, bytes.clone())).collect()
        }
    }

    struct World {
        machine: Machine,
        store: Store,
        now_us: i64,
        client: u64,
    }

    impl World {
        fn new() -> Self {
            Self::configured("")
        }

        /// A world whose redis.conf ends with these lines.
        fn configured(lines: &str) -> Self {
            let mut machine = Machine::new(LabDisk::new(), 1, PORT, usize::MAX);
            let mut disk = machine.disk().clone();
            disk.append(CONF, lines.as_bytes()).unwrap();
            disk.flush_all();
            machine.start(NOW, PORT);
            let mut world = World {
                machine,
                store: Store::default(),
                now_us: NOW,
                client: 0,
            };
            world.wait(100, true);
            world.connect();
            world
        }

        /// Sends inline commands; answers what came back without waiting for the store.
        fn send(&mut self, lines: &str) -> String {
            let lines = lines.replace('\n', "\r\n") + "\r\n";
            self.machine
                .receive(self.now_us, self.client, lines.as_bytes());
            String::from_utf8(self.machine.take_output(self.client)).unwrap()
        }

        /// Lets time pass; the store commits what it is given if it `works`.
        fn wait(&mut self, milliseconds: i64, works: bool) {
            let until = self.now_us + milliseconds * 1000;
            while self.now_us < until {
                let wait = self.machine.tick(self.now_us).clamp(1, 100);
                if works {
                    self.store.commit(self.machine.disk());
                }
                self.now_us = (self.now_us + wait * 1000).min(until);
            }
            self.machine.tick(self.now_us);
        }

        fn connect(&mut self) {
            self.client = self.machine.connect(self.now_us, PORT).unwrap();
        }

        fn power_cut(&mut self) -> Losses {
            let records = self.store.records();
            let losses = self.machine.power_cut(self.now_us, records).unwrap();
            self.wait(100, true);
            self.connect();
            losses
        }

        fn kill(&mut self) -> Losses {
            let losses = self.machine.kill(self.now_us, PORT);
            assert_eq!(self.machine.instances()[0].state, State::Stopped);
            assert!(self.machine.is_closed(self.client));
            assert!(self.machine.connect(self.now_us, PORT).is_none());
            self.machine.start(self.now_us, PORT);
            self.wait(100, true);
            self.connect();
            losses
        }
    }

    fn texts(losses: &Losses) -> Vec<&str> {
        losses
            .commands
            .iter()
            .map(|lost| lost.text.as_str())
            .collect()
    }

    #[test]
    fn what_no_snapshot_has_is_lost_with_the_process() {
        let mut world = World::new();
        world.send("set a 1\nget a\nset b \"two words\"\nsave\nset c 3");
        world.wait(200, true);
        world.send("incr d\ndel nothing");
        let losses = world.kill();
        assert_eq!(
            (losses.total, texts(&losses)),
            (2, vec!["set c 3", "incr d"])
        );
        assert_eq!(losses.commands[0].why, Why::Memory);
        assert_eq!(losses.commands[0].port, PORT);
        assert_eq!(world.send("dbsize"), ":2\r\n");
        // Nothing has happened since.
        assert_eq!(world.kill().total, 0);
    }

    #[test]
    fn a_snapshot_that_began_in_the_middle_of_a_pipeline_counts_exactly() {
        let mut world = World::new();
        world.send("set a 1\nset b 2\nbgsave\nset c 3\nset d 4");
        world.wait(500, true);
        let losses = world.power_cut();
        assert_eq!(texts(&losses), ["set c 3", "set d 4"]);
        assert_eq!(world.send("dbsize"), ":2\r\n");
        assert_eq!(world.machine.disk().files("/var/lib/redis").len(), 1);
    }

    #[test]
    fn a_server_that_shuts_down_says_so_and_can_be_started_again() {
        let mut world = World::new();
        world.send("set a 1\nshutdown save");
        world.wait(200, true);
        let instance = &world.machine.instances()[0];
        assert_eq!(instance.state, State::Stopped);
        let reason = instance.reason.clone().unwrap();
        assert_eq!(reason, "Redis is now ready to exit, bye bye...");
        assert!(world.machine.is_closed(world.client));
        world.machine.start(world.now_us, PORT);
        world.wait(100, true);
        world.connect();
        assert_eq!(world.send("get a"), "$1\r\n1\r\n");
    }

    #[test]
    fn a_configuration_that_is_wrong_is_named_with_its_line() {
        let mut world = World::new();
        let mut disk = world.machine.disk().clone();
        disk.append(CONF, b"appendonly maybe\n").unwrap();
        world.machine.kill(world.now_us, PORT);
        world.machine.start(world.now_us, PORT);
        let instance = &world.machine.instances()[0];
        assert_eq!(instance.state, State::Stopped);
        let reason = instance.reason.as_ref().unwrap();
        assert!(reason.contains("appendonly maybe"), "{reason}");
        disk.remove(CONF).unwrap();
        world.machine.start(world.now_us, PORT);
        let reason = world.machine.instances()[0].reason.clone().unwrap();
        assert!(reason.contains("can't open config file"), "{reason}");
    }

    /// Random lives with random deaths: what is said to be lost is what is not there afterwards.
    #[test]
    fn what_is_told_is_what_is_missing() {
        let lives: u32 = std::env::var("RESPLAY_LIVES").map_or(60, |lives| lives.parse().unwrap());
        let mut lost = [0; 2];
        for life in 0..lives {
            let mut rng = fastrand::Rng::with_seed(u64::from(life));
            let aof = rng.u32(..4) > 0;
            let policy = ["always", "everysec", "no"][rng.usize(..3)];
            let yes = if aof { "yes" } else { "no" };
            let mut world = World::configured(&format!(
                "appendonly {yes}\nappendfsync {policy}\nsave 5 10\naof-use-rdb-preamble no\n"
            ));
            // What is in the list for certain, and what was sent since without an answer.
            let mut next = 0;
            for _ in 0..rng.usize(1..4) {
                let mut sent = Vec::new();
                let mut answers = 0;
                for _ in 0..rng.usize(..20) {
                    let mut lines = String::new();
                    for _ in 0..rng.usize(..30) {
                        lines += &format!("rpush l {next}\n");
                        sent.push(next);
                        next += 1;
                        if rng.u32(..60) == 0 {
                            lines += "bgsave\n";
                        }
                    }
                    let output = world.send(lines.trim_end());
                    answers += output.matches(':').count();
                    world.wait(rng.i64(0..3000), rng.u32(..4) > 0);
                    let output = world.machine.take_output(world.client);
                    answers += String::from_utf8(output).unwrap().matches(':').count();
                }
                let by_power = rng.bool();
                let losses = match by_power {
                    true => world.power_cut(),
                    false => world.kill(),
                };
                world.wait(5000, true);
                let output = world.send("lrange l -100000 -1");
                let there: Vec<u32> = output
                    .lines()
                    .skip(1)
                    .filter_map(|line| line.parse().ok())
                    .collect();
                let missing: Vec<u32> = sent
                    .iter()
                    .take(answers)
                    .filter(|number| !there.contains(number))
                    .copied()
                    .collect();
                let told: Vec<u32> = losses
                    .commands
                    .iter()
                    .map(|lost| lost.text.rsplit(' ').next().unwrap().parse().unwrap())
                    .collect();
                let case = format!("life {life}, aof {aof}, {policy}, power {by_power}");
                assert_eq!(told, missing, "{case}");
                assert_eq!(losses.total, missing.len() as u64, "{case}");
                lost[usize::from(by_power)] += losses.total;
                if aof && policy == "always" {
                    assert_eq!(losses.total, 0, "{case}");
                }
            }
        }
        assert!(lost[0] > 0 && lost[1] > 0, "{lost:?}");
    }

    #[test]
    fn connections_of_a_dead_process_do_not_reach_the_next_one() {
        let mut world = World::new();
        let old = world.client;
        world.kill();
        world.machine.receive(world.now_us, old, b"set a 1\r\n");
        assert!(world.machine.take_output(old).is_empty());
        world.machine.disconnect(world.now_us, old);
        assert_eq!(world.send("dbsize"), ":0\r\n");
    }
}
