//! Intersection, union and difference, answered or stored.

use crate::commands::by_size::{largest_first, smallest_first};
use crate::commands::{CommandResult, Context};
use crate::keyspace::{Database, EventClass, ValueRef};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::listpack::Element;
use crate::types::numbers::parse_i64;
use crate::types::set::{Limits, Set};

const NUMKEYS: ReplyError = ReplyError::new("ERR numkeys should be greater than 0");
const TOO_MANY_KEYS: ReplyError =
    ReplyError::new("ERR Number of keys can't be greater than number of args");
const NEGATIVE_LIMIT: ReplyError = ReplyError::new("ERR LIMIT can't be negative");

/// `SINTER key [key ...]`
pub fn sinter(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let Some(sets) = all_of(read_sets(db, args.tail(1).iter())?) else {
        ctx.reply.set(0);
        return Ok(());
    };
    let mark = ctx.reply.deferred();
    let (mut found, mut digits) = (0, itoa::Buffer::new());
    intersect(&sets, |member| {
        ctx.reply.bulk(member.bytes(&mut digits));
        found += 1;
        true
    });
    ctx.reply.finish_set(mark, found);
    Ok(())
}

/// `SINTERCARD numkeys key [key ...] [LIMIT limit]`
pub fn sintercard(ctx: &mut Context, args: Args) -> CommandResult {
    let numkeys = parse_i64(args.at(1))
        .filter(|&number| number > 0)
        .ok_or(NUMKEYS)?;
    let numkeys = usize::try_from(numkeys).unwrap_or(usize::MAX);
    if numkeys > args.len() - 2 {
        return Err(TOO_MANY_KEYS);
    }
    let mut limit = 0;
    let mut options = args.tail(2 + numkeys).iter();
    while let Some(option) = options.next() {
        let value = options
            .next()
            .filter(|_| option.eq_ignore_ascii_case(b"limit"));
        let value = parse_i64(value.ok_or(SYNTAX)?).filter(|&number| number >= 0);
        limit = value.ok_or(NEGATIVE_LIMIT)?;
    }
    let keys: Vec<&[u8]> = args.tail(2).iter().take(numkeys).collect();
    let mut found = 0;
    if let Some(sets) = all_of(read_sets(
        &mut ctx.keyspace[ctx.client.db],
        keys.into_iter(),
    )?) {
        intersect(&sets, |_| {
            found += 1;
            found != limit
        });
    }
    ctx.reply.integer(found);
    Ok(())
}

/// `SINTERSTORE destination key [key ...]`
pub fn sinterstore(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.set_limits();
    let mut result = Set::new();
    if let Some(sets) = all_of(read_sets(db, args.tail(2).iter())?) {
        // The smallest set comes first; the result is at most as large.
        let first = sets.iter().min_by_key(|set| set.len());
        if first.is_some_and(|first| first.as_intset().is_none()) {
            result = Set::new_listpack(0);
        }
        let mut digits = itoa::Buffer::new();
        intersect(&sets, |member| {
            result.add(member.bytes(&mut digits), &limits);
            true
        });
        result.compact_integers(&limits);
        result.shrink_to_fit();
    }
    store(ctx, args.at(1), result, "sinterstore")
}

/// `SUNION key [key ...]`
pub fn sunion(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, union)
}

/// `SUNIONSTORE destination key [key ...]`
pub fn sunionstore(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.set_limits();
    let result = union(&read_sets(db, args.tail(2).iter())?, Set::new(), &limits);
    store(ctx, args.at(1), result, "sunionstore")
}

/// `SDIFF key [key ...]`
pub fn sdiff(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, difference)
}

/// `SDIFFSTORE destination key [key ...]`
pub fn sdiffstore(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.set_limits();
    let result = difference(&read_sets(db, args.tail(2).iter())?, Set::new(), &limits);
    store(ctx, args.at(1), result, "sdiffstore")
}

/// The sets of the keys, in their order; `None` where a key does not exist.
fn read_sets<'a, 'k>(
    db: &'a mut Database,
    keys: impl Iterator<Item = &'k [u8]> + Clone,
) -> Result<Vec<Option<&'a Set>>, ReplyError> {
    for key in keys.clone() {
        db.read_set(key)?;
    }
    // Nothing changes any more: all of them can be looked at together.
    let db = &*db;
    let set = |key| match db.peek(key)?.value() {
        ValueRef::Set(set) => Some(set),
        _ => None,
    };
    Ok(keys.map(set).collect())
}

/// The sets, unless one is missing, which makes an intersection empty.
fn all_of(sets: Vec<Option<&Set>>) -> Option<Vec<&Set>> {
    sets.into_iter().collect()
}

fn is_same(one: &Set, other: &Set) -> bool {
    std::ptr::eq(one, other)
}

/// Calls `each` with what is in all the sets, until it returns false.
/// O(n·m), n being the size of the smallest and m the number of sets.
fn intersect<'a>(sets: &[&'a Set], mut each: impl FnMut(Element<'a>) -> bool) {
    let order = smallest_first(sets.iter().map(|set| set.len()));
    let sets: Vec<&Set> = order.map(|at| sets[at]).collect();
    let Some((first, others)) = sets.split_first() else {
        return;
    };
    for member in first.iter() {
        let in_all = others
            .iter()
            .all(|set| is_same(set, first) || set.contains_element(member));
        if in_all && !each(member) {
            return;
        }
    }
}

type Operation = fn(&[Option<&Set>], Set, &Limits) -> Set;

/// Adds what is in any of the sets to `result`. O(n) of all members.
fn union(sets: &[Option<&Set>], mut result: Set, limits: &Limits) -> Set {
    let mut digits = itoa::Buffer::new();
    for member in sets.iter().flatten().flat_map(|set| set.iter()) {
        result.add(member.bytes(&mut digits), limits);
    }
    result
}

/// Adds what is in the first set and in none of the others to `result`.
///
/// Two ways, the cheaper is taken, as Redis does: to look for each member of the first set in all
/// others, O(n·m), or to remove the members of all others from a copy of it, O(n) of all members.
fn difference(sets: &[Option<&Set>], mut result: Set, limits: &Limits) -> Set {
    let Some((Some(first), others)) = sets.split_first() else {
        return result;
    };
    let others: Vec<&Set> = others.iter().flatten().copied().collect();
    if others.iter().any(|set| is_same(set, first)) {
        return result;
    }
    let all: usize = others.iter().map(|set| set.len()).sum::<usize>() + first.len();
    let mut digits = itoa::Buffer::new();
    if first.len().saturating_mul(others.len() + 1) / 2 <= all {
        // In the largest, a member is most likely to be found.
        let order = largest_first(others.iter().map(|set| set.len()));
        let others: Vec<&Set> = order.map(|at| others[at]).collect();
        for member in first.iter() {
            if !others.iter().any(|set| set.contains_element(member)) {
                result.add(member.bytes(&mut digits), limits);
            }
        }
        return result;
    }
    for member in first.iter() {
        result.add(member.bytes(&mut digits), limits);
    }
    for member in others.iter().flat_map(|set| set.iter()) {
        if result.is_empty() {
            break;
        }
        result.remove(member.bytes(&mut digits));
    }
    result
}

fn answer(ctx: &mut Context, args: Args, operation: Operation) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let limits = ctx.instance.set_limits();
    let sets = read_sets(db, args.tail(1).iter())?;
    // A listpack would be searched for each member added; nobody sees the encoding.
    let integers = sets.iter().flatten().all(|set| set.as_intset().is_some());
    let empty = if integers {
        Set::new()
    } else {
        Set::new_table(0, &limits)
    };
    let result = operation(&sets, empty, &limits);
    ctx.reply.set(result.len());
    let mut digits = itoa::Buffer::new();
    result
        .iter()
        .for_each(|member| ctx.reply.bulk(member.bytes(&mut digits)));
    Ok(())
}

fn store(ctx: &mut Context, key: &[u8], result: Set, event: &'static str) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let len = result.len();
    if len > 0 {
        db.set_value(key, result);
        db.modified(key, EventClass::SET, event);
        db.add_dirty(1);
    } else if db.remove(key) {
        db.modified(key, EventClass::GENERIC, "del");
        db.add_dirty(1);
    }
    ctx.reply.integer(len as i64);
    Ok(())
}
