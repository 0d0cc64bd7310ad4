//! The list commands.

mod blocking;
mod edit;
mod movement;
mod pop;
mod push;
mod read;

pub use blocking::{blmove, blmpop, blpop, brpop, brpoplpush};
pub use edit::{linsert, lrem, lset, ltrim};
pub use movement::{lmove, rpoplpush};
pub use pop::{lmpop, lpop, rpop};
pub use push::{lpush, lpushx, rpush, rpushx};
pub use read::{lindex, llen, lpos, lrange};

use crate::commands::arguments::is_word;
use crate::resp::error::SYNTAX;
use crate::resp::{ReplyError, ReplyWriter};
use crate::types::list::{End, List};
use crate::types::listpack::Element;
use crate::types::numbers::parse_i64;

/// An integer not below `least`; any other argument is refused with `refusal`.
fn at_least(argument: &[u8], least: i64, refusal: &'static str) -> Result<i64, ReplyError> {
    let value = parse_i64(argument).filter(|&value| value >= least);
    value.ok_or(ReplyError::new(refusal))
}

/// LEFT or RIGHT.
fn end(argument: &[u8]) -> Result<End, ReplyError> {
    if is_word(argument, "left") {
        Ok(End::Head)
    } else if is_word(argument, "right") {
        Ok(End::Tail)
    } else {
        Err(SYNTAX)
    }
}

fn push_event(end: End) -> &'static str {
    match end {
        End::Head => "lpush",
        End::Tail => "rpush",
    }
}

fn pop_event(end: End) -> &'static str {
    match end {
        End::Head => "lpop",
        End::Tail => "rpop",
    }
}

#[inline(always)]
fn write_element(reply: &mut ReplyWriter, element: Element<'_>) {
    reply.bulk(element.bytes(&mut itoa::Buffer::new()));
}

/// The elements `start` to `stop` of a list, both included and negative from the end, as the
/// first one's index and their number.
fn range(start: i64, stop: i64, len: usize) -> (usize, usize) {
    let len = len as i64;
    let from_end = |index: i64| if index < 0 { index + len } else { index };
    let start = from_end(start).max(0);
    let stop = from_end(stop).min(len - 1);
    if start > stop {
        return (0, 0);
    }
    (start as usize, (stop - start + 1) as usize)
}

/// Writes `count` elements from one end of a list on.
fn write_from(reply: &mut ReplyWriter, list: &List, end: End, count: usize) {
    reply.array(count);
    match end {
        End::Head => list
            .iter()
            .take(count)
            .for_each(|element| write_element(reply, element)),
        End::Tail => {
            list.iter()
                .rev()
                .take(count)
                .for_each(|element| write_element(reply, element));
        }
    }
}

#[cfg(test)]
mod tests;
