//! Commands on keys of any type.

mod copy;
mod delete;
mod dump;
mod expire;
mod look;
mod object;
mod rename;
mod scan;
mod sort;

pub use copy::{copy, r#move};
pub use delete::{del, unlink};
pub use dump::{dump, restore};
pub use expire::{
    expire, expireat, expiretime, persist, pexpire, pexpireat, pexpiretime, pttl, ttl,
};
pub use look::{exists, keys, randomkey, touch, type_of};
pub use object::{object_encoding, object_freq, object_help, object_idletime, object_refcount};
pub use rename::{rename, renamenx};
pub use scan::scan;
pub use sort::{sort, sort_ro};
