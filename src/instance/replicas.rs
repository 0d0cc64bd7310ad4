//! The replicas of this server: what they are sent, and how many of them are well.

use super::{Client, Instance, Request};
use crate::replication::{Replica, ReplicaState};

/// Bytes of the stream that are kept for a replica while its snapshot is made, whatever the limit of
/// its output says.
const MOST_PENDING: usize = 256 * 1024 * 1024;

impl Instance {
    /// Forty new hexadecimal digits.
    pub fn new_replication_id(&mut self) -> String {
        super::random_id(&mut self.rng)
    }

    /// Counts a client among the replicas.
    pub fn attach_replica(&mut self, client: &Client) {
        if !self.primary.replicas.contains(&client.id) {
            self.primary.replicas.push(client.id);
        }
    }

    /// Ends a replica whose connection ends.
    pub fn detach_replica(&mut self, client: &mut Client) {
        if client
            .replica
            .take()
            .is_some_and(|replica| replica.is_attached())
        {
            self.primary.replicas.retain(|&id| id != client.id);
            if self.primary.replicas.is_empty() {
                self.primary.alone_since_ms = self.now_ms();
            }
        }
    }

    /// The replicas that have asked for the data, in the order they came.
    pub fn replicas(&self) -> impl Iterator<Item = (&Client, &Replica)> {
        let clients = self.primary.replicas.iter();
        let clients = clients.filter_map(|&id| self.clients.get(id));
        clients.filter_map(|client| Some((client, client.replica.as_deref()?)))
    }

    /// How many replicas have handled the stream up to byte `offset`.
    pub fn replicas_at(&self, offset: u64) -> usize {
        let online = |replica: &Replica| replica.state == ReplicaState::Online;
        self.replicas()
            .filter(|(_, replica)| online(replica) && replica.offset >= offset)
            .count()
    }

    /// The same for what is in their logs.
    pub fn replicas_logged_at(&self, offset: u64) -> usize {
        let online = |replica: &Replica| replica.state == ReplicaState::Online;
        self.replicas()
            .filter(|(_, replica)| online(replica) && replica.logged >= offset)
            .count()
    }

    /// Whether fewer replicas are well than min-replicas-to-write asks for.
    #[inline]
    pub fn lacks_replicas(&self) -> bool {
        let config = &self.config;
        let wanted = usize::try_from(config.min_replicas_to_write).unwrap_or(0);
        wanted > 0
            && !self.is_replica()
            && config.min_replicas_max_lag > 0
            && self.good_replicas() < wanted
    }

    /// How many replicas hear the stream and were heard of lately.
    pub fn good_replicas(&self) -> usize {
        let (now_ms, lag) = (self.now_ms(), self.config.min_replicas_max_lag);
        self.replicas()
            .filter(|(_, replica)| replica.is_good(now_ms, lag))
            .count()
    }

    /// Sends the replicas what the stream has got since the last call.
    #[inline]
    pub fn send_stream(&mut self) {
        if self.primary.is_on() {
            self.send_fresh();
        }
    }

    #[cold]
    fn send_fresh(&mut self) {
        if std::mem::take(&mut self.primary.wants_offsets) {
            self.primary.tell(&[b"REPLCONF", b"GETACK", b"*"]);
        }
        if !self.primary.has_fresh() {
            return;
        }
        let fresh = self.primary.take_fresh();
        let limit =
            self.config.client_output_buffer_limit[super::ClientClass::Replica as usize].hard;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let limit = if limit == 0 {
            MOST_PENDING
        } else {
            limit.min(MOST_PENDING)
        };
        for id in self.primary.replicas.clone() {
            let Some(client) = self.clients.get_mut(id) else {
                continue;
            };
            match client.replica.as_deref_mut() {
                Some(replica) if replica.state == ReplicaState::Online && !replica.awaits_ack => {
                    self.stats.repl_bytes_out += fresh.len() as u64;
                    self.push(id, &fresh);
                }
                Some(replica)
                    if replica.awaits_ack || replica.state == ReplicaState::WaitsForEnd =>
                {
                    replica.pending.extend_from_slice(&fresh);
                    if replica.pending.len() > limit {
                        self.stats.output_limit_disconnections += 1;
                        self.requests.push(Request::CloseClient(id));
                    }
                }
                _ => {}
            }
        }
    }
}
