//! SORT and SORT_RO.

mod order;
mod pattern;

use crate::commands::acl::permission::may_read_every_key;
use crate::commands::arguments::{integer, is_word};
use crate::commands::{CommandResult, Context};
use crate::keyspace::{Database, EventClass, ValueRef};
use crate::resp::error::{SYNTAX, WRONG_TYPE};
use crate::resp::{Args, ReplyError};
use crate::types::list::List;
use crate::types::listpack::Element;
use crate::types::sorted_set;
use crate::types::strtod::strtod;
use order::{Item, Order};
use pattern::Pattern;

const BY_DENIED: ReplyError =
    ReplyError::new("ERR BY option of SORT denied due to insufficient ACL permissions.");
const GET_DENIED: ReplyError =
    ReplyError::new("ERR GET option of SORT denied due to insufficient ACL permissions.");

/// `SORT key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern …]] [ASC|DESC] [ALPHA]
/// [STORE destination]`
pub fn sort(ctx: &mut Context, args: Args) -> CommandResult {
    let options = Options::parse(ctx, args, true)?;
    sort_generic(ctx, args.at(1), &options)
}

/// SORT without STORE.
pub fn sort_ro(ctx: &mut Context, args: Args) -> CommandResult {
    let options = Options::parse(ctx, args, false)?;
    sort_generic(ctx, args.at(1), &options)
}

struct Options<'a> {
    descending: bool,
    alpha: bool,
    offset: i64,
    /// Negative for all.
    count: i64,
    by: Option<Pattern<'a>>,
    get: Vec<Pattern<'a>>,
    store: Option<&'a [u8]>,
    /// A script is to get the same each time.
    in_script: bool,
}

impl<'a> Options<'a> {
    fn parse(ctx: &Context, args: Args<'a>, may_store: bool) -> Result<Self, ReplyError> {
        let mut parsed = Options {
            descending: false,
            alpha: false,
            offset: 0,
            count: -1,
            by: None,
            get: Vec::new(),
            store: None,
            in_script: ctx.client.in_script,
        };
        let reads_any_key = may_read_every_key(ctx, args);
        let mut at = 2;
        while let Some(option) = args.get(at) {
            let is = |word| is_word(option, word);
            let (value, second) = (args.get(at + 1), args.get(at + 2));
            at += match (value, second) {
                _ if is("asc") => {
                    parsed.descending = false;
                    1
                }
                _ if is("desc") => {
                    parsed.descending = true;
                    1
                }
                _ if is("alpha") => {
                    parsed.alpha = true;
                    1
                }
                (Some(offset), Some(count)) if is("limit") => {
                    parsed.offset = integer(offset)?;
                    parsed.count = integer(count)?;
                    3
                }
                (Some(key), _) if may_store && is("store") => {
                    parsed.store = Some(key);
                    2
                }
                (Some(pattern), _) if is("by") => {
                    if !reads_any_key && pattern.contains(&b'*') {
                        return Err(BY_DENIED);
                    }
                    parsed.by = Some(Pattern::parse(pattern));
                    2
                }
                (Some(pattern), _) if is("get") => {
                    if !reads_any_key {
                        return Err(GET_DENIED);
                    }
                    parsed.get.push(Pattern::parse(pattern));
                    2
                }
                _ => return Err(SYNTAX),
            };
        }
        Ok(parsed)
    }

    /// A BY without `*` asks for no sorting.
    fn is_unsorted(&self) -> bool {
        matches!(self.by, Some(Pattern::Constant | Pattern::Element))
    }

    /// The wanted part of `len` elements: the first one's place and their number.
    fn wanted(&self, len: usize) -> (usize, usize) {
        let start = usize::try_from(self.offset.max(0)).map_or(len, |start| start.min(len));
        let count = match self.count {
            count if count < 0 => len,
            count => usize::try_from(count).unwrap_or(len),
        };
        (start, count.min(len - start))
    }
}

fn sort_generic(ctx: &mut Context, key: &[u8], options: &Options<'_>) -> CommandResult {
    let limits = ctx.instance.list_limits();
    let ranked = sorted_set::Limits {
        max_listpack_entries: 0,
        ..ctx.instance.sorted_set_limits()
    };
    let db = &mut ctx.keyspace[ctx.client.db];
    // Redis sorts a sorted set by its skiplist, and leaves it behind in that encoding.
    if let Ok(Some(sorted_set)) = db.write_sorted_set(key) {
        sorted_set.prepare_for(1, &ranked);
    }
    let (items, start, count) = sorted_items(db, key, options)?;
    let wanted = &items[start..start + count];
    let mut room = Vec::new();
    let columns = options.get.len().max(1);
    let Some(destination) = options.store else {
        ctx.reply.array(count * columns);
        for item in wanted {
            if options.get.is_empty() {
                ctx.reply.bulk(&item.element);
            }
            for pattern in &options.get {
                pattern.look_up(db, &item.element, &mut room, |value| match value {
                    Some(value) => ctx.reply.bulk(value),
                    None => ctx.reply.null(),
                });
            }
        }
        return Ok(());
    };
    let stored = if options.get.is_empty() {
        List::from_elements(wanted.iter().map(|item| &item.element[..]), &limits)
    } else {
        // What a pattern does not find is stored as an empty string.
        let mut values = Vec::with_capacity(count * columns);
        for item in wanted {
            for pattern in &options.get {
                values.push(pattern.look_up(db, &item.element, &mut room, |value| {
                    value.unwrap_or_default().to_vec()
                }));
            }
        }
        List::from_elements(values.iter().map(Vec::as_slice), &limits)
    };
    let len = stored.len();
    if len > 0 {
        db.set_value(destination, stored);
        db.modified(destination, EventClass::LIST, "sortstore");
        db.add_dirty(len as u64);
    } else if db.remove(destination) {
        db.modified(destination, EventClass::GENERIC, "del");
        db.add_dirty(1);
    }
    ctx.reply.integer(len as i64);
    Ok(())
}

/// The elements of `key`, those from the returned index on in order, as many as the returned
/// number.
fn sorted_items(
    db: &mut Database,
    key: &[u8],
    options: &Options<'_>,
) -> Result<(Vec<Item>, usize, usize), ReplyError> {
    let unsorted = options.is_unsorted();
    let mut forced_text = false;
    let mut buffer = itoa::Buffer::new();
    let mut item = |element: Element<'_>| Item::new(element.bytes(&mut buffer).to_vec());
    let mut items: Vec<Item> = match db.read(key) {
        None => Vec::new(),
        Some(ValueRef::List(list)) if unsorted => {
            let (start, count) = options.wanted(list.len());
            let items: Vec<Item> = if options.descending {
                list.iter()
                    .rev()
                    .skip(start)
                    .take(count)
                    .map(item)
                    .collect()
            } else {
                list.iter_from(start).take(count).map(item).collect()
            };
            return Ok((items, 0, count));
        }
        Some(ValueRef::List(list)) => list.iter().map(item).collect(),
        Some(ValueRef::Set(set)) => {
            // The order of a set is nobody's promise: what is stored must be the same on every
            // replica, and what a script gets should be.
            forced_text = unsorted && (options.store.is_some() || options.in_script);
            set.iter().map(item).collect()
        }
        Some(ValueRef::SortedSet(sorted_set)) => {
            let mut items = Vec::with_capacity(sorted_set.len());
            items.extend(sorted_set.iter().map(|(member, _)| item(member)));
            if unsorted {
                if options.descending {
                    items.reverse();
                }
                let (start, count) = options.wanted(items.len());
                return Ok((items, start, count));
            }
            items
        }
        Some(_) => return Err(WRONG_TYPE),
    };
    let (start, count) = options.wanted(items.len());
    if unsorted && !forced_text {
        return Ok((items, start, count));
    }
    let by = if forced_text { None } else { options.by };
    let alpha = options.alpha || forced_text;
    weigh(db, &mut items, by, alpha)?;
    let order = Order {
        descending: options.descending,
        alpha,
        by_pattern: by.is_some(),
        store: options.store.is_some(),
    };
    if by.is_some() && count > 0 && count < items.len() {
        order.sort_part(&mut items, start, start + count - 1);
    } else {
        order.sort(&mut items);
    }
    Ok((items, start, count))
}

/// Finds out what each item is sorted by.
fn weigh(
    db: &mut Database,
    items: &mut [Item],
    by: Option<Pattern<'_>>,
    alpha: bool,
) -> Result<(), ReplyError> {
    let mut room = Vec::new();
    let mut all_numbers = true;
    for item in items {
        match by {
            Some(pattern) if alpha => {
                item.weight = pattern.look_up(db, &item.element, &mut room, |weight| {
                    weight.map(<[u8]>::to_vec)
                });
            }
            Some(pattern) => {
                // Without a weight the score stays 0.
                let score = pattern.look_up(db, &item.element, &mut room, |weight| {
                    weight.map_or(Some(0.0), score)
                });
                all_numbers &= score.is_some();
                item.score = score.unwrap_or(0.0);
            }
            None if !alpha => {
                let score = score(&item.element);
                all_numbers &= score.is_some();
                item.score = score.unwrap_or(0.0);
            }
            None => {}
        }
    }
    if all_numbers {
        Ok(())
    } else {
        Err(ReplyError::new(
            "ERR One or more scores can't be converted into double",
        ))
    }
}

/// A number as C's strtod reads all of a string: up to a zero byte, spaces in front allowed.
fn score(text: &[u8]) -> Option<f64> {
    let number = strtod(text);
    let ends = text.get(number.length).is_none_or(|&byte| byte == 0);
    (ends && !number.out_of_range && !number.value.is_nan()).then_some(number.value)
}

#[cfg(test)]
mod tests;
