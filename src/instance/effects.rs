//! What replicas and the AOF are told of a command.
//!
//! A command that changed data is told as it was called, unless that would not give the same
//! result a second time: a relative expiry, a random pop, a float that rounds. Those say what
//! to tell instead.
//!
//! Commands are encoded once, as they stand in the log. A unit is what one command, or one
//! transaction, had to tell: it is written whole.

use super::Writes;
use crate::keyspace::Keyspace;
use crate::resp::{Args, OwnedArgs, RequestLimits, RequestParser, write_command};

/// One command for the log, and the database it works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Number of the database.
    pub db: usize,
    /// The command.
    pub args: OwnedArgs,
}

/// What a command or a transaction told: encoded commands, one after the other.
#[derive(Debug, Default)]
pub struct EffectUnit {
    bytes: Vec<u8>,
    /// Database and end of each, and who is told: 1 the log, 2 the replicas.
    commands: Vec<(usize, usize, u8)>,
}

impl EffectUnit {
    /// Whether it tells nothing.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// Number of commands.
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// What the log is told: the database of each command, and its bytes.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.told(LOG)
    }

    /// What the replicas are told.
    pub fn for_replicas(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.told(REPLICAS)
    }

    fn told(&self, who: u8) -> impl Iterator<Item = (usize, &[u8])> {
        let mut from = 0;
        self.commands.iter().filter_map(move |(db, end, targets)| {
            let bytes = &self.bytes[from..*end];
            from = *end;
            (targets & who != 0).then_some((*db, bytes))
        })
    }

    fn push<'a>(&mut self, db: usize, targets: u8, args: impl ExactSizeIterator<Item = &'a [u8]>) {
        write_command(&mut self.bytes, args);
        self.commands.push((db, self.bytes.len(), targets));
    }

    fn append(&mut self, other: &mut EffectUnit, db: usize, targets: u8) {
        let before = self.bytes.len();
        self.bytes.append(&mut other.bytes);
        let moved = other.commands.drain(..);
        self.commands
            .extend(moved.map(|(_, end, _)| (db, before + end, targets)));
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.commands.clear();
    }
}

/// Who may be told.
const LOG: u8 = 1;
const REPLICAS: u8 = 2;

/// Collects the effects of commands in their order.
#[derive(Default)]
pub struct Effects {
    /// Who is not told at present (redis.set_repl).
    muted: u8,
    enabled: bool,
    logs: bool,
    replicates: bool,
    collects: bool,
    collected: Vec<Effect>,
    /// Commands that run at this moment: EXEC and the ones it runs.
    depth: usize,
    /// Whether the command that runs has asked not to be told as it was called.
    replaced: bool,
    /// Whether it tells the replicas though it changed nothing.
    forced: bool,
    /// What it tells instead.
    substitutes: EffectUnit,
    unit: EffectUnit,
    /// The commands as they were called, for the report of a crash.
    pub writes: Writes,
}

impl Effects {
    /// Starts or stops telling the log; while nobody wants to know, nothing is copied.
    pub fn log(&mut self, logs: bool, keyspace: &mut Keyspace) {
        self.logs = logs;
        self.enable(keyspace);
    }

    /// Starts or stops telling replicas.
    pub fn replicate(&mut self, replicates: bool, keyspace: &mut Keyspace) {
        self.replicates = replicates;
        self.enable(keyspace);
    }

    /// Starts or stops collecting for [`Effects::take`].
    pub fn collect(&mut self, collects: bool, keyspace: &mut Keyspace) {
        self.collects = collects;
        self.enable(keyspace);
    }

    fn enable(&mut self, keyspace: &mut Keyspace) {
        self.enabled = self.logs || self.replicates || self.collects;
        for database in keyspace.iter_mut() {
            database.note_removals(self.enabled);
        }
    }

    /// Says who is told of the commands from here on: 1 the log, 2 the replicas, 3 both.
    pub fn set_targets(&mut self, targets: u8) {
        self.muted = !targets;
    }

    /// Whether anybody is told.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Tells `command` instead of the one that was called.
    pub fn replace(&mut self, command: &[&[u8]]) {
        self.nothing();
        self.also(command);
    }

    /// Tells `command` too, before the one that was called or after its replacement.
    pub fn also(&mut self, command: &[&[u8]]) {
        if self.enabled {
            self.substitutes.push(0, 0, command.iter().copied());
        }
    }

    /// Has the replicas told of a command that changes no data (PUBLISH).
    pub fn tell_replicas(&mut self) {
        self.forced = true;
    }

    /// Tells nothing of what was called.
    pub fn nothing(&mut self) {
        self.replaced = true;
        self.substitutes.clear();
    }

    /// Begins a command: what the one before has said no longer holds.
    #[inline]
    pub fn begin(&mut self) {
        self.depth += 1;
        self.replaced = false;
        self.substitutes.clear();
    }

    /// Ends a command that was called with `args` on `db`, and that changed data if `changed`.
    /// True when nothing runs any more and the unit has something to tell.
    #[inline]
    pub fn finish(&mut self, db: usize, args: Args<'_>, changed: bool) -> bool {
        self.depth = self.depth.saturating_sub(1);
        let forced = std::mem::take(&mut self.forced);
        if self.enabled && (changed || forced) {
            let told = if changed { LOG | REPLICAS } else { REPLICAS };
            let targets = told & !self.muted;
            self.unit.append(&mut self.substitutes, db, targets);
            if !self.replaced {
                self.unit.push(db, targets, args.iter());
            }
        }
        self.depth == 0 && !self.unit.is_empty()
    }

    /// Ends a command that nobody is told of.
    pub fn forget(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.substitutes.clear();
        self.unit.clear();
    }

    /// Tells of a key that went by itself, by time or by eviction.
    pub fn removed(&mut self, db: usize, key: &[u8]) {
        if self.enabled {
            let all = LOG | REPLICAS;
            self.unit
                .push(db, all, [b"DEL".as_slice(), key].into_iter());
        }
    }

    /// What the last command had to tell.
    pub fn unit(&self) -> &EffectUnit {
        &self.unit
    }

    /// Forgets the unit, which everybody has been told.
    pub fn end_unit(&mut self) {
        if self.collects {
            for (db, bytes) in self.unit.for_replicas() {
                let mut parser = RequestParser::default();
                let limits = RequestLimits {
                    max_bulk_len: u64::from(u32::MAX),
                    ..RequestLimits::default()
                };
                if let Ok(Some((args, _))) = parser.parse(bytes, limits) {
                    let args = args.to_owned();
                    self.collected.push(Effect { db, args });
                }
            }
        }
        self.unit.clear();
        // A large one is the exception, and its buffer need not stay.
        if self.unit.bytes.capacity() > 64 * 1024 {
            self.unit = EffectUnit::default();
        }
    }

    /// What was collected, and forgets it.
    pub fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.collected)
    }
}
