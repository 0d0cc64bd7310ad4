//! Saving: the snapshot holds the data of one moment whatever happens meanwhile, SAVE and BGSAVE
//! keep their promises on a disk that is slow or fails, and a real redis-server loads the files.
//!
//! RESPLAY_SLICES=100000 cargo nextest run --test saving   a longer campaign of snapshots

mod commands;
mod pause;
mod point_in_time;
mod real;
mod slow_disk;

#[path = "../support/redis.rs"]
mod redis;
#[path = "../support/reply.rs"]
mod reply;

use resplay::disk::Disk;
use resplay::instance::Config;
use resplay::server::Server;

/// 14 November 2023, in microseconds.
const START_US: i64 = 1_700_000_000_000_000;

/// A server, one client, and a clock to wind by hand.
struct Session {
    server: Server,
    client: u64,
    now_us: i64,
}

impl Session {
    fn new(config: Config, seed: u64) -> Self {
        Self::of(Server::new(config, seed, START_US))
    }

    fn on_disk(config: Config, disk: impl Disk + 'static) -> Self {
        Self::of(Server::with_disk(config, Box::new(disk), 1, START_US))
    }

    fn of(mut server: Server) -> Self {
        let client = server.connect(START_US, "127.0.0.1:50000");
        let now_us = START_US;
        Session {
            server,
            client,
            now_us,
        }
    }

    fn send(&mut self, line: &str) -> String {
        let request = format!("{line}\r\n");
        self.server
            .receive(self.now_us, self.client, request.as_bytes());
        self.output()
    }

    fn output(&mut self) -> String {
        let bytes = self.server.take_output(self.client);
        String::from_utf8_lossy(&bytes).trim_end().to_string()
    }

    /// Lets time pass as a host does: it calls when it was asked to.
    fn wait_ms(&mut self, ms: i64) {
        let until = self.now_us + ms * 1000;
        loop {
            let wait = self.server.tick(self.now_us);
            let next = self.now_us + wait.max(1) * 1000;
            if next > until {
                break;
            }
            self.now_us = next;
        }
        self.now_us = until;
        self.server.tick(self.now_us);
    }

    /// A field of INFO.
    fn info(&mut self, field: &str) -> String {
        let text = self.send("INFO everything");
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        value
            .unwrap_or_else(|| panic!("INFO has {field}"))
            .trim()
            .to_string()
    }

    /// The texts of the log since the last call, without pid and time: `M * DB saved on disk`.
    fn log(&mut self) -> Vec<String> {
        let lines = self.server.take_log();
        let text = |line: &String| {
            let (process, rest) = line.split_once(' ').unwrap_or_default();
            let role = process.split_once(':').map_or("", |(_, role)| role);
            let at = rest.find(['*', '#']).unwrap_or(0);
            format!("{role} {}", &rest[at..])
        };
        lines.iter().map(text).collect()
    }
}
