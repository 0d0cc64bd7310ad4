//! The start of a server: its files are loaded, a slice at each tick, while clients are told to
//! wait. The log wins over the snapshot where appendonly is on.

use super::appending::{runs_any, runs_only};
use super::{Event, Server};
use crate::commands::acl::start_users;
use crate::commands::replay::replay;
use crate::commands::{Entry, Flags};
use crate::instance::{Client, LogLevel};
use crate::persistence::aof::first_base;
use crate::persistence::loading::{Loaded, Loader, LoadingProgress, Target};
use crate::replication::Stage;
use crate::resp::ReplyError;

impl Server {
    /// Begins to load the files, and loads the first slice. Does nothing but the first time.
    pub(super) fn start_loading(&mut self) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        if let Err(text) = start_users(&mut self.instance) {
            return self.fail_to_start(text);
        }
        if self.instance.is_sentinel() {
            if self.instance.config_path.is_none() {
                let text = "Sentinel needs config file on disk to save state. Exiting...";
                self.instance.log(LogLevel::Warning, text);
                return self.fail_to_start(text.to_owned());
            }
            return self.instance.start_sentinel();
        }
        match self.find_files() {
            Ok(Some(loader)) => {
                self.persistence.loading = Some(loader.progress());
                self.loader = Some(Box::new(loader));
                self.load_slice();
            }
            Ok(None) => self.finish_loading(None),
            Err(text) => self.fail_to_start(text),
        }
    }

    fn find_files(&mut self) -> Result<Option<Loader>, String> {
        let (persistence, instance) = (&mut self.persistence, &mut self.instance);
        persistence.aof.load_manifest(instance)?;
        if instance.config.appendonly {
            persistence.aof.upgrade(instance)?;
            Loader::of_log(replay, persistence, instance)
        } else {
            Loader::of_snapshot(false, replay, instance)
        }
    }

    /// Loads the next slice. False when nothing is being loaded.
    pub(super) fn load_slice(&mut self) -> bool {
        let Some(mut loader) = self.loader.take() else {
            return false;
        };
        let spare = self.landing.as_mut().and_then(|it| it.spare.as_mut());
        let loaded = loader.step(&mut Target {
            keyspace: spare.unwrap_or(&mut self.keyspace),
            instance: &mut self.instance,
            persistence: &mut self.persistence,
            effects: &mut self.effects,
        });
        // What is loaded has been told when it happened.
        self.keyspace.take_notices();
        match loaded {
            Loaded::More => self.loader = Some(loader),
            Loaded::All if self.landing.is_some() => self.landed(loader.take_libraries()),
            Loaded::Failed(_) if self.landing.is_some() => self.crash_landing(),
            Loaded::All if self.instance.follower.stage == Stage::Loading => {
                for database in self.keyspace.iter_mut() {
                    database.journal_mut().everything();
                }
                self.snapshot_taken();
                self.take_requests();
            }
            Loaded::Failed(_) if self.instance.follower.stage == Stage::Loading => {
                self.snapshot_refused();
            }
            Loaded::All => self.finish_loading(Some(&loader)),
            Loaded::Failed(text) => self.fail_to_start(text),
        }
        true
    }

    fn finish_loading(&mut self, loader: Option<&Loader>) {
        let place = std::mem::take(&mut self.persistence.rdb.place);
        let place =
            Some(place).filter(|place| place.is_known() && !self.instance.config.appendonly);
        self.begin_following(place);
        self.persistence.rdb.dropped = Vec::new();
        for database in self.keyspace.iter_mut() {
            database.journal_mut().everything();
        }
        if !self.instance.config.appendonly {
            return;
        }
        let aof = &mut self.persistence.aof;
        if let Some(loader) = loader {
            aof.loaded(loader.sizes());
        }
        aof.note_writes(self.effects.writes.count());
        match aof.open(&mut self.instance, first_base) {
            Ok(()) => {
                aof.delete_history(&mut self.instance);
                self.effects.log(true, &mut self.keyspace);
            }
            Err(text) => self.fail_to_start(text),
        }
    }

    /// Ends a server that cannot begin; the reason has been logged.
    fn fail_to_start(&mut self, text: String) {
        // A part of the data is worse than none.
        for database in self.keyspace.iter_mut() {
            database.clear();
        }
        self.crashed = true;
        self.events.push(Event::FailedToStart(text));
    }

    /// How far loading has come, while the files are being loaded.
    pub fn loading(&self) -> Option<LoadingProgress> {
        self.persistence.loading
    }

    /// The error for a command that cannot run while the files are being loaded.
    pub(super) fn refused_while_loading(
        &self,
        client: &Client,
        entry: &Entry,
    ) -> Option<ReplyError> {
        let loads = self.loader.is_some() || self.landing.is_some();
        if !loads || runs_only(&self.instance, client, entry, Flags::LOADING) {
            return None;
        }
        if self.persistence.loads_aside
            && !runs_any(&self.instance, client, entry, Flags::NO_ASYNC_LOADING)
        {
            return None;
        }
        Some(ReplyError::new(
            "LOADING Redis is loading the dataset in memory",
        ))
    }
}
