//! What a primary tells its replicas: one stream of commands, the part of it that is kept for those who come back,
//! and how far each of them has come.
//!
//! Pure structures. The commands (`commands/replication`) and the server (`server/replicas.rs`) move them.

mod backlog;
mod failover;
mod follower;
mod place;
mod primary;
mod replica;

pub use backlog::Backlog;
pub use failover::Failover;
pub use follower::{Follower, Stage, Step, Transfer};
pub use place::StreamPlace;
pub use primary::{Continue, Primary};
pub use replica::{Replica, ReplicaState};
