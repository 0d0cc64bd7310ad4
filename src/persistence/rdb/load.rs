//! A snapshot on its way into the databases, as a primary loads it.

use super::{Decoder, Item, Limits, LoadError};
use crate::keyspace::Keyspace;
use crate::types::dict::Entry;

/// Fewest bytes that a key takes in a file: type, two lengths.
const SMALLEST_KEY: u64 = 3;

/// Where loading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many more bytes must be fed before it can go on (see [`Decoder::wants`]).
    Wants(usize),
    /// The budget is used up.
    Paused,
    /// The snapshot is loaded as a whole.
    Done,
}

/// Stores what a [`Decoder`] reads. Keys whose time has come are dropped, as are empty ones, which old
/// servers wrote; both are counted.
pub struct Loader {
    /// Feed it; after the end its `rest` is what follows the snapshot.
    pub decoder: Decoder,
    size: u64,
    now_ms: i64,
    keeps_expired: bool,
    /// Whether a key that is there already is replaced, rather than taken for damage (DEBUG RELOAD MERGE).
    pub replaces: bool,
    db: usize,
    /// Keys stored.
    pub keys: u64,
    /// Keys dropped because their time had come.
    pub expired: u64,
    /// Those keys with their databases, until somebody takes them.
    pub dropped: Vec<(usize, Vec<u8>)>,
    /// Keys dropped because they were empty.
    pub empty: u64,
    /// The fields about the snapshot, as they stood there.
    pub aux: Vec<(Vec<u8>, Vec<u8>)>,
    /// The code of the libraries of functions.
    pub functions: Vec<Vec<u8>>,
}

impl Loader {
    /// Begins a snapshot of `size` bytes at `now_ms`. Expired keys stay if `keeps_expired`: those before an
    /// append-only log, whose commands may speak of them.
    pub fn new(limits: Limits, size: u64, now_ms: i64, keeps_expired: bool) -> Self {
        Loader {
            decoder: Decoder::new(limits),
            size,
            now_ms,
            keeps_expired,
            replaces: false,
            db: 0,
            keys: 0,
            expired: 0,
            dropped: Vec::new(),
            empty: 0,
            aux: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// Stores up to `budget` items of what was fed.
    ///
    /// # Errors
    /// What is wrong with the file, and where; some keys are stored by then.
    pub fn step(&mut self, keyspace: &mut Keyspace, budget: usize) -> Result<Progress, LoadError> {
        for _ in 0..budget {
            let item = self.decoder.next()?;
            let offset = self.decoder.item_offset();
            let wrong = |expected| Err(LoadError { offset, expected });
            match item {
                None => return Ok(Progress::Wants(self.decoder.wants())),
                Some(Item::Record(record)) => {
                    let due = record.expire_at().is_some_and(|at| at < self.now_ms);
                    if due && !self.keeps_expired {
                        self.expired += 1;
                        self.dropped.push((self.db, record.key().to_vec()));
                        continue;
                    }
                    let db = &mut keyspace[self.db];
                    if self.replaces {
                        db.replace(record);
                    } else if let Err(record) = db.add_new(record) {
                        let key = record.key().escape_ascii();
                        return wrong(format!("a key that was not there before, found '{key}'"));
                    }
                    self.keys += 1;
                }
                Some(Item::SelectDb(db)) => match usize::try_from(db) {
                    Ok(db) if db < keyspace.len() => self.db = db,
                    _ => {
                        let most = keyspace.len();
                        return wrong(format!("one of {most} databases, found number {db}"));
                    }
                },
                Some(Item::Resize(keys, _)) => {
                    // A hint, believed as far as the file is long enough for so many keys.
                    let keys = keys.min(self.size / SMALLEST_KEY);
                    keyspace[self.db].reserve(usize::try_from(keys).unwrap_or(0));
                }
                Some(Item::EmptyKey(_)) => self.empty += 1,
                Some(Item::Aux(name, value)) => self.aux.push((name, value)),
                Some(Item::Function(code)) => self.functions.push(code),
                Some(Item::End) => return Ok(Progress::Done),
            }
        }
        Ok(Progress::Paused)
    }
}
