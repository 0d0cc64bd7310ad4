//! Which arguments of a command are keys, by its key specifications.

use super::command::{BeginSearch, Command, FindKeys, KeyFlags};
use crate::resp::Args;
use crate::types::numbers::parse_i64;

/// Why there are no keys to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysError {
    /// The command has no keys at all.
    NoKeys,
    /// The arguments make no sense.
    Invalid,
}

/// The positions of the keys among `args`, with what happens to each. Linear in the arguments.
///
/// # Errors
/// [`KeysError`].
pub fn keys_of(command: &Command, args: Args<'_>) -> Result<Vec<(usize, KeyFlags)>, KeysError> {
    if command.keys.is_empty() {
        return Err(KeysError::NoKeys);
    }
    if let Some(keys) = by_options(command, args) {
        return Ok(keys);
    }
    let count = i64::try_from(args.len()).map_err(|_| KeysError::Invalid)?;
    let mut keys = Vec::new();
    for spec in command.keys {
        let first = match spec.begin {
            BeginSearch::Index(index) => i64::from(index),
            BeginSearch::Keyword(word, from) => match find_keyword(args, word, from) {
                Some(at) => at,
                None => continue,
            },
            BeginSearch::Unknown => continue,
        };
        let (first, last, step) = match spec.find {
            FindKeys::Range { last, step, limit } => {
                let end = if last >= 0 {
                    first + i64::from(last)
                } else if limit <= 1 {
                    count + i64::from(last)
                } else {
                    first + (count - first) / i64::from(limit) + i64::from(last)
                };
                (first, end, i64::from(step.max(1)))
            }
            FindKeys::KeyNum {
                at,
                first: first_key,
                step,
            } => {
                let number = usize::try_from(first + i64::from(at))
                    .ok()
                    .and_then(|index| args.get(index))
                    .and_then(parse_i64)
                    .filter(|number| (0..=count).contains(number))
                    .ok_or(KeysError::Invalid)?;
                let begin = first + i64::from(first_key);
                let step = i64::from(step.max(1));
                (begin, begin + (number - 1) * step, step)
            }
            FindKeys::Unknown => continue,
        };
        let mut at = first;
        while at <= last {
            match usize::try_from(at) {
                Ok(index) if index < args.len() => keys.push((index, spec.flags)),
                _ => return Err(KeysError::Invalid),
            }
            at += step;
        }
    }
    if command.name == "sort"
        && let Some(at) = sort_destination(args)
    {
        keys.push((at, KeyFlags::OW.union(KeyFlags::UPDATE)));
    }
    Ok(keys)
}

/// Where SORT's STORE names its key, which no specification can say: options stand in any order,
/// and their values may look like options. The last STORE counts.
fn sort_destination(args: Args<'_>) -> Option<usize> {
    let mut destination = None;
    let mut at = 2;
    while let Some(option) = args.get(at) {
        let is = |word: &str| option.eq_ignore_ascii_case(word.as_bytes());
        if is("limit") {
            at += 2;
        } else if is("get") || is("by") {
            at += 1;
        } else if is("store") && at + 1 < args.len() {
            at += 1;
            destination = Some(at);
        }
        at += 1;
    }
    destination
}

/// The keys of commands whose options decide what keys there are or what happens to them.
fn by_options(command: &Command, args: Args<'_>) -> Option<Vec<(usize, KeyFlags)>> {
    let is = |index: usize, word: &str| args.at(index).eq_ignore_ascii_case(word.as_bytes());
    match command.name {
        "set" => {
            let reads = (3..args.len()).any(|index| is(index, "get"));
            let flags = if reads {
                KeyFlags::RW.union(KeyFlags::ACCESS).union(KeyFlags::UPDATE)
            } else {
                KeyFlags::OW.union(KeyFlags::UPDATE)
            };
            Some(vec![(1, flags)])
        }
        "bitfield" => {
            let writes = (2..args.len()).any(|index| is(index, "set") || is(index, "incrby"));
            let flags = if writes {
                KeyFlags::RW.union(KeyFlags::ACCESS).union(KeyFlags::UPDATE)
            } else {
                KeyFlags::RO.union(KeyFlags::ACCESS)
            };
            Some(vec![(1, flags)])
        }
        _ => None,
    }
}

fn find_keyword(args: Args<'_>, word: &str, from: i32) -> Option<i64> {
    let is_word = |index: &usize| args.at(*index).eq_ignore_ascii_case(word.as_bytes());
    let at = if from >= 0 {
        (usize::try_from(from).ok()?..args.len()).find(is_word)?
    } else {
        let end = args.len().checked_sub(from.unsigned_abs() as usize)?;
        (1..=end).rev().find(is_word)?
    };
    i64::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::table;
    use crate::resp::OwnedArgs;

    fn positions(line: &str) -> Vec<usize> {
        let args: OwnedArgs = line.split(' ').map(str::as_bytes).collect();
        let name = args.as_args().at(0);
        let command = table().find(name).expect("a command of the table").command;
        let keys = keys_of(command, args.as_args()).expect("keys");
        keys.into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn sort_tells_the_key_it_stores_to() {
        assert_eq!(positions("sort key"), [1]);
        assert_eq!(positions("sort key store"), [1]);
        assert_eq!(positions("sort key STORE a limit 0 1 store b"), [1, 8]);
        assert_eq!(positions("sort key get store by store limit store 1"), [1]);
        assert_eq!(positions("sort_ro key store a"), [1]);
    }
}
