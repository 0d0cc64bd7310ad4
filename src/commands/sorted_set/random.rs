//! ZRANDMEMBER.

use crate::commands::arguments::{is_word, write_double};
use crate::commands::counts::{MAX_REPEATS, parse_signed_count};
use crate::commands::{CommandResult, Context};
use crate::resp::error::{OUT_OF_RANGE, SYNTAX};
use crate::resp::{Args, ReplyWriter};
use crate::types::listpack::Element;

/// `ZRANDMEMBER key [count [WITHSCORES]]`
pub fn zrandmember(ctx: &mut Context, args: Args) -> CommandResult {
    let count = args.get(2).map(parse_signed_count).transpose()?;
    let with_scores = args.len() > 3;
    if args.len() > 4 || (with_scores && !is_word(args.at(3), "withscores")) {
        return Err(SYNTAX);
    }
    if with_scores && count.is_some_and(|count| count.unsigned_abs() > i64::MAX as u64 / 2) {
        return Err(OUT_OF_RANGE);
    }
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    let rng = &mut ctx.instance.rng;
    let (Some(set), Some(count)) = (set, count) else {
        match (set.and_then(|set| set.random(rng)), count) {
            (_, Some(_)) => ctx.reply.array(0),
            (Some((member, _)), None) => ctx.reply.bulk(member.bytes(&mut itoa::Buffer::new())),
            (None, None) => ctx.reply.null(),
        }
        return Ok(());
    };
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if count < 0 && wanted > MAX_REPEATS {
        return Err(OUT_OF_RANGE);
    }
    let answered = if count < 0 {
        wanted
    } else {
        wanted.min(set.len())
    };
    let flat = with_scores && !ctx.reply.resp3();
    ctx.reply.array(if flat { answered * 2 } else { answered });
    if count < 0 {
        for _ in 0..wanted {
            if let Some((member, score)) = set.random(rng) {
                write(ctx.reply, member, score, with_scores);
            }
        }
    } else if wanted > 0 {
        set.random_distinct(wanted, rng, |member, score| {
            write(ctx.reply, member, score, with_scores);
        });
    }
    Ok(())
}

fn write(reply: &mut ReplyWriter, member: Element, score: f64, with_scores: bool) {
    if with_scores && reply.resp3() {
        reply.array(2);
    }
    reply.bulk(member.bytes(&mut itoa::Buffer::new()));
    if with_scores {
        write_double(reply, score);
    }
}
