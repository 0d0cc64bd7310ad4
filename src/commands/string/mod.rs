//! The commands on strings.

mod append;
mod get;
mod increment;
mod lcs;
mod options;
mod set;
#[cfg(test)]
mod tests;

pub use append::{append, setrange};
pub use get::{get, getdel, getex, getrange, mget, strlen, substr};
pub use increment::{decr, decrby, incr, incrby, incrbyfloat};
pub use lcs::lcs;
pub use set::{getset, mset, msetnx, psetex, set, setex, setnx};

use crate::commands::context::Context;
use crate::keyspace::StringRef;
use crate::resp::{ReplyError, ReplyWriter};

/// Refuses a string that would grow beyond proto-max-bulk-len.
pub(super) fn check_length(ctx: &Context, length: usize, more: usize) -> Result<usize, ReplyError> {
    const TOO_LONG: ReplyError =
        ReplyError::new("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    let limit = ctx.instance.config.proto_max_bulk_len;
    match length.checked_add(more) {
        Some(total) if total as u64 <= limit as u64 => Ok(total),
        _ => Err(TOO_LONG),
    }
}

/// Replies with a string that may be absent.
fn reply_string(reply: &mut ReplyWriter, string: Option<StringRef>) {
    match string {
        None => reply.null(),
        Some(StringRef::Int(number)) => reply.bulk_integer(number),
        Some(StringRef::Embedded(bytes) | StringRef::Raw(bytes)) => reply.bulk(bytes),
    }
}
