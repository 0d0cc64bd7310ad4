//! Append-only files carried between the engine and a real redis-server, both ways, with and without an
//! RDB base, rewritten while commands go on; and files damaged in every way. About five seconds.
//!
//! RESPLAY_DAMAGED_LOGS=1000000 cargo nextest run --test aof   damages more of them

#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::path::Path;
use std::process::Command;

use redis::{Connection, RealServer};
use reply::{Reply, request};
use resplay::disk::{Disk, MemoryDisk, read_all};
use resplay::instance::{AppendFsync, Config};
use resplay::lab::disk::LabDisk;
use resplay::memory::allocated;
use resplay::server::{Event, Server};

/// Before any key of these tests expires, for both servers.
const NOW: i64 = 1_700_000_000_000_000;
const FAR: i64 = 4_000_000_000_000;
const DIR: &str = "/var/lib/redis";
const FOLDER: &str = "/var/lib/redis/appendonlydir";

type Args = Vec<Vec<u8>>;

fn words(text: &str) -> Args {
    text.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

fn config(preamble: bool) -> Config {
    Config {
        appendonly: true,
        appendfsync: AppendFsync::EverySec,
        aof_use_rdb_preamble: preamble,
        save: Vec::new(),
        ..Config::default()
    }
}

fn lab_disk() -> LabDisk {
    let mut disk = LabDisk::new();
    for folder in ["/var", "/var/lib", DIR] {
        let made = disk.create_directory(folder);
        assert!(made.is_ok() || disk.metadata(folder).is_ok());
    }
    disk
}

/// All that waits is durable.
fn settle(disk: &LabDisk) {
    while let Some(batch) = disk.take_batch() {
        disk.committed(batch.id);
    }
}

struct Ours {
    server: Server,
    client: u64,
    disk: LabDisk,
    now: i64,
}

impl Ours {
    fn start(config: Config, disk: &LabDisk) -> Ours {
        let mut server = Server::with_disk(config, Box::new(disk.clone()), 5, NOW);
        let client = server.connect(NOW, "127.0.0.1:50000");
        while server.loading().is_some() {
            server.tick(NOW);
        }
        Ours {
            server,
            client,
            disk: disk.clone(),
            now: NOW,
        }
    }

    fn ask(&mut self, args: &[Vec<u8>]) -> Reply {
        self.server.receive(self.now, self.client, &request(args));
        let output = self.server.take_output(self.client);
        Reply::parse(&output).expect("there is a reply").0
    }

    fn digest(&mut self) -> String {
        text_of(self.ask(&words("DEBUG DIGEST")))
    }

    fn info(&mut self, field: &str) -> String {
        field_of(&text_of(self.ask(&words("INFO persistence"))), field)
    }

    fn pass(&mut self, ms: i64) {
        self.now += ms * 1000;
        self.server.tick(self.now);
        settle(&self.disk);
    }

    /// Until everything is written and durable: a sync that is not through holds writes back.
    fn rest(&mut self) {
        for _ in 0..4 {
            self.pass(1000);
        }
    }

    fn finish_rewrite(&mut self) {
        for _ in 0..10_000 {
            self.pass(1);
            if self.info("aof_rewrite_in_progress") == "0"
                && self.info("aof_rewrite_scheduled") == "0"
            {
                return;
            }
        }
        panic!("the rewrite does not end");
    }

    /// Has everything on its way written.
    fn copy_to(&mut self, folder: &Path) {
        self.rest();
        let target = folder.join("appendonlydir");
        std::fs::create_dir_all(&target).expect("a folder can be made");
        for name in self.disk.list(FOLDER).expect("the folder is there") {
            let bytes = read_all(&self.disk, &format!("{FOLDER}/{name}"), 1 << 30);
            std::fs::write(target.join(name), bytes.expect("it can be read"))
                .expect("it can be written");
        }
    }
}

fn text_of(reply: Reply) -> String {
    match reply {
        Reply::Simple(text) | Reply::Bulk(text) | Reply::Error(text) => {
            String::from_utf8_lossy(&text).into_owned()
        }
        other => panic!("{other:?}"),
    }
}

fn field_of(info: &str, field: &str) -> String {
    let mut lines = info.lines().filter_map(|line| line.split_once(':'));
    let found = lines.find(|(name, _)| *name == field);
    found.map_or(String::new(), |(_, value)| value.trim().to_string())
}

fn ask(real: &mut Connection, args: &[Vec<u8>]) -> Reply {
    real.send(&request(args));
    real.receive()
}

fn finish_real_rewrite(real: &mut Connection) {
    for _ in 0..2000 {
        let info = text_of(ask(real, &words("INFO persistence")));
        if field_of(&info, "aof_rewrite_in_progress") == "0"
            && field_of(&info, "aof_rewrite_scheduled") == "0"
        {
            assert_eq!(field_of(&info, "aof_last_bgrewrite_status"), "ok");
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the rewrite does not end");
}

fn text(rng: &mut fastrand::Rng) -> Vec<u8> {
    match rng.usize(..6) {
        0 => rng.i64(-200..200).to_string().into_bytes(),
        1 => rng.i64(..).to_string().into_bytes(),
        2 => (0..rng.usize(..40)).map(|_| rng.u8(..)).collect(),
        3 => vec![b'x'; rng.usize(..200)],
        _ => format!("word-{}", rng.u8(..)).into_bytes(),
    }
}

/// A command that writes, of any type; every command gives the same result everywhere.
fn command(rng: &mut fastrand::Rng) -> Args {
    if rng.usize(..6) == 0 {
        return stream_command(rng);
    }
    let kind = rng.usize(..5);
    let key = format!("{}:{}", ["s", "l", "h", "set", "z"][kind], rng.u8(..12)).into_bytes();
    let mut command = vec![Vec::new(), key.clone()];
    let count = if rng.usize(..12) == 0 {
        150
    } else {
        rng.usize(1..5)
    };
    if rng.usize(..6) == 0 {
        let at = (FAR + rng.i64(..1000)).to_string();
        return match rng.usize(..4) {
            0 => vec![b"DEL".to_vec(), key],
            1 => vec![b"PERSIST".to_vec(), key],
            2 => words(&format!("SELECT {}", rng.u8(..3))),
            _ => vec![b"PEXPIREAT".to_vec(), key, at.into_bytes()],
        };
    }
    let name = match kind {
        0 => {
            let value = text(rng);
            return match rng.usize(..4) {
                0 => vec![b"APPEND".to_vec(), key, value],
                1 => vec![
                    b"SET".to_vec(),
                    key,
                    value,
                    b"EXAT".to_vec(),
                    b"4000000000".to_vec(),
                ],
                _ => vec![b"SET".to_vec(), key, value],
            };
        }
        1 => ["RPUSH", "LPUSH"][rng.usize(..2)],
        2 => "HSET",
        3 => "SADD",
        _ => "ZADD",
    };
    for _ in 0..count {
        if kind == 4 {
            let scores = ["0.1", "-3", "inf", "1e300", "17", "-0.0001"];
            command.push(scores[rng.usize(..scores.len())].as_bytes().to_vec());
        }
        command.push(text(rng));
        if kind == 2 {
            command.push(text(rng));
        }
    }
    command[0] = name.as_bytes().to_vec();
    command
}

/// A command for a stream or its group. What is pending in `whole:` streams is in the stream.
fn stream_command(rng: &mut fastrand::Rng) -> Args {
    let whole = rng.bool();
    let key = format!("{}:{}", if whole { "whole" } else { "x" }, rng.u8(..4));
    let count = rng.u8(1..5);
    let trims = [
        format!("XTRIM {key} MAXLEN {count}"),
        format!("XADD {key} MAXLEN ~ {count} * name value"),
        format!("XGROUP DESTROY {key} g"),
    ];
    words(&match rng.usize(..12) {
        0 => format!("XGROUP CREATE {key} g 0 MKSTREAM"),
        1 => format!("XREADGROUP GROUP g c{count} COUNT {count} STREAMS {key} >"),
        2 => format!("XREADGROUP GROUP g d{count} COUNT 1 NOACK STREAMS {key} >"),
        3 => format!("XAUTOCLAIM {key} g e{count} 0 - COUNT {count}"),
        4 => format!("XGROUP DELCONSUMER {key} g c{count}"),
        5 if !whole => trims[rng.usize(..3)].clone(),
        _ => format!("XADD {key} * name {count} other value"),
    })
}

/// What is pending in the streams of [`stream_command`].
fn pending(mut ask: impl FnMut(&[Vec<u8>]) -> Reply) -> String {
    let lines = (0..4).map(|number| {
        let groups = ask(&words(&format!("XPENDING whole:{number} g")));
        format!("{groups} {}\n", ask(&words(&format!("XLEN x:{number}"))))
    });
    lines.collect()
}

#[test]
fn a_real_server_loads_our_log() {
    for preamble in [true, false] {
        let disk = lab_disk();
        let mut ours = Ours::start(config(preamble), &disk);
        let mut rng = fastrand::Rng::with_seed(u64::from(preamble));
        for number in 0..1500 {
            ours.ask(&command(&mut rng));
            if number % 400 == 399 {
                ours.finish_rewrite();
                ours.ask(&words("DEBUG POPULATE 3000 many 20"));
                let reply = text_of(ours.ask(&words("BGREWRITEAOF")));
                assert_eq!(reply, "Background append only file rewriting started");
            }
            if number % 50 == 0 {
                ours.pass(1);
            }
        }
        ours.finish_rewrite();
        for _ in 0..200 {
            let transaction: Vec<Args> = (0..3).map(|_| command(&mut rng)).collect();
            ours.ask(&words("MULTI"));
            transaction.iter().for_each(|args| drop(ours.ask(args)));
            ours.ask(&words("EXEC"));
        }
        let digest = ours.digest();
        ours.ask(&words("SELECT 0"));
        let real = RealServer::start_in(
            |folder| {
                ours.copy_to(folder);
                let manifest = folder.join("appendonlydir/appendonly.aof.manifest");
                let check = Command::new("redis-check-aof").arg(manifest).output();
                let check = check.expect("redis-check-aof is there");
                assert!(check.status.success(), "{check:?}");
            },
            &["--appendonly", "yes"],
        );
        let mut again = Ours::start(config(preamble), &disk);
        assert_eq!(again.digest(), digest);
        let mut connection = real.connect();
        // DEBUG answers while it loads, PING does not.
        while text_of(ask(&mut connection, &words("PING"))) != "PONG" {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let theirs = text_of(ask(&mut connection, &words("DEBUG DIGEST")));
        assert_eq!(theirs, digest, "preamble {preamble}");
        ask(&mut connection, &words("SELECT 0"));
        let expected = pending(|args| ours.ask(args));
        assert_eq!(pending(|args| again.ask(args)), expected);
        assert_eq!(pending(|args| ask(&mut connection, args)), expected);
        // One base, one increment.
        let names = disk.list(FOLDER).unwrap();
        assert_eq!(names.len(), 3, "{names:?}");
    }
}

#[test]
fn we_load_the_log_of_a_real_server() {
    for preamble in ["yes", "no"] {
        let args = ["--appendonly", "yes", "--aof-use-rdb-preamble", preamble];
        let args = [&args[..], &["--aof-timestamp-enabled", "yes"]].concat();
        let real = RealServer::start_in(|_| (), &args);
        let mut connection = real.connect();
        let mut rng = fastrand::Rng::with_seed(9);
        for number in 0..1500 {
            ask(&mut connection, &command(&mut rng));
            if number == 1000 {
                ask(&mut connection, &words("BGREWRITEAOF"));
                finish_real_rewrite(&mut connection);
            }
        }
        for line in [
            "MULTI",
            "SPOP set:1",
            "SPOP set:2 3",
            "INCRBYFLOAT f 0.1",
            "EXEC",
        ] {
            ask(&mut connection, &words(line));
        }
        let digest = text_of(ask(&mut connection, &words("DEBUG DIGEST")));
        let mut disk = lab_disk();
        disk.create_directory(FOLDER).unwrap();
        let folder = real.path("appendonlydir");
        for entry in std::fs::read_dir(folder).expect("it has a log") {
            let entry = entry.expect("it can be listed");
            let path = format!("{FOLDER}/{}", entry.file_name().to_string_lossy());
            disk.create(&path).unwrap();
            disk.append(&path, &std::fs::read(entry.path()).unwrap())
                .unwrap();
        }
        let mut ours = Ours::start(config(true), &disk);
        let events = ours.server.take_events();
        assert!(events.is_empty(), "{events:?}");
        assert_eq!(ours.digest(), digest, "preamble {preamble}");
        ask(&mut connection, &words("SELECT 0"));
        let expected = pending(|args| ask(&mut connection, args));
        assert_eq!(pending(|args| ours.ask(args)), expected);
    }
}

#[test]
fn the_log_is_the_same_byte_for_byte() {
    let real = RealServer::start_in(|_| (), &["--appendonly", "yes"]);
    let mut connection = real.connect();
    let disk = lab_disk();
    let mut ours = Ours::start(config(true), &disk);
    let lines = "set a 1;get a;incr a;select 2;hset h f v g w;SELECT 0;multi;set b 1;get b;exec;multi;\
                 select 1;set c 1;select 0;set d 1;exec;setex e 4000000 x;del nothing;sadd s one;spop s;\
                 sadd s 1 2 3;spop s 3;zadd z 1.5 m;zincrby z 1 m;incrbyfloat f 1.5;getdel b;\
                 mset k 1 l 2;rpush q 1 2 3;lpop q 2;lmove q r left left;zpopmin z;expire a 4000000;\
                 persist a;rename a aa;copy aa bb;\
                 xadd x 1-1 a b;xadd x 1-* a b;xadd x maxlen ~ 1 3-3 a b c d;xgroup create x g 0;\
                 xreadgroup group g c count 1 streams x >;xreadgroup group g c noack streams x >;\
                 xreadgroup group g c streams x 0;xack x g 1-1 7-7;xclaim x g d 0 1-2 force;\
                 xautoclaim x g c 0 - count 1 justid;xclaim x g c 0 9-9 lastid 4-4;xtrim x minid 2;\
                 xdel x 3-3;xsetid x 5-5;xgroup setid x g $;xgroup createconsumer x g e;\
                 xgroup delconsumer x g c;xgroup destroy x g;flushdb;set last 1";
    for line in lines.split(';').map(str::trim) {
        let args = words(line);
        let (theirs, here) = (ask(&mut connection, &args), ours.ask(&args));
        assert_eq!(format!("{theirs:?}"), format!("{here:?}"), "{line}");
    }
    ours.rest();
    let name = "appendonly.aof.1.incr.aof";
    let here = read_all(&disk, &format!("{FOLDER}/{name}"), 1 << 30).unwrap();
    let theirs = std::fs::read(real.path(&format!("appendonlydir/{name}"))).unwrap();
    let lines = |log: &[u8]| -> Vec<String> {
        let log = String::from_utf8_lossy(log).into_owned();
        // The two clocks differ.
        let lines = log.lines().map(|line| match line.len() {
            13 if line.bytes().all(|byte| byte.is_ascii_digit()) => "<time>".into(),
            _ => line.to_string(),
        });
        lines.collect()
    };
    assert_eq!(lines(&here), lines(&theirs));
}

#[test]
fn appendonly_is_switched_on_and_off_while_the_server_runs() {
    for preamble in [true, false] {
        let disk = lab_disk();
        let off = Config {
            appendonly: false,
            ..config(preamble)
        };
        let mut ours = Ours::start(off, &disk);
        let mut rng = fastrand::Rng::with_seed(4);
        for _ in 0..300 {
            ours.ask(&command(&mut rng));
        }
        ours.ask(&words("DEBUG POPULATE 5000 many"));
        assert_eq!(text_of(ours.ask(&words("CONFIG SET appendonly yes"))), "OK");
        assert_eq!(ours.info("aof_enabled"), "1");
        assert_eq!(ours.info("aof_rewrite_in_progress"), "1");
        for _ in 0..100 {
            ours.ask(&command(&mut rng));
            ours.pass(1);
        }
        ours.finish_rewrite();
        assert_eq!(ours.info("aof_last_bgrewrite_status"), "ok");
        for _ in 0..100 {
            ours.ask(&command(&mut rng));
        }
        let digest = ours.digest();
        ours.rest();
        assert_eq!(Ours::start(config(preamble), &disk).digest(), digest);
        assert_eq!(text_of(ours.ask(&words("DEBUG LOADAOF"))), "OK");
        assert_eq!(ours.digest(), digest);
        assert_eq!(text_of(ours.ask(&words("DEBUG RELOAD"))), "OK");
        assert_eq!(ours.digest(), digest);
        assert_eq!(text_of(ours.ask(&words("CONFIG SET appendonly no"))), "OK");
        assert_eq!(ours.info("aof_enabled"), "0");
        ours.ask(&words("SET not:logged 1"));
        ours.rest();
        assert_eq!(Ours::start(config(preamble), &disk).digest(), digest);
        // Again, on top of the log there is.
        ours.ask(&words("CONFIG SET appendonly yes"));
        ours.finish_rewrite();
        let digest = ours.digest();
        ours.rest();
        assert_eq!(Ours::start(config(preamble), &disk).digest(), digest);
        assert_eq!(disk.list(FOLDER).unwrap().len(), 3);
    }
}

#[test]
fn the_log_is_rewritten_by_itself_when_it_has_grown() {
    let disk = lab_disk();
    let small = Config {
        auto_aof_rewrite_min_size: 10_000,
        auto_aof_rewrite_percentage: 100,
        ..config(false)
    };
    let mut ours = Ours::start(small, &disk);
    for _ in 0..1000 {
        ours.ask(&words("INCR counter"));
    }
    ours.rest();
    ours.finish_rewrite();
    assert_eq!(ours.info("aof_rewrites"), "1");
    let base =
        "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$7\r\ncounter\r\n$4\r\n1000\r\n";
    let path = format!("{FOLDER}/appendonly.aof.2.base.aof");
    assert_eq!(read_all(&disk, &path, 1 << 20).unwrap(), base.as_bytes());
    assert_eq!(ours.info("aof_base_size"), base.len().to_string());
}

#[test]
fn shutdown_ends_when_the_log_is_durable() {
    let disk = lab_disk();
    let mut ours = Ours::start(config(true), &disk);
    ours.rest();
    ours.ask(&words("SET a 1"));
    ours.server.receive(ours.now, ours.client, b"SHUTDOWN\r\n");
    assert!(ours.server.take_events().is_empty());
    settle(&disk);
    ours.server.tick(ours.now);
    assert!(ours.server.take_events().contains(&Event::Shutdown));
    assert_eq!(
        text_of(Ours::start(config(true), &disk).ask(&words("GET a"))),
        "1"
    );
}

/// Bytes that a server may hold for each byte of its log, and for itself: see `rdb/tests/mutations.rs`.
const HELD_PER_BYTE: usize = 32;
const HELD_ALWAYS: usize = 1 << 20;

/// Starts a server on a folder with these files. Answers whether it did.
///
/// # Panics
/// When it does neither, or holds more memory than it should.
fn survives(files: &[(String, Vec<u8>)]) -> bool {
    let before = allocated();
    let len: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut disk = MemoryDisk::with_directories(&[FOLDER]);
    for (name, bytes) in files {
        let path = format!("{FOLDER}/{name}");
        disk.create(&path).unwrap();
        disk.append(&path, bytes).unwrap();
    }
    let mut server = Server::with_disk(config(true), Box::new(disk), 5, NOW);
    let client = server.connect(NOW, "127.0.0.1:50000");
    for _ in 0..1000 {
        if server.loading().is_none() {
            break;
        }
        server.tick(NOW);
        let held = allocated().saturating_sub(before);
        let bound = HELD_ALWAYS + HELD_PER_BYTE * len;
        assert!(held <= bound, "{held} bytes held for {len}");
    }
    let failed = server
        .take_events()
        .iter()
        .any(|event| matches!(event, Event::FailedToStart(_)));
    server.receive(NOW, client, b"DBSIZE\r\n");
    let answered = !server.take_output(client).is_empty();
    assert_ne!(failed, answered, "it serves, or says why not");
    answered
}

#[test]
fn damaged_logs_are_loaded_or_refused() {
    let mutations: usize = std::env::var("RESPLAY_DAMAGED_LOGS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(20_000);
    let mut rng = fastrand::Rng::with_seed(11);
    let mut sets = Vec::new();
    for preamble in [true, false] {
        let disk = lab_disk();
        let mut ours = Ours::start(config(preamble), &disk);
        for number in 0..40 {
            ours.ask(&command(&mut rng));
            if number == 20 {
                ours.ask(&words("BGREWRITEAOF"));
                ours.finish_rewrite();
            }
        }
        ours.rest();
        let mut files = Vec::new();
        for name in disk.list(FOLDER).unwrap() {
            let bytes = read_all(&disk, &format!("{FOLDER}/{name}"), 1 << 20).unwrap();
            files.push((name, bytes));
        }
        assert!(survives(&files));
        sets.push(files);
    }
    let (mut loaded, mut refused) = (0, 0);
    for _ in 0..mutations {
        let mut files = sets[rng.usize(..sets.len())].clone();
        for _ in 0..rng.usize(1..4) {
            let which = rng.usize(..files.len());
            let bytes = &mut files[which].1;
            let at = rng.usize(..bytes.len().max(1));
            match rng.u8(..5) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] = rng.u8(..),
                2 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
                3 => drop(bytes.splice(at..at, b"*999999999\r\n".iter().copied())),
                _ => bytes.extend_from_slice(b"*1\r\n$5\r\nMULTI\r\n"),
            }
        }
        if survives(&files) {
            loaded += 1;
        } else {
            refused += 1;
        }
    }
    println!("{loaded} loaded, {refused} refused");
    assert!(loaded > mutations / 20 && refused > mutations / 20);
}
