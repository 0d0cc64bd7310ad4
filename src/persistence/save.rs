//! SAVE, BGSAVE and save points: when data was last saved, and how that went.

use super::Persistence;
use super::encoder::RdbEncoder;
use super::snapshot::{Background, Child, Job, Step, WriteError, doing};
use crate::disk::{Disk, Ticket, resolve};
use crate::instance::{Instance, LogLevel, SavePoint};
use crate::keyspace::Keyspace;
use crate::replication::StreamPlace;

/// Seconds after a failed background save in which no other begins by itself.
const RETRY_DELAY_S: i64 = 5;

/// What is known of RDB saves. Times are in seconds since 1970.
#[derive(Debug)]
pub struct RdbState {
    /// When data was last saved, or the server was started.
    pub last_save_s: i64,
    /// Saves that went well.
    pub saved: u64,
    /// When a background save last began.
    last_try_s: i64,
    /// Whether the last background save, or a save since, went well.
    pub last_ok: bool,
    /// Seconds that the last background save took.
    pub last_took_s: Option<i64>,
    /// Bytes that changing records made the last background save write out of turn.
    pub last_image_bytes: u64,
    /// Saves begun by SAVE, BGSAVE and save points.
    pub saves: u64,
    /// Where in a stream the data of the last file stands that was loaded.
    pub place: StreamPlace,
    /// Keys that it left out because their time had come, which replicas that go on with it are told.
    pub dropped: Vec<(usize, Vec<u8>)>,
    /// Keys that the last load of a file brought.
    pub loaded: u64,
    /// Keys that it left out, because their time had come.
    pub loaded_expired: u64,
    /// Whether one is to begin as soon as nothing else goes on.
    pub scheduled: bool,
    /// The keyspace's count of changes when data was last saved.
    pub(super) saved_changes: u64,
    /// The same when the present background save began.
    changes_at_begin: u64,
    /// Background jobs so far.
    children: u32,
}

impl Default for RdbState {
    fn default() -> Self {
        RdbState {
            last_save_s: 0,
            saved: 0,
            last_try_s: 0,
            last_ok: true,
            last_took_s: None,
            last_image_bytes: 0,
            saves: 0,
            place: StreamPlace::default(),
            dropped: Vec::new(),
            loaded: 0,
            loaded_expired: 0,
            scheduled: false,
            saved_changes: 0,
            changes_at_begin: 0,
            children: 0,
        }
    }
}

impl RdbState {
    /// Changes since the last save, as INFO and save points count them.
    pub fn changes(&self, keyspace: &Keyspace) -> u64 {
        keyspace.dirty().saturating_sub(self.saved_changes)
    }

    /// The keyspace's count of changes that the last save holds.
    pub fn saved_changes(&self) -> u64 {
        self.saved_changes
    }

    /// Says that the data is what some file holds: after loading it.
    pub fn forget_changes(&mut self, keyspace: &Keyspace) {
        self.saved_changes = keyspace.dirty();
    }

    /// Whether a failed background save lies too near for another try.
    fn must_wait(&self, now_s: i64) -> bool {
        !self.last_ok && now_s - self.last_try_s <= RETRY_DELAY_S
    }
}

/// The present second since 1970.
pub(super) fn seconds(instance: &Instance) -> i64 {
    instance.now_us().div_euclid(1_000_000)
}

/// The temporary file of process `pid`.
pub(super) fn temporary(instance: &Instance, pid: u32) -> String {
    resolve(&instance.config.dir, &format!("temp-{pid}.rdb"))
}

/// Writes a line to the log in the name of process `pid`, a child if it is not the server's own.
pub(super) fn log_of(instance: &mut Instance, pid: u32, level: LogLevel, text: &str) {
    let own = std::mem::replace(&mut instance.pid, pid);
    instance.log_as(if pid == own { 'M' } else { 'C' }, level, text);
    instance.pid = own;
}

/// Tells in the log why process `pid` could not write its file.
pub(super) fn log_failure(instance: &mut Instance, pid: u32, error: &WriteError) {
    let (dir, reason) = (&instance.config.dir, &error.error);
    let text = match error.operation {
        "open" => format!(
            "Failed opening the temp RDB file temp-{pid}.rdb (in server root dir {dir}) for \
             saving: {reason}"
        ),
        "rename" => format!(
            "Error moving temp DB file temp-{pid}.rdb on the final destination {} (in server root \
             dir {dir}): {reason}",
            instance.config.dbfilename
        ),
        "place" => format!("Failed to fsync directory while saving DB: {reason}"),
        "write" => format!("Write error saving DB on disk(rdbSaveRio): {reason}"),
        other => format!("Write error saving DB on disk({other}): {reason}"),
    };
    log_of(instance, pid, LogLevel::Warning, &text);
}

/// Gives the temporary file of process `pid` the name of the snapshot, and begins to make that
/// durable.
pub(super) fn place(instance: &mut Instance, pid: u32) -> Result<Ticket, WriteError> {
    let from = temporary(instance, pid);
    let to = resolve(&instance.config.dir, &instance.config.dbfilename);
    if let Err(error) = instance.disk.rename(&from, &to) {
        let _ = instance.disk.remove(&from);
        return Err(doing("rename")(error));
    }
    Ok(instance.disk.sync(&to))
}

impl Persistence {
    /// Begins a background save, and answers whether it could: not while another job goes on.
    pub fn begin_save(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) -> bool {
        if self.child().is_some() {
            return false;
        }
        let pid = self.next_pid(instance);
        self.rdb.saves += 1;
        self.rdb.changes_at_begin = keyspace.dirty();
        self.rdb.last_try_s = seconds(instance);
        let job = Job {
            child: Child::Rdb,
            pid,
            path: temporary(instance, pid),
            owner: save_stepped,
        };
        self.begin_background(
            job,
            |keyspace, instance| Box::new(RdbEncoder::new(keyspace, instance, false)),
            keyspace,
            instance,
        );
        let line = format!("Background saving started by pid {pid}");
        instance.log(LogLevel::Notice, line);
        true
    }

    /// Begins to make a snapshot for replicas, and answers whether it could.
    pub fn begin_streaming(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) -> bool {
        if self.child().is_some() {
            return false;
        }
        let pid = self.next_pid(instance);
        let job = Job {
            child: Child::Rdb,
            pid,
            path: String::new(),
            owner: streamed,
        };
        self.begin_background(
            job,
            |keyspace, instance| Box::new(RdbEncoder::new(keyspace, instance, false)),
            keyspace,
            instance,
        );
        let line = format!("Background RDB transfer started by pid {pid}");
        instance.log(LogLevel::Notice, line);
        true
    }

    /// A number for the process that Redis would fork now. Far from the server's own, because
    /// servers of one lab may share the folder of their temporary files.
    pub fn next_pid(&mut self, instance: &Instance) -> u32 {
        self.rdb.children = self.rdb.children % 1000 + 1;
        instance.pid.wrapping_add(1000 * self.rdb.children)
    }

    /// Ends a background save and removes its file, as FLUSHALL and SHUTDOWN do.
    pub fn kill_save(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) {
        if self.child() != Some(Child::Rdb) {
            return;
        }
        if let Some(background) = self.abort_background(keyspace, instance) {
            self.note_duration(&background, instance);
            // SIGUSR1, which Redis does not count as a failure.
            let line = "Background saving terminated by signal 10";
            instance.log(LogLevel::Warning, line);
            instance.primary.saved = Some(false);
        }
    }

    fn save_ended(&mut self, background: &Background, ok: bool, instance: &mut Instance) {
        self.rdb.last_ok = ok;
        instance.primary.saved = Some(ok);
        self.note_duration(background, instance);
        if ok {
            self.rdb.saved_changes = self.rdb.saved_changes.max(self.rdb.changes_at_begin);
            self.rdb.saved += 1;
            self.rdb.last_save_s = seconds(instance);
            let line = "Background saving terminated with success";
            instance.log(LogLevel::Notice, line);
        } else {
            instance.log(LogLevel::Warning, "Background saving error");
        }
    }

    fn note_duration(&mut self, background: &Background, instance: &Instance) {
        let started_s = background.started_ms().div_euclid(1000);
        self.rdb.last_took_s = Some(seconds(instance) - started_s);
        self.rdb.last_image_bytes = background.progress().image_bytes;
    }

    /// Begins a background save if a save point asks for one.
    pub fn check_save_points(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) {
        let now_s = seconds(instance);
        if self.child().is_some() || self.rdb.must_wait(now_s) {
            return;
        }
        let changes = self.rdb.changes(keyspace);
        let elapsed = now_s - self.rdb.last_save_s;
        let due = |point: &&SavePoint| changes >= point.changes && elapsed > point.seconds;
        let Some(point) = instance.config.save.iter().find(due) else {
            return;
        };
        let line = format!(
            "{} changes in {} seconds. Saving...",
            point.changes, point.seconds
        );
        instance.log(LogLevel::Notice, line);
        self.begin_save(keyspace, instance);
    }

    /// Begins the background save that was scheduled, once it can.
    pub fn check_scheduled_save(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) {
        if self.rdb.scheduled
            && !self.rdb.must_wait(seconds(instance))
            && self.begin_save(keyspace, instance)
        {
            self.rdb.scheduled = false;
        }
    }

    /// Whether writes are to be refused because the last save has failed.
    #[inline]
    pub fn refuses_writes(&self, instance: &Instance) -> bool {
        !self.rdb.last_ok
            && instance.config.stop_writes_on_bgsave_error
            && !instance.config.save.is_empty()
    }
}

/// Takes up what a step of a snapshot for replicas has come to.
fn streamed(
    persistence: &mut Persistence,
    background: &mut Background,
    step: Step,
    _keyspace: &mut Keyspace,
    instance: &mut Instance,
) -> bool {
    let ok = match step {
        Step::Running | Step::Waiting => return true,
        Step::Done => true,
        Step::Written | Step::Failed(_) => false,
    };
    let line = match ok {
        true => "Background RDB transfer terminated with success",
        false => "Background transfer error",
    };
    instance.log(LogLevel::Notice, line);
    instance.primary.saved = Some(ok);
    persistence.note_duration(background, instance);
    false
}

/// Takes up what a step of a background save has come to.
fn save_stepped(
    persistence: &mut Persistence,
    background: &mut Background,
    step: Step,
    _keyspace: &mut Keyspace,
    instance: &mut Instance,
) -> bool {
    let pid = background.job().pid;
    let result = match step {
        Step::Running | Step::Waiting => return true,
        Step::Written => match place(instance, pid) {
            Ok(ticket) => {
                background.wait_for(ticket);
                return true;
            }
            Err(error) => Err(error),
        },
        Step::Done => Ok(()),
        Step::Failed(error) => Err(error),
    };
    match &result {
        Ok(()) => log_of(instance, pid, LogLevel::Notice, "DB saved on disk"),
        Err(error) => log_failure(instance, pid, error),
    }
    persistence.save_ended(background, result.is_ok(), instance);
    false
}
