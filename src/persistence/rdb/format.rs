//! The numbers of the format (Redis's `rdb.h`, versions 1 to 11).

/// What a snapshot begins with, before four digits of version.
pub(super) const MAGIC: &[u8; 5] = b"REDIS";
/// What Valkey 9 writes instead, before three digits of version.
pub(super) const VALKEY_MAGIC: &[u8; 6] = b"VALKEY";
/// The version that is written: what Redis 7.0 writes and loads.
pub(super) const VERSION: u16 = 10;
/// The newest version that is read: Redis 7.2's.
pub(super) const NEWEST: u16 = 11;
/// The version that Valkey 9 writes behind its own magic.
pub(super) const VALKEY_VERSION: u16 = 80;
/// The first version with a checksum at the end.
pub(super) const FIRST_WITH_CHECKSUM: u16 = 5;

/// Bytes of a string up to which it is never compressed.
pub(super) const COMPRESS_ABOVE: usize = 20;
/// A compressed string must be at least so many bytes shorter.
pub(super) const COMPRESS_SAVES: usize = 4;
/// Longest string that a compressed one may declare to unpack to: Redis's own bound of a value.
pub(super) const LARGEST_UNPACKED: u64 = 512 * 1024 * 1024;

/// What stands where a type could.
pub(super) mod opcode {
    pub const SLOT_INFO: u8 = 244;
    pub const FUNCTION2: u8 = 245;
    pub const FUNCTION_PRE_GA: u8 = 246;
    pub const MODULE_AUX: u8 = 247;
    pub const IDLE: u8 = 248;
    pub const FREQ: u8 = 249;
    pub const AUX: u8 = 250;
    pub const RESIZEDB: u8 = 251;
    pub const EXPIRETIME_MS: u8 = 252;
    pub const EXPIRETIME: u8 = 253;
    pub const SELECTDB: u8 = 254;
    pub const EOF: u8 = 255;
}

/// Types of values.
pub(super) mod kind {
    pub const STRING: u8 = 0;
    pub const LIST: u8 = 1;
    pub const SET: u8 = 2;
    pub const ZSET: u8 = 3;
    pub const HASH: u8 = 4;
    pub const ZSET_2: u8 = 5;
    pub const MODULE_PRE_GA: u8 = 6;
    pub const MODULE_2: u8 = 7;
    pub const HASH_ZIPMAP: u8 = 9;
    pub const LIST_ZIPLIST: u8 = 10;
    pub const SET_INTSET: u8 = 11;
    pub const ZSET_ZIPLIST: u8 = 12;
    pub const HASH_ZIPLIST: u8 = 13;
    pub const LIST_QUICKLIST: u8 = 14;
    pub const STREAM_LISTPACKS: u8 = 15;
    pub const HASH_LISTPACK: u8 = 16;
    pub const ZSET_LISTPACK: u8 = 17;
    pub const LIST_QUICKLIST_2: u8 = 18;
    pub const STREAM_LISTPACKS_2: u8 = 19;
    pub const SET_LISTPACK: u8 = 20;
    pub const STREAM_LISTPACKS_3: u8 = 21;
    /// Valkey 9's hash whose fields expire.
    pub const HASH_2: u8 = 22;
}

/// How a string is stored that is not its length and its bytes: the low bits of a length whose top
/// two bits are set.
pub(super) mod encoded {
    pub const INT8: u8 = 0;
    pub const INT16: u8 = 1;
    pub const INT32: u8 = 2;
    pub const LZF: u8 = 3;
}

/// The first byte of a length tells how it goes on.
pub(super) mod length {
    /// Four bytes follow, most significant first.
    pub const BITS32: u8 = 0x80;
    /// Eight bytes follow, most significant first.
    pub const BITS64: u8 = 0x81;
}

/// What a node of a quicklist is.
pub(super) mod container {
    pub const PLAIN: u64 = 1;
    pub const PACKED: u64 = 2;
}
