//! What the log tells at `verbose` and `debug`, beside a real redis-server.

#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[allow(dead_code)]
#[path = "support/reply.rs"]
mod reply;

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use resplay::instance::{Config, LogLevel};
use resplay::server::Server;

/// What one client does before it hangs up; another leaves by QUIT.
const COMMANDS: &[&str] = &[
    "CLIENT SETNAME visitor",
    "SET kept 1",
    "SET passing 2 EX 1000",
    "SELECT 3",
    "SADD there a b c",
];

const OF_CLIENTS: &[&str] = &["Accepted", "Client closed"];
const OF_SIZES: &[&str] = &["DB ", "clients connected"];

/// The lines of some kinds, from the mark of their level on, each once. Figures that are each server's own are taken out: of
/// clients, of tables, of memory.
fn told(log: &str, kinds: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in log.lines() {
        // 1234:M 30 Nov 2026 12:00:00.000 - …
        let Some(line) = line.splitn(6, ' ').nth(5) else {
            continue;
        };
        if !kinds.iter().any(|kind| line.contains(kind)) {
            continue;
        }
        // 7.0 has no fields after these, and no path of a socket is like another.
        let (line, _) = line.split_once(" redir=").unwrap_or((line, ""));
        let line = line.split(' ').map(|word| match word.split_once('=') {
            Some(("name" | "cmd" | "user" | "db" | "flags", _)) => word.to_owned(),
            Some((field, _)) => format!("{field}=…"),
            None if word.ends_with("socket") => "socket".to_owned(),
            None => word.to_owned(),
        });
        let line = line.collect::<Vec<_>>().join(" ");
        let line = match line.split_once(" slots ").or(line.split_once(" bytes ")) {
            Some((start, end)) => {
                let (start, _) = start.rsplit_once(' ').expect("a number stands there");
                format!("{start} … {end}")
            }
            None => line,
        };
        if !found.contains(&line) {
            found.push(line);
        }
    }
    found
}

/// What is told of clients, and, once they have gone, of sizes.
fn real_log() -> [Vec<String>; 2] {
    let options = ["--save", "", "--logfile", "log", "--loglevel", "debug"];
    let real = redis::RealServer::start_with(None, &options);
    let mut client = real.connect();
    for command in COMMANDS {
        client.send(format!("{command}\r\n").as_bytes());
        client.receive();
    }
    drop(client);
    let mut other = real.connect();
    other.send(b"QUIT\r\n");
    other.receive();
    drop(other);
    sleep(Duration::from_millis(300));
    let read = || fs::read_to_string(real.path("log")).expect("it has a log");
    let before = read();
    let deadline = Instant::now() + Duration::from_secs(20);
    let is_told = |log: &str| OF_SIZES.iter().all(|kind| log.contains(kind));
    while !is_told(&read()[before.len()..]) {
        assert!(Instant::now() < deadline, "{}", read());
        sleep(Duration::from_millis(50));
    }
    let all = read();
    [told(&all, OF_CLIENTS), told(&all[before.len()..], OF_SIZES)]
}

fn our_log() -> [Vec<String>; 2] {
    let mut now_us = 1_700_000_000_000_000;
    let config = Config {
        loglevel: LogLevel::Debug,
        ..Config::default()
    };
    let mut server = Server::new(config, 1, now_us);
    server.tick(now_us);
    let connect = |server: &mut Server, commands: &[&str]| {
        let client = server.connect_at(now_us, "/tmp/socket:0", Some("/tmp/socket:0"));
        for command in commands {
            server.receive(now_us, client, format!("{command}\r\n").as_bytes());
        }
        server.disconnect(now_us, client);
    };
    // The one that a test waits with until the real server listens.
    connect(&mut server, &[]);
    connect(&mut server, COMMANDS);
    connect(&mut server, &["QUIT"]);
    let clients = server.take_log().join("\n");
    for _ in 0..60 {
        now_us += 100_000;
        server.tick(now_us);
    }
    let sizes = server.take_log().join("\n");
    [told(&clients, OF_CLIENTS), told(&sizes, OF_SIZES)]
}

#[test]
fn verbose_and_debug_tell_what_a_real_server_tells() {
    assert_eq!(our_log(), real_log());
}
