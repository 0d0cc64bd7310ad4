//! Several clients, of whom some wait. What redis-server does is compared in
//! `tests/differential/waiting.rs`; here stands what it does differently from 7.0, and what takes
//! time.

use super::*;
use crate::disk::testing::TestDisk;
use crate::instance::AppendFsync;

const START_US: i64 = 1_700_000_000_000_000;

struct Room {
    server: Server,
    disk: TestDisk,
    clients: Vec<u64>,
    now_us: i64,
}

impl Room {
    fn with(clients: usize, config: Config) -> Room {
        let disk = TestDisk::new();
        let mut server = Server::with_disk(config, Box::new(disk.clone()), 1, START_US);
        server.collect_effects(true);
        let clients = (0..clients)
            .map(|_| server.connect(START_US, "127.0.0.1:50000"))
            .collect();
        Room {
            server,
            disk,
            clients,
            now_us: START_US,
        }
    }

    fn new(clients: usize) -> Room {
        let config = Config {
            save: Vec::new(),
            ..Config::default()
        };
        Room::with(clients, config)
    }

    fn logging(clients: usize, appendfsync: AppendFsync) -> Room {
        let config = Config {
            appendonly: true,
            appendfsync,
            save: Vec::new(),
            ..Config::default()
        };
        Room::with(clients, config)
    }

    /// What the client is answered at once; lines are separated by `;`.
    fn send(&mut self, client: usize, lines: &str) -> String {
        let lines = [&lines.replace("; ", "\r\n"), "\r\n"].concat();
        let id = self.clients[client];
        self.server.receive(self.now_us, id, lines.as_bytes());
        self.output(client)
    }

    fn output(&mut self, client: usize) -> String {
        let output = self.server.take_output(self.clients[client]);
        let output = String::from_utf8_lossy(&output).replace("\r\n", " ");
        output.trim_end().to_string()
    }

    fn pass(&mut self, ms: i64) -> i64 {
        self.now_us += ms * 1000;
        self.server.tick(self.now_us)
    }

    fn told(&mut self) -> Vec<String> {
        let words = |effect: Effect| {
            let words = effect.args.as_args();
            let words = words.iter().map(String::from_utf8_lossy);
            words.collect::<Vec<_>>().join(" ")
        };
        self.server.take_effects().into_iter().map(words).collect()
    }
}

#[test]
fn who_came_first_is_served_first() {
    let mut room = Room::new(4);
    for client in [2, 0, 1] {
        assert_eq!(room.send(client, "BLPOP a b 0"), "");
    }
    assert_eq!(room.send(3, "RPUSH a 1 2"), ":2");
    assert_eq!(room.output(2), "*2 $1 a $1 1");
    assert_eq!(room.output(0), "*2 $1 a $1 2");
    assert_eq!(room.output(1), "");
    assert_eq!(room.send(3, "RPUSH b 3"), ":1");
    assert_eq!(room.output(1), "*2 $1 b $1 3");
    assert_eq!(room.send(3, "EXISTS a b"), ":0");
    assert_eq!(
        room.told(),
        ["RPUSH a 1 2", "LPOP a", "LPOP a", "RPUSH b 3", "LPOP b"]
    );
    assert!(room.send(3, "INFO clients").contains("blocked_clients:0"));
}

#[test]
fn of_several_keys_the_first_that_was_named_is_served() {
    // 7.0 served the one that came first.
    let mut room = Room::new(2);
    room.send(0, "BLPOP a b 0");
    room.send(1, "MULTI; LPUSH b 1; LPUSH a 2; EXEC");
    assert_eq!(room.output(0), "*2 $1 a $1 2");
    // And a key of another type that stands before is an error, as when the command is new.
    room.send(1, "DEL b");
    room.send(0, "BLPOP c b 0");
    room.send(1, "SET c 1");
    assert_eq!(room.output(0), "");
    room.send(1, "LPUSH b 1");
    assert!(room.output(0).starts_with("-WRONGTYPE"));
}

#[test]
fn what_a_woken_client_makes_wakes_the_next() {
    let mut room = Room::new(4);
    room.send(2, "BLMPOP 0 1 c LEFT COUNT 5");
    room.send(1, "BRPOPLPUSH b c 0");
    room.send(0, "BLMOVE a b LEFT RIGHT 0");
    assert_eq!(room.send(3, "RPUSH a 1 2"), ":2");
    assert_eq!(room.output(0), "$1 1");
    assert_eq!(room.output(1), "$1 1");
    assert_eq!(room.output(2), "*2 $1 c *1 $1 1");
    assert_eq!(
        room.told(),
        [
            "RPUSH a 1 2",
            "LMOVE a b LEFT RIGHT",
            "RPOPLPUSH b c",
            "LPOP c 1"
        ]
    );
}

#[test]
fn commands_behind_one_that_waits_wait_too() {
    let mut room = Room::new(2);
    assert_eq!(room.send(0, "BZPOPMIN z 0; PING; ECHO last"), "");
    assert_eq!(room.send(0, "ECHO more"), "");
    assert_eq!(room.send(1, "ZADD z 1 a 2 b; ZCARD z"), ":2 :1");
    assert_eq!(room.output(0), "*3 $1 z $1 a $1 1 +PONG $4 last $4 more");
    assert_eq!(room.told(), ["ZADD z 1 a 2 b", "ZPOPMIN z"]);
}

#[test]
fn a_wait_ends_in_time_and_the_clock_is_asked_for_it() {
    let mut room = Room::new(3);
    assert_eq!(room.pass(0), 100);
    room.send(0, "BLPOP a 0.0251; PING");
    room.send(1, "BLMOVE a b LEFT LEFT 0.03");
    // Rounded up to a millisecond.
    assert_eq!(room.pass(0), 26);
    assert_eq!(room.pass(20), 6);
    assert_eq!(room.output(0), "");
    assert_eq!(room.pass(6), 4);
    assert_eq!(room.output(0), "*-1 +PONG");
    assert_eq!(room.output(1), "");
    assert_eq!(room.pass(4), 100);
    assert_eq!(room.output(1), "*-1");
    assert_eq!(room.send(2, "RPUSH a 1; LLEN a"), ":1 :1");
    assert_eq!(room.send(2, "WAIT 1 30"), "");
    room.pass(30);
    assert_eq!(room.output(2), ":0");
}

#[test]
fn timeouts_are_read_as_by_redis() {
    let mut room = Room::new(1);
    let mut text = |timeout: &str| {
        let lines = format!("MULTI; BLPOP a {timeout}; EXEC");
        let output = room.send(0, &lines);
        output.replace("+OK +QUEUED *1 ", "")
    };
    let negative = "-ERR timeout is negative";
    let no_float = "-ERR timeout is not a float or out of range";
    let out_of_range = "-ERR timeout is out of range";
    for (timeout, reply) in [
        ("0", "*-1"),
        ("-0.0001", "*-1"),
        ("0x10", "*-1"),
        ("1e-400", "*-1"),
        ("1e15", "*-1"),
        ("-1", negative),
        ("-inf", negative),
        ("-1e300", negative),
        ("nan", no_float),
        ("1s", no_float),
        // 7.0 takes the overflow for negative.
        ("inf", out_of_range),
        ("1e400", out_of_range),
        ("9223372036854775", out_of_range),
        ("0x7FFFFFFFFFFFFF", out_of_range),
    ] {
        assert_eq!(text(timeout), reply, "{timeout}");
    }
}

#[test]
fn who_dies_or_is_closed_takes_nothing() {
    let mut room = Room::new(4);
    for client in 0..3 {
        room.send(client, "BLPOP a 0; PING");
    }
    room.server.disconnect(room.now_us, room.clients[0]);
    let id = room.clients[1];
    assert_eq!(
        room.send(3, &format!("CLIENT KILL ID {id}; RPUSH a 1 2")),
        ":1 :2"
    );
    assert_eq!(room.output(1), "");
    assert_eq!(room.output(2), "*2 $1 a $1 1 +PONG");
    let clients = room.send(3, "INFO clients");
    assert!(clients.contains("blocked_clients:0"), "{clients}");
    assert!(clients.contains("total_blocking_keys:0"), "{clients}");
}

#[test]
fn a_value_that_takes_another_s_place_wakes_nobody() {
    let mut room = Room::new(2);
    room.send(0, "BLPOP a 0");
    room.send(1, "SET a 1; RPUSH b 2 1");
    assert_eq!(room.send(1, "SORT b STORE a"), ":2");
    assert_eq!(room.output(0), "");
    assert_eq!(room.send(1, "DEL a; SORT b STORE a"), ":1 :2");
    assert_eq!(room.output(0), "*2 $1 a $1 1");
}

#[test]
fn client_unblock_gives_up_for_another() {
    let mut room = Room::new(2);
    let id = room.clients[0];
    room.send(0, "BLPOP a 0; PING");
    let list = room.send(1, "CLIENT LIST");
    assert!(list.contains("flags=b"), "{list}");
    assert_eq!(room.send(1, &format!("CLIENT UNBLOCK {id}")), ":1");
    assert_eq!(room.output(0), "*-1 +PONG");
    room.send(0, "CLIENT REPLY SKIP; BLPOP a 0; PING");
    assert_eq!(room.send(1, &format!("CLIENT UNBLOCK {id} error")), ":1");
    assert_eq!(room.output(0), "+PONG");
    assert_eq!(room.send(1, &format!("CLIENT UNBLOCK {id} ERROR")), ":0");
    assert_eq!(room.send(1, "CLIENT UNBLOCK 99"), ":0");
    let stats = room.send(1, "INFO commandstats");
    assert!(stats.contains("cmdstat_blpop:calls=2,"), "{stats}");
    assert!(stats.contains("failed_calls=1"), "{stats}");
}

#[test]
fn an_idle_client_is_not_closed_while_it_waits() {
    let mut room = Room::new(2);
    room.send(0, "CONFIG SET timeout 1; BLPOP a 0");
    room.pass(5000);
    let events = room.server.take_events();
    assert_eq!(events, [Event::Closed(room.clients[1])]);
}

#[test]
fn what_is_told_to_a_woken_client_waits_for_the_log() {
    let mut room = Room::logging(2, AppendFsync::Always);
    room.pass(0);
    room.disk.slow(true);
    room.send(0, "BLPOP a 0; PING");
    assert_eq!(room.send(1, "RPUSH a 1"), "");
    assert_eq!(room.output(0), "");
    room.disk.slow(false);
    room.disk.finish_syncs();
    room.pass(1);
    assert_eq!(room.output(1), ":1");
    assert_eq!(room.output(0), "*2 $1 a $1 1 +PONG");
}

#[test]
fn waitaof_waits_for_the_disk() {
    let mut room = Room::logging(2, AppendFsync::EverySec);
    room.pass(0);
    assert_eq!(room.send(0, "WAITAOF 1 0 0"), "*2 :1 :0");
    room.pass(1000);
    room.disk.slow(true);
    assert_eq!(room.send(0, "SET a 1; WAITAOF 1 0 0; PING"), "+OK");
    // Others have written nothing that is missing.
    assert_eq!(room.send(1, "WAITAOF 1 0 0"), "*2 :1 :0");
    room.pass(1000);
    room.pass(1000);
    assert_eq!(room.output(0), "");
    room.disk.slow(false);
    room.disk.finish_syncs();
    room.pass(1000);
    room.pass(1000);
    assert_eq!(room.output(0), "*2 :1 :0 +PONG");
    assert_eq!(room.send(0, "WAITAOF 0 1 50"), "");
    room.pass(50);
    assert_eq!(room.output(0), "*2 :1 :0");
    // Switched off meanwhile.
    room.disk.slow(true);
    assert_eq!(room.send(0, "SET a 2; WAITAOF 1 0 0"), "+OK");
    room.send(1, "CONFIG SET appendonly no");
    room.pass(1);
    let off = "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";
    assert_eq!(room.output(0), off);
    assert_eq!(room.send(0, "WAITAOF 1 0 0"), off);
    assert_eq!(room.send(0, "WAITAOF 0 0 0"), "*2 :0 :0");
    let bounds = "-ERR value is out of range, value must between 0 and 1";
    assert_eq!(room.send(0, "WAITAOF 2 0 0"), bounds);
}

#[test]
fn waitaof_waits_for_the_first_base() {
    let mut room = Room::logging(2, AppendFsync::Always);
    room.send(0, "CONFIG SET appendonly no; DEBUG POPULATE 20000; SET a 1");
    assert_eq!(room.send(0, "CONFIG SET appendonly yes"), "+OK");
    // Durable as the new log's first command, which no manifest names yet.
    assert_eq!(room.send(0, "SET a 2; WAITAOF 1 0 0"), "+OK");
    assert_eq!(room.send(1, "WAITAOF 1 0 0"), "*2 :1 :0");
    for _ in 0..100 {
        room.pass(1);
    }
    assert_eq!(room.output(0), "*2 :1 :0");
    assert!(room.server.persistence.aof.positions().durable > 0);
}

#[test]
fn keys_of_several_databases_are_served_in_the_order_they_came() {
    let mut room = Room::new(4);
    room.send(0, "SELECT 1; BLPOP a 0");
    room.send(1, "BLPOP a 0");
    room.send(2, "CONFIG SET notify-keyspace-events KEA; PSUBSCRIBE *lpop");
    room.output(2);
    room.send(3, "MULTI; SELECT 1; RPUSH a 1; SELECT 0; RPUSH a 1; EXEC");
    let told = room.output(2);
    let place = |channel: &str| told.find(channel).expect("it was told");
    assert!(place("@1__:lpop") < place("@0__:lpop"), "{told}");
}

#[test]
fn data_brought_along_wakes_those_who_wait_for_it() {
    let mut room = Room::new(1);
    room.send(0, "BLPOP a 0");
    let mut other = Room::new(1);
    other.send(0, "RPUSH a 1 2");
    room.server.adopt(room.now_us, other.server);
    assert_eq!(room.output(0), "*2 $1 a $1 1");
}

#[test]
fn a_log_with_a_blocking_command_is_loaded_without_waiting() {
    let room = Room::logging(1, AppendFsync::Always);
    let config = room.server.instance().config.clone();
    drop(room);
    let disk = TestDisk::new();
    let folder = "/var/lib/redis/appendonlydir";
    let mut made = Server::with_disk(config.clone(), Box::new(disk.clone()), 1, START_US);
    let id = made.connect(START_US, "127.0.0.1:1");
    made.receive(START_US, id, b"PING\r\n");
    drop(made);
    let log =
        b"*3\r\n$5\r\nBLPOP\r\n$1\r\na\r\n$1\r\n0\r\n*3\r\n$5\r\nRPUSH\r\n$1\r\na\r\n$1\r\n1\r\n";
    let mut writer = disk.clone();
    let path = format!("{folder}/appendonly.aof.1.incr.aof");
    Disk::append(&mut writer, &path, log).unwrap();
    let mut server = Server::with_disk(config, Box::new(disk), 1, START_US);
    for _ in 0..10 {
        server.tick(START_US);
    }
    assert_eq!(server.keyspace()[0].len(), 1);
    assert_eq!(server.instance().blocked_clients, 0);
}
