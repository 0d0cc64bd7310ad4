//! All data on its way from the primary: into a file first, as it comes, and then into memory.

use crate::commands::replay::replay;
use crate::disk::{Disk, resolve};
use crate::instance::LogLevel;
use crate::persistence::loading::Loader;
use crate::replication::{Stage, Transfer};
use crate::server::Server;
use crate::types::numbers::parse_i64;

/// Bytes of the mark behind a snapshot whose length nobody knew.
const MARK: usize = 40;

impl Server {
    pub(super) fn begin_transfer(&mut self) {
        let instance = &mut self.instance;
        let now_ms = instance.now_ms();
        let name = format!("temp-{}.{}.rdb", now_ms / 1000, instance.pid);
        let path = resolve(&instance.config.dir, &name);
        if let Err(error) = instance.disk.create(&path) {
            let text = format!(
                "Opening the temp file needed for MASTER <-> REPLICA synchronization: {error}"
            );
            instance.log(LogLevel::Warning, text);
            return instance.drop_primary_link();
        }
        instance.follower.stage = Stage::Transfer;
        instance.follower.transfer = Some(Transfer {
            path,
            heard_ms: now_ms,
            ..Transfer::default()
        });
    }

    /// More of the snapshot has come.
    pub(super) fn hear_snapshot(&mut self) {
        let is_begun = |it: &Transfer| it.total.is_some() || it.mark.is_some();
        if !self
            .instance
            .follower
            .transfer
            .as_ref()
            .is_some_and(is_begun)
            && !self.hear_announcement()
        {
            return;
        }
        let now_ms = self.instance.now_ms();
        let mut input = std::mem::take(&mut self.instance.follower.input);
        let Some(transfer) = &mut self.instance.follower.transfer else {
            return;
        };
        transfer.heard_ms = now_ms;
        let mut done = false;
        if let Some(total) = transfer.total {
            let missing = usize::try_from(total - transfer.read).unwrap_or(usize::MAX);
            let rest = input.split_off(input.len().min(missing));
            self.instance.follower.input = rest;
            done = input.len() == missing;
        }
        transfer.read += input.len() as u64;
        if let Some(mark) = transfer.mark {
            transfer.tail.extend_from_slice(&input);
            let surplus = transfer.tail.len().saturating_sub(MARK);
            transfer.tail.drain(..surplus);
            // Nothing follows it before the primary has heard that all is there.
            done = transfer.tail == mark;
        }
        let (path, read) = (transfer.path.clone(), transfer.read);
        let has_mark = transfer.mark.is_some();
        let disk = &mut self.instance.disk;
        let mut written = disk.append(&path, &input);
        if done && has_mark && written.is_ok() {
            written = disk.truncate(&path, read.saturating_sub(MARK as u64));
        }
        if let Err(error) = written {
            let text = format!(
                "Write error or short write writing to the DB dump file needed for MASTER <-> \
                 REPLICA synchronization: {error}"
            );
            self.instance.log(LogLevel::Warning, text);
            return self.instance.drop_primary_link();
        }
        if done && self.landing.is_some() {
            self.landing_has_come();
        } else if done {
            self.take_snapshot_over();
        }
    }

    /// The line before the snapshot: how long it is, or what ends it. False while it has not come.
    fn hear_announcement(&mut self) -> bool {
        let Some(line) = self.primary_line() else {
            return false;
        };
        let Some(transfer) = &mut self.instance.follower.transfer else {
            return false;
        };
        if let Some(mark) = line.strip_prefix("$EOF:")
            && let Ok(mark) = <[u8; MARK]>::try_from(mark.as_bytes())
        {
            transfer.mark = Some(mark);
            let path = transfer.path.clone();
            let lands = self.lands();
            let to = if lands { "parser" } else { "disk" };
            let text = format!(
                "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to {to}"
            );
            self.instance.log(LogLevel::Notice, text);
            if lands {
                self.begin_landing(&path, None);
            }
            return true;
        }
        let total = line
            .strip_prefix('$')
            .and_then(|it| parse_i64(it.as_bytes()));
        if let Some(total) = total.and_then(|total| u64::try_from(total).ok()) {
            transfer.total = Some(total);
            let path = transfer.path.clone();
            let lands = self.lands();
            let to = if lands { "parser" } else { "disk" };
            let text =
                format!("MASTER <-> REPLICA sync: receiving {total} bytes from master to {to}");
            self.instance.log(LogLevel::Notice, text);
            if lands {
                self.begin_landing(&path, Some(total));
            }
            return true;
        }
        let text = match line.strip_prefix('-') {
            Some(error) => format!("MASTER aborted replication with an error: {error}"),
            None => format!(
                "Bad protocol from MASTER, the first byte is not '$' (we received '{line}'), are you \
                 sure the host and port are right?"
            ),
        };
        self.instance.log(LogLevel::Warning, text);
        self.instance.drop_primary_link();
        false
    }

    /// All of it has come: the old data goes, and it is loaded.
    fn take_snapshot_over(&mut self) {
        let Some(transfer) = self.instance.follower.transfer.take() else {
            return;
        };
        let notice = LogLevel::Notice;
        self.instance
            .log(notice, "Discarding previously cached master state.");
        self.instance.follower.resumable = false;
        self.instance.follower.db = 0;
        // The data is about to be another: nobody can go on from here.
        self.instance.close_replicas();
        let path = resolve(&self.instance.config.dir, &self.instance.config.dbfilename);
        let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
        self.persistence.kill_save(keyspace, instance);
        if let Err(error) = instance.disk.rename(&transfer.path, &path) {
            let text = format!(
                "Failed trying to rename the temp DB into dump.rdb in MASTER <-> REPLICA \
                 synchronization: {error}"
            );
            instance.log(LogLevel::Warning, text);
            return instance.drop_primary_link();
        }
        instance.disk.sync(&path);
        if self.persistence.aof.is_on() {
            self.persistence.stop_log(keyspace, instance);
            self.effects.log(false, keyspace);
        }
        let text = "MASTER <-> REPLICA sync: Flushing old data";
        self.instance.log(notice, text);
        for database in self.keyspace.iter_mut() {
            database.clear();
        }
        self.instance.functions.clear();
        self.keyspace.take_notices();
        let text = "MASTER <-> REPLICA sync: Loading DB in memory";
        self.instance.log(notice, text);
        self.instance.follower.stage = Stage::Loading;
        match Loader::of_snapshot(false, replay, &mut self.instance) {
            Ok(Some(loader)) => {
                self.persistence.loading = Some(loader.progress());
                self.loader = Some(Box::new(loader));
            }
            Ok(None) | Err(_) => self.snapshot_refused(),
        }
    }

    /// What the primary has sent is loaded.
    pub(in crate::server) fn snapshot_taken(&mut self) {
        let Some((id, offset)) = self.instance.follower.initial.take() else {
            // From a primary that names no stream: it is not to be gone on with.
            let id = self.instance.new_replication_id();
            self.begin_stream(id, 0);
            return;
        };
        self.begin_stream(id, offset);
    }

    fn begin_stream(&mut self, id: String, offset: u64) {
        let size = self.instance.config.repl_backlog_size;
        self.instance.primary.begin_at(id, offset, size);
        self.instance.follower.db = std::mem::take(&mut self.persistence.rdb.place).db;
        self.persistence.rdb.forget_changes(&self.keyspace);
        let text = "MASTER <-> REPLICA sync: Finished with success";
        self.instance.log(LogLevel::Notice, text);
        if self.instance.config.appendonly {
            let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
            self.persistence
                .aof
                .note_writes(self.effects.writes.count());
            let begun = self.persistence.start_log(false, keyspace, instance);
            if begun.is_err() {
                let text = "Failed enabling the AOF after successful master synchronization!";
                instance.log(LogLevel::Warning, text);
            }
            self.effects.log(self.persistence.aof.is_on(), keyspace);
        }
        self.hear_from_now_on();
        if self.instance.follower.link.is_none() {
            // It went meanwhile.
            return self.lose_primary();
        }
        self.hear_primary();
    }

    /// What the primary has sent cannot be loaded; it is asked again.
    pub(in crate::server) fn snapshot_refused(&mut self) {
        for database in self.keyspace.iter_mut() {
            database.clear();
        }
        let text =
            "Failed trying to load the MASTER synchronization DB from disk, check server logs.";
        self.instance.log(LogLevel::Warning, text);
        self.instance.drop_primary_link();
    }
}
