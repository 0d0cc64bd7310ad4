//! What replicas ask a primary: SYNC, PSYNC, REPLCONF; ROLE, and REPLICAOF.

mod replconf;
mod replicaof;
mod role;
mod sync;

pub use replconf::replconf;
pub use replicaof::replicaof;
pub use role::{replication_fields, role};
pub use sync::{begin_full_sync, psync, sync};
