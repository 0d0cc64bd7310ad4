//! The network of the machine: what processes open to one another. Bytes arrive at once and in order.

use super::machine::Machine;
use crate::network::LinkRequest;

/// Rounds in which bytes are carried before others get their turn. A conversation that goes on longer is taken up again
/// by the next tick, which is due at once.
const ROUNDS: usize = 64;

/// A link of one process, and the connection that is its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wire {
    /// Index of the process that has opened it.
    pub from: usize,
    /// Its number there.
    pub link: u64,
    /// The connection, at the process that listens.
    pub connection: u64,
}

/// Whether a name or address is this machine's.
pub(super) fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.starts_with("127.") || host == "::1"
}

impl Machine {
    /// Opens and closes what processes have asked for, and carries what there is to carry. True if there is more.
    pub(super) fn carry(&mut self, now_us: i64) -> bool {
        for _ in 0..ROUNDS {
            let asked = self.do_as_asked(now_us);
            let carried = self.carry_once(now_us);
            if !asked && !carried {
                return false;
            }
        }
        true
    }

    fn do_as_asked(&mut self, now_us: i64) -> bool {
        let mut any = false;
        for from in 0..self.process_count() {
            let Some(server) = self.running(from) else {
                continue;
            };
            for request in server.take_link_requests() {
                any = true;
                match request {
                    LinkRequest::Open {
                        link, host, port, ..
                    } => self.open(from, link, &host, port, now_us),
                    LinkRequest::Close { link } => self.close(from, link, now_us),
                }
            }
        }
        any
    }

    fn open(&mut self, from: usize, link: u64, host: &str, port: u16, now_us: i64) {
        let found = is_here(host).then(|| self.plug(now_us, port)).flatten();
        let Some((connection, local)) = found else {
            let why = match is_here(host) {
                true => "Connection refused",
                false => "No route to host",
            };
            if let Some(server) = self.running(from) {
                server.link_failed(now_us, link, why);
            }
            return;
        };
        self.wires.push(Wire {
            from,
            link,
            connection,
        });
        if let Some(server) = self.running(from) {
            server.link_opened(now_us, link, &local, &format!("127.0.0.1:{port}"));
        }
    }

    fn close(&mut self, from: usize, link: u64, now_us: i64) {
        let is_it = |wire: &Wire| (wire.from, wire.link) == (from, link);
        if let Some(at) = self.wires.iter().position(is_it) {
            let wire = self.wires.remove(at);
            self.unplug(now_us, wire.connection);
        }
    }

    /// Carries what waits on every wire, both ways, and tells of those that have broken.
    fn carry_once(&mut self, now_us: i64) -> bool {
        let mut any = false;
        for wire in self.wires.clone() {
            let mut bytes = Vec::new();
            if let Some(server) = self.running(wire.from)
                && server.links_with_output().contains(&wire.link)
            {
                server.append_link_output(wire.link, &mut bytes);
            }
            if !bytes.is_empty() {
                any = true;
                self.hand_over(now_us, wire.connection, &bytes);
            }
            let bytes = self.take_output(wire.connection);
            if !bytes.is_empty() {
                any = true;
                if let Some(server) = self.running(wire.from) {
                    server.link_received(now_us, wire.link, &bytes);
                }
                self.turn(wire.from, now_us);
            } else if self.is_closed(wire.connection) {
                any = true;
                self.wires.retain(|other| *other != wire);
                self.unplug(now_us, wire.connection);
                if let Some(server) = self.running(wire.from) {
                    server.link_closed(now_us, wire.link);
                }
                self.turn(wire.from, now_us);
            }
        }
        any
    }

    /// A process has gone: whoever it was connected to sees its connections close.
    pub(super) fn cut_wires_of(&mut self, process: usize, now_us: i64) {
        let (gone, left) = self
            .wires
            .drain(..)
            .partition(|wire: &Wire| wire.from == process);
        let gone: Vec<Wire> = gone;
        self.wires = left;
        for wire in gone {
            self.unplug(now_us, wire.connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::LaunchError;
    use crate::lab::disk::LabDisk;

    struct World {
        machine: Machine,
        now_us: i64,
    }

    impl World {
        fn new() -> Self {
            let mut world = World {
                machine: Machine::new(LabDisk::new(), 7, 6379, usize::MAX),
                now_us: 1_795_471_559_000_000,
            };
            world.machine.start(world.now_us, 6379);
            world.pass(100);
            world
        }

        fn launch(&mut self, line: &str) -> u16 {
            let words: Vec<&str> = line.split(' ').collect();
            let folder = format!("/srv/{}", self.machine.instances().len());
            self.machine.launch(self.now_us, &words, &folder).unwrap()
        }

        fn pass(&mut self, ms: i64) {
            let until = self.now_us + ms * 1000;
            while self.now_us < until {
                let wait = self.machine.tick(self.now_us).clamp(1, 100);
                self.now_us = (self.now_us + wait * 1000).min(until);
            }
        }

        fn ask(&mut self, port: u16, line: &str) -> String {
            let Some(connection) = self.machine.connect(self.now_us, port) else {
                return "refused".to_owned();
            };
            let request = [line, "\r\n"].concat();
            self.machine
                .receive(self.now_us, connection, request.as_bytes());
            let output = self.machine.take_output(connection);
            self.machine.disconnect(self.now_us, connection);
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
        world.machine.kill(world.now_us, 6380);
        assert!(
            world
                .ask(6379, "INFO replication")
                .contains("connected_slaves:0")
        );
        world.machine.start(world.now_us, 6380);
        world.pass(8000);
        world.machine.kill(world.now_us, 6379);
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
        world.machine.kill(world.now_us, 6379);
        world.pass(12_000);
        let new = world.primary();
        assert_ne!(new, 6379);
        assert_eq!(world.ask(new, "SET after failover"), "+OK ");
        world.machine.start(world.now_us, 6379);
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
            world
                .machine
                .launch(world.now_us, &words, "/srv")
                .unwrap_err()
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
            world.machine.kill(world.now_us, 6379);
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
}
