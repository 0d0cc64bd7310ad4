//! SENTINEL, and what a sentinel answers to INFO and ROLE.

mod ask;
mod config;
mod set;
mod show;
mod steer;

pub use ask::{ckquorum, get_master_addr, is_master_down, myid, pending_scripts};
pub use config::{sentinel_config, sentinel_debug, simulate_failure};
pub use set::set;
pub use show::{info_cache, master, masters, replicas, sentinel_lines, sentinels};
pub use steer::{failover, flushconfig, help, monitor, remove, reset};

use super::context::Context;
use crate::resp::ReplyError;
use crate::sentinel::{Primary, Sentinel};

const NO_SUCH_PRIMARY: ReplyError = ReplyError::new("ERR No such master with that name");

/// These commands are known to sentinels alone.
const NO_SENTINEL: ReplyError = ReplyError::new("ERR This instance is no sentinel");

/// The sentinel that a command asks.
fn sentinel<'a>(ctx: &'a Context<'_>) -> Result<&'a Sentinel, ReplyError> {
    ctx.instance.sentinel.as_deref().ok_or(NO_SENTINEL)
}

/// The primary of a name.
fn primary<'a>(sentinel: &'a Sentinel, name: &[u8]) -> Result<&'a Primary, ReplyError> {
    let found = std::str::from_utf8(name).ok();
    let found = found.and_then(|name| sentinel.primaries.get(name));
    found.ok_or(NO_SUCH_PRIMARY)
}

/// An argument as text; what is no UTF-8 shows so.
fn text(argument: &[u8]) -> String {
    String::from_utf8_lossy(argument).into_owned()
}
