//! ZRANGE, ZRANGESTORE and the older commands that ZRANGE has replaced.

use std::ops::Range;

use super::query::{By, Query};
use super::store::store;
use crate::commands::arguments::{integer, is_word, write_double};
use crate::commands::{CommandResult, Context};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::sorted_set::{Iter, SortedSet};

const LIMIT_BY_RANK: ReplyError = ReplyError::new(
    "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
);
const LEX_WITH_SCORES: ReplyError =
    ReplyError::new("ERR syntax error, WITHSCORES not supported in combination with BYLEX");

/// A range as its arguments ask for it.
struct Request<'a> {
    query: Query<'a>,
    reverse: bool,
    with_scores: bool,
    offset: i64,
    /// Negative: no limit.
    limit: i64,
}

impl<'a> Request<'a> {
    /// Reads `min max [options]`. What the command's name already says cannot be an option.
    fn parse(
        args: Args<'a>,
        by: Option<By>,
        reverse: Option<bool>,
        is_store: bool,
    ) -> Result<Request<'a>, ReplyError> {
        let (mut by, mut reverse) = (by, reverse);
        let (mut with_scores, mut offset, mut limit) = (false, 0, -1);
        let mut index = 2;
        while let Some(option) = args.get(index) {
            if !is_store && is_word(option, "withscores") {
                with_scores = true;
            } else if is_word(option, "limit") && index + 2 < args.len() {
                offset = integer(args.at(index + 1))?;
                limit = integer(args.at(index + 2))?;
                index += 2;
            } else if reverse.is_none() && is_word(option, "rev") {
                reverse = Some(true);
            } else if by.is_none() && is_word(option, "bylex") {
                by = Some(By::Lex);
            } else if by.is_none() && is_word(option, "byscore") {
                by = Some(By::Score);
            } else {
                return Err(SYNTAX);
            }
            index += 1;
        }
        let by = by.unwrap_or(By::Rank);
        let reverse = reverse.unwrap_or(false);
        if limit != -1 && by == By::Rank {
            return Err(LIMIT_BY_RANK);
        }
        if with_scores && by == By::Lex {
            return Err(LEX_WITH_SCORES);
        }
        let (minimum, maximum) = if reverse && by != By::Rank {
            (args.at(1), args.at(0))
        } else {
            (args.at(0), args.at(1))
        };
        let query = Query::parse(by, minimum, maximum)?;
        Ok(Request {
            query,
            reverse,
            with_scores,
            offset,
            limit,
        })
    }

    /// The members asked for, in the order asked for.
    fn select<'s>(&self, set: &'s SortedSet) -> Iter<'s> {
        let ranks = self.limited(self.query.ranks(set, self.reverse));
        if self.reverse {
            set.range_reversed(ranks)
        } else {
            set.range(ranks)
        }
    }

    fn limited(&self, ranks: Range<usize>) -> Range<usize> {
        // A negative offset skips everything.
        let skipped = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let skipped = if matches!(self.query, Query::Rank(..)) {
            0
        } else {
            skipped.min(ranks.len())
        };
        let left = ranks.len() - skipped;
        let taken = usize::try_from(self.limit).map_or(left, |limit| limit.min(left));
        if self.reverse {
            let end = ranks.end - skipped;
            end - taken..end
        } else {
            let start = ranks.start + skipped;
            start..start + taken
        }
    }
}

/// `ZRANGE key start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]`
pub fn zrange(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, None, None)
}

/// `ZREVRANGE key start stop [WITHSCORES]`
pub fn zrevrange(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Some(By::Rank), Some(true))
}

/// `ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]`
pub fn zrangebyscore(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Some(By::Score), Some(false))
}

/// `ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]`
pub fn zrevrangebyscore(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Some(By::Score), Some(true))
}

/// `ZRANGEBYLEX key min max [LIMIT offset count]`
pub fn zrangebylex(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Some(By::Lex), Some(false))
}

/// `ZREVRANGEBYLEX key max min [LIMIT offset count]`
pub fn zrevrangebylex(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Some(By::Lex), Some(true))
}

fn answer(ctx: &mut Context, args: Args, by: Option<By>, reverse: Option<bool>) -> CommandResult {
    let request = Request::parse(args.tail(2), by, reverse, false)?;
    let Some(set) = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))? else {
        ctx.reply.array(0);
        return Ok(());
    };
    let members = request.select(set);
    let pairs = request.with_scores && ctx.reply.resp3();
    let flat = request.with_scores && !pairs;
    ctx.reply.array(members.len() * if flat { 2 } else { 1 });
    let mut digits = itoa::Buffer::new();
    for (member, score) in members {
        if pairs {
            ctx.reply.array(2);
        }
        ctx.reply.bulk(member.bytes(&mut digits));
        if request.with_scores {
            write_double(ctx.reply, score);
        }
    }
    Ok(())
}

/// `ZRANGESTORE dst src min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]`
pub fn zrangestore(ctx: &mut Context, args: Args) -> CommandResult {
    let request = Request::parse(args.tail(3), None, None, true)?;
    let limits = ctx.instance.sorted_set_limits();
    let mut result = SortedSet::new();
    if let Some(set) = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(2))? {
        let members = request.select(set);
        // Redis knows beforehand only how many ranks there will be; a listpack stores scores its own way.
        let expected = match request.query {
            Query::Rank(..) => members.len(),
            Query::Score(_) | Query::Lex(_) => 0,
        };
        result = SortedSet::for_adding(expected, 0, &limits);
        let mut digits = itoa::Buffer::new();
        for (member, score) in members {
            result.insert(member.bytes(&mut digits), score, &limits);
        }
    }
    store(ctx, args.at(1), result, "zrangestore")
}
