//! An AOF file as a list of commands, without reading it again each time it has grown.
//!
//! The index remembers where every 128th entry begins and what stood before the place it has come
//! to. It reads on from there, as much at a time as the caller likes; a window into the list reads
//! no more than the window and the way from the mark before it.

use crate::cli::format::write_argument;
use crate::disk::{Disk, DiskError};
use crate::types::numbers::parse_i64;
use memchr::memchr;

/// Entries between two marks.
const STRIDE: usize = 128;

/// Bytes read from the disk at a time.
const CHUNK: usize = 64 * 1024;

/// Longest `*…`, `$…` or annotation line.
const MAX_LINE: usize = 1024;

/// Bytes of one argument, and of all, that are shown.
const SHOWN_ARGUMENT: usize = 64;
const SHOWN: usize = 256;

/// Bytes before the place reached that tell whether the file is still the same.
const TAIL: usize = 32;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A command.
    Command,
    /// A line that begins with `#`, such as the time.
    Note,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it begins.
    pub at: u64,
    /// Its length in bytes.
    pub len: u64,
    /// What it is.
    pub kind: Kind,
    /// A command as redis-cli would quote it, cut to size.
    pub text: String,
}

/// Why the list ends before the file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Offset of the entry that is none.
    pub at: u64,
    /// What is wrong.
    pub what: &'static str,
}

/// Where the entries of one file begin.
#[derive(Debug, Default)]
pub struct LogIndex {
    /// Where the first entry begins: behind an RDB preamble.
    start: u64,
    /// Entries found.
    total: usize,
    /// Where the next entry begins, or will.
    end: u64,
    /// Where the entries 0, 128, 256 … begin.
    marks: Vec<u64>,
    /// The bytes before `end`.
    tail: Vec<u8>,
    damage: Option<Damage>,
}

impl LogIndex {
    /// The index of a file whose entries begin at `start`.
    pub fn new(start: u64) -> Self {
        LogIndex {
            start,
            end: start,
            ..LogIndex::default()
        }
    }

    /// Entries found so far.
    pub fn total(&self) -> usize {
        self.total
    }

    /// What ends the list early, if anything does.
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// Reads on, for about `budget` bytes; `true` when the end of the file has been reached. A
    /// file that is shorter than it was, or another one, is begun anew.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn advance(&mut self, disk: &dyn Disk, path: &str, budget: u64) -> Result<bool, DiskError> {
        let mut file = File::open(disk, path)?;
        let tail_at = self.end.saturating_sub(self.tail.len() as u64);
        if file.len < self.end || file.bytes(tail_at, self.tail.len())? != self.tail {
            *self = LogIndex::new(self.start);
        }
        self.damage = None;
        let stop = self.end.saturating_add(budget);
        while self.end < file.len && self.end < stop {
            match file.entry(self.end, None)? {
                Ok((_, len)) => {
                    if self.total.is_multiple_of(STRIDE) {
                        self.marks.push(self.end);
                    }
                    self.total += 1;
                    self.end += len;
                }
                Err(what) => {
                    let at = self.end;
                    self.damage = Some(Damage { at, what });
                    break;
                }
            }
        }
        let len = usize::try_from(self.end - self.start).map_or(TAIL, |len| len.min(TAIL));
        self.tail = file.bytes(self.end - len as u64, len)?.to_vec();
        Ok(self.end >= file.len || self.damage.is_some())
    }

    /// The entries from `offset` on, at most `limit`, of those found.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn entries(
        &self,
        disk: &dyn Disk,
        path: &str,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<Entry>, DiskError> {
        let mut entries = Vec::new();
        let Some(&mark) = self.marks.get(offset / STRIDE) else {
            return Ok(entries);
        };
        let mut file = File::open(disk, path)?;
        let mut at = mark;
        let until = offset.saturating_add(limit).min(self.total);
        for number in offset / STRIDE * STRIDE..until {
            let mut text = Vec::new();
            let shown = (number >= offset).then_some(&mut text);
            // What has been read once is read again, unless the file has changed in between.
            let Ok((kind, len)) = file.entry(at, shown)? else {
                break;
            };
            if number >= offset {
                let text = String::from_utf8_lossy(&text).into_owned();
                entries.push(Entry {
                    at,
                    len,
                    kind,
                    text,
                });
            }
            at += len;
        }
        Ok(entries)
    }
}

/// A file read in chunks, seldom backwards.
struct File<'a> {
    disk: &'a dyn Disk,
    path: &'a str,
    len: u64,
    /// Where the buffer stands in the file.
    from: u64,
    buffer: Vec<u8>,
}

impl<'a> File<'a> {
    fn open(disk: &'a dyn Disk, path: &'a str) -> Result<Self, DiskError> {
        let len = disk.metadata(path)?.len;
        Ok(File {
            disk,
            path,
            len,
            from: 0,
            buffer: Vec::new(),
        })
    }

    /// The bytes from `at` on: `wanted`, or what there is up to the end of the file.
    fn bytes(&mut self, at: u64, wanted: usize) -> Result<&[u8], DiskError> {
        let wanted = usize::try_from(self.len.saturating_sub(at)).map_or(wanted, |n| n.min(wanted));
        let inside = at
            .checked_sub(self.from)
            .and_then(|skip| usize::try_from(skip).ok())
            .filter(|skip| skip.saturating_add(wanted) <= self.buffer.len());
        let skip = match inside {
            Some(skip) => skip,
            None => {
                self.buffer.clear();
                self.from = at;
                self.disk
                    .read(self.path, at, wanted.max(CHUNK), &mut self.buffer)?;
                0
            }
        };
        let bytes = self.buffer.get(skip..).unwrap_or_default();
        Ok(&bytes[..wanted.min(bytes.len())])
    }

    /// The line at `at`, without its end, and its length with it.
    fn line(&mut self, at: u64) -> Result<Result<(&[u8], u64), &'static str>, DiskError> {
        let bytes = self.bytes(at, MAX_LINE)?;
        let Some(end) = memchr(b'\n', bytes) else {
            let is_short = bytes.len() < MAX_LINE;
            return Ok(Err(if is_short {
                ENDS
            } else {
                "the line is too long"
            }));
        };
        let line = &bytes[..end];
        Ok(Ok((
            line.strip_suffix(b"\r").unwrap_or(line),
            end as u64 + 1,
        )))
    }

    /// The entry at `at`: what it is, and its length; its text goes to `shown`. The inner error
    /// says why it is none.
    fn entry(
        &mut self,
        at: u64,
        mut shown: Option<&mut Vec<u8>>,
    ) -> Result<Result<(Kind, u64), &'static str>, DiskError> {
        let (line, mut len) = match self.line(at)? {
            Ok(line) => line,
            Err(what) => return Ok(Err(what)),
        };
        let count = match line.split_first() {
            Some((b'#', _)) => {
                if let Some(text) = shown {
                    text.extend_from_slice(&line[..line.len().min(SHOWN)]);
                }
                return Ok(Ok((Kind::Note, len)));
            }
            Some((b'*', count)) => parse_i64(count).filter(|count| (1..1 << 31).contains(count)),
            _ => return Ok(Err("a command must begin with '*'")),
        };
        let Some(count) = count else {
            return Ok(Err("the number of arguments is none"));
        };
        for _ in 0..count {
            let (line, header) = match self.line(at + len)? {
                Ok(line) => line,
                Err(what) => return Ok(Err(what)),
            };
            let bulk = match line.split_first() {
                Some((b'$', bulk)) => parse_i64(bulk).and_then(|bulk| u64::try_from(bulk).ok()),
                _ => return Ok(Err("an argument must begin with '$'")),
            };
            let Some(bulk) = bulk.filter(|bulk| *bulk < 1 << 32) else {
                return Ok(Err("the length of an argument is none"));
            };
            len += header;
            if self.len.saturating_sub(at + len) < bulk + 2 {
                return Ok(Err(ENDS));
            }
            if let Some(text) = &mut shown {
                let room = SHOWN.saturating_sub(text.len());
                if room > 0 {
                    let bytes = self.bytes(at + len, (bulk as usize).min(SHOWN_ARGUMENT))?;
                    let is_cut = (bytes.len() as u64) < bulk;
                    write_argument(text, bytes, is_cut);
                } else if !text.ends_with(MORE.as_bytes()) {
                    text.extend_from_slice(MORE.as_bytes());
                }
            }
            len += bulk + 2;
        }
        Ok(Ok((Kind::Command, len)))
    }
}

const ENDS: &str = "the file ends in the middle of a command";
const MORE: &str = " …";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::MemoryDisk;

    const PATH: &str = "/log";

    fn command(number: usize) -> Vec<u8> {
        let key = format!("key {number}");
        format!("*2\r\n$3\r\nSET\r\n${}\r\n{key}\r\n", key.len()).into_bytes()
    }

    fn disk(bytes: &[u8]) -> MemoryDisk {
        let mut disk = MemoryDisk::default();
        disk.create(PATH).unwrap();
        disk.append(PATH, bytes).unwrap();
        disk
    }

    fn texts(index: &LogIndex, disk: &MemoryDisk, offset: usize, limit: usize) -> Vec<String> {
        let entries = index.entries(disk, PATH, offset, limit).unwrap();
        entries.into_iter().map(|entry| entry.text).collect()
    }

    #[test]
    fn a_growing_file_is_read_on_and_not_again() {
        let mut disk = disk(b"");
        let mut index = LogIndex::default();
        let mut written = 0;
        for part in 0..50 {
            for _ in 0..37 {
                disk.append(PATH, &command(written)).unwrap();
                written += 1;
            }
            while !index.advance(&disk, PATH, 500).unwrap() {}
            assert_eq!(index.total(), written, "part {part}");
        }
        assert_eq!(index.damage(), None);
        for offset in [0, 127, 128, 1000, written - 1] {
            assert_eq!(
                texts(&index, &disk, offset, 1),
                [format!("SET \"key {offset}\"")]
            );
        }
        assert_eq!(texts(&index, &disk, 120, 20).len(), 20);
        assert_eq!(texts(&index, &disk, written, 20).len(), 0);
        assert_eq!(texts(&index, &disk, usize::MAX, usize::MAX).len(), 0);
        let entries = index.entries(&disk, PATH, 0, written).unwrap();
        for pair in entries.windows(2) {
            assert_eq!(pair[0].at + pair[0].len, pair[1].at);
        }
    }

    #[test]
    fn another_file_under_the_same_name_is_begun_anew() {
        let mut disk = disk(&[command(1), command(2)].concat());
        let mut index = LogIndex::default();
        assert!(index.advance(&disk, PATH, u64::MAX).unwrap());
        disk.create(PATH).unwrap();
        disk.append(PATH, &command(7)).unwrap();
        assert!(index.advance(&disk, PATH, u64::MAX).unwrap());
        assert_eq!(texts(&index, &disk, 0, 9), ["SET \"key 7\""]);
        let longer = [command(3), command(4), command(5)].concat();
        disk.create(PATH).unwrap();
        disk.append(PATH, &longer).unwrap();
        assert!(index.advance(&disk, PATH, u64::MAX).unwrap());
        assert_eq!(index.total(), 3);
        disk.remove(PATH).unwrap();
        assert_eq!(index.advance(&disk, PATH, 1), Err(DiskError::NotFound));
    }

    #[test]
    fn notes_and_long_arguments_are_cut_to_size() {
        let long = "x".repeat(200_000);
        let many = format!("*101\r\n$5\r\nRPUSH\r\n{}", "$3\r\nabc\r\n".repeat(100));
        let text = format!("#TS:1700000000\r\n*2\r\n$4\r\nECHO\r\n$200000\r\n{long}\r\n{many}");
        let disk = disk(text.as_bytes());
        let mut index = LogIndex::default();
        assert!(index.advance(&disk, PATH, u64::MAX).unwrap());
        let entries = index.entries(&disk, PATH, 0, 9).unwrap();
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[0].kind, Kind::Note);
        assert_eq!(entries[0].text, "#TS:1700000000");
        assert_eq!(entries[1].text, format!("ECHO {}…", &long[..64]));
        assert!(entries[2].text.len() < 300 && entries[2].text.ends_with(" …"));
    }

    #[test]
    fn damage_is_named_with_its_place_and_what_comes_before_is_shown() {
        let whole = [command(1), command(2)].concat();
        let second = command(1).len();
        for cut in second + 1..whole.len() {
            let disk = disk(&whole[..cut]);
            let mut index = LogIndex::default();
            assert!(index.advance(&disk, PATH, u64::MAX).unwrap());
            let damage = index.damage().unwrap();
            assert_eq!((index.total(), damage.at), (1, second as u64));
            assert_eq!(damage.what, ENDS);
        }
        for (bytes, what) in [
            (&b"SET a b\r\n"[..], "a command must begin with '*'"),
            (b"*x\r\n", "the number of arguments is none"),
            (b"*1\r\n+OK\r\n", "an argument must begin with '$'"),
            (b"*1\r\n$-1\r\n", "the length of an argument is none"),
            (&[b'*'; 2000], "the line is too long"),
        ] {
            let disk = disk(bytes);
            let mut index = LogIndex::default();
            assert!(index.advance(&disk, PATH, u64::MAX).unwrap());
            assert_eq!(index.damage().unwrap().what, what);
        }
        // A file that was cut and goes on being written is whole again.
        let mut disk = disk(&whole[..whole.len() - 1]);
        let mut index = LogIndex::default();
        index.advance(&disk, PATH, u64::MAX).unwrap();
        disk.append(PATH, b"\n").unwrap();
        index.advance(&disk, PATH, u64::MAX).unwrap();
        assert_eq!((index.total(), index.damage()), (2, None));
    }
}
