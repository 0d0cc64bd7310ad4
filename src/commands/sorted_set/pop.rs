//! ZPOPMIN, ZPOPMAX and ZMPOP.

use crate::commands::arguments::{is_word, write_double};
use crate::commands::counts::parse_positive;
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;

const NUMKEYS: ReplyError = ReplyError::new("ERR numkeys should be greater than 0");
const COUNT: ReplyError = ReplyError::new("ERR count should be greater than 0");

/// Which end members are taken from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Lowest,
    Highest,
}

impl End {
    fn command(self) -> &'static str {
        match self {
            End::Lowest => "zpopmin",
            End::Highest => "zpopmax",
        }
    }

    /// The command's name as it is logged.
    pub(super) fn command_word(self) -> &'static [u8] {
        match self {
            End::Lowest => b"ZPOPMIN",
            End::Highest => b"ZPOPMAX",
        }
    }
}

/// `ZPOPMIN key [count]`
pub fn zpopmin(ctx: &mut Context, args: Args) -> CommandResult {
    pop_from(ctx, args, End::Lowest)
}

/// `ZPOPMAX key [count]`
pub fn zpopmax(ctx: &mut Context, args: Args) -> CommandResult {
    pop_from(ctx, args, End::Highest)
}

fn pop_from(ctx: &mut Context, args: Args, end: End) -> CommandResult {
    if args.len() > 3 {
        return Err(SYNTAX);
    }
    let count = args.get(2).map(parse_positive).transpose()?;
    let key = args.at(1);
    let set = ctx.keyspace[ctx.client.db].write_sorted_set(key)?;
    let len = set.map_or(0, |set| set.len());
    let taken = count.unwrap_or(1).min(len);
    // Pairs only where RESP3 meets a count.
    let pairs = count.is_some() && ctx.reply.resp3();
    ctx.reply.array(if pairs { taken } else { taken * 2 });
    pop(ctx, key, taken, end, pairs)
}

/// `ZMPOP numkeys key [key ...] MIN|MAX [COUNT count]`
pub fn zmpop(ctx: &mut Context, args: Args) -> CommandResult {
    if !MultiPop::parse(args)?.pop(ctx)? {
        ctx.reply.null_array();
    }
    Ok(())
}

/// The arguments of ZMPOP, and of BZMPOP behind its timeout.
pub(super) struct MultiPop<'a> {
    pub(super) keys: Args<'a>,
    end: End,
    count: usize,
}

impl<'a> MultiPop<'a> {
    pub(super) fn parse(args: Args<'a>) -> Result<Self, ReplyError> {
        let above_zero = |text: &[u8], error: ReplyError| {
            let number = parse_i64(text).filter(|number| *number > 0).ok_or(error)?;
            Ok::<usize, ReplyError>(usize::try_from(number).unwrap_or(usize::MAX))
        };
        let numkeys = above_zero(args.at(1), NUMKEYS)?;
        let end_index = numkeys.saturating_add(2);
        let end = match args.get(end_index) {
            Some(word) if is_word(word, "min") => End::Lowest,
            Some(word) if is_word(word, "max") => End::Highest,
            _ => return Err(SYNTAX),
        };
        let mut count = None;
        let mut options = args.tail(end_index + 1).iter();
        while let Some(option) = options.next() {
            let value = options
                .next()
                .filter(|_| count.is_none() && is_word(option, "count"))
                .ok_or(SYNTAX)?;
            count = Some(above_zero(value, COUNT)?);
        }
        Ok(MultiPop {
            keys: args.head(end_index).tail(2),
            end,
            count: count.unwrap_or(1),
        })
    }

    /// Pops from the first key that has members; false, without an answer, if none has.
    pub(super) fn pop(&self, ctx: &mut Context) -> Result<bool, ReplyError> {
        for key in self.keys.iter() {
            let Some(set) = ctx.keyspace[ctx.client.db].write_sorted_set(key)? else {
                continue;
            };
            let taken = self.count.min(set.len());
            ctx.reply.array(2);
            ctx.reply.bulk(key);
            ctx.reply.array(taken);
            // Whoever repeats it need not look through the keys again.
            let mut digits = itoa::Buffer::new();
            let count = digits.format(taken).as_bytes();
            ctx.effects.replace(&[self.end.command_word(), key, count]);
            pop(ctx, key, taken, self.end, true)?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// Takes `count` members, which are there, and writes them behind the length that is already written.
pub(super) fn pop(
    ctx: &mut Context,
    key: &[u8],
    count: usize,
    end: End,
    pairs: bool,
) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    if count == 0 {
        return Ok(());
    }
    let Some(set) = db.write_sorted_set(key)? else {
        return Ok(());
    };
    let ranks = match end {
        End::Lowest => 0..count,
        End::Highest => set.len() - count..set.len(),
    };
    let members = match end {
        End::Lowest => set.range(ranks.clone()),
        End::Highest => set.range_reversed(ranks.clone()),
    };
    let mut digits = itoa::Buffer::new();
    for (member, score) in members {
        if pairs {
            ctx.reply.array(2);
        }
        ctx.reply.bulk(member.bytes(&mut digits));
        write_double(ctx.reply, score);
    }
    set.remove_range(ranks);
    db.modified(key, EventClass::SORTED_SET, end.command());
    db.deleted_if_empty(key);
    db.add_dirty(count as u64);
    Ok(())
}
