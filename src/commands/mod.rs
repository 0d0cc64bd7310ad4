//! The commands: their table, and a file or folder for each family.

pub mod acl;
mod arguments;
mod bitmap;
mod blocking;
mod by_size;
mod call;
mod command;
mod connection;
mod context;
mod counts;
mod function;
mod geo;
mod getkeys;
mod hash;
mod hyperloglog;
mod keys;
mod list;
mod pubsub;
pub mod replay;
mod replication;
mod scan;
mod scripting;
mod secrets;
mod sentinel;
mod server;
mod set;
mod sorted_set;
mod stream;
mod string;
pub mod syntax;
mod table;
#[cfg(test)]
mod testing;
mod timing;
mod transaction;

pub use crate::instance::{Effect, Effects};
pub use blocking::{give_up, unblock};
pub use call::call;
pub use command::{
    BeginSearch, Categories, Command, FindKeys, Flags, Group, KeyFlags, KeySpec, Run, Summary,
};
pub use connection::LOG_IS_OFF;
pub use context::{CommandResult, Context};
pub use getkeys::{KeysError, keys_of};
pub use replication::{abort_failover, begin_full_sync, end_failover, look_after_failover};
pub use scripting::flags_of;
pub use server::{bytes_of, finish_shutdown, save_outcome, shutdown};
pub use syntax::{Argument, ArgumentKind};
pub use table::{Entry, Mode, Table, command_named, command_of, mode_of, table};
pub use transaction::{end_watches, refuse_exec};
