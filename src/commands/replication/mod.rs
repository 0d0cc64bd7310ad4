//! What replicas ask a primary: SYNC, PSYNC, REPLCONF; and ROLE.

mod replconf;
mod role;
mod sync;

pub use replconf::replconf;
pub use role::{replication_fields, role};
pub use sync::{begin_full_sync, psync, sync};
