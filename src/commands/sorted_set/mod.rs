//! The sorted set commands.

mod add;
mod algebra;
mod blocking;
mod combine;
mod members;
mod pop;
mod query;
mod random;
mod range;
mod remove;
mod scan;
mod store;
#[cfg(test)]
mod tests;

pub use add::{zadd, zincrby};
pub use algebra::{zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore};
pub use blocking::{bzmpop, bzpopmax, bzpopmin};
pub use members::{zcard, zcount, zlexcount, zmscore, zrank, zrevrank, zscore};
pub use pop::{zmpop, zpopmax, zpopmin};
pub use random::zrandmember;
pub use range::{
    zrange, zrangebylex, zrangebyscore, zrangestore, zrevrange, zrevrangebylex, zrevrangebyscore,
};
pub use remove::{zrem, zremrangebylex, zremrangebyrank, zremrangebyscore};
pub use scan::zscan;
