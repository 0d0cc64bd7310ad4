//! Servers over TCP, ours behind the native host and real ones, in chains of both: they follow one another, break
//! off, come back, and agree after a random workload. And a real sentinel that fails over a trio of ours.

#[path = "support/reply.rs"]
#[allow(dead_code)]
mod reply;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reply::{Reply, request};

const OURS: &str = env!("CARGO_BIN_EXE_resplay-server");

/// A port that nobody listens at.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

/// A server in a process of its own, with a folder of its own.
struct Node {
    child: Child,
    program: String,
    folder: PathBuf,
    port: u16,
    connection: Option<TcpStream>,
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn launch(program: &str, folder: &Path, options: &[&str]) -> Child {
    Command::new(program)
        .arg(folder.join("redis.conf"))
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"))
}

impl Node {
    fn start(program: &str, lines: &str, options: &[&str]) -> Node {
        let port = free_port();
        let name = format!("resplay-replication-{}-{port}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        let dir = folder.display();
        let config = format!("port {port}\ndir {dir}\n{lines}");
        std::fs::write(folder.join("redis.conf"), config).expect("a file can be written");
        let mut node = Node {
            child: launch(program, &folder, options),
            program: program.into(),
            folder,
            port,
            connection: None,
        };
        node.until("it answers", |node| {
            node.ask("PING") == Reply::Simple(b"PONG".to_vec())
        });
        node
    }

    /// Ours, or a real one.
    fn server(ours: bool, more: &str) -> Node {
        let program = if ours { OURS } else { "redis-server" };
        let lines = "save \"\"\nenable-debug-command yes\nrepl-diskless-sync-delay 0\n";
        Node::start(program, &[lines, more].concat(), &[])
    }

    fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it has ended");
        self.connection = None;
    }

    fn start_again(&mut self) {
        self.child = launch(&self.program, &self.folder, &[]);
        self.until("it answers", |node| {
            node.ask("PING") == Reply::Simple(b"PONG".to_vec())
        });
    }

    fn try_ask(&mut self, line: &str) -> std::io::Result<Reply> {
        let words: Vec<Vec<u8>> = line.split(' ').map(|word| word.into()).collect();
        if self.connection.is_none() {
            let stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            self.connection = Some(stream);
        }
        let stream = self.connection.as_mut().expect("it is there");
        stream.write_all(&request(&words))?;
        let mut received = Vec::new();
        loop {
            if let Some((reply, _)) = Reply::parse(&received) {
                return Ok(reply);
            }
            let mut piece = [0; 65536];
            match stream.read(&mut piece)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                read => received.extend_from_slice(&piece[..read]),
            }
        }
    }

    /// The reply; an error of the test's own if the connection is gone.
    fn ask(&mut self, line: &str) -> Reply {
        self.try_ask(line).unwrap_or_else(|error| {
            self.connection = None;
            Reply::Error(error.to_string().into_bytes())
        })
    }

    fn info(&mut self, section: &str, field: &str) -> String {
        let Reply::Bulk(text) = self.ask(&format!("INFO {section}")) else {
            return String::new();
        };
        let start = format!("{field}:");
        let text = String::from_utf8_lossy(&text).into_owned();
        let found = text.lines().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_default().to_owned()
    }

    fn until(&mut self, what: &str, mut done: impl FnMut(&mut Node) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !done(self) {
            assert!(Instant::now() < deadline, "not within 60 seconds: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Makes it a replica, and waits until it hears its primary.
    fn follow(&mut self, port: u16) {
        let reply = self.ask(&format!("REPLICAOF 127.0.0.1 {port}"));
        assert_eq!(reply, Reply::Simple(b"OK".to_vec()));
        self.until("it follows", |node| {
            node.info("replication", "master_link_status") == "up"
        });
    }
}

/// Writes at random, to keys of all kinds.
fn write(node: &mut Node, chance: &mut fastrand::Rng, count: usize) {
    for _ in 0..count {
        let (key, value) = (chance.u32(..100), chance.u32(..50));
        let line = match chance.u32(..12) {
            0 => format!("SET s{key} {value}"),
            1 => format!("INCRBYFLOAT f{key} 0.1"),
            2 => format!("LPUSH l{key} {value} a b"),
            3 => format!("RPOP l{key}"),
            4 => format!("SADD S{key} {value} x y"),
            5 => format!("SPOP S{key}"),
            6 => format!("HSET h{key} {value} {value}"),
            7 => format!("ZADD z{key} {value} m{value}"),
            8 => format!("XADD x{key} * f {value}"),
            9 => format!("DEL h{key} s{key}"),
            10 => format!("SELECT {}", value % 3),
            _ => format!("PEXPIRE z{key} 1000000"),
        };
        assert!(!matches!(node.ask(&line), Reply::Error(_)), "{line}");
    }
}

/// All of `nodes` have what the first of them has.
fn agree(nodes: &mut [Node]) {
    let (first, others) = nodes.split_first_mut().expect("there are some");
    let told = first.info("replication", "master_repl_offset");
    let digest = first.ask("DEBUG DIGEST");
    for node in others {
        node.until("it has all", |node| {
            // Pings go on meanwhile.
            let has = node.info("replication", "slave_repl_offset");
            has.parse::<u64>().ok() >= told.parse::<u64>().ok()
                && node.info("replication", "master_link_status") == "up"
        });
        assert_eq!(node.ask("DEBUG DIGEST"), digest);
    }
}

/// A chain of servers, `o` ours and `r` real ones: the first writes, the others follow one another.
fn chain(kinds: &str) {
    let mut chance = fastrand::Rng::with_seed(11);
    let mut nodes: Vec<Node> = kinds
        .chars()
        .map(|kind| Node::server(kind == 'o', ""))
        .collect();
    write(&mut nodes[0], &mut chance, 400);
    for at in 1..nodes.len() {
        let port = nodes[at - 1].port;
        nodes[at].follow(port);
    }
    write(&mut nodes[0], &mut chance, 400);
    agree(&mut nodes);
    // Every link breaks, while more is written.
    let full: Vec<String> = nodes
        .iter_mut()
        .map(|it| it.info("stats", "sync_full"))
        .collect();
    for node in &mut nodes[1..] {
        node.ask("CLIENT KILL TYPE master");
    }
    write(&mut nodes[0], &mut chance, 400);
    std::thread::sleep(Duration::from_millis(300));
    agree(&mut nodes);
    let after: Vec<String> = nodes
        .iter_mut()
        .map(|it| it.info("stats", "sync_full"))
        .collect();
    assert_eq!(after, full, "they went on where they were");
    assert_eq!(nodes[0].info("stats", "sync_partial_ok"), "1");
}

#[test]
fn ours_follows_a_real_one() {
    chain("ro");
}

#[test]
fn a_real_one_follows_ours() {
    chain("or");
}

#[test]
fn chains_of_both_agree() {
    chain("oror");
    chain("rooo");
}

#[test]
fn a_replica_that_is_started_again_goes_on_from_its_file() {
    for (primary, replica) in [(true, true), (false, true), (true, false)] {
        let mut chance = fastrand::Rng::with_seed(12);
        let mut primary = Node::server(primary, "");
        write(&mut primary, &mut chance, 200);
        let line = format!("replicaof 127.0.0.1 {}\n", primary.port);
        let mut replica = Node::server(replica, &line);
        let up = |node: &mut Node| node.info("replication", "master_link_status") == "up";
        replica.until("it follows", up);
        write(&mut primary, &mut chance, 200);
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(replica.ask("SAVE"), Reply::Simple(b"OK".to_vec()));
        replica.kill();
        write(&mut primary, &mut chance, 200);
        replica.start_again();
        replica.until("it follows again", up);
        let mut nodes = [primary, replica];
        agree(&mut nodes);
        assert_eq!(nodes[0].info("stats", "sync_full"), "1");
        assert_eq!(nodes[0].info("stats", "sync_partial_ok"), "1");
    }
}

#[test]
fn a_real_sentinel_fails_over_a_trio_of_ours() {
    let mut primary = Node::server(true, "");
    let line = format!("replicaof 127.0.0.1 {}\n", primary.port);
    let mut replicas = [Node::server(true, &line), Node::server(true, &line)];
    for replica in &mut replicas {
        replica.until("it follows", |node| {
            node.info("replication", "master_link_status") == "up"
        });
    }
    let lines = format!(
        "sentinel monitor trio 127.0.0.1 {} 1\nsentinel down-after-milliseconds trio 500\n\
         sentinel failover-timeout trio 5000\n",
        primary.port
    );
    let mut sentinel = Node::start("redis-server", &lines, &["--sentinel"]);
    sentinel.until("it knows both replicas", |node| {
        node.info("sentinel", "master0").contains("slaves=2")
    });
    let old = primary.port;
    primary.kill();
    let mut port = 0;
    sentinel.until("a replica is promoted", |node| {
        let reply = node.ask("SENTINEL GET-MASTER-ADDR-BY-NAME trio");
        if let Reply::Array(words) = &reply
            && let Some(Reply::Bulk(word)) = words.get(1)
        {
            port = String::from_utf8_lossy(word).parse().expect("a port");
        }
        port != old && port != 0
    });
    replicas.sort_by_key(|node| node.port != port);
    let [promoted, other] = &mut replicas;
    // Its clients were sent away with the promotion, and come back.
    promoted.until("it says so", |node| {
        node.info("replication", "role") == "master"
    });
    let follows = |node: &mut Node| {
        node.info("replication", "master_port") == port.to_string()
            && node.info("replication", "master_link_status") == "up"
    };
    other.until("the other follows it", follows);
    let set = promoted.ask("SET after failover");
    assert_eq!(set, Reply::Simple(b"OK".to_vec()));
    other.until("the other has what is new", |node| {
        node.ask("GET after") == Reply::Bulk(b"failover".to_vec())
    });
}
