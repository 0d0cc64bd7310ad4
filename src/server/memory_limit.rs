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
        if limit == 0 {
            return true;
        }
        let policy = self.instance.config.maxmemory_policy;
        let samples = self.instance.config.maxmemory_samples;
        for _ in 0..MAX_EVICTIONS {
            // The request being served is not data, nor are the replies on their way out.
            let buffers = client.query_buffer.capacity();
            if self.instance.used_memory().saturating_sub(buffers) <= limit {
                return true;
            }
            if policy == EvictionPolicy::NoEviction
                || !self.evictor.evict_one(&mut self.keyspace, policy, samples)
            {
                return false;
            }
        }
        true
    }
}
