//! A snapshot on its way into memory.

use super::{Current, Loader, PIECE, Reading, Source, Target, complain};
use crate::disk::Disk;
use crate::instance::{Instance, LoadTime, LogLevel};
use crate::persistence::aof::AofReader;
use crate::persistence::rdb::{self, Limits, LoadError, Progress};

impl Loader {
    /// A file of `size` bytes that begins as a snapshot.
    pub(super) fn begin_snapshot(&self, size: u64, instance: &Instance) -> Reading {
        let limits = Limits::of(instance);
        // A log says itself when keys went, so there they stay.
        let mut loader = rdb::Loader::new(limits, size, instance.now_ms(), self.is_log);
        loader.replaces = self.replaces;
        Reading::Snapshot(Box::new(loader))
    }

    /// Reads until `items` are spent, the file is understood, or a piece of it is.
    pub(super) fn read_snapshot(
        &mut self,
        current: &mut Current,
        items: &mut usize,
        target: &mut Target<'_>,
    ) -> Result<bool, String> {
        let Reading::Snapshot(loader) = &mut current.reading else {
            return Ok(true);
        };
        let before = loader.keys;
        let progress = loader.step(target.keyspace, *items);
        let stored = loader.keys - before;
        self.progress.items += stored;
        *items = items.saturating_sub(usize::try_from(stored).unwrap_or(usize::MAX));
        for (name, value) in loader.aux.drain(..) {
            tell_of(&name, &value, target.instance);
            target.persistence.rdb.place.take(&name, &value);
        }
        let dropped = std::mem::take(&mut loader.dropped);
        if target.persistence.rdb.place.is_known() && !target.instance.is_replica() {
            target.persistence.rdb.dropped.extend(dropped);
        }
        if self.keeps_libraries {
            self.libraries.append(&mut loader.functions);
        }
        for code in loader.functions.drain(..) {
            let loaded = target
                .instance
                .load_library(&code, self.replaces, LoadTime::Unlimited);
            if let Err(why) = loaded {
                let why = String::from_utf8_lossy(&why);
                let error = LoadError {
                    offset: loader.decoder.item_offset(),
                    expected: format!("a library of functions that loads: {why}"),
                };
                return Err(refused(
                    &current.source,
                    self.is_log,
                    &error,
                    target.instance,
                ));
            }
        }
        match progress {
            Ok(Progress::Paused) => {
                *items = 0;
                Ok(true)
            }
            Ok(Progress::Wants(_)) => {
                let mut piece = Vec::new();
                let (path, disk) = (&current.source.path, &target.instance.disk);
                match disk.read(path, current.offset, PIECE, &mut piece) {
                    Ok(0) if self.growing => {
                        *items = 0;
                        Ok(true)
                    }
                    Ok(0) => {
                        let error = loader.decoder.truncated();
                        Err(refused(
                            &current.source,
                            self.is_log,
                            &error,
                            target.instance,
                        ))
                    }
                    Ok(read) => {
                        current.offset += read as u64;
                        loader.decoder.feed(&piece);
                        Ok(true)
                    }
                    Err(error) => Err(current.unreadable(&error, target.instance)),
                }
            }
            Ok(Progress::Done) => {
                tell_end(loader, target.instance);
                target.persistence.rdb.loaded = loader.keys;
                target.persistence.rdb.loaded_expired = loader.expired;
                if self.is_log {
                    begin_tail(current, target.instance);
                }
                Ok(self.is_log)
            }
            Err(error) => Err(refused(
                &current.source,
                self.is_log,
                &error,
                target.instance,
            )),
        }
    }
}

/// What stands behind the snapshot of a log are commands.
fn begin_tail(current: &mut Current, instance: &mut Instance) {
    let Reading::Snapshot(loader) = &current.reading else {
        return;
    };
    if current.is_old_style(instance) {
        instance.log(LogLevel::Notice, "Reading the remaining AOF tail...");
    }
    current.good = loader.decoder.offset();
    let mut reader = AofReader::new(current.good, current.source.size);
    reader.feed(|buffer| buffer.extend_from_slice(loader.decoder.rest()));
    current.reading = Reading::Log(reader);
}

/// Why a snapshot is refused: which file, where, and what should have been there.
fn refused(source: &Source, is_log: bool, error: &LoadError, instance: &mut Instance) -> String {
    let name = &source.name;
    let is_old_style = *name == instance.config.appendfilename;
    let text = complain(instance, format!("{}: {error}", source.path));
    let last = match (is_log, is_old_style) {
        (false, _) => "Fatal error loading the DB, check server logs. Exiting.".to_string(),
        (true, true) => {
            format!("Error reading the RDB preamble of the AOF file {name}, AOF loading aborted")
        }
        (true, false) => {
            format!("Error reading the RDB base file {name}, AOF loading aborted")
        }
    };
    instance.log(LogLevel::Warning, last);
    text
}

/// Logs what Redis logs of a snapshot's fields.
fn tell_of(name: &[u8], value: &[u8], instance: &mut Instance) {
    let text = String::from_utf8_lossy(value);
    let number = || text.parse::<i64>().ok();
    let line = match name {
        b"redis-ver" => format!("Loading RDB produced by version {text}"),
        b"ctime" => {
            let now = instance.now_ms().div_euclid(1000);
            let age = number().map_or(0, |created| now.saturating_sub(created).max(0));
            format!("RDB age {age} seconds")
        }
        b"used-mem" => {
            let used = number().unwrap_or(0) as f64 / (1024.0 * 1024.0);
            format!("RDB memory usage when created {used:.2} Mb")
        }
        b"aof-preamble" if number().is_some_and(|number| number != 0) => {
            "RDB has an AOF tail".to_string()
        }
        b"aof-base" if number().is_some_and(|number| number != 0) => "RDB is base AOF".to_string(),
        _ => return,
    };
    instance.log(LogLevel::Notice, line);
}

fn tell_end(loader: &rdb::Loader, instance: &mut Instance) {
    let (loaded, expired, empty) = (loader.keys, loader.expired, loader.empty);
    let mut text = format!("Done loading RDB, keys loaded: {loaded}, keys expired: {expired}");
    if empty > 0 {
        text += &format!(", empty keys skipped: {empty}");
    }
    instance.log(LogLevel::Notice, text + ".");
}
