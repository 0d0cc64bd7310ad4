//! Writing the buffer and syncing the file, by appendfsync.
//!
//! `always`: each turn that wrote asks for a sync, and its replies wait for it. `everysec`: a
//! sync a second, if the one before is through; while it is not, writing is put off for up to two
//! seconds, as in Redis, where writing would block behind the sync. `no`: the operating system
//! syncs when it likes.

use super::{Aof, AofState, Fatal};
use crate::disk::{Disk, DiskError, SyncOutcome, Ticket};
use crate::instance::{AppendFsync, Instance, LogLevel};
use std::collections::VecDeque;

/// Longest that writing is put off for a sync that is not through, in seconds.
const MAX_POSTPONED: i64 = 2;

/// Seconds between two log lines on writes that fail.
const ERROR_LOGGED_EVERY: i64 = 30;

/// How far the log has come, in bytes of the file that is written to. What lies behind `durable`
/// a power cut takes; what lies behind `written`, the death of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// What commands were told to have done.
    pub appended: u64,
    /// What the disk was given.
    pub written: u64,
    /// What a sync that we asked for has made durable.
    pub durable: u64,
    /// When the oldest byte that is not durable was written, in milliseconds since 1970.
    pub oldest_unsynced_ms: Option<i64>,
    /// When the last sync was through, in milliseconds since 1970.
    pub last_sync_ms: Option<i64>,
    /// How many of the commands that changed data, as [`crate::instance::Writes`] counts them,
    /// lie before `written`.
    pub written_commands: u64,
    /// How many of them are durable.
    pub durable_commands: u64,
}

/// A sync that was begun.
struct Pending {
    ticket: Ticket,
    /// The size of the file when it was begun; none for a file that is no longer written to.
    upto: Option<u64>,
    /// Commands before it.
    commands: u64,
    /// When the first byte after it was written.
    next_written_ms: Option<i64>,
}

/// What was synced of the file, and what is being synced.
#[derive(Default)]
pub(super) struct Syncs {
    /// In the order they were begun, which is the order they will be through.
    pending: VecDeque<Pending>,
    durable: u64,
    durable_commands: u64,
    written_commands: u64,
    /// Up to where a sync was asked for.
    asked: u64,
    oldest_unsynced_ms: Option<i64>,
    last_sync_ms: Option<i64>,
    /// Second of the last sync that was begun.
    last_begun: i64,
    /// Since when writing is put off, in seconds.
    postponed_since: Option<i64>,
    /// Times that writing went on though a sync was not through.
    delayed: u64,
    error: Option<DiskError>,
}

impl Syncs {
    /// Why the last sync failed.
    pub(super) fn error(&self) -> Option<&DiskError> {
        self.error.as_ref()
    }

    pub(super) fn forget_error(&mut self) {
        self.error = None;
    }

    /// Says that a base file holds what the first `commands` commands did.
    pub(super) fn base_is_durable(&mut self, commands: u64) {
        self.durable_commands = self.durable_commands.max(commands);
        self.written_commands = self.written_commands.max(commands);
    }

    fn wrote(&mut self, now_ms: i64) {
        let oldest = match self.pending.back_mut() {
            Some(last) => &mut last.next_written_ms,
            None => &mut self.oldest_unsynced_ms,
        };
        oldest.get_or_insert(now_ms);
    }

    fn begun(&mut self, ticket: Ticket, upto: u64, now_ms: i64) {
        self.asked = upto;
        self.last_begun = now_ms.div_euclid(1000);
        self.pending.push_back(Pending {
            ticket,
            upto: Some(upto),
            commands: self.written_commands,
            next_written_ms: None,
        });
    }

    /// Says that another file is written to from here on, of which `size` bytes are there.
    pub(super) fn new_file(&mut self, size: u64) {
        for pending in &mut self.pending {
            pending.upto = None;
        }
        self.durable = size;
        self.asked = size;
        if self.pending.is_empty() {
            self.oldest_unsynced_ms = None;
        }
    }
}

impl Aof {
    /// How far the log has come.
    pub fn positions(&self) -> Positions {
        Positions {
            appended: self.incr_size + self.buffer.len() as u64,
            written: self.incr_size,
            durable: self.syncs.durable,
            oldest_unsynced_ms: self.syncs.oldest_unsynced_ms,
            last_sync_ms: self.syncs.last_sync_ms,
            written_commands: self.syncs.written_commands,
            durable_commands: self.syncs.durable_commands,
        }
    }

    /// Whether the first `commands` write commands would come back after a power cut; never while
    /// nothing is logged.
    pub fn has_synced(&self, commands: u64) -> bool {
        match self.state {
            AofState::Off => false,
            AofState::On => self.syncs.durable_commands >= commands,
            // No manifest names the log before its base is there.
            AofState::WaitRewrite => commands == 0,
        }
    }

    /// Syncs that were begun and are not through.
    pub fn pending_syncs(&self) -> usize {
        self.syncs.pending.len()
    }

    /// Times that writing went on though a sync of more than two seconds was not through.
    pub fn delayed_syncs(&self) -> u64 {
        self.syncs.delayed
    }

    /// Looks which syncs are through.
    ///
    /// # Errors
    /// When one has failed and appendfsync is `always`: the server must not go on.
    pub fn poll(&mut self, instance: &mut Instance) -> Result<(), Fatal> {
        while let Some(first) = self.syncs.pending.front() {
            let outcome = instance.disk.outcome(first.ticket);
            if outcome == SyncOutcome::Pending {
                return Ok(());
            }
            let Some(through) = self.syncs.pending.pop_front() else {
                return Ok(());
            };
            match outcome {
                SyncOutcome::Failed(error) => {
                    self.sync_failed(instance, error)?;
                    // What it would have made durable waits for the next one.
                }
                _ => {
                    self.syncs.durable = through.upto.unwrap_or(self.syncs.durable);
                    self.syncs.durable_commands = through.commands;
                    self.syncs.oldest_unsynced_ms = through.next_written_ms;
                    self.syncs.last_sync_ms = Some(instance.now_ms());
                    self.syncs.error = None;
                }
            }
        }
        Ok(())
    }

    fn sync_failed(&mut self, instance: &mut Instance, error: DiskError) -> Result<(), Fatal> {
        if instance.config.appendfsync == AppendFsync::Always {
            return Err(Fatal(format!(
                "Can't persist AOF for fsync error when the AOF fsync policy is 'always': {error}. Exiting..."
            )));
        }
        if self.syncs.error.is_none() {
            let line = format!("Fail to fsync the AOF file: {error}");
            instance.log(LogLevel::Warning, line);
        }
        // Asked again within a second, even if nobody can write meanwhile.
        self.syncs.asked = self.syncs.durable;
        self.syncs.error = Some(error);
        Ok(())
    }

    /// Writes the buffer and begins a sync, if appendfsync wants one now. With `force`, writing
    /// is not put off. `resting` says that no-appendfsync-on-rewrite holds and a rewrite or
    /// snapshot is under way. Answers the sync that the replies of this turn wait for.
    ///
    /// # Errors
    /// When nothing can be written and appendfsync is `always`: the server must not go on.
    pub fn flush(
        &mut self,
        instance: &mut Instance,
        force: bool,
        resting: bool,
    ) -> Result<Option<Ticket>, Fatal> {
        self.poll(instance)?;
        let Some(path) = &self.incr else {
            return Ok(None);
        };
        let policy = instance.config.appendfsync;
        let (now_ms, now) = (instance.now_ms(), instance.now_ms().div_euclid(1000));
        let syncing = !self.syncs.pending.is_empty();
        if !self.buffer.is_empty() {
            if policy == AppendFsync::EverySec && !force && syncing {
                let since = *self.syncs.postponed_since.get_or_insert(now);
                if now - since < MAX_POSTPONED {
                    return Ok(None);
                }
                self.syncs.delayed += 1;
                instance.log(
                    LogLevel::Notice,
                    "Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to complete, this may slow down Redis.",
                );
            }
            self.syncs.postponed_since = None;
            if let Err(error) = instance.disk.append(path, &self.buffer) {
                return self.write_failed(instance, error);
            }
            let written = self.buffer.len() as u64;
            self.incr_size += written;
            self.size += written;
            self.syncs.wrote(now_ms);
            self.syncs.written_commands = self.fed_writes;
            if self.buffer.capacity() > 64 * 1024 {
                self.buffer = Vec::new();
            }
            self.buffer.clear();
            if self.write_error.take().is_some() {
                let line = "AOF write error looks solved, Redis can write again.";
                instance.log(LogLevel::Notice, line);
            }
        }
        if self.syncs.asked == self.incr_size || resting {
            // What a reply tells may rest on what somebody else wrote a moment ago: Redis tells
            // nobody anything before that is durable.
            let last = self.syncs.pending.back();
            let last = last.filter(|_| policy == AppendFsync::Always);
            return Ok(last.map(|pending| pending.ticket));
        }
        match policy {
            AppendFsync::No => Ok(None),
            AppendFsync::EverySec => {
                if now > self.syncs.last_begun {
                    if self.syncs.pending.is_empty() {
                        self.begin_sync(instance);
                    }
                    self.syncs.last_begun = now;
                }
                Ok(None)
            }
            AppendFsync::Always => {
                let ticket = self.begin_sync(instance);
                self.poll(instance)?;
                Ok(ticket)
            }
        }
    }

    /// Begins a sync of all that was written.
    pub fn begin_sync(&mut self, instance: &mut Instance) -> Option<Ticket> {
        let ticket = instance.disk.sync(self.incr.as_deref()?);
        let now_ms = instance.now_ms();
        self.syncs.begun(ticket, self.incr_size, now_ms);
        Some(ticket)
    }

    fn write_failed(
        &mut self,
        instance: &mut Instance,
        error: DiskError,
    ) -> Result<Option<Ticket>, Fatal> {
        let now = instance.now_ms().div_euclid(1000);
        if now - self.error_logged > ERROR_LOGGED_EVERY {
            self.error_logged = now;
            let line = format!("Error writing to the AOF file: {error}");
            instance.log(LogLevel::Warning, line);
        }
        if instance.config.appendfsync == AppendFsync::Always {
            return Err(Fatal("Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...".into()));
        }
        self.write_error = Some(error);
        Ok(None)
    }

    /// Whether something is to be done by [`Aof::flush`] though nobody has written: cron asks.
    pub fn wants_flush(&self) -> bool {
        self.state != AofState::Off
            && (!self.buffer.is_empty() || self.syncs.asked != self.incr_size)
    }
}
