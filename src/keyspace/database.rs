//! One database: the keys, the index of those that expire, and what a lookup entails.
//!
//! Every way to a value goes through here, so that expiry, access stamps, hit counts, WATCH and
//! the change journal are kept in one place.

mod strings;
mod waiters;

use super::access::AccessClock;
use super::events::{Changed, EventClass, Notices, Told};
use super::journal::Journal;
use super::record::{Record, VolatileName};
use super::snapshot::Walk;
use super::value::{StringRef, Value, ValueRef};
use super::waiting::Waiting;
use crate::map::SortedMap;
use crate::resp::ReplyError;
use crate::resp::error::WRONG_TYPE;
use crate::types::dict::{Dict, Entry};
use crate::types::hash::Hash;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::sorted_set::SortedSet;
use crate::types::stream::Stream;
use std::cell::Cell;
use std::rc::Rc;

/// What INFO tells of lookups and expiry.
#[derive(Clone, Copy, Debug, Default)]
pub struct DatabaseStats {
    /// Lookups for reading that found the key.
    pub hits: u64,
    /// Lookups for reading that did not.
    pub misses: u64,
    /// Keys removed because their time had come.
    pub expired: u64,
    /// Keys removed to make room.
    pub evicted: u64,
}

/// A key that a client WATCHes, and who watches it.
type Watchers = SortedMap<Box<[u8]>, Vec<u64>>;

/// One numbered database.
pub struct Database {
    index: usize,
    records: Dict<Record>,
    /// Names of the records that have an expiry time. A name is removed before its record
    /// moves or goes: that is what makes holding it sound.
    volatile: Dict<VolatileName>,
    /// Is told of every record that enters, changes or leaves.
    walk: Walk,
    now_ms: i64,
    clock: AccessClock,
    pub(super) rng: fastrand::Rng,
    stats: DatabaseStats,
    /// Changes in all databases.
    dirty: Rc<Cell<u64>>,
    journal: Journal,
    watchers: Watchers,
    /// Clients whose transaction must fail, until the server takes them.
    touched_clients: Vec<u64>,
    /// Is told of every key that comes into being.
    waiting: Waiting,
    /// Keys that time or eviction removed, which replicas and the AOF must be told.
    removed_unasked: Vec<Box<[u8]>>,
    notes_removals: bool,
    keeps_stamps: bool,
    pub(super) keeps_expired: bool,
    /// Keys whose time has come stay, but nobody sees them.
    hides_expired: bool,
    /// Where subscribers are told what happens to keys.
    told: Told,
}

impl Database {
    pub(super) fn new(index: usize, seed: u64, waiting: Waiting, dirty: Rc<Cell<u64>>) -> Self {
        Database {
            index,
            records: Dict::new(seed),
            volatile: Dict::new(seed ^ 1),
            walk: Walk::default(),
            now_ms: 0,
            clock: AccessClock::default(),
            rng: fastrand::Rng::with_seed(seed),
            stats: DatabaseStats::default(),
            dirty,
            journal: Journal::default(),
            watchers: Watchers::new(),
            touched_clients: Vec::new(),
            waiting,
            removed_unasked: Vec::new(),
            notes_removals: false,
            keeps_stamps: false,
            keeps_expired: false,
            hides_expired: false,
            told: Told::new(index),
        }
    }

    /// The database's number.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The time of the present command, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Whether a key that expires at `at` (milliseconds since 1970) is to be removed.
    pub fn is_over(&self, at: i64) -> bool {
        at <= self.now_ms && !self.keeps_expired
    }

    /// The clock that stamps accesses.
    pub fn clock(&self) -> AccessClock {
        self.clock
    }

    pub(super) fn set_now(&mut self, now_ms: i64, clock: AccessClock) {
        self.now_ms = now_ms;
        self.clock = clock;
    }

    /// While set, lookups leave access stamps as they are (CLIENT NO-TOUCH, OBJECT, TYPE …).
    pub fn keep_stamps(&mut self, keep: bool) {
        self.keeps_stamps = keep;
    }

    /// Number of keys, those included whose time has come but which nobody has looked at.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Number of keys with an expiry time.
    pub fn volatile_len(&self) -> usize {
        self.volatile.len()
    }

    /// Mean time left of the keys that expire, in milliseconds, from a sample. Constant time.
    pub fn average_ttl_ms(&self) -> i64 {
        let (mut sum, mut count) = (0i64, 0i64);
        // A copy of the generator: looking must not change what chance brings.
        self.volatile.sample(20, &mut self.rng.clone(), |name| {
            sum = sum.saturating_add(name.expire_at().saturating_sub(self.now_ms).max(0));
            count += 1;
        });
        sum / count.max(1)
    }

    /// Counters for INFO.
    pub fn stats(&self) -> DatabaseStats {
        self.stats
    }

    /// Resets the counters (CONFIG RESETSTAT).
    pub fn reset_stats(&mut self) {
        self.stats = DatabaseStats::default();
    }

    pub(super) fn count_evicted(&mut self) {
        self.stats.evicted += 1;
    }

    /// The buckets of the two tables, for DEBUG HTSTATS and the memory report.
    pub fn table_bytes(&self) -> usize {
        let (keys, volatile) = self.bytes_by_table();
        keys + volatile
    }

    /// How many entries the table of keys, and the one of those that expire, have room for before they
    /// grow, and how many they have.
    pub fn table_sizes(&self) -> [(usize, usize); 2] {
        [
            (self.records.slots(), self.records.len()),
            (self.volatile.slots(), self.volatile.len()),
        ]
    }

    /// The buckets of the table of keys, and of the one of those that expire.
    pub fn bytes_by_table(&self) -> (usize, usize) {
        (
            self.records.allocated_bytes(),
            self.volatile.allocated_bytes(),
        )
    }

    // ---- lookup ---------------------------------------------------------------------------

    /// Removes `key` if its time has come. Constant time.
    fn expire_if_due(&mut self, key: &[u8]) {
        if self.is_due(key) {
            self.remove_expired(key);
        }
    }

    /// Whether `key` counts as absent for a reader because its time has come; it is removed, unless
    /// everything is to stay as it is. Constant time.
    fn expired(&mut self, key: &[u8]) -> bool {
        let due = self.is_due(key);
        if due && !self.hides_expired {
            self.remove_expired(key);
        }
        due
    }

    fn is_due(&self, key: &[u8]) -> bool {
        if self.volatile.is_empty() {
            return false;
        }
        self.records
            .get(key)
            .and_then(Record::expire_at)
            .is_some_and(|at| self.is_over(at))
    }

    pub(super) fn remove_expired(&mut self, key: &[u8]) {
        if self.take(key).is_some() {
            self.stats.expired += 1;
            self.note_removed(key);
            self.modified(key, EventClass::EXPIRED, "expired");
        }
    }

    /// Has replicas and the AOF told that `key` went without a command asking for it.
    pub(super) fn note_removed(&mut self, key: &[u8]) {
        if self.notes_removals {
            self.removed_unasked.push(key.into());
        }
    }

    /// Starts or stops remembering keys that go unasked, for [`Database::take_removed_unasked`].
    pub fn note_removals(&mut self, notes: bool) {
        self.notes_removals = notes;
    }

    /// The record of `key`, about to be written.
    fn touch(&mut self, key: &[u8]) -> Option<&mut Record> {
        self.expire_if_due(key);
        let record = self.records.get_mut(key)?;
        self.walk.before_change(record);
        if !self.keeps_stamps {
            record.set_access(self.clock.touched(record.access(), &mut self.rng));
        }
        Some(record)
    }

    /// The record of `key` without any effect of a lookup, expired or not.
    pub fn peek(&self, key: &[u8]) -> Option<&Record> {
        self.records.get(key)
    }

    /// The record of `key` if it has not expired; neither stamps nor counts.
    pub fn inspect(&mut self, key: &[u8]) -> Option<&Record> {
        if self.expired(key) {
            return None;
        }
        self.records.get(key)
    }

    /// The value of `key`, for reading: expires, stamps the access, counts a hit or a miss.
    pub fn read(&mut self, key: &[u8]) -> Option<ValueRef<'_>> {
        let gone = self.expired(key);
        match self.records.get_mut(key).filter(|_| !gone) {
            Some(record) => {
                self.stats.hits += 1;
                if !self.keeps_stamps {
                    record.set_access(self.clock.touched(record.access(), &mut self.rng));
                }
                Some(record.value())
            }
            None => {
                self.stats.misses += 1;
                self.told.missed(key);
                None
            }
        }
    }

    /// The record of `key`, for reading: as [`Database::read`], with its expiry time.
    pub fn read_record(&mut self, key: &[u8]) -> Option<&Record> {
        self.read(key)?;
        self.records.get(key)
    }

    /// The record of `key`, for commands that tell of a key without using it (TTL, TYPE,
    /// OBJECT): counts a hit or a miss but leaves the access stamp.
    pub fn read_untouched(&mut self, key: &[u8]) -> Option<&Record> {
        if self.expired(key) || !self.records.contains(key) {
            self.told.missed(key);
        }
        self.read_unnoticed(key)
    }

    /// The same for OBJECT, which tells nobody that a key is missing.
    pub fn read_unnoticed(&mut self, key: &[u8]) -> Option<&Record> {
        let gone = self.expired(key);
        let record = self.records.get(key).filter(|_| !gone);
        match record {
            Some(_) => self.stats.hits += 1,
            None => self.stats.misses += 1,
        }
        record
    }

    /// Whether `key` exists; counts no hit.
    pub fn exists(&mut self, key: &[u8]) -> bool {
        !self.expired(key) && self.records.contains(key)
    }

    /// The string of `key`, for reading.
    ///
    /// # Errors
    /// WRONGTYPE when it holds something else; likewise for the other types below.
    pub fn read_string(&mut self, key: &[u8]) -> Result<Option<StringRef<'_>>, ReplyError> {
        match self.read(key) {
            None => Ok(None),
            Some(ValueRef::String(string)) => Ok(Some(string)),
            Some(_) => Err(WRONG_TYPE),
        }
    }

    /// The value of `key` as a command sees it that is about to write: no hit, no miss.
    pub fn value_for_write(&mut self, key: &[u8]) -> Option<ValueRef<'_>> {
        self.touch(key).map(|record| record.value())
    }

    /// The string of `key`, seen by a command that is about to write: no hit, no miss.
    pub fn string_for_write(&mut self, key: &[u8]) -> Result<Option<StringRef<'_>>, ReplyError> {
        match self.value_for_write(key) {
            None => Ok(None),
            Some(ValueRef::String(string)) => Ok(Some(string)),
            Some(_) => Err(WRONG_TYPE),
        }
    }

    fn write(&mut self, key: &[u8]) -> Result<Option<&mut Value>, ReplyError> {
        match self.touch(key) {
            None => Ok(None),
            // A string in the block: whatever collection was wanted, this is not it.
            Some(record) => record.large_mut().map(Some).ok_or(WRONG_TYPE),
        }
    }

    fn write_or_insert(
        &mut self,
        key: &[u8],
        create: impl FnOnce() -> Value,
    ) -> Result<&mut Value, ReplyError> {
        self.expire_if_due(key);
        let stamp = self.clock.fresh();
        let (record, inserted) = self
            .records
            .find_or_insert_with(key, || Record::of_value(key, create(), None, stamp));
        if inserted {
            self.walk.born(record);
            self.told.new_key(key);
            self.waiting.came(key, Some(record.value()));
        } else {
            self.walk.before_change(record);
            if !self.keeps_stamps {
                record.set_access(self.clock.touched(record.access(), &mut self.rng));
            }
        }
        record.large_mut().ok_or(WRONG_TYPE)
    }

    // ---- whole keys -----------------------------------------------------------------------

    /// Stores a value under `key`, replacing what was there and its expiry time. As in Redis, who waits for a key
    /// hears that it has come into being, but not that another value took its place.
    pub fn set_value(&mut self, key: &[u8], value: impl Into<Value>) {
        self.expire_if_due(key);
        let old = self.records.get(key);
        let is_new = old.is_none();
        if is_new && self.told.is_on() {
            self.told.new_key(key);
        }
        // How often a key is used outlives its value.
        let stamp = match old.filter(|_| self.clock.is_lfu()) {
            Some(record) => self.clock.touched(record.access(), &mut self.rng),
            None => self.clock.fresh(),
        };
        let record = Record::of_value(key, value.into(), None, stamp);
        self.waiting.came(key, is_new.then(|| record.value()));
        self.put(record);
    }

    /// Stores a record, replacing one of the same key.
    pub fn replace(&mut self, record: Record) {
        self.waiting.came(record.key(), Some(record.value()));
        self.put(record);
    }

    fn put(&mut self, record: Record) {
        if !self.volatile.is_empty() {
            self.volatile.remove(record.key());
        }
        if record.is_volatile() {
            Self::name_volatile(&mut self.volatile, &record);
        }
        self.walk.born(&record);
        if let Some(old) = self.records.insert(record) {
            self.walk.before_change(&old);
        }
    }

    /// Tells that `key`, which is about to be stored, did not exist.
    pub fn tell_new(&mut self, key: &[u8]) {
        self.told.new_key(key);
    }

    /// Stores a record whose key is not there yet; gives it back when it is. O(1).
    ///
    /// # Errors
    /// The record.
    pub fn add_new(&mut self, record: Record) -> Result<(), Record> {
        let hash = self.records.hash(record.key());
        if self.records.get_hashed(hash, record.key()).is_some() {
            return Err(record);
        }
        if record.is_volatile() {
            Self::name_volatile(&mut self.volatile, &record);
        }
        self.records.insert_new(hash, record);
        Ok(())
    }

    fn name_volatile(volatile: &mut Dict<VolatileName>, record: &Record) {
        // SAFETY: the record is in the table or about to enter it, and every path that moves or
        // drops a volatile record (replace, set_string, set_expire, take, clear) removes its
        // name first.
        volatile.insert(unsafe { record.volatile_name() });
    }

    /// Takes a record out of the database, whether it has expired or not.
    pub fn take(&mut self, key: &[u8]) -> Option<Record> {
        self.waiting.came(key, None);
        self.take_out(key)
    }

    fn take_out(&mut self, key: &[u8]) -> Option<Record> {
        if !self.volatile.is_empty() {
            self.volatile.remove(key);
        }
        let record = self.records.remove(key)?;
        self.walk.before_change(&record);
        Some(record)
    }

    /// Removes `key`; false when it did not exist (or its time had come).
    pub fn remove(&mut self, key: &[u8]) -> bool {
        self.expire_if_due(key);
        self.take(key).is_some()
    }

    /// Removes `key` if it holds an empty collection, and records the `del` event.
    pub fn deleted_if_empty(&mut self, key: &[u8]) -> bool {
        let empty = match self.records.get(key).map(Record::value) {
            Some(ValueRef::List(list)) => list.is_empty(),
            Some(ValueRef::Hash(hash)) => hash.is_empty(),
            Some(ValueRef::Set(set)) => set.is_empty(),
            Some(ValueRef::SortedSet(sorted_set)) => sorted_set.is_empty(),
            // A stream without entries stays.
            Some(ValueRef::String(_) | ValueRef::Stream(_)) | None => false,
        };
        if empty {
            self.take(key);
            self.modified(key, EventClass::GENERIC, "del");
        }
        empty
    }

    /// Removes all keys; answers how many there were.
    pub fn clear(&mut self) -> usize {
        let keys = self.records.len();
        self.touch_all_watched(None);
        self.volatile.clear();
        self.walk.cleared(&mut self.records);
        self.records.clear();
        self.all_came();
        self.journal.everything();
        self.told.cleared();
        keys
    }

    pub(super) fn swap_contents(&mut self, other: &mut Database) {
        // A watched key whose time has come is absent on either side, and nothing for it to become.
        for key in self.watched_keys() {
            other.expired(&key);
        }
        for key in other.watched_keys() {
            self.expired(&key);
        }
        self.touch_all_watched(Some(other));
        other.touch_all_watched(Some(self));
        std::mem::swap(&mut self.records, &mut other.records);
        std::mem::swap(&mut self.volatile, &mut other.volatile);
        std::mem::swap(&mut self.walk, &mut other.walk);
        self.journal.everything();
        other.journal.everything();
        self.all_came();
        other.all_came();
    }

    // ---- expiry ---------------------------------------------------------------------------

    /// When `key` expires, in milliseconds since 1970; none without an expiry time or key.
    pub fn expire_at(&mut self, key: &[u8]) -> Option<i64> {
        if self.expired(key) {
            return None;
        }
        self.records.get(key).and_then(Record::expire_at)
    }

    /// Sets or removes the expiry time; false when the key does not exist.
    pub fn set_expire(&mut self, key: &[u8], expire_at: Option<i64>) -> bool {
        let Some(record) = self.records.get_mut(key) else {
            return false;
        };
        if expire_at.is_none() && !record.is_volatile() {
            return true;
        }
        self.walk.before_change(record);
        if let Some(at) = expire_at
            && record.overwrite_expiry(at)
        {
            return true;
        }
        if let Some(record) = self.take_out(key) {
            self.put(record.with_expiry(expire_at));
        }
        true
    }

    pub(super) fn scan_volatile(&self, cursor: u64, each: &mut impl FnMut(&VolatileName)) -> u64 {
        self.volatile.scan(cursor, &mut |name| each(name))
    }

    pub(super) fn sample_volatile(&mut self, count: usize, each: impl FnMut(&VolatileName)) {
        self.volatile.sample(count, &mut self.rng, each);
    }

    pub(super) fn sample_records(&mut self, count: usize, each: impl FnMut(&Record)) {
        self.records.sample(count, &mut self.rng, each);
    }

    pub(super) fn random_volatile_key(&mut self) -> Option<Vec<u8>> {
        self.volatile
            .random(&mut self.rng)
            .map(|name| name.key().to_vec())
    }

    // ---- walking --------------------------------------------------------------------------

    /// One step of a SCAN over all records, expired ones included; 0 when the scan is complete.
    pub fn scan<'a>(&'a self, cursor: u64, each: &mut impl FnMut(&'a Record)) -> u64 {
        self.records.scan(cursor, each)
    }

    /// All records in the table's order, expired ones included.
    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.iter()
    }

    /// A random key that has not expired.
    pub fn random_key(&mut self) -> Option<Vec<u8>> {
        // A database full of expired keys must not loop for ever; each one found is removed.
        for _ in 0..100 {
            let record = self.records.random(&mut self.rng)?;
            let key = record.key().to_vec();
            if record.expire_at().is_none_or(|at| at > self.now_ms) {
                return Some(key);
            }
            self.expired(&key);
        }
        let alive = |record: &&Record| record.expire_at().is_none_or(|at| at > self.now_ms);
        let record = self.records.iter().find(alive)?;
        Some(record.key().to_vec())
    }

    /// Makes room for `keys` more keys at once (DEBUG POPULATE, loading a file).
    pub fn reserve(&mut self, keys: usize) {
        self.records.reserve(keys);
    }

    pub(super) fn walk_mut(&mut self) -> &mut Walk {
        &mut self.walk
    }

    pub(super) fn walk_and_records(&mut self) -> (&mut Walk, &Dict<Record>) {
        (&mut self.walk, &self.records)
    }

    /// Moves a few buckets of a table that is being resized; true while there is more to move.
    pub fn rehash(&mut self, buckets: usize) -> bool {
        self.records.rehash(buckets) | self.volatile.rehash(buckets)
    }

    // ---- who is told ----------------------------------------------------------------------

    /// Records that `key` really changed: fails transactions that watch it, and tells the
    /// journal. Call it once per key and event.
    pub fn modified(&mut self, key: &[u8], class: EventClass, event: &'static str) {
        if !self.watchers.is_empty()
            && let Some(clients) = self.watchers.get(key)
        {
            self.touched_clients.extend_from_slice(clients);
        }
        if self.journal.is_enabled() {
            self.journal.record(key, class, event);
        }
        self.told.modified(key, class, event);
    }

    /// Records a change that fails no transaction: what happens to the groups of a stream. Some have no
    /// event.
    pub fn altered(&mut self, key: &[u8], class: EventClass, event: Option<&'static str>) {
        if self.journal.is_enabled() {
            self.journal.record(key, class, event.unwrap_or_default());
        }
        if let Some(event) = event {
            self.notify(key, class, event);
        }
    }

    /// Tells of something that is no change of its own: subscribers hear of it, and nobody else.
    pub fn notify(&mut self, key: &[u8], class: EventClass, event: &'static str) {
        self.told.notify(key, class, event);
    }

    pub(super) fn notice(&mut self, classes: EventClass, notices: &Notices) {
        self.told.start(classes, notices);
    }

    pub(super) fn hide_expired(&mut self, hide: bool) {
        self.hides_expired = hide;
    }

    pub(super) fn track(&mut self, changed: Option<&Changed>) {
        self.told.track(changed);
    }

    /// Adds `changes` to the count that save points watch; a command that adds nothing is not
    /// logged or replicated.
    #[inline]
    pub fn add_dirty(&mut self, changes: u64) {
        self.dirty.set(self.dirty.get() + changes);
    }

    /// The change journal of this database.
    pub fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// Has `client` told when `key` changes.
    pub fn watch(&mut self, key: &[u8], client: u64) {
        match self.watchers.get_mut(key) {
            None => {
                self.watchers.insert(key.into(), vec![client]);
            }
            Some(clients) if !clients.contains(&client) => clients.push(client),
            Some(_) => {}
        }
    }

    /// Ends a watch.
    pub fn unwatch(&mut self, key: &[u8], client: u64) {
        if let Some(clients) = self.watchers.get_mut(key) {
            clients.retain(|&watching| watching != client);
            if clients.is_empty() {
                self.watchers.remove(key);
            }
        }
    }

    /// Clients whose watched keys changed, and forgets them.
    pub fn take_touched_clients(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.touched_clients)
    }

    /// Keys that expired or were evicted since the last call, in order.
    pub fn take_removed_unasked(&mut self) -> Vec<Box<[u8]>> {
        std::mem::take(&mut self.removed_unasked)
    }

    fn watched_keys(&self) -> Vec<Box<[u8]>> {
        self.watchers.iter().map(|(key, _)| key.clone()).collect()
    }

    /// FLUSH touches the watched keys that exist; SWAPDB also those that exist on the other side.
    fn touch_all_watched(&mut self, other: Option<&Database>) {
        for (key, clients) in self.watchers.iter() {
            let exists = self.records.contains(key)
                || other.is_some_and(|other| other.records.contains(key));
            if exists {
                self.touched_clients.extend_from_slice(clients);
            }
        }
    }
}

/// The accessors of one collection type: read, write, create.
macro_rules! collection {
    ($kind:ident, $type:ty, $read:ident, $write:ident, $create:ident) => {
        impl Database {
            #[doc = concat!("The ", stringify!($kind), " of `key`, for reading; counts a hit or a miss.")]
            ///
            /// # Errors
            /// WRONGTYPE.
            pub fn $read(&mut self, key: &[u8]) -> Result<Option<&$type>, ReplyError> {
                match self.read(key) {
                    None => Ok(None),
                    Some(ValueRef::$kind(value)) => Ok(Some(value)),
                    Some(_) => Err(WRONG_TYPE),
                }
            }

            #[doc = concat!("The ", stringify!($kind), " of `key`, to change.")]
            ///
            /// # Errors
            /// WRONGTYPE.
            pub fn $write(&mut self, key: &[u8]) -> Result<Option<&mut $type>, ReplyError> {
                match self.write(key)? {
                    None => Ok(None),
                    Some(Value::$kind(value)) => Ok(Some(value)),
                    Some(_) => Err(WRONG_TYPE),
                }
            }

            #[doc = concat!("The ", stringify!($kind), " of `key`, to change; an empty one is created.")]
            /// Follow with [`Database::deleted_if_empty`] if it may stay empty.
            ///
            /// # Errors
            /// WRONGTYPE.
            pub fn $create(&mut self, key: &[u8]) -> Result<&mut $type, ReplyError> {
                match self.write_or_insert(key, || Value::$kind(<$type>::new()))? {
                    Value::$kind(value) => Ok(value),
                    _ => Err(WRONG_TYPE),
                }
            }
        }
    };
}

collection!(List, List, read_list, write_list, list_or_create);
collection!(Hash, Hash, read_hash, write_hash, hash_or_create);
collection!(Set, Set, read_set, write_set, set_or_create);
collection!(Stream, Stream, read_stream, write_stream, stream_or_create);
collection!(
    SortedSet,
    SortedSet,
    read_sorted_set,
    write_sorted_set,
    sorted_set_or_create
);
