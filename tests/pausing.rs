//! Five clients of whom some pause all others' writes, step by step against a real redis-server: which commands
//! wait, in which order they go on, and that nothing goes by time meanwhile. About five seconds.
//!
//! RESPLAY_PAUSING=1000 cargo nextest run --test pausing   plays more histories

#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[allow(dead_code)]
#[path = "support/reply.rs"]
mod reply;

use std::io::{ErrorKind, Read};
use std::time::Duration;

use redis::{Connection, RealServer};
use reply::request;
use resplay::instance::{Config, ProtectedAction};
use resplay::server::Server;

const CLIENTS: usize = 5;
const STEPS: usize = 200;

fn histories() -> u64 {
    let text = std::env::var("RESPLAY_PAUSING");
    text.map_or(30, |text| text.parse().expect("a number"))
}

fn step(chance: &mut fastrand::Rng, paused: bool) -> &'static str {
    let lines: &[&str] = match chance.u8(..20) {
        0..8 => &[
            "GET s",
            "GET gone",
            "EXISTS gone",
            "TTL gone",
            "TYPE gone",
            "DBSIZE",
            "LRANGE l 0 -1",
            "STRLEN gone",
            "OBJECT ENCODING gone",
            "KEYS g*",
            "PING",
            "TOUCH gone",
        ],
        8..14 => &[
            "SET s 1",
            "INCR s",
            "APPEND s x",
            "DEL s l",
            "LPUSH l a",
            "RPUSH l b c",
            "LPOP l",
            "PUBLISH c m",
            "PFADD p a",
            "PFCOUNT p",
            "BLPOP l 0",
            "BLPOP l 0",
            "SORT l ALPHA",
            "SORT l ALPHA STORE l",
        ],
        14..16 => &["MULTI", "EXEC", "EXEC", "DISCARD", "WATCH s"],
        16 if paused => &["CLIENT UNPAUSE"],
        16 => &["CLIENT PAUSE 100000 WRITE"],
        17 if paused => &["CLIENT UNPAUSE", "CLIENT PAUSE 5 WRITE"],
        17 => &["expire"],
        18 => &[
            "CLIENT PAUSE 0 WRITE",
            "CLIENT PAUSE -1",
            "CLIENT PAUSE 1 x",
            "CLIENT PAUSE 1 ALL 2",
            "CLIENT PAUSE x",
        ],
        _ => &["blocked"],
    };
    lines[chance.usize(..lines.len())]
}

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

/// All that has come so far.
fn arrived(connection: &mut Connection) -> String {
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
    String::from_utf8_lossy(&bytes).into_owned()
}

fn field(info: &str, name: &str) -> String {
    let line = info.lines().find(|line| line.starts_with(name));
    line.expect("INFO tells it").to_string()
}

struct Table {
    fence: Connection,
    theirs: Vec<Connection>,
    server: Server,
    ours: Vec<u64>,
    our_fence: u64,
    now_us: i64,
}

impl Table {
    fn new(real: &RealServer) -> Table {
        let now_us = 1_700_000_000_000_000;
        let config = Config {
            save: Vec::new(),
            enable_debug_command: ProtectedAction::Yes,
            ..Config::default()
        };
        let mut server = Server::new(config, 1, now_us);
        let mut connect = || server.connect(now_us, "127.0.0.1:50000");
        let our_fence = connect();
        let ours = (0..CLIENTS).map(|_| connect()).collect();
        let mut table = Table {
            fence: real.connect(),
            theirs: (0..CLIENTS).map(|_| real.connect()).collect(),
            server,
            ours,
            our_fence,
            now_us,
        };
        for line in ["CLIENT UNPAUSE", "FLUSHALL", "DEBUG SET-ACTIVE-EXPIRE 0"] {
            table.ask(line);
        }
        table
    }

    /// What both answer to a client that takes no part.
    fn ask(&mut self, line: &str) -> (String, String) {
        let bytes = request(&words(line));
        self.fence.send(&bytes);
        let real = self.fence.receive().to_string().replace("\\r\\n", "\r\n");
        self.server.receive(self.now_us, self.our_fence, &bytes);
        let ours = self.server.take_output(self.our_fence);
        (String::from_utf8_lossy(&ours).into_owned(), real)
    }

    fn pass(&mut self, milliseconds: u64) {
        std::thread::sleep(Duration::from_millis(milliseconds));
        self.now_us += milliseconds as i64 * 1000;
        self.server.tick(self.now_us);
    }

    fn send(&mut self, at: usize, line: &str) {
        let bytes = request(&words(line));
        self.theirs[at].send(&bytes);
        self.server.receive(self.now_us, self.ours[at], &bytes);
    }
}

#[test]
fn a_pause_holds_back_what_the_real_server_s_does() {
    let real = RealServer::start();
    let (mut steps, mut waited) = (0, 0);
    for history in 0..histories() {
        let mut chance = fastrand::Rng::with_seed(history);
        let mut table = Table::new(&real);
        let mut played = Vec::new();
        let mut paused = false;
        for _ in 0..STEPS {
            let at = chance.usize(..CLIENTS);
            let line = step(&mut chance, paused);
            played.push(format!("{at}: {line}"));
            steps += 1;
            match line {
                // From here on it is over, and stays.
                "expire" => {
                    table.ask("SET gone 1 PX 1");
                    table.ask("CLIENT PAUSE 100000 WRITE");
                    table.pass(5);
                }
                "blocked" => {
                    let (ours, real) = table.ask("INFO clients");
                    let (ours, real) = (
                        field(&ours, "blocked_clients"),
                        field(&real, "blocked_clients"),
                    );
                    assert_eq!(ours, real, "history {history} after\n{}", played.join("\n"));
                    waited += u64::from(!ours.ends_with(":0"));
                }
                _ => {
                    // In 7.2 those who are served by a transaction that pauses wait, in 7.0 they do not.
                    if line.starts_with("CLIENT PAUSE") {
                        table.send(at, "DISCARD");
                    }
                    table.send(at, line);
                }
            }
            for _ in 0..2 {
                table.fence.send(b"ECHO fence\r\n");
                table.fence.receive();
            }
            paused = table.server.instance().pause.is_some();
            for client in 0..CLIENTS {
                let real = arrived(&mut table.theirs[client]);
                let ours = table.server.take_output(table.ours[client]);
                let ours = String::from_utf8_lossy(&ours);
                if !real.is_empty() {
                    played.push(format!("   {client} was told {real:?}"));
                }
                assert_eq!(
                    ours,
                    real,
                    "history {history}, client {client}, after\n{}",
                    played.join("\n")
                );
            }
        }
    }
    println!("pausing: {steps} steps of {CLIENTS} clients, {waited} times somebody waited");
    assert!(waited > histories() / 2);
}
