//! What was written, in the order in which it was run, and the data after each write: what a
//! server that never crashes would have.

use resplay::instance::Config;
use resplay::server::Server;

use crate::reply::Reply;
use crate::workload::encode;

/// A write that the server was sent.
pub struct Write {
    pub line: String,
    /// When the client had its reply.
    pub acknowledged_us: Option<i64>,
}

pub struct History {
    server: Server,
    client: u64,
    pub writes: Vec<Write>,
    /// DEBUG DIGEST before the first write, and after each.
    digests: Vec<String>,
}

impl History {
    pub fn new() -> Self {
        let config = Config {
            save: Vec::new(),
            ..Config::default()
        };
        let mut server = Server::new(config, 1, 0);
        let client = server.connect(0, "127.0.0.1:1");
        let mut history = History {
            server,
            client,
            writes: Vec::new(),
            digests: Vec::new(),
        };
        let digest = history.digest();
        history.digests.push(digest);
        history
    }

    fn ask(&mut self, line: &str) -> Reply {
        self.server.receive(0, self.client, &encode(line));
        let bytes = self.server.take_output(self.client);
        let (reply, _) = Reply::parse(&bytes).expect("a reply");
        reply
    }

    fn digest(&mut self) -> String {
        let reply = self.ask("DEBUG DIGEST");
        let text = reply.text().expect("a digest");
        String::from_utf8_lossy(text).into_owned()
    }

    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Notes a write that is being sent.
    pub fn write(&mut self, line: String) {
        self.ask(&line);
        let digest = self.digest();
        self.digests.push(digest);
        let acknowledged_us = None;
        self.writes.push(Write {
            line,
            acknowledged_us,
        });
    }

    /// The data after so many writes.
    pub fn digest_after(&self, count: usize) -> &str {
        self.digests.get(count).map_or("", String::as_str)
    }

    /// After how many writes the data was `digest`, whenever that was.
    pub fn find_last(&self, digest: &str) -> Option<usize> {
        self.digests.iter().rposition(|known| known == digest)
    }

    /// Forgets all writes but the first `count`: the others are lost. Those that are left can be
    /// lost no more if they are `durable`.
    pub fn cut(&mut self, count: usize, durable: bool) {
        self.writes.truncate(count);
        self.digests.truncate(count + 1);
        self.ask("FLUSHALL");
        let lines: Vec<String> = self.writes.iter().map(|write| write.line.clone()).collect();
        for line in lines {
            self.ask(&line);
        }
        if durable {
            for write in &mut self.writes {
                write.acknowledged_us = Some(0);
            }
        }
    }
}
