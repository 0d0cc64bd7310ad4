//! A window into one value of any type.

use super::keys::KeyRow;
use super::ranking::RankingEntry;
use super::window;
use crate::keyspace::{Record, ValueRef};
use crate::types::listpack::Element;
use crate::wasm::{Bytes, Text};

/// A field of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct HashField {
    /// The field.
    pub field: Text,
    /// Its value.
    pub value: Text,
}

/// An entry of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct StreamRow {
    /// Its identity.
    pub id: Text,
    /// Its fields, in their order; one may come twice.
    pub fields: Vec<HashField>,
}

/// The elements in the window.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(tag = "type", rename_all = "lowercase")
)]
pub enum Content {
    /// There is no such key.
    None,
    /// Bytes of a string.
    String {
        /// The bytes.
        bytes: Bytes,
    },
    /// Elements of a list.
    List {
        /// From the head on.
        elements: Vec<Text>,
    },
    /// Members of a set.
    Set {
        /// In the set's own order.
        members: Vec<Text>,
    },
    /// Fields of a hash.
    Hash {
        /// In the hash's own order.
        fields: Vec<HashField>,
    },
    /// Members of a sorted set.
    Zset {
        /// The lowest score first.
        entries: Vec<RankingEntry>,
    },
    /// Entries of a stream.
    Stream {
        /// The oldest first.
        entries: Vec<StreamRow>,
    },
}

/// What a value view shows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct ValueUpdate {
    /// `ok` or `missing`.
    pub state: &'static str,
    /// The key.
    #[cfg_attr(target_arch = "wasm32", serde(skip_serializing_if = "Option::is_none"))]
    pub row: Option<KeyRow>,
    /// Where the window begins.
    pub offset: usize,
    /// What is in it.
    pub content: Content,
}

pub(super) fn compute(record: Option<&Record>, offset: usize, limit: usize) -> ValueUpdate {
    let Some(record) = record else {
        return ValueUpdate {
            state: "missing",
            row: None,
            offset: 0,
            content: Content::None,
        };
    };
    let row = KeyRow::new(record);
    let (offset, count) = window(row.length, offset, limit);
    let text = |element: Element<'_>| Text::from(element.bytes(&mut itoa::Buffer::new()));
    let content = match record.value() {
        ValueRef::String(string) => {
            let bytes = string.to_vec();
            Content::String {
                bytes: Bytes(bytes[offset..offset + count].to_vec()),
            }
        }
        ValueRef::List(list) => Content::List {
            elements: list.iter_from(offset).take(count).map(text).collect(),
        },
        ValueRef::Set(set) => Content::Set {
            members: set.iter().skip(offset).take(count).map(text).collect(),
        },
        ValueRef::Hash(hash) => Content::Hash {
            fields: hash
                .iter()
                .skip(offset)
                .take(count)
                .map(|(field, value)| HashField {
                    field: text(field),
                    value: text(value),
                })
                .collect(),
        },
        ValueRef::SortedSet(set) => Content::Zset {
            entries: set
                .range(offset..offset + count)
                .enumerate()
                .map(|(at, (member, score))| RankingEntry::new(offset + at + 1, member, score))
                .collect(),
        },
        ValueRef::Stream(stream) => Content::Stream {
            entries: stream
                .iter()
                .skip(offset)
                .take(count)
                .map(|entry| {
                    let id = Text::from(&*entry.id.text());
                    let elements: Vec<Text> = entry.elements().map(text).collect();
                    let pairs = elements.chunks_exact(2);
                    let fields = pairs.map(|pair| HashField {
                        field: pair[0].clone(),
                        value: pair[1].clone(),
                    });
                    StreamRow {
                        id,
                        fields: fields.collect(),
                    }
                })
                .collect(),
        },
    };
    ValueUpdate {
        state: "ok",
        row: Some(row),
        offset,
        content,
    }
}
