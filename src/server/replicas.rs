//! The replicas of this server as time passes: the snapshot they wait for, PINGs, and who is given up.

use super::Server;
use crate::commands::{Entry, begin_full_sync, command_of};
use crate::disk::{read_all, resolve};
use crate::instance::{Client, LogLevel};
use crate::persistence::Child;
use crate::replication::ReplicaState;
use crate::resp::{Args, ReplyWriter};

/// Bytes of a snapshot that is sent as it is made beyond which no more is made, or handed to a slow replica.
const MOST_MADE: usize = 1024 * 1024;

/// Time between two looks at the replicas, in milliseconds.
const PERIOD_MS: i64 = 1000;

impl Server {
    /// A replica hears the stream and nothing else: one that asks for something is no replica, and is closed.
    pub(super) fn refuse_to_answer(
        &mut self,
        client: &mut Client,
        output: &mut ReplyWriter,
        before: usize,
        args: Args<'_>,
    ) {
        let answer = output.as_bytes().get(before..).unwrap_or_default();
        let name = command_of(&self.instance, args).map(Entry::full_name);
        let name = name.unwrap_or_else(|| String::from_utf8_lossy(args.at(0)).into_owned());
        if let Some(error) = answer.strip_prefix(b"-") {
            let error = String::from_utf8_lossy(error);
            let text = format!(
                "== CRITICAL == This master is sending an error to its replica: '{}' after processing the command '{name}'",
                error.trim_end()
            );
            self.instance.log(LogLevel::Warning, text);
            self.instance.stats.unexpected_errors += 1;
        }
        output.truncate(before);
        let line = self.instance.describe(client, output);
        let text = format!(
            "Replica generated a reply to command '{name}', disconnecting it: {}",
            String::from_utf8_lossy(&line)
        );
        self.instance.log(LogLevel::Warning, text);
        self.close(client);
    }

    /// Gives up a snapshot that was made for replicas once none of them waits for it any more.
    pub(super) fn give_up_useless_snapshot(&mut self) {
        if self.persistence.child() != Some(Child::Rdb) {
            self.awaited_snapshot = false;
            return;
        }
        let waits = !self.replicas_in(ReplicaState::WaitsForEnd).is_empty();
        if waits || !std::mem::replace(&mut self.awaited_snapshot, waits) {
            self.awaited_snapshot = waits;
            return;
        }
        let streams = self.instance.primary.mark.is_some();
        if !streams && !self.instance.config.save.is_empty() {
            return;
        }
        if streams {
            let text = "Diskless rdb transfer, last replica dropped, killing fork child.";
            self.instance.log(LogLevel::Warning, text);
        }
        let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
        self.persistence.kill_save(keyspace, instance);
        instance.primary.saved = None;
        instance.primary.mark = None;
        instance.primary.snapshot = Vec::new();
    }

    /// Whether enough of a snapshot waits to be sent that no more is to be made.
    pub(super) fn snapshot_waits(&self) -> bool {
        self.instance.primary.snapshot.len() >= MOST_MADE
    }

    /// Sends the replicas what has been made of their snapshot, as fast as the slowest takes it, and its end.
    fn stream_snapshot(&mut self, mark: &str) {
        let now_ms = self.instance.now_ms();
        let waiting = self.replicas_in(ReplicaState::WaitsForEnd);
        let slow = |id: &u64| {
            let client = self.instance.clients.get(*id);
            client.is_some_and(|client| client.output.len() >= MOST_MADE)
        };
        let is_slow = waiting.iter().any(slow);
        for &id in &waiting {
            if let Some(client) = self.instance.clients.get_mut(id)
                && client.output.len() < MOST_MADE
                && let Some(replica) = &mut client.replica
            {
                replica.heard_ms = now_ms;
            }
        }
        if is_slow {
            return;
        }
        let made = std::mem::take(&mut self.instance.primary.snapshot);
        let saved = self.instance.primary.saved.take();
        if saved.is_some() {
            self.instance.primary.mark = None;
        }
        self.instance.stats.repl_bytes_out += (made.len() * waiting.len()) as u64;
        if saved.is_some() {
            let text = format!(
                "Diskless rdb transfer, done reading from pipe, {} replicas still up.",
                waiting.len()
            );
            self.instance.log(LogLevel::Warning, text);
        }
        for id in waiting {
            let Some(client) = self.instance.clients.get_mut(id) else {
                continue;
            };
            client.output.raw(&made);
            match saved {
                None => {}
                Some(false) => self.close_other(id),
                Some(true) => {
                    client.output.raw(mark.as_bytes());
                    let name = client.replica_name();
                    if let Some(replica) = &mut client.replica {
                        replica.state = ReplicaState::Online;
                        replica.awaits_ack = true;
                    }
                    let text = [
                        "Streamed RDB transfer with replica ",
                        &name,
                        " succeeded (socket). Waiting for REPLCONF ACK from slave to enable streaming",
                    ];
                    self.instance.log(LogLevel::Notice, text.concat());
                }
            }
        }
    }

    /// Sends the snapshot to the replicas that wait for the one that has just come to its end.
    pub(super) fn send_snapshot(&mut self) {
        if let Some(mark) = self.instance.primary.mark.clone() {
            return self.stream_snapshot(&mark);
        }
        let Some(saved) = self.instance.primary.saved.take() else {
            return;
        };
        let waiting = self.replicas_in(ReplicaState::WaitsForEnd);
        if waiting.is_empty() {
            return;
        }
        let path = resolve(&self.instance.config.dir, &self.instance.config.dbfilename);
        let snapshot = match saved {
            true => read_all(&self.instance.disk, &path, u64::MAX).map_err(|it| it.to_string()),
            false => Err("the background save has failed".into()),
        };
        for id in waiting {
            match &snapshot {
                Ok(bytes) => self.send_snapshot_to(id, bytes),
                Err(error) => {
                    let text = ["SYNC failed. Can't open/stat DB after BGSAVE: ", error];
                    self.instance.log(LogLevel::Warning, text.concat());
                    self.close_other(id);
                }
            }
        }
    }

    fn send_snapshot_to(&mut self, id: u64, snapshot: &[u8]) {
        let now_ms = self.instance.now_ms();
        let Some(client) = self.instance.clients.get_mut(id) else {
            return;
        };
        let Some(replica) = &mut client.replica else {
            return;
        };
        replica.state = ReplicaState::Online;
        replica.heard_ms = now_ms;
        let pending = std::mem::take(&mut replica.pending);
        client
            .output
            .raw(format!("${}\r\n", snapshot.len()).as_bytes());
        client.output.raw(snapshot);
        client.output.raw(&pending);
        let text = [
            "Synchronization with replica ",
            &client.replica_name(),
            " succeeded",
        ];
        self.instance.log(LogLevel::Notice, text.concat());
    }

    fn replicas_in(&self, state: ReplicaState) -> Vec<u64> {
        let in_state = self.instance.replicas();
        let in_state = in_state.filter(|(_, replica)| replica.state == state);
        in_state.map(|(client, _)| client.id).collect()
    }

    /// What a primary does once a second.
    pub(super) fn look_after_replicas(&mut self, now_ms: i64) {
        let primary = &mut self.instance.primary;
        if !primary.is_on() || (0..PERIOD_MS).contains(&(now_ms - primary.checked_ms)) {
            return;
        }
        primary.checked_ms = now_ms;
        let primary_passes_on = primary.passes_on();
        if primary.replicas.is_empty() {
            if !primary_passes_on {
                self.end_stream(now_ms);
            }
            return;
        }
        let period_ms = self.instance.config.repl_ping_replica_period * 1000;
        // A replica passes on the PINGs of its primary.
        let hands_over = self.instance.failover.is_some();
        if !primary_passes_on
            && !hands_over
            && now_ms - self.instance.primary.pinged_ms >= period_ms
        {
            self.instance.primary.pinged_ms = now_ms;
            self.instance.primary.tell(&[b"PING"]);
        }
        // A line end tells who waits for a snapshot that there is still somebody.
        let streams = self.instance.primary.mark.is_some();
        for state in [ReplicaState::WaitsForStart, ReplicaState::WaitsForEnd] {
            if streams && state == ReplicaState::WaitsForEnd {
                continue;
            }
            for id in self.replicas_in(state) {
                if let Some(client) = self.instance.clients.get_mut(id) {
                    client.output.raw(b"\n");
                }
            }
        }
        self.give_up_silent_replicas(now_ms);
        let waiting = self.replicas_in(ReplicaState::WaitsForStart);
        if !waiting.is_empty() {
            let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
            begin_full_sync(&mut self.persistence, keyspace, instance);
        }
    }

    /// Nobody came back for long: the stream ends, and what was kept of it is dropped.
    fn end_stream(&mut self, now_ms: i64) {
        let instance = &mut self.instance;
        let ttl_s = instance.config.repl_backlog_ttl;
        if ttl_s == 0 || (now_ms - instance.primary.alone_since_ms) / 1000 <= ttl_s {
            return;
        }
        let id = instance.new_replication_id();
        instance.primary.stop(id);
        self.effects.replicate(false, &mut self.keyspace);
        let text =
            format!("Replication backlog freed after {ttl_s} seconds without connected replicas.");
        self.instance.log(LogLevel::Notice, text);
    }

    fn give_up_silent_replicas(&mut self, now_ms: i64) {
        let timeout_ms = self.instance.config.repl_timeout.saturating_mul(1000);
        let streams = self.instance.primary.mark.is_some();
        let silent = self.instance.replicas().filter(|(_, replica)| {
            let is_fed = match replica.state {
                ReplicaState::Online => replica.acknowledges,
                ReplicaState::WaitsForEnd => streams,
                _ => false,
            };
            is_fed && now_ms - replica.heard_ms > timeout_ms
        });
        let silent: Vec<(u64, String, &str)> = silent
            .map(|(client, replica)| {
                let what = match replica.state {
                    ReplicaState::Online => "streaming",
                    _ => "full",
                };
                (client.id, client.replica_name(), what)
            })
            .collect();
        for (id, name, what) in silent {
            let text = format!("Disconnecting timedout replica ({what} sync): {name}");
            self.instance.log(LogLevel::Warning, text);
            self.close_other(id);
        }
    }
}
