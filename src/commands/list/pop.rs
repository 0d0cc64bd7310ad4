//! LPOP, RPOP, LMPOP.

use super::{at_least, end, pop_event, write_element, write_from};
use crate::commands::arguments::is_word;
use crate::commands::{CommandResult, Context};
use crate::keyspace::{Database, EventClass};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::list::{End, List};

/// `LPOP key [count]`
pub fn lpop(ctx: &mut Context, args: Args) -> CommandResult {
    pop(
        ctx,
        args,
        End::Head,
        "ERR wrong number of arguments for 'lpop' command",
    )
}

/// `RPOP key [count]`
pub fn rpop(ctx: &mut Context, args: Args) -> CommandResult {
    pop(
        ctx,
        args,
        End::Tail,
        "ERR wrong number of arguments for 'rpop' command",
    )
}

fn pop(ctx: &mut Context, args: Args, end: End, arity: &'static str) -> CommandResult {
    if args.len() > 3 {
        return Err(ReplyError::new(arity));
    }
    let count = match args.get(2) {
        Some(count) => Some(at_least(
            count,
            0,
            "ERR value is out of range, must be positive",
        )?),
        None => None,
    };
    let key = args.at(1);
    let limits = ctx.instance.list_limits();
    let db = &mut ctx.keyspace[ctx.client.db];
    let (popped, is_empty) = match (db.write_list(key)?, count) {
        (None, None) => {
            ctx.reply.null();
            return Ok(());
        }
        (None, Some(_)) => {
            ctx.reply.null_array();
            return Ok(());
        }
        (Some(_), Some(0)) => {
            ctx.reply.array(0);
            return Ok(());
        }
        (Some(list), None) => {
            if let Some(element) = list.peek(end) {
                write_element(ctx.reply, element);
            }
            list.pop(end, 1, &limits);
            (1, list.is_empty())
        }
        (Some(list), Some(count)) => {
            let count = at_most(count, list);
            write_from(ctx.reply, list, end, count);
            list.pop(end, count, &limits);
            (count, list.is_empty())
        }
    };
    popped_from(db, key, end, popped, is_empty);
    Ok(())
}

/// A count from the arguments, but no more than there are elements.
fn at_most(count: i64, list: &List) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX).min(list.len())
}

/// What follows from taking `count` elements off a list that is now empty or not.
fn popped_from(db: &mut Database, key: &[u8], end: End, count: usize, is_empty: bool) {
    db.modified(key, EventClass::LIST, pop_event(end));
    if is_empty {
        db.deleted_if_empty(key);
    }
    db.add_dirty(count as u64);
}

/// `LMPOP numkeys key [key …] LEFT|RIGHT [COUNT count]`
pub fn lmpop(ctx: &mut Context, args: Args) -> CommandResult {
    if !MultiPop::parse(args)?.pop(ctx)? {
        ctx.reply.null_array();
    }
    Ok(())
}

/// The arguments of LMPOP, and of BLMPOP behind its timeout.
pub(super) struct MultiPop<'a> {
    pub(super) keys: Args<'a>,
    end: End,
    count: i64,
}

impl<'a> MultiPop<'a> {
    pub(super) fn parse(args: Args<'a>) -> Result<Self, ReplyError> {
        let keys = at_least(args.at(1), 1, "ERR numkeys should be greater than 0")?;
        // The arguments are fewer than any count that does not fit.
        let keys = usize::try_from(keys).unwrap_or(usize::MAX);
        let where_at = keys.saturating_add(2);
        let end = end(args.get(where_at).ok_or(SYNTAX)?)?;
        let mut count = None;
        let mut options = args.tail(where_at + 1).iter();
        while let Some(option) = options.next() {
            match options.next() {
                Some(value) if count.is_none() && is_word(option, "count") => {
                    count = Some(at_least(value, 1, "ERR count should be greater than 0")?);
                }
                _ => return Err(SYNTAX),
            }
        }
        Ok(MultiPop {
            keys: args.head(where_at).tail(2),
            end,
            count: count.unwrap_or(1),
        })
    }

    /// Pops from the first key that has elements; false, without an answer, if none has.
    pub(super) fn pop(&self, ctx: &mut Context) -> Result<bool, ReplyError> {
        for key in self.keys.iter() {
            if pop_from(ctx, key, self.end, Some(self.count))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Pops up to `count` elements of `key` and answers them with its name, as LMPOP does, or one
/// without a count, as BLPOP does; false without an answer when there is no such list.
pub(super) fn pop_from(
    ctx: &mut Context,
    key: &[u8],
    end: End,
    count: Option<i64>,
) -> Result<bool, ReplyError> {
    let limits = ctx.instance.list_limits();
    let db = &mut ctx.keyspace[ctx.client.db];
    let Some(list) = db.write_list(key)? else {
        return Ok(false);
    };
    let taken = at_most(count.unwrap_or(1), list);
    ctx.reply.array(2);
    ctx.reply.bulk(key);
    match (count, list.peek(end)) {
        (None, Some(element)) => write_element(ctx.reply, element),
        _ => write_from(ctx.reply, list, end, taken),
    }
    list.pop(end, taken, &limits);
    let is_empty = list.is_empty();
    popped_from(db, key, end, taken, is_empty);
    // Replicas need not look for the key that had elements.
    let name: &[u8] = match end {
        End::Head => b"LPOP",
        End::Tail => b"RPOP",
    };
    let mut digits = itoa::Buffer::new();
    match count {
        Some(_) => {
            let told: [&[u8]; 3] = [name, key, digits.format(taken).as_bytes()];
            ctx.effects.replace(&told);
        }
        None => ctx.effects.replace(&[name, key]),
    }
    Ok(true)
}
