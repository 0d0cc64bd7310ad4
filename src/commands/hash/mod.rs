//! The hash commands.

mod fields;
mod increment;
mod read;

pub use fields::{hdel, hmset, hset, hsetnx};
pub use increment::{hincrby, hincrbyfloat};
pub use read::{hexists, hget, hgetall, hkeys, hlen, hmget, hrandfield, hscan, hstrlen, hvals};

#[cfg(test)]
mod tests;
