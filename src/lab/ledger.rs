//! Which acknowledged write commands a crash has lost.
//!
//! Write commands are numbered from the start of their process ([`crate::instance::Writes`]). The
//! ledger notes where the AOF stood after each turn, and what the dump looked like after each
//! snapshot. Behind the last command that the surviving files cover, everything is lost.

use std::collections::VecDeque;

/// Turns kept; beyond, the older half is thinned out, and a loss there is told up to one
/// turn too large.
const MAX_TURNS: usize = 1 << 16;

/// Commands told one by one, for which turns are kept although they are safe.
pub const TOLD: u64 = 1000;

/// Snapshots remembered.
const MAX_SNAPSHOTS: usize = 16;

/// A place in the AOF: the number of the incremental file, and the offset in it.
pub type Position = (u64, u64);

/// Where the AOF stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// What commands have added.
    pub appended: Position,
    /// What the file holds.
    pub written: Position,
    /// What is synced.
    pub durable: Position,
}

/// A moment after which the server waited for more.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// Write commands up to here.
    writes: u64,
    /// The keyspace's count of changes.
    changes: u64,
    /// Where the AOF ended; none while nothing is logged that would be loaded.
    appended: Option<Position>,
    /// Replies waited for the sync (appendfsync always).
    waits: bool,
    time_ms: i64,
}

/// Why a command is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Nothing was logged, and no snapshot that survived has it.
    Memory,
    /// It was not yet written.
    Buffer,
    /// It was written, not synced, and power went.
    PageCache,
}

/// What part the AOF plays in a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// It is not what will be loaded.
    Unused,
    /// The process died.
    Killed,
    /// Power went.
    PowerCut {
        /// Up to where it was in the page cache.
        written: Position,
    },
}

/// A lost command, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its number.
    pub number: u64,
    /// When it was run, in milliseconds since 1970.
    pub time_ms: i64,
    /// What lost it.
    pub why: Why,
}

/// What is remembered of one process.
#[derive(Debug, Default)]
pub struct Ledger {
    turns: VecDeque<Turn>,
    /// Fingerprints of dumps, and how many write commands each holds.
    snapshots: VecDeque<(Fingerprint, u64)>,
}

/// What tells one dump from another: its length and its ends, which hold time and checksum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// Bytes in the file.
    pub len: u64,
    /// Its first and last bytes.
    pub ends: Vec<u8>,
}

impl Ledger {
    /// A turn has ended: so many write commands and changes so far, and the AOF `logged` up to
    /// there; `waits` says that its replies wait for the sync.
    pub fn turn(
        &mut self,
        (writes, changes): (u64, u64),
        logged: Option<Positions>,
        waits: bool,
        time_ms: i64,
    ) {
        if self.turns.back().is_some_and(|last| last.writes >= writes) {
            return;
        }
        self.turns.push_back(Turn {
            writes,
            changes,
            appended: logged.map(|positions| positions.appended),
            waits,
            time_ms,
        });
        let durable = logged.map_or((0, 0), |positions| positions.durable);
        // The front goes once the turn behind it is safe too, and old.
        while let Some(next) = self.turns.get(1) {
            let is_safe = next.appended.is_some_and(|end| end <= durable);
            let is_told = next.writes + TOLD >= writes;
            if !is_safe || is_told {
                break;
            }
            self.turns.pop_front();
        }
        if self.turns.len() > MAX_TURNS {
            let mut number = 0;
            self.turns.retain(|_| {
                number += 1;
                number > MAX_TURNS / 2 || number % 2 == 0
            });
        }
    }

    /// A snapshot of the first `changes` has become the dump. `changes_of` tells the changes
    /// after a command, if it is remembered.
    pub fn snapshot(
        &mut self,
        dump: Fingerprint,
        changes: u64,
        changes_of: impl Fn(u64) -> Option<u64>,
    ) {
        let holds = |turn: &&Turn| turn.changes <= changes;
        let mut writes = self
            .turns
            .iter()
            .rev()
            .find(holds)
            .map_or(0, |it| it.writes);
        // It may have begun in the middle of the turn after that.
        while changes_of(writes).is_some_and(|after| after <= changes) {
            writes += 1;
        }
        if self.snapshots.len() == MAX_SNAPSHOTS {
            self.snapshots.pop_front();
        }
        self.snapshots.push_back((dump, writes));
    }

    /// How many commands a dump holds: those before its snapshot; 0 for one made before this
    /// process, or by somebody else.
    pub fn covered_by_dump(&self, dump: &Fingerprint) -> u64 {
        let known = self.snapshots.iter().rev().find(|(known, _)| known == dump);
        known.map_or(0, |(_, writes)| *writes)
    }

    /// How many commands the AOF holds when it ends at `survived`.
    pub fn covered_by_log(&self, survived: Position) -> u64 {
        // What was logged later holds what was not logged before: logging begins with a rewrite.
        let covering = |turn: &&Turn| turn.appended.is_some_and(|end| end <= survived);
        let last = self.turns.iter().rev().find(covering);
        last.map_or(0, |turn| turn.writes)
    }

    /// How many of the `writes` commands are lost when the first `covered` are not, and the last
    /// of them. `log` says that the AOF is what would have saved them. Commands whose replies
    /// still waited for the sync were not acknowledged, and do not count.
    pub fn lost(&self, writes: u64, covered: u64, log: Log) -> (u64, Vec<Lost>) {
        let mut total = 0;
        let mut told = VecDeque::new();
        let mut end = writes;
        // Commands behind the last turn's end: the turn was not over.
        let turns = self.turns.iter().rev().map(Some).chain([None]);
        let mut later: Option<&Turn> = None;
        for turn in turns {
            let begin = turn.map_or(0, |turn| turn.writes).max(covered);
            let logged = later.and_then(|later| later.appended);
            let logged = logged.filter(|_| log != Log::Unused);
            let waits = logged.is_some() && later.is_some_and(|later| later.waits);
            if begin < end && !waits {
                total += end - begin;
                let why = match (logged, log) {
                    (None, _) => Why::Memory,
                    (Some(at), Log::PowerCut { written }) if at <= written => Why::PageCache,
                    (Some(_), _) => Why::Buffer,
                };
                let time_ms = later.map_or(0, |later| later.time_ms);
                for number in (begin..end).rev() {
                    if told.len() as u64 == TOLD {
                        break;
                    }
                    told.push_front(Lost {
                        number,
                        time_ms,
                        why,
                    });
                }
            }
            end = end.min(begin);
            later = turn;
        }
        (total, told.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(appended: u64, durable: u64) -> Option<Positions> {
        Some(Positions {
            appended: (1, appended),
            written: (1, appended),
            durable: (1, durable),
        })
    }

    #[test]
    fn what_the_log_holds_is_not_lost() {
        let mut ledger = Ledger::default();
        ledger.turn((2, 2), at(20, 0), false, 1000);
        ledger.turn((5, 5), at(50, 20), false, 2000);
        ledger.turn((5, 5), at(50, 20), false, 2100);
        ledger.turn((6, 6), at(60, 20), false, 3000);
        assert_eq!(ledger.covered_by_log((1, 20)), 2);
        assert_eq!(ledger.covered_by_log((1, 59)), 5);
        assert_eq!(ledger.covered_by_log((2, 0)), 6);
        let (total, told) = ledger.lost(6, 2, Log::PowerCut { written: (1, 50) });
        assert_eq!(total, 4);
        let whys: Vec<_> = told.iter().map(|lost| (lost.number, lost.why)).collect();
        assert_eq!(
            whys,
            [
                (2, Why::PageCache),
                (3, Why::PageCache),
                (4, Why::PageCache),
                (5, Why::Buffer)
            ]
        );
        assert_eq!((told[0].time_ms, told[3].time_ms), (2000, 3000));
        assert_eq!(ledger.lost(6, 6, Log::Killed).0, 0);
    }

    #[test]
    fn what_was_not_acknowledged_is_no_loss() {
        let mut ledger = Ledger::default();
        ledger.turn((3, 3), at(30, 0), false, 1);
        ledger.turn((7, 7), at(70, 30), true, 2);
        let (total, told) = ledger.lost(7, 0, Log::PowerCut { written: (1, 70) });
        assert_eq!((total, told.len()), (3, 3));
        // Where the log is not loaded, they were acknowledged in vain.
        assert_eq!(ledger.lost(7, 0, Log::Unused).0, 7);
    }

    #[test]
    fn unlogged_commands_are_covered_by_what_is_logged_later() {
        let mut ledger = Ledger::default();
        ledger.turn((3, 3), None, false, 1);
        ledger.turn((5, 5), at(10, 10), false, 2);
        ledger.turn((9, 9), None, false, 3);
        assert_eq!(ledger.covered_by_log((1, 10)), 5);
        let (total, told) = ledger.lost(9, 5, Log::Killed);
        assert_eq!((total, told[0].why), (4, Why::Memory));
        let (total, told) = ledger.lost(9, 0, Log::Unused);
        assert_eq!((total, told[0].number), (9, 0));
    }

    #[test]
    fn dumps_are_known_by_their_looks() {
        let dump = |text: &str| Fingerprint {
            len: text.len() as u64,
            ends: text.into(),
        };
        let mut ledger = Ledger::default();
        for number in 0..40 {
            ledger.turn((number * 10, number * 20), None, false, 1);
            ledger.snapshot(dump(&number.to_string()), number * 20, |_| None);
        }
        assert_eq!(ledger.covered_by_dump(&dump("39")), 390);
        // In the middle of a turn, by what each command has changed.
        ledger.turn((500, 1000), None, false, 1);
        ledger.snapshot(dump("in between"), 790, |write| Some(write * 2));
        assert_eq!(ledger.covered_by_dump(&dump("in between")), 396);
        assert_eq!(ledger.covered_by_dump(&dump("1")), 0);
        assert_eq!(ledger.covered_by_dump(&dump("x")), 0);
    }

    #[test]
    fn memory_is_bounded_and_many_losses_are_counted() {
        let mut ledger = Ledger::default();
        for turn in 1..=300_000 {
            ledger.turn((turn * 2, turn), at(turn * 50, 0), false, 1);
        }
        assert!(ledger.turns.len() <= MAX_TURNS);
        let (total, told) = ledger.lost(600_000, 0, Log::Killed);
        assert_eq!((total, told.len() as u64), (600_000, TOLD));
        assert_eq!(told[999].number, 599_999);
        // The newest turns are exact, and safe ones go.
        assert_eq!(ledger.covered_by_log((1, 299_999 * 50)), 599_998);
        ledger.turn((600_002, 300_001), at(300_001 * 50, 300_000 * 50), false, 1);
        assert!(ledger.turns.len() < 600);
    }
}
