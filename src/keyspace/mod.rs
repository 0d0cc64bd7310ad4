//! Databases and their keys: lookup, expiry, eviction, and who is told of a change.

mod access;
mod database;
mod events;
mod evict;
mod expire;
mod journal;
mod record;
mod snapshot;
mod value;
mod waiting;

pub use access::{AccessClock, LfuSettings};
pub use database::{Database, DatabaseStats};
pub use events::{ChangedKeys, EventClass, KeyEvent};
pub use evict::{EvictionPolicy, Evictor};
pub use expire::ExpireCycle;
pub use journal::{Change, Changes, Journal};
pub use record::Record;
pub use snapshot::{SnapshotBudget, SnapshotEncoder, SnapshotProgress};
pub use value::{StringRef, StringValue, Value, ValueRef};
pub use waiting::Wanted;

use std::cell::{Cell, RefCell};
use std::ops::{Index, IndexMut};
use std::rc::Rc;

/// All databases of one server.
pub struct Keyspace {
    databases: Vec<Database>,
    dirty: Rc<Cell<u64>>,
    snapshot: Option<Rc<RefCell<snapshot::Snapshot>>>,
    /// The mark of records that the present snapshot, or else the last, does not want.
    epoch: u8,
    /// Snapshots begun since the last that was finished.
    unfinished: u8,
    notices: events::Notices,
    changed: events::Changed,
}

impl Keyspace {
    /// `databases` empty databases, whose hash tables are seeded from `seed`.
    pub fn new(databases: usize, seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let arrivals = Rc::default();
        let dirty = Rc::<Cell<u64>>::default();
        let databases = (0..databases)
            .map(|index| {
                let waiting = waiting::Waiting::new(Rc::clone(&arrivals));
                Database::new(index, rng.u64(..), waiting, Rc::clone(&dirty))
            })
            .collect();
        Keyspace {
            databases,
            dirty,
            snapshot: None,
            epoch: 0,
            unfinished: 0,
            notices: events::Notices::default(),
            changed: events::Changed::default(),
        }
    }

    /// Number of databases.
    pub fn len(&self) -> usize {
        self.databases.len()
    }

    /// Whether there is no database; never true in a running server.
    pub fn is_empty(&self) -> bool {
        self.databases.is_empty()
    }

    /// The databases in order.
    pub fn iter(&self) -> impl Iterator<Item = &Database> {
        self.databases.iter()
    }

    /// The databases in order, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Database> {
        self.databases.iter_mut()
    }

    /// Two different databases at once; none when they are the same or one does not exist.
    pub fn pair(&mut self, one: usize, other: usize) -> Option<(&mut Database, &mut Database)> {
        let [first, second] = self.databases.get_disjoint_mut([one, other]).ok()?;
        Some((first, second))
    }

    /// Tells every database the time, in milliseconds since 1970.
    pub fn set_now(&mut self, now_ms: i64, clock: AccessClock) {
        for database in &mut self.databases {
            database.set_now(now_ms, clock);
        }
    }

    /// While set, no key goes because its time has come: a log is being replayed, and says itself
    /// which keys went when.
    pub fn keep_expired(&mut self, keep: bool) {
        for database in &mut self.databases {
            database.keeps_expired = keep;
        }
    }

    /// Has events of these classes collected for [`Keyspace::take_notices`].
    pub fn notice(&mut self, classes: EventClass) {
        for database in &mut self.databases {
            database.notice(classes, &self.notices);
        }
    }

    /// The events since the last call, of all databases, in their order.
    pub fn take_notices(&mut self) -> Vec<KeyEvent> {
        self.notices.take()
    }

    /// While set, keys whose time has come are hidden but stay (CLIENT PAUSE).
    pub fn hide_expired(&mut self, hide: bool) {
        for database in &mut self.databases {
            database.hide_expired(hide);
        }
    }

    /// Starts or stops noting which keys change, for [`Keyspace::take_changed`].
    pub fn track(&mut self, track: bool) {
        for database in &mut self.databases {
            database.track(track.then_some(&self.changed));
        }
        if !track {
            self.changed.take();
        }
    }

    /// The keys that have changed since the last call, of all databases, in their order.
    pub fn take_changed(&mut self) -> ChangedKeys {
        self.changed.take()
    }

    /// Exchanges the contents of two databases; the clients of each see the other's keys.
    /// Both must exist.
    pub fn swap(&mut self, one: usize, other: usize) {
        if let Some((first, second)) = self.pair(one, other) {
            first.swap_contents(second);
        }
    }

    /// Changes made since the counter was last reset, as Redis's `dirty` counts them.
    #[inline]
    pub fn dirty(&self) -> u64 {
        self.dirty.get()
    }

    /// Counts changes that belong to no single database (FLUSHALL).
    pub fn add_dirty(&mut self, changes: u64) {
        self.dirty.set(self.dirty.get() + changes);
    }
}

impl Index<usize> for Keyspace {
    type Output = Database;

    fn index(&self, database: usize) -> &Database {
        &self.databases[database]
    }
}

impl IndexMut<usize> for Keyspace {
    fn index_mut(&mut self, database: usize) -> &mut Database {
        &mut self.databases[database]
    }
}
