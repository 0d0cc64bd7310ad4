use super::*;

const START_US: i64 = 1_700_000_000_000_000;

/// A server, one client, and a clock to wind by hand.
struct Session {
    server: Server,
    client: u64,
    now_us: i64,
}

impl Session {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        let mut server = Server::new(config, 1, START_US);
        let client = server.connect(START_US, "127.0.0.1:50000");
        Session {
            server,
            client,
            now_us: START_US,
        }
    }

    fn wait_ms(&mut self, ms: i64) {
        self.now_us += ms * 1000;
        self.server.tick(self.now_us);
    }

    fn other(&mut self) -> u64 {
        self.server.connect(self.now_us, "127.0.0.1:50001")
    }

    fn send_as(&mut self, client: u64, line: &str) -> String {
        let request = format!("{line}\r\n");
        self.server.receive(self.now_us, client, request.as_bytes());
        String::from_utf8_lossy(&self.server.take_output(client)).into_owned()
    }

    fn send(&mut self, line: &str) -> String {
        self.send_as(self.client, line)
    }
}

#[test]
fn keys_go_when_their_time_comes_though_nobody_asks() {
    let mut session = Session::new();
    session.send("SET a 1 PX 150");
    session.send("SET b 2");
    session.wait_ms(100);
    assert_eq!(session.send("DBSIZE"), ":2\r\n");
    session.wait_ms(100);
    assert_eq!(session.send("DBSIZE"), ":1\r\n");
    assert_eq!(session.server.keyspace()[0].stats().expired, 1);
}

#[test]
fn a_sleeping_server_serves_nobody_and_forgets_nothing() {
    let mut session = Session::new();
    let other = session.other();
    assert_eq!(session.send("DEBUG SLEEP 0.5"), "");
    assert_eq!(session.send_as(other, "PING"), "");
    session.wait_ms(300);
    assert!(session.server.take_output(other).is_empty());
    session.wait_ms(300);
    assert_eq!(session.server.take_output(session.client), b"+OK\r\n");
    assert_eq!(session.server.take_output(other), b"+PONG\r\n");
}

#[test]
fn debug_panic_stops_the_server_and_tells_the_host() {
    let mut session = Session::new();
    assert_eq!(session.send("DEBUG PANIC"), "");
    let events = session.server.take_events();
    assert!(matches!(&events[..], [Event::Crashed(message)] if message.contains("DEBUG PANIC")));
    assert_eq!(session.send("PING"), "");
}

#[test]
fn reply_modes_hide_what_they_say() {
    let mut session = Session::new();
    assert_eq!(session.send("CLIENT REPLY SKIP"), "");
    assert_eq!(session.send("PING"), "");
    assert_eq!(session.send("PING"), "+PONG\r\n");
    assert_eq!(session.send("CLIENT REPLY OFF"), "");
    assert_eq!(session.send("PING"), "");
    assert_eq!(session.send("CLIENT REPLY ON"), "+OK\r\n");
}

#[test]
fn a_protocol_error_is_told_and_closes() {
    let mut session = Session::new();
    let reply = session.send("*1\r\n+PING");
    assert_eq!(reply, "-ERR Protocol error: expected '$', got '+'\r\n");
    assert_eq!(
        session.server.take_events(),
        [Event::Closed(session.client)]
    );
    assert_eq!(session.send("PING"), "");
}

#[test]
fn quit_answers_and_closes_and_later_commands_are_lost() {
    let mut session = Session::new();
    assert_eq!(session.send("QUIT\r\nPING"), "+OK\r\n");
    assert_eq!(
        session.server.take_events(),
        [Event::Closed(session.client)]
    );
}

#[test]
fn a_client_can_kill_another_and_itself() {
    let mut session = Session::new();
    let other = session.other();
    assert_eq!(session.send(&format!("CLIENT KILL ID {other}")), ":1\r\n");
    assert_eq!(session.server.take_events(), [Event::Closed(other)]);
    assert_eq!(session.send("CLIENT KILL 127.0.0.1:50000"), "+OK\r\n");
    assert_eq!(
        session.server.take_events(),
        [Event::Closed(session.client)]
    );
}

#[test]
fn idle_clients_are_closed_after_the_timeout() {
    let mut session = Session::new();
    session.send("CONFIG SET timeout 1");
    session.wait_ms(900);
    assert!(session.server.take_events().is_empty());
    session.wait_ms(200);
    assert_eq!(
        session.server.take_events(),
        [Event::Closed(session.client)]
    );
}

#[test]
fn transactions_queue_abort_and_notice_changes() {
    let mut session = Session::new();
    let other = session.other();
    session.send("MULTI");
    assert_eq!(session.send("SET a 1"), "+QUEUED\r\n");
    assert_eq!(session.send("INCR a"), "+QUEUED\r\n");
    assert_eq!(session.send("LPUSH a x"), "+QUEUED\r\n");
    let reply = session.send("EXEC");
    assert!(
        reply.starts_with("*3\r\n+OK\r\n:2\r\n-WRONGTYPE "),
        "{reply}"
    );

    session.send("MULTI");
    assert!(session.send("NOPE").starts_with("-ERR unknown command"));
    assert!(session.send("EXEC").starts_with("-EXECABORT "));

    session.send("WATCH a");
    session.send_as(other, "INCR a");
    session.send("MULTI");
    session.send("INCR a");
    assert_eq!(session.send("EXEC"), "*-1\r\n");

    session.send("WATCH a");
    session.send("MULTI");
    session.send("INCR a");
    assert_eq!(session.send("EXEC"), "*1\r\n:4\r\n");
}

#[test]
fn a_watched_key_that_expires_has_changed() {
    let mut session = Session::new();
    session.send("SET a 1 PX 10");
    session.send("WATCH a");
    session.now_us += 20_000;
    session.send("MULTI");
    session.send("PING");
    assert_eq!(session.send("EXEC"), "*-1\r\n");
}

#[test]
fn swapping_touches_no_watch_on_a_key_that_was_over_on_either_side() {
    for stale_here in [false, true] {
        let mut session = Session::new();
        session.send("DEBUG SET-ACTIVE-EXPIRE 0");
        session.send("SET x foo PX 1");
        session.send("SELECT 1");
        if stale_here {
            session.send("SET x bar PX 1");
        }
        session.now_us += 5000;
        session.send("WATCH x");
        session.send("SWAPDB 0 1");
        session.send("MULTI");
        session.send("PING");
        assert_eq!(session.send("EXEC"), "*1\r\n+PONG\r\n");
    }
}

#[test]
fn without_eviction_writes_are_refused_at_maxmemory() {
    let mut session = Session::new();
    session.send("SET a 1");
    session.send("CONFIG SET maxmemory 1");
    assert!(session.send("SET b 1").starts_with("-OOM "));
    assert_eq!(session.send("GET a"), "$1\r\n1\r\n");
    assert_eq!(session.send("DEL a"), ":1\r\n");
}

#[test]
fn every_policy_makes_room_and_spares_whom_it_must() {
    for policy in [
        "allkeys-lru",
        "allkeys-lfu",
        "allkeys-random",
        "volatile-lru",
        "volatile-lfu",
        "volatile-random",
        "volatile-ttl",
    ] {
        let mut session = Session::new();
        session.send("DEBUG POPULATE 100 keep 100");
        for key in 0..2000 {
            session.send(&format!(
                "SET go:{key} {} EX {}",
                "x".repeat(100),
                1000 + key
            ));
        }
        let limit = session.server.used_memory() - 100_000;
        session.send(&format!(
            "CONFIG SET maxmemory-policy {policy} maxmemory {limit}"
        ));
        assert_eq!(session.send("SET new 1 EX 100000"), "+OK\r\n", "{policy}");
        let slack = 4096;
        assert!(session.server.used_memory() <= limit + slack, "{policy}");
        let evicted = session.server.keyspace()[0].stats().evicted;
        assert!((300..1200).contains(&evicted), "{policy} {evicted}");
        if policy.starts_with("volatile") {
            let kept = session.send("EXISTS keep:0 keep:50 keep:99");
            assert_eq!(kept, ":3\r\n", "{policy}");
        }
        if policy == "volatile-ttl" {
            assert_eq!(session.send("EXISTS go:1999"), ":1\r\n");
        }
    }
}

#[test]
fn the_account_of_memory_returns_to_where_it_was() {
    let mut session = Session::new();
    session.send("PING");
    let empty = session.server.used_memory();
    session.send("DEBUG POPULATE 10000 key 100");
    assert!(session.server.used_memory() > empty + 10_000 * 100);
    session.send("FLUSHALL");
    let left = session.server.used_memory() - empty;
    assert!(left < 20_000, "{left} bytes left");
}

#[test]
fn effects_are_absolute_and_tell_of_expired_keys() {
    let mut session = Session::new();
    session.server.collect_effects(true);
    session.send("SET a 1");
    session.send("EXPIRE a 100");
    session.send("GET a");
    session.now_us += 200_000_000;
    session.send("SET a 2");
    let told: Vec<String> = session
        .server
        .take_effects()
        .iter()
        .map(|effect| {
            let words = effect.args.as_args().iter().map(String::from_utf8_lossy);
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    let deadline = START_US / 1000 + 100_000;
    assert_eq!(
        told,
        [
            "SET a 1".to_string(),
            format!("PEXPIREAT a {deadline}"),
            "DEL a".to_string(),
            "SET a 2".to_string(),
        ]
    );
}

#[test]
fn same_seed_and_same_events_give_the_same_bytes() {
    let run = || {
        let mut session = Session::new();
        let mut log = String::new();
        for step in 0..500 {
            log += &session.send(&format!("SADD s {step}"));
            log += &session.send("SRANDMEMBER s");
            log += &session.send("RANDOMKEY");
            session.send(&format!("SET k:{step} {step}"));
        }
        log += &session.send("SCAN 0 COUNT 50");
        log
    };
    assert_eq!(run(), run());
}

#[test]
fn half_a_command_waits_for_the_other_half() {
    let mut session = Session::new();
    let request = b"*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n";
    for byte in request {
        let now_us = session.now_us;
        session.server.receive(now_us, session.client, &[*byte]);
    }
    assert_eq!(
        session.server.take_output(session.client),
        b"$5\r\nhello\r\n"
    );
}

#[test]
fn what_the_host_cannot_give_is_refused() {
    let mut session = Session::new();
    session.server.set_memory_ceiling(1_000_000);
    let mut refused = 0;
    for key in 0..100 {
        let reply = session.send(&format!("SETRANGE k:{key} 50000 x"));
        refused += usize::from(reply.starts_with("-OOM "));
    }
    assert!((70..95).contains(&refused), "{refused}");
    assert_eq!(session.send("EXISTS k:0"), ":1\r\n");
    session.send("FLUSHALL");
    assert_eq!(session.send("SET a 1"), "+OK\r\n");
}

#[test]
fn replies_that_nobody_takes_hold_up_further_commands() {
    let mut session = Session::new();
    session.send("SETRANGE big 9999999 x");
    let pipeline = "GET big\r\n".repeat(20);
    let (now_us, client) = (session.now_us, session.client);
    session.server.receive(now_us, client, pipeline.as_bytes());
    let mut taken = 0;
    for _ in 0..20 {
        let output = session.server.take_output(client);
        assert!(output.len() < MAX_PENDING_OUTPUT + 11_000_000);
        taken += output.len();
        session.wait_ms(100);
    }
    assert_eq!(taken, 20 * (10_000_000 + "$10000000\r\n\r\n".len()));
}
