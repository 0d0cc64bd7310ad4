//! A snapshot that is loaded as it comes from the primary (repl-diskless-load): into a database that is empty, or
//! beside the data there was before, which is read on if it is of the same history, and is given up only when all has
//! come.

use crate::commands::replay::replay;
use crate::disk::Disk;
use crate::instance::{DisklessLoad, LoadTime, LogLevel};
use crate::keyspace::Keyspace;
use crate::persistence::loading::Loader;
use crate::server::Server;

/// How far that is.
pub(in crate::server) struct Landing {
    /// Where the keys go, if not among those of before.
    pub spare: Option<Keyspace>,
    /// All has come.
    has_come: bool,
    /// All that has come is loaded.
    is_loaded: bool,
    /// The code of its libraries of functions.
    libraries: Vec<Vec<u8>>,
}

impl Server {
    /// Whether what is about to come is to be loaded as it comes.
    pub(super) fn lands(&self) -> bool {
        match self.instance.config.repl_diskless_load {
            DisklessLoad::Disabled => false,
            DisklessLoad::OnEmptyDb => self.keyspace.iter().all(|database| database.is_empty()),
            DisklessLoad::SwapDb => true,
        }
    }

    /// Begins to load what comes into the file at `path`; `total` bytes, if that is known.
    pub(super) fn begin_landing(&mut self, path: &str, total: Option<u64>) {
        let beside = self.instance.config.repl_diskless_load == DisklessLoad::SwapDb;
        let spare = beside.then(|| {
            let mut spare = Keyspace::new(self.keyspace.len(), self.instance.hash_seed);
            spare.set_now(self.instance.now_ms(), self.instance.access_clock());
            spare
        });
        let initial = self.instance.follower.initial.as_ref();
        let same = initial.is_some_and(|(id, _)| *id == self.instance.primary.id());
        self.persistence.loads_aside = beside && same;
        let loader = Loader::of_transfer(path, total.unwrap_or(0), replay, &self.instance);
        self.persistence.loading = Some(loader.progress());
        self.loader = Some(Box::new(loader));
        self.landing = Some(Landing {
            spare,
            has_come: false,
            is_loaded: false,
            libraries: Vec::new(),
        });
        let text = match self.persistence.loads_aside {
            true => "MASTER <-> REPLICA sync: Loading DB in memory (async)",
            false => "MASTER <-> REPLICA sync: Loading DB in memory",
        };
        self.instance.log(LogLevel::Notice, text);
    }

    /// All has come.
    pub(super) fn landing_has_come(&mut self) {
        if let Some(loader) = &mut self.loader {
            loader.all_has_come();
        }
        if let Some(landing) = &mut self.landing {
            landing.has_come = true;
        }
        self.end_landing();
    }

    /// All that has come is loaded.
    pub(in crate::server) fn landed(&mut self, libraries: Vec<Vec<u8>>) {
        if let Some(landing) = &mut self.landing {
            landing.is_loaded = true;
            landing.libraries = libraries;
        }
        self.end_landing();
    }

    /// What came is none, or damaged.
    pub(in crate::server) fn crash_landing(&mut self) {
        self.give_landing_up();
        let text =
            "Failed trying to load the MASTER synchronization DB from socket, check server logs.";
        self.instance.log(LogLevel::Warning, text);
        self.instance.drop_primary_link();
    }

    /// Gives up what was to be loaded, when the transfer is over without an end.
    pub(in crate::server) fn check_landing(&mut self) {
        if self.landing.is_some() && self.instance.follower.transfer.is_none() {
            let read = self.loader.as_ref().map_or(0, |loader| loader.loaded());
            let text = format!(
                "Internal error in RDB reading offset {read} -> Unexpected EOF reading RDB file. Failure loading rdb \
                 format from socket, assuming connection error, resuming operation."
            );
            self.instance.log(LogLevel::Warning, text);
            self.give_landing_up();
        }
    }

    fn give_landing_up(&mut self) {
        let Some(landing) = self.landing.take() else {
            return;
        };
        self.loader = None;
        self.persistence.loading = None;
        self.persistence.loads_aside = false;
        match landing.spare {
            Some(spare) => {
                let text = "MASTER <-> REPLICA sync: Discarding temporary DB in background";
                self.instance.log(LogLevel::Notice, text);
                drop(spare);
            }
            None => {
                for database in self.keyspace.iter_mut() {
                    database.clear();
                }
                self.keyspace.take_notices();
            }
        }
    }

    fn end_landing(&mut self) {
        let is_over = |it: &mut Landing| it.has_come && it.is_loaded;
        let Some(landing) = self.landing.take_if(is_over) else {
            return;
        };
        self.loader = None;
        self.persistence.loading = None;
        self.persistence.loads_aside = false;
        if let Some(transfer) = self.instance.follower.transfer.take() {
            // It has been read, and nobody needs it.
            let _ = self.instance.disk.remove(&transfer.path);
        }
        let notice = LogLevel::Notice;
        let text = "Discarding previously cached master state.";
        self.instance.log(notice, text);
        self.instance.follower.resumable = false;
        self.instance.follower.db = 0;
        // The data is another now: nobody can go on from here.
        self.instance.close_replicas();
        if self.persistence.aof.is_on() {
            let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
            self.persistence.stop_log(keyspace, instance);
            self.effects.log(false, keyspace);
        }
        if let Some(spare) = landing.spare {
            let text = "MASTER <-> REPLICA sync: Swapping active DB with loaded DB";
            self.instance.log(notice, text);
            self.replace_data(spare);
            let text = "MASTER <-> REPLICA sync: Discarding old DB in background";
            self.instance.log(notice, text);
        }
        self.instance.functions.clear();
        for code in landing.libraries {
            let loaded = self.instance.load_library(&code, true, LoadTime::Unlimited);
            if let Err(why) = loaded {
                let why = String::from_utf8_lossy(&why);
                let text = format!("Failed creating the functions library: {why}");
                self.instance.log(LogLevel::Warning, text);
            }
        }
        for database in self.keyspace.iter_mut() {
            database.journal_mut().everything();
        }
        self.keyspace.hide_expired(true);
        self.keyspace.take_notices();
        self.snapshot_taken();
        self.take_requests();
    }
}
