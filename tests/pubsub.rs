//! Four clients that subscribe, publish, queue and leave, step by step against a real redis-server: after each
//! step every client has been told the same by both. About five seconds.
//!
//! RESPLAY_PUBSUB=1000 cargo nextest run --test pubsub   plays more histories

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
const STEPS: usize = 300;

fn histories() -> u64 {
    let text = std::env::var("RESPLAY_PUBSUB");
    text.map_or(30, |text| text.parse().expect("a number"))
}

const CHANNELS: [&str; 6] = ["news", "news.art", "n", "music", "", "m[a]"];
const PATTERNS: [&str; 5] = ["n*", "news.?rt", "*", "m\\[a]", "[mn]*"];

fn some(chance: &mut fastrand::Rng, of: &[&str], most: usize) -> String {
    let count = chance.usize(1..=most);
    let names = (0..count).map(|_| of[chance.usize(..of.len())]);
    names.map(|name| format!(" \"{name}\"")).collect::<String>()
}

fn step(chance: &mut fastrand::Rng) -> String {
    let channels = |chance: &mut fastrand::Rng| some(chance, &CHANNELS, 3);
    let patterns = |chance: &mut fastrand::Rng| some(chance, &PATTERNS, 2);
    match chance.u8(..40) {
        0..5 => format!("SUBSCRIBE{}", channels(chance)),
        5..7 => format!("UNSUBSCRIBE{}", channels(chance)),
        7 => "UNSUBSCRIBE".into(),
        8..11 => format!("PSUBSCRIBE{}", patterns(chance)),
        11 => format!("PUNSUBSCRIBE{}", patterns(chance)),
        12 => "PUNSUBSCRIBE".into(),
        13..15 => format!("SSUBSCRIBE{}", channels(chance)),
        15 => format!("SUNSUBSCRIBE{}", channels(chance)),
        16 => "SUNSUBSCRIBE".into(),
        17..23 => format!("PUBLISH{} hello", some(chance, &CHANNELS, 1)),
        23..26 => format!("SPUBLISH{} hello", some(chance, &CHANNELS, 1)),
        26 => "PUBSUB CHANNELS".into(),
        27 => format!("PUBSUB CHANNELS{}", some(chance, &PATTERNS, 1)),
        28 => format!("PUBSUB NUMSUB{}", channels(chance)),
        29 => "PUBSUB NUMPAT".into(),
        30 => "PUBSUB SHARDCHANNELS".into(),
        31 => format!("PUBSUB SHARDNUMSUB{}", channels(chance)),
        32 | 33 => ["PING", "PING hello", "PING a b"][chance.usize(..3)].into(),
        34 => "MULTI".into(),
        35 | 36 => "EXEC".into(),
        37 => "RESET".into(),
        38 => ["HELLO 2", "HELLO 3"][chance.usize(..2)].into(),
        _ => [
            "GET x",
            "SUBSCRIBE",
            "PUBSUB NUMPAT x",
            "PUBSUB SOMETHING",
            "PUBLISH a",
            "DISCARD",
            "MONITOR",
        ][chance.usize(..7)]
        .into(),
    }
}

fn words(line: &str) -> Vec<Vec<u8>> {
    let words = line.split(' ').map(|word| word.trim_matches('"'));
    words.map(|word| word.as_bytes().to_vec()).collect()
}

/// Whether both servers may answer in an order of their own: that of a hash table. And 7.2 tells the
/// publisher its own message behind the reply, where 7.0 told it before.
fn is_unordered(line: &str) -> bool {
    [
        "UNSUBSCRIBE",
        "PUNSUBSCRIBE",
        "SUNSUBSCRIBE",
        "RESET",
        "EXEC",
    ]
    .contains(&line)
        || line.starts_with("PUBLISH")
        || line.starts_with("SPUBLISH")
        || line.starts_with("PUBSUB CHANNELS")
        || line.starts_with("PUBSUB SHARDCHANNELS")
}

/// What one client was told, as text: a line for each word of a reply, in order where there is one.
fn told(mut bytes: &[u8], unordered: bool) -> Vec<String> {
    let mut lines = Vec::new();
    while !bytes.is_empty() {
        let (reply, length) = Reply::parse(bytes).expect("whole replies");
        let text = reply.to_string();
        bytes = &bytes[length..];
        match text.split_once("] ") {
            // MONITOR tells times and addresses.
            Some((at, command)) if at.starts_with("+1") => lines.push(command.to_string()),
            // HELLO tells versions and numbers.
            _ if text.contains("\"mode\"") => lines.push("HELLO".into()),
            _ if unordered => lines.extend(text.split([' ', '[', ']']).map(str::to_string)),
            _ => lines.push(text),
        }
    }
    if unordered {
        lines.sort();
    }
    lines
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

#[test]
fn subscribers_are_told_the_same_by_the_real_server() {
    let real = RealServer::start();
    let mut fence = real.connect();
    let (mut steps, mut messages) = (0, 0);
    for history in 0..histories() {
        let mut chance = fastrand::Rng::with_seed(history);
        let mut theirs: Vec<Connection> = (0..CLIENTS).map(|_| real.connect()).collect();
        let mut server = Server::new(Config::default(), 1, NOW_US);
        let ours: Vec<u64> = (0..CLIENTS)
            .map(|_| server.connect(NOW_US, "127.0.0.1:50000"))
            .collect();
        let mut played = Vec::new();
        for _ in 0..STEPS {
            let at = chance.usize(..CLIENTS);
            let line = step(&mut chance);
            let bytes = request(&words(&line));
            theirs[at].send(&bytes);
            // What was sent before the first has been read when the second is answered.
            for _ in 0..2 {
                fence.send(b"ECHO fence\r\n");
                fence.receive();
            }
            server.receive(NOW_US, ours[at], &bytes);
            played.push(format!("{at}: {line}"));
            steps += 1;
            let unordered = is_unordered(&line);
            for client in 0..CLIENTS {
                let real = told(&arrived(&mut theirs[client]), unordered);
                let real: Vec<String> = real
                    .into_iter()
                    .filter(|line| !line.contains("fence"))
                    .collect();
                let told = told(&server.take_output(ours[client]), unordered);
                messages += told.len();
                assert_eq!(
                    told,
                    real,
                    "history {history}, client {client}, after\n{}",
                    played.join("\n")
                );
            }
        }
    }
    println!("pubsub: {steps} steps of {CLIENTS} clients, {messages} lines compared");
}
