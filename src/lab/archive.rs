//! A history as bytes, from which the same machine is made elsewhere.
//!
//! Numbers are in base 128, the lowest seven bits first; text and bytes have their length in front. What is read here may
//! come from anybody: everything is bounded, and what does not fit is refused before anything is done.

use super::disk::LabDisk;
use super::history::{Act, Beginning, History};
use super::hosts::Endpoint;
use super::network::{Line, Node};
use crate::disk::{Disk, DiskError};
use crate::instance::DEFAULT_FILE;
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

type Read<T> = Result<T, ArchiveError>;

#[derive(Default)]
struct Output(Vec<u8>);

impl Output {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn endpoint(&mut self, at: Endpoint) {
        self.number(at.host as u64);
        self.number(at.port.into());
    }

    fn node(&mut self, node: Node) {
        self.number(match node {
            Node::Outside => 0,
            Node::Process(index) => index as u64 + 1,
        });
    }

    fn line(&mut self, line: Line) {
        self.number(line.latency_us.max(0) as u64);
        self.number(line.jitter_us.max(0) as u64);
        self.number(line.bytes_per_second);
    }

    /// All that is on a disk. What is there and not stored yet is not told from the rest.
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
            if bytes == DEFAULT_FILE.as_bytes() {
                self.number(DEFAULT_CONF);
                continue;
            }
            self.number(CONTENT + bytes.len() as u64);
            self.0.append(&mut bytes);
        }
    }

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
            Act::Launch(words, host, folder) => {
                tag(5);
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

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Read<u8> {
        let (byte, rest) = self.0.split_first().ok_or(ArchiveError::Damaged)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(ArchiveError::Damaged)
    }

    fn at_most(&mut self, most: u64) -> Read<u64> {
        match self.number()? {
            number if number <= most => Ok(number),
            _ => Err(ArchiveError::TooMuch),
        }
    }

    fn index(&mut self, most: u64) -> Read<usize> {
        // What is at most so much fits.
        Ok(self.at_most(most)? as usize)
    }

    fn take(&mut self, len: u64) -> Read<&'a [u8]> {
        let len = usize::try_from(len).map_err(|_| ArchiveError::Damaged)?;
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(ArchiveError::Damaged)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn bytes(&mut self) -> Read<&'a [u8]> {
        let len = self.number()?;
        self.take(len)
    }

    fn text(&mut self) -> Read<String> {
        let text = std::str::from_utf8(self.bytes()?);
        Ok(text.map_err(|_| ArchiveError::Damaged)?.to_owned())
    }

    fn endpoint(&mut self) -> Read<Endpoint> {
        let host = self.index(MAX_HOST)?;
        let port = u16::try_from(self.number()?).map_err(|_| ArchiveError::Damaged)?;
        Ok(Endpoint { host, port })
    }

    fn node(&mut self) -> Read<Node> {
        Ok(match self.index(MAX_PROCESS)? {
            0 => Node::Outside,
            index => Node::Process(index - 1),
        })
    }

    fn line(&mut self) -> Read<Line> {
        Ok(Line {
            latency_us: self.at_most(MAX_NUMBER)? as i64,
            jitter_us: self.at_most(MAX_NUMBER)? as i64,
            bytes_per_second: self.number()?,
        })
    }

    fn time_ms(&mut self) -> Read<i64> {
        Ok(self.at_most(MAX_NUMBER / 1000)? as i64)
    }

    /// A disk whose store has everything that is on it.
    fn disk(&mut self) -> Read<LabDisk> {
        let mut disk = LabDisk::new();
        for _ in 0..self.at_most(MAX_FILES)? {
            let path = self.text()?;
            disk.tick(self.time_ms()?);
            let made = match self.number()? {
                FOLDER => match disk.create_directory(&path) {
                    Err(DiskError::Exists) => Ok(()),
                    made => made,
                },
                kind => {
                    let bytes = match kind {
                        DEFAULT_CONF => DEFAULT_FILE.as_bytes(),
                        len => self.take(len - CONTENT)?,
                    };
                    let created = disk.create(&path);
                    created.and_then(|()| disk.append(&path, bytes))
                }
            };
            made.map_err(|_| ArchiveError::Damaged)?;
        }
        disk.flush_all();
        let batch = disk.take_batch().ok_or(ArchiveError::Damaged)?;
        LabDisk::open(batch.puts).map_err(|_| ArchiveError::Damaged)
    }

    fn act(&mut self) -> Read<Act> {
        Ok(match self.byte()? {
            0 => Act::Connect(self.endpoint()?),
            1 => Act::Trust(self.number()?),
            2 => Act::Receive(self.number()?, self.bytes()?.into()),
            3 => Act::Disconnect(self.number()?),
            4 => Act::Start(self.endpoint()?),
            5 => {
                let count = self.at_most(MAX_WORDS)?;
                let words: Read<Vec<String>> = (0..count).map(|_| self.text()).collect();
                Act::Launch(words?, self.index(MAX_HOST)?, self.text()?)
            }
            6 => Act::Kill(self.endpoint()?),
            7 => Act::Forget(self.endpoint()?),
            8 => Act::Pause(self.endpoint()?, true),
            9 => Act::Pause(self.endpoint()?, false),
            10 => Act::Signal(self.endpoint()?, Signal::Interrupt),
            11 => Act::Signal(self.endpoint()?, Signal::Terminate),
            12 => Act::AddHost(self.text()?),
            13 => Act::Cut(self.node()?, self.node()?, true),
            14 => Act::Cut(self.node()?, self.node()?, false),
            15 => Act::SetLine(self.node()?, self.node()?, Some(self.line()?)),
            16 => Act::SetLine(self.node()?, self.node()?, None),
            17 => Act::SetLines(self.line()?),
            18 => Act::Heal,
            19 => Act::WriteFile(self.text()?, self.bytes()?.into()),
            20 => Act::RemoveFile(self.text()?),
            21 => Act::Import(self.endpoint()?, self.bytes()?.into()),
            22 => Act::TakeBatch,
            23 => Act::Answer(self.number()?, None),
            24 => Act::Answer(self.number()?, Some(self.text()?)),
            25 => Act::Freeze,
            26 => Act::PowerCut(self.disk()?),
            27 => Act::StartOver(self.at_most(MAX_NUMBER)?, self.at_most(MAX_NUMBER)?),
            _ => return Err(ArchiveError::Damaged),
        })
    }
}

impl History {
    /// What was done by `until_us`, as bytes.
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
    pub fn from_bytes(bytes: &[u8], memory_ceiling: usize) -> Read<(History, i64)> {
        let mut input = Input(bytes);
        if input.byte()? != VERSION {
            return Err(ArchiveError::Newer);
        }
        let at_us = input.at_most(MAX_NUMBER)? as i64;
        let span_us = input.at_most(MAX_SPAN_US)? as i64;
        let seed = input
            .take(8)?
            .try_into()
            .map_err(|_| ArchiveError::Damaged)?;
        let seed = u64::from_le_bytes(seed);
        let port = u16::try_from(input.number()?).map_err(|_| ArchiveError::Damaged)?;
        let disk = match input.byte()? {
            0 => LabDisk::new(),
            1 => input.disk()?,
            _ => return Err(ArchiveError::Damaged),
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
            if input.0.is_empty() {
                break;
            }
            when_us = when_us.saturating_add(input.at_most(MAX_SPAN_US)? as i64);
            let act = input.act()?;
            if count >= MAX_ACTS || when_us > at_us + span_us || !history.add(when_us, act) {
                return Err(ArchiveError::TooMuch);
            }
        }
        Ok((history, at_us + span_us))
    }
}
