//! Active expiry: removing keys whose time has come though nobody asks for them.
//!
//! Redis samples and repeats while more than a tenth of the sample had expired; so do we, but
//! bounded by counts instead of by a clock, which the engine does not have.

use super::Keyspace;
use crate::types::dict::Entry;

/// Volatile keys looked at in one step, at the least effort.
const SAMPLE: usize = 20;
/// Most steps of one cycle in one database: 10 000 keys, well below a millisecond or two.
const MAX_STEPS: usize = 500;

/// Where the cycle stands in each database.
#[derive(Default)]
pub struct ExpireCycle {
    cursors: Vec<u64>,
}

impl ExpireCycle {
    /// One cycle over all databases, as cron runs it ten times a second, with an effort of 1 to 10
    /// (active-expire-effort). Work is bounded by the number of volatile keys and by a constant.
    pub fn run(&mut self, keyspace: &mut Keyspace, effort: usize) {
        let more = effort.clamp(1, 10) - 1;
        let sample = SAMPLE + SAMPLE / 4 * more;
        self.cursors.resize(keyspace.len(), 0);
        for (database, cursor) in keyspace.iter_mut().zip(&mut self.cursors) {
            for _ in 0..MAX_STEPS {
                if database.volatile_len() == 0 {
                    break;
                }
                let now_ms = database.now_ms();
                let mut seen = 0usize;
                let mut due: Vec<Vec<u8>> = Vec::new();
                // Sparse tables have many empty buckets: bound the walk too.
                for _ in 0..sample * 4 {
                    *cursor = database.scan_volatile(*cursor, &mut |name| {
                        seen += 1;
                        if name.expire_at() <= now_ms {
                            due.push(name.key().to_vec());
                        }
                    });
                    if seen >= sample || *cursor == 0 {
                        break;
                    }
                }
                for key in &due {
                    database.remove_expired(key);
                }
                // Up to a tenth that is over may stay, and less with more effort.
                if due.len() * 100 <= seen * (10 - more) {
                    break;
                }
            }
        }
    }
}
