//! Looking ahead in a pipeline: commands on one large sorted set find what they need in the cache, because all of
//! them were looked for at once.
//!
//! A command alone waits for memory several times, once it knows where to look next: hash table, leaf, the leaf of
//! the new score. Those of many commands do not wait for each other.

use super::Server;
use crate::keyspace::ValueRef;
use crate::resp::{Args, RequestLimits, RequestParser};
use crate::types::numbers::parse_f64;
use crate::types::sorted_set::{Ahead, MAX_AHEAD, SortedSet};

/// Commands to run before looking again when there was nothing to see.
const BLIND: usize = 64;

impl Server {
    /// Looks at the next commands of `input`, and answers how many need not be looked at again.
    pub(super) fn look_ahead(&self, db: usize, input: &[u8], limits: RequestLimits) -> usize {
        let mut parser = RequestParser::default();
        let mut large: Option<(&[u8], &SortedSet)> = None;
        let mut ahead = [Ahead::default(); MAX_AHEAD];
        let mut count = 0;
        let mut commands = 0;
        let mut rest = input;
        while commands < MAX_AHEAD
            && rest.first() == Some(&b'*')
            && let Ok(Some((args, consumed))) = parser.parse(rest, limits)
        {
            let (request, behind) = rest.split_at(consumed);
            rest = behind;
            commands += 1;
            let Some((member, score)) = subject(args) else {
                // As a rule the next are like it.
                if commands == 1 {
                    return MAX_AHEAD;
                }
                continue;
            };
            let bytes = |index| args.span(index).map(|span| &request[span]);
            let (Some(key), Some(member)) = (bytes(1), bytes(member)) else {
                continue;
            };
            match large {
                Some((other, _)) if other != key => continue,
                Some(_) => {}
                None => match self.keyspace[db].peek(key).map(|record| record.value()) {
                    Some(ValueRef::SortedSet(set)) if set.exceeds_the_cache() => {
                        large = Some((key, set));
                    }
                    _ => return BLIND,
                },
            }
            let score = score.and_then(bytes).and_then(parse_f64);
            ahead[count] = Ahead { member, score };
            count += 1;
        }
        let Some((_, set)) = large else {
            return BLIND;
        };
        set.approach(&ahead[..count]);
        commands
    }
}

/// Where a command on one member of a sorted set says which member, and which score it gets.
fn subject(args: Args) -> Option<(usize, Option<usize>)> {
    let last = args.len().checked_sub(1)?;
    let name = args.at(0);
    let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
    if is(b"zadd") && last >= 3 {
        Some((last, Some(last - 1)))
    } else if is(b"zincrby") {
        Some((3, None))
    } else if is(b"zrank") || is(b"zrevrank") || is(b"zscore") || is(b"zrem") {
        Some((2, None))
    } else {
        None
    }
}
