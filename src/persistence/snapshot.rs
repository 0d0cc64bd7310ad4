//! A snapshot on its way to a file, a slice at a time: what Redis does in a forked child.
//!
//! BGSAVE and BGREWRITEAOF work alike up to the moment when the file is whole and durable under a
//! temporary name. Then it is theirs to give it its place.

use super::Persistence;
use super::pace::Pace;
use crate::disk::{Disk, DiskError, MountedDisk, SyncOutcome, Ticket};
use crate::instance::Instance;
use crate::keyspace::{Keyspace, SnapshotBudget, SnapshotEncoder, SnapshotProgress};
use crate::memory::apart;

/// Bytes after which the file is synced though it is not whole (rdb-save-incremental-fsync). Redis
/// takes 4 MB and does not wait. Here the host copies what is synced on this very thread, so that
/// 4 MB would be a pause; and the next half is not written before the last is through. Multiples of
/// it are where the lab's disk can store a file without storing parts of it again later.
const SYNC_EVERY: u64 = 512 * 1024;

/// What the child process would be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// BGSAVE
    Rdb,
    /// BGREWRITEAOF
    Aof,
}

/// What could not be done with a file, by the name that Redis's log has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// `open`, `write`, `fsync`, `rename`; `place` for a sync after the renaming.
    pub operation: &'static str,
    /// Why.
    pub error: DiskError,
}

/// Says in an error what was being done.
pub(super) fn doing(operation: &'static str) -> impl Fn(DiskError) -> WriteError {
    move |error| WriteError { operation, error }
}

/// What one step of a background job has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to write: the next step may follow at once.
    Running,
    /// The disk is at work.
    Waiting,
    /// The file is whole and durable under its temporary name. Its owner gives it its place, and
    /// says by [`Background::wait_for`] what is to be waited for then.
    Written,
    /// What was to be waited for is durable.
    Done,
    /// It came to nothing. The temporary file is gone.
    Failed(WriteError),
}

/// Who is told what each step of a job has come to, and answers whether the job goes on.
pub type Owner = fn(&mut Persistence, &mut Background, Step, &mut Keyspace, &mut Instance) -> bool;

/// What a job is, apart from how far it has come.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it is for.
    pub child: Child,
    /// The process that Redis would have forked.
    pub pid: u32,
    /// The temporary file, an absolute path; empty when replicas are sent it as it is made.
    pub path: String,
    /// Who is told of it.
    pub owner: Owner,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Opening,
    Writing,
    Syncing(Ticket),
    Written,
    Placing(Ticket),
}

/// The one background job of a server.
#[derive(Debug)]
pub struct Background {
    job: Job,
    started_ms: i64,
    stage: Stage,
    written: u64,
    unsynced: u64,
    /// The last sync of what there was then.
    part: Option<Ticket>,
    progress: SnapshotProgress,
    /// What has been made for replicas and is to be sent.
    made: Vec<u8>,
    pace: Pace,
    /// How many records may be written in this step.
    records: usize,
}

impl Background {
    fn begin(
        job: Job,
        encoder: Box<dyn SnapshotEncoder>,
        keyspace: &mut Keyspace,
        now_ms: i64,
    ) -> Self {
        keyspace.begin_snapshot(encoder);
        Background {
            job,
            started_ms: now_ms,
            stage: Stage::Opening,
            written: 0,
            unsynced: 0,
            part: None,
            progress: keyspace.snapshot_progress().unwrap_or_default(),
            made: Vec::new(),
            pace: Pace::default(),
            records: usize::MAX,
        }
    }

    /// What it is.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Whether replicas are sent it, rather than a file written.
    pub fn is_streamed(&self) -> bool {
        self.job.path.is_empty()
    }

    /// When it began, in milliseconds since 1970.
    pub fn started_ms(&self) -> i64 {
        self.started_ms
    }

    /// Bytes written to the file.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Records written and to be written.
    pub fn progress(&self) -> SnapshotProgress {
        self.progress
    }

    /// Does the next slice of work: a millisecond or so, unless a single value is large.
    fn step(&mut self, keyspace: &mut Keyspace, disk: &mut MountedDisk) -> Step {
        match self.try_step(keyspace, disk) {
            Ok(step) => step,
            Err(error) => {
                self.abort(keyspace, disk);
                Step::Failed(error)
            }
        }
    }

    fn try_step(
        &mut self,
        keyspace: &mut Keyspace,
        disk: &mut MountedDisk,
    ) -> Result<Step, WriteError> {
        if let Stage::Opening = self.stage {
            if !self.is_streamed() {
                disk.create(&self.job.path).map_err(doing("open"))?;
            }
            self.stage = Stage::Writing;
        }
        if let Stage::Writing = self.stage {
            if self.unsynced >= SYNC_EVERY / 2 && self.is_syncing(disk) {
                return Ok(Step::Waiting);
            }
            let records = self.records.min(SnapshotBudget::SLICE.records);
            if records == 0 {
                return Ok(Step::Waiting);
            }
            let before = self.progress.written;
            let done = keyspace.snapshot_step(SnapshotBudget {
                records,
                ..SnapshotBudget::SLICE
            });
            self.flush(keyspace, disk)?;
            self.pace
                .worked(self.progress.written.saturating_sub(before));
            if !done {
                return Ok(Step::Running);
            }
            keyspace.end_snapshot();
            if self.is_streamed() {
                return Ok(Step::Done);
            }
            self.stage = Stage::Syncing(disk.sync(&self.job.path));
        }
        match self.stage {
            Stage::Syncing(ticket) if synced(disk, ticket)? => {
                self.stage = Stage::Written;
                Ok(Step::Written)
            }
            Stage::Placing(ticket) => match synced(disk, ticket) {
                Ok(true) => Ok(Step::Done),
                Ok(false) => Ok(Step::Waiting),
                Err(failed) => Err(doing("place")(failed.error)),
            },
            Stage::Written => Ok(Step::Written),
            _ => Ok(Step::Waiting),
        }
    }

    /// Hands what the encoder has made to the disk, so that it does not pile up while clients
    /// change much between two steps.
    ///
    /// # Errors
    /// When nothing can be written; the job should be given up then.
    fn flush(&mut self, keyspace: &mut Keyspace, disk: &mut MountedDisk) -> Result<(), WriteError> {
        let background = &mut *self;
        let written = keyspace.take_snapshot_bytes(|bytes| background.write(bytes, disk));
        written.unwrap_or(Ok(())).map_err(doing("write"))?;
        if let Some(progress) = keyspace.snapshot_progress() {
            self.progress = progress;
        }
        Ok(())
    }

    fn write(&mut self, mut bytes: &[u8], disk: &mut MountedDisk) -> Result<(), DiskError> {
        if self.is_streamed() {
            self.made.extend_from_slice(bytes);
            self.written += bytes.len() as u64;
            return Ok(());
        }
        while !bytes.is_empty() {
            let room = (SYNC_EVERY - self.unsynced) as usize;
            let (now, later) = bytes.split_at(bytes.len().min(room));
            disk.append(&self.job.path, now)?;
            self.written += now.len() as u64;
            self.unsynced += now.len() as u64;
            bytes = later;
            if self.unsynced == SYNC_EVERY {
                self.part = Some(disk.sync(&self.job.path));
                self.unsynced = 0;
            }
        }
        Ok(())
    }

    /// Whether a part of the file is on its way. How that ends does not matter: the sync of the
    /// whole file counts.
    fn is_syncing(&self, disk: &MountedDisk) -> bool {
        self.part
            .is_some_and(|ticket| disk.outcome(ticket) == SyncOutcome::Pending)
    }

    /// Whether a flush has something to do before the next step: bytes wait, and the file is open.
    fn wants_flush(&self, keyspace: &Keyspace) -> bool {
        matches!(self.stage, Stage::Writing)
            && keyspace.snapshot_pending_len() >= SnapshotBudget::SLICE.bytes
    }

    /// Says that the file has its place once `ticket` is through.
    pub fn wait_for(&mut self, ticket: Ticket) {
        self.stage = Stage::Placing(ticket);
    }

    /// Gives the job up and removes its file.
    fn abort(&mut self, keyspace: &mut Keyspace, disk: &mut MountedDisk) {
        keyspace.end_snapshot();
        if !self.is_streamed() {
            // It may never have been made.
            let _ = disk.remove(&self.job.path);
        }
    }
}

/// Whether a sync is through.
///
/// # Errors
/// When it failed.
pub(super) fn synced(disk: &MountedDisk, ticket: Ticket) -> Result<bool, WriteError> {
    match disk.outcome(ticket) {
        SyncOutcome::Pending => Ok(false),
        SyncOutcome::Durable => Ok(true),
        SyncOutcome::Failed(error) => Err(doing("fsync")(error)),
    }
}

/// Milliseconds after which a job wants its next step, while the disk is at work.
const WAIT_MS: i64 = 1;

impl Persistence {
    /// Begins a background job: a snapshot of `keyspace` as it is now, written by the encoder that
    /// `make` gives. The file is opened by the first step. A job under way is given up; ask
    /// [`Persistence::child`] before.
    pub fn begin_background(
        &mut self,
        job: Job,
        make: impl FnOnce(&Keyspace, &Instance) -> Box<dyn SnapshotEncoder>,
        keyspace: &mut Keyspace,
        instance: &mut Instance,
    ) {
        self.abort_background(keyspace, instance);
        let encoder = apart(|| make(keyspace, instance));
        let now_ms = instance.now_ms();
        self.background = Some(Background::begin(job, encoder, keyspace, now_ms));
    }

    /// What the job under way is for (Redis's `child_type`).
    pub fn child(&self) -> Option<Child> {
        self.background
            .as_ref()
            .map(|background| background.job.child)
    }

    /// The job under way, for INFO and views.
    pub fn background(&self) -> Option<&Background> {
        self.background.as_ref()
    }

    /// What the job under way is for, and how far it has come.
    pub fn progress(&self) -> Option<(Child, SnapshotProgress)> {
        let background = self.background.as_ref()?;
        Some((background.job.child, background.progress))
    }

    /// Does a slice of the job under way and tells its owner. Answers after how many milliseconds
    /// it wants the next one; none when there is no job any more.
    pub fn step_background(
        &mut self,
        keyspace: &mut Keyspace,
        instance: &mut Instance,
    ) -> Option<i64> {
        let mut background = self.background.take()?;
        loop {
            let delay_us = instance.config.rdb_key_save_delay;
            background.records = background.pace.allowed(instance.now_us(), delay_us);
            let step = background.step(keyspace, &mut instance.disk);
            instance.primary.snapshot.append(&mut background.made);
            let wait = match step {
                Step::Running => Some(0),
                Step::Waiting => Some(WAIT_MS),
                _ => None,
            };
            // Where nothing waits for the disk, the file gets its place within one step.
            let again = step == Step::Written;
            let owner = background.job.owner;
            if !owner(self, &mut background, step, keyspace, instance) {
                return None;
            }
            if let Some(wait) = wait {
                self.background = Some(background);
                return Some(wait);
            }
            if !again || matches!(background.stage, Stage::Written) {
                return None;
            }
        }
    }

    /// Hands what commands have made the snapshot write to the disk, if it is much.
    pub fn flush_background(&mut self, keyspace: &mut Keyspace, instance: &mut Instance) {
        let Some(mut background) = self.background.take() else {
            return;
        };
        if background.wants_flush(keyspace)
            && let Err(error) = background.flush(keyspace, &mut instance.disk)
        {
            background.abort(keyspace, &mut instance.disk);
            let owner = background.job.owner;
            owner(
                self,
                &mut background,
                Step::Failed(error),
                keyspace,
                instance,
            );
            return;
        }
        instance.primary.snapshot.append(&mut background.made);
        self.background = Some(background);
    }

    /// Kills the job under way: its file is removed, its owner is not told.
    pub fn abort_background(
        &mut self,
        keyspace: &mut Keyspace,
        instance: &mut Instance,
    ) -> Option<Background> {
        let mut background = self.background.take()?;
        background.abort(keyspace, &mut instance.disk);
        Some(background)
    }
}
