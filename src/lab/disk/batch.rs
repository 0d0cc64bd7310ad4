//! What goes to the store in one transaction.

use super::PIECE;
use super::cache::{Cache, Flight, Log};
use super::record::{self, Kind, Operation};

/// Length at which a record of the log is closed and the next begun.
const RECORD: usize = 4 * PIECE;
/// Bytes of log and of pieces that nobody needs, beyond which the log is written anew. What it has of
/// files goes into pieces then, in the same batch, so that this is also how long a batch gets.
const MAX_WASTE: u64 = 4 * PIECE as u64;
/// Records of the log beyond which it is written anew: opening reads them one by one.
const MAX_RECORDS: usize = 256;

/// What the store is to do in one transaction: deletes first, then puts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Names it in the answer.
    pub id: u64,
    /// Keys to delete, each from the first to the last inclusive.
    pub deletes: Vec<(u64, u64)>,
    /// Records to put, replacing what is there.
    pub puts: Vec<(u64, Vec<u8>)>,
}

/// Writes operations into records.
struct Writer<'a> {
    next_key: &'a mut u64,
    log: Log,
    /// Key of the first record written.
    first: u64,
    body: Vec<u8>,
    puts: Vec<(u64, Vec<u8>)>,
}

impl Writer<'_> {
    fn key(&mut self) -> u64 {
        let key = *self.next_key;
        *self.next_key += 1;
        key
    }

    fn operation(&mut self, operation: &Operation) {
        if self.body.is_empty() {
            self.body.extend_from_slice(&self.log.last.to_le_bytes());
        }
        record::put_operation(&mut self.body, operation);
    }

    /// Ends the record if it is long, or there is nothing to come. Answers whether it did.
    fn close(&mut self, longer_than: usize) -> bool {
        if self.body.len() <= longer_than {
            return false;
        }
        let key = self.key();
        let body = std::mem::take(&mut self.body);
        let sealed = record::seal(key, Kind::Log, body);
        if self.first == 0 {
            self.first = key;
        }
        self.log.last = key;
        self.log.records += 1;
        self.log.bytes += sealed.len() as u64;
        self.puts.push((key, sealed));
        true
    }
}

impl Cache {
    /// What is to go to the store now, if anything is. There is one batch at a time: none before
    /// the last was answered for.
    pub fn take_batch(&mut self) -> Option<Batch> {
        if self.flight.is_some() || !self.due {
            return None;
        }
        self.due = false;
        let wanted = std::mem::take(&mut self.wanted);
        let nodes = &self.tree.nodes;
        let has_content = wanted
            .keys()
            .any(|id| nodes.get(id).is_some_and(|node| node.is_dirty()));
        if !has_content && self.operations.is_empty() && !self.rewrite {
            self.tickets.done(self.tickets.last());
            return None;
        }
        let waste = self.log.bytes + self.tree.dead;
        let rewrite = self.rewrite || self.log.records >= MAX_RECORDS || waste > MAX_WASTE;
        self.rewrite = false;
        let mut flight = Flight {
            id: self.next_batch,
            ticket: self.tickets.last(),
            operations: std::mem::take(&mut self.operations),
            operations_since: self.operations_since.take(),
            files: Vec::new(),
            pieces: Vec::new(),
            log_before: self.log,
            dead: 0,
        };
        self.next_batch += 1;
        let mut deletes = Vec::new();
        if rewrite {
            deletes = self.unneeded();
            flight.dead = std::mem::take(&mut self.tree.dead);
        }
        let mut writer = Writer {
            next_key: &mut self.next_key,
            log: if rewrite { Log::default() } else { self.log },
            first: 0,
            body: Vec::new(),
            puts: Vec::new(),
        };
        let files: Vec<u64> = if rewrite {
            for (path, id) in self.tree.names.iter() {
                let Some(node) = self.tree.nodes.get(id).filter(|_| path != "/") else {
                    continue;
                };
                writer.operation(&Operation::Create {
                    id: *id,
                    is_directory: node.is_directory,
                    modified_ms: node.modified_ms,
                    path: path.clone(),
                });
                writer.close(RECORD);
            }
            self.tree.nodes.keys().copied().collect()
        } else {
            for operation in &flight.operations {
                writer.operation(operation);
                writer.close(RECORD);
            }
            wanted.keys().copied().collect()
        };
        for id in files {
            let Some(node) = self.tree.nodes.get_mut(&id) else {
                continue;
            };
            // A file that was cut off is not in memory as the store has it, so the log written
            // anew has it as it is now. Of others it has what the store has.
            let is_dirty = node.is_dirty();
            let asked = wanted.get(&id).copied();
            let sends = is_dirty && (asked.is_some() || node.stored_len > node.clean);
            let len = match asked {
                Some(asked) => node.content.len().min(asked).max(node.clean),
                None => node.content.len(),
            };
            let end = if sends { len } else { node.clean } as usize;
            let mut at = if rewrite { 0 } else { node.clean as usize };
            if !sends && at == end {
                continue;
            }
            let modified_ms = node.modified_ms;
            let file = |at: usize| Operation::File {
                id,
                len: at as u64,
                modified_ms,
            };
            writer.operation(&file(at));
            while at < end {
                if writer.close(RECORD) {
                    writer.operation(&file(at));
                }
                let index = at / PIECE;
                let slice = node.content.slice(at, end);
                let len = slice.len();
                if len < PIECE {
                    record::put_append(&mut writer.body, slice);
                } else {
                    let mut key = node.content.key(index);
                    if key == 0 {
                        key = writer.key();
                        let sealed = record::seal(key, Kind::Piece, slice.to_vec());
                        writer.puts.push((key, sealed));
                        node.content.set_key(index, key);
                        flight.pieces.push((id, index, key));
                    }
                    writer.operation(&Operation::Piece(key));
                }
                at += len.max(1);
            }
            writer.close(RECORD);
            if sends {
                flight.files.push((id, node.stored_len));
                node.clean = len;
                node.stored_len = len;
                node.sent_since = node.dirty_since;
                if len == node.content.len() {
                    node.dirty_since = None;
                }
            }
        }
        if rewrite && writer.log.records == 0 && writer.body.is_empty() {
            writer
                .body
                .extend_from_slice(&writer.log.last.to_le_bytes());
        }
        writer.close(0);
        let (mut puts, first) = (writer.puts, writer.first);
        self.log = writer.log;
        if rewrite {
            puts.push((0, record::header(first)));
        }
        let id = flight.id;
        self.flight = Some(flight);
        Some(Batch { id, deletes, puts })
    }

    /// Keys of all records that hold nothing a file needs, up to the last that was ever given.
    fn unneeded(&self) -> Vec<(u64, u64)> {
        let nodes = self.tree.nodes.values();
        let mut needed: Vec<u64> = nodes.flat_map(|node| node.content.keys()).collect();
        needed.push(self.next_key);
        needed.sort_unstable();
        let mut ranges = Vec::new();
        let mut from = 1;
        for key in needed {
            if from < key {
                ranges.push((from, key - 1));
            }
            from = key + 1;
        }
        ranges
    }
}
