//! The same again gives the same: random lives of a lab, seen again and gone on with from the middle.

use super::disk::LabDisk;
use super::history::Beginning;
use super::hosts::Endpoint;
use super::machine::Machine;
use super::network::{Line, Node};
use super::timeline::Timeline;
use crate::disk::Disk;

pub(super) const NOW_US: i64 = 1_795_471_559_000_000;
pub(super) const SECOND: i64 = 1_000_000;

pub(super) fn timeline(seed: u64) -> Timeline {
    let mut timeline = Timeline::new(Beginning {
        disk: LabDisk::new(),
        at_us: NOW_US,
        seed,
        port: 6379,
        memory_ceiling: usize::MAX,
    });
    timeline.start(6379.into());
    timeline
}

/// Lets real time pass, in steps of at most a second.
pub(super) fn pass(timeline: &mut Timeline, real_us: &mut i64, by_us: i64) {
    let until = *real_us + by_us;
    while *real_us < until {
        *real_us = (*real_us + SECOND).min(until);
        timeline.catch_up(*real_us, i64::MAX);
    }
}

pub(super) fn ask(timeline: &mut Timeline, at: Endpoint, line: &str) -> String {
    let Some(connection) = timeline.connect(at) else {
        return "refused".to_owned();
    };
    timeline.receive(connection, [line, "\r\n"].concat().as_bytes());
    let output = timeline.take_output(connection);
    timeline.disconnect(connection);
    String::from_utf8_lossy(&output).into_owned()
}

/// Everything that can be seen of a machine, which asks its servers and so changes them.
pub(super) fn everything(machine: &mut Machine) -> String {
    let mut seen = format!("{}\n", machine.now_us());
    for line in machine.log_since(0) {
        seen += &format!("{} {} {}\n", line.at_us, line.process, line.text);
    }
    for file in machine.disk().files("/") {
        let mut bytes = Vec::new();
        if !file.is_directory {
            machine
                .disk()
                .read(&file.path, 0, 1 << 20, &mut bytes)
                .unwrap();
        }
        seen += &format!("{file:?} {}\n", bytes.escape_ascii());
    }
    for instance in machine.instances() {
        seen += &format!("{instance:?}\n");
        let at = machine.endpoint(&instance.name).unwrap();
        let Some(connection) = machine.connect(at) else {
            continue;
        };
        machine.trust(connection);
        let lines = "INFO everything\r\nDEBUG DIGEST\r\nCLIENT LIST\r\nSENTINEL MASTERS\r\n";
        machine.receive(connection, lines.as_bytes());
        let output = machine.take_output(connection);
        // Who asks here has another address in the past.
        let lines = String::from_utf8_lossy(&output).into_owned();
        let lines = lines
            .lines()
            .filter(|line| !line.contains("cmd=client|list"));
        seen.extend(lines.flat_map(|line| [line, "\n"]));
    }
    seen
}

pub(super) fn same(left: &str, right: &str, case: &str) {
    if left != right {
        let lines = left.lines().zip(right.lines());
        let differ = lines.filter(|(left, right)| left != right).take(3);
        let cut = |line: &str| line.chars().take(200).collect::<String>();
        let differ = differ.map(|(left, right)| (cut(left), cut(right)));
        panic!("{case}: {:#?}", differ.collect::<Vec<_>>());
    }
}

/// A lab with a primary, replicas on two hosts, and sentinels.
pub(super) fn with_sentinels(
    timeline: &mut Timeline,
    servers: u16,
    sentinels: u16,
) -> Vec<Endpoint> {
    let mut all = vec![Endpoint::from(6379)];
    let host = timeline.add_host("db2").unwrap();
    ask(timeline, 6379.into(), "CONFIG SET protected-mode no");
    for number in 1..servers {
        let host = host * usize::from(number % 2);
        let words = format!(
            "--port {} --protected-mode no --replicaof lab 6379",
            6379 + number
        );
        let words: Vec<&str> = words.split(' ').collect();
        let folder = format!("/srv/{number}");
        all.push(timeline.launch(&words, host, &folder).unwrap());
    }
    for number in 0..sentinels {
        let port = 26_379 + number;
        let path = format!("/etc/redis/sentinel-{port}.conf");
        let text = format!(
            "port {port}\nsentinel monitor mymaster 10.0.0.1 6379 {}\n\
             sentinel down-after-milliseconds mymaster 3000\nsentinel failover-timeout mymaster 10000\n",
            sentinels / 2 + 1
        );
        timeline.write_file(&path, text.as_bytes()).unwrap();
        all.push(timeline.launch(&[&path, "--sentinel"], 0, "/srv").unwrap());
    }
    all
}

/// Does something at random.
fn something(timeline: &mut Timeline, all: &[Endpoint], rng: &mut fastrand::Rng) {
    let at = all[rng.usize(..all.len())];
    let node = |index: usize| match index {
        0 => Node::Outside,
        index => Node::Process(index - 1),
    };
    let (from, to) = (rng.usize(..=all.len()), rng.usize(..=all.len()));
    match rng.u32(..20) {
        0 => {
            timeline.kill(at);
        }
        1..=3 => timeline.start(at),
        4 => timeline.pause(at, true),
        5 | 6 => timeline.pause(at, false),
        7 => timeline.cut(node(from), node(to), true),
        8 => timeline.heal(),
        9 => timeline.set_line(
            node(from),
            node(to),
            Some(Line {
                latency_us: rng.i64(..20_000),
                jitter_us: rng.i64(..20_000),
                bytes_per_second: rng.u64(..) % 3 * 100_000,
            }),
        ),
        10 => {
            while let Some(batch) = timeline.take_batch() {
                let error = (rng.u32(..10) == 0).then_some("full");
                timeline.answered(batch.id, error);
                if error.is_some() {
                    break;
                }
            }
        }
        _ => {
            let lines = [
                "SET a 1",
                "INCR b",
                "RPUSH l a b c",
                "SET c d PX 700",
                "BGSAVE",
                "BGREWRITEAOF",
                "SPOP s",
                "SADD s a b c d e f",
                "CONFIG SET appendonly yes",
                "DEBUG DIGEST",
                "WAIT 1 100",
                "XADD x * a b",
            ];
            ask(timeline, at, lines[rng.usize(..lines.len())]);
        }
    }
}

/// Runs a random life; answers when it is about in the middle.
pub(super) fn live(timeline: &mut Timeline, real_us: &mut i64, seed: u64, deeds: u32) -> i64 {
    let mut rng = fastrand::Rng::with_seed(seed);
    let all = with_sentinels(timeline, 3 + rng.u16(..3), 1 + rng.u16(..4));
    let mut middle = 0;
    for number in 0..deeds {
        let by_us = rng.i64(0..2 * SECOND);
        pass(timeline, real_us, by_us);
        something(timeline, &all, &mut rng);
        if number == deeds / 2 {
            middle = timeline.now_us();
        }
    }
    middle
}

#[test]
fn the_same_events_give_the_same_machine_however_time_is_cut() {
    let lives: u64 = std::env::var("RESPLAY_LIVES").map_or(6, |lives| lives.parse().unwrap());
    for seed in 0..lives {
        let mut real_us = NOW_US;
        let mut once = timeline(seed);
        let middle_us = live(&mut once, &mut real_us, seed, 150);
        let now_us = once.now_us();
        // Once more from the beginning, in one go between two events.
        assert!(once.look_at(now_us));
        let again = everything(once.machine_mut());
        once.look_at(middle_us);
        let middle = everything(once.machine_mut());
        once.look_at_present();
        once.catch_up(real_us, i64::MAX);
        let present = everything(once.machine_mut());
        // Connections of the past have numbers of their own; nothing shows them.
        same(&present, &again, &format!("seed {seed}"));
        // A life that never went further than the middle.
        let mut real_us = NOW_US;
        let mut half = timeline(seed);
        let mut rng_us = 0;
        live_until(&mut half, &mut real_us, seed, 150, middle_us, &mut rng_us);
        same(
            &everything(half.machine_mut()),
            &middle,
            &format!("middle of {seed}"),
        );
    }
}

/// The same life, ended behind the event in its middle.
fn live_until(
    timeline: &mut Timeline,
    real_us: &mut i64,
    seed: u64,
    deeds: u32,
    until_us: i64,
    last_us: &mut i64,
) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let all = with_sentinels(timeline, 3 + rng.u16(..3), 1 + rng.u16(..4));
    for _ in 0..=deeds / 2 {
        let by_us = rng.i64(0..2 * SECOND);
        // Time passes in other portions than the first time.
        for _ in 0..7 {
            pass(timeline, real_us, by_us / 7);
        }
        pass(timeline, real_us, by_us % 7);
        something(timeline, &all, &mut rng);
        *last_us = timeline.now_us();
    }
    // What was due at that moment has been done when one looks at it.
    timeline.catch_up(*real_us, i64::MAX);
    assert_eq!((*last_us, timeline.now_us()), (until_us, until_us));
}

#[test]
fn a_fork_goes_on_as_if_nothing_had_come_after() {
    let mut real_us = NOW_US;
    let mut lab = timeline(1);
    with_sentinels(&mut lab, 3, 3);
    pass(&mut lab, &mut real_us, 15 * SECOND);
    ask(&mut lab, 6379.into(), "SET kept 1");
    let before_us = lab.now_us();
    pass(&mut lab, &mut real_us, SECOND);
    ask(&mut lab, 6379.into(), "SET forgotten 1");
    lab.kill(6379.into());
    pass(&mut lab, &mut real_us, 20 * SECOND);
    assert_eq!(ask(&mut lab, 6379.into(), "PING"), "refused");

    assert!(lab.look_at(before_us));
    assert!(lab.is_in_the_past());
    // Whatever is done here is done to what is looked at.
    assert_eq!(ask(&mut lab, 6379.into(), "SET scratch 1"), "+OK\r\n");
    lab.look_at_present();
    assert_eq!(ask(&mut lab, 6379.into(), "PING"), "refused");

    lab.look_at(before_us);
    lab.fork();
    assert_eq!(lab.now_us(), before_us);
    assert_eq!(
        ask(&mut lab, 6379.into(), "EXISTS kept forgotten scratch"),
        ":1\r\n"
    );
    pass(&mut lab, &mut real_us, 20 * SECOND);
    let primary = ask(
        &mut lab,
        26_379.into(),
        "SENTINEL get-master-addr-by-name mymaster",
    );
    assert!(primary.contains("6379"), "{primary}");
    // And the fork has a history of its own.
    let now_us = lab.now_us();
    assert!(lab.look_at(now_us));
    let again = everything(lab.machine_mut());
    lab.look_at_present();
    same(&everything(lab.machine_mut()), &again, "after the fork");
}

#[test]
fn the_store_holds_the_fork() {
    use std::collections::BTreeMap;
    let mut store: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    let mut real_us = NOW_US;
    let mut lab = timeline(1);
    let mut commit = |lab: &mut Timeline| {
        while let Some(batch) = lab.take_batch() {
            for (first, last) in batch.deletes {
                store.retain(|key, _| !(first..=last).contains(key));
            }
            store.extend(batch.puts);
            lab.answered(batch.id, None);
        }
        LabDisk::open(store.clone().into_iter().collect()).unwrap()
    };
    lab.write_file("/home/learner/a", &[b'a'; 300_000]).unwrap();
    commit(&mut lab);
    let before_us = lab.now_us();
    pass(&mut lab, &mut real_us, SECOND);
    lab.write_file("/home/learner/a", b"other").unwrap();
    lab.write_file("/home/learner/b", &[b'b'; 300_000]).unwrap();
    commit(&mut lab);
    // A batch is under way while the lab is forked, and is answered for later.
    lab.write_file("/home/learner/c", b"c").unwrap();
    let late = lab.take_batch().unwrap();
    lab.look_at(before_us);
    lab.fork();
    lab.answered(late.id, None);
    let stored = commit(&mut lab);
    let names = |disk: &LabDisk| disk.list("/home/learner").unwrap();
    assert_eq!(names(&stored), ["a"]);
    let mut bytes = Vec::new();
    stored
        .read("/home/learner/a", 0, 400_000, &mut bytes)
        .unwrap();
    assert_eq!(bytes, [b'a'; 300_000]);
}
