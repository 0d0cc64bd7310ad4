//! The classes of keyspace events, with the letters of notify-keyspace-events.

use bitflags::bitflags;

bitflags! {
    /// What kind of thing happened to a key.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct EventClass: u16 {
        /// `g`: commands of no type, such as DEL, EXPIRE, RENAME.
        const GENERIC = 1 << 0;
        /// `$`: strings.
        const STRING = 1 << 1;
        /// `l`: lists.
        const LIST = 1 << 2;
        /// `s`: sets.
        const SET = 1 << 3;
        /// `h`: hashes.
        const HASH = 1 << 4;
        /// `z`: sorted sets.
        const SORTED_SET = 1 << 5;
        /// `x`: a key's time ran out.
        const EXPIRED = 1 << 6;
        /// `e`: a key made room under maxmemory.
        const EVICTED = 1 << 7;
        /// `t`: streams.
        const STREAM = 1 << 8;
        /// `n`: a key came into being.
        const NEW = 1 << 9;
    }
}
