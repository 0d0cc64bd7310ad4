//! How time passes on the machine: what is due next happens next, at its own moment.

use super::machine::Machine;

/// How long a turn takes that leaves more to do, in microseconds of the machine's time.
const BUSY_US: i64 = 200;

/// Things done between two looks at whether the caller has had enough.
const LOOK_AFTER: u32 = 64;

/// What is due.
enum Due {
    Arrival,
    Process(usize),
    Disk,
}

impl Machine {
    /// When something is due next, in microseconds since 1970.
    pub fn next_due_us(&self) -> i64 {
        self.next().0
    }

    fn next(&self) -> (i64, Due) {
        let mut next = (self.disk_due_us, Due::Disk);
        for (index, process) in self.processes.iter().enumerate() {
            if process.server.is_some() && !process.stopped && process.due_us <= next.0 {
                let earlier = process.due_us < next.0;
                // Of several that are due together the first has its turn first, and the disk the last.
                if earlier || matches!(next.1, Due::Disk) {
                    next = (process.due_us, Due::Process(index));
                }
            }
        }
        match self.network.next_arrival_us() {
            Some(at_us) if at_us <= next.0 => (at_us, Due::Arrival),
            _ => next,
        }
    }

    /// Lets time pass until `to_us`, or until `enough` says so, which is asked now and then; true if time has come
    /// to `to_us`. In how many steps it does makes no difference to what happens.
    pub fn advance(&mut self, to_us: i64, mut enough: impl FnMut() -> bool) -> bool {
        // Once in the wasm, whoever asks.
        self.advance_until(to_us, &mut enough)
    }

    fn advance_until(&mut self, to_us: i64, enough: &mut dyn FnMut() -> bool) -> bool {
        let mut steps = 0;
        while !self.frozen {
            let (at_us, due) = self.next();
            if at_us > to_us {
                break;
            }
            // It is asked between two moments: what is done to the machine then comes after all that was due.
            if at_us > self.now_us && steps >= LOOK_AFTER {
                steps = 0;
                if enough() {
                    return false;
                }
            }
            self.now_us = self.now_us.max(at_us);
            match due {
                Due::Arrival => self.deliver(),
                Due::Process(index) => self.tick_process(index),
                Due::Disk => self.tick_disk(),
            }
            steps += 1;
        }
        self.now_us = self.now_us.max(to_us);
        true
    }

    fn tick_disk(&mut self) {
        let wait_ms = self
            .disk
            .tick(self.now_us.div_euclid(1000))
            .clamp(1, 60_000);
        self.disk_due_us = self.now_us + wait_ms * 1000;
    }

    fn tick_process(&mut self, index: usize) {
        // What is written in this turn is written now.
        self.tick_disk();
        let now_us = self.now_us;
        let Some(server) = self.running(index) else {
            return;
        };
        let wait_ms = server.tick(now_us);
        if let Some(process) = self.processes.get_mut(index) {
            process.due_us = now_us + (wait_ms.saturating_mul(1000)).max(BUSY_US);
        }
        self.turn(index);
    }
}
