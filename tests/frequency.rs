//! LFU: each command counts a key's use as the real server does. With a factor of 0 chance has no part in it.

#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use reply::{Reply, request};
use resplay::instance::Config;
use resplay::server::Server;

const START: i64 = 1_700_000_000_000_000;

/// Commands on the key `k` after those that make it.
const CASES: &[&[&str]] = &[
    &["SET k 1"],
    &["SET k 1", "GET k", "MGET k k"],
    &["SET k 1", "SET k 2"],
    &["SET k hello", "SET k again", "SET k more", "GET k"],
    &["SET k 1", "SET k 2 XX KEEPTTL"],
    &["SET k 1", "SET k 2 EX 1000", "SET k 3 EX 1000"],
    &["SET k a", "SETEX k 1000 b", "GETSET k c", "SETNX k d"],
    &["MSET k a", "MSET k b"],
    &["SET k a", "APPEND k b", "SETRANGE k 1 x", "STRLEN k"],
    &[
        "SET k a",
        "EXISTS k",
        "TYPE k",
        "TTL k",
        "OBJECT ENCODING k",
    ],
    &["SET k a", "TOUCH k", "TOUCH k"],
    &["SET k a", "EXPIRE k 1000", "PERSIST k"],
    &["SET j a", "GET j", "GET j", "RENAME j k"],
    &["SET j a", "GET j", "COPY j k"],
    &["SET k a", "GET k", "COPY k j"],
    &["SET k 1", "INCR k", "INCRBY k 5"],
    &["LPUSH k a", "LPUSH k b", "LRANGE k 0 -1", "LLEN k"],
    &["SADD k a", "SADD k b", "SISMEMBER k a", "SMEMBERS k"],
    &["HSET k a 1", "HSET k b 2", "HGET k a", "HGETALL k"],
    &["ZADD k 1 a", "ZADD k 2 a", "ZSCORE k a", "ZRANGE k 0 -1"],
    &["SADD j a", "SADD k b", "GET l", "SUNIONSTORE k j"],
    &["PFADD k a", "PFADD k b"],
    &[
        "GEOADD k 1 2 a",
        "GEOPOS k a",
        "GEOSEARCH k FROMMEMBER a BYRADIUS 1 m",
    ],
    &["SETBIT k 7 1", "GETBIT k 7", "BITCOUNT k"],
    &[
        "SET k a",
        "OBJECT FREQ k",
        "OBJECT FREQ k",
        "MEMORY USAGE k",
    ],
];

fn words(line: &str) -> Vec<u8> {
    let words: Vec<Vec<u8>> = line
        .split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect();
    request(&words)
}

#[test]
fn every_use_counts_as_in_the_real_server() {
    let real = redis::RealServer::start();
    let mut connection = real.connect();
    let mut server = Server::new(Config::default(), 1, START);
    let client = server.connect(START, "127.0.0.1:50000");
    let mut ask = |line: &str| -> (Reply, Reply) {
        let question = words(line);
        server.receive(START, client, &question);
        let output = server.take_output(client);
        let (ours, _) = Reply::parse(&output).expect("a whole reply");
        connection.send(&question);
        (ours, connection.receive())
    };
    // Without a limit small integers are one object for all keys in Redis.
    let settings =
        "CONFIG SET maxmemory 1gb maxmemory-policy allkeys-lfu lfu-log-factor 0 lfu-decay-time 0";
    let (ours, theirs) = ask(settings);
    assert_eq!(ours, theirs);
    let mut wrong = Vec::new();
    for case in CASES {
        ask("FLUSHALL");
        for line in *case {
            ask(line);
        }
        let (ours, theirs) = ask("OBJECT FREQ k");
        if ours != theirs {
            wrong.push(format!("{}: ours {ours}, real {theirs}", case.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
