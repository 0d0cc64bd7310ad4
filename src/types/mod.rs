//! The data types: pure structures with Redis's encodings. No keys, no clients, no replies.

pub mod bytes;
pub mod dict;
pub mod list;
pub mod listpack;
