//! Asking for fields and values.

use crate::commands::counts::{MAX_REPEATS, parse_signed_count};
use crate::commands::scan::{ScanOptions, parse_cursor, reply_nothing};
use crate::commands::{CommandResult, Context};
use crate::resp::error::{OUT_OF_RANGE, SYNTAX};
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::hash::Hash;
use crate::types::listpack::Element;

fn read<'a>(ctx: &'a mut Context, args: Args) -> Result<Option<&'a Hash>, ReplyError> {
    ctx.keyspace[ctx.client.db].read_hash(args.at(1))
}

fn reply_value(reply: &mut ReplyWriter, value: Option<Element>) {
    match value {
        Some(value) => reply.bulk(value.bytes(&mut itoa::Buffer::new())),
        None => reply.null(),
    }
}

/// `HGET key field`
pub fn hget(ctx: &mut Context, args: Args) -> CommandResult {
    let hash = ctx.keyspace[ctx.client.db].read_hash(args.at(1))?;
    reply_value(ctx.reply, hash.and_then(|hash| hash.get(args.at(2))));
    Ok(())
}

/// `HMGET key field [field ...]`
pub fn hmget(ctx: &mut Context, args: Args) -> CommandResult {
    let hash = ctx.keyspace[ctx.client.db].read_hash(args.at(1))?;
    let fields = args.tail(2);
    ctx.reply.array(fields.len());
    for field in fields.iter() {
        reply_value(ctx.reply, hash.and_then(|hash| hash.get(field)));
    }
    Ok(())
}

/// `HLEN key`
pub fn hlen(ctx: &mut Context, args: Args) -> CommandResult {
    let len = read(ctx, args)?.map_or(0, Hash::len);
    ctx.reply.integer(len as i64);
    Ok(())
}

/// `HSTRLEN key field`
pub fn hstrlen(ctx: &mut Context, args: Args) -> CommandResult {
    let value = read(ctx, args)?.and_then(|hash| hash.get(args.at(2)));
    let len = value.map_or(0, |value| value.byte_len());
    ctx.reply.integer(len as i64);
    Ok(())
}

/// `HEXISTS key field`
pub fn hexists(ctx: &mut Context, args: Args) -> CommandResult {
    let found = read(ctx, args)?.is_some_and(|hash| hash.contains(args.at(2)));
    ctx.reply.integer(found.into());
    Ok(())
}

/// `HKEYS key`
pub fn hkeys(ctx: &mut Context, args: Args) -> CommandResult {
    reply_column(ctx, args, |(field, _)| field)
}

/// `HVALS key`
pub fn hvals(ctx: &mut Context, args: Args) -> CommandResult {
    reply_column(ctx, args, |(_, value)| value)
}

fn reply_column(
    ctx: &mut Context,
    args: Args,
    column: for<'a> fn((Element<'a>, Element<'a>)) -> Element<'a>,
) -> CommandResult {
    let Some(hash) = ctx.keyspace[ctx.client.db].read_hash(args.at(1))? else {
        ctx.reply.array(0);
        return Ok(());
    };
    ctx.reply.array(hash.len());
    let mut digits = itoa::Buffer::new();
    hash.iter()
        .for_each(|pair| ctx.reply.bulk(column(pair).bytes(&mut digits)));
    Ok(())
}

/// `HGETALL key`
pub fn hgetall(ctx: &mut Context, args: Args) -> CommandResult {
    let Some(hash) = ctx.keyspace[ctx.client.db].read_hash(args.at(1))? else {
        ctx.reply.map(0);
        return Ok(());
    };
    ctx.reply.map(hash.len());
    hash.iter().for_each(|pair| reply_pair(ctx.reply, pair));
    Ok(())
}

fn reply_pair(reply: &mut ReplyWriter, (field, value): (Element, Element)) {
    let mut digits = itoa::Buffer::new();
    reply.bulk(field.bytes(&mut digits));
    reply.bulk(value.bytes(&mut digits));
}

/// `HRANDFIELD key [count [WITHVALUES]]`
pub fn hrandfield(ctx: &mut Context, args: Args) -> CommandResult {
    let Some(count) = args.get(2) else {
        let hash = ctx.keyspace[ctx.client.db].read_hash(args.at(1))?;
        let random = hash.and_then(|hash| hash.random(&mut ctx.instance.rng));
        reply_value(ctx.reply, random.map(|(field, _)| field));
        return Ok(());
    };
    let count = parse_signed_count(count)?;
    let with_values = match (args.len(), args.get(3)) {
        (3, _) => false,
        (4, Some(option)) if option.eq_ignore_ascii_case(b"withvalues") => true,
        _ => return Err(SYNTAX),
    };
    // Half of what a long can hold, as each field is two elements of the answer.
    if with_values && count.unsigned_abs() > i64::MAX as u64 / 2 {
        return Err(OUT_OF_RANGE);
    }
    let hash = ctx.keyspace[ctx.client.db].read_hash(args.at(1))?;
    let Some(hash) = hash.filter(|_| count != 0) else {
        ctx.reply.array(0);
        return Ok(());
    };
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let (rng, reply) = (&mut ctx.instance.rng, &mut *ctx.reply);
    let each = if !with_values {
        |reply: &mut ReplyWriter, (field, _): (Element, Element)| reply_value(reply, Some(field))
    } else if reply.resp3() {
        |reply: &mut ReplyWriter, pair: (Element, Element)| {
            reply.array(2);
            reply_pair(reply, pair);
        }
    } else {
        reply_pair
    };
    let elements_each = if with_values && !reply.resp3() { 2 } else { 1 };
    if count > 0 {
        reply.array(wanted.min(hash.len()) * elements_each);
        hash.random_distinct(wanted, rng, |pair| each(reply, pair));
    } else if wanted > MAX_REPEATS {
        return Err(OUT_OF_RANGE);
    } else {
        reply.array(wanted * elements_each);
        (0..wanted)
            .filter_map(|_| hash.random(rng))
            .for_each(|pair| each(reply, pair));
    }
    Ok(())
}

/// `HSCAN key cursor [MATCH pattern] [COUNT count]`
pub fn hscan(ctx: &mut Context, args: Args) -> CommandResult {
    let cursor = parse_cursor(args.at(2))?;
    let Some(hash) = ctx.keyspace[ctx.client.db].read_hash(args.at(1))? else {
        reply_nothing(ctx.reply);
        return Ok(());
    };
    let options = ScanOptions::parse(args.tail(3), false)?;
    let mut found: Vec<(Element, Element)> = Vec::new();
    let mut digits = itoa::Buffer::new();
    let next = options.run(cursor, |cursor| {
        let mut seen = 0;
        let next = hash.scan(cursor, |pair| {
            seen += 1;
            if options.matches(pair.0.bytes(&mut digits)) {
                found.push(pair);
            }
        });
        (next, seen)
    });
    ctx.reply.array(2);
    ctx.reply.bulk_str(&next.to_string());
    ctx.reply.array(found.len() * 2);
    found
        .into_iter()
        .for_each(|pair| reply_pair(ctx.reply, pair));
    Ok(())
}
