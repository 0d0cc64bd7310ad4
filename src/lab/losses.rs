//! What a crash has lost, in words.

use super::ledger::{Lost, Why};
use crate::cli::format::write_argument;
use crate::instance::{Remembered, Writes};

/// How processes died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// kill -9: the page cache stays.
    Kill,
    /// Power off: only what was synced stays.
    Power,
}

/// A write command that had been acknowledged and is gone.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LostCommand {
    /// The port of its server.
    pub port: u16,
    /// When it ran, in milliseconds since 1970.
    pub time: f64,
    /// As redis-cli would quote it, long arguments cut.
    pub text: String,
    /// What lost it.
    pub why: Why,
}

/// What a crash has lost.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Losses {
    /// How it came.
    pub cause: Cause,
    /// The lost commands, the newest last, of each process at most 1000.
    pub commands: Vec<LostCommand>,
    /// How many there are in all.
    pub total: u64,
}

impl Losses {
    /// Nothing so far.
    pub fn new(cause: Cause) -> Self {
        Losses {
            cause,
            commands: Vec::new(),
            total: 0,
        }
    }

    /// Adds those of one process.
    pub fn add(&mut self, port: u16, writes: &Writes, (total, lost): (u64, Vec<Lost>)) {
        self.total += total;
        for lost in lost {
            // What is no longer remembered is counted all the same.
            if let Some(args) = writes.get(lost.number) {
                self.commands.push(LostCommand {
                    port,
                    time: lost.time_ms as f64,
                    text: told(args),
                    why: lost.why,
                });
            }
        }
    }
}

fn told<'a>(args: impl Iterator<Item = Remembered<'a>>) -> String {
    let mut text = Vec::new();
    for arg in args {
        match arg {
            Remembered::Whole(arg) => write_argument(&mut text, arg, false),
            Remembered::Cut(arg) => write_argument(&mut text, arg, true),
            Remembered::More => text.extend_from_slice(" …".as_bytes()),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}
