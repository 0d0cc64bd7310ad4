//! RDB, the format of snapshots: written in version 10, read in all that Redis 2.6 to 7.2 write.

mod crc64;
mod cursor;
mod decoder;
mod dump;
mod format;
mod functions;
mod input;
mod load;
mod lzf;
mod output;
mod stream;
mod value;
mod writer;
mod ziplist;
mod zipmap;

pub use crc64::crc64;
pub use decoder::{Decoder, Item};
pub use dump::{RestoreError, dump, restore, serialized_len};
pub use functions::{dump_functions, restore_functions};
pub use input::LoadError;
pub use load::{Loader, Progress};
pub use writer::{Usage, WriteOptions, Writer, aux_fields};

use crate::instance::Instance;
use crate::keyspace::AccessClock;
use crate::types::{hash, list, set, sorted_set};

/// What decides how values that are read are stored.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Up to where hashes are compact.
    pub hash: hash::Limits,
    /// How large the nodes of a list may be.
    pub list: list::Limits,
    /// Up to where sets are compact.
    pub set: set::Limits,
    /// Up to where sorted sets are compact.
    pub sorted_set: sorted_set::Limits,
    /// Stamps the keys.
    pub clock: AccessClock,
    /// Bytes that compressed strings may unpack to in one go: what the host can still give.
    pub room: usize,
    /// Whether the checksum must be right (rdbchecksum).
    pub checksum: bool,
}

impl Limits {
    /// The limits of the configuration.
    pub fn of(instance: &Instance) -> Self {
        Limits {
            hash: instance.hash_limits(),
            list: instance.list_limits(),
            set: instance.set_limits(),
            sorted_set: instance.sorted_set_limits(),
            clock: instance.access_clock(),
            room: instance
                .memory_ceiling
                .saturating_sub(instance.used_memory()),
            checksum: instance.config.rdbchecksum && !instance.skip_checksum_validation,
        }
    }
}

#[cfg(test)]
mod tests;
