//! Reading the files of a server into its memory, a slice at a time.
//!
//! A snapshot is read alone, or the log: its base, which may be a snapshot, and the increments.
//! Either all of it is loaded, or the loader says which file is damaged, where, and what was
//! expected there. Only the end of the last log file may be missing, if aof-load-truncated allows:
//! it is cut off behind the last whole command or transaction.

mod log;
mod snapshot;

use super::Persistence;
use super::aof::{AofReader, folder};
use super::pace::Pace;
use super::rdb;
use crate::disk::{Disk, DiskError, resolve};
use crate::instance::{Client, Effects, Instance, LogLevel};
use crate::keyspace::Keyspace;
use crate::resp::{Args, ReplyWriter};
use std::collections::VecDeque;

/// Bytes read from the disk at a time.
const PIECE: usize = 256 * 1024;

/// Bytes that one slice reads at most, but for a single large value, or where loading-process-events-interval-bytes says
/// fewer.
const SLICE_BYTES: u64 = 1024 * 1024;

/// Keys or commands of one slice at most.
const SLICE_ITEMS: usize = 8192;

/// What is loaded into.
pub struct Target<'a> {
    /// The data.
    pub keyspace: &'a mut Keyspace,
    /// Configuration, disk and log.
    pub instance: &'a mut Instance,
    /// The log, which is told nothing meanwhile.
    pub persistence: &'a mut Persistence,
    /// Not told either.
    pub effects: &'a mut Effects,
}

/// Runs a command of the log as `client`, without any check. False when there is no such command.
pub type Replay = fn(&mut Target<'_>, &mut Client, &mut ReplyWriter, Args<'_>) -> bool;

/// How far loading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadingProgress {
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// Bytes to load.
    pub total: u64,
    /// Bytes loaded.
    pub loaded: u64,
    /// Keys and commands loaded.
    pub items: u64,
}

/// How loading stands after a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// There is more.
    More,
    /// Everything is loaded.
    All,
    /// It cannot be, and memory holds a part that must not be used. Which file, where, and why;
    /// it has been logged.
    Failed(String),
}

/// Loads the files of a server.
pub struct Loader {
    queue: VecDeque<Source>,
    current: Option<Current>,
    is_log: bool,
    replaces: bool,
    replay: Replay,
    client: Box<Client>,
    reply: ReplyWriter,
    progress: LoadingProgress,
    /// Bytes of the base of the log.
    base_size: u64,
    pace: Pace,
    /// The file still grows: where it ends, more may come.
    growing: bool,
    /// The code of libraries of functions, for whoever loads the data beside what is there.
    libraries: Vec<Vec<u8>>,
    keeps_libraries: bool,
}

struct Source {
    name: String,
    path: String,
    size: u64,
    is_base: bool,
}

struct Current {
    source: Source,
    is_last: bool,
    started_ms: i64,
    /// Read up to here.
    offset: u64,
    reading: Reading,
    /// Behind the last whole command that belongs to no open transaction.
    good: u64,
}

enum Reading {
    /// The first bytes will tell.
    Start,
    Snapshot(Box<rdb::Loader>),
    Log(AofReader),
}

impl Loader {
    fn new(is_log: bool, replay: Replay, instance: &Instance) -> Self {
        Loader {
            queue: VecDeque::new(),
            current: None,
            is_log,
            replaces: false,
            replay,
            client: Box::new(Client {
                id: u64::MAX,
                ..Client::default()
            }),
            reply: ReplyWriter::default(),
            progress: LoadingProgress {
                started_ms: instance.now_ms(),
                ..LoadingProgress::default()
            },
            base_size: 0,
            pace: Pace::default(),
            growing: false,
            libraries: Vec::new(),
            keeps_libraries: false,
        }
    }

    /// Loads the snapshot (dir, dbfilename); none when there is no such file. Keys that are
    /// there already are damage, or are replaced if `replaces` says so.
    ///
    /// # Errors
    /// When it cannot be read; the text is logged.
    pub fn of_snapshot(
        replaces: bool,
        replay: Replay,
        instance: &mut Instance,
    ) -> Result<Option<Loader>, String> {
        let name = instance.config.dbfilename.clone();
        let path = resolve(&instance.config.dir, &name);
        let size = match instance.disk.metadata(&path) {
            Ok(found) if found.is_directory => Err(DiskError::IsDirectory),
            Ok(found) => Ok(found.len),
            Err(DiskError::NotFound) => return Ok(None),
            Err(error) => Err(error),
        };
        let size = size.map_err(|error| {
            let text = format!("Fatal error loading the DB: {path}: {error}. Exiting.");
            instance.log(LogLevel::Warning, &text);
            text
        })?;
        let mut loader = Loader::new(false, replay, instance);
        loader.replaces = replaces;
        loader.push(Source {
            name,
            path,
            size,
            is_base: false,
        });
        Ok(Some(loader))
    }

    /// Loads a snapshot of `size` bytes, as far as that is known, from a file that is still being written:
    /// [`Loader::all_has_come`] says when it is whole.
    pub fn of_transfer(path: &str, size: u64, replay: Replay, instance: &Instance) -> Loader {
        let mut loader = Loader::new(false, replay, instance);
        loader.growing = true;
        loader.keeps_libraries = true;
        loader.push(Source {
            name: path.to_owned(),
            path: path.to_owned(),
            size,
            is_base: false,
        });
        loader
    }

    /// Takes the code of the libraries of functions that were read from a file that was being written.
    pub fn take_libraries(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.libraries)
    }

    /// Bytes that are read.
    pub fn loaded(&self) -> u64 {
        self.progress.loaded
    }

    /// Nothing more is written to the file.
    pub fn all_has_come(&mut self) {
        self.growing = false;
    }

    /// Loads the log that the manifest names; none when it names no file.
    ///
    /// # Errors
    /// When a file is missing or cannot be read; the text is logged.
    pub fn of_log(
        replay: Replay,
        persistence: &Persistence,
        instance: &mut Instance,
    ) -> Result<Option<Loader>, String> {
        let manifest = persistence.aof.manifest();
        if manifest.is_empty() {
            return Ok(None);
        }
        let mut loader = Loader::new(true, replay, instance);
        for file in manifest.files() {
            let path = resolve(&folder(&instance.config), &file.name);
            let size = match instance.disk.metadata(&path) {
                Ok(found) if found.is_directory => Err(DiskError::IsDirectory),
                found => found.map(|found| found.len),
            };
            let size = size.map_err(|error| {
                let name = &file.name;
                let text = format!("Unable to obtain the AOF file {name} length. stat: {error}");
                instance.log(LogLevel::Warning, &text);
                text
            })?;
            let is_base = manifest.base.as_ref() == Some(file);
            if is_base {
                loader.base_size = size;
            }
            loader.push(Source {
                name: file.name.clone(),
                path,
                size,
                is_base,
            });
        }
        Ok(Some(loader))
    }

    fn push(&mut self, source: Source) {
        self.progress.total += source.size;
        self.queue.push_back(source);
    }

    /// How far it has come.
    pub fn progress(&self) -> LoadingProgress {
        self.progress
    }

    /// Whether the log is loaded, not the snapshot.
    pub fn is_log(&self) -> bool {
        self.is_log
    }

    /// Bytes of all files and of the log's base, as far as they were loaded.
    pub fn sizes(&self) -> (u64, u64) {
        (self.progress.total, self.base_size)
    }

    /// Loads until it is done.
    pub fn run(&mut self, target: &mut Target<'_>) -> Loaded {
        loop {
            let loaded = self.step(target);
            if loaded != Loaded::More {
                return loaded;
            }
        }
    }

    /// Loads a slice: a megabyte or 8192 keys or commands, whichever comes first.
    pub fn step(&mut self, target: &mut Target<'_>) -> Loaded {
        target.keyspace.keep_expired(true);
        let outcome = self.slice(target);
        target.keyspace.keep_expired(false);
        target.persistence.loading = Some(self.progress);
        match outcome {
            Ok(true) => Loaded::More,
            Ok(false) => {
                target.persistence.loading = None;
                if self.is_log {
                    let seconds = seconds_since(self.progress.started_ms, target.instance);
                    let text = format!("DB loaded from append only file: {seconds} seconds");
                    target.instance.log(LogLevel::Notice, text);
                }
                Loaded::All
            }
            Err(text) => {
                target.persistence.loading = None;
                Loaded::Failed(text)
            }
        }
    }

    /// True when there is more.
    fn slice(&mut self, target: &mut Target<'_>) -> Result<bool, String> {
        let config = &target.instance.config;
        let now_us = target.instance.now_us();
        let slice = self
            .pace
            .allowed(now_us, config.key_load_delay)
            .min(SLICE_ITEMS);
        if slice == 0 {
            return Ok(true);
        }
        let bytes = SLICE_BYTES.min(config.loading_process_events_interval_bytes.unsigned_abs());
        let mut items = slice;
        let until = self.progress.loaded.saturating_add(bytes);
        let more = self.pieces(&mut items, until, target);
        self.pace.worked((slice - items) as u64);
        more
    }

    /// Reads until so many items or bytes are read. True when there is more.
    fn pieces(
        &mut self,
        items: &mut usize,
        until: u64,
        target: &mut Target<'_>,
    ) -> Result<bool, String> {
        loop {
            let Some(mut current) = self.current.take() else {
                let Some(source) = self.queue.pop_front() else {
                    return Ok(false);
                };
                self.current = Some(Current {
                    source,
                    is_last: self.queue.is_empty(),
                    started_ms: target.instance.now_ms(),
                    offset: 0,
                    reading: Reading::Start,
                    good: 0,
                });
                continue;
            };
            let before = current.place();
            let more = match &current.reading {
                Reading::Start => self.start(&mut current, items, target),
                Reading::Snapshot(_) => self.read_snapshot(&mut current, items, target),
                Reading::Log(_) => self.read_log(&mut current, items, target),
            }?;
            self.progress.loaded += current.place().saturating_sub(before);
            if more {
                self.current = Some(current);
            } else {
                self.finish_file(&current, target);
            }
            if target.instance.used_memory() > target.instance.memory_ceiling {
                return Err(complain(
                    target.instance,
                    "Out of memory while loading".into(),
                ));
            }
            if *items == 0 || self.progress.loaded >= until {
                return Ok(self.current.is_some() || !self.queue.is_empty());
            }
        }
    }

    /// Looks whether a file begins as a snapshot. A log may: its base.
    fn start(
        &mut self,
        current: &mut Current,
        items: &mut usize,
        target: &mut Target<'_>,
    ) -> Result<bool, String> {
        if self.growing
            && target
                .instance
                .disk
                .metadata(&current.source.path)
                .is_ok_and(|it| it.len < 9)
        {
            *items = 0;
            return Ok(true);
        }
        let mut first = Vec::new();
        let read = target
            .instance
            .disk
            .read(&current.source.path, 0, 9, &mut first);
        if let Err(error) = read {
            return Err(current.unreadable(&error, target.instance));
        }
        if current.source.size == 0 && self.is_log {
            return Ok(false);
        }
        let is_snapshot = first.starts_with(b"REDIS") || first.starts_with(b"VALKEY");
        if is_snapshot || !self.is_log {
            if self.is_log {
                let text = match current.is_old_style(target.instance) {
                    true => "Reading RDB preamble from AOF file...",
                    false => "Reading RDB base file on AOF loading...",
                };
                target.instance.log(LogLevel::Notice, text);
            }
            current.reading = self.begin_snapshot(current.source.size, target.instance);
        } else {
            current.reading = Reading::Log(AofReader::new(0, current.source.size));
        }
        Ok(true)
    }

    fn finish_file(&mut self, current: &Current, target: &mut Target<'_>) {
        let seconds = seconds_since(current.started_ms, target.instance);
        let name = &current.source.name;
        let text = match (self.is_log, current.source.is_base) {
            (false, _) => format!("DB loaded from disk: {seconds} seconds"),
            (true, true) => format!("DB loaded from base file {name}: {seconds} seconds"),
            (true, false) => format!("DB loaded from incr file {name}: {seconds} seconds"),
        };
        target.instance.log(LogLevel::Notice, text);
    }
}

impl Current {
    /// How far the file has been understood.
    fn place(&self) -> u64 {
        match &self.reading {
            Reading::Start => 0,
            Reading::Snapshot(loader) => loader.decoder.offset(),
            Reading::Log(reader) => reader.offset(),
        }
    }

    /// Whether it is the single log file of a Redis before 7.
    fn is_old_style(&self, instance: &Instance) -> bool {
        self.source.name == instance.config.appendfilename
    }

    fn unreadable(&self, error: &DiskError, instance: &mut Instance) -> String {
        let name = &self.source.name;
        let text = format!("Unrecoverable error reading the append only file {name}: {error}");
        complain(instance, text)
    }
}

/// Logs `text` as a warning, and answers it.
fn complain(instance: &mut Instance, text: String) -> String {
    instance.log(LogLevel::Warning, &text);
    text
}

/// `0.012`
fn seconds_since(started_ms: i64, instance: &Instance) -> String {
    let ms = instance.now_ms().saturating_sub(started_ms).max(0);
    format!("{}.{:03}", ms / 1000, ms % 1000)
}
