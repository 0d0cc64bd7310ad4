//! What the processes of the machine have written to their logs, newest last.

use super::hosts::Endpoint;
use super::machine::Machine;
use std::collections::VecDeque;

/// Lines that are kept.
const MAX_LINES: usize = 2000;

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Grows by one with each line of the machine.
    pub number: u64,
    /// When it was written, in microseconds since 1970.
    pub at_us: i64,
    /// Index of the process.
    pub process: usize,
    /// The line, as a log file has it.
    pub text: String,
}

/// The newest lines of all processes.
#[derive(Debug, Default)]
pub struct Log {
    lines: VecDeque<LogLine>,
    last: u64,
}

impl Log {
    /// Adds lines of a process.
    pub(super) fn add(&mut self, at_us: i64, process: usize, lines: Vec<String>) {
        for line in lines {
            self.push(at_us, process, line);
        }
    }

    fn push(&mut self, at_us: i64, process: usize, text: String) {
        if self.lines.len() >= MAX_LINES {
            self.lines.pop_front();
        }
        self.last += 1;
        self.lines.push_back(LogLine {
            number: self.last,
            at_us,
            process,
            text,
        });
    }

    /// The lines whose number is greater, oldest first.
    pub fn since(&self, number: u64) -> impl Iterator<Item = &LogLine> {
        let from = self.lines.partition_point(|line| line.number <= number);
        self.lines.range(from..)
    }
}

impl Machine {
    /// The lines that processes have written since the one of this number, as far as they are kept.
    pub fn log_since(&self, number: u64) -> impl Iterator<Item = &LogLine> {
        self.log.since(number)
    }

    /// What the process at an endpoint has printed since the line of this number, as far as it is kept, and the
    /// number of the newest line of all. A log that goes to a file is not printed.
    pub fn printed_since(&self, at: Endpoint, number: u64) -> (u64, Vec<&str>) {
        let index = self.index(at);
        let process = index.and_then(|index| self.processes.get(index));
        let lines = match process.is_some_and(|process| process.prints) {
            true => self.log.since(number),
            false => self.log.since(u64::MAX),
        };
        let own = lines.filter(|line| Some(line.process) == index);
        (self.log.last, own.map(|line| &line.text[..]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_lines_are_kept() {
        let mut log = Log::default();
        for number in 0..3000_u32 {
            log.push(0, 0, number.to_string());
        }
        assert_eq!(log.since(0).count(), MAX_LINES);
        let last: Vec<_> = log.since(2998).map(|line| &line.text[..]).collect();
        assert_eq!(last, ["2998", "2999"]);
        assert_eq!(log.since(9999).count(), 0);
    }
}
