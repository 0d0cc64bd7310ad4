//! A dump or an AOF that somebody brings along, loaded into a server that runs: all of it, or
//! nothing of it.
//!
//! A second server loads it, from a disk of its own, by the code that loads any file. Only when
//! all is there does the first take its data over.

use super::hosts::Endpoint;
use super::machine::Machine;
use crate::disk::{Disk, DiskError, MemoryDisk, resolve};
use crate::instance::Config;
use crate::server::{Event, Server};

/// A file on its way in.
pub struct Import {
    at: Endpoint,
    server: Server,
    /// Nothing at all is no file of any kind, though an AOF may be empty.
    is_empty: bool,
}

/// What has come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// So many keys have taken the place of all there were.
    Keys(usize),
    /// The file is no such thing: what, where and why. Nothing has changed.
    Damaged(String),
    /// The server it was for is gone.
    Refused,
}

impl Import {
    /// Begins to load `bytes` for the server at an endpoint; none when it does not run, or loads its
    /// own files.
    ///
    /// # Errors
    /// When there is no room for the file.
    pub fn begin(
        machine: &Machine,
        at: Endpoint,
        bytes: &[u8],
    ) -> Result<Option<Import>, DiskError> {
        let Some(server) = machine.server(at).filter(|it| it.loading().is_none()) else {
            return Ok(None);
        };
        // The old kind of AOF, one file, is whatever stands in it: a snapshot, commands, or both.
        let config = Config {
            appendonly: true,
            aof_load_truncated: false,
            save: Vec::new(),
            logfile: String::new(),
            maxmemory: 0,
            users: Vec::new(),
            aclfile: String::new(),
            requirepass: String::new(),
            ..server.instance().config.clone()
        };
        let mut disk = MemoryDisk::with_directories(&[&config.dir]);
        let path = resolve(&config.dir, &config.appendfilename);
        disk.create(&path)?;
        disk.append(&path, bytes)?;
        let seed = server.instance().hash_seed;
        let server = Server::with_disk(config, Box::new(disk), seed, machine.now_us());
        Ok(Some(Import {
            at,
            server,
            is_empty: bytes.is_empty(),
        }))
    }

    /// Loads the next slice, and at the end hands the data over. Answers itself as long as there
    /// is more.
    ///
    /// # Errors
    /// No error but the end.
    pub fn step(mut self: Box<Self>, machine: &mut Machine) -> Result<Box<Self>, Imported> {
        if self.is_empty {
            return Err(Imported::Damaged("The file is empty".into()));
        }
        self.server.tick(machine.now_us());
        for event in self.server.take_events() {
            if let Event::FailedToStart(text) | Event::Exited(text) = event {
                return Err(Imported::Damaged(text));
            }
        }
        if self.server.loading().is_some() {
            return Ok(self);
        }
        let keys = machine.adopt(self.at, self.server);
        Err(keys.map_or(Imported::Refused, Imported::Keys))
    }
}
