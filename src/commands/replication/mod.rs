//! What replicas ask a primary: SYNC, PSYNC, REPLCONF; ROLE, and REPLICAOF.

mod failover;
mod replconf;
mod replicaof;
mod role;
mod sync;

pub use failover::{abort_failover, end_failover, failover, look_after_failover};
pub use replconf::replconf;
pub use replicaof::replicaof;
pub use role::{replication_fields, role};
pub use sync::{begin_full_sync, psync, sync};
