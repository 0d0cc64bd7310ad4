//! What was done to a machine from outside, and when: the same again gives the same machine.

use super::disk::LabDisk;
use super::hosts::Endpoint;
use super::import::Import;
use super::machine::Machine;
use super::network::{Line, Node};
use crate::server::Signal;

/// Bytes of a history beyond which it is given up: going back would take too long.
const MAX_BYTES: usize = 64 << 20;

/// What an act takes besides the bytes it holds.
const ACT_BYTES: usize = 64;

/// Something that was done from outside.
#[derive(Clone)]
pub enum Act {
    /// A connection was opened.
    Connect(Endpoint),
    /// A connection may do everything.
    Trust(u64),
    /// Something was sent.
    Receive(u64, Box<[u8]>),
    /// A connection was closed.
    Disconnect(u64),
    /// A process was started again.
    Start(Endpoint),
    /// A process was started with these words, on a host, in a folder; at a terminal or not.
    Launch(Vec<String>, usize, String, bool),
    /// A process was killed.
    Kill(Endpoint),
    /// A process was taken off the list.
    Forget(Endpoint),
    /// A process was stopped, or goes on.
    Pause(Endpoint, bool),
    /// A process was asked to end.
    Signal(Endpoint, Signal),
    /// A host was added.
    AddHost(String),
    /// A line was cut, or mended.
    Cut(Node, Node, bool),
    /// A line between two nodes is another.
    SetLine(Node, Node, Option<Line>),
    /// The lines between all processes are others.
    SetLines(Line),
    /// All lines are as at the start.
    Heal,
    /// A file was written.
    WriteFile(String, Box<[u8]>),
    /// A file was removed.
    RemoveFile(String),
    /// A folder was made.
    MakeFolder(String),
    /// A file or folder was given another name.
    RenameFile(String, String),
    /// A file was loaded into a server.
    Import(Endpoint, Box<[u8]>),
    /// The store took a batch.
    TakeBatch,
    /// The store has answered for a batch.
    Answer(u64, Option<String>),
    /// Power has gone.
    Freeze,
    /// Power is back, and this is what was stored.
    PowerCut(LabDisk),
    /// The store was given everything anew, after these keys and batches.
    StartOver(u64, u64),
}

impl Act {
    /// Does it.
    pub(super) fn again(&self, machine: &mut Machine) {
        match self {
            Act::Connect(to) => {
                machine.connect(*to);
            }
            Act::Trust(connection) => machine.trust(*connection),
            Act::Receive(connection, bytes) => {
                machine.receive(*connection, bytes);
                machine.take_output(*connection);
            }
            Act::Disconnect(connection) => machine.disconnect(*connection),
            Act::Start(at) => machine.start(*at),
            Act::Launch(words, host, folder, terminal) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                // What was refused is refused again.
                let _ = machine.launch_at(&words, *host, folder, *terminal);
            }
            Act::Kill(at) => {
                machine.kill(*at);
            }
            Act::Forget(at) => machine.forget(*at),
            Act::Pause(at, stopped) => machine.pause(*at, *stopped),
            Act::Signal(at, signal) => machine.signal(*at, *signal),
            Act::AddHost(name) => {
                machine.add_host(name);
            }
            Act::Cut(from, to, cut) => machine.cut(*from, *to, *cut),
            Act::SetLine(from, to, line) => machine.set_line(*from, *to, *line),
            Act::SetLines(line) => machine.set_lines(*line),
            Act::Heal => machine.heal(),
            Act::WriteFile(path, bytes) => {
                let _ = machine.write_file(path, bytes);
            }
            Act::RemoveFile(path) => {
                let _ = machine.remove_file(path);
            }
            Act::MakeFolder(path) => {
                let _ = machine.make_folder(path);
            }
            Act::RenameFile(from, to) => {
                let _ = machine.rename_file(from, to);
            }
            Act::Import(at, bytes) => {
                let mut import = Import::begin(machine, *at, bytes)
                    .ok()
                    .flatten()
                    .map(Box::new);
                while let Some(step) = import {
                    import = step.step(machine).ok();
                }
            }
            Act::TakeBatch => {
                machine.disk().take_batch();
            }
            Act::Answer(batch, error) => machine.answered(*batch, error.as_deref()),
            Act::Freeze => machine.freeze(),
            Act::PowerCut(stored) => {
                machine.power_cut(&stored.copy());
            }
            Act::StartOver(key, batch) => machine.disk().start_over(*key, *batch),
        }
    }

    fn bytes(&self) -> usize {
        ACT_BYTES
            + match self {
                Act::Receive(_, bytes) | Act::WriteFile(_, bytes) | Act::Import(_, bytes) => {
                    bytes.len()
                }
                Act::PowerCut(disk) => disk.status().bytes as usize,
                Act::Launch(words, ..) => words.iter().map(String::len).sum(),
                _ => 0,
            }
    }
}

/// What a machine begins as.
pub struct Beginning {
    /// Its disk, before anything was done to it.
    pub disk: LabDisk,
    /// When it began, in microseconds since 1970.
    pub at_us: i64,
    /// All its chance.
    pub seed: u64,
    /// The port of its first server.
    pub port: u16,
    /// Bytes that a server may hold.
    pub memory_ceiling: usize,
}

impl Beginning {
    /// The machine as it began.
    pub fn machine(&self) -> Machine {
        let Beginning {
            at_us,
            seed,
            port,
            memory_ceiling,
            ..
        } = *self;
        Machine::new(self.disk.copy(), at_us, seed, port, memory_ceiling)
    }
}

/// A beginning, and what was done since.
pub struct History {
    beginning: Beginning,
    acts: Vec<(i64, Act)>,
    bytes: usize,
}

impl History {
    /// A history in which nothing has been done.
    pub fn new(beginning: Beginning) -> Self {
        let bytes = beginning.disk.status().bytes as usize;
        History {
            beginning,
            acts: Vec::new(),
            bytes,
        }
    }

    /// Adds an act; false if the history is too long now to be of use.
    pub fn add(&mut self, at_us: i64, act: Act) -> bool {
        self.bytes += act.bytes();
        self.acts.push((at_us, act));
        self.bytes <= MAX_BYTES
    }

    /// When it began, in microseconds since 1970.
    pub fn began_us(&self) -> i64 {
        self.beginning.at_us
    }

    /// What it began with.
    pub(super) fn beginning(&self) -> &Beginning {
        &self.beginning
    }

    /// The machine as it began.
    pub(super) fn machine(&self) -> Machine {
        self.beginning.machine()
    }

    /// The act of a number, with its time.
    pub(super) fn act(&self, number: usize) -> Option<(i64, &Act)> {
        let (at_us, act) = self.acts.get(number)?;
        Some((*at_us, act))
    }

    /// The machine as it was at `at_us`, after what was done then. O(what has happened by then).
    pub fn machine_at(&self, at_us: i64) -> Machine {
        let mut machine = self.beginning.machine();
        for (when_us, act) in &self.acts {
            if *when_us > at_us {
                break;
            }
            machine.advance(*when_us, || false);
            act.again(&mut machine);
        }
        machine.advance(at_us, || false);
        machine
    }

    /// Forgets what was done after `at_us`.
    pub fn cut_off(&mut self, at_us: i64) {
        let left = self.acts.partition_point(|(when_us, _)| *when_us <= at_us);
        for (_, act) in self.acts.drain(left..) {
            self.bytes = self.bytes.saturating_sub(act.bytes());
        }
    }

    /// What was done, oldest first, with its time.
    pub fn acts(&self) -> impl Iterator<Item = (i64, &Act)> {
        self.acts.iter().map(|(at_us, act)| (*at_us, act))
    }
}
