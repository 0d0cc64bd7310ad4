//! Values being read, part by part: a big one need not be at hand as a whole.

use super::Limits;
use super::format::{container, kind};
use super::input::{Input, Step, Text};
use super::stream::{StreamParts, Version};
use super::{ziplist, zipmap};
use crate::keyspace::{StringValue, Value};
use crate::types::hash::Hash;
use crate::types::intset::IntSet;
use crate::types::list;
use crate::types::listpack::Listpack;
use crate::types::numbers::parse_f64;
use crate::types::set::Set;
use crate::types::sorted_set::{Scores, SortedSet};

/// What stands behind a type and a key.
pub(super) enum Begun<'a> {
    /// A string.
    Text(Text<'a>),
    /// Another value; None if it is an empty collection.
    Whole(Option<Value>),
    /// A collection whose elements follow.
    Parts(Parts),
}

/// A collection of which some elements have been read.
pub(super) struct Parts {
    collection: Collection,
    left: u64,
}

enum Collection {
    Elements(list::Builder),
    /// The nodes of a quicklist; they tell what they are if `told`, else they are ziplists.
    Nodes {
        list: list::Builder,
        told: bool,
    },
    Set(Set),
    Hash(Hash),
    /// Sorted at the end; a listpack only then, because that would lose the sign of zero.
    Scores {
        scores: Scores,
        binary: bool,
    },
    Stream(Box<StreamParts>),
}

/// Reads a value of type `kind` as far as it goes without its elements.
pub(super) fn begin<'a>(kind: u8, input: &mut Input<'a>, limits: &Limits) -> Step<Begun<'a>> {
    let offset = input.offset();
    let collection = match kind {
        kind::STRING => return input.string().map(Begun::Text),
        kind::LIST | kind::LIST_QUICKLIST | kind::LIST_QUICKLIST_2 | kind::SET | kind::HASH => {
            let left = input.length()?;
            let room = room(left, input);
            let collection = match kind {
                kind::LIST => Collection::Elements(list::Builder::new(&limits.list)),
                kind::SET if left > limits.set.max_intset_entries as u64 => {
                    Collection::Set(Set::new_table(room, &limits.set))
                }
                kind::SET => Collection::Set(Set::new()),
                kind::HASH if left > limits.hash.max_listpack_entries as u64 => {
                    Collection::Hash(Hash::new_table(room, &limits.hash))
                }
                kind::HASH => Collection::Hash(Hash::new()),
                _ => Collection::Nodes {
                    list: list::Builder::new(&limits.list),
                    told: kind == kind::LIST_QUICKLIST_2,
                },
            };
            return Ok(Begun::Parts(Parts { collection, left }));
        }
        kind::ZSET | kind::ZSET_2 => {
            let left = input.length()?;
            let collection = Collection::Scores {
                scores: Scores::new(&limits.sorted_set),
                binary: kind == kind::ZSET_2,
            };
            return Ok(Begun::Parts(Parts { collection, left }));
        }
        kind::STREAM_LISTPACKS | kind::STREAM_LISTPACKS_2 | kind::STREAM_LISTPACKS_3 => {
            let version = match kind {
                kind::STREAM_LISTPACKS => Version::First,
                kind::STREAM_LISTPACKS_2 => Version::History,
                _ => Version::ActiveTimes,
            };
            let parts = StreamParts::new(version, input.length()?);
            let collection = Collection::Stream(Box::new(parts));
            // Its parts say themselves which is the last.
            return Ok(Begun::Parts(Parts {
                collection,
                left: 1,
            }));
        }
        kind::SET_INTSET => {
            let bytes = input.string()?.into_vec();
            let intset = IntSet::from_bytes(bytes)
                .filter(|set| !set.is_empty())
                .ok_or_else(|| input.bad(offset, "a sound intset"))?;
            Some(Value::Set(Set::from_intset(intset, &limits.set)))
        }
        kind::HASH_LISTPACK | kind::HASH_ZIPLIST => {
            let entries = compact(input, kind == kind::HASH_ZIPLIST)?;
            let hash = Hash::from_listpack(entries, &limits.hash)
                .ok_or_else(|| input.bad(offset, "different fields with values"))?;
            (!hash.is_empty()).then_some(Value::Hash(hash))
        }
        kind::HASH_ZIPMAP => {
            let map = zipmap::to_listpack(input.string()?.bytes(&mut itoa::Buffer::new()));
            let hash = map.and_then(|(entries, longest)| {
                let mut hash = Hash::from_listpack(entries, &limits.hash)?;
                if longest > limits.hash.max_listpack_value {
                    hash.make_table(&limits.hash);
                }
                Some(hash)
            });
            let expected = "a sound zipmap of different fields";
            Some(Value::Hash(
                hash.ok_or_else(|| input.bad(offset, expected))?,
            ))
        }
        kind::ZSET_LISTPACK | kind::ZSET_ZIPLIST => {
            let entries = compact(input, kind == kind::ZSET_ZIPLIST)?;
            let set = SortedSet::from_listpack(entries, &limits.sorted_set)
                .ok_or_else(|| input.bad(offset, "different members with scores, in order"))?;
            (!set.is_empty()).then_some(Value::SortedSet(set))
        }
        kind::SET_LISTPACK => {
            let set = Set::from_listpack(compact(input, false)?, &limits.set)
                .ok_or_else(|| input.bad(offset, "different members"))?;
            (!set.is_empty()).then_some(Value::Set(set))
        }
        kind::LIST_ZIPLIST => {
            let mut list = list::Builder::new(&limits.list);
            list.push_packed(compact(input, true)?);
            (!list.is_empty()).then(|| Value::List(list.finish(&limits.list)))
        }
        _ => return Err(input.bad(offset, "a type of value")),
    };
    Ok(Begun::Whole(collection))
}

/// Elements to make room for at once: as many as the bytes at hand can hold, whatever was declared.
fn room(declared: u64, input: &Input<'_>) -> usize {
    let possible = input.available() / 2;
    usize::try_from(declared).map_or(possible, |declared| declared.min(possible))
}

/// A string that is a listpack, or a ziplist to be made one.
fn compact(input: &mut Input<'_>, ziplist: bool) -> Step<Listpack> {
    let offset = input.offset();
    let text = input.string()?;
    if ziplist {
        ziplist::to_listpack(text.bytes(&mut itoa::Buffer::new()))
            .ok_or_else(|| input.bad(offset, "a sound ziplist"))
    } else {
        Listpack::from_bytes(text.into_vec()).ok_or_else(|| input.bad(offset, "a sound listpack"))
    }
}

impl Parts {
    /// Whether there is nothing more to read.
    pub(super) fn is_complete(&self) -> bool {
        self.left == 0
    }

    /// Reads one element, entry or node.
    pub(super) fn next(&mut self, input: &mut Input<'_>, limits: &Limits) -> Step<()> {
        let offset = input.offset();
        let mut digits = itoa::Buffer::new();
        match &mut self.collection {
            Collection::Elements(list) => list.push(input.string()?.bytes(&mut digits)),
            Collection::Nodes { list, told: true } => match input.length()? {
                container::PLAIN => list.push_plain(input.string()?.into_vec()),
                container::PACKED => list.push_packed(compact(input, false)?),
                other => {
                    let text = format!("a plain (1) or packed (2) node, found {other}");
                    return Err(input.bad(offset, text));
                }
            },
            Collection::Nodes { list, told: false } => list.push_packed(compact(input, true)?),
            Collection::Set(set) => {
                if !set.add(input.string()?.bytes(&mut digits), &limits.set) {
                    return Err(input.bad(offset, "a member that was not there before"));
                }
            }
            Collection::Hash(hash) => {
                let field = input.string()?;
                let value = input.string()?;
                let mut value_digits = itoa::Buffer::new();
                let value = value.bytes(&mut value_digits);
                if !hash.set(field.bytes(&mut digits), value, &limits.hash) {
                    return Err(input.bad(offset, "a field that was not there before"));
                }
            }
            Collection::Stream(parts) => {
                if parts.next(input)? {
                    return Ok(());
                }
            }
            Collection::Scores { scores, binary } => {
                let member = input.string()?;
                let score = score(input, *binary)?;
                let mut fresh = true;
                scores.set(member.bytes(&mut digits), |before| {
                    fresh = before.is_none();
                    score
                });
                if !fresh {
                    return Err(input.bad(offset, "a member that was not there before"));
                }
            }
        }
        self.left -= 1;
        Ok(())
    }

    /// The collection; None if it is empty.
    pub(super) fn finish(self, limits: &Limits) -> Option<Value> {
        match self.collection {
            Collection::Elements(list) | Collection::Nodes { list, .. } => {
                (!list.is_empty()).then(|| Value::List(list.finish(&limits.list)))
            }
            Collection::Set(set) => (!set.is_empty()).then_some(Value::Set(set)),
            Collection::Hash(hash) => (!hash.is_empty()).then_some(Value::Hash(hash)),
            // One without entries is a value too.
            Collection::Stream(parts) => Some(Value::Stream(parts.finish())),
            Collection::Scores { scores, .. } => {
                let mut set = scores.into_sorted_set(&limits.sorted_set);
                set.compact(&limits.sorted_set);
                (!set.is_empty()).then_some(Value::SortedSet(set))
            }
        }
    }
}

/// A score: eight bytes, or before version 8 a length and digits, three lengths being infinities and
/// no number.
fn score(input: &mut Input<'_>, binary: bool) -> Step<f64> {
    let offset = input.offset();
    let score = if binary {
        f64::from_le_bytes(input.array()?)
    } else {
        match input.byte()? {
            255 => f64::NEG_INFINITY,
            254 => f64::INFINITY,
            253 => f64::NAN,
            len => {
                let digits = input.take(usize::from(len))?;
                parse_f64(digits).ok_or_else(|| input.bad(offset, "a score in digits"))?
            }
        }
    };
    if score.is_nan() {
        return Err(input.bad(offset, "a score that is a number"));
    }
    Ok(score)
}

/// A string in the encoding SET would choose.
pub(super) fn string_value(text: Text<'_>) -> Value {
    Value::String(StringValue::encode(text.bytes(&mut itoa::Buffer::new())))
}
