//! maxmemory: evicting until there is room, or saying that there is none.

use super::Server;
use crate::instance::Client;
use crate::keyspace::EvictionPolicy;

/// Keys evicted for one command at most, at the usual maxmemory-eviction-tenacity; a lower limit set at
/// run time is reached by several.
const MAX_EVICTIONS: f64 = 10_000.0;

impl Server {
    /// Whether memory is within its limits, so that nothing is to be done: as before nearly every command.
    #[inline]
    pub(super) fn has_room(&self, client: &Client) -> bool {
        let limit = self.instance.config.maxmemory;
        self.instance.used_memory() <= self.instance.memory_ceiling
            && (limit == 0 || self.is_within(limit, client))
    }

    /// Evicts by the policy until memory is within maxmemory. False when it is not and nothing
    /// may go.
    pub(super) fn make_room(&mut self, client: &Client) -> bool {
        if self.instance.used_memory() > self.instance.memory_ceiling {
            return false;
        }
        let limit = self.instance.config.maxmemory;
        let instance = &self.instance;
        let leaves_it = instance.is_replica() && instance.config.replica_ignore_maxmemory;
        if limit == 0 || instance.pause.is_some() || leaves_it || self.is_within(limit, client) {
            return true;
        }
        let started = self.instance.start_event();
        let has_room = self.evict_down_to(limit, client);
        self.instance.end_event("eviction-cycle", started);
        has_room
    }

    /// The request being served is not data, nor are the replies on their way out.
    fn is_within(&self, limit: usize, client: &Client) -> bool {
        let buffers = client.query_buffer.capacity();
        self.instance.used_memory().saturating_sub(buffers) <= limit
    }

    /// As Redis's time for it: in proportion up to 10, then 15 percent more with each, and at 100 without
    /// end.
    fn most_evictions(&self) -> usize {
        match self.instance.config.maxmemory_eviction_tenacity {
            100.. => usize::MAX,
            tenacity @ ..=10 => (MAX_EVICTIONS / 10.0 * tenacity.max(1) as f64) as usize,
            tenacity => (MAX_EVICTIONS * 1.15_f64.powi(tenacity as i32 - 10)) as usize,
        }
    }

    fn evict_down_to(&mut self, limit: usize, client: &Client) -> bool {
        let policy = self.instance.config.maxmemory_policy;
        let samples = self.instance.config.maxmemory_samples;
        for _ in 0..self.most_evictions() {
            if policy == EvictionPolicy::NoEviction
                || !self.evictor.evict_one(&mut self.keyspace, policy, samples)
            {
                return false;
            }
            if self.is_within(limit, client) {
                return true;
            }
        }
        self.instance.evicting = true;
        true
    }

    /// Goes on evicting, though no command asks for room.
    pub(super) fn evict_by_itself(&mut self) {
        if self.instance.pause.is_none() && std::mem::take(&mut self.instance.evicting) {
            self.make_room(&Client::default());
            self.tell_of_removed_keys();
        }
    }
}
