//! A real redis-server that replicates from the engine, over a socket: it gets the data, hears what comes after, comes
//! back after a break and goes on; and its digest is the engine's. About five seconds.

#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use redis::{Connection, RealServer};
use reply::{Reply, request};
use resplay::instance::{Config, ProtectedAction};
use resplay::server::{Event, Server};

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is later than 1970");
    i64::try_from(since.as_micros()).expect("it is earlier than the year 292277")
}

/// The engine behind a port, turned by whoever waits for something.
struct Primary {
    server: Server,
    listener: TcpListener,
    links: Vec<(TcpStream, u64)>,
    client: u64,
}

impl Primary {
    fn new() -> Primary {
        let config = Config {
            save: Vec::new(),
            repl_diskless_sync: false,
            enable_debug_command: ProtectedAction::Yes,
            ..Config::default()
        };
        let mut server = Server::new(config, 1, now());
        let client = server.connect(now(), "127.0.0.1:50000");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.set_nonblocking(true).expect("it can be set");
        Primary {
            server,
            listener,
            links: Vec::new(),
            client,
        }
    }

    fn port(&self) -> u16 {
        self.listener.local_addr().expect("it is bound").port()
    }

    /// Moves what there is to move.
    fn turn(&mut self) {
        if let Ok((link, address)) = self.listener.accept() {
            link.set_nonblocking(true).expect("it can be set");
            let id = self.server.connect(now(), &address.to_string());
            self.links.push((link, id));
        }
        self.server.tick(now());
        let mut gone = Vec::new();
        for (link, id) in &mut self.links {
            let mut chunk = [0; 65536];
            match link.read(&mut chunk) {
                Ok(0) => gone.push(*id),
                Ok(read) => self.server.receive(now(), *id, &chunk[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => gone.push(*id),
            }
            let output = self.server.take_output(*id);
            link.set_nonblocking(false).expect("it can be set");
            if link.write_all(&output).is_err() {
                gone.push(*id);
            }
            link.set_nonblocking(true).expect("it can be set");
        }
        for event in self.server.take_events() {
            if let Event::Closed(id) = event {
                gone.push(id);
            }
        }
        for id in gone {
            self.server.disconnect(now(), id);
            self.links.retain(|(_, link)| *link != id);
        }
    }

    fn ask(&mut self, line: &str) -> Reply {
        self.server
            .receive(now(), self.client, &request(&words(line)));
        let output = self.server.take_output(self.client);
        let (reply, _) = Reply::parse(&output).expect("a reply");
        reply
    }

    /// Turns until `done` holds.
    fn until(&mut self, what: &str, mut done: impl FnMut(&mut Primary) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !done(self) {
            assert!(Instant::now() < deadline, "not within 20 seconds: {what}");
            self.turn();
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

fn ask(real: &mut Connection, line: &str) -> Reply {
    real.send(&request(&words(line)));
    real.receive()
}

fn info(reply: &Reply, field: &str) -> String {
    let Reply::Bulk(text) = reply else {
        panic!("INFO answers text")
    };
    let text = String::from_utf8_lossy(text).into_owned();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {field} in {text}"))
        .to_owned()
}

/// The replica has all that the primary has told, and the same data.
fn agree(primary: &mut Primary, replica: &mut Connection) {
    primary.until("the replica follows", |primary| {
        let told = info(&primary.ask("INFO replication"), "master_repl_offset");
        let theirs = ask(replica, "INFO replication");
        info(&theirs, "master_link_status") == "up" && info(&theirs, "slave_repl_offset") == told
    });
    let digest = primary.ask("DEBUG DIGEST");
    assert_eq!(ask(replica, "DEBUG DIGEST"), digest);
}

#[test]
fn a_real_replica_follows_breaks_off_and_comes_back() {
    let mut primary = Primary::new();
    let mut chance = fastrand::Rng::with_seed(7);
    let mut write = |primary: &mut Primary, count: usize| {
        for _ in 0..count {
            let (key, value) = (chance.u32(..200), chance.u32(..1000));
            let line = match chance.u8(..12) {
                0 => format!("LPUSH l{key} {value} b"),
                1 => format!("LPOP l{key}"),
                2 => format!("SADD s{key} {value}"),
                3 => format!("SPOP s{key}"),
                4 => format!("ZINCRBY z{key} 1.5 {value}"),
                5 => format!("HINCRBYFLOAT h{key} f 0.1"),
                6 => format!("SET k{key} {value} PX 100000"),
                7 => format!("DEL k{key} l{key}"),
                8 => "SELECT 0".into(),
                9 => "SELECT 3".into(),
                10 => "PFADD p a b c".into(),
                _ => format!("APPEND k{key} {value}"),
            };
            primary.ask(&line);
        }
    };
    write(&mut primary, 3000);
    let real = RealServer::start();
    let mut replica = real.connect();
    let port = primary.port();
    ask(&mut replica, &format!("REPLICAOF 127.0.0.1 {port}"));
    agree(&mut primary, &mut replica);
    write(&mut primary, 1000);
    primary.ask("MULTI");
    primary.ask("SET together 1");
    primary.ask("SET and 2");
    primary.ask("EXEC");
    agree(&mut primary, &mut replica);

    // Its acknowledgements are what WAIT waits for.
    primary.ask("SET waited 1");
    let client = primary.client;
    primary.server.receive(now(), client, b"WAIT 1 10000\r\n");
    let mut answer = Vec::new();
    primary.until("WAIT is answered", |primary| {
        answer.extend(primary.server.take_output(client));
        !answer.is_empty()
    });
    assert_eq!(answer, b":1\r\n");

    // It loses the connection, and goes on where it was.
    for id in primary.links.iter().map(|(_, id)| *id).collect::<Vec<_>>() {
        primary.server.disconnect(now(), id);
    }
    primary.links.clear();
    write(&mut primary, 100);
    agree(&mut primary, &mut replica);
    let stats = primary.ask("INFO stats");
    assert_eq!(
        (info(&stats, "sync_full"), info(&stats, "sync_partial_ok")),
        ("1".to_string(), "1".to_string())
    );
    assert_eq!(
        info(&primary.ask("INFO replication"), "connected_slaves"),
        "1"
    );
}
