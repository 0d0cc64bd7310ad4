//! maxmemory: evicting until there is room, or saying that there is none.

use super::Server;
use crate::instance::Client;
use crate::keyspace::EvictionPolicy;

/// Keys evicted for one command at most; a lower limit set at run time is reached by several.
const MAX_EVICTIONS: usize = 10_000;

impl Server {
    /// Evicts by the policy until memory is within maxmemory. False when it is not and nothing
    /// may go.
    pub(super) fn make_room(&mut self, client: &Client) -> bool {
        if self.instance.used_memory() > self.instance.memory_ceiling {
            return false;
        }
        let limit = self.instance.config.maxmemory;
        if limit == 0 || self.instance.pause.is_some() {
            return true;
        }
        if self.is_within(limit, client) {
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

    fn evict_down_to(&mut self, limit: usize, client: &Client) -> bool {
        let policy = self.instance.config.maxmemory_policy;
        let samples = self.instance.config.maxmemory_samples;
        for _ in 0..MAX_EVICTIONS {
            if policy == EvictionPolicy::NoEviction
                || !self.evictor.evict_one(&mut self.keyspace, policy, samples)
            {
                return false;
            }
            if self.is_within(limit, client) {
                return true;
            }
        }
        true
    }
}
