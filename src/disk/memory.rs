//! A disk that forgets: everything is in memory, and a sync is through at once.

use super::{Disk, DiskError, Metadata, SyncOutcome, Ticket};
use crate::map::SortedMap;

enum Node {
    Directory,
    File(Vec<u8>),
}

/// Files in memory, for servers that nobody gave a disk, and for tests.
pub struct MemoryDisk {
    nodes: SortedMap<String, Node>,
    syncs: u64,
}

impl Default for MemoryDisk {
    fn default() -> Self {
        let mut nodes = SortedMap::new();
        nodes.insert("/".to_string(), Node::Directory);
        MemoryDisk { nodes, syncs: 0 }
    }
}

impl MemoryDisk {
    /// A disk that takes no memory yet; not even the root folder exists.
    pub(super) fn bare() -> Self {
        MemoryDisk {
            nodes: SortedMap::new(),
            syncs: 0,
        }
    }

    /// An empty disk with these folders and the ones above them.
    pub fn with_directories(paths: &[&str]) -> Self {
        let mut disk = MemoryDisk::default();
        for path in paths {
            for (at, _) in path.match_indices('/').skip(1) {
                disk.nodes.insert(path[..at].to_string(), Node::Directory);
            }
            disk.nodes.insert((*path).to_string(), Node::Directory);
        }
        disk
    }

    fn parent_exists(&self, path: &str) -> Result<(), DiskError> {
        let (parent, name) = path.rsplit_once('/').ok_or(DiskError::Invalid)?;
        if name.is_empty() {
            return Err(DiskError::IsDirectory);
        }
        let parent = if parent.is_empty() { "/" } else { parent };
        match self.nodes.get(parent) {
            Some(Node::Directory) => Ok(()),
            Some(Node::File(_)) => Err(DiskError::NotDirectory),
            None => Err(DiskError::NotFound),
        }
    }

    fn file(&self, path: &str) -> Result<&Vec<u8>, DiskError> {
        match self.nodes.get(path) {
            Some(Node::File(bytes)) => Ok(bytes),
            Some(Node::Directory) => Err(DiskError::IsDirectory),
            None => Err(DiskError::NotFound),
        }
    }

    fn file_mut(&mut self, path: &str) -> Result<&mut Vec<u8>, DiskError> {
        match self.nodes.get_mut(path) {
            Some(Node::File(bytes)) => Ok(bytes),
            Some(Node::Directory) => Err(DiskError::IsDirectory),
            None => Err(DiskError::NotFound),
        }
    }

    fn children<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a str> {
        let prefix = if path == "/" {
            "/".to_string()
        } else {
            format!("{path}/")
        };
        self.nodes
            .keys()
            .filter_map(move |name| {
                let start = prefix.len();
                name.starts_with(&prefix).then(|| &name[start..])
            })
            .filter(|name| !name.is_empty())
    }
}

impl Disk for MemoryDisk {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> {
        let (len, is_directory) = match self.nodes.get(path) {
            Some(Node::File(bytes)) => (bytes.len() as u64, false),
            Some(Node::Directory) => (0, true),
            None => return Err(DiskError::NotFound),
        };
        Ok(Metadata {
            len,
            is_directory,
            modified_ms: 0,
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> {
        match self.nodes.get(path) {
            Some(Node::Directory) => {}
            Some(Node::File(_)) => return Err(DiskError::NotDirectory),
            None => return Err(DiskError::NotFound),
        }
        let direct = self.children(path).filter(|name| !name.contains('/'));
        Ok(direct.map(str::to_string).collect())
    }

    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError> {
        let bytes = self.file(path)?;
        let start = usize::try_from(offset).map_or(bytes.len(), |at| at.min(bytes.len()));
        let end = start.saturating_add(len).min(bytes.len());
        into.extend_from_slice(&bytes[start..end]);
        Ok(end - start)
    }

    fn create(&mut self, path: &str) -> Result<(), DiskError> {
        self.parent_exists(path)?;
        if let Some(Node::Directory) = self.nodes.get(path) {
            return Err(DiskError::IsDirectory);
        }
        self.nodes.insert(path.to_string(), Node::File(Vec::new()));
        Ok(())
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.file_mut(path)?.extend_from_slice(bytes);
        Ok(())
    }

    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        let bytes = self.file_mut(path)?;
        match usize::try_from(len) {
            Ok(len) if len <= bytes.len() => bytes.truncate(len),
            _ => return Err(DiskError::Invalid),
        }
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.parent_exists(to)?;
        if let Some(Node::Directory) = self.nodes.get(to) {
            return Err(DiskError::IsDirectory);
        }
        let node = self.nodes.remove(from).ok_or(DiskError::NotFound)?;
        if let Node::Directory = node {
            let below: Vec<String> = self.children(from).map(str::to_string).collect();
            for name in below {
                if let Some(child) = self.nodes.remove(&format!("{from}/{name}")) {
                    self.nodes.insert(format!("{to}/{name}"), child);
                }
            }
        }
        self.nodes.insert(to.to_string(), node);
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        if self.children(path).next().is_some() {
            return Err(DiskError::NotEmpty);
        }
        self.nodes.remove(path).ok_or(DiskError::NotFound)?;
        Ok(())
    }

    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> {
        self.parent_exists(path)?;
        if self.nodes.contains_key(path) {
            return Err(DiskError::Exists);
        }
        self.nodes.insert(path.to_string(), Node::Directory);
        Ok(())
    }

    fn sync(&mut self, _path: &str) -> Ticket {
        self.syncs += 1;
        Ticket(self.syncs)
    }

    fn outcome(&self, _ticket: Ticket) -> SyncOutcome {
        SyncOutcome::Durable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_read_renamed_and_removed() {
        let mut disk = MemoryDisk::with_directories(&["/var/lib/redis"]);
        assert_eq!(
            disk.append("/var/lib/redis/a", b"x"),
            Err(DiskError::NotFound)
        );
        disk.create("/var/lib/redis/a").unwrap();
        disk.append("/var/lib/redis/a", b"hello").unwrap();
        disk.truncate("/var/lib/redis/a", 4).unwrap();
        disk.rename("/var/lib/redis/a", "/var/lib/redis/b").unwrap();
        let mut bytes = Vec::new();
        assert_eq!(disk.read("/var/lib/redis/b", 1, 9, &mut bytes), Ok(3));
        assert_eq!(bytes, b"ell");
        assert_eq!(disk.list("/var/lib/redis").unwrap(), ["b"]);
        assert_eq!(disk.remove("/var/lib"), Err(DiskError::NotEmpty));
        disk.rename("/var/lib", "/lib").unwrap();
        assert_eq!(disk.metadata("/lib/redis/b").unwrap().len, 4);
        disk.remove("/lib/redis/b").unwrap();
        assert_eq!(disk.create("/nowhere/b"), Err(DiskError::NotFound));
        assert_eq!(disk.list("/").unwrap(), ["lib", "var"]);
    }
}
