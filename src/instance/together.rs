//! Quick commands that are measured together, because reading the stopwatch costs more than running one.

use super::Instance;

/// Commands between two readings at most.
const MOST: usize = 32;

/// The commands that have run since the stopwatch was last read.
#[derive(Debug, Default)]
pub struct Together {
    since: i64,
    ids: [u16; MOST],
    len: usize,
}

impl Together {
    /// Adds the command `id`, which has run. True when the stopwatch is to be read.
    #[inline]
    pub fn add(&mut self, id: usize) -> bool {
        if let Some(place) = self.ids.get_mut(self.len) {
            // There are some hundred commands.
            *place = id as u16;
            self.len += 1;
        }
        self.len == MOST
    }

    /// Begins at `now`, in microseconds by the stopwatch.
    pub fn begin(&mut self, now: i64) {
        self.since = now;
        self.len = 0;
    }
}

impl Instance {
    /// Divides the time from the last reading of the stopwatch to `now` among the commands that have run since.
    pub fn measure_together(&mut self, now: i64) {
        let len = self.together.len;
        if len > 0 {
            // A clock that is set back measures nothing.
            let took = now.saturating_sub(self.together.since).max(0);
            let each = took / len as i64;
            let mut rest = took.unsigned_abs() % len as u64;
            let ids = self.together.ids;
            let ids = ids.get(..len).unwrap_or_default();
            for run in ids.chunk_by(|one, other| one == other) {
                let (id, calls) = (usize::from(run[0]), run.len() as u64);
                // The first ones took a microsecond more.
                let longer = rest.min(calls);
                rest -= longer;
                self.count_time(id, each + 1, longer);
                self.count_time(id, each, calls - longer);
            }
        }
        self.together.begin(now);
    }

    /// Counts `calls` calls of the command `id` that took `duration` microseconds each.
    pub fn count_time(&mut self, id: usize, duration: i64, calls: u64) {
        if calls == 0 {
            return;
        }
        if let Some(stats) = self.stats.by_command.get_mut(id) {
            stats.microseconds += duration.max(0).unsigned_abs().saturating_mul(calls);
        }
        if self.config.latency_tracking {
            self.latency.count(id, duration, calls);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Config;

    #[test]
    fn time_is_shared_to_the_microsecond() {
        let mut instance = Instance::new(Config::default(), 1, 0, 4);
        instance.together.begin(100);
        for id in [1, 1, 2, 3, 3, 3] {
            assert!(!instance.together.add(id));
        }
        instance.measure_together(100 + 15);
        let times = instance.stats.by_command.iter();
        let times: Vec<u64> = times.map(|it| it.microseconds).collect();
        assert_eq!(times, [0, 6, 3, 6]);
        let histogram = instance.latency.histograms.get(&3).unwrap();
        assert_eq!(histogram.iter().sum::<u64>(), 3);
        for at in 1..=MOST {
            assert_eq!(instance.together.add(0), at == MOST);
        }
        instance.measure_together(0);
        assert_eq!(instance.stats.by_command[0].microseconds, 0);
    }
}
