//! A machine on its way to the moment at which a history ends, a slice at a time.

use super::archive::ArchiveError;
use super::history::History;
use super::machine::Machine;

/// A history that is being made again.
pub struct Replay {
    history: History,
    machine: Machine,
    /// The act that comes next.
    next: usize,
    until_us: i64,
}

impl Replay {
    /// Begins to make the history again that `bytes` hold. Its servers may hold `memory_ceiling` bytes each.
    ///
    /// # Errors
    /// When they hold none.
    pub fn begin(bytes: &[u8], memory_ceiling: usize) -> Result<Self, ArchiveError> {
        let (history, until_us) = History::from_bytes(bytes, memory_ceiling)?;
        Ok(Replay {
            machine: history.machine(),
            history,
            next: 0,
            until_us,
        })
    }

    /// Goes on until `enough` says so, which is asked now and then; true when the end is reached.
    pub fn step(&mut self, mut enough: impl FnMut() -> bool) -> bool {
        loop {
            let act = self.history.act(self.next);
            let to_us = act.map_or(self.until_us, |(at_us, _)| at_us);
            if !self.machine.advance(to_us, &mut enough) {
                return false;
            }
            let Some((_, act)) = act else { return true };
            act.again(&mut self.machine);
            self.next += 1;
            if enough() {
                return false;
            }
        }
    }

    /// How much of the time has passed, 0 to 1.
    pub fn progress(&self) -> f64 {
        let began_us = self.history.began_us();
        let span_us = (self.until_us - began_us).max(1);
        (self.machine.now_us() - began_us) as f64 / span_us as f64
    }

    /// The history and the machine, once the end is reached.
    pub fn finish(self) -> (History, Machine) {
        (self.history, self.machine)
    }
}
