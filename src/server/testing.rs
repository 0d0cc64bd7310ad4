//! Servers at the ends of pipes, for tests: their time passes when the test says so.

use super::{Event, Server};
use crate::disk::MemoryDisk;
use crate::instance::Config;
use crate::network::LinkRequest;

pub(super) const START_US: i64 = 1_700_000_000_000_000;

/// A link and the connection that is its other end.
pub(super) struct Pipe {
    pub(super) from: usize,
    pub(super) link: u64,
    pub(super) to: usize,
    pub(super) client: u64,
}

/// Servers at ports 7000, 7001, …, each with a client of the test's.
pub(super) struct Net {
    pub(super) servers: Vec<Server>,
    pub(super) clients: Vec<u64>,
    pub(super) pipes: Vec<Pipe>,
    pub(super) now_us: i64,
    /// How finely time passes.
    pub(super) step_ms: i64,
    /// Servers that cannot be reached.
    pub(super) down: Vec<usize>,
}

impl Net {
    pub(super) fn new(count: usize, change: impl Fn(&mut Config)) -> Net {
        let mut net = Net {
            servers: Vec::new(),
            clients: Vec::new(),
            pipes: Vec::new(),
            now_us: START_US,
            step_ms: 50,
            down: Vec::new(),
        };
        for _ in 0..count {
            let mut config = Config::default();
            change(&mut config);
            net.add(config);
        }
        net
    }

    /// Adds a server, which is started at once.
    pub(super) fn add(&mut self, config: Config) {
        let index = self.servers.len();
        let config = Config {
            port: 7000 + index as i64,
            save: Vec::new(),
            repl_diskless_sync_delay: 0,
            ..config
        };
        let disk = MemoryDisk::with_directories(&["/etc", &config.dir]);
        let mut server = Server::with_disk(config, Box::new(disk), index as u64, self.now_us);
        server.set_process(1, Some("/etc/redis.conf".to_owned()));
        self.clients
            .push(server.connect(self.now_us, "127.0.0.1:50000"));
        self.servers.push(server);
    }

    /// A server is gone, or cannot be reached and reaches nobody.
    pub(super) fn isolate(&mut self, who: usize) {
        self.down.push(who);
        self.cut(|pipe| pipe.from == who || pipe.to == who);
    }

    /// Carries what there is to carry, both ways.
    pub(super) fn carry(&mut self) {
        for from in 0..self.servers.len() {
            for request in self.servers[from].take_link_requests() {
                match request {
                    LinkRequest::Open { link, port, .. } => {
                        let to = usize::from(port) - 7000;
                        let gone = self.down.contains(&to) || self.down.contains(&from);
                        if to >= self.servers.len() || gone {
                            let why = "Connection refused";
                            self.servers[from].link_failed(self.now_us, link, why);
                            continue;
                        }
                        let client = self.servers[to].connect(self.now_us, "127.0.0.1:40000");
                        let peer = format!("127.0.0.1:{port}");
                        let local = "127.0.0.1:40000";
                        self.servers[from].link_opened(self.now_us, link, local, &peer);
                        self.pipes.push(Pipe {
                            from,
                            link,
                            to,
                            client,
                        });
                    }
                    LinkRequest::Close { link } => {
                        let is_it = |pipe: &Pipe| (pipe.from, pipe.link) == (from, link);
                        if let Some(at) = self.pipes.iter().position(is_it) {
                            let pipe = self.pipes.remove(at);
                            self.servers[pipe.to].disconnect(self.now_us, pipe.client);
                        }
                    }
                }
            }
        }
        for pipe in &self.pipes {
            let mut bytes = Vec::new();
            self.servers[pipe.from].append_link_output(pipe.link, &mut bytes);
            if !bytes.is_empty() {
                self.servers[pipe.to].receive(self.now_us, pipe.client, &bytes);
            }
            let bytes = self.servers[pipe.to].take_output(pipe.client);
            if !bytes.is_empty() {
                self.servers[pipe.from].link_received(self.now_us, pipe.link, &bytes);
            }
        }
        for to in 0..self.servers.len() {
            for event in self.servers[to].take_events() {
                let Event::Closed(client) = event else {
                    continue;
                };
                self.cut(|pipe| (pipe.to, pipe.client) == (to, client));
                // The test's own, closed by CLIENT KILL, comes back.
                if self.clients[to] == client {
                    let server = &mut self.servers[to];
                    self.clients[to] = server.connect(self.now_us, "127.0.0.1:50000");
                }
            }
        }
    }

    /// Breaks connections.
    pub(super) fn cut(&mut self, which: impl Fn(&Pipe) -> bool) {
        while let Some(at) = self.pipes.iter().position(&which) {
            let pipe = self.pipes.remove(at);
            self.servers[pipe.from].link_closed(self.now_us, pipe.link);
            self.servers[pipe.to].disconnect(self.now_us, pipe.client);
        }
    }

    pub(super) fn pass(&mut self, ms: i64) {
        for _ in 0..ms.div_euclid(self.step_ms).max(1) {
            self.now_us += self.step_ms * 1000;
            for _ in 0..20 {
                for server in &mut self.servers {
                    server.tick(self.now_us);
                }
                self.carry();
            }
        }
    }

    pub(super) fn ask(&mut self, who: usize, line: &str) -> String {
        let request = [line, "\r\n"].concat();
        self.servers[who].receive(self.now_us, self.clients[who], request.as_bytes());
        let output = self.servers[who].take_output(self.clients[who]);
        String::from_utf8_lossy(&output).replace("\r\n", " ")
    }

    pub(super) fn info(&mut self, who: usize, field: &str) -> String {
        let text = self.ask(who, "INFO replication");
        let start = [field, ":"].concat();
        let found = text.split(' ').find_map(|word| word.strip_prefix(&start));
        found.unwrap_or_default().to_owned()
    }
}
