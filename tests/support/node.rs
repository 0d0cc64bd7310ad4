//! Servers and sentinels in processes of their own, ours and real ones, and what they are asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::reply::{Reply, request};

pub const OURS: &str = env!("CARGO_BIN_EXE_resplay-server");

/// A port that nobody listens at. Each process of tests has some of its own, below those that the system hands out: replicas and
/// sentinels of one test look for their dead primary where it was, and another test's must not answer there.
pub fn free_port() -> u16 {
    const EACH: u32 = 24;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let first = 10_000 + std::process::id() % 900 * EACH;
    loop {
        let given = GIVEN.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(first + given % EACH).expect("it is below 31 600");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
        assert!(given < 100 * EACH, "no port is free");
    }
}

/// A server in a process of its own, with a folder of its own.
pub struct Node {
    child: Child,
    program: String,
    folder: PathBuf,
    /// Where it listens.
    pub port: u16,
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
    pub fn start(program: &str, lines: &str, options: &[&str]) -> Node {
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
    pub fn server(ours: bool, more: &str) -> Node {
        let program = if ours { OURS } else { "redis-server" };
        let lines = "save \"\"\nenable-debug-command yes\nrepl-diskless-sync-delay 0\n";
        Node::start(program, &[lines, more].concat(), &[])
    }

    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it has ended");
        self.connection = None;
    }

    pub fn start_again(&mut self) {
        self.child = launch(&self.program, &self.folder, &[]);
        self.until("it answers", |node| {
            node.ask("PING") == Reply::Simple(b"PONG".to_vec())
        });
    }

    pub fn try_ask(&mut self, line: &str) -> std::io::Result<Reply> {
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
    pub fn ask(&mut self, line: &str) -> Reply {
        self.try_ask(line).unwrap_or_else(|error| {
            self.connection = None;
            Reply::Error(error.to_string().into_bytes())
        })
    }

    pub fn info(&mut self, section: &str, field: &str) -> String {
        let Reply::Bulk(text) = self.ask(&format!("INFO {section}")) else {
            return String::new();
        };
        let start = format!("{field}:");
        let text = String::from_utf8_lossy(&text).into_owned();
        let found = text.lines().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_default().to_owned()
    }

    pub fn until(&mut self, what: &str, mut done: impl FnMut(&mut Node) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !done(self) {
            assert!(Instant::now() < deadline, "not within 60 seconds: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Makes it a replica, and waits until it hears its primary.
    pub fn follow(&mut self, port: u16) {
        let reply = self.ask(&format!("REPLICAOF 127.0.0.1 {port}"));
        assert_eq!(reply, Reply::Simple(b"OK".to_vec()));
        self.until("it follows", |node| {
            node.info("replication", "master_link_status") == "up"
        });
    }
}
