//! ZADD and ZINCRBY.

use crate::commands::arguments::{double, write_double};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::sorted_set::{SortedSet, Updated};

const NX_AND_XX: ReplyError =
    ReplyError::new("ERR XX and NX options at the same time are not compatible");
const GT_LT_NX: ReplyError =
    ReplyError::new("ERR GT, LT, and/or NX options at the same time are not compatible");
const ONE_PAIR: ReplyError =
    ReplyError::new("ERR INCR option supports a single increment-element pair");
const NOT_A_NUMBER: ReplyError = ReplyError::new("ERR resulting score is not a number (NaN)");

#[derive(Clone, Copy, Default)]
struct Options {
    only_new: bool,
    only_present: bool,
    only_greater: bool,
    only_less: bool,
    count_changed: bool,
    increment: bool,
}

impl Options {
    /// Reads the options; answers them and the index of the first score.
    fn parse(args: Args, increment: bool) -> Result<(Options, usize), ReplyError> {
        let mut options = Options {
            increment,
            ..Options::default()
        };
        let mut index = 2;
        while let Some(word) = args.get(index) {
            let option = if word.eq_ignore_ascii_case(b"nx") {
                &mut options.only_new
            } else if word.eq_ignore_ascii_case(b"xx") {
                &mut options.only_present
            } else if word.eq_ignore_ascii_case(b"ch") {
                &mut options.count_changed
            } else if word.eq_ignore_ascii_case(b"incr") {
                &mut options.increment
            } else if word.eq_ignore_ascii_case(b"gt") {
                &mut options.only_greater
            } else if word.eq_ignore_ascii_case(b"lt") {
                &mut options.only_less
            } else {
                break;
            };
            *option = true;
            index += 1;
        }
        let rest = args.len() - index;
        if rest == 0 || !rest.is_multiple_of(2) {
            return Err(SYNTAX);
        }
        if options.only_new && options.only_present {
            return Err(NX_AND_XX);
        }
        let comparisons = usize::from(options.only_greater)
            + usize::from(options.only_less)
            + usize::from(options.only_new);
        if comparisons > 1 {
            return Err(GT_LT_NX);
        }
        if options.increment && rest > 2 {
            return Err(ONE_PAIR);
        }
        Ok((options, index))
    }

    /// The score a member is to have, if it is to be touched. NaN is for the caller to refuse.
    fn decide(&self, present: Option<f64>, score: f64) -> Option<f64> {
        let Some(old) = present else {
            return (!self.only_present).then_some(score);
        };
        if self.only_new {
            return None;
        }
        let score = if self.increment { old + score } else { score };
        let refused = (self.only_less && score >= old) || (self.only_greater && score <= old);
        (!refused).then_some(score)
    }
}

/// `ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member [score member ...]`
pub fn zadd(ctx: &mut Context, args: Args) -> CommandResult {
    add(ctx, args, false)
}

/// `ZINCRBY key increment member`
pub fn zincrby(ctx: &mut Context, args: Args) -> CommandResult {
    add(ctx, args, true)
}

fn add(ctx: &mut Context, args: Args, increment: bool) -> CommandResult {
    let (options, first) = Options::parse(args, increment)?;
    let key = args.at(1);
    let pairs = args.tail(first);
    // All scores are read before anything is changed. Nearly always there is one.
    let first_score = double(pairs.at(0))?;
    let more_scores = (2..pairs.len())
        .step_by(2)
        .map(|index| double(pairs.at(index)))
        .collect::<Result<Vec<f64>, ReplyError>>()?;
    let limits = ctx.instance.sorted_set_limits();
    let db = &mut ctx.keyspace[ctx.client.db];
    let set = if options.only_present {
        match db.write_sorted_set(key)? {
            Some(set) => set,
            None => {
                if options.increment {
                    ctx.reply.null();
                } else {
                    ctx.reply.integer(0);
                }
                return Ok(());
            }
        }
    } else {
        db.sorted_set_or_create(key)?
    };
    let count = pairs.len() / 2;
    if set.is_empty() {
        *set = SortedSet::for_adding(count, pairs.at(1).len(), &limits);
    } else {
        set.prepare_for(count, &limits);
    }
    let (mut added, mut changed) = (0, 0);
    let mut incremented = None;
    let mut nan = false;
    for (index, score) in std::iter::once(first_score).chain(more_scores).enumerate() {
        let updated: Updated = set.update(pairs.at(2 * index + 1), &limits, |present| {
            let score = options.decide(present, score);
            nan = score.is_some_and(f64::is_nan);
            score
        });
        added += i64::from(updated.added());
        changed += i64::from(updated.changed());
        incremented = updated.new;
    }
    // Only an increment of a member that is there can give NaN, and it is alone.
    if nan {
        return Err(NOT_A_NUMBER);
    }
    if added + changed > 0 {
        let event = if options.increment { "zincr" } else { "zadd" };
        db.modified(key, EventClass::SORTED_SET, event);
        db.add_dirty((added + changed) as u64);
    }
    match incremented {
        Some(score) if options.increment => write_double(ctx.reply, score),
        None if options.increment => ctx.reply.null(),
        _ if options.count_changed => ctx.reply.integer(added + changed),
        _ => ctx.reply.integer(added),
    }
    Ok(())
}
