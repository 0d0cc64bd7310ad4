//! Eight clients on few keys, in both protocols and two databases, step by step against a real redis-server: they queue
//! and watch, wait, listen, expire, rename, swap and flush what the others use. After each step everybody has been told
//! the same by both, and now and then the data is compared.
//!
//! ```text
//! RESPLAY_INTERLEAVED=1000000 RESPLAY_SEED=7 cargo nextest run --test interleaved      that many commands
//! ```
//!
//! What 7.2 does differently is not played: of several keys that a client waits for, the one named first is served. And
//! what a client tells itself comes behind the reply there: its replies and its messages are compared apart.

#[path = "support/redis.rs"]
#[allow(dead_code)]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

use redis::{Connection, RealServer};
use reply::{Reply, request};
use resplay::instance::{Config, ProtectedAction};
use resplay::server::Server;

const CLIENTS: usize = 8;
const SHORT: u64 = 40_000;
/// Steps after which everything begins anew.
const HISTORY: usize = 2_000;
const START_US: i64 = 1_700_000_000_000_000;

const KEYS: [&str; 8] = ["k0", "k1", "k2", "l0", "l1", "z0", "s0", "h0"];
const LISTS: [&str; 3] = ["l0", "l1", "k0"];
const CHANNELS: [&str; 4] = [
    "news",
    "weather",
    "__keyevent@0__:expired",
    "__keyspace@0__:k0",
];
/// No two match the same channel: which comes first is chance in the real server.
const PATTERNS: [&str; 3] = ["n*", "__keyevent@?__:*", "__keyspace@1__:l?"];

fn setting(name: &str, or: u64) -> u64 {
    std::env::var(name).map_or(or, |text| text.parse().expect("a number"))
}

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

/// What one client was told: replies, and messages that nobody asked for.
#[derive(Default, PartialEq, Eq)]
struct Told {
    replies: Vec<String>,
    messages: Vec<String>,
}

impl Told {
    /// Takes apart what has come. In 7.0 messages to oneself stand between the parts of a transaction's reply, which
    /// does not count them: they are lifted out first.
    fn take(bytes: &mut Vec<u8>) -> Told {
        let mut told = Told::default();
        let tokens = tokens(bytes);
        let mut rest = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let length = message_length(&tokens[at..]);
            let part = tokens[at..at + length.max(1)].concat();
            at += length.max(1);
            if length == 0 {
                rest.extend(part);
            } else {
                let (message, _) = Reply::parse(&part).expect("a message is a reply");
                told.messages.push(message.to_string());
            }
        }
        let mut rest = rest.as_slice();
        while !rest.is_empty() {
            let (reply, length) = Reply::parse(rest).expect("whole replies");
            rest = &rest[length..];
            let text = reply.to_string();
            // HELLO tells of two different servers.
            let hello = text.contains("\"mode\"");
            told.replies.push(if hello { "HELLO".into() } else { text });
        }
        bytes.clear();
        told
    }
}

/// Cuts replies into lines, a bulk string with its length.
fn tokens(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut tokens = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.windows(2).position(|pair| pair == b"\r\n");
        let mut end = end.expect("whole lines") + 2;
        if bytes[0] == b'$' && bytes[1] != b'-' {
            let text = std::str::from_utf8(&bytes[1..end - 2]).expect("a length");
            end += text.parse::<usize>().expect("a length") + 2;
        }
        let (token, rest) = bytes.split_at(end);
        tokens.push(token);
        bytes = rest;
    }
    tokens
}

/// How many tokens the published message at the front has, or none.
fn message_length(tokens: &[&[u8]]) -> usize {
    let Some(kind) = tokens.get(1) else { return 0 };
    let three = ["$7\r\nmessage\r\n", "$8\r\nsmessage\r\n"];
    match tokens[0] {
        b"*3\r\n" | b">3\r\n" if three.iter().any(|text| text.as_bytes() == *kind) => 4,
        b"*4\r\n" | b">4\r\n" if *kind == b"$8\r\npmessage\r\n" => 5,
        _ => 0,
    }
}

struct Player {
    real: UnixStream,
    unread: Vec<u8>,
    ours: u64,
    /// As far as the script knows: what may be sent.
    resp3: bool,
    in_multi: bool,
}

struct Stage {
    server: RealServer,
    fence: Connection,
    ours: Server,
    ours_control: u64,
    now_us: i64,
    players: Vec<Player>,
    random: fastrand::Rng,
    played: Vec<String>,
    counts: Counts,
}

/// That what is to interact does.
#[derive(Default)]
struct Counts {
    commands: u64,
    aborted: u64,
    executed: u64,
    waited: u64,
    messages: u64,
}

impl Stage {
    fn new(seed: u64, counts: Counts) -> Stage {
        let server = RealServer::start();
        let fence = server.connect();
        let config = Config {
            save: Vec::new(),
            enable_debug_command: ProtectedAction::Yes,
            ..Config::default()
        };
        let mut ours = Server::new(config, 7, START_US);
        let ours_control = ours.connect(START_US, "127.0.0.1:50000");
        let mut stage = Stage {
            server,
            fence,
            ours,
            ours_control,
            now_us: START_US,
            players: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
            played: Vec::new(),
            counts,
        };
        stage.both("CONFIG SET notify-keyspace-events KEA");
        for _ in 0..CLIENTS {
            let player = stage.join();
            stage.players.push(player);
        }
        stage
    }

    fn join(&mut self) -> Player {
        let real = self.server.connect().stream;
        real.set_nonblocking(true).expect("it is a socket");
        Player {
            real,
            unread: Vec::new(),
            ours: self.ours.connect(self.now_us, "127.0.0.1:50001"),
            resp3: false,
            in_multi: false,
        }
    }

    /// Asks both through clients that take no part.
    fn both(&mut self, line: &str) {
        self.fence.send(&request(&words(line)));
        let theirs = self.fence.receive().to_string();
        let bytes = request(&words(line));
        self.ours.receive(self.now_us, self.ours_control, &bytes);
        let mut output = self.ours.take_output(self.ours_control);
        let mine = Told::take(&mut output).replies.concat();
        assert_eq!(mine, theirs, "{line}\n{}", self.story());
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.random.usize(..from.len())]
    }

    /// A command on the data.
    fn data(&mut self, swap: bool) -> String {
        let (key, other, list) = (self.pick(&KEYS), self.pick(&KEYS), self.pick(&LISTS));
        let value = self.random.u8(..20);
        match self.random.u8(..64) {
            0..3 => format!("SET {key} {value}"),
            3 => format!("SET {key} {value} NX GET"),
            4 => format!("SET {key} {value} EX 1000"),
            5 => format!("GETDEL {key}"),
            6..9 => format!("GET {key}"),
            9..11 => format!("INCRBY {key} {value}"),
            11 => format!("APPEND {key} {value}"),
            12..17 => format!("LPUSH {list} {value} b"),
            17..20 => format!("RPUSH {list} {value}"),
            20..23 => format!("LPOP {list}"),
            23 => format!("LRANGE {list} 0 -1"),
            24 => format!("LMOVE {list} {} LEFT RIGHT", self.pick(&LISTS)),
            25..28 => format!("ZADD z0 {value} m{value}"),
            28 => "ZPOPMIN z0".into(),
            29 => "ZRANGE z0 0 -1 WITHSCORES".into(),
            30 => format!("ZINCRBY z0 3 m{value}"),
            31 => format!("SADD s0 {value}"),
            32 => format!("SREM s0 {value}"),
            33 => format!("SISMEMBER s0 {value}"),
            34..36 => format!("HSET h0 f{value} {value}"),
            36 => format!("HINCRBY h0 f{value} 2"),
            37 => format!("HDEL h0 f{value}"),
            38..42 => format!("DEL {key} {other}"),
            42 => format!("UNLINK {key}"),
            43 => format!("EXISTS {key} {other} {key}"),
            44 => format!("TYPE {key}"),
            45 => format!("RENAME {key} {other}"),
            46 => format!("RENAMENX {key} {other}"),
            47 => format!("COPY {key} {other} REPLACE"),
            48 => format!("COPY {key} {other} DB 1"),
            49 => format!("MOVE {key} 1"),
            50 => format!("EXPIRE {key} 1000"),
            51 => format!("PERSIST {key}"),
            // Gone at once.
            52 => format!("PEXPIREAT {key} 1000"),
            53 => format!("GETEX {key} EX 500"),
            // Of several awaited keys that it brings, the real server takes any first.
            54 if swap => "SWAPDB 0 1".into(),
            55 if self.random.u8(..4) == 0 => "FLUSHALL".into(),
            55 => "FLUSHDB".into(),
            56 => format!("SUNIONSTORE {key} s0"),
            57 => format!("ZUNIONSTORE {key} 1 z0"),
            58 => format!("SORT {key} ALPHA STORE {list}"),
            59 => format!("SETBIT {key} {value} 1"),
            60 => format!("PFADD {key} {value}"),
            61 => format!("GEOADD {key} 13.3 38.1 place"),
            62 => format!("STRLEN {key}"),
            _ => ["DBSIZE", "PING", "NOSUCH a b", "GET", "LPUSH l0"][self.random.usize(..5)].into(),
        }
    }

    fn blocking(&mut self) -> String {
        let list = self.pick(&LISTS);
        match self.random.u8(..7) {
            0 => format!("BLMOVE {list} {} RIGHT LEFT 0", self.pick(&LISTS)),
            1 => "BZPOPMIN z0 0".into(),
            2 => "BZMPOP 0 1 z0 MAX COUNT 2".into(),
            3 => format!("BLMPOP 0 1 {list} LEFT COUNT 2"),
            4 => format!("BRPOP {list} 0"),
            _ => format!("BLPOP {list} 0"),
        }
    }

    fn listening(&mut self) -> String {
        let (channel, pattern) = (self.pick(&CHANNELS), self.pick(&PATTERNS));
        match self.random.u8(..8) {
            0..3 => format!("SUBSCRIBE {channel}"),
            3 | 4 => format!("PSUBSCRIBE {pattern}"),
            5 => format!("SSUBSCRIBE {channel}"),
            6 => format!("UNSUBSCRIBE {channel}"),
            _ => format!("PUNSUBSCRIBE {pattern}"),
        }
    }

    /// What a client sends in one step.
    fn lines(&mut self, who: usize) -> Vec<String> {
        let Player {
            resp3, in_multi, ..
        } = self.players[who];
        match self.random.u8(..32) {
            0..3 if in_multi => vec!["EXEC".into()],
            3 if in_multi => vec!["DISCARD".into()],
            _ if in_multi && self.random.u8(..8) == 0 => vec![self.blocking()],
            _ if in_multi => vec![self.data(false)],
            0..3 => vec!["MULTI".into()],
            3..5 => vec![format!("WATCH {} {}", self.pick(&KEYS), self.pick(&KEYS))],
            5 => {
                let watched = self.pick(&KEYS);
                let mut lines = vec![format!("WATCH {watched}"), "MULTI".into()];
                for _ in 0..self.random.u8(1..5) {
                    lines.push(self.data(false));
                }
                lines
            }
            6 => vec!["UNWATCH".into()],
            7 | 8 => vec![self.listening()],
            9 => vec![["HELLO 3", "HELLO 3", "HELLO 2", "RESET"][self.random.usize(..4)].into()],
            10 => vec![["SELECT 0", "SELECT 0", "SELECT 1"][self.random.usize(..3)].into()],
            11 if resp3 || self.random.bool() => {
                let channel = self.pick(&CHANNELS);
                vec![format!(
                    "{} {channel} hello",
                    self.pick(&["PUBLISH", "SPUBLISH"])
                )]
            }
            12..16 => vec![self.blocking(), "PING".into()],
            _ => {
                let swap = self.ours.instance().blocked_clients <= 1;
                (0..self.random.u8(1..4)).map(|_| self.data(swap)).collect()
            }
        }
    }

    fn step(&mut self) {
        let who = self.random.usize(..CLIENTS);
        if self.random.u8(..60) == 0 {
            return self.leave(who);
        }
        let id = self.players[who].ours;
        let client = self.ours.instance().clients.iter().find(|it| it.id == id);
        if client.is_some_and(|client| client.blocked.is_some()) {
            // Behind the wait.
            if self.random.u8(..8) == 0 {
                let line = self.data(false);
                self.send(who, &[line]);
            }
            return;
        }
        let lines = self.lines(who);
        self.send(who, &lines);
        let client = self.ours.instance().clients.iter().find(|it| it.id == id);
        let client = client.expect("it is connected");
        self.counts.waited += u64::from(client.blocked.is_some());
        self.players[who].in_multi = client.transaction.is_some();
        if let Some(hello) = lines.iter().find(|line| line.starts_with("HELLO")) {
            self.players[who].resp3 = hello == "HELLO 3";
        }
        if lines.iter().any(|line| line == "RESET") {
            self.players[who].resp3 = false;
        }
    }

    fn send(&mut self, who: usize, lines: &[String]) {
        self.played.push(format!("{who}: {}", lines.join("; ")));
        self.counts.commands += lines.len() as u64;
        let bytes: Vec<u8> = lines
            .iter()
            .flat_map(|line| request(&words(line)))
            .collect();
        let player = &mut self.players[who];
        player
            .real
            .write_all(&bytes)
            .expect("the real server reads");
        self.now_us += 1000;
        self.ours.receive(self.now_us, player.ours, &bytes);
        self.settle();
    }

    /// A client goes in the middle of what it does, and another comes.
    fn leave(&mut self, who: usize) {
        self.played.push(format!("{who}: leaves"));
        self.ours.disconnect(self.now_us, self.players[who].ours);
        self.players[who] = self.join();
        self.settle();
    }

    /// Compares what everybody has been told since.
    fn settle(&mut self) {
        // What was sent before the first has been read when the second is answered, and what was served then is told
        // before the third.
        for _ in 0..3 {
            self.fence.send(b"ECHO fence\r\n");
            self.fence.receive();
        }
        for who in 0..CLIENTS {
            let player = &mut self.players[who];
            let mut chunk = [0; 4096];
            loop {
                match player.real.read(&mut chunk) {
                    Ok(0) => panic!("the real server closed the connection"),
                    Ok(read) => player.unread.extend_from_slice(&chunk[..read]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => panic!("{error}"),
                }
            }
            let theirs = Told::take(&mut player.unread);
            let mine = Told::take(&mut self.ours.take_output(player.ours));
            self.counts.messages += mine.messages.len() as u64;
            for reply in &mine.replies {
                self.counts.aborted += u64::from(reply == "*-1");
                self.counts.executed += u64::from(reply.starts_with("*["));
            }
            assert!(
                mine == theirs,
                "client {who}\nours {:?}\n     {:?}\nreal {:?}\n     {:?}\nafter\n{}",
                mine.replies,
                mine.messages,
                theirs.replies,
                theirs.messages,
                self.story()
            );
        }
    }

    /// The last steps, the newest at the end.
    fn story(&self) -> String {
        let from = self.played.len().saturating_sub(30);
        self.played[from..].join("\n")
    }
}

#[test]
fn clients_that_interact_are_told_the_same_by_the_real_server() {
    let first = setting("RESPLAY_SEED", 1);
    let wanted = setting("RESPLAY_INTERLEAVED", SHORT);
    let mut counts = Counts::default();
    let mut seed = first;
    while counts.commands < wanted {
        let mut stage = Stage::new(seed, std::mem::take(&mut counts));
        for step in 0..HISTORY {
            stage.step();
            if step % 16 == 0 {
                stage.both("DEBUG DIGEST");
            }
        }
        counts = stage.counts;
        seed += 1;
    }
    println!(
        "interleaved: {} commands of {CLIENTS} clients from seed {first}, {} transactions and arrays, {} aborted, {} waits, {} messages",
        counts.commands, counts.executed, counts.aborted, counts.waited, counts.messages
    );
    let least = counts.aborted.min(counts.waited).min(counts.messages);
    assert!(least > wanted / 1000, "they hardly interact");
}
