//! The link of a replica to its primary: begun, written to, given up.

use super::{Instance, LogLevel};
use crate::network::LinkOwner;
use crate::replication::{Stage, StreamPlace};
use crate::resp::write_command;

impl Instance {
    /// Whether this server is a replica.
    #[inline]
    pub fn is_replica(&self) -> bool {
        self.config.replicaof.is_some()
    }

    /// Whether this server is a replica whose data may be old.
    pub fn is_stale(&self) -> bool {
        self.is_replica() && !self.follower.is_connected()
    }

    /// Logs whom the server is about to connect to, and asks for a link.
    pub fn begin_to_follow(&mut self) {
        if let Some((host, port)) = self.config.replicaof.clone() {
            let text = format!("Connecting to MASTER {host}:{port}");
            self.log(LogLevel::Notice, text);
            self.connect_to_primary();
        }
    }

    /// Asks for a link to the primary.
    pub fn connect_to_primary(&mut self) {
        let Some((host, port)) = self.config.replicaof.clone() else {
            return;
        };
        let source = &self.config.bind_source_addr;
        self.links.source = (!source.is_empty()).then(|| source.clone());
        let link = self.links.open(LinkOwner::Primary, &host, port);
        let now_ms = self.now_ms();
        self.follower.link = Some(link);
        self.follower.stage = Stage::Connecting;
        self.follower.heard_ms = now_ms;
        let text = "MASTER <-> REPLICA sync started";
        self.log(LogLevel::Notice, text);
    }

    /// Gives up the link to the primary, in whatever state it is. What was understood of the stream stays.
    pub fn drop_primary_link(&mut self) {
        if let Some(link) = self.follower.link.take() {
            self.links.close(link);
        }
        if let Some(id) = self.follower.client.take()
            && let Some(client) = self.clients.forget(id)
        {
            self.follower.db = client.db;
        }
        if let Some(transfer) = self.follower.transfer.take() {
            use crate::disk::Disk;
            // It may never have been made.
            let _ = self.disk.remove(&transfer.path);
        }
        self.follower.input = Vec::new();
        self.follower.unfinished = Vec::new();
        self.follower.initial = None;
        if self.follower.is_connected() {
            self.follower.down_since_ms = self.now_ms();
        }
        self.follower.stage = Stage::Connect;
    }

    /// Sends the primary a command.
    pub fn tell_primary(&mut self, command: &[&[u8]]) {
        if let Some(link) = self.follower.link {
            let mut bytes = Vec::new();
            write_command(&mut bytes, command.iter().copied());
            self.links.write(link, &bytes);
        }
    }

    /// Tells the primary how far this replica is.
    pub fn acknowledge(&mut self) {
        if self.follower.is_connected() {
            let offset = self.primary.offset().to_string();
            self.tell_primary(&[b"REPLCONF", b"ACK", offset.as_bytes()]);
        }
    }

    /// Closes all replicas, which come back for what they miss.
    pub fn close_replicas(&mut self) {
        for id in self.primary.replicas.clone() {
            self.requests.push(super::Request::CloseClient(id));
        }
    }

    /// Where in the stream the data stands, if somebody could go on from there.
    pub fn stream_place(&self) -> Option<StreamPlace> {
        let db = match (self.is_replica(), self.follower.client) {
            (false, _) => self.primary.selected().unwrap_or(0),
            (true, Some(client)) => self.clients.get(client).map_or(0, |client| client.db),
            (true, None) if self.follower.resumable => self.follower.db,
            (true, None) => return None,
        };
        self.primary.is_on().then(|| StreamPlace {
            id: self.primary.id().to_owned(),
            offset: self.primary.offset(),
            db,
        })
    }

    /// Whether keys whose time has come are to stay, hidden.
    pub fn hides_expired(&self) -> bool {
        self.pause.is_some() || self.is_replica()
    }
}
