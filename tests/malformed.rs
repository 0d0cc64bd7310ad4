//! Requests that are no requests: wrong lengths, huge sizes, noise, halves followed by silence, cut
//! anywhere. The engine answers Redis's protocol error or waits; it does not panic, and it holds on to no
//! more than a client may keep it waiting with.

#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::io::{ErrorKind, Read};
use std::net::Shutdown;

use resplay::instance::Config;
use resplay::memory;
use resplay::server::{Event, Server};

/// Generated inputs; RESPLAY_MALFORMED sets another number.
const INPUTS: u64 = 1_000_000;

/// What one client may make the server hold: its own query, at most as long as what it sent, with room for
/// the growth of buffers, and the replies to it.
const BOUND: usize = 4 << 20;

const START: i64 = 1_700_000_000_000_000;

/// Every protocol error of Redis that a request can meet.
const ERRORS: &[&str] = &[
    "-ERR Protocol error: invalid multibulk length",
    "-ERR Protocol error: invalid bulk length",
    "-ERR Protocol error: too big mbulk count string",
    "-ERR Protocol error: too big bulk count string",
    "-ERR Protocol error: too big inline request",
    "-ERR Protocol error: unbalanced quotes in request",
    "-ERR Protocol error: expected '$', got '",
    "-ERR Protocol error: unauthenticated",
];

/// Lengths that are wrong, too large, or right.
const LENGTHS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-2",
    "10",
    "1048577",
    "536870912",
    "536870913",
    "1073741824",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "",
    "+1",
    " 1",
    "1 ",
    "01",
    "1x",
    "x",
    "1.0",
    "0x1",
    "\0",
];

/// What is damaged: requests that would be good, over the families.
const REQUESTS: &[&str] = &[
    "*1\r\n$4\r\nPING\r\n",
    "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n",
    "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n",
    "*2\r\n$3\r\nGET\r\n$1\r\na\r\n",
    "*4\r\n$4\r\nZADD\r\n$1\r\nz\r\n$1\r\n1\r\n$1\r\nm\r\n",
    "*3\r\n$5\r\nLPUSH\r\n$1\r\nl\r\n$3\r\nabc\r\n",
    "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n",
    "PING\r\n",
    "SET key \"quoted value\"\r\n",
    "ECHO 'it\\'s'\r\n",
    "*1\r\n$4\r\nQUIT\r\n",
    "*0\r\n",
    "\r\n",
];

/// One input, in the pieces in which it arrives.
fn input(random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = Vec::new();
    match random.u8(..10) {
        // Noise.
        0 | 1 => bytes.extend((0..random.usize(1..200)).map(|_| random.u8(..))),
        // Noise that begins as a request does.
        2 => {
            bytes.push(b"*$"[random.usize(..2)]);
            bytes.extend(
                (0..random.usize(1..60)).map(|_| b"0123456789\r\n$*-abc \0"[random.usize(..20)]),
            );
        }
        // Wrong numbers of arguments and wrong lengths.
        3..6 => {
            let length = |random: &mut fastrand::Rng| LENGTHS[random.usize(..LENGTHS.len())];
            bytes.extend_from_slice(format!("*{}\r\n", length(random)).as_bytes());
            for _ in 0..random.usize(..4) {
                let mark = if random.u8(..8) == 0 {
                    b"*:+-#"[random.usize(..5)]
                } else {
                    b'$'
                };
                bytes.push(mark);
                bytes.extend_from_slice(format!("{}\r\n", length(random)).as_bytes());
                bytes.extend((0..random.usize(..12)).map(|_| random.u8(..)));
                bytes.extend_from_slice(b"\r\n");
            }
        }
        // Good requests with a few bytes wrong.
        _ => {
            for _ in 0..random.usize(1..4) {
                bytes.extend_from_slice(REQUESTS[random.usize(..REQUESTS.len())].as_bytes());
            }
            for _ in 0..random.usize(..3) {
                let at = random.usize(..bytes.len());
                match random.u8(..3) {
                    0 => bytes[at] = random.u8(..),
                    1 => bytes.insert(at, random.u8(..)),
                    _ => {
                        bytes.remove(at);
                    }
                }
            }
            // Half of it, and then silence.
            if random.bool() {
                bytes.truncate(random.usize(..=bytes.len()));
            }
        }
    }
    bytes
}

#[test]
fn a_million_malformed_requests() {
    let inputs = std::env::var("RESPLAY_MALFORMED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(INPUTS);
    let mut random = fastrand::Rng::with_seed(20_261_123);
    let mut server = Server::new(Config::default(), 1, START);
    let (mut refused, mut waiting, mut most) = (0_u64, 0_u64, 0);
    let before = memory::allocated();
    for number in 0..inputs {
        let now = START + i64::try_from(number).unwrap_or(0);
        let client = server.connect(now, "127.0.0.1:50000");
        let bytes = input(&mut random);
        let mut rest = bytes.as_slice();
        // In one piece, or in several, down to single bytes.
        while !rest.is_empty() {
            let piece = if random.bool() {
                rest.len()
            } else {
                random.usize(1..=rest.len().min(9))
            };
            server.receive(now, client, &rest[..piece]);
            rest = &rest[piece..];
        }
        let output = server.take_output(client);
        if let Some(at) = output
            .windows(19)
            .position(|window| window == b"-ERR Protocol error")
        {
            let text = String::from_utf8_lossy(&output[at..]);
            assert!(
                ERRORS.iter().any(|error| text.starts_with(error)),
                "no protocol error of Redis: {text}\nafter {}",
                bytes.escape_ascii()
            );
            assert_eq!(
                text.find("\r\n"),
                Some(text.len() - 2),
                "replies go on after a protocol error: {text}"
            );
            refused += 1;
        } else if output.is_empty() {
            waiting += 1;
        }
        most = most.max(memory::allocated().saturating_sub(before));
        assert!(
            most < BOUND,
            "{most} bytes are held after {}",
            bytes.escape_ascii()
        );
        server.disconnect(now, client);
        server.take_events();
        if number % 1_000 == 0 {
            let client = server.connect(now, "127.0.0.1:50001");
            server.receive(now, client, b"*1\r\n$8\r\nFLUSHALL\r\nRESET\r\nPING\r\n");
            let alive = server.take_output(client);
            assert!(
                alive.ends_with(b"+PONG\r\n"),
                "the server no longer answers: {}",
                alive.escape_ascii()
            );
            server.disconnect(now, client);
        }
    }
    println!(
        "malformed: {inputs} inputs, {refused} refused, {waiting} left waiting, at most {most} bytes held"
    );
    assert!(
        refused > inputs / 10 && waiting > inputs / 100,
        "the inputs are not what they should be"
    );
}

#[test]
fn a_size_that_is_only_announced_reserves_nothing() {
    let mut server = Server::new(Config::default(), 1, START);
    let client = server.connect(START, "127.0.0.1:50000");
    let before = memory::allocated();
    server.receive(START, client, b"*1048576\r\n$536870912\r\n");
    server.receive(START, client, b"only this much of it");
    assert!(
        server.take_output(client).is_empty(),
        "it waits for the rest"
    );
    let held = memory::allocated().saturating_sub(before);
    assert!(held < BOUND, "{held} bytes are held for twenty that came");
}

/// Inputs that the real server is asked about as well.
const COMPARED: usize = 20_000;

#[test]
fn the_real_server_refuses_the_same_requests_with_the_same_words() {
    let real = redis::RealServer::start();
    let mut random = fastrand::Rng::with_seed(1_123);
    let mut server = Server::new(Config::default(), 1, START);
    for number in 0..COMPARED {
        let bytes = input(&mut random);
        // The real server looks for the end of a line as C does, and waits for ever at a zero byte.
        if bytes.contains(&0) {
            continue;
        }
        let client = server.connect(START, "127.0.0.1:50000");
        server.receive(START, client, &bytes);
        let ours = server.take_output(client);
        server.disconnect(START, client);

        let mut connection = real.connect();
        connection.send(&bytes);
        // The end of what we send, so that a server that waits for more sees that there is none.
        connection
            .stream
            .shutdown(Shutdown::Write)
            .expect("the real server is there");
        let mut theirs = Vec::new();
        // It may have closed the connection already, with some of our bytes unread.
        let _ = connection.stream.read_to_end(&mut theirs);
        // What HELLO says of the server itself is another test's matter.
        if theirs.windows(6).any(|window| window == b"server") {
            continue;
        }
        assert!(
            ours == theirs,
            "ours {}\nreal {}\nto   {}",
            ours.escape_ascii(),
            theirs.escape_ascii(),
            bytes.escape_ascii()
        );
        if number % 500 == 0 {
            let flush = reply::request(&[b"FLUSHALL".to_vec()]);
            let mut connection = real.connect();
            connection.send(&flush);
            assert_eq!(connection.receive(), reply::Reply::Simple(b"OK".to_vec()));
            let client = server.connect(START, "127.0.0.1:50001");
            server.receive(START, client, &flush);
            server.disconnect(START, client);
        }
    }
}

/// What browsers send, and what else begins like it.
const HTTP: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nPING",
    b"SET a 1\r\npost\r\nSET a 2\r\n",
    b"PING\r\nhost: a b c d e f\r\nPING\r\n",
    b"*1\r\n$5\r\nHOST:\r\n",
    b"MULTI\r\nPOST\r\nEXEC\r\n",
    b"SUBSCRIBE a\r\npost\r\n",
];

#[test]
fn who_speaks_http_is_hung_up_on_as_the_real_server_does() {
    let real = redis::RealServer::start_with(None, &["--save", "", "--logfile", "log"]);
    let mut server = Server::new(Config::default(), 1, START);
    let ask = |server: &mut Server, bytes: &[u8]| {
        let client = server.connect(START, "127.0.0.1:50000");
        server.receive(START, client, bytes);
        let closed = server.take_events() == [Event::Closed(client)];
        (server.take_output(client), closed)
    };
    for bytes in HTTP {
        let mut connection = real.connect();
        connection.send(bytes);
        let mut theirs = Vec::new();
        // It closes by itself, or this fails after half a minute. What it has not read makes the end an error.
        let end = connection.stream.read_to_end(&mut theirs);
        assert!(!end.is_err_and(|it| it.kind() == ErrorKind::WouldBlock));
        let what = bytes.escape_ascii();
        assert_eq!(ask(&mut server, bytes), (theirs, true), "{what}");
    }
    // What was asked before was done, and what was answered before has arrived.
    let mut connection = real.connect();
    let get = reply::request(&[b"GET".to_vec(), b"a".to_vec()]);
    connection.send(&get);
    assert_eq!(connection.receive(), reply::Reply::Bulk(b"1".to_vec()));
    assert_eq!(ask(&mut server, &get), (b"$1\r\n1\r\n".to_vec(), false));

    let log = std::fs::read_to_string(real.path("log")).expect("it has a log");
    let warning = |line: &&str| line.contains("SECURITY");
    let message = |line: &str| line.split_once(" # ").map(|(_, text)| text.to_owned());
    let theirs: Vec<_> = log.lines().filter(warning).map(message).collect();
    let ours = server.take_log();
    let ours: Vec<_> = ours.iter().map(String::as_str).filter(warning).collect();
    let ours: Vec<_> = ours.into_iter().map(message).collect();
    // Once, however often it happens in a minute.
    assert_eq!(theirs.len(), 1, "{log}");
    assert_eq!(ours, theirs);
}
