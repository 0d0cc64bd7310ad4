//! All data as it was at one moment, written out while it goes on changing.
//!
//! Redis forks for this. Here each record carries a mark that tells whether the snapshot still
//! wants it. A walk over the tables writes records a slice at a time; a record that is about to
//! change, move or go is written first; one that comes into being later is marked from the start.
//! So each record of the moment is written once, and no second copy of the data is ever held: what
//! waits is what the encoder has made since its bytes were last taken.

use super::Keyspace;
use super::record::Record;
use crate::memory::apart;
use crate::types::dict::Dict;
use std::cell::RefCell;
use std::rc::Rc;

/// Turns the records of a snapshot into the bytes of a file: an RDB, or the commands of an AOF.
///
/// Its memory is kept out of the server's account, as that of Redis's child process is.
pub trait SnapshotEncoder {
    /// Writes a record of the database that had the number `db` when the snapshot began. Records
    /// of different databases come mixed.
    fn record(&mut self, db: usize, record: &Record);

    /// Writes what stands behind the last record. Called once.
    fn finish(&mut self);

    /// How many bytes [`SnapshotEncoder::pending`] would give.
    fn pending_len(&self) -> usize;

    /// The bytes made since the last call.
    fn pending(&mut self) -> Vec<u8>;
}

/// How far one step of a snapshot goes: to whichever bound it reaches first.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotBudget {
    /// Records written.
    pub records: usize,
    /// Buckets of the tables looked at, for tables with few records in them.
    pub buckets: usize,
    /// Bytes that wait in the encoder; a single large value may go beyond.
    pub bytes: usize,
}

impl SnapshotBudget {
    /// What takes about a millisecond with small values.
    pub const SLICE: SnapshotBudget = SnapshotBudget {
        records: 1000,
        buckets: 4000,
        bytes: 64 * 1024,
    };
}

/// How far a snapshot has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotProgress {
    /// Records written.
    pub written: u64,
    /// Records there were when it began.
    pub total: u64,
    /// Records written out of turn, because they were about to change.
    pub images: u64,
    /// Bytes made of those.
    pub image_bytes: u64,
}

/// Aborted snapshots in a row that leave marks which can be told apart.
const MAX_UNFINISHED: u8 = 250;

/// A table that was cleared (FLUSHDB) before the snapshot had finished with it.
struct Cleared {
    database: usize,
    records: Dict<Record>,
    /// Buckets below are empty.
    next: usize,
}

/// A snapshot under way, reached by every database.
pub(super) struct Snapshot {
    /// Always there; an option so that it can be dropped apart.
    encoder: Option<Box<dyn SnapshotEncoder>>,
    cleared: Vec<Cleared>,
    progress: SnapshotProgress,
    finished: bool,
}

impl Snapshot {
    fn write(&mut self, database: usize, record: &Record, epoch: u8) {
        record.set_mark(epoch);
        self.progress.written += 1;
        if let Some(encoder) = &mut self.encoder {
            apart(|| encoder.record(database, record));
        }
    }

    fn pending_len(&self) -> usize {
        self.encoder.as_ref().map_or(0, |it| it.pending_len())
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        let encoder = self.encoder.take();
        apart(|| drop(encoder));
    }
}

/// What one table has to do with snapshots. It goes with the table when databases are swapped.
#[derive(Default)]
pub(super) struct Walk {
    /// The mark of records that no snapshot wants.
    epoch: u8,
    snapshot: Option<Rc<RefCell<Snapshot>>>,
    /// The number of the table's database when the snapshot began.
    database: usize,
    cursor: u64,
    done: bool,
}

impl Walk {
    /// To be called with every record that enters the table.
    #[inline]
    pub(super) fn born(&self, record: &Record) {
        record.set_mark(self.epoch);
    }

    /// To be called with every record of the table before it is changed or dropped.
    #[inline]
    pub(super) fn before_change(&self, record: &Record) {
        if let Some(snapshot) = &self.snapshot
            && record.mark() != self.epoch
        {
            self.write_image(&mut snapshot.borrow_mut(), record);
        }
    }

    #[cold]
    fn write_image(&self, snapshot: &mut Snapshot, record: &Record) {
        let before = snapshot.pending_len();
        snapshot.write(self.database, record, self.epoch);
        let made = snapshot.pending_len().saturating_sub(before);
        snapshot.progress.images += 1;
        snapshot.progress.image_bytes += made as u64;
    }

    /// Hands over a table that is being cleared, if the snapshot still wants something of it.
    /// Its database goes on with an empty one.
    pub(super) fn cleared(&mut self, records: &mut Dict<Record>) {
        let Some(snapshot) = &self.snapshot else {
            return;
        };
        if !self.done {
            snapshot.borrow_mut().cleared.push(Cleared {
                database: self.database,
                records: records.take(),
                next: 0,
            });
            self.done = true;
        }
    }

    /// Writes records of the table within `budget`.
    fn advance(&mut self, records: &Dict<Record>, budget: &mut SnapshotBudget) {
        let Some(snapshot) = &self.snapshot else {
            return;
        };
        let mut snapshot = snapshot.borrow_mut();
        while !self.done && !budget.is_spent(&snapshot) {
            let before = snapshot.progress.written;
            self.cursor = records.scan(self.cursor, &mut |record| {
                if record.mark() != self.epoch {
                    snapshot.write(self.database, record, self.epoch);
                }
            });
            self.done = self.cursor == 0;
            budget.spend(snapshot.progress.written - before);
        }
    }
}

impl SnapshotBudget {
    fn is_spent(&self, snapshot: &Snapshot) -> bool {
        self.records == 0 || self.buckets == 0 || snapshot.pending_len() >= self.bytes
    }

    fn spend(&mut self, records: u64) {
        let records = usize::try_from(records).unwrap_or(usize::MAX);
        self.records = self.records.saturating_sub(records);
        self.buckets = self.buckets.saturating_sub(1);
    }
}

/// Writes the cleared tables within `budget`, freeing what is written. These go first: they are
/// memory that nobody else needs.
fn drain_cleared(snapshot: &mut Snapshot, epoch: u8, budget: &mut SnapshotBudget) {
    while let Some(mut table) = snapshot.cleared.pop() {
        let mut more = true;
        while more && !budget.is_spent(snapshot) {
            let before = snapshot.progress.written;
            more = table.records.drain_bucket(table.next, &mut |record| {
                if record.mark() != epoch {
                    snapshot.write(table.database, &record, epoch);
                }
            });
            table.next += 1;
            budget.spend(snapshot.progress.written - before);
        }
        if more {
            snapshot.cleared.push(table);
            return;
        }
    }
}

impl Keyspace {
    /// Begins a snapshot of all data as it is now. One that was under way is given up. Linear in
    /// the number of databases only. The encoder must have been made by [`apart`].
    pub fn begin_snapshot(&mut self, encoder: Box<dyn SnapshotEncoder>) {
        self.end_snapshot();
        if self.unfinished >= MAX_UNFINISHED {
            self.forget_marks();
        }
        // One more that is unfinished, until it is finished.
        self.unfinished += 1;
        self.epoch = self.epoch.wrapping_add(1);
        let total = self.databases.iter().map(|db| db.len() as u64).sum();
        let snapshot = Rc::new(RefCell::new(Snapshot {
            encoder: Some(encoder),
            cleared: Vec::new(),
            progress: SnapshotProgress {
                total,
                ..SnapshotProgress::default()
            },
            finished: false,
        }));
        for database in &mut self.databases {
            *database.walk_mut() = Walk {
                epoch: self.epoch,
                snapshot: Some(Rc::clone(&snapshot)),
                database: database.index(),
                cursor: 0,
                done: database.is_empty(),
            };
        }
        self.snapshot = Some(snapshot);
    }

    /// After many snapshots that were given up, the marks they left must not be taken for the next
    /// one's. Linear in the number of keys, and so rare that no client notices.
    fn forget_marks(&mut self) {
        for record in self.databases.iter().flat_map(|database| database.iter()) {
            record.set_mark(self.epoch);
        }
        self.unfinished = 0;
    }

    /// Writes records within `budget`; true when the encoder has got all of them and its finish,
    /// or when there is no snapshot.
    pub fn snapshot_step(&mut self, budget: SnapshotBudget) -> bool {
        let Some(snapshot) = &self.snapshot else {
            return true;
        };
        let mut budget = budget;
        drain_cleared(&mut snapshot.borrow_mut(), self.epoch, &mut budget);
        for database in &mut self.databases {
            let (walk, records) = database.walk_and_records();
            walk.advance(records, &mut budget);
        }
        let snapshot = &mut *snapshot.borrow_mut();
        let mut walks = self
            .databases
            .iter_mut()
            .map(|database| database.walk_mut());
        if walks.all(|walk| walk.done) && snapshot.cleared.is_empty() && !snapshot.finished {
            snapshot.finished = true;
            self.unfinished = 0;
            if let Some(encoder) = &mut snapshot.encoder {
                apart(|| encoder.finish());
            }
        }
        snapshot.finished
    }

    /// Shows `write` the bytes that the encoder has made since the last call.
    pub fn take_snapshot_bytes<R>(&mut self, write: impl FnOnce(&[u8]) -> R) -> Option<R> {
        let bytes = {
            let snapshot = &mut *self.snapshot.as_ref()?.borrow_mut();
            let encoder = snapshot.encoder.as_mut()?;
            apart(|| encoder.pending())
        };
        let result = write(&bytes);
        apart(|| drop(bytes));
        Some(result)
    }

    /// How far the snapshot has come; none when there is none.
    pub fn snapshot_progress(&self) -> Option<SnapshotProgress> {
        let snapshot = self.snapshot.as_ref()?;
        Some(snapshot.borrow().progress)
    }

    /// Bytes that the encoder has made and nobody has taken; 0 without a snapshot.
    pub fn snapshot_pending_len(&self) -> usize {
        let snapshot = self.snapshot.as_ref();
        snapshot.map_or(0, |snapshot| snapshot.borrow().pending_len())
    }

    /// Ends the snapshot, finished or not: nothing is written any more.
    pub fn end_snapshot(&mut self) {
        for database in &mut self.databases {
            database.walk_mut().snapshot = None;
        }
        self.snapshot = None;
    }
}
