//! How long commands take, by a stopwatch that the test holds: SLOWLOG and LATENCY.

#[path = "support/reply.rs"]
mod reply;

use reply::{Reply, request};
use resplay::instance::Config;
use resplay::server::Server;
use std::cell::Cell;

const START: i64 = 1_700_000_000_000_000;

thread_local! {
    static ELAPSED: Cell<i64> = const { Cell::new(0) };
    static STEP: Cell<i64> = const { Cell::new(0) };
    static READINGS: Cell<u32> = const { Cell::new(0) };
}

/// Each reading is `STEP` microseconds after the one before.
fn stopwatch() -> i64 {
    READINGS.set(READINGS.get() + 1);
    ELAPSED.set(ELAPSED.get() + STEP.get());
    ELAPSED.get()
}

struct Session {
    server: Server,
    client: u64,
    now: i64,
}

impl Session {
    fn new() -> Session {
        // Measuring every command is what one test of its own is about.
        let config = Config {
            latency_tracking: false,
            ..Config::default()
        };
        let mut server = Server::new(config, 1, START);
        let client = server.connect(START, "127.0.0.1:50000");
        Session {
            server,
            client,
            now: START,
        }
    }

    fn ask(&mut self, line: &str) -> Reply {
        let words: Vec<Vec<u8>> = line
            .split(' ')
            .map(|word| word.as_bytes().to_vec())
            .collect();
        self.server.receive(self.now, self.client, &request(&words));
        // Whoever sleeps is awake by then.
        self.now += 1_000_000;
        self.server.tick(self.now);
        let output = self.server.take_output(self.client);
        Reply::parse(&output).expect("a whole reply").0
    }

    fn text(&mut self, line: &str) -> String {
        self.ask(line).to_string()
    }
}

#[test]
fn slow_commands_are_kept() {
    let mut session = Session::new();
    session.server.set_stopwatch(stopwatch);
    STEP.set(20_000);
    session.ask("CLIENT SETNAME ann");
    session.ask("SLOWLOG RESET");
    session.ask("RPUSH list a b c");
    session.ask("LRANGE list 0 -1");
    session.ask("MULTI");
    session.ask("KEYS *");
    session.ask("EXEC");
    // SLOWLOG RESET itself, LRANGE, KEYS inside of the transaction; nothing takes constant time for long.
    let log = session.text("SLOWLOG GET");
    assert!(
        log.starts_with("*[*[:2 :1700000006 :20000 *[\"KEYS\" \"*\"] \"127.0.0.1:50000\" \"ann\"]"),
        "{log}"
    );
    assert!(
        log.contains(":1 :1700000003 :20000 *[\"LRANGE\" \"list\" \"0\" \"-1\"]"),
        "{log}"
    );
    session.ask("CONFIG SET slowlog-max-len 1");
    session.ask("SLOWLOG GET 0");
    assert_eq!(session.text("SLOWLOG LEN"), ":1");
    session.ask("CONFIG SET slowlog-log-slower-than 30000");
    session.ask("SLOWLOG RESET");
    session.ask("KEYS *");
    assert_eq!(session.text("SLOWLOG LEN"), ":0");
    // Nobody wants to know: only the time of the whole is taken, when bytes come and when time passes.
    session.ask("CONFIG SET slowlog-log-slower-than -1");
    let before = READINGS.get();
    session.ask("KEYS *");
    assert_eq!(READINGS.get(), before + 4);
}

#[test]
fn sleeping_takes_time_without_any_stopwatch() {
    let mut session = Session::new();
    session.ask("CONFIG SET latency-monitor-threshold 50");
    session.ask("KEYS *");
    session.ask("DEBUG SLEEP 0.06");
    session.ask("DEBUG SLEEP 0.2");
    assert_eq!(
        session.text("LATENCY LATEST"),
        "*[*[\"command\" :1700000003 :200 :200]]"
    );
    assert_eq!(
        session.text("LATENCY HISTORY command"),
        "*[*[:1700000002 :60] *[:1700000003 :200]]"
    );
    let log = session.text("SLOWLOG GET 1");
    assert!(
        log.contains(":200000 *[\"DEBUG\" \"SLEEP\" \"0.2\"]"),
        "{log}"
    );
    let doctor = session.text("LATENCY DOCTOR");
    assert!(
        doctor.contains("1. command: 2 latency spikes (average 130ms, mean deviation 70ms"),
        "{doctor}"
    );
    assert_eq!(session.text("LATENCY RESET nosuch"), ":0");
    assert_eq!(session.text("LATENCY RESET"), ":1");
}

/// As the real server draws it.
#[test]
fn a_graph_has_bars_and_labels() {
    let mut session = Session::new();
    session.ask("CONFIG SET latency-monitor-threshold 1");
    for seconds in ["0.1", "0.4", "0.2", "0.3", "0.15", "0.05"] {
        session.ask(&format!("DEBUG SLEEP {seconds}"));
    }
    let Reply::Bulk(graph) = session.ask("LATENCY GRAPH command") else {
        panic!("no text");
    };
    let lines = [
        "command - high 400 ms, low 50 ms (all time high 400 ms)",
        &"-".repeat(80),
        " #    ",
        " | #  ",
        " |#|_ ",
        "o||||_",
        "      ",
        "654321",
        "ssssss",
        "",
    ];
    assert_eq!(String::from_utf8_lossy(&graph), lines.join("\n"));
}

#[test]
fn calls_are_counted_by_how_long_they_took() {
    let mut session = Session::new();
    session.server.set_stopwatch(stopwatch);
    session.ask("CONFIG SET latency-tracking yes");
    for step in [0, 1, 3, 3, 1000] {
        STEP.set(step);
        session.ask("GET key");
    }
    assert_eq!(
        session.text("LATENCY HISTOGRAM get nosuch set"),
        "*[\"get\" *[\"calls\" :5 \"histogram_usec\" *[:1 :2 :4 :4 :1056 :5]]]"
    );
    let all = session.text("LATENCY HISTOGRAM config");
    assert!(all.starts_with("*[\"config|set\""), "{all}");
}

#[test]
fn what_the_server_does_by_itself_is_an_event_too() {
    let mut session = Session::new();
    session.server.set_stopwatch(stopwatch);
    STEP.set(20_000);
    session.ask("CONFIG SET latency-monitor-threshold 10 maxmemory-policy allkeys-lru maxmemory 1");
    // It runs, since nothing that it asks for takes memory.
    session.ask("PING");
    session.ask("CONFIG SET maxmemory 0");
    let latest = session.text("LATENCY LATEST");
    assert!(latest.contains("\"expire-cycle\" "), "{latest}");
    assert!(latest.contains("\"eviction-cycle\" "), "{latest}");
}
