//! The log at the end of each turn: written, synced as appendfsync asks, and replies held until
//! they are safe.

use super::{Event, Server};
use crate::commands::{Entry, Flags, command_of};
use crate::disk::Ticket;
use crate::instance::{Client, Instance, LogLevel};
use crate::persistence::aof::Fatal;
use crate::resp::ReplyError;
use crate::resp::error::{NO_REPLICAS, READ_ONLY_REPLICA, STALE};

impl Server {
    /// Ends the turn of `client`, whose output was `output_before` bytes long: what its commands
    /// did is written, and its replies wait if appendfsync is `always`.
    pub(super) fn end_turn(&mut self, client: &mut Client, output_before: usize) {
        let flushed = self.flush_log();
        // Those who waited for what this client wrote are told of it, too.
        for (id, before) in std::mem::take(&mut self.served) {
            if let Some(mut served) = self.instance.clients.remove(id) {
                Self::await_log(&mut served, before, &flushed);
                self.hold(&mut served, before);
                self.instance.clients.insert(served);
            }
        }
        Self::await_log(client, output_before, &flushed);
        if let Err(fatal) = flushed {
            self.exit(fatal);
        }
    }

    fn await_log(
        client: &mut Client,
        output_before: usize,
        flushed: &Result<Option<Ticket>, Fatal>,
    ) {
        match flushed {
            Ok(ticket) => client.waits_for = client.waits_for.max(*ticket),
            // Nobody is told of what may not last.
            Err(_) => client.output.truncate(output_before),
        }
    }

    /// Ends a turn that answers nobody.
    pub(super) fn end_silent_turn(&mut self) {
        if let Err(fatal) = self.flush_log() {
            self.exit(fatal);
        }
    }

    /// Looks which syncs are through.
    pub(super) fn poll_log(&mut self) {
        if let Err(fatal) = self.persistence.aof.poll(&mut self.instance) {
            self.exit(fatal);
        }
    }

    fn flush_log(&mut self) -> Result<Option<Ticket>, Fatal> {
        if !self.persistence.aof.is_on() {
            return Ok(None);
        }
        let resting =
            self.instance.config.no_appendfsync_on_rewrite && self.persistence.child().is_some();
        let started = self.instance.start_event();
        let aof = &mut self.persistence.aof;
        let outcome = aof.flush(&mut self.instance, false, resting);
        self.instance.end_event("aof-write", started);
        outcome
    }

    /// Ends the server as one that gives up: its log says why, and nobody is served any more.
    pub(super) fn exit(&mut self, fatal: Fatal) {
        self.instance.log(LogLevel::Warning, &fatal.0);
        self.crashed = true;
        self.events.push(Event::Exited(fatal.0));
    }

    /// Writes want replicas that follow closely (min-replicas-to-write).
    pub(super) fn refused_without_replicas(
        &self,
        client: &Client,
        command: (&Entry, Flags),
    ) -> Option<ReplyError> {
        (self.instance.lacks_replicas() && self.would_run(client, command, Flags::WRITE))
            .then_some(NO_REPLICAS)
    }

    /// A replica leaves writing to its primary (replica-read-only).
    pub(super) fn refused_by_replica(
        &self,
        client: &Client,
        command: (&Entry, Flags),
    ) -> Option<ReplyError> {
        let instance = &self.instance;
        (instance.is_replica()
            && instance.config.replica_read_only
            && self.would_run(client, command, Flags::WRITE))
        .then_some(READ_ONLY_REPLICA)
    }

    /// A replica that does not hear its primary has old data (replica-serve-stale-data).
    pub(super) fn refused_while_stale(
        &self,
        client: &Client,
        (entry, flags): (&Entry, Flags),
    ) -> Option<ReplyError> {
        if !self.instance.is_stale() || self.instance.config.replica_serve_stale_data {
            return None;
        }
        let fits = flags.contains(Flags::STALE)
            && (entry.command.name != "exec"
                || runs_only(&self.instance, client, entry, Flags::STALE));
        (!fits).then_some(STALE)
    }

    /// Why no write is accepted: the log cannot be written.
    pub(super) fn refused_by_log(
        &self,
        client: &Client,
        (entry, flags): (&Entry, Flags),
    ) -> Option<ReplyError> {
        let error = self.persistence.aof.error()?;
        if entry.command.name != "ping" && !self.would_run(client, (entry, flags), Flags::WRITE) {
            return None;
        }
        let text = format!("MISCONF Errors writing to the AOF file: {error}");
        Some(ReplyError::from(text))
    }
}

/// Whether the command, or one that it executes, has a flag.
pub(super) fn runs_any(instance: &Instance, client: &Client, entry: &Entry, flag: Flags) -> bool {
    let has = |entry: &Entry| entry.command.flags.contains(flag);
    let queued = client.transaction.iter().flat_map(|it| &it.queue);
    let mut queued = queued.filter_map(|queued| command_of(instance, queued.as_args()));
    has(entry) || (entry.command.name == "exec" && queued.any(has))
}

/// Whether the command, and each that it executes, has a flag.
pub(super) fn runs_only(instance: &Instance, client: &Client, entry: &Entry, flag: Flags) -> bool {
    let has = |entry: &Entry| entry.command.flags.contains(flag);
    let queued = client.transaction.iter().flat_map(|it| &it.queue);
    let mut queued = queued.filter_map(|queued| command_of(instance, queued.as_args()));
    has(entry) && (entry.command.name != "exec" || queued.all(has))
}
