//! Fixed workloads whose instructions are counted, so that speed cannot rot unseen (`scripts/instructions.mjs`).
//!
//! ```text
//! cargo build --profile counted --example instructions
//! valgrind --tool=callgrind --toggle-collect='*::measured' target/counted/examples/instructions zadd
//! ```
//!
//! Everything that could differ from run to run (seeds, time) is fixed. Without an argument the names are listed.

use std::fmt::Write;

use resplay::instance::{Config, ProtectedAction};
use resplay::server::Server;

const NOW_US: i64 = 1_700_000_000_000_000;
const PIPELINE: usize = 100;
const KEYS: u64 = 10_000;

/// Name, commands that are run before, how many, and the command that is counted, how often.
type Workload = (&'static str, Option<(Make, u64)>, Make, u64);
type Make = fn(&mut String, u64);

/// A number that looks drawn by lot.
fn drawn(at: u64) -> u64 {
    at.wrapping_mul(7919) % KEYS
}

fn request(bytes: &mut String, words: &[&str]) {
    // Writing to a string cannot fail.
    let _ = write!(bytes, "*{}\r\n", words.len());
    for word in words {
        let _ = write!(bytes, "${}\r\n{word}\r\n", word.len());
    }
}

fn set(bytes: &mut String, at: u64) {
    request(bytes, &["SET", &format!("key:{:08}", drawn(at)), "xxx"]);
}

fn rpush(bytes: &mut String, at: u64) {
    request(bytes, &["RPUSH", "list", &format!("element:{at:08}")]);
}

fn sadd(bytes: &mut String, at: u64) {
    request(
        bytes,
        &["SADD", "set", &format!("element:{:08}", drawn(at))],
    );
}

fn zadd(bytes: &mut String, at: u64) {
    let (score, member) = (at * 31 % 1000, format!("element:{:08}", drawn(at)));
    request(bytes, &["ZADD", "zset", &score.to_string(), &member]);
}

const WORKLOADS: &[Workload] = &[
    ("ping", None, |bytes, _| request(bytes, &["PING"]), 40_000),
    ("set", None, set, 40_000),
    (
        "get",
        Some((set, KEYS)),
        |bytes, at| request(bytes, &["GET", &format!("key:{:08}", drawn(at))]),
        40_000,
    ),
    (
        "incr",
        None,
        |bytes, at| request(bytes, &["INCR", &format!("counter:{:08}", drawn(at))]),
        40_000,
    ),
    (
        "mset",
        None,
        |bytes, at| {
            let keys: Vec<String> = (0..10)
                .map(|it| format!("key:{:08}", drawn(at * 10 + it)))
                .collect();
            let pairs = keys.iter().flat_map(|key| [key.as_str(), "xxx"]);
            request(
                bytes,
                &std::iter::once("MSET").chain(pairs).collect::<Vec<_>>(),
            );
        },
        5_000,
    ),
    ("rpush", None, rpush, 40_000),
    (
        "lpop",
        Some((rpush, 41_000)),
        |bytes, _| request(bytes, &["LPOP", "list"]),
        40_000,
    ),
    (
        "lrange-100",
        Some((rpush, 1_000)),
        |bytes, _| request(bytes, &["LRANGE", "list", "0", "99"]),
        2_000,
    ),
    (
        "hset",
        None,
        |bytes, at| {
            request(
                bytes,
                &["HSET", "hash", &format!("field:{:08}", drawn(at)), "xxx"],
            )
        },
        40_000,
    ),
    ("sadd", None, sadd, 40_000),
    (
        "spop",
        Some((sadd, KEYS)),
        |bytes, _| request(bytes, &["SPOP", "set"]),
        9_000,
    ),
    ("zadd", Some((zadd, KEYS)), zadd, 20_000),
    (
        "zrank",
        Some((zadd, KEYS)),
        |bytes, at| {
            request(
                bytes,
                &["ZRANK", "zset", &format!("element:{:08}", drawn(at))],
            )
        },
        20_000,
    ),
    (
        "zpopmin",
        Some((zadd, KEYS)),
        |bytes, _| request(bytes, &["ZPOPMIN", "zset"]),
        9_000,
    ),
    (
        "transaction",
        None,
        |bytes, at| {
            request(bytes, &["MULTI"]);
            set(bytes, at);
            request(bytes, &["EXEC"]);
        },
        10_000,
    ),
    (
        "eval",
        None,
        |bytes, _| {
            request(
                bytes,
                &["EVAL", "return redis.call('INCR', KEYS[1])", "1", "n"],
            )
        },
        2_000,
    ),
    // Saves and loads a snapshot.
    (
        "reload",
        Some((set, KEYS)),
        |bytes, _| request(bytes, &["DEBUG", "RELOAD"]),
        3,
    ),
];

/// The time does not pass, but the server has a stopwatch, as in every host.
fn stopwatch() -> i64 {
    0
}

/// The requests of so many commands, some in each.
fn requests(make: Make, count: u64) -> Vec<String> {
    let numbers: Vec<u64> = (0..count).collect();
    let pipelines = numbers.chunks(PIPELINE).map(|numbers| {
        let mut bytes = String::new();
        numbers.iter().for_each(|&at| make(&mut bytes, at));
        bytes
    });
    pipelines.collect()
}

/// What is counted.
#[inline(never)]
fn measured(server: &mut Server, client: u64, requests: &[String]) -> usize {
    play(server, client, requests)
}

/// Sends requests; answers how many bytes came back.
fn play(server: &mut Server, client: u64, requests: &[String]) -> usize {
    let mut output = Vec::new();
    let mut answered = 0;
    for bytes in requests {
        server.receive(NOW_US, client, bytes.as_bytes());
        output.clear();
        server.append_output(client, &mut output);
        assert!(
            !output.starts_with(b"-"),
            "{}",
            String::from_utf8_lossy(&output)
        );
        answered += output.len();
    }
    answered
}

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let Some((_, before, make, count)) = WORKLOADS.iter().find(|(name, ..)| *name == wanted) else {
        WORKLOADS.iter().for_each(|(name, ..)| println!("{name}"));
        return;
    };
    let config = Config {
        save: Vec::new(),
        enable_debug_command: ProtectedAction::Yes,
        ..Config::default()
    };
    let mut server = Server::new(config, 1, NOW_US);
    server.set_stopwatch(stopwatch);
    let client = server.connect(NOW_US, "127.0.0.1:50000");
    if let Some((make, count)) = before {
        play(&mut server, client, &requests(*make, *count));
    }
    let requests = requests(*make, *count);
    let answered = measured(&mut server, client, &requests);
    println!("{count} commands, {answered} bytes of replies");
}
