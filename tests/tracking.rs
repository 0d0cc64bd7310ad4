//! Four clients that track keys, change them, redirect and leave, step by step against a real redis-server: after
//! each step every client has been told the same by both, in the same order. About six seconds.
//!
//! RESPLAY_TRACKING=1000 cargo nextest run --test tracking   plays more histories

#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::io::{ErrorKind, Read};

use redis::{Connection, RealServer};
use reply::{Reply, request};
use resplay::instance::Config;
use resplay::server::Server;

const NOW_US: i64 = 1_700_000_000_000_000;
const CLIENTS: usize = 4;
const STEPS: usize = 250;

fn histories() -> u64 {
    let text = std::env::var("RESPLAY_TRACKING");
    text.map_or(30, |text| text.parse().expect("a number"))
}

const STRINGS: [&str; 4] = ["s1", "s2", "ab", "abc"];
const LISTS: [&str; 2] = ["l1", "ab:l"];
const SETS: [&str; 2] = ["m1", "m2"];
const ZSETS: [&str; 2] = ["z1", "a:z"];
const HASHES: [&str; 2] = ["h1", "b:h"];

fn of<'a>(chance: &mut fastrand::Rng, names: &[&'a str]) -> &'a str {
    names[chance.usize(..names.len())]
}

fn read(chance: &mut fastrand::Rng) -> String {
    let (s, t) = (of(chance, &STRINGS), of(chance, &STRINGS));
    let (l, m) = (of(chance, &LISTS), of(chance, &SETS));
    let (z, h) = (of(chance, &ZSETS), of(chance, &HASHES));
    match chance.u8(..16) {
        0..3 => format!("GET {s}"),
        3 => format!("MGET {s} {t}"),
        4 => format!("EXISTS {s} {l}"),
        5 => format!("LRANGE {l} 0 -1"),
        6 => format!("SINTERCARD 2 m1 {m}"),
        7 => format!("ZRANGE {z} 0 -1"),
        8 => format!("HGETALL {h}"),
        9 => format!("TTL {s}"),
        10 => format!("TYPE {z}"),
        11 => format!("ZUNION 2 z1 {z}"),
        12 => format!("STRLEN {s}"),
        13 => format!("LCS {s} {t}"),
        14 => format!("SORT_RO {l} ALPHA"),
        _ => format!("OBJECT ENCODING {h}"),
    }
}

fn write(chance: &mut fastrand::Rng) -> String {
    let (s, t) = (of(chance, &STRINGS), of(chance, &STRINGS));
    let (l, m) = (of(chance, &LISTS), of(chance, &SETS));
    let (z, h) = (of(chance, &ZSETS), of(chance, &HASHES));
    match chance.u8(..34) {
        0..4 => format!("SET {s} 1"),
        4 => format!("MSET {s} 1 {t} 2"),
        5 => format!("INCR {s}"),
        6 => format!("DEL {s} {l}"),
        7 => format!("RENAME {s} {t}"),
        8 => format!("GETDEL {s}"),
        9 => format!("GETEX {s} EX 1000"),
        10 => format!("EXPIRE {s} 1000"),
        11 => format!("PERSIST {s}"),
        12 => format!("PEXPIREAT {s} 1"),
        13 => format!("RPUSH {l} a b"),
        14 => format!("LPOP {l}"),
        15 => format!("RPOPLPUSH {l} l1"),
        16 => format!("SADD {m} a b"),
        17 => "SMOVE m1 m2 a".into(),
        18 => format!("SUNIONSTORE {m} m1 m2"),
        19 => format!("ZADD {z} 1 a 2 b"),
        20 => format!("ZUNIONSTORE {z} 2 z1 a:z"),
        21 => format!("HSET {h} f v"),
        22 => format!("HDEL {h} f"),
        23 => format!("SORT {l} ALPHA STORE ab:l"),
        24 => format!("COPY {s} {t} REPLACE"),
        25 => format!("MOVE {s} 1"),
        26 => format!("APPEND {s} x"),
        27 => format!("BITOP OR {s} {t} {s}"),
        28 => format!("PFADD {s} a"),
        29 => format!("UNLINK {z} {h}"),
        30 => format!("SETRANGE {s} 1 x"),
        31 => format!("ZPOPMIN {z}"),
        32 => format!("SREM {m} a"),
        _ => "FLUSHDB".into(),
    }
}

/// `#n` stands for the number of client n.
fn tracking(chance: &mut fastrand::Rng) -> String {
    let mut line = "CLIENT TRACKING ON".to_string();
    let broadcasts = chance.u8(..3) == 0;
    if broadcasts {
        line += " BCAST";
        for _ in 0..chance.u8(..3) {
            line += " PREFIX ";
            line += of(chance, &["a", "ab", "b", "s1", "l", "z"]);
        }
    } else if chance.u8(..10) == 0 {
        line += " PREFIX a";
    }
    let options: [(u8, &str); 3] = [(4, " OPTIN"), (4, " OPTOUT"), (3, " NOLOOP")];
    for (odds, option) in options {
        if chance.u8(..odds) == 0 && (!broadcasts || option == " NOLOOP" || chance.u8(..4) == 0) {
            line += option;
        }
    }
    if chance.u8(..3) == 0 {
        line += &format!(" REDIRECT #{}", chance.usize(..CLIENTS));
    }
    line
}

fn step(chance: &mut fastrand::Rng) -> String {
    match chance.u8(..120) {
        0..30 | 100..110 => read(chance),
        30..60 | 110..120 => write(chance),
        60..70 => tracking(chance),
        70 | 71 => "CLIENT TRACKING OFF".into(),
        72..77 => format!(
            "CLIENT CACHING {}",
            of(chance, &["YES", "NO", "YES", "no", "x"])
        ),
        77 => "CLIENT GETREDIR".into(),
        78..81 => "CLIENT TRACKINGINFO".into(),
        81 | 82 => "MULTI".into(),
        83..87 => "EXEC".into(),
        87 => "DISCARD".into(),
        88..92 => "HELLO 3".into(),
        92 if chance.bool() => "HELLO 2".into(),
        92 => "SUBSCRIBE __redis__:invalidate".into(),
        93 => "UNSUBSCRIBE __redis__:invalidate".into(),
        94 => "SELECT 1".into(),
        95 => "SELECT 0".into(),
        96 => "RESET".into(),
        97 => "CLIENT NO-EVICT ON".into(),
        98 => "CLIENT TRACKING ON NONSENSE".into(),
        _ => "leave".into(),
    }
}

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

/// What one client was told, a line for each reply, with `#n` for the clients' numbers.
fn told(mut bytes: &[u8], ids: &[i64]) -> Vec<String> {
    let mut lines = Vec::new();
    while !bytes.is_empty() {
        let (reply, length) = Reply::parse(bytes).expect("whole replies");
        bytes = &bytes[length..];
        let mut text = reply.to_string();
        if text.contains("\"mode\"") {
            text = "HELLO".into();
        }
        // Numbers of clients are unlike those of data. Of those who have left each server had others.
        for (client, id) in ids.iter().enumerate() {
            text = text.replace(&id.to_string(), &format!("#{client}"));
        }
        let digits = |letter: char| letter.is_ascii_digit();
        let parts = text.split(':').map(|part| {
            let rest = part.trim_start_matches(digits);
            match part[..part.len() - rest.len()].parse() {
                Ok(1001..=u64::MAX) => format!("#?{rest}"),
                _ => part.to_string(),
            }
        });
        let mut text = parts.collect::<Vec<_>>().join(":");
        // The real server has the null of the client that tracks, even if another one is told, who speaks the
        // other protocol; ours is always that of the one who is told.
        if text.contains("invalidate") {
            text = text.replace("$-1", "_");
        }
        // Whoever ends tracking within a transaction is told of a redirection all the same.
        if text.contains("\"off\"") {
            text = text.replace(" \"broken_redirect\"", "");
        }
        lines.push(text);
    }
    lines
}

/// The words of replies in no order.
fn words_of(lines: &[String]) -> Vec<String> {
    let text = lines.join(" ");
    let mut words: Vec<String> = text.split([' ', '[', ']']).map(str::to_string).collect();
    words.sort();
    words.retain(|word| !word.is_empty());
    words
}

/// All that has come so far.
fn arrived(connection: &mut Connection) -> Vec<u8> {
    let stream = &mut connection.stream;
    stream.set_nonblocking(true).expect("it can be set");
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => panic!("the real server closed the connection"),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    stream.set_nonblocking(false).expect("it can be set");
    bytes
}

/// The real server and ours with their clients.
struct Table {
    real: RealServer,
    fence: Connection,
    theirs: Vec<Connection>,
    their_ids: Vec<i64>,
    server: Server,
    ours: Vec<i64>,
}

impl Table {
    fn new() -> Table {
        let real = RealServer::start();
        let mut fence = real.connect();
        fence.send(b"ECHO hello\r\n");
        fence.receive();
        // Numbers above a thousand, on both sides.
        for _ in 0..1000 {
            drop(real.connect());
        }
        let mut server = Server::new(Config::default(), 1, NOW_US);
        for _ in 0..1000 {
            let id = server.connect(NOW_US, "127.0.0.1:50000");
            server.disconnect(NOW_US, id);
        }
        Table {
            real,
            fence,
            theirs: Vec::new(),
            their_ids: Vec::new(),
            server,
            ours: Vec::new(),
        }
    }

    fn join(&mut self) -> (Connection, i64, i64) {
        let mut theirs = self.real.connect();
        theirs.send(b"CLIENT ID\r\n");
        let Reply::Integer(id) = theirs.receive() else {
            panic!("no number");
        };
        let ours = self.server.connect(NOW_US, "127.0.0.1:50000");
        (theirs, id, ours as i64)
    }

    fn begin(&mut self) {
        self.fence.send(b"FLUSHALL\r\n");
        self.fence.receive();
        self.theirs.clear();
        for id in std::mem::take(&mut self.ours) {
            self.server.disconnect(NOW_US, id as u64);
        }
        let id = self.server.connect(NOW_US, "127.0.0.1:50000");
        self.server.receive(NOW_US, id, b"FLUSHALL\r\n");
        self.server.disconnect(NOW_US, id);
        self.their_ids.clear();
        for _ in 0..CLIENTS {
            let (theirs, id, ours) = self.join();
            self.theirs.push(theirs);
            self.their_ids.push(id);
            self.ours.push(ours);
        }
    }

    fn leave(&mut self, at: usize) {
        let (theirs, id, ours) = self.join();
        self.theirs[at] = theirs;
        self.their_ids[at] = id;
        self.server.disconnect(NOW_US, self.ours[at] as u64);
        self.ours[at] = ours;
    }

    fn wait(&mut self) {
        // What was sent before the first has been read when the second is answered.
        for _ in 0..2 {
            self.fence.send(b"ECHO fence\r\n");
            self.fence.receive();
        }
    }
}

#[test]
fn those_who_track_keys_are_told_the_same_by_the_real_server() {
    let mut table = Table::new();
    let (mut steps, mut told_unasked) = (0, 0);
    for history in 0..histories() {
        let mut chance = fastrand::Rng::with_seed(history);
        table.begin();
        let mut played = Vec::new();
        for _ in 0..STEPS {
            let at = chance.usize(..CLIENTS);
            let line = step(&mut chance);
            played.push(format!("{at}: {line}"));
            steps += 1;
            if line == "leave" {
                table.leave(at);
                table.wait();
            } else {
                let to = |ids: &[i64]| {
                    let number = |text: String, (at, id): (usize, &i64)| {
                        text.replace(&format!("#{at}"), &id.to_string())
                    };
                    request(&words(&ids.iter().enumerate().fold(line.clone(), number)))
                };
                table.theirs[at].send(&to(&table.their_ids));
                table.wait();
                let id = table.ours[at] as u64;
                let bytes = to(&table.ours);
                table.server.receive(NOW_US, id, &bytes);
            }
            let to_caller = format!("REDIRECT #{at}");
            let redirected = played.iter().any(|line| line.ends_with(&to_caller));
            let by_prefix = |line: &String| line.contains("BCAST") && line.contains("REDIRECT");
            let by_prefix = played.iter().any(by_prefix);
            for client in 0..CLIENTS {
                let real = told(&arrived(&mut table.theirs[client]), &table.their_ids);
                let output = table.server.take_output(table.ours[client] as u64);
                let mut told = told(&output, &table.ours);
                let mut real = real;
                // What is redirected to the caller follows its reply in 7.2, where 7.0 told it before, and
                // amid the replies of a transaction.
                if client == at && redirected && line == "EXEC" {
                    continue;
                }
                if client == at && redirected {
                    for lines in [&mut told, &mut real] {
                        *lines = words_of(lines);
                    }
                }
                // Those who are told by prefix come in the order of their addresses in memory.
                if client != at && by_prefix {
                    told.sort();
                    real.sort();
                }
                told_unasked += told
                    .iter()
                    .filter(|line| line.contains("invalidate"))
                    .count();
                assert_eq!(
                    told,
                    real,
                    "history {history}, client {client}, after\n{}",
                    played.join("\n")
                );
            }
        }
    }
    println!("tracking: {steps} steps of {CLIENTS} clients, {told_unasked} invalidations compared");
    assert!(
        told_unasked as u64 > histories() * 20,
        "hardly any was told"
    );
}
