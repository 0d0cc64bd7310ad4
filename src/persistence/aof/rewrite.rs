//! BGREWRITEAOF: a new base that holds all data, and what happened since on top of it.
//!
//! A new increment is opened first, so the base and what follows fit together wherever a crash
//! comes. The base is written in slices under a temporary name; when it is durable it is named,
//! the manifest is replaced in one step, and once that is durable the files before are deleted.

use super::files::{path_of, warn};
use super::{Aof, AofState, CommandWriter};
use crate::disk::{Disk, DiskError, Ticket, resolve};
use crate::instance::{Instance, LogLevel};
use crate::keyspace::{Keyspace, SnapshotEncoder};
use crate::persistence::{Background, Child, Job, Persistence, RdbEncoder, Step};

/// Failures in a row after which the next rewrite is put off.
const FAILURES_UNTIL_LIMIT: u64 = 3;

/// Longest that it is put off, in minutes.
const MAX_DELAY_MINUTES: i64 = 60;

/// What is known of rewrites. Times are in seconds since 1970.
#[derive(Debug)]
pub struct RewriteState {
    /// Whether one is to begin as soon as nothing else goes on.
    pub scheduled: bool,
    /// Whether the last one went well.
    pub last_ok: bool,
    /// Seconds that the last one took.
    pub last_took_s: Option<i64>,
    /// Rewrites begun.
    pub count: u64,
    /// Failures since the last success.
    pub failures: u64,
    /// Bytes that changing records made the last one write out of turn.
    pub last_image_bytes: u64,
    delay_minutes: i64,
    not_before_s: i64,
    /// Whether the base that is being written is an RDB file.
    is_rdb: bool,
    /// Commands that had changed data when it began.
    commands: u64,
}

impl Default for RewriteState {
    fn default() -> Self {
        RewriteState {
            scheduled: false,
            last_ok: true,
            last_took_s: None,
            count: 0,
            failures: 0,
            last_image_bytes: 0,
            delay_minutes: 0,
            not_before_s: 0,
            is_rdb: false,
            commands: 0,
        }
    }
}

impl RewriteState {
    /// Has one begin as soon as it can, however the last ones went.
    pub fn schedule(&mut self) {
        self.scheduled = true;
        self.failures = 0;
    }

    /// Whether rewrites have failed so often that the next has to wait.
    fn must_wait(&mut self, instance: &mut Instance) -> bool {
        if self.failures < FAILURES_UNTIL_LIMIT {
            self.delay_minutes = 0;
            self.not_before_s = 0;
            return false;
        }
        let now_s = seconds(instance);
        if self.not_before_s != 0 {
            if now_s >= self.not_before_s {
                self.not_before_s = 0;
            }
            return self.not_before_s != 0;
        }
        self.delay_minutes = (self.delay_minutes * 2).clamp(1, MAX_DELAY_MINUTES);
        self.not_before_s = now_s + self.delay_minutes * 60;
        let minutes = self.delay_minutes;
        let text = format!(
            "Background AOF rewrite has repeatedly failed and triggered the limit, will retry in {minutes} minutes"
        );
        instance.log(LogLevel::Warning, text);
        true
    }
}

fn seconds(instance: &Instance) -> i64 {
    instance.now_ms().div_euclid(1000)
}

fn notice(instance: &mut Instance, text: &str) {
    instance.log(LogLevel::Notice, text);
}

impl Persistence {
    /// Begins a rewrite. False when it cannot be, which is in the log then, or another background
    /// job goes on.
    pub fn begin_rewrite(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) -> bool {
        if self.child().is_some() {
            return false;
        }
        let aof = &mut self.aof;
        // What follows begins a new file, whose reader has no database selected.
        aof.selected = None;
        let begun = aof
            .make_folder(instance)
            .and_then(|()| aof.flush_all(instance))
            .and_then(|()| aof.open_next(instance));
        if begun.is_err() {
            aof.rewrite.last_ok = false;
            return false;
        }
        let is_rdb = instance.config.aof_use_rdb_preamble;
        aof.rewrite.count += 1;
        aof.rewrite.scheduled = false;
        aof.rewrite.is_rdb = is_rdb;
        aof.rewrite.commands = aof.fed_writes;
        aof.rewriting = true;
        let pid = self.next_pid(instance);
        let job = Job {
            child: Child::Aof,
            pid,
            path: resolve(&instance.config.dir, &temp_name(pid)),
            owner: stepped,
        };
        let make = |keyspace: &Keyspace, instance: &Instance| -> Box<dyn SnapshotEncoder> {
            match is_rdb {
                true => Box::new(RdbEncoder::new(keyspace, instance, true)),
                false => Box::new(CommandWriter::new(instance)),
            }
        };
        self.begin_background(job, make, keyspace, instance);
        let text = format!("Background append only file rewriting started by pid {pid}");
        notice(instance, &text);
        true
    }

    /// Ends a rewrite and removes its file.
    pub fn kill_rewrite(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) {
        if self.child() != Some(Child::Aof) {
            return;
        }
        if let Some(background) = self.abort_background(keyspace, instance) {
            let pid = background.job().pid;
            let text = format!("Killing running AOF rewrite child: {pid}");
            notice(instance, &text);
            self.rewrite_ended(&background, instance);
        }
    }

    /// Begins the rewrite that was scheduled, or one because the log has grown.
    pub fn check_rewrite(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) {
        if self.child().is_some() {
            return;
        }
        let aof = &mut self.aof;
        if aof.rewrite.scheduled {
            if !aof.rewrite.must_wait(instance) {
                self.begin_rewrite(keyspace, instance);
            }
            return;
        }
        let percentage = instance.config.auto_aof_rewrite_percentage;
        let least = instance.config.auto_aof_rewrite_min_size as u64;
        if aof.state != AofState::On || percentage == 0 || aof.size <= least {
            return;
        }
        let base = u128::from(aof.base_size.max(1));
        let growth = (u128::from(aof.size) * 100 / base).saturating_sub(100);
        if growth >= u128::from(percentage.unsigned_abs()) && !aof.rewrite.must_wait(instance) {
            let text = format!("Starting automatic rewriting of AOF on {growth}% growth");
            notice(instance, &text);
            self.begin_rewrite(keyspace, instance);
        }
    }

    /// CONFIG SET appendonly yes: the first rewrite makes the base. `in_exec` puts it off until
    /// the transaction is over.
    ///
    /// # Errors
    /// When it cannot begin.
    pub fn start_log(
        &mut self,
        in_exec: bool,
        keyspace: &mut Keyspace,
        instance: &mut Instance,
    ) -> Result<(), String> {
        if self.aof.state != AofState::Off {
            return Ok(());
        }
        self.aof.state = AofState::WaitRewrite;
        self.aof.write_error = None;
        self.aof.syncs.forget_error();
        if self.child() == Some(Child::Rdb) || in_exec {
            self.aof.rewrite.scheduled = true;
            let text = match in_exec {
                false => {
                    "AOF was enabled but there is already another background operation. An AOF background was scheduled to start when possible."
                }
                true => {
                    "AOF was enabled during a transaction. An AOF background was scheduled to start when possible."
                }
            };
            notice(instance, text);
            return Ok(());
        }
        if self.child().is_some() {
            let text = "AOF was enabled but there is already an AOF rewriting in background. Stopping background AOF and starting a rewrite now.";
            notice(instance, text);
            self.aof.state = AofState::Off;
            self.kill_rewrite(keyspace, instance);
            self.aof.state = AofState::WaitRewrite;
        }
        if !self.begin_rewrite(keyspace, instance) {
            self.aof.state = AofState::Off;
            let text = "Redis needs to enable the AOF but can't trigger a background AOF rewrite operation. Check the above logs for more info about the error.";
            instance.log(LogLevel::Warning, text);
            return Err("Unable to turn on AOF. Check server logs.".into());
        }
        Ok(())
    }

    /// CONFIG SET appendonly no: what is there is written and synced, and the log is left alone.
    pub fn stop_log(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) {
        if self.aof.state == AofState::Off {
            return;
        }
        // Logged if it fails.
        let _ = self.aof.flush_all(instance);
        self.aof.begin_sync(instance);
        let waits = self.aof.state == AofState::WaitRewrite;
        self.aof.state = AofState::Off;
        self.kill_rewrite(keyspace, instance);
        let aof = &mut self.aof;
        if waits {
            aof.remove_temp_incr(instance);
        }
        aof.rewrite.scheduled = false;
        aof.buffer = Vec::new();
        aof.selected = None;
        aof.incr = None;
        aof.incr_size = 0;
        aof.syncs.new_file(0);
    }

    fn rewrite_ended(&mut self, background: &Background, instance: &mut Instance) {
        let aof = &mut self.aof;
        let started_s = background.started_ms().div_euclid(1000);
        aof.rewrite.last_took_s = Some(seconds(instance) - started_s);
        aof.rewrite.last_image_bytes = background.progress().image_bytes;
        aof.rewriting = false;
        // The base has still to be made.
        if aof.state == AofState::WaitRewrite {
            aof.remove_temp_incr(instance);
            aof.rewrite.scheduled = true;
        }
    }
}

/// The temporary file of process `pid`.
fn temp_name(pid: u32) -> String {
    format!("temp-rewriteaof-bg-{pid}.aof")
}

/// Takes up what a step of a rewrite has come to.
fn stepped(
    persistence: &mut Persistence,
    background: &mut Background,
    step: Step,
    _keyspace: &mut Keyspace,
    instance: &mut Instance,
) -> bool {
    let result = match step {
        Step::Running | Step::Waiting => return true,
        Step::Written => {
            notice(instance, "Background AOF rewrite terminated with success");
            match persistence.aof.place_base(background.job().pid, instance) {
                Ok(ticket) => {
                    background.wait_for(ticket);
                    return true;
                }
                Err(_) => Err(false),
            }
        }
        Step::Done => Ok(()),
        Step::Failed(error) => {
            let (operation, error) = (error.operation, error.error);
            // The files before are all there still.
            let text =
                format!("Write error writing append only file on disk ({operation}): {error}");
            instance.log(LogLevel::Warning, text);
            Err(true)
        }
    };
    let aof = &mut persistence.aof;
    aof.rewrite.last_ok = result.is_ok();
    match result {
        Ok(()) => {
            aof.delete_history(instance);
            aof.rewrite.failures = 0;
            aof.syncs.base_is_durable(aof.rewrite.commands);
            notice(instance, "Background AOF rewrite finished successfully");
        }
        Err(in_child) => {
            aof.rewrite.failures += 1;
            if in_child {
                let text = "Background AOF rewrite terminated with error";
                instance.log(LogLevel::Warning, text);
            }
        }
    }
    persistence.rewrite_ended(background, instance);
    false
}

impl Aof {
    /// Writes the buffer whatever else goes on.
    ///
    /// # Errors
    /// When that is not possible and appendfsync is `always`.
    pub fn flush_all(&mut self, instance: &mut Instance) -> Result<(), String> {
        self.flush(instance, true, true)
            .map(|_| ())
            .map_err(|fatal| fatal.0)
    }

    /// Gives the base its name and puts the manifest that has it into force. Answers the sync
    /// that makes that durable.
    fn place_base(&mut self, pid: u32, instance: &mut Instance) -> Result<Ticket, String> {
        let file_name = instance.config.appendfilename.clone();
        let mut manifest = self.manifest.clone();
        let base = manifest.next_base(&file_name, self.rewrite.is_rdb);
        let temp = temp_name(pid);
        let from = resolve(&instance.config.dir, &temp);
        let to = path_of(&instance.config, &base);
        let renamed = instance.disk.rename(&from, &to);
        if let Err(error) = renamed {
            // Of no use any more.
            let _ = instance.disk.remove(&from);
            let text = format!(
                "Error trying to rename the temporary AOF base file {temp} into {base}: {error}"
            );
            return Err(warn(instance, text));
        }
        let text = format!("Successfully renamed the temporary AOF base file {temp} into {base}");
        notice(instance, &text);
        let mut incr = None;
        if self.state == AofState::WaitRewrite {
            incr = Some(self.name_incr(instance, &mut manifest)?);
        }
        manifest.retire_incr(self.state != AofState::Off);
        let base_len = instance.disk.metadata(&to).map_or(0, |found| found.len);
        let ticket = match self.persist(instance, manifest) {
            Ok(ticket) => ticket,
            Err(text) => {
                for path in [Some(to), incr].into_iter().flatten() {
                    // Not named by any manifest.
                    let _ = instance.disk.remove(&path);
                }
                return Err(text);
            }
        };
        if self.state != AofState::Off {
            self.size = base_len + self.incr_size;
            self.base_size = self.size;
        }
        if incr.is_some() {
            self.incr = incr;
            self.state = AofState::On;
        }
        ticket.ok_or_else(|| DiskError::Invalid.to_string())
    }
}
