//! SPOP and SRANDMEMBER.

use crate::commands::counts::{MAX_REPEATS, parse_positive, parse_signed_count};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;
use crate::resp::error::{OUT_OF_RANGE, SYNTAX};

/// Members that one logged SREM names, so that a large SPOP is no single huge command.
const LOGGED_AT_ONCE: usize = 1024;

/// `SPOP key [count]`
pub fn spop(ctx: &mut Context, args: Args) -> CommandResult {
    match args.len() {
        2 => pop_one(ctx, args.at(1)),
        3 => {
            let count = parse_positive(args.at(2))?;
            pop_many(ctx, args.at(1), count)
        }
        _ => Err(SYNTAX),
    }
}

fn pop_one(ctx: &mut Context, key: &[u8]) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let Some(member) = db
        .write_set(key)?
        .and_then(|set| set.pop(&mut ctx.instance.rng))
    else {
        ctx.reply.null();
        return Ok(());
    };
    db.modified(key, EventClass::SET, "spop");
    db.deleted_if_empty(key);
    db.add_dirty(1);
    ctx.effects.replace(&[b"SREM", key, &member]);
    ctx.reply.bulk(&member);
    Ok(())
}

fn pop_many(ctx: &mut Context, key: &[u8], count: usize) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.set_limits();
    let Some(set) = db.write_set(key)? else {
        ctx.reply.set(0);
        return Ok(());
    };
    let mut digits = itoa::Buffer::new();
    let len = set.len();
    if count == 0 {
        ctx.reply.set(0);
    } else if count >= len {
        ctx.reply.set(len);
        set.iter()
            .for_each(|member| ctx.reply.bulk(member.bytes(&mut digits)));
        db.modified(key, EventClass::SET, "spop");
        db.remove(key);
        db.modified(key, EventClass::GENERIC, "del");
        db.add_dirty(len as u64);
        ctx.effects.replace(&[b"DEL", key]);
    } else {
        ctx.reply.set(count);
        let mut popped = Vec::new();
        let logging = ctx.effects.is_enabled();
        set.pop_many(count, &limits, &mut ctx.instance.rng, |member| {
            ctx.reply.bulk(member.bytes(&mut digits));
            if logging {
                popped.push(member.to_vec());
            }
        });
        db.modified(key, EventClass::SET, "spop");
        db.add_dirty(count as u64);
        ctx.effects.nothing();
        for members in popped.chunks(LOGGED_AT_ONCE) {
            let mut logged: Vec<&[u8]> = vec![b"SREM", key];
            logged.extend(members.iter().map(Vec::as_slice));
            ctx.effects.also(&logged);
        }
    }
    Ok(())
}

/// `SRANDMEMBER key [count]`
pub fn srandmember(ctx: &mut Context, args: Args) -> CommandResult {
    let count = match args.len() {
        2 => None,
        3 => Some(parse_signed_count(args.at(2))?),
        _ => return Err(SYNTAX),
    };
    let set = ctx.keyspace[ctx.client.db].read_set(args.at(1))?;
    let rng = &mut ctx.instance.rng;
    let mut digits = itoa::Buffer::new();
    match (set, count) {
        (None, None) => ctx.reply.null(),
        (None, Some(_)) | (Some(_), Some(0)) => ctx.reply.array(0),
        (Some(set), None) => match set.random(rng) {
            Some(member) => ctx.reply.bulk(member.bytes(&mut digits)),
            None => ctx.reply.null(),
        },
        (Some(set), Some(count)) => {
            let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
            if count > 0 {
                ctx.reply.array(wanted.min(set.len()));
                set.random_distinct(wanted, rng, |member| {
                    ctx.reply.bulk(member.bytes(&mut digits));
                });
            } else if wanted > MAX_REPEATS {
                return Err(OUT_OF_RANGE);
            } else {
                ctx.reply.array(wanted);
                for member in (0..wanted).filter_map(|_| set.random(rng)) {
                    ctx.reply.bulk(member.bytes(&mut digits));
                }
            }
        }
    }
    Ok(())
}
