//! A history as bytes, from which the same machine is made elsewhere.
//!
//! Numbers are in base 128, the lowest seven bits first; text and bytes have their length in front. What is read here may
//! come from anybody: everything is bounded, and what does not fit is refused before anything is done. Functions are cold,
//! which keeps them small: nobody waits for them.

use super::disk::LabDisk;
use super::history::{Act, Beginning, History};
use super::hosts::Endpoint;
use super::machine::usual_content;
use super::network::{Line, Node};
use crate::disk::{Disk, DiskError};
use crate::server::Signal;

/// The first byte. A change of what follows is a new number, and this one is read on.
const VERSION: u8 = 1;

/// The longest history that is read, in microseconds of the lab: seven days.
const MAX_SPAN_US: u64 = 7 * 86_400 * 1_000_000;

/// Most acts and files that are read.
const MAX_ACTS: usize = 200_000;
const MAX_FILES: u64 = 10_000;

/// Most words of a command line.
const MAX_WORDS: u64 = 1000;

/// The largest number of a host, a process, a record or a batch: what JavaScript holds exactly, or far less.
const MAX_HOST: u64 = 64;
const MAX_PROCESS: u64 = 4096;
const MAX_NUMBER: u64 = 1 << 52;

/// What was written of a file: that it is a folder, that it is the configuration of a new lab, or so many bytes more.
const FOLDER: u64 = 0;
const DEFAULT_CONF: u64 = 1;
const CONTENT: u64 = 2;

/// Why bytes are no history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveError {
    /// They were written by a newer version.
    Newer,
    /// They end too early, or something in them cannot be.
    Damaged,
    /// There is more in them than is read.
    TooMuch,
}

impl std::fmt::Display for ArchiveError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            ArchiveError::Newer => "The history was written by a newer version",
            ArchiveError::Damaged => "The history is damaged",
            ArchiveError::TooMuch => "The history is too long",
        })
    }
}

impl std::error::Error for ArchiveError {}

#[derive(Default)]
struct Output(Vec<u8>);

impl Output {
    #[cold]
    #[inline(never)]
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    #[cold]
    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    #[cold]
    #[inline(never)]
    fn endpoint(&mut self, at: Endpoint) {
        self.number(at.host as u64);
        self.number(at.port.into());
    }

    #[cold]
    #[inline(never)]
    fn node(&mut self, node: Node) {
        self.number(match node {
            Node::Outside => 0,
            Node::Process(index) => index as u64 + 1,
        });
    }

    #[cold]
    #[inline(never)]
    fn line(&mut self, line: Line) {
        self.number(line.latency_us.max(0) as u64);
        self.number(line.jitter_us.max(0) as u64);
        self.number(line.bytes_per_second);
    }

    /// All that is on a disk. What is there and not stored yet is not told from the rest.
    #[cold]
    #[inline(never)]
    fn disk(&mut self, disk: &LabDisk) {
        let files = disk.files("/");
        self.number(files.len() as u64);
        for file in files {
            self.bytes(file.path.as_bytes());
            self.number(file.modified_ms.max(0) as u64);
            if file.is_directory {
                self.number(FOLDER);
                continue;
            }
            let mut bytes = Vec::new();
            let len = usize::try_from(file.len).unwrap_or(usize::MAX);
            // It has just been listed.
            let _ = disk.read(&file.path, 0, len, &mut bytes);
            if bytes == usual_content(&file.path) {
                self.number(DEFAULT_CONF);
                continue;
            }
            self.number(CONTENT + bytes.len() as u64);
            self.0.append(&mut bytes);
        }
    }

    #[cold]
    #[inline(never)]
    fn act(&mut self, act: &Act) {
        let mut tag = |tag: u8| self.0.push(tag);
        match act {
            Act::Connect(at) => {
                tag(0);
                self.endpoint(*at);
            }
            Act::Trust(connection) => {
                tag(1);
                self.number(*connection);
            }
            Act::Receive(connection, bytes) => {
                tag(2);
                self.number(*connection);
                self.bytes(bytes);
            }
            Act::Disconnect(connection) => {
                tag(3);
                self.number(*connection);
            }
            Act::Start(at) => {
                tag(4);
                self.endpoint(*at);
            }
            Act::Launch(words, host, folder, terminal) => {
                tag(if *terminal { 28 } else { 5 });
                self.number(words.len() as u64);
                for word in words {
                    self.bytes(word.as_bytes());
                }
                self.number(*host as u64);
                self.bytes(folder.as_bytes());
            }
            Act::Kill(at) => {
                tag(6);
                self.endpoint(*at);
            }
            Act::Forget(at) => {
                tag(7);
                self.endpoint(*at);
            }
            Act::Pause(at, stopped) => {
                tag(if *stopped { 8 } else { 9 });
                self.endpoint(*at);
            }
            Act::Signal(at, signal) => {
                tag(match signal {
                    Signal::Interrupt => 10,
                    Signal::Terminate => 11,
                });
                self.endpoint(*at);
            }
            Act::AddHost(name) => {
                tag(12);
                self.bytes(name.as_bytes());
            }
            Act::Cut(from, to, cut) => {
                tag(if *cut { 13 } else { 14 });
                self.node(*from);
                self.node(*to);
            }
            Act::SetLine(from, to, line) => {
                tag(if line.is_some() { 15 } else { 16 });
                self.node(*from);
                self.node(*to);
                if let Some(line) = line {
                    self.line(*line);
                }
            }
            Act::SetLines(line) => {
                tag(17);
                self.line(*line);
            }
            Act::Heal => tag(18),
            Act::WriteFile(path, bytes) => {
                tag(19);
                self.bytes(path.as_bytes());
                self.bytes(bytes);
            }
            Act::RemoveFile(path) => {
                tag(20);
                self.bytes(path.as_bytes());
            }
            Act::MakeFolder(path) => {
                tag(29);
                self.bytes(path.as_bytes());
            }
            Act::RenameFile(from, to) => {
                tag(30);
                self.bytes(from.as_bytes());
                self.bytes(to.as_bytes());
            }
            Act::Import(at, bytes) => {
                tag(21);
                self.endpoint(*at);
                self.bytes(bytes);
            }
            Act::TakeBatch => tag(22),
            Act::Answer(batch, error) => {
                tag(if error.is_some() { 24 } else { 23 });
                self.number(*batch);
                if let Some(error) = error {
                    self.bytes(error.as_bytes());
                }
            }
            Act::Freeze => tag(25),
            Act::PowerCut(disk) => {
                tag(26);
                self.disk(disk);
            }
            Act::StartOver(key, batch) => {
                tag(27);
                self.number(*key);
                self.number(*batch);
            }
        }
    }
}

/// Reads on after an error, of zeros and nothing: whoever reads asks at the end of each act whether there was one.
struct Input<'a> {
    rest: &'a [u8],
    error: Option<ArchiveError>,
}

impl<'a> Input<'a> {
    #[cold]
    #[inline(never)]
    fn fail(&mut self, error: ArchiveError) {
        self.error.get_or_insert(error);
        self.rest = &[];
    }

    #[cold]
    #[inline(never)]
    fn take(&mut self, len: u64) -> &'a [u8] {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let Some((bytes, rest)) = self.rest.split_at_checked(len) else {
            self.fail(ArchiveError::Damaged);
            return &[];
        };
        self.rest = rest;
        bytes
    }

    #[cold]
    #[inline(never)]
    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    #[cold]
    #[inline(never)]
    fn at_most(&mut self, most: u64) -> u64 {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte >= 0x80 {
                continue;
            }
            if number <= most {
                return number;
            }
            self.fail(ArchiveError::TooMuch);
            return 0;
        }
        self.fail(ArchiveError::Damaged);
        0
    }

    fn number(&mut self) -> u64 {
        self.at_most(u64::MAX)
    }

    fn index(&mut self, most: u64) -> usize {
        // What is at most so much fits.
        self.at_most(most) as usize
    }

    #[cold]
    #[inline(never)]
    fn bytes(&mut self) -> Box<[u8]> {
        let len = self.number();
        self.take(len).into()
    }

    #[cold]
    #[inline(never)]
    fn text(&mut self) -> String {
        let text = String::from_utf8(self.bytes().into_vec());
        text.unwrap_or_else(|_| {
            self.fail(ArchiveError::Damaged);
            String::new()
        })
    }

    fn port(&mut self) -> u16 {
        self.at_most(u16::MAX.into()) as u16
    }

    #[cold]
    #[inline(never)]
    fn endpoint(&mut self) -> Endpoint {
        let host = self.index(MAX_HOST);
        let port = self.port();
        Endpoint { host, port }
    }

    #[cold]
    #[inline(never)]
    fn node(&mut self) -> Node {
        match self.index(MAX_PROCESS) {
            0 => Node::Outside,
            index => Node::Process(index - 1),
        }
    }

    #[cold]
    #[inline(never)]
    fn line(&mut self) -> Line {
        Line {
            latency_us: self.at_most(MAX_NUMBER) as i64,
            jitter_us: self.at_most(MAX_NUMBER) as i64,
            bytes_per_second: self.number(),
        }
    }

    /// A disk whose store has everything that is on it.
    #[cold]
    #[inline(never)]
    fn disk(&mut self) -> LabDisk {
        let mut disk = LabDisk::new();
        for _ in 0..self.at_most(MAX_FILES) {
            let path = self.text();
            disk.tick(self.at_most(MAX_NUMBER / 1000) as i64);
            let kind = self.number();
            let bytes = match kind {
                FOLDER => &[],
                DEFAULT_CONF => usual_content(&path),
                len => self.take(len - CONTENT),
            };
            let made = match kind {
                FOLDER => disk.create_directory(&path),
                _ => disk.create(&path).and_then(|()| disk.append(&path, bytes)),
            };
            if made.is_err_and(|error| error != DiskError::Exists) {
                self.fail(ArchiveError::Damaged);
            }
            if self.error.is_some() {
                break;
            }
        }
        disk.flush_all();
        let puts = disk.take_batch().map_or(Vec::new(), |batch| batch.puts);
        LabDisk::open(puts).unwrap_or_else(|_| {
            self.fail(ArchiveError::Damaged);
            disk
        })
    }

    #[cold]
    #[inline(never)]
    fn act(&mut self) -> Act {
        match self.byte() {
            0 => Act::Connect(self.endpoint()),
            1 => Act::Trust(self.number()),
            2 => Act::Receive(self.number(), self.bytes()),
            3 => Act::Disconnect(self.number()),
            4 => Act::Start(self.endpoint()),
            tag @ (5 | 28) => {
                let count = self.at_most(MAX_WORDS);
                let words = (0..count).map(|_| self.text()).collect();
                Act::Launch(words, self.index(MAX_HOST), self.text(), tag == 28)
            }
            6 => Act::Kill(self.endpoint()),
            7 => Act::Forget(self.endpoint()),
            tag @ (8 | 9) => Act::Pause(self.endpoint(), tag == 8),
            10 => Act::Signal(self.endpoint(), Signal::Interrupt),
            11 => Act::Signal(self.endpoint(), Signal::Terminate),
            12 => Act::AddHost(self.text()),
            tag @ (13 | 14) => Act::Cut(self.node(), self.node(), tag == 13),
            tag @ (15 | 16) => {
                let (from, to) = (self.node(), self.node());
                Act::SetLine(from, to, (tag == 15).then(|| self.line()))
            }
            17 => Act::SetLines(self.line()),
            18 => Act::Heal,
            19 => Act::WriteFile(self.text(), self.bytes()),
            20 => Act::RemoveFile(self.text()),
            21 => Act::Import(self.endpoint(), self.bytes()),
            22 => Act::TakeBatch,
            tag @ (23 | 24) => {
                let batch = self.number();
                Act::Answer(batch, (tag == 24).then(|| self.text()))
            }
            25 => Act::Freeze,
            26 => Act::PowerCut(self.disk()),
            29 => Act::MakeFolder(self.text()),
            30 => Act::RenameFile(self.text(), self.text()),
            27 => Act::StartOver(self.at_most(MAX_NUMBER), self.at_most(MAX_NUMBER)),
            _ => {
                self.fail(ArchiveError::Damaged);
                Act::Heal
            }
        }
    }
}

impl History {
    /// What was done by `until_us`, as bytes.
    #[cold]
    pub fn to_bytes(&self, until_us: i64) -> Vec<u8> {
        let mut out = Output(vec![VERSION]);
        let beginning = self.beginning();
        out.number(beginning.at_us.max(0) as u64);
        out.number(until_us.saturating_sub(beginning.at_us).max(0) as u64);
        out.0.extend_from_slice(&beginning.seed.to_le_bytes());
        out.number(beginning.port.into());
        // A disk that has only its folders is one that was never stored.
        match beginning.disk.files("/").iter().all(|it| it.is_directory) {
            true => out.0.push(0),
            false => {
                out.0.push(1);
                out.disk(&beginning.disk);
            }
        }
        let mut before_us = beginning.at_us;
        for (at_us, act) in self.acts().take_while(|(at_us, _)| *at_us <= until_us) {
            out.number(at_us.saturating_sub(before_us).max(0) as u64);
            before_us = at_us;
            out.act(act);
        }
        out.0
    }

    /// The history that bytes hold, and when it ends. The servers of its machine may hold `memory_ceiling` bytes.
    ///
    /// # Errors
    /// When they hold none.
    #[cold]
    pub fn from_bytes(bytes: &[u8], memory_ceiling: usize) -> Result<(History, i64), ArchiveError> {
        let mut input = Input {
            rest: bytes,
            error: None,
        };
        if input.byte() != VERSION {
            return Err(input.error.unwrap_or(ArchiveError::Newer));
        }
        let at_us = input.at_most(MAX_NUMBER) as i64;
        let span_us = input.at_most(MAX_SPAN_US) as i64;
        let seed = input.take(8).try_into().map_or(0, u64::from_le_bytes);
        let port = input.port();
        let disk = match input.byte() {
            0 => LabDisk::new(),
            _ => input.disk(),
        };
        let mut history = History::new(Beginning {
            disk,
            at_us,
            seed,
            port,
            memory_ceiling,
        });
        let mut when_us = at_us;
        for count in 0.. {
            if let Some(error) = input.error {
                return Err(error);
            }
            if input.rest.is_empty() {
                break;
            }
            when_us = when_us.saturating_add(input.at_most(MAX_SPAN_US) as i64);
            let act = input.act();
            if count >= MAX_ACTS || when_us > at_us + span_us || !history.add(when_us, act) {
                input.fail(ArchiveError::TooMuch);
            }
        }
        Ok((history, at_us + span_us))
    }
}
