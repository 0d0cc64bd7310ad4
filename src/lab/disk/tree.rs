//! Names and what they name, as everybody sees them at this moment.

use super::content::{Content, PIECE};
use crate::disk::DiskError;
use crate::map::SortedMap;

/// A file or folder. The name is not part of it.
#[derive(Clone)]
pub struct Node {
    pub content: Content,
    pub is_directory: bool,
    pub modified_ms: i64,
    /// So many bytes at the front are in the store once the batch under way has succeeded.
    pub clean: u64,
    /// So many bytes at the front are in the store.
    pub durable: u64,
    /// The length that the store knows, once the batch under way has succeeded. More than `clean`
    /// when the file was cut off since.
    pub stored_len: u64,
    /// When the oldest byte was written that is in no batch yet.
    pub dirty_since: Option<i64>,
    /// The same of what the batch under way holds.
    pub sent_since: Option<i64>,
}

impl Node {
    pub fn new(is_directory: bool, modified_ms: i64) -> Self {
        Node {
            content: Content::default(),
            is_directory,
            modified_ms,
            clean: 0,
            durable: 0,
            stored_len: 0,
            dirty_since: None,
            sent_since: None,
        }
    }

    /// Whether the store knows something else, or will when the batch under way has succeeded.
    pub fn is_dirty(&self) -> bool {
        self.clean < self.content.len() || self.stored_len > self.clean
    }
}

/// All names, absolute, and the nodes they stand for.
#[derive(Clone, Default)]
pub struct Tree {
    pub names: SortedMap<String, u64>,
    pub nodes: SortedMap<u64, Node>,
    /// Bytes of all files.
    pub bytes: u64,
    /// Bytes of records that hold pieces nobody needs any more.
    pub dead: u64,
}

/// Longest name, as on ext4.
const MAX_NAME: usize = 255;
/// Longest path, as on Linux.
const MAX_PATH: usize = 4096;

fn parent(path: &str) -> Result<&str, DiskError> {
    let (parent, name) = path.rsplit_once('/').ok_or(DiskError::Invalid)?;
    if name.is_empty() {
        return Err(DiskError::IsDirectory);
    }
    if name.len() > MAX_NAME || path.len() > MAX_PATH {
        return Err(DiskError::Failed("File name too long".into()));
    }
    Ok(if parent.is_empty() { "/" } else { parent })
}

/// What every name below the folder `path` begins with.
fn prefix(path: &str) -> String {
    let mut prefix = path.trim_end_matches('/').to_string();
    prefix.push('/');
    prefix
}

impl Tree {
    pub fn find(&self, path: &str) -> Result<(u64, &Node), DiskError> {
        let id = *self.names.get(path).ok_or(DiskError::NotFound)?;
        let node = self.nodes.get(&id).ok_or(DiskError::NotFound)?;
        Ok((id, node))
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Result<(u64, &Node), DiskError> {
        match self.find(path)? {
            (_, node) if node.is_directory => Err(DiskError::IsDirectory),
            found => Ok(found),
        }
    }

    /// Names below the folder `path`, relative to it, in order.
    pub fn below<'a>(&'a self, path: &str) -> impl Iterator<Item = (&'a str, u64)> {
        let prefix = prefix(path);
        let from = self.names.range_from(prefix.as_str());
        from.take_while(move |(name, _)| name.starts_with(&prefix))
            .map({
                let start = path.trim_end_matches('/').len() + 1;
                move |(name, id)| (&name[start..], *id)
            })
            .filter(|(name, _)| !name.is_empty())
    }

    fn check_parent(&self, path: &str) -> Result<(), DiskError> {
        let (_, folder) = self.find(parent(path)?)?;
        if folder.is_directory {
            Ok(())
        } else {
            Err(DiskError::NotDirectory)
        }
    }

    /// Adds a node that is not there yet.
    pub fn add(&mut self, path: &str, id: u64, node: Node) -> Result<(), DiskError> {
        if path != "/" {
            self.check_parent(path)?;
        }
        if self.names.contains_key(path) {
            return Err(DiskError::Exists);
        }
        self.names.insert(path.to_string(), id);
        self.nodes.insert(id, node);
        Ok(())
    }

    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.check_parent(to)?;
        let (id, node) = self.find(from)?;
        let is_directory = node.is_directory;
        if from == to {
            return Ok(());
        }
        if is_directory && to.starts_with(&prefix(from)) {
            return Err(DiskError::Invalid);
        }
        if let Ok((_, target)) = self.find(to) {
            if target.is_directory {
                return Err(DiskError::IsDirectory);
            }
            if is_directory {
                return Err(DiskError::NotDirectory);
            }
            self.forget(to);
        }
        if is_directory {
            let below: Vec<String> = self.below(from).map(|(name, _)| name.to_string()).collect();
            for name in below {
                if let Some(id) = self.names.remove(&format!("{from}/{name}")) {
                    self.names.insert(format!("{to}/{name}"), id);
                }
            }
        }
        self.names.remove(from);
        self.names.insert(to.to_string(), id);
        Ok(())
    }

    pub fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        self.find(path)?;
        if path == "/" {
            return Err(DiskError::Denied);
        }
        if self.below(path).next().is_some() {
            return Err(DiskError::NotEmpty);
        }
        self.forget(path);
        Ok(())
    }

    fn forget(&mut self, path: &str) {
        let Some(mut node) = self
            .names
            .remove(path)
            .and_then(|id| self.nodes.remove(&id))
        else {
            return;
        };
        self.bytes -= node.content.len();
        let dead = &mut self.dead;
        node.content.truncate(0, |_| *dead += PIECE as u64);
    }

    /// Appends to a file.
    pub fn append(&mut self, id: u64, bytes: &[u8], now_ms: i64) -> Result<(), DiskError> {
        let node = self.nodes.get_mut(&id).ok_or(DiskError::NotFound)?;
        if !bytes.is_empty() {
            node.content.append(bytes);
            node.modified_ms = now_ms;
            node.dirty_since.get_or_insert(now_ms);
            self.bytes += bytes.len() as u64;
        }
        Ok(())
    }

    /// Appends a whole piece that the record `key` holds; whether it could be.
    pub fn append_piece(&mut self, id: u64, bytes: Vec<u8>, key: u64) -> bool {
        let len = bytes.len() as u64;
        let node = self.nodes.get_mut(&id);
        let done = node.is_some_and(|node| node.content.append_piece(bytes, key));
        self.bytes += len * u64::from(done);
        done
    }

    /// Cuts a file off at `len`.
    pub fn truncate(&mut self, id: u64, len: u64, now_ms: i64) -> Result<(), DiskError> {
        let node = self.nodes.get_mut(&id).ok_or(DiskError::NotFound)?;
        let before = node.content.len();
        if len > before {
            return Err(DiskError::Invalid);
        }
        if len < before {
            let dead = &mut self.dead;
            node.content.truncate(len, |_| *dead += PIECE as u64);
            node.clean = node.clean.min(len);
            node.durable = node.durable.min(len);
            node.modified_ms = now_ms;
            node.dirty_since.get_or_insert(now_ms);
            self.bytes -= before - len;
        }
        Ok(())
    }

    /// The path of a node.
    pub fn path(&self, id: u64) -> Option<String> {
        let named = self.names.iter().find(|(_, named)| **named == id);
        named.map(|(path, _)| path.clone())
    }
}
