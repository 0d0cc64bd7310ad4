//! The latency monitor: events that took long, and how long each command takes.

use crate::map::SortedMap;
use std::collections::VecDeque;

/// Samples kept of an event.
const MAX_SAMPLES: usize = 160;

/// How long an event took at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Seconds since 1970.
    pub time: i64,
    /// Milliseconds; the longest in that second.
    pub took: i64,
}

/// What is known of one kind of event.
#[derive(Debug, Default)]
pub struct LatencyEvent {
    /// The last of its samples, the oldest first; at least one.
    pub samples: VecDeque<Sample>,
    /// The longest of all, in milliseconds.
    pub max: i64,
}

/// Counts of a histogram; the last takes what is longer than eighteen minutes.
const BUCKETS: usize = 31;

/// Events and histograms.
#[derive(Debug, Default)]
pub struct Latency {
    /// By name.
    pub events: SortedMap<&'static str, LatencyEvent>,
    /// By the command's id, while latency-tracking is on: how many calls took as long as
    /// [`bucket_limit`] says of each place, or less, but not as little as the place before says.
    pub histograms: SortedMap<usize, Vec<u64>>,
}

impl Latency {
    /// Notes that an event took `took` milliseconds.
    pub fn add(&mut self, event: &'static str, time: i64, took: i64) {
        let event = entry(&mut self.events, event);
        event.max = event.max.max(took);
        match event.samples.back_mut() {
            Some(last) if last.time == time => last.took = last.took.max(took),
            _ => event.samples.push_back(Sample { time, took }),
        }
        if event.samples.len() > MAX_SAMPLES {
            event.samples.pop_front();
        }
    }

    /// Notes that `calls` calls of the command took `duration` microseconds each.
    pub fn count(&mut self, command: usize, duration: i64, calls: u64) {
        let histogram = entry(&mut self.histograms, command);
        histogram.resize(BUCKETS, 0);
        let bucket = (0..BUCKETS).find(|&bucket| duration <= bucket_limit(bucket));
        histogram[bucket.unwrap_or(BUCKETS - 1)] += calls;
    }
}

/// The longest duration, in microseconds, that a histogram counts in a bucket: as in Redis, where buckets are
/// made of nanoseconds by HDR histograms of two digits.
pub fn bucket_limit(bucket: usize) -> i64 {
    let nanoseconds = 1024_i64 << bucket.min(BUCKETS);
    (nanoseconds + nanoseconds / 128 - 1) / 1000
}

/// The microseconds that so many percent of the commands of a histogram did not exceed.
pub fn percentile(histogram: &[u64], percent: f64) -> f64 {
    let all: u64 = histogram.iter().sum();
    let wanted = (all as f64 * percent / 100.0).ceil().max(1.0);
    let mut seen = 0;
    let bucket = histogram.iter().position(|count| {
        seen += count;
        seen as f64 >= wanted
    });
    let nanoseconds = 1024_i64 << bucket.unwrap_or(0).min(BUCKETS);
    (nanoseconds + nanoseconds / 128 - 1) as f64 / 1000.0
}

/// The value of a key, made if there is none.
fn entry<K: Ord + Copy, V: Default>(map: &mut SortedMap<K, V>, key: K) -> &mut V {
    if !map.contains_key(&key) {
        map.insert(key, V::default());
    }
    // It is there.
    map.get_mut(&key).expect("a value that was just inserted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_one_sample_and_old_ones_go() {
        let mut latency = Latency::default();
        for (time, took) in [(1, 5), (1, 9), (1, 3), (2, 4)] {
            latency.add("command", time, took);
        }
        let event = latency.events.get(&"command").unwrap();
        let samples: Vec<_> = event.samples.iter().map(|it| (it.time, it.took)).collect();
        assert_eq!((samples, event.max), (vec![(1, 9), (2, 4)], 9));
        for time in 3..1000 {
            latency.add("command", time, 1);
        }
        let event = latency.events.get(&"command").unwrap();
        assert_eq!((event.samples.len(), event.max), (MAX_SAMPLES, 9));
    }
}
