//! LLEN, LINDEX, LRANGE, LPOS.

use super::{at_least, range, write_element};
use crate::commands::arguments::{integer, is_word};
use crate::commands::{CommandResult, Context};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::listpack::Element;

/// `LLEN key`
pub fn llen(ctx: &mut Context, args: Args) -> CommandResult {
    let list = ctx.keyspace[ctx.client.db].read_list(args.at(1))?;
    ctx.reply.integer(list.map_or(0, |list| list.len() as i64));
    Ok(())
}

/// `LINDEX key index`
pub fn lindex(ctx: &mut Context, args: Args) -> CommandResult {
    let element = match ctx.keyspace[ctx.client.db].read_list(args.at(1))? {
        Some(list) => list.get(integer(args.at(2))?),
        // A bad index goes unnoticed when there is no list.
        None => None,
    };
    match element {
        Some(element) => write_element(ctx.reply, element),
        None => ctx.reply.null(),
    }
    Ok(())
}

/// `LRANGE key start stop`
pub fn lrange(ctx: &mut Context, args: Args) -> CommandResult {
    let (start, stop) = (integer(args.at(2))?, integer(args.at(3))?);
    let Some(list) = ctx.keyspace[ctx.client.db].read_list(args.at(1))? else {
        ctx.reply.array(0);
        return Ok(());
    };
    let (first, count) = range(start, stop, list.len());
    ctx.reply.array(count);
    if count > 0 {
        list.iter_from(first)
            .take(count)
            .for_each(|element| write_element(ctx.reply, element));
    }
    Ok(())
}

/// An integer whose negative is one too.
fn negatable(argument: &[u8]) -> Result<i64, ReplyError> {
    match integer(argument)? {
        i64::MIN => Err(ReplyError::new(
            "ERR value is out of range, value must between -9223372036854775807 and \
             9223372036854775807",
        )),
        value => Ok(value),
    }
}

struct LposOptions {
    /// Matches to pass over, counted from 1; from the tail when negative.
    rank: i64,
    /// How many matches to answer, 0 for all; none answers one match that is no array.
    count: Option<usize>,
    /// Elements to look at, 0 for all.
    max_len: usize,
}

fn lpos_options(args: Args) -> Result<LposOptions, ReplyError> {
    let mut parsed = LposOptions {
        rank: 1,
        count: None,
        max_len: 0,
    };
    let unlimited = |value: i64| usize::try_from(value).unwrap_or(usize::MAX);
    let mut options = args.tail(3).iter();
    while let Some(option) = options.next() {
        let value = options.next().ok_or(SYNTAX)?;
        if is_word(option, "rank") {
            parsed.rank = negatable(value)?;
            if parsed.rank == 0 {
                return Err(ReplyError::new(
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the \
                     second ... or use negative to start from the end of the list",
                ));
            }
        } else if is_word(option, "count") {
            let count = at_least(value, 0, "ERR COUNT can't be negative")?;
            parsed.count = Some(unlimited(count));
        } else if is_word(option, "maxlen") {
            parsed.max_len = unlimited(at_least(value, 0, "ERR MAXLEN can't be negative")?);
        } else {
            return Err(SYNTAX);
        }
    }
    Ok(parsed)
}

/// `LPOS key element [RANK rank] [COUNT num-matches] [MAXLEN len]`
pub fn lpos(ctx: &mut Context, args: Args) -> CommandResult {
    let options = lpos_options(args)?;
    let needle = args.at(2);
    let Some(list) = ctx.keyspace[ctx.client.db].read_list(args.at(1))? else {
        match options.count {
            Some(_) => ctx.reply.array(0),
            None => ctx.reply.null(),
        }
        return Ok(());
    };
    let len = list.len();
    let most = if options.max_len == 0 {
        len
    } else {
        options.max_len
    };
    let pass_over = usize::try_from(options.rank.unsigned_abs() - 1).unwrap_or(usize::MAX);
    let places: Box<dyn Iterator<Item = Element<'_>>> = if options.rank > 0 {
        Box::new(list.iter())
    } else {
        Box::new(list.iter().rev())
    };
    let matches = places
        .take(most)
        .enumerate()
        .filter(|(_, element)| *element == needle)
        .map(|(index, _)| {
            if options.rank > 0 {
                index
            } else {
                len - 1 - index
            }
        });
    // Passing over more matches than there can be elements is passing over all.
    let mut matches = matches.skip(pass_over);
    match options.count {
        None => match matches.next() {
            Some(index) => ctx.reply.integer(index as i64),
            None => ctx.reply.null(),
        },
        Some(count) => {
            let count = if count == 0 { usize::MAX } else { count };
            let header = ctx.reply.deferred();
            let mut found = 0;
            for index in matches.take(count) {
                ctx.reply.integer(index as i64);
                found += 1;
            }
            ctx.reply.finish_array(header, found);
        }
    }
    Ok(())
}
