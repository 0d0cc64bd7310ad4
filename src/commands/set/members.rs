//! Adding, removing and asking for members.

use crate::commands::scan::{ScanOptions, parse_cursor, reply_nothing};
use crate::commands::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::Args;
use crate::types::listpack::Element;
use crate::types::set::Set;

/// `SADD key member [member ...]`
pub fn sadd(ctx: &mut Context, args: Args) -> CommandResult {
    let (key, members) = (args.at(1), args.tail(2));
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.set_limits();
    let set = db.set_or_create(key)?;
    if set.is_empty() {
        *set = Set::for_adding(members.at(0), members.len(), &limits);
    } else {
        set.prepare_for(members.len(), &limits);
    }
    let added = members
        .iter()
        .filter(|member| set.add(member, &limits))
        .count();
    if added > 0 {
        db.modified(key, EventClass::SET, "sadd");
        db.add_dirty(added as u64);
    }
    ctx.reply.integer(added as i64);
    Ok(())
}

/// `SREM key member [member ...]`
pub fn srem(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let mut removed = 0;
    if let Some(set) = db.write_set(key)? {
        removed = args
            .tail(2)
            .iter()
            .filter(|member| set.remove(member))
            .count();
    }
    if removed > 0 {
        db.modified(key, EventClass::SET, "srem");
        db.deleted_if_empty(key);
        db.add_dirty(removed as u64);
    }
    ctx.reply.integer(removed as i64);
    Ok(())
}

/// `SMOVE source destination member`
pub fn smove(ctx: &mut Context, args: Args) -> CommandResult {
    let (source, destination, member) = (args.at(1), args.at(2), args.at(3));
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.set_limits();
    let Some(set) = db.write_set(source)? else {
        ctx.reply.integer(0);
        return Ok(());
    };
    if source == destination {
        let found = set.contains(member);
        ctx.reply.integer(found.into());
        return Ok(());
    }
    db.write_set(destination)?;
    let removed = db.write_set(source)?.is_some_and(|set| set.remove(member));
    if removed {
        db.modified(source, EventClass::SET, "srem");
        db.deleted_if_empty(source);
        db.add_dirty(1);
        let set = db.set_or_create(destination)?;
        if set.is_empty() {
            *set = Set::for_adding(member, 1, &limits);
        }
        if set.add(member, &limits) {
            db.modified(destination, EventClass::SET, "sadd");
            db.add_dirty(1);
        }
    }
    ctx.reply.integer(removed.into());
    Ok(())
}

/// `SISMEMBER key member`
pub fn sismember(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_set(args.at(1))?;
    let found = set.is_some_and(|set| set.contains(args.at(2)));
    ctx.reply.integer(found.into());
    Ok(())
}

/// `SMISMEMBER key member [member ...]`
pub fn smismember(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_set(args.at(1))?;
    let members = args.tail(2);
    ctx.reply.array(members.len());
    for member in members.iter() {
        let found = set.is_some_and(|set| set.contains(member));
        ctx.reply.integer(found.into());
    }
    Ok(())
}

/// `SCARD key`
pub fn scard(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_set(args.at(1))?;
    ctx.reply.integer(set.map_or(0, Set::len) as i64);
    Ok(())
}

/// `SMEMBERS key`
pub fn smembers(ctx: &mut Context, args: Args) -> CommandResult {
    let Some(set) = ctx.keyspace[ctx.client.db].read_set(args.at(1))? else {
        ctx.reply.set(0);
        return Ok(());
    };
    ctx.reply.set(set.len());
    let mut digits = itoa::Buffer::new();
    set.iter()
        .for_each(|member| ctx.reply.bulk(member.bytes(&mut digits)));
    Ok(())
}

/// `SSCAN key cursor [MATCH pattern] [COUNT count]`
pub fn sscan(ctx: &mut Context, args: Args) -> CommandResult {
    let cursor = parse_cursor(args.at(2))?;
    let Some(set) = ctx.keyspace[ctx.client.db].read_set(args.at(1))? else {
        reply_nothing(ctx.reply);
        return Ok(());
    };
    let options = ScanOptions::parse(args.tail(3), false)?;
    let mut found: Vec<Element> = Vec::new();
    let mut digits = itoa::Buffer::new();
    let next = options.run(cursor, |cursor| {
        let mut seen = 0;
        let next = set.scan(cursor, |member| {
            seen += 1;
            if options.matches(member.bytes(&mut digits)) {
                found.push(member);
            }
        });
        (next, seen)
    });
    ctx.reply.array(2);
    ctx.reply.bulk_str(&next.to_string());
    ctx.reply.array(found.len());
    found
        .iter()
        .for_each(|member| ctx.reply.bulk(member.bytes(&mut digits)));
    Ok(())
}
