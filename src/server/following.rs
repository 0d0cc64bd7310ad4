//! This server as a replica: the link to its primary, and what it does once a second.

mod handshake;
mod landing;
mod stream;
mod transfer;

pub(super) use landing::Landing;

use super::Server;
use crate::instance::LogLevel;
use crate::network::LinkEvent;
use crate::replication::{Stage, Step, StreamPlace};
use crate::resp::write_command;

/// Time between two looks at the primary, in milliseconds.
const PERIOD_MS: i64 = 1000;

impl Server {
    /// Something has happened on the link to the primary.
    pub(super) fn primary_link(&mut self, link: u64, event: LinkEvent) {
        if self.instance.follower.link != Some(link) {
            return;
        }
        match event {
            LinkEvent::Opened => self.greet_primary(),
            LinkEvent::Failed(why) => {
                let text = ["Error condition on socket for SYNC: ", &why].concat();
                self.instance.log(LogLevel::Warning, text);
                self.instance.follower.link = None;
                self.instance.drop_primary_link();
            }
            LinkEvent::Closed => {
                self.instance.follower.link = None;
                self.lose_primary();
            }
            LinkEvent::Received(bytes) => {
                let now_ms = self.instance.now_ms();
                self.instance.follower.heard_ms = now_ms;
                self.instance.stats.repl_bytes_in += bytes.len() as u64;
                self.instance.follower.input.extend_from_slice(&bytes);
                self.hear_primary();
            }
        }
        self.take_requests();
    }

    /// Understands what the primary has sent, as far as that is possible now.
    pub(super) fn hear_primary(&mut self) {
        loop {
            let before = self.instance.follower.stage;
            match before {
                Stage::Handshake(step) => self.hear_reply(step),
                Stage::Transfer => self.hear_snapshot(),
                Stage::Connected => return self.hear_stream(),
                _ => return,
            }
            if self.instance.follower.stage == before {
                return;
            }
        }
    }

    /// The link to the primary is over; another is begun at once.
    pub(super) fn lose_primary(&mut self) {
        match self.instance.follower.stage {
            Stage::Connected => {
                let log = LogLevel::Notice;
                self.instance.log(log, "Connection with master lost.");
                self.instance
                    .log(log, "Caching the disconnected master state.");
                self.instance.drop_primary_link();
                if let Some((host, port)) = self.instance.config.replicaof.clone() {
                    let text = format!("Reconnecting to MASTER {host}:{port}");
                    self.instance.log(log, text);
                    self.instance.connect_to_primary();
                }
            }
            Stage::Loading => {
                // The data is here; that there is nobody to go on with shows then.
                self.instance.follower.link = None;
            }
            Stage::Transfer => {
                let text = "I/O error trying to sync with MASTER: connection lost";
                self.instance.log(LogLevel::Warning, text);
                self.instance.drop_primary_link();
            }
            Stage::Handshake(Step::Ping) => {
                let text = "Master did not reply to PING, replication can't continue...";
                self.instance.log(LogLevel::Warning, text);
                self.instance.drop_primary_link();
            }
            _ => self.instance.drop_primary_link(),
        }
    }

    /// Becomes a replica when the configuration says so, once the files are loaded.
    /// `place` is where in a stream their data stands, if they say so: it may be gone on with.
    pub(super) fn begin_following(&mut self, place: Option<StreamPlace>) {
        let size = self.instance.config.repl_backlog_size;
        if self.instance.is_replica() {
            if let Some(place) = place {
                self.instance.primary.begin_at(place.id, place.offset, size);
                self.instance.follower.resumable = true;
                self.instance.follower.db = place.db;
            }
            self.effects.replicate(false, &mut self.keyspace);
            self.instance.primary.pass_on(size);
            self.keyspace.hide_expired(true);
        } else if let Some(place) = place {
            let now_ms = self.instance.now_ms();
            let primary = &mut self.instance.primary;
            primary.remember(place.id, place.offset, size, now_ms);
            // Whoever goes on from there has the keys that were left out.
            for (db, key) in std::mem::take(&mut self.persistence.rdb.dropped) {
                let mut command = Vec::new();
                write_command(&mut command, [b"DEL".as_slice(), &key].into_iter());
                primary.feed([(db, command.as_slice())].into_iter(), false);
            }
            self.effects.replicate(true, &mut self.keyspace);
        }
    }

    /// What a replica does once a second.
    pub(super) fn look_after_primary(&mut self, now_ms: i64) {
        let follower = &mut self.instance.follower;
        if self.instance.config.replicaof.is_none()
            || (0..PERIOD_MS).contains(&(now_ms - follower.checked_ms))
        {
            return;
        }
        follower.checked_ms = now_ms;
        let timeout_ms = self.instance.config.repl_timeout.saturating_mul(1000);
        let silent = now_ms - follower.heard_ms > timeout_ms;
        match follower.stage {
            Stage::Connect => self.instance.begin_to_follow(),
            Stage::Connecting | Stage::Handshake(_) if silent => {
                let text = "Timeout connecting to the MASTER...";
                self.instance.log(LogLevel::Warning, text);
                self.instance.drop_primary_link();
            }
            Stage::Transfer if silent => {
                let text = "Timeout receiving bulk data from MASTER... If the problem persists try \
                            to set the 'repl-timeout' parameter in redis.conf to a larger value.";
                self.instance.log(LogLevel::Warning, text);
                self.instance.drop_primary_link();
            }
            Stage::Connected if silent => {
                let text = "MASTER timeout: no data nor PING received...";
                self.instance.log(LogLevel::Warning, text);
                self.lose_primary();
            }
            Stage::Connected => self.instance.acknowledge(),
            Stage::Loading => {
                // Somebody is still there.
                if let Some(link) = follower.link {
                    self.instance.links.write(link, b"\n");
                }
            }
            _ => {}
        }
    }
}
