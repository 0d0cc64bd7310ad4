//! A machine that can be crashed: one server on the lab's disk, and a store whose commits take
//! their time. Everything happens in small steps, between any two of which it may end.

use std::collections::BTreeMap;

use fastrand::Rng;
use resplay::disk::Disk;
use resplay::instance::Config;
use resplay::lab::disk::{Batch, LabDisk};
use resplay::server::{Event, Server};

use crate::reply::Reply;

/// How long the store takes for a batch, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub least: i64,
    pub most: i64,
}

/// A batch that the store is at work on.
struct Commit {
    batch: Batch,
    due_us: i64,
}

pub struct Machine {
    pub now_us: i64,
    pub disk: LabDisk,
    store: BTreeMap<u64, Vec<u8>>,
    commit: Option<Commit>,
    pace: Pace,
    config: Config,
    server: Option<Server>,
    seed: u64,
    /// When the server wants its next tick.
    tick_us: i64,
    /// Why the server gave up by itself.
    pub exit: Option<String>,
}

impl Machine {
    pub fn new(config: Config, pace: Pace, seed: u64) -> Self {
        Machine {
            now_us: 1_700_000_000_000_000,
            disk: LabDisk::new(),
            store: BTreeMap::new(),
            commit: None,
            pace,
            config,
            server: None,
            seed,
            tick_us: 0,
            exit: None,
        }
    }

    /// Starts the server from its files. It loads them as it ticks.
    pub fn start(&mut self) {
        self.seed += 1;
        self.exit = None;
        self.tick_us = self.now_us;
        let disk: Box<dyn Disk> = Box::new(self.disk.clone());
        let server = Server::with_disk(self.config.clone(), disk, self.seed, self.now_us);
        self.server = Some(server);
    }

    /// Whether a server runs that has not given up.
    pub fn runs(&self) -> bool {
        self.server.is_some() && self.exit.is_none()
    }

    pub fn is_loading(&self) -> bool {
        let server = self.server.as_ref();
        server.is_some_and(|server| server.loading().is_some())
    }

    pub fn connect(&mut self) -> Option<u64> {
        let now_us = self.now_us;
        let server = self.server.as_mut()?;
        Some(server.connect(now_us, "127.0.0.1:50000"))
    }

    pub fn send(&mut self, client: u64, bytes: &[u8]) {
        if let Some(server) = &mut self.server {
            server.receive(self.now_us, client, bytes);
            self.tick_us = self.now_us;
        }
        self.look();
    }

    /// What the client was answered since the last call.
    pub fn take_replies(&mut self, client: u64, pending: &mut Vec<u8>) -> Vec<Reply> {
        if let Some(server) = &mut self.server {
            pending.extend(server.take_output(client));
        }
        let mut replies = Vec::new();
        let mut used = 0;
        while let Some((reply, len)) = Reply::parse(&pending[used..]) {
            replies.push(reply);
            used += len;
        }
        pending.drain(..used);
        replies
    }

    /// One step: the store finishes, the server is given a tick, or the disk is looked after.
    /// Time goes on by at most `most_us`.
    pub fn step(&mut self, chance: &mut Rng, most_us: i64) {
        self.now_us += chance.i64(0..=most_us);
        match chance.u8(..3) {
            0 => self.finish_commit(),
            1 => self.tick_server(),
            _ => self.take_batch(chance),
        }
    }

    /// Whether the store is at work.
    pub fn is_committing(&self) -> bool {
        self.commit.is_some()
    }

    fn finish_commit(&mut self) {
        if let Some(commit) = self.commit.take_if(|commit| commit.due_us <= self.now_us) {
            apply(&mut self.store, &commit.batch);
            self.disk.committed(commit.batch.id);
            self.tick_us = self.now_us;
        }
    }

    pub fn tick_server(&mut self) {
        if self.exit.is_none()
            && self.tick_us <= self.now_us
            && let Some(server) = &mut self.server
        {
            let wait = server.tick(self.now_us);
            self.tick_us = self.now_us + wait.max(0) * 1000;
        }
        self.look();
    }

    fn take_batch(&mut self, chance: &mut Rng) {
        self.disk.tick(self.now_us / 1000);
        if self.commit.is_none()
            && let Some(batch) = self.disk.take_batch()
        {
            let takes = chance.i64(self.pace.least..=self.pace.most);
            let due_us = self.now_us + takes;
            self.commit = Some(Commit { batch, due_us });
        }
    }

    fn look(&mut self) {
        let Some(server) = &mut self.server else {
            return;
        };
        for event in server.take_events() {
            match event {
                Event::Closed(_) => {}
                other => self.exit = Some(format!("{other:?}")),
            }
        }
    }

    /// kill -9: what the process wrote stays in the page cache.
    pub fn kill(&mut self) {
        self.server = None;
        self.exit = None;
    }

    /// Power off and on. The store may or may not have got through with what it was at.
    pub fn pull_the_plug(&mut self, chance: &mut Rng) {
        self.kill();
        if let Some(commit) = self.commit.take()
            && chance.bool()
        {
            apply(&mut self.store, &commit.batch);
        }
        let records = self.store.clone().into_iter().collect();
        let opened = LabDisk::open(records);
        self.disk.power_cut(&opened.expect("what is stored opens"));
    }
}

fn apply(store: &mut BTreeMap<u64, Vec<u8>>, batch: &Batch) {
    for (first, last) in &batch.deletes {
        let gone: Vec<u64> = store.range(first..=last).map(|(key, _)| *key).collect();
        for key in gone {
            store.remove(&key);
        }
    }
    store.extend(batch.puts.iter().cloned());
}
