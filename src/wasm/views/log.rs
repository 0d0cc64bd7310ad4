//! A window into the commands of an AOF file.

use crate::disk::{Disk, DiskError};
use crate::instance::{Config, Instance};
use crate::lab::disk::LabDisk;
use crate::lab::log_index::{Kind, LogIndex};
use crate::map::SortedMap;
use crate::persistence::rdb::{Decoder, Item, Limits};

/// Bytes of a file that are read for one update.
const BUDGET: u64 = 1024 * 1024;

/// Bytes of a snapshot that are read at a time.
const CHUNK: usize = 64 * 1024;

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct LogEntry {
    /// Where it begins in the file.
    pub at: f64,
    /// How long it is.
    pub length: f64,
    /// `command`, `rdb` or `note`.
    pub kind: &'static str,
    /// What it says.
    pub text: String,
    /// Whether it would survive a power cut.
    pub synced: bool,
}

/// What a log shows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct LogUpdate {
    /// `ok`, `missing` or `damaged`.
    pub state: &'static str,
    /// What is wrong, and where.
    #[cfg_attr(target_arch = "wasm32", serde(skip_serializing_if = "Option::is_none"))]
    pub message: Option<String>,
    /// Entries in the file, of what has been read of it.
    pub total: usize,
    /// Number of the first entry shown.
    pub offset: usize,
    /// The entries.
    pub entries: Vec<LogEntry>,
}

/// The snapshot that a file begins with.
struct Head {
    decoder: Decoder,
    /// Bytes fed.
    read: u64,
    keys: u64,
    /// Its length, once that is known.
    len: Option<u64>,
    message: Option<String>,
}

/// What is known of one file.
struct Log {
    head: Option<Head>,
    index: LogIndex,
    has_more: bool,
}

/// The files that are shown, as far as they have been read.
#[derive(Default)]
pub struct Logs(SortedMap<String, Log>);

impl Logs {
    /// Forgets all files but these.
    pub fn keep<'a>(&mut self, paths: impl Iterator<Item = &'a str>) {
        let paths: Vec<&str> = paths.collect();
        self.0.retain(|path, _| paths.contains(&path.as_str()));
    }

    /// Whether the last update did not come to the end of the file.
    pub fn has_more(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|log| log.has_more)
    }

    /// Reads on, for a while, and shows the entries from `offset` on (from the end when
    /// negative), at most `limit`.
    pub fn update(&mut self, disk: &LabDisk, path: &str, offset: i64, limit: usize) -> LogUpdate {
        let update = self.try_update(disk, path, offset, limit);
        update.unwrap_or_else(|error| {
            self.0.remove(path);
            let message = (error != DiskError::NotFound).then(|| error.to_string());
            LogUpdate {
                state: "missing",
                message,
                total: 0,
                offset: 0,
                entries: Vec::new(),
            }
        })
    }

    fn try_update(
        &mut self,
        disk: &LabDisk,
        path: &str,
        offset: i64,
        limit: usize,
    ) -> Result<LogUpdate, DiskError> {
        let log = match self.0.get_mut(path) {
            Some(log) => log,
            None => {
                let log = Log::open(disk, path)?;
                self.0.insert(path.to_string(), log);
                self.0.get_mut(path).ok_or(DiskError::NotFound)?
            }
        };
        log.has_more = !log.advance(disk, path)?;
        let heads = usize::from(log.head.is_some());
        let total = heads + log.index.total();
        let from_end = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        let offset = match offset < 0 {
            true => total.saturating_sub(from_end),
            false => from_end.min(total),
        };
        let durable = disk.file(path).map_or(0, |file| file.durable);
        let mut entries = Vec::new();
        if let Some(head) = log.head.as_ref().filter(|_| offset == 0 && limit > 0) {
            let length = head.len.unwrap_or(head.read);
            entries.push(LogEntry {
                at: 0.0,
                length: length as f64,
                kind: "rdb",
                text: format!("{} keys", head.keys),
                synced: length <= durable,
            });
        }
        let left = limit - entries.len();
        let first = offset.saturating_sub(heads);
        let rest = log.index.entries(disk, path, first, left)?;
        entries.extend(rest.into_iter().map(|entry| LogEntry {
            at: entry.at as f64,
            length: entry.len as f64,
            kind: match entry.kind {
                Kind::Command => "command",
                Kind::Note => "note",
            },
            text: entry.text,
            synced: entry.at + entry.len <= durable,
        }));
        let damage = log.index.damage();
        let damage = damage.map(|it| format!("at offset {}: {}", it.at, it.what));
        let message = log.head.as_ref().and_then(|head| head.message.clone());
        let message = message.or(damage);
        Ok(LogUpdate {
            state: if message.is_some() { "damaged" } else { "ok" },
            message,
            total,
            offset,
            entries,
        })
    }
}

impl Log {
    fn open(disk: &LabDisk, path: &str) -> Result<Self, DiskError> {
        let mut magic = Vec::new();
        disk.read(path, 0, 5, &mut magic)?;
        let head = (magic == b"REDIS").then(|| {
            // How values are stored does not show; nothing of them is kept.
            let instance = Instance::new(Config::default(), 0, 0, 0);
            Head {
                decoder: Decoder::new(Limits::of(&instance)),
                read: 0,
                keys: 0,
                len: None,
                message: None,
            }
        });
        Ok(Log {
            head,
            index: LogIndex::new(0),
            has_more: true,
        })
    }

    /// Reads on; `true` when there is nothing more to read.
    fn advance(&mut self, disk: &LabDisk, path: &str) -> Result<bool, DiskError> {
        let size = disk.metadata(path)?.len;
        let is_another = self.head.as_ref().is_some_and(|head| size < head.read);
        if is_another {
            *self = Log::open(disk, path)?;
        }
        if let Some(head) = &mut self.head {
            if head.len.is_none() {
                head.advance(disk, path, size)?;
                if let Some(len) = head.len {
                    self.index = LogIndex::new(len);
                }
            }
            if head.len.is_none() {
                return Ok(head.message.is_some());
            }
        }
        self.index.advance(disk, path, BUDGET)
    }
}

impl Head {
    fn advance(&mut self, disk: &LabDisk, path: &str, size: u64) -> Result<(), DiskError> {
        self.message = None;
        let stop = self.read + BUDGET;
        let mut chunk = Vec::new();
        loop {
            match self.decoder.next() {
                Ok(Some(Item::Record(_))) => self.keys += 1,
                Ok(Some(Item::End)) => {
                    self.len = Some(self.decoder.offset());
                    return Ok(());
                }
                Ok(Some(_)) => {}
                Ok(None) if self.read >= size => {
                    self.message = Some(self.decoder.truncated().to_string());
                    return Ok(());
                }
                Ok(None) if self.read >= stop => return Ok(()),
                Ok(None) => {
                    chunk.clear();
                    self.read += disk.read(path, self.read, CHUNK, &mut chunk)? as u64;
                    self.decoder.feed(&chunk);
                }
                Err(error) => {
                    self.message = Some(error.to_string());
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persistence::rdb::{Usage, WriteOptions, Writer};

    const PATH: &str = "/tmp/log";

    fn disk(bytes: &[u8]) -> LabDisk {
        let mut disk = LabDisk::new();
        disk.create(PATH).unwrap();
        disk.append(PATH, bytes).unwrap();
        disk
    }

    #[test]
    fn a_window_counts_from_either_end() {
        let mut log = b"#TS:1700000000\r\n".to_vec();
        for number in 0..300 {
            log.extend(format!("*2\r\n$3\r\nGET\r\n$3\r\n{number:03}\r\n").into_bytes());
        }
        let disk = disk(&log);
        let mut logs = Logs::default();
        let update = logs.update(&disk, PATH, -2, 100);
        assert_eq!(
            (update.state, update.total, update.offset),
            ("ok", 301, 299)
        );
        assert_eq!(update.entries[1].text, "GET 299");
        assert!(!update.entries[1].synced);
        let update = logs.update(&disk, PATH, 0, 2);
        assert_eq!(
            (update.entries[0].kind, update.entries[1].at),
            ("note", 16.0)
        );
        let batch = {
            disk.flush_all();
            disk.take_batch().unwrap()
        };
        disk.committed(batch.id);
        assert!(logs.update(&disk, PATH, 0, 2).entries[1].synced);
        assert_eq!(logs.update(&disk, "/none", 0, 2).state, "missing");
        logs.keep(["/other"].into_iter());
        assert!(logs.0.is_empty());
    }

    #[test]
    fn a_snapshot_in_front_is_one_entry() {
        let options = WriteOptions {
            compress: true,
            checksum: true,
            usage: Usage::None,
        };
        let mut writer = Writer::new(options, &[]);
        writer.finish();
        let mut bytes = writer.pending();
        let snapshot = bytes.len() as f64;
        bytes.extend(b"*1\r\n$8\r\nFLUSHALL\r\n*1\r\n$4\r\nPI");
        let disk = disk(&bytes);
        let update = Logs::default().update(&disk, PATH, 0, 10);
        assert_eq!((update.state, update.total), ("damaged", 2));
        assert_eq!(update.entries[0].kind, "rdb");
        assert_eq!(update.entries[0].length, snapshot);
        assert_eq!(update.entries[1].text, "FLUSHALL");
        assert!(
            update
                .message
                .unwrap()
                .contains("in the middle of a command")
        );
    }
}
