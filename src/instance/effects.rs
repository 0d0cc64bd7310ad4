//! What replicas and the AOF are told of a command.
//!
//! A command that changed data is told as it was called, unless that would not give the same
//! result a second time: a relative expiry, a random pop, a float that rounds. Those say what
//! to tell instead.

use super::Writes;
use crate::resp::{Args, OwnedArgs};

/// One command for the log, and the database it works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Number of the database.
    pub db: usize,
    /// The command.
    pub args: OwnedArgs,
}

/// Collects the effects of commands in their order.
#[derive(Default)]
pub struct Effects {
    enabled: bool,
    log: Vec<Effect>,
    /// Whether the command that runs has asked not to be told as it was called.
    replaced: bool,
    substitutes: Vec<OwnedArgs>,
    /// The commands as they were called, for the report of a crash.
    pub writes: Writes,
}

impl Effects {
    /// Starts or stops collecting; while nobody wants to know, nothing is copied.
    pub fn enable(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    /// Whether effects are collected.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Tells `command` instead of the one that was called.
    pub fn replace(&mut self, command: &[&[u8]]) {
        self.nothing();
        self.also(command);
    }

    /// Tells `command` too, after the one that was called or its replacement.
    pub fn also(&mut self, command: &[&[u8]]) {
        if self.enabled {
            self.substitutes.push(command.iter().copied().collect());
        }
    }

    /// Tells nothing of what was called.
    pub fn nothing(&mut self) {
        self.replaced = true;
        self.substitutes.clear();
    }

    /// Begins a command: what the one before has said no longer holds.
    #[inline]
    pub fn begin(&mut self) {
        self.replaced = false;
        self.substitutes.clear();
    }

    /// Ends a command that was called with `args` on `db`, and that changed data if `changed`.
    #[inline]
    pub fn finish(&mut self, db: usize, args: Args<'_>, changed: bool) {
        if !self.enabled || !changed {
            return;
        }
        if !self.replaced {
            let args = args.to_owned();
            self.log.push(Effect { db, args });
        }
        let substitutes = self.substitutes.drain(..);
        self.log.extend(substitutes.map(|args| Effect { db, args }));
    }

    /// Tells of a key that went by itself, by time or by eviction.
    pub fn removed(&mut self, db: usize, key: &[u8]) {
        if self.enabled {
            let args = [b"DEL".as_slice(), key].into_iter().collect();
            self.log.push(Effect { db, args });
        }
    }

    /// What was collected, and forgets it.
    pub fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.log)
    }
}
