//! Processes that reach one another by their real protocols, over lines that are slow, or cut.

use super::Line;
use crate::lab::LaunchError;
use crate::lab::Machine;
use crate::lab::disk::LabDisk;

struct World {
    machine: Machine,
}

impl World {
    fn new() -> Self {
        let mut world = World {
            machine: Machine::new(LabDisk::new(), 1_795_471_559_000_000, 7, 6379, usize::MAX),
        };
        world.machine.start(6379);
        world.pass(100);
        world
    }

    fn launch(&mut self, line: &str) -> u16 {
        let words: Vec<&str> = line.split(' ').collect();
        let folder = format!("/srv/{}", self.machine.instances().len());
        self.machine.launch(&words, 0, &folder).unwrap().port
    }

    fn pass(&mut self, ms: i64) {
        let until = self.machine.now_us() + ms * 1000;
        self.machine.advance(until, || false);
    }

    fn ask(&mut self, port: u16, line: &str) -> String {
        let Some(connection) = self.machine.connect(port) else {
            return "refused".to_owned();
        };
        let request = [line, "\r\n"].concat();
        self.machine.receive(connection, request.as_bytes());
        let output = self.machine.take_output(connection);
        self.machine.disconnect(connection);
        String::from_utf8_lossy(&output).replace("\r\n", " ")
    }

    /// A primary, two replicas and three sentinels.
    fn with_sentinels() -> Self {
        let mut world = World::new();
        for port in [6380, 6381] {
            world.launch(&format!("--port {port} --replicaof 127.0.0.1 6379"));
        }
        for port in [26_379, 26_380, 26_381] {
            let mut disk = world.machine.disk().clone();
            let path = format!("/etc/redis/sentinel-{port}.conf");
            let text = format!(
                "port {port}\nsentinel monitor mymaster 127.0.0.1 6379 2\n\
                 sentinel down-after-milliseconds mymaster 3000\n"
            );
            crate::disk::Disk::create(&mut disk, &path).unwrap();
            crate::disk::Disk::append(&mut disk, &path, text.as_bytes()).unwrap();
            world.launch(&format!("{path} --sentinel"));
        }
        world.pass(13_000);
        world
    }

    fn primary(&mut self) -> u16 {
        let reply = self.ask(26_379, "SENTINEL get-master-addr-by-name mymaster");
        reply.split_whitespace().last().unwrap().parse().unwrap()
    }
}

#[test]
fn replicas_follow_and_a_process_that_dies_is_noticed() {
    let mut world = World::new();
    world.ask(6379, "SET before 1");
    assert_eq!(world.launch("--port 6380 --replicaof localhost 6379"), 6380);
    world.pass(8000);
    assert_eq!(world.ask(6380, "GET before"), "$1 1 ");
    // What is written is there at once.
    world.ask(6379, "SET after 2");
    assert_eq!(world.ask(6380, "GET after"), "$1 2 ");
    assert!(world.ask(6379, "ROLE").contains("127.0.0.1 $4 6380"));
    world.machine.kill(6380);
    assert!(
        world
            .ask(6379, "INFO replication")
            .contains("connected_slaves:0")
    );
    world.machine.start(6380);
    world.pass(8000);
    world.machine.kill(6379);
    assert!(
        world
            .ask(6380, "INFO replication")
            .contains("master_link_status:down")
    );
    assert_eq!(world.ask(6379, "PING"), "refused");
}

#[test]
fn sentinels_replace_a_primary_and_take_it_back() {
    let mut world = World::with_sentinels();
    let quorum = world.ask(26_380, "SENTINEL ckquorum mymaster");
    assert!(quorum.starts_with("+OK 3 usable"), "{quorum}");
    world.machine.kill(6379);
    world.pass(12_000);
    let new = world.primary();
    assert_ne!(new, 6379);
    assert_eq!(world.ask(new, "SET after failover"), "+OK ");
    world.machine.start(6379);
    world.pass(25_000);
    assert_eq!(world.ask(6379, "GET after"), "$8 failover ");
    let write = world.ask(6379, "SET a b");
    assert!(write.starts_with("-READONLY"), "{write}");
}

#[test]
fn what_cannot_be_started_says_why() {
    let mut world = World::new();
    let mut refused = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        world.machine.launch(&words, 0, "/srv").unwrap_err()
    };
    assert_eq!(refused("--port 6379"), LaunchError::InUse(6379));
    assert_eq!(refused("--port 0"), LaunchError::NoPort);
    let text = refused("--port x").to_string();
    assert!(text.contains("*** FATAL CONFIG FILE ERROR"), "{text}");
    let text = refused("/nosuch.conf").to_string();
    assert!(text.contains("can't open config file"), "{text}");
}

#[test]
fn the_same_events_give_the_same_machine() {
    let run = || {
        let mut world = World::with_sentinels();
        world.machine.kill(6379);
        world.pass(12_000);
        let ports = [6380, 6381, 26_379, 26_380, 26_381];
        ports.map(|port| {
            let replication = world.ask(port, "INFO replication");
            let master = world.ask(port, "SENTINEL master mymaster");
            (replication, master)
        })
    };
    assert_eq!(run(), run());
}

fn line(latency_ms: i64) -> Line {
    Line {
        latency_us: latency_ms * 1000,
        ..Line::default()
    }
}

#[test]
fn what_is_sent_over_a_slow_line_comes_later() {
    let mut world = World::new();
    world.launch("--port 6380 --replicaof 127.0.0.1 6379");
    world.pass(8000);
    world.machine.set_lines(line(40));
    world.ask(6379, "SET a 1");
    world.pass(39);
    assert_eq!(world.ask(6380, "GET a"), "$-1 ");
    world.pass(2);
    assert_eq!(world.ask(6380, "GET a"), "$1 1 ");
}

#[test]
fn a_cut_line_holds_what_is_sent_until_it_is_mended() {
    let mut world = World::new();
    world.launch("--port 6380 --replicaof 127.0.0.1 6379");
    world.pass(8000);
    let node = |port: u16| world.machine.node(port).unwrap();
    let (primary, replica) = (node(6379), node(6380));
    world.machine.cut(primary, replica, true);
    world.ask(6379, "SET a 1");
    world.pass(5000);
    assert_eq!(world.ask(6380, "GET a"), "$-1 ");
    // The other direction is heard as before: acknowledgements arrive, of what has come.
    assert!(
        world.ask(6379, "INFO replication").contains("lag=0")
            || world.ask(6379, "INFO replication").contains("lag=1")
    );
    world.machine.cut(primary, replica, false);
    assert_eq!(world.ask(6380, "GET a"), "$1 1 ");
    assert!(world.ask(6380, "INFO stats").contains("expired_keys:0"));
    // After repl-timeout both give up; when the line is mended the replica comes for what it has missed.
    world.machine.cut(primary, replica, true);
    world.machine.cut(replica, primary, true);
    world.ask(6379, "SET b 2");
    world.pass(70_000);
    assert!(
        world
            .ask(6380, "INFO replication")
            .contains("master_link_status:down")
    );
    assert!(
        world
            .ask(6379, "INFO replication")
            .contains("connected_slaves:0")
    );
    world.machine.heal();
    world.pass(70_000);
    assert_eq!(world.ask(6380, "GET b"), "$1 2 ");
    assert!(world.ask(6379, "INFO stats").contains("sync_partial_ok:1"));
}

#[test]
fn a_stopped_process_is_connected_to_and_answers_when_it_goes_on() {
    let mut world = World::new();
    world.machine.pause(6379, true);
    let connection = world.machine.connect(6379).unwrap();
    world.machine.receive(connection, b"PING\r\n");
    world.pass(5000);
    assert!(world.machine.take_output(connection).is_empty());
    assert!(!world.machine.is_closed(connection));
    world.machine.pause(6379, false);
    assert_eq!(world.machine.take_output(connection), b"+PONG\r\n");
}

#[test]
fn a_narrow_line_fills_the_replicas_output_buffer() {
    let mut world = World::new();
    world.launch("--port 6380 --replicaof 127.0.0.1 6379");
    world.pass(8000);
    world.ask(
        6379,
        "CONFIG SET client-output-buffer-limit \"replica 1mb 0 0\" repl-backlog-size 16kb",
    );
    let node = |port: u16| world.machine.node(port).unwrap();
    let (primary, replica) = (node(6379), node(6380));
    let narrow = Line {
        bytes_per_second: 20_000,
        ..Line::default()
    };
    world.machine.set_line(primary, replica, Some(narrow));
    for number in 0..60 {
        let value = "x".repeat(50_000);
        world.ask(6379, &format!("SET k{number} {value}"));
        world.pass(20);
    }
    assert!(
        world
            .ask(6379, "INFO replication")
            .contains("connected_slaves:0")
    );
    world.machine.heal();
    world.pass(20_000);
    assert!(world.ask(6379, "INFO stats").contains("sync_full:2"));
    assert_eq!(world.ask(6380, "DBSIZE"), ":60 ");
}

#[test]
fn hosts_reach_one_another_by_name_where_they_are_let_in() {
    let mut world = World::new();
    let host = world.machine.add_host("db2").unwrap();
    let words = ["--port", "6379", "--replicaof", "lab", "6379"];
    let at = world.machine.launch(&words, host, "/srv/db2").unwrap();
    let is_up = |world: &mut World| {
        let connection = world.machine.connect(at).unwrap();
        world.machine.receive(connection, b"INFO replication\r\n");
        let info = String::from_utf8(world.machine.take_output(connection)).unwrap();
        info.contains("master_link_status:up")
    };
    // What db2 has written to its log in the last seconds.
    let told = |world: &mut World| {
        let before = world.machine.log_since(0).last().map_or(0, |it| it.number);
        world.pass(8000);
        let lines = world.machine.log_since(before);
        let lines = lines.filter(|it| it.process == 1).map(|it| &it.text[..]);
        lines.collect::<Vec<_>>().join("\n")
    };
    let configure = |world: &mut World, line: &str| {
        let mut disk = world.machine.disk().clone();
        crate::disk::Disk::append(&mut disk, "/etc/redis/redis.conf", line.as_bytes()).unwrap();
        world.machine.kill(6379);
        world.machine.start(6379);
    };
    // The configuration of a new machine listens at all addresses, and is protected.
    let log = told(&mut world);
    let denied = "Error reply to PING from master: '-DENIED Redis is running in protected mode \
                  because protected mode is enabled and no password is set";
    assert!(log.contains(denied), "{log}");
    assert!(!is_up(&mut world));
    // Who is on the machine itself is let in.
    assert_eq!(world.ask(6379, "PING"), "+PONG ");
    world.ask(6379, "CONFIG SET protected-mode no");
    world.pass(8000);
    assert!(is_up(&mut world));
    assert!(
        world
            .ask(6379, "INFO replication")
            .contains("slave0:ip=10.0.0.2,port=6379,state=online")
    );
    // There is nobody at the address where db2 looks for it.
    configure(&mut world, "protected-mode no\nbind 127.0.0.1\n");
    let log = told(&mut world);
    assert!(log.contains("Connection refused"), "{log}");
    assert!(!log.contains("DENIED") && !is_up(&mut world), "{log}");
    world.launch("--port 6380 --replicaof 127.0.0.1 6379");
    world.pass(8000);
    assert!(
        world
            .ask(6380, "INFO replication")
            .contains("master_link_status:up")
    );
    // A password is protection enough.
    configure(
        &mut world,
        "protected-mode yes\nbind * -::*\nrequirepass secret\n",
    );
    let log = told(&mut world);
    assert!(log.contains("-NOAUTH") && !is_up(&mut world), "{log}");
    let connection = world.machine.connect(at).unwrap();
    let line = b"CONFIG SET masterauth secret\r\n";
    world.machine.receive(connection, line);
    world.pass(8000);
    assert!(is_up(&mut world));
}

#[test]
fn a_failover_by_hand_goes_as_in_the_course() {
    let mut world = World::new();
    world.launch("--port 6300 --slaveof 127.0.0.1 6379");
    world.launch("--port 6301 --slaveof 127.0.0.1 6379");
    world.pass(8000);
    world.ask(6379, "SET song first");
    assert_eq!(world.ask(6301, "GET song"), "$5 first ");
    world.machine.kill(6379);
    assert_eq!(world.ask(6300, "SLAVEOF NO ONE"), "+OK ");
    assert_eq!(world.ask(6301, "SLAVEOF 127.0.0.1 6300"), "+OK ");
    world.pass(3000);
    assert_eq!(world.ask(6300, "SET song second"), "+OK ");
    assert_eq!(world.ask(6301, "GET song"), "$6 second ");
    // The others go on from where they were: nobody needs a snapshot.
    assert!(world.ask(6300, "INFO stats").contains("sync_partial_ok:1"));
    world.machine.start(6379);
    assert_eq!(world.ask(6379, "SLAVEOF 127.0.0.1 6300"), "+OK ");
    world.pass(8000);
    assert_eq!(world.ask(6379, "GET song"), "$6 second ");
    assert!(world.ask(6379, "SET song third").starts_with("-READONLY"));
}

#[test]
fn ten_minutes_are_led_again_in_a_moment() {
    // The figure is measured by `npm run bench`; here it is the size of the work that is held.
    let mut world = World::with_sentinels();
    for port in [6382, 6383] {
        world.launch(&format!("--port {port} --replicaof 127.0.0.1 6379"));
    }
    let began = world.machine.network.arrived();
    world.pass(600_000);
    let arrived = world.machine.network.arrived() - began;
    assert!((10_000..100_000).contains(&arrived), "{arrived}");
}

#[test]
fn a_server_listens_elsewhere_when_it_is_told_so() {
    let mut world = World::new();
    world.launch("--port 6380");
    let refused = world.ask(6380, "CONFIG SET port 6379");
    assert!(
        refused.contains("Unable to listen on this port"),
        "{refused}"
    );
    assert_eq!(world.ask(6380, "CONFIG SET port 6400"), "+OK ");
    assert_eq!(world.ask(6380, "PING"), "refused");
    assert_eq!(world.ask(6400, "CONFIG GET port"), "*2 $4 port $4 6400 ");
    // What is no longer taken is free.
    assert_eq!(world.launch("--port 6380"), 6380);
}
