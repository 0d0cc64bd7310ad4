//! One process on the machine: what its end loses, and what is left.

use super::disk::LabDisk;
use super::losses::Losses;
use super::machine::{Machine, State};
use crate::disk::Disk;
use crate::lab::Why;
use std::collections::BTreeMap;

const CONF: &str = "/etc/redis/redis.conf";
const NOW: i64 = 1_795_471_559_000_000;
const PORT: u16 = 6379;

/// A store that commits when it is told to.
#[derive(Default)]
struct Store(BTreeMap<u64, Vec<u8>>);

impl Store {
    fn commit(&mut self, machine: &mut Machine) {
        while let Some(batch) = machine.disk().take_batch() {
            for (first, last) in batch.deletes {
                self.0.retain(|key, _| !(first..=last).contains(key));
            }
            self.0.extend(batch.puts);
            machine.answered(batch.id, None);
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
    client: u64,
}

impl World {
    fn new() -> Self {
        Self::configured("")
    }

    /// A world whose redis.conf ends with these lines.
    fn configured(lines: &str) -> Self {
        let mut machine = Machine::new(LabDisk::new(), NOW, 1, PORT, usize::MAX);
        let mut disk = machine.disk().clone();
        disk.append(CONF, lines.as_bytes()).unwrap();
        disk.flush_all();
        machine.start(PORT);
        let mut world = World {
            machine,
            store: Store::default(),
            client: 0,
        };
        world.wait(100, true);
        world.connect();
        world
    }

    /// Sends inline commands; answers what came back without waiting for the store.
    fn send(&mut self, lines: &str) -> String {
        let lines = lines.replace('\n', "\r\n") + "\r\n";
        self.machine.receive(self.client, lines.as_bytes());
        String::from_utf8(self.machine.take_output(self.client)).unwrap()
    }

    /// Lets time pass; the store commits what it is given if it `works`.
    fn wait(&mut self, milliseconds: i64, works: bool) {
        let until = self.machine.now_us() + milliseconds * 1000;
        loop {
            let next = self.machine.next_due_us().min(until);
            self.machine.advance(next, || false);
            if works {
                self.store.commit(&mut self.machine);
            }
            if next >= until {
                return;
            }
        }
    }

    fn connect(&mut self) {
        self.client = self.machine.connect(PORT).unwrap();
    }

    fn power_cut(&mut self) -> Losses {
        let records = self.store.records();
        let losses = self.machine.power_cut(&LabDisk::open(records).unwrap());
        self.wait(100, true);
        self.connect();
        losses
    }

    fn kill(&mut self) -> Losses {
        let losses = self.machine.kill(PORT);
        assert_eq!(self.machine.instances()[0].state, State::Stopped);
        assert!(self.machine.is_closed(self.client));
        assert!(self.machine.connect(PORT).is_none());
        self.machine.start(PORT);
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
    world.machine.start(PORT);
    world.wait(100, true);
    world.connect();
    assert_eq!(world.send("get a"), "$1\r\n1\r\n");
}

#[test]
fn a_configuration_that_is_wrong_is_named_with_its_line() {
    let mut world = World::new();
    let mut disk = world.machine.disk().clone();
    disk.append(CONF, b"appendonly maybe\n").unwrap();
    world.machine.kill(PORT);
    world.machine.start(PORT);
    let instance = &world.machine.instances()[0];
    assert_eq!(instance.state, State::Stopped);
    let reason = instance.reason.as_ref().unwrap();
    assert!(reason.contains("appendonly maybe"), "{reason}");
    disk.remove(CONF).unwrap();
    world.machine.start(PORT);
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
    world.machine.receive(old, b"set a 1\r\n");
    assert!(world.machine.take_output(old).is_empty());
    world.machine.disconnect(old);
    assert_eq!(world.send("dbsize"), ":0\r\n");
}
