//! A disk from what is stored.

use super::cache::Cache;
use super::record::{self, Kind, OpenError, Operation, Operations};
use super::tree::Node;
use crate::map::SortedMap;

/// Pieces of files by their keys, until a file has taken them.
type Pieces = SortedMap<u64, Option<Vec<u8>>>;

fn damaged(key: u64, what: &'static str) -> OpenError {
    OpenError::Damaged {
        key,
        what,
        path: None,
    }
}

impl Cache {
    /// Runs the log in `records`, which hold at least a header.
    pub fn open(records: Vec<(u64, Vec<u8>)>) -> Result<Cache, OpenError> {
        let mut stored = SortedMap::new();
        for (key, bytes) in records {
            stored.insert(key, bytes);
        }
        let header = stored.remove(&0).ok_or(damaged(0, "is missing"))?;
        let first = record::read_header(&header)?;
        let last_key = stored.keys().next_back().map_or(0, |key| *key);
        let mut cache = Cache::new();
        cache.rewrite = false;
        cache.due = false;
        cache.next_key = last_key + 1;
        let mut pieces = Pieces::new();
        let mut log = Vec::new();
        for (key, mut bytes) in stored {
            let (kind, len) = record::unseal(key, &bytes).map_err(|what| damaged(key, what))?;
            cache.log.bytes += (bytes.len() as u64) * u64::from(kind == Kind::Log);
            bytes.truncate(len);
            match kind {
                Kind::Piece => {
                    pieces.insert(key, Some(bytes));
                }
                // What was written before the log began anew is not part of it.
                Kind::Log if key < first => {}
                Kind::Log => log.push((key, bytes)),
            }
        }
        if log.first().is_none_or(|(key, _)| *key != first) {
            return Err(damaged(first, "is missing"));
        }
        for (key, bytes) in log {
            let damaged = |what| damaged(key, what);
            let (before, body) = bytes
                .split_first_chunk::<8>()
                .ok_or_else(|| damaged("is too short"))?;
            let before = u64::from_le_bytes(*before);
            if before != cache.log.last {
                return Err(match before {
                    0 => damaged("begins a log where one goes on"),
                    before => OpenError::Damaged {
                        key: before,
                        what: "is missing",
                        path: None,
                    },
                });
            }
            cache.log.last = key;
            cache.log.records += 1;
            cache.run(key, Operations(body), &mut pieces)?;
        }
        for node in cache.tree.nodes.values_mut() {
            let len = node.content.len();
            (node.clean, node.durable, node.stored_len) = (len, len, len);
            node.dirty_since = None;
        }
        let dead = pieces.values().flatten();
        cache.tree.dead += dead.map(|piece| piece.len() as u64).sum::<u64>();
        Ok(cache)
    }

    fn run(
        &mut self,
        key: u64,
        mut operations: Operations<'_>,
        pieces: &mut Pieces,
    ) -> Result<(), OpenError> {
        let mut current = 0;
        while let Some(operation) = operations.next() {
            let operation = operation.map_err(|()| damaged(key, "cannot be read"))?;
            let done = match operation {
                Operation::Create {
                    id,
                    is_directory,
                    modified_ms,
                    path,
                } => {
                    self.next_node = self.next_node.max(id.saturating_add(1));
                    let is_new = !self.tree.nodes.contains_key(&id);
                    is_new
                        && self
                            .tree
                            .add(&path, id, Node::new(is_directory, modified_ms))
                            .is_ok()
                }
                Operation::Rename { from, to } => self.tree.rename(&from, &to).is_ok(),
                Operation::Remove { path } => self.tree.remove(&path).is_ok(),
                Operation::File {
                    id,
                    len,
                    modified_ms,
                } => {
                    current = id;
                    let done = self.tree.truncate(id, len, modified_ms).is_ok();
                    if let Some(node) = self.tree.nodes.get_mut(&id) {
                        node.modified_ms = modified_ms;
                    }
                    done
                }
                Operation::Append(bytes) => {
                    let modified_ms = self
                        .tree
                        .nodes
                        .get(&current)
                        .map_or(0, |node| node.modified_ms);
                    self.tree.append(current, &bytes, modified_ms).is_ok()
                }
                Operation::Piece(at) => {
                    let Some(bytes) = pieces.get_mut(&at).and_then(Option::take) else {
                        return Err(OpenError::Damaged {
                            key: at,
                            what: "is missing",
                            path: self.tree.path(current),
                        });
                    };
                    self.tree.append_piece(current, bytes, at)
                }
            };
            if !done {
                return Err(damaged(key, "does not fit what is before it"));
            }
        }
        Ok(())
    }
}
