//! Eviction: making room under maxmemory.
//!
//! As Redis does it: a few random keys are sampled in each database, the best candidates are
//! kept in a small pool over time, and the best of the pool goes.

use super::events::EventClass;
use super::record::{Record, VolatileName};
use super::{AccessClock, Keyspace};
use crate::types::dict::Entry;

/// Candidates remembered between evictions.
const POOL: usize = 16;

/// Keys looked at for one eviction in each database, whatever maxmemory-samples says: more cost
/// time for every command and choose no better.
const MAX_SAMPLES: usize = 64;

/// maxmemory-policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EvictionPolicy {
    /// Refuse writes.
    #[default]
    NoEviction,
    /// Any key, least recently used first.
    AllKeysLru,
    /// Any key, least frequently used first.
    AllKeysLfu,
    /// Any key at random.
    AllKeysRandom,
    /// A key with an expiry time, least recently used first.
    VolatileLru,
    /// A key with an expiry time, least frequently used first.
    VolatileLfu,
    /// A key with an expiry time at random.
    VolatileRandom,
    /// The key that expires soonest.
    VolatileTtl,
}

impl EvictionPolicy {
    /// Every policy with the name it has in redis.conf, in Redis's order.
    pub const NAMES: [(&'static str, EvictionPolicy); 8] = [
        ("volatile-lru", EvictionPolicy::VolatileLru),
        ("volatile-lfu", EvictionPolicy::VolatileLfu),
        ("volatile-random", EvictionPolicy::VolatileRandom),
        ("volatile-ttl", EvictionPolicy::VolatileTtl),
        ("allkeys-lru", EvictionPolicy::AllKeysLru),
        ("allkeys-lfu", EvictionPolicy::AllKeysLfu),
        ("allkeys-random", EvictionPolicy::AllKeysRandom),
        ("noeviction", EvictionPolicy::NoEviction),
    ];

    /// Whether keys are judged by how often they are used.
    pub fn is_lfu(self) -> bool {
        matches!(
            self,
            EvictionPolicy::AllKeysLfu | EvictionPolicy::VolatileLfu
        )
    }

    /// Whether keys are judged by when they were last used.
    pub fn is_lru(self) -> bool {
        matches!(
            self,
            EvictionPolicy::AllKeysLru | EvictionPolicy::VolatileLru
        )
    }

    fn only_volatile(self) -> bool {
        matches!(
            self,
            EvictionPolicy::VolatileLru
                | EvictionPolicy::VolatileLfu
                | EvictionPolicy::VolatileRandom
                | EvictionPolicy::VolatileTtl
        )
    }
}

struct Candidate {
    rank: u64,
    database: usize,
    key: Vec<u8>,
}

/// The pool of candidates, and whose turn it is.
#[derive(Default)]
pub struct Evictor {
    /// In rising order of rank: the last goes first.
    pool: Vec<Candidate>,
    next_database: usize,
}

impl Evictor {
    /// Removes one key by `policy`, looking at `samples` keys a database (64 at most). False when
    /// there is none that may go.
    pub fn evict_one(
        &mut self,
        keyspace: &mut Keyspace,
        policy: EvictionPolicy,
        samples: usize,
    ) -> bool {
        let chosen = match policy {
            EvictionPolicy::NoEviction => None,
            EvictionPolicy::AllKeysRandom | EvictionPolicy::VolatileRandom => {
                self.any(keyspace, policy)
            }
            _ => self.best(keyspace, policy, samples),
        };
        let Some((database, key)) = chosen else {
            return false;
        };
        let database = &mut keyspace[database];
        if database.evict(&key) {
            database.count_evicted();
        }
        true
    }

    fn any(&mut self, keyspace: &mut Keyspace, policy: EvictionPolicy) -> Option<(usize, Vec<u8>)> {
        for _ in 0..keyspace.len() {
            let index = self.next_database % keyspace.len();
            self.next_database = index + 1;
            let database = &mut keyspace[index];
            let key = if policy.only_volatile() {
                database.random_volatile_key()
            } else {
                let mut key = None;
                database.sample_records(1, |record| key = Some(record.key().to_vec()));
                key
            };
            if let Some(key) = key {
                return Some((index, key));
            }
        }
        None
    }

    fn best(
        &mut self,
        keyspace: &mut Keyspace,
        policy: EvictionPolicy,
        samples: usize,
    ) -> Option<(usize, Vec<u8>)> {
        let candidates: usize = keyspace
            .iter()
            .map(|database| match policy.only_volatile() {
                true => database.volatile_len(),
                false => database.len(),
            })
            .sum();
        if candidates == 0 {
            return None;
        }
        // A pool may hold only keys that are gone by now; then it is filled anew.
        for _ in 0..100 {
            self.sample(keyspace, policy, samples.min(MAX_SAMPLES));
            while let Some(candidate) = self.pool.pop() {
                let database = &keyspace[candidate.database];
                let still_there = database
                    .peek(&candidate.key)
                    .is_some_and(|record| !policy.only_volatile() || record.is_volatile());
                if still_there {
                    return Some((candidate.database, candidate.key));
                }
            }
        }
        None
    }

    fn sample(&mut self, keyspace: &mut Keyspace, policy: EvictionPolicy, samples: usize) {
        for index in 0..keyspace.len() {
            let database = &mut keyspace[index];
            let clock = database.clock();
            let mut seen: Vec<(u64, Vec<u8>)> = Vec::with_capacity(samples);
            if policy.only_volatile() {
                database.sample_volatile(samples, |name| {
                    seen.push((volatile_rank(name, policy, clock), name.key().to_vec()));
                });
            } else {
                database.sample_records(samples, |record| {
                    seen.push((record_rank(record, clock), record.key().to_vec()));
                });
            }
            for (rank, key) in seen {
                self.offer(Candidate {
                    rank,
                    database: index,
                    key,
                });
            }
        }
    }

    fn offer(&mut self, candidate: Candidate) {
        let known = self
            .pool
            .iter()
            .any(|kept| kept.database == candidate.database && kept.key == candidate.key);
        if known {
            return;
        }
        let at = self.pool.partition_point(|kept| kept.rank < candidate.rank);
        if self.pool.len() < POOL {
            self.pool.insert(at, candidate);
        } else if at > 0 {
            self.pool.insert(at, candidate);
            self.pool.remove(0);
        }
    }
}

fn record_rank(record: &Record, clock: AccessClock) -> u64 {
    clock.eviction_rank(record.access())
}

fn volatile_rank(name: &VolatileName, policy: EvictionPolicy, clock: AccessClock) -> u64 {
    if policy == EvictionPolicy::VolatileTtl {
        u64::MAX - name.expire_at().max(0).unsigned_abs()
    } else {
        clock.eviction_rank(name.access())
    }
}

impl super::Database {
    /// Removes a key to make room; replicas and the AOF are told.
    fn evict(&mut self, key: &[u8]) -> bool {
        let removed = self.take(key).is_some();
        if removed {
            self.note_removed(key);
            self.modified(key, EventClass::EVICTED, "evicted");
        }
        removed
    }
}
