//! Live views: what is watched, and what is new to show.

use super::Lab;
use crate::lab::Endpoint;
use crate::wasm::views::{Sources, Update, View};

/// How much longer than computing a view takes, its next computation is put off: a view over
/// very many keys must not take the worker's whole time.
const REST_FACTOR: i64 = 4;

pub(super) struct Watched {
    /// The server that it looks at.
    at: Endpoint,
    pub view: View,
    pub dirty: bool,
    last: Option<Update>,
    pub next_expiry_ms: Option<i64>,
    not_before_us: i64,
}

impl Lab {
    /// Watches a view of the server of this name (the first, when it is empty) under the number `id`, or has that
    /// number watch another view.
    pub fn watch(&mut self, id: u32, process: &str, view: View) {
        let watched = Watched {
            at: self.at(process).unwrap_or(self.shown),
            view,
            dirty: true,
            last: None,
            next_expiry_ms: None,
            not_before_us: 0,
        };
        self.watched.insert(id, watched);
        self.note_changes();
    }

    /// Ends a watch.
    pub fn unwatch(&mut self, id: u32) {
        self.watched.remove(&id);
        self.note_changes();
    }

    /// What a view shows now, without watching it.
    pub fn look(&mut self, process: &str, view: &View) -> Update {
        let now_ms = self.now_ms();
        let at = self.at(process).unwrap_or(self.shown);
        let mut sources = Sources {
            server: self.timeline.machine().server(at),
            disk: self.timeline.machine().disk(),
            metrics: &self.metrics,
            logs: &mut self.logs,
        };
        view.compute(&mut sources, now_ms).0
    }

    /// The servers that are looked at.
    fn watched_servers(&self) -> Vec<Endpoint> {
        let mut all: Vec<_> = self.watched.values().map(|watched| watched.at).collect();
        all.push(self.shown);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// A process has come or gone: nothing is as it was.
    pub(super) fn see_all_anew(&mut self) {
        for watched in self.watched.values_mut() {
            watched.dirty = true;
            watched.not_before_us = 0;
        }
        self.note_changes();
    }

    fn note_changes(&mut self) {
        for at in self.watched_servers() {
            let Some(server) = self.timeline.machine_mut().server_mut(at) else {
                continue;
            };
            for db in 0..server.keyspace().len() {
                let is_watched = |it: &Watched| it.at == at && it.view.db() == Some(db);
                server.note_changes(db, self.watched.values().any(is_watched));
            }
        }
        let paths = self.watched.values().filter_map(|it| it.view.log_path());
        self.logs.keep(paths);
    }

    /// The views that have something new to show.
    pub fn take_updates(&mut self) -> Vec<(u32, Update)> {
        self.find_changed();
        let now_ms = self.now_ms();
        let mut updates = Vec::new();
        let machine = self.timeline.machine();
        for (&id, watched) in self.watched.iter_mut() {
            let expired = watched.next_expiry_ms.is_some_and(|at| at <= now_ms);
            let began_us = (self.clock)();
            if !(watched.dirty || expired) || began_us < watched.not_before_us {
                continue;
            }
            let mut sources = Sources {
                server: machine.server(watched.at),
                disk: machine.disk(),
                metrics: &self.metrics,
                logs: &mut self.logs,
            };
            let (update, next_expiry_ms) = watched.view.compute(&mut sources, now_ms);
            watched.dirty = false;
            watched.next_expiry_ms = next_expiry_ms;
            let ended_us = (self.clock)();
            // What takes no time at all may be computed at every frame.
            let took_us = ended_us.saturating_sub(began_us);
            if took_us > 1000 {
                watched.not_before_us =
                    ended_us.saturating_add(took_us.saturating_mul(REST_FACTOR));
            }
            if watched.last.as_ref() != Some(&update) {
                watched.last = Some(update.clone());
                updates.push((id, update));
            }
        }
        updates
    }

    fn find_changed(&mut self) {
        let servers = self.watched_servers();
        let watched = &mut self.watched;
        for at in servers {
            let Some(server) = self.timeline.machine_mut().server_mut(at) else {
                continue;
            };
            for db in 0..server.keyspace().len() {
                server.read_changes(db, |changes| {
                    for watched in watched.values_mut() {
                        if watched.at != at || watched.view.db() != Some(db) || watched.dirty {
                            continue;
                        }
                        watched.dirty = match changes {
                            None => true,
                            Some(changes) => changes.keys().any(|key| watched.view.shows(key)),
                        };
                    }
                });
            }
        }
        let second = std::mem::take(&mut self.seconds_noticed);
        let disk_changes = self.timeline.machine().disk().changes();
        let disk_changed = std::mem::replace(&mut self.disk_changes, disk_changes) != disk_changes;
        for watched in self.watched.values_mut() {
            watched.dirty |= match &watched.view {
                View::Metrics => second,
                // A few numbers, which many things change.
                View::Persistence => true,
                View::Log { path, .. } => disk_changed || self.logs.has_more(path),
                _ => false,
            };
        }
    }
}
