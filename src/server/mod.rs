//! One running server: bytes in, bytes out, and a clock that somebody else winds.
//!
//! The host connects clients, hands in what they send and takes what they are answered. It
//! calls [`Server::tick`] when time has passed. Nothing here waits, reads a clock or opens a
//! file.

#[cfg(test)]
mod acl_tests;
mod adopt;
mod appending;
#[cfg(test)]
mod busy_tests;
mod client_eviction;
mod cron;
mod dispatch;
mod following;
#[cfg(test)]
mod following_tests;
mod hosting;
mod links;
mod loading;
#[cfg(test)]
mod log_tests;
mod lookahead;
mod memory_limit;
mod pausing;
mod pushes;
#[cfg(test)]
mod pushes_tests;
mod replicas;
#[cfg(test)]
mod replicas_tests;
#[cfg(test)]
mod sentinel_tests;
mod start;
#[cfg(test)]
mod stream_waiting_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod verbose;
mod waiting;
#[cfg(test)]
mod waiting_tests;

pub use hosting::Signal;

use crate::commands::{Effect, Effects, end_watches, table, unblock};
use crate::disk::{Disk, MemoryDisk, MountedDisk, SyncOutcome, Ticket};
use crate::instance::{Client, Config, Instance, Listen, Request, Writes};
use crate::keyspace::{Changes, Evictor, ExpireCycle, Keyspace};
use crate::persistence::Persistence;
use crate::persistence::loading::Loader;
use crate::resp::{ReplyError, ReplyWriter, RequestLimits, RequestParser};

/// Bytes of replies that may wait for the host before a client's further commands have to.
const MAX_PENDING_OUTPUT: usize = 64 * 1024 * 1024;

/// What the world learns from a server, besides replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The connection is to be closed once its output has been sent.
    Closed(u64),
    /// The server has failed on purpose (DEBUG PANIC) and answers no more.
    Crashed(String),
    /// The server has given up, because nothing it is told could be made durable, and answers no
    /// more. The text is in its log.
    Exited(String),
    /// The server has ended (SHUTDOWN) and answers no more; what it had to save is durable.
    Shutdown,
    /// The server serves nobody: its files are damaged. The text names the file and the place.
    FailedToStart(String),
}

/// A server without sockets, files or a clock.
pub struct Server {
    keyspace: Keyspace,
    instance: Instance,
    persistence: Persistence,
    effects: Effects,
    expire_cycle: ExpireCycle,
    evictor: Evictor,
    events: Vec<Event>,
    /// The command that was last looked for.
    recent: Option<dispatch::Recent>,
    /// Until then no client is served (DEBUG SLEEP), in milliseconds since 1970.
    asleep_until: i64,
    /// When cron last ran, in milliseconds since 1970.
    cron_ms: i64,
    /// Clients with commands that wait: for a sleeping server, or for their output to be taken.
    waiting: Vec<u64>,
    /// Clients with replies that wait for a sync.
    syncing: Vec<u64>,
    /// Clients that waited and were served in this turn, with the length of their output before.
    served: Vec<(u64, usize)>,
    /// Whether the files were looked for.
    started: bool,
    /// The files on their way into memory.
    loader: Option<Box<Loader>>,
    /// The data of the primary, while it is loaded as it comes.
    landing: Option<following::Landing>,
    /// Replicas waited for the snapshot that is being made when it was last looked at.
    awaited_snapshot: bool,
    /// SHUTDOWN: it ends once its log is durable.
    exiting: bool,
    /// It has ended, one way or the other.
    crashed: bool,
    /// Bytes held when the server was last left.
    held: usize,
    /// When the log last told how full the databases are, in milliseconds since 1970.
    told_sizes_ms: i64,
    /// When the log last told of somebody who takes it for a web server, in milliseconds since 1970.
    warned_of_http_ms: i64,
}

impl Server {
    /// A server without clients that starts at `now_us` (microseconds since 1970), and whose
    /// files are gone with it. Everything that looks like chance comes from `seed`.
    pub fn new(config: Config, seed: u64, now_us: i64) -> Self {
        let disk = MemoryDisk::with_directories(&[&config.dir]);
        Self::with_disk(config, Box::new(disk), seed, now_us)
    }

    /// Like [`Server::new`], with its files on `disk`. They are loaded from the first call of
    /// [`Server::connect`] or [`Server::tick`] on.
    pub fn with_disk(config: Config, disk: Box<dyn Disk>, seed: u64, now_us: i64) -> Self {
        let before = crate::memory::allocated();
        let databases = config.databases;
        let mut server = Server {
            keyspace: Keyspace::new(databases, seed),
            instance: Instance::new(config, seed, now_us, table().entries().len()),
            persistence: Persistence::default(),
            effects: Effects::default(),
            expire_cycle: ExpireCycle::default(),
            evictor: Evictor::default(),
            events: Vec::new(),
            recent: None,
            asleep_until: 0,
            cron_ms: 0,
            told_sizes_ms: 0,
            waiting: Vec::new(),
            syncing: Vec::new(),
            served: Vec::new(),
            started: false,
            loader: None,
            landing: None,
            awaited_snapshot: false,
            exiting: false,
            crashed: false,
            held: 0,
            warned_of_http_ms: 0,
        };
        server.instance.disk = MountedDisk::new(disk);
        let noticed = server.instance.config.notify_keyspace_events;
        server.keyspace.notice(noticed);
        server.persistence.rdb.last_save_s = now_us.div_euclid(1_000_000);
        server.held = crate::memory::allocated().wrapping_sub(before);
        server.instance.startup_memory = server.held;
        server.tell_time();
        server
    }

    /// Says that the host can give no more than `bytes`: beyond, writes are refused as at
    /// maxmemory. Leave room for what one command may allocate (512 MB and its copy).
    pub fn set_memory_ceiling(&mut self, bytes: usize) {
        self.instance.memory_ceiling = bytes;
    }

    /// Lends a stopwatch, in microseconds since any moment: how long commands take is known from
    /// then on (SLOWLOG, LATENCY). Nothing else depends on it.
    pub fn set_stopwatch(&mut self, stopwatch: fn() -> i64) {
        self.instance.stopwatch = Some(stopwatch);
    }

    /// Lends what has the host listen where the configuration says, after CONFIG SET has changed the parameter
    /// that it is told (`port` or `bind`). Without it they cannot be changed.
    pub fn set_listen(&mut self, listen: Listen) {
        self.instance.listen = Some(listen);
    }

    /// Says who makes Lua interpreters, instead of the one that the build links, if it does. It is
    /// called when the first script comes.
    pub fn set_interpreter(&mut self, factory: resplay_lua::Factory) {
        self.instance.scripting.set_factory(factory);
    }

    /// Lends what serves other clients while a script takes longer than busy-reply-threshold: it is
    /// called every millisecond or so in the middle of [`Server::receive`], and takes up what has come
    /// without waiting. Without it such a script is ended. It needs a stopwatch.
    pub fn serve_during_scripts(&mut self, poll: crate::instance::ScriptPoll) {
        self.instance.scripting.poll = Some(poll);
    }

    /// Runs `work` with the account of memory open and the time set.
    fn entered<R>(&mut self, now_us: i64, work: impl FnOnce(&mut Self) -> R) -> R {
        self.instance.enter_account(self.held);
        self.set_now(now_us);
        let started = self.instance.stopwatch.map(|stopwatch| stopwatch());
        self.instance.together.begin(started.unwrap_or(0));
        let result = work(self);
        if let Some((started, stopwatch)) = started.zip(self.instance.stopwatch) {
            let ended = stopwatch();
            self.instance.measure_together(ended);
            self.instance.stats.busy_us += ended.saturating_sub(started).max(0);
        }
        self.instance.write_log();
        self.held = self.instance.used_memory();
        let stats = &mut self.instance.stats;
        stats.peak_memory = stats.peak_memory.max(self.held);
        result
    }

    fn set_now(&mut self, now_us: i64) {
        if self.instance.set_now(now_us) {
            self.tell_time();
        }
    }

    /// Tells the databases the time, which costs something for each: once a millisecond is enough.
    fn tell_time(&mut self) {
        let clock = self.instance.access_clock();
        self.keyspace.set_now(self.instance.now_ms(), clock);
        if let Some(spare) = self.landing.as_mut().and_then(|it| it.spare.as_mut()) {
            spare.set_now(self.instance.now_ms(), clock);
        }
    }

    /// Forgets a client whose connection is gone.
    pub fn disconnect(&mut self, now_us: i64, id: u64) {
        self.entered(now_us, |server| {
            if let Some(mut client) = server.instance.clients.forget(id) {
                server.tell_of_closed(&client);
                end_watches(&mut client, &mut server.instance, &mut server.keyspace);
                server.instance.end_pushes(&mut client);
                server.end_tracking(id);
                unblock(&mut client, &mut server.instance, &mut server.keyspace);
            }
        });
    }

    /// Takes bytes that a client has sent, and runs the commands that are complete. Replies
    /// wait in [`Server::take_output`]; beyond 64 MB of them the remaining commands wait for the
    /// next tick.
    pub fn receive(&mut self, now_us: i64, id: u64, bytes: &[u8]) {
        self.entered(now_us, |server| {
            if server.instance.pause.is_some() {
                server.check_pause();
            }
            server.serve(id, bytes);
            server.end_pause();
            server.resume_unblocked();
        });
    }

    /// What a client is to be sent, and forgets it. A sleeping server (DEBUG SLEEP) sends nothing,
    /// and replies that wait for a sync stay until it is through and the server was told by a
    /// call of [`Server::tick`].
    pub fn take_output(&mut self, id: u64) -> Vec<u8> {
        if self.is_asleep() {
            return Vec::new();
        }
        self.instance.enter_account(self.held);
        let output = match self.instance.clients.get_mut(id) {
            Some(client) => client.take_output(),
            None => Vec::new(),
        };
        // From here on the bytes are the host's, and so is their memory.
        let taken = crate::memory::allocation_size(output.capacity());
        self.held = self.instance.used_memory();
        if output.capacity() > 0 {
            self.held = self.held.saturating_sub(taken);
        }
        self.instance.stats.bytes_out += output.len() as u64;
        self.instance.stats.takes += u64::from(!output.is_empty());
        output
    }

    /// Like [`Server::take_output`], into a buffer that the caller keeps; the client's own
    /// buffer stays allocated for its next replies.
    pub fn append_output(&mut self, id: u64, into: &mut Vec<u8>) {
        if self.is_asleep() {
            return;
        }
        if self.syncing.contains(&id) {
            into.append(&mut self.take_output(id));
        } else if let Some(client) = self.instance.clients.get_mut(id) {
            into.extend_from_slice(client.output.as_bytes());
            self.instance.stats.bytes_out += client.output.len() as u64;
            self.instance.stats.takes += u64::from(!client.output.is_empty());
            client.output.clear();
        }
    }

    /// Clients that have output to take, in the order they came.
    pub fn clients_with_output(&self) -> Vec<u64> {
        let waiting = |client: &&Client| client.sendable() > 0;
        let clients = self.instance.clients.iter();
        clients.filter(waiting).map(|client| client.id).collect()
    }

    /// What has happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The lines of the log since the last call, for whoever looks at the server's output. Of more
    /// than 1000 that nobody took the newest are kept.
    pub fn take_log(&mut self) -> Vec<String> {
        self.instance.take_log()
    }

    /// Has effects collected for [`Server::take_effects`]: what a replica or an AOF is told.
    pub fn collect_effects(&mut self, collect: bool) {
        self.effects.collect(collect, &mut self.keyspace);
    }

    /// The effects since the last call.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.effects.take()
    }

    /// Has the last write commands remembered, for the report of a crash.
    pub fn remember_writes(&mut self) {
        self.effects.writes.remember();
    }

    /// The write commands so far.
    pub fn writes(&self) -> &Writes {
        &self.effects.writes
    }

    /// What belongs to the files.
    pub fn persistence(&self) -> &Persistence {
        &self.persistence
    }

    /// Starts or stops remembering which keys of a database change.
    pub fn note_changes(&mut self, db: usize, note: bool) {
        let now_us = self.instance.now_us();
        self.entered(now_us, |server| {
            if db < server.keyspace.len() {
                server.keyspace[db].journal_mut().enable(note);
            }
        });
    }

    /// Shows `read` the keys of a database that changed since the last call, if any did; `None`
    /// says that any may have. The journal is memory of the server, and must end here.
    pub fn read_changes(&mut self, db: usize, read: impl FnOnce(Option<&Changes>)) {
        if db >= self.keyspace.len() || self.keyspace[db].journal_mut().is_empty() {
            return;
        }
        let now_us = self.instance.now_us();
        self.entered(now_us, |server| {
            let changes = server.keyspace[db].journal_mut().take();
            read(changes.as_ref());
        });
    }

    /// The data, to look at.
    pub fn keyspace(&self) -> &Keyspace {
        &self.keyspace
    }

    /// The data, for views: looking up a key may remove it because its time has come.
    pub fn keyspace_mut(&mut self) -> &mut Keyspace {
        &mut self.keyspace
    }

    /// Configuration, clients and statistics.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Bytes held, allocator overhead included.
    pub fn used_memory(&self) -> usize {
        self.held
    }

    fn close(&mut self, client: &mut Client) {
        if !client.closing {
            client.closing = true;
            self.instance.end_pushes(client);
            self.end_tracking(client.id);
            self.events.push(Event::Closed(client.id));
            // What comes is for others.
            unblock(client, &mut self.instance, &mut self.keyspace);
        }
    }

    /// Closes a client that is not being served.
    fn close_other(&mut self, id: u64) {
        if let Some(mut client) = self.instance.clients.remove(id) {
            self.close(&mut client);
            self.instance.clients.insert(client);
        }
    }

    /// Whether nobody is served: DEBUG SLEEP, or a save that everybody waits for.
    fn is_asleep(&self) -> bool {
        self.asleep_until > self.instance.now_ms() || self.persistence.is_saving() || self.exiting
    }

    fn serve(&mut self, id: u64, bytes: &[u8]) {
        let Some(mut client) = self.instance.clients.remove(id) else {
            return;
        };
        let output_before = client.output.len();
        if !client.closing && !self.crashed {
            client.bytes_in += bytes.len() as u64;
            self.instance.stats.bytes_in += bytes.len() as u64;
            self.instance.stats.reads += u64::from(!bytes.is_empty());
            client.active_ms = self.instance.now_ms();
            let mut pending = std::mem::take(&mut client.query_buffer);
            if pending.is_empty() {
                // The common case: whole commands, read where they arrived.
                let used = self.run_commands(&mut client, bytes);
                client.query_buffer.extend_from_slice(&bytes[used..]);
            } else {
                pending.extend_from_slice(bytes);
                let used = self.run_commands(&mut client, &pending);
                pending.drain(..used);
                if pending.is_empty() && pending.capacity() > 64 * 1024 {
                    pending = Vec::new();
                }
                client.query_buffer = pending;
            }
            self.check_query(&mut client);
        }
        self.persistence
            .flush_background(&mut self.keyspace, &mut self.instance);
        self.end_turn(&mut client, output_before);
        let ticket = self.hold(&mut client, output_before);
        self.end_wait_for_log(&mut client);
        self.instance.clients.insert(client);
        self.instance.broadcast_invalid();
        if std::mem::take(&mut self.instance.primary.acknowledged) {
            self.end_waits();
            self.resume_unblocked();
        }
        self.instance.send_stream();
        self.instance.send_pushes();
        self.settle_pushes(ticket);
        if self.instance.config.maxmemory_clients != 0 {
            self.evict_clients();
        }
    }

    /// Has the replies from `from` on wait for the sync that they are to wait for; answers which,
    /// unless it is through.
    fn hold(&mut self, client: &mut Client, from: usize) -> Option<Ticket> {
        let ticket = client.waits_for.take()?;
        if self.instance.disk.outcome(ticket) == SyncOutcome::Durable {
            return None;
        }
        client.holds.add(ticket, from);
        if !self.syncing.contains(&client.id) {
            self.syncing.push(client.id);
        }
        Some(ticket)
    }

    /// Runs the complete commands at the front of `input`; answers how many bytes they took.
    fn run_commands(&mut self, client: &mut Client, input: &[u8]) -> usize {
        let mut limits = RequestLimits {
            max_bulk_len: self.instance.config.proto_max_bulk_len as u64,
            authenticated: true,
        };
        // Out of the client while commands borrow the rest of it.
        let mut parser: RequestParser = std::mem::take(&mut client.parser);
        let mut output: ReplyWriter = std::mem::take(&mut client.output);
        let mut used = 0;
        // Commands before it pays to look ahead again.
        let mut ahead = 0;
        while !client.closing && !self.crashed && client.blocked.is_none() {
            if self.is_asleep() || output.len() > MAX_PENDING_OUTPUT {
                if used < input.len() && !self.waiting.contains(&client.id) {
                    self.waiting.push(client.id);
                }
                break;
            }
            if ahead == 0 && used > 0 {
                ahead = self.look_ahead(client.db, &input[used..], limits);
            }
            ahead = ahead.saturating_sub(1);
            limits.authenticated = !client.restricted || !self.instance.acl.must_log_in(client);
            match parser.parse(&input[used..], limits) {
                Ok(Some((args, consumed))) => {
                    if !args.is_empty() {
                        client.reading = input.len() - used;
                        let told = client.is_replica().then_some(output.len());
                        self.process(client, &mut output, args);
                        if let Some(before) = told
                            && output.len() > before
                        {
                            self.refuse_to_answer(client, &mut output, before, args);
                        }
                        if self.instance.blocked_clients > 0 {
                            self.serve_blocked();
                        }
                    }
                    used += consumed;
                }
                Ok(None) => break,
                Err(error) => {
                    self.instance.stats.count_error(b"ERR");
                    output.error(&ReplyError::from_bytes(error.0));
                    self.close(client);
                }
            }
        }
        if client.closing {
            used = input.len();
        }
        client.reading = 0;
        client.parser = parser;
        client.output = output;
        used
    }

    /// Lets go of the replies whose syncs are through. Where one has failed, what was to be
    /// acknowledged never is: the connection closes instead.
    fn release_replies(&mut self) {
        let mut syncing = std::mem::take(&mut self.syncing);
        syncing.retain(|id| {
            let Some(mut client) = self.instance.clients.remove(*id) else {
                return false;
            };
            while let Some(ticket) = client.holds.first() {
                match self.instance.disk.outcome(ticket) {
                    SyncOutcome::Pending => break,
                    SyncOutcome::Durable => {
                        client.holds.release();
                    }
                    SyncOutcome::Failed(_) => {
                        let from = client.holds.release();
                        client.output.truncate(from);
                        client.holds.clear();
                        self.close(&mut client);
                    }
                }
            }
            let waits = client.holds.first().is_some();
            self.instance.clients.insert(client);
            waits
        });
        self.syncing = syncing;
    }

    /// Ends a server that is exiting, once its log is durable.
    fn end_when_synced(&mut self) {
        if !self.exiting || self.crashed || self.persistence.aof.pending_syncs() > 0 {
            return;
        }
        self.crashed = true;
        for client in self.instance.clients.iter_mut() {
            if !client.closing {
                client.closing = true;
                self.events.push(Event::Closed(client.id));
            }
        }
        self.events.push(Event::Shutdown);
    }

    fn take_requests(&mut self) {
        for request in std::mem::take(&mut self.instance.requests) {
            match request {
                Request::SleepUntil(until) => self.asleep_until = until,
                Request::Crash(message) => {
                    self.crashed = true;
                    self.events.push(Event::Crashed(message));
                }
                Request::Exit => {
                    self.exiting = true;
                    self.end_when_synced();
                }
                Request::CloseClient(id) if self.instance.follower.client == Some(id) => {
                    self.lose_primary();
                }
                Request::CloseClient(id) => self.close_other(id),
                Request::EndWait(id) => self.end_wait_of_primary(id),
            }
        }
    }
}
