//! Counting and finding bits within a range: BITCOUNT and BITPOS.

use crate::commands::arguments::integer;
use crate::commands::context::{CommandResult, Context};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::bits::{count_ones, count_ones_between, find};

/// A range as it was written: in bytes or in bits, negative positions from the end.
struct Range {
    start: i64,
    end: Option<i64>,
    in_bits: bool,
}

impl Range {
    /// Reads `start [end [BYTE | BIT]]`.
    fn parse(args: Args) -> Result<Option<Self>, ReplyError> {
        if args.len() > 3 {
            return Err(SYNTAX);
        }
        let Some(start) = args.get(0) else {
            return Ok(None);
        };
        let start = integer(start)?;
        // BITPOS looks at the unit before the end, BITCOUNT after it: see `bitcount`.
        let in_bits = match args.get(2) {
            Some(unit) if unit.eq_ignore_ascii_case(b"bit") => true,
            Some(unit) if unit.eq_ignore_ascii_case(b"byte") => false,
            Some(_) => return Err(SYNTAX),
            None => false,
        };
        let end = match args.get(1) {
            Some(end) => Some(integer(end)?),
            None => None,
        };
        Ok(Some(Range {
            start,
            end,
            in_bits,
        }))
    }

    /// The first and last bit of the range in a string of `len` bytes; none when it is empty.
    fn bits(&self, len: usize) -> Option<(u64, u64)> {
        let unit = if self.in_bits { 1 } else { 8 };
        let total = len as i64 * 8 / unit;
        let from_start = |at: i64| (if at < 0 { at.saturating_add(total) } else { at }).max(0);
        let start = from_start(self.start);
        let end = from_start(self.end.unwrap_or(-1)).min(total - 1);
        (start <= end).then(|| ((start * unit) as u64, (end * unit + unit - 1) as u64))
    }
}

/// BITCOUNT key [start end [BYTE | BIT]]
pub fn bitcount(ctx: &mut Context, args: Args) -> CommandResult {
    // An end that is no number is told before an unknown unit.
    if (4..=5).contains(&args.len()) {
        for number in [args.at(2), args.at(3)] {
            integer(number)?;
        }
    }
    let range = match args.len() {
        3 => return Err(SYNTAX),
        _ => Range::parse(args.tail(2))?,
    };
    let mut buffer = itoa::Buffer::new();
    let string = ctx.keyspace[ctx.client.db].read_string(args.at(1))?;
    let bytes = string.map_or(&[][..], |string| string.as_bytes(&mut buffer));
    let count = match range {
        None => count_ones(bytes),
        // Both before the beginning would otherwise be drawn to the first bit.
        Some(Range {
            start,
            end: Some(end),
            ..
        }) if start < 0 && end < 0 && start > end => 0,
        Some(range) => match range.bits(bytes.len()) {
            Some((first, last)) => count_ones_between(bytes, first, last),
            None => 0,
        },
    };
    ctx.reply.integer(count as i64);
    Ok(())
}

/// BITPOS key bit [start [end [BYTE | BIT]]]
pub fn bitpos(ctx: &mut Context, args: Args) -> CommandResult {
    let set = match integer(args.at(2))? {
        0 => false,
        1 => true,
        _ => return Err("ERR The bit argument must be 1 or 0.".into()),
    };
    let range = Range::parse(args.tail(3))?;
    let mut buffer = itoa::Buffer::new();
    let string = ctx.keyspace[ctx.client.db].read_string(args.at(1))?;
    let Some(bytes) = string.map(|string| string.as_bytes(&mut buffer)) else {
        // An absent key is an endless row of zeros.
        ctx.reply.integer(if set { -1 } else { 0 });
        return Ok(());
    };
    let open_end = range.as_ref().is_none_or(|range| range.end.is_none());
    let range = range.unwrap_or(Range {
        start: 0,
        end: None,
        in_bits: false,
    });
    let position = match range.bits(bytes.len()) {
        None => -1,
        Some((first, last)) => match find(bytes, set, first, last) {
            Some(position) => position as i64,
            // Behind the string there are zeros, unless the range was closed on purpose.
            None if !set && open_end => bytes.len() as i64 * 8,
            None => -1,
        },
    };
    ctx.reply.integer(position);
    Ok(())
}
