//! Servers and sentinels in the lab, and somebody who works with them.

use fastrand::Rng;
use resplay::disk::Disk;
use resplay::lab::disk::LabDisk;
use resplay::lab::{LogLine, Machine, Node};
use std::fmt::Write;

/// The first server, and the first sentinel.
const SERVERS: u16 = 6379;
const SENTINELS: u16 = 26_379;

pub struct Deployment {
    pub machine: Machine,
    pub rng: Rng,
    pub servers: Vec<u16>,
    pub sentinels: Vec<u16>,
    /// Writes that every replica had acknowledged, by the number in their keys.
    pub promised: Vec<u64>,
    /// How many were tried.
    pub written: u64,
    /// Whether what is written outlives a process.
    pub durable: bool,
    /// Whether lines may be narrow, so that the length of a snapshot matters, and with it what it says of memory.
    pub narrow: bool,
    /// All logs so far.
    pub log: Vec<LogLine>,
    began_us: i64,
    /// How long the store takes.
    store_ms: i64,
}

impl Deployment {
    /// A deployment that has not been started long; everything about it is drawn by lot.
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let began_us = 1_795_471_559_000_000;
        let machine = Machine::new(LabDisk::new(), began_us, seed, SERVERS, usize::MAX);
        let (servers, sentinels) = (rng.u16(3..=7), rng.u16(1..=5));
        let durable = rng.bool();
        let store_ms = [1, 20, 300][rng.u64(..3) as usize];
        let mut deployment = Deployment {
            machine,
            rng,
            servers: (0..servers).map(|number| SERVERS + number).collect(),
            sentinels: (0..sentinels).map(|number| SENTINELS + number).collect(),
            promised: Vec::new(),
            written: 0,
            durable,
            narrow: true,
            log: Vec::new(),
            began_us,
            store_ms,
        };
        deployment.launch();
        deployment
    }

    fn launch(&mut self) {
        let appendonly = if self.durable { "yes" } else { "no" };
        let with_file = self.rng.bool();
        let backlog = ["16kb", "1mb"][self.rng.u64(..2) as usize];
        let delay = self.rng.u32(..3);
        let timeout = [10, 60][self.rng.u64(..2) as usize];
        for port in self.servers.clone() {
            let folder = format!("/srv/{port}");
            let mut lines = format!(
                "port {port}\ndir {folder}\nsave \"\"\nappendonly {appendonly}\nrepl-backlog-size {backlog}\n\
                 repl-diskless-sync-delay {delay}\nrepl-timeout {timeout}\n"
            );
            if port != SERVERS {
                writeln!(lines, "replicaof 127.0.0.1 {SERVERS}").unwrap();
            }
            let path = match port {
                SERVERS => "/etc/redis/redis.conf".to_owned(),
                _ => format!("{folder}/redis.conf"),
            };
            self.make_folder(&folder);
            self.machine.write_file(&path, lines.as_bytes()).unwrap();
            if port == SERVERS {
                self.machine.start(port);
            } else if with_file {
                self.machine.launch(&[&path], 0, &folder).unwrap();
            } else {
                let words = lines.lines().flat_map(|line| {
                    let (name, value) = line.split_once(' ').unwrap();
                    let values = value.split(' ').map(|it| it.trim_matches('"').to_owned());
                    std::iter::once(format!("--{name}")).chain(values)
                });
                let words: Vec<String> = words.collect();
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                self.machine.launch(&words, 0, &folder).unwrap();
            }
        }
        let quorum = self.sentinels.len() / 2 + 1;
        let down_after = self.rng.u32(1000..5000);
        let failover_timeout = self.rng.u32(5000..20_000);
        let parallel_syncs = self.rng.u32(1..4);
        for port in self.sentinels.clone() {
            let path = format!("/etc/redis/sentinel-{port}.conf");
            let text = format!(
                "port {port}\nsentinel monitor mymaster 127.0.0.1 {SERVERS} {quorum}\n\
                 sentinel down-after-milliseconds mymaster {down_after}\n\
                 sentinel failover-timeout mymaster {failover_timeout}\n\
                 sentinel parallel-syncs mymaster {parallel_syncs}\n"
            );
            self.machine.write_file(&path, text.as_bytes()).unwrap();
            self.machine
                .launch(&[&path, "--sentinel"], 0, "/srv")
                .unwrap();
        }
    }

    fn make_folder(&mut self, folder: &str) {
        let mut disk = self.machine.disk().clone();
        let _ = disk.create_directory("/srv");
        disk.create_directory(folder).unwrap();
    }

    /// Until everybody knows everybody.
    pub fn settle_down(&mut self) {
        self.pass(15_000);
    }

    /// Lets time pass, and the store do its work.
    pub fn pass(&mut self, ms: i64) {
        let until = self.machine.now_us() + ms * 1000;
        while self.machine.now_us() < until {
            let next = (self.machine.now_us() + self.store_ms * 1000).min(until);
            self.machine.advance(next, || false);
            while let Some(batch) = self.machine.disk().take_batch() {
                self.machine.answered(batch.id, None);
            }
            let last = self.log.last().map_or(0, |line| line.number);
            self.log.extend(self.machine.log_since(last).cloned());
        }
    }

    pub fn seconds(&self) -> u64 {
        (self.machine.now_us() - self.began_us) as u64 / 1_000_000
    }

    pub fn processes(&self) -> Vec<u16> {
        self.servers
            .iter()
            .chain(&self.sentinels)
            .copied()
            .collect()
    }

    pub fn node(&self, port: u16) -> Node {
        self.machine.node(port).unwrap()
    }

    /// What a process answers at once; nothing when it is down or stopped.
    pub fn ask(&mut self, port: u16, line: &str) -> String {
        let Some(connection) = self.machine.connect(port) else {
            return String::new();
        };
        self.machine
            .receive(connection, [line, "\r\n"].concat().as_bytes());
        let output = self.machine.take_output(connection);
        self.machine.disconnect(connection);
        String::from_utf8_lossy(&output)
            .replace("\r\n", " ")
            .trim()
            .to_owned()
    }

    /// Whom a sentinel takes for the primary.
    pub fn primary_by(&mut self, sentinel: u16) -> Option<u16> {
        let reply = self.ask(sentinel, "SENTINEL get-master-addr-by-name mymaster");
        reply.rsplit(' ').next()?.parse().ok()
    }

    /// Writes something new to whom a sentinel takes for the primary, and waits for all replicas for a while.
    pub fn write(&mut self) {
        let sentinel = self.sentinels[self.rng.u64(..self.sentinels.len() as u64) as usize];
        let Some(primary) = self.primary_by(sentinel) else {
            return;
        };
        let number = self.written;
        self.written += 1;
        let Some(connection) = self.machine.connect(primary) else {
            return;
        };
        let replicas = self.servers.len() - 1;
        let value = "x".repeat(self.rng.u64(..300) as usize);
        let lines = format!("SET w:{number} \"{value}\"\r\nWAIT {replicas} 500\r\n");
        self.machine.receive(connection, lines.as_bytes());
        let mut output = self.machine.take_output(connection);
        for _ in 0..6 {
            if output.ends_with(b"\r\n") && output.iter().filter(|it| **it == b'\n').count() >= 2 {
                break;
            }
            self.pass(100);
            output.extend(self.machine.take_output(connection));
        }
        if output == format!("+OK\r\n:{replicas}\r\n").into_bytes() {
            self.promised.push(number);
        }
        self.machine.disconnect(connection);
    }

    /// All faults end: everybody runs, and reaches everybody.
    pub fn repair(&mut self) {
        self.machine.heal();
        for port in self.processes() {
            self.machine.pause(port, false);
            self.machine.start(port);
        }
    }

    pub fn failovers(&self) -> u64 {
        let lines = self.log.iter();
        lines
            .filter(|line| line.text.contains("+switch-master"))
            .count() as u64
    }

    /// All logs, but for figures of memory, of which a machine of 32 bits needs less.
    pub fn story(&self) -> String {
        let mut story = String::new();
        let told = |line: &&LogLine| !line.text.contains("RDB memory usage");
        for line in self.log.iter().filter(told) {
            let name = self.machine.name_of(line.process);
            // Clients are described with the memory that they take.
            let mut parts = line.text.split("tot-mem=");
            let mut text = parts.next().unwrap_or_default().to_owned();
            parts.for_each(|part| text += part.trim_start_matches(|it: char| it.is_ascii_digit()));
            writeln!(story, "{} {name} {text}", line.at_us - self.began_us).unwrap();
        }
        story
    }
}
