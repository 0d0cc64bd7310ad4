//! Messages, notifications, MONITOR and the bounds of buffers, with a server and clients by hand.

use super::*;

const NOW_US: i64 = 1_700_000_000_000_000;

struct Lab {
    server: Server,
    now_us: i64,
}

impl Lab {
    fn new() -> Lab {
        Lab {
            server: Server::new(Config::default(), 1, NOW_US),
            now_us: NOW_US,
        }
    }

    fn client(&mut self, hello: &str) -> u64 {
        let id = self.server.connect(self.now_us, "127.0.0.1:50000");
        if !hello.is_empty() {
            self.send(id, hello);
        }
        id
    }

    fn send(&mut self, id: u64, line: &str) -> String {
        self.server
            .receive(self.now_us, id, format!("{line}\r\n").as_bytes());
        self.read(id)
    }

    fn read(&mut self, id: u64) -> String {
        let output = self.server.take_output(id);
        String::from_utf8_lossy(&output).replace("\r\n", " ")
    }

    fn is_closed(&mut self, id: u64) -> bool {
        self.server.take_events().contains(&Event::Closed(id))
    }
}

#[test]
fn a_message_reaches_each_in_its_protocol_and_oneself_after_the_reply() {
    let mut lab = Lab::new();
    let (old, new) = (lab.client(""), lab.client("HELLO 3"));
    assert_eq!(
        lab.send(old, "SUBSCRIBE a b"),
        "*3 $9 subscribe $1 a :1 *3 $9 subscribe $1 b :2 "
    );
    lab.send(new, "PSUBSCRIBE a*");
    let message = "pmessage $2 a* $1 a $2 hi ";
    assert_eq!(
        lab.send(new, "PUBLISH a hi"),
        [":2 >4 $8 ", message].concat()
    );
    assert_eq!(lab.read(old), "*3 $7 message $1 a $2 hi ");
    lab.send(new, "MULTI");
    lab.send(new, "PUBLISH a hi");
    lab.send(new, "ECHO x");
    assert_eq!(
        lab.send(new, "EXEC"),
        ["*2 :2 $1 x >4 $8 ", message].concat(),
        "a message never stands within a reply"
    );
}

#[test]
fn messages_pass_client_reply_off() {
    let mut lab = Lab::new();
    let client = lab.client("HELLO 3");
    assert_eq!(lab.send(client, "CLIENT REPLY OFF"), "");
    assert_eq!(lab.send(client, "SUBSCRIBE a"), ">3 $9 subscribe $1 a :1 ");
    assert_eq!(lab.send(client, "PUBLISH a m"), ">3 $7 message $1 a $1 m ");
}

#[test]
fn who_leaves_is_subscribed_no_more() {
    let mut lab = Lab::new();
    let (gone, resets, quits, looks) = (
        lab.client(""),
        lab.client(""),
        lab.client(""),
        lab.client(""),
    );
    for id in [gone, resets, quits] {
        lab.send(id, "SUBSCRIBE a");
        lab.send(id, "SSUBSCRIBE a");
        lab.send(id, "PSUBSCRIBE *");
    }
    assert_eq!(lab.send(looks, "PUBLISH a x"), ":6 ");
    lab.server.disconnect(lab.now_us, gone);
    lab.send(resets, "RESET");
    lab.send(quits, "QUIT");
    assert_eq!(lab.send(looks, "PUBLISH a x"), ":0 ");
    assert_eq!(lab.send(looks, "SPUBLISH a x"), ":0 ");
    assert_eq!(lab.send(looks, "PUBSUB NUMPAT"), ":0 ");
    assert!(lab.send(looks, "INFO clients").contains("pubsub_clients:0"));
    assert_eq!(lab.send(resets, "GET a"), "$-1 ");
}

#[test]
fn expiry_is_told_when_it_comes_though_nobody_asks() {
    let mut lab = Lab::new();
    let (listens, sets) = (lab.client(""), lab.client(""));
    lab.send(sets, "CONFIG SET notify-keyspace-events Ex");
    lab.send(listens, "SUBSCRIBE __keyevent@0__:expired");
    lab.send(sets, "SET a 1 PX 50");
    assert_eq!(lab.read(listens), "");
    lab.now_us += 200_000;
    lab.server.tick(lab.now_us);
    assert_eq!(
        lab.read(listens),
        "*3 $7 message $22 __keyevent@0__:expired $1 a "
    );
}

#[test]
fn monitors_see_what_runs_and_not_what_is_secret() {
    let mut lab = Lab::new();
    let (monitor, other) = (lab.client(""), lab.client(""));
    assert_eq!(lab.send(monitor, "MONITOR"), "+OK ");
    assert_eq!(lab.send(monitor, "MONITOR"), "");
    lab.send(other, "SELECT 2");
    lab.send(other, "CONFIG GET port");
    lab.send(other, "NOSUCH");
    lab.send(other, "SET \"a b\" \"\\x00\\n\\\"\"");
    assert_eq!(
        lab.read(monitor),
        "+1700000000.000000 [2 127.0.0.1:50000] \"SELECT\" \"2\" \
         +1700000000.000000 [2 127.0.0.1:50000] \"SET\" \"a b\" \"\\x00\\n\\\"\" "
    );
    assert_eq!(
        lab.send(monitor, "PING"),
        "+PONG +1700000000.000000 [0 127.0.0.1:50000] \"PING\" "
    );
    assert!(lab.send(monitor, "CLIENT LIST").contains("flags=O "));
    assert_eq!(lab.send(monitor, "RESET"), "+RESET ");
    lab.send(other, "PING");
    assert_eq!(lab.read(monitor), "");
}

#[test]
fn a_subscriber_that_does_not_read_is_closed() {
    let mut lab = Lab::new();
    let (listens, says) = (lab.client(""), lab.client(""));
    lab.send(
        says,
        "CONFIG SET client-output-buffer-limit \"pubsub 100kb 50kb 2\"",
    );
    lab.send(listens, "SUBSCRIBE a");
    let message = format!("PUBLISH a {}", "x".repeat(20_000));
    for _ in 0..5 {
        assert_eq!(lab.send(says, &message), ":1 ");
    }
    assert!(!lab.is_closed(listens));
    assert_eq!(lab.send(says, &message), ":1 ");
    assert!(lab.is_closed(listens));
    assert_eq!(lab.send(says, &message), ":0 ");
    assert_eq!(lab.read(listens), "", "what waited is dropped");
    let info = lab.send(says, "INFO stats");
    assert!(info.contains("client_output_buffer_limit_disconnections:1 "));
    assert!(
        lab.server
            .take_log()
            .iter()
            .any(|line| line.contains("overcoming of output buffer limits"))
    );
    // Beyond the soft limit it has so many seconds to read.
    let slow = lab.client("");
    lab.send(slow, "SUBSCRIBE a");
    for _ in 0..4 {
        lab.send(says, &message);
    }
    for wait_s in 0..3 {
        lab.server.tick(lab.now_us);
        assert!(!lab.is_closed(slow), "after {wait_s} s");
        lab.now_us += 1_000_000;
    }
    lab.server.tick(lab.now_us);
    assert!(lab.is_closed(slow));
}

#[test]
fn a_reply_beyond_its_limit_closes_the_client() {
    let mut lab = Lab::new();
    let client = lab.client("");
    lab.send(client, &format!("SET a {}", "x".repeat(60_000)));
    lab.send(
        client,
        "CONFIG SET client-output-buffer-limit \"normal 40kb 0 0\"",
    );
    assert_eq!(lab.send(client, "GET a"), "");
    assert!(lab.is_closed(client));
}

#[test]
fn a_request_without_end_closes_the_client() {
    let mut lab = Lab::new();
    let (client, looks) = (lab.client(""), lab.client(""));
    lab.send(looks, "CONFIG SET client-query-buffer-limit 1mb");
    let part = "x".repeat(600_000);
    lab.server
        .receive(lab.now_us, client, b"*2\r\n$4\r\nECHO\r\n$2000000\r\n");
    lab.server.receive(lab.now_us, client, part.as_bytes());
    assert!(!lab.is_closed(client));
    lab.server.receive(lab.now_us, client, part.as_bytes());
    assert!(lab.is_closed(client));
    let info = lab.send(looks, "INFO stats");
    assert!(info.contains("client_query_buffer_limit_disconnections:1 "));
}

#[test]
fn a_message_does_not_overtake_the_sync_that_it_rests_on() {
    let mut lab = Lab::new();
    let (listens, sets) = (lab.client(""), lab.client(""));
    lab.send(
        sets,
        "CONFIG SET notify-keyspace-events KA appendonly yes appendfsync always",
    );
    for _ in 0..20 {
        lab.now_us += 100_000;
        lab.server.tick(lab.now_us);
    }
    lab.read(sets);
    lab.send(listens, "SUBSCRIBE __keyspace@0__:a");
    lab.server.receive(lab.now_us, sets, b"SET a 1\r\n");
    let told = lab.server.instance().clients.iter();
    let held: Vec<bool> = told.map(|client| client.holds.first().is_some()).collect();
    // The memory's disk is durable at once, so both wait or neither does.
    assert!(held == [false, false] || held == [true, true], "{held:?}");
    assert_eq!(
        lab.read(listens).contains("message"),
        lab.read(sets).contains("OK")
    );
}

#[test]
fn a_limit_that_is_lowered_evicts_by_itself() {
    let mut lab = Lab::new();
    let (listener, client) = (lab.client(""), lab.client(""));
    lab.send(client, "CONFIG SET notify-keyspace-events Ee");
    lab.send(client, "CONFIG SET maxmemory-policy allkeys-lru");
    lab.send(client, "SET foo bar");
    lab.send(listener, "SUBSCRIBE __keyevent@0__:evicted");
    assert_eq!(lab.send(client, "CONFIG SET maxmemory 1"), "+OK ");
    assert_eq!(lab.read(listener), "");
    lab.now_us += 100_000;
    lab.server.tick(lab.now_us);
    assert_eq!(
        lab.read(listener),
        "*3 $7 message $22 __keyevent@0__:evicted $3 foo "
    );
    assert_eq!(lab.send(client, "DBSIZE"), ":0 ");
}
