//! What a key can hold.

use crate::types::hash::Hash;
use crate::types::list::List;
use crate::types::numbers::parse_i64;
use crate::types::set::Set;
use crate::types::sorted_set::SortedSet;
use crate::types::stream::Stream;

/// Longest string that is stored in the key's own block (Redis's embstr).
pub const EMBEDDED_MAX: usize = 44;

/// Longest decimal that can be a 64-bit integer.
const INTEGER_MAX_LEN: usize = 20;

/// A number that asks for no more than the alignment of a pointer, which keeps a [`Value`] of the tab
/// at 20 bytes instead of 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, packed(4))]
pub struct PackedInt(i64);

impl PackedInt {
    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for PackedInt {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<Value>() == 20);

/// A string outside a database, with the encoding that OBJECT ENCODING would tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StringValue {
    /// `int`
    Int(PackedInt),
    /// `embstr`, at most 44 bytes
    Embedded(Box<[u8]>),
    /// `raw`
    Raw(Vec<u8>),
}

impl StringValue {
    /// `bytes` in the encoding that SET would choose.
    pub fn encode(bytes: &[u8]) -> Self {
        if let Some(number) = as_integer(bytes) {
            StringValue::Int(number.into())
        } else if bytes.len() <= EMBEDDED_MAX {
            StringValue::Embedded(bytes.into())
        } else {
            StringValue::Raw(bytes.to_vec())
        }
    }
}

/// The integer that `bytes` spell canonically, if they do.
pub(super) fn as_integer(bytes: &[u8]) -> Option<i64> {
    if bytes.len() > INTEGER_MAX_LEN {
        return None;
    }
    parse_i64(bytes)
}

/// What a key holds, outside a database: on its way in (SORT STORE) or out (RENAME).
#[derive(Debug)]
pub enum Value {
    /// A string.
    String(StringValue),
    /// A list.
    List(List),
    /// A hash.
    Hash(Hash),
    /// A set.
    Set(Set),
    /// A sorted set.
    SortedSet(SortedSet),
    /// A stream.
    Stream(Stream),
}

impl From<Stream> for Value {
    fn from(stream: Stream) -> Self {
        Value::Stream(stream)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Value::List(list)
    }
}

impl From<Hash> for Value {
    fn from(hash: Hash) -> Self {
        Value::Hash(hash)
    }
}

impl From<Set> for Value {
    fn from(set: Set) -> Self {
        Value::Set(set)
    }
}

impl From<SortedSet> for Value {
    fn from(sorted_set: SortedSet) -> Self {
        Value::SortedSet(sorted_set)
    }
}

/// A string in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringRef<'a> {
    /// `int`: no bytes are stored at all.
    Int(i64),
    /// `embstr`
    Embedded(&'a [u8]),
    /// `raw`
    Raw(&'a [u8]),
}

impl<'a> StringRef<'a> {
    /// The bytes; an integer is written into `buffer` first.
    pub fn as_bytes<'b>(self, buffer: &'b mut itoa::Buffer) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            StringRef::Int(number) => buffer.format(number).as_bytes(),
            StringRef::Embedded(bytes) | StringRef::Raw(bytes) => bytes,
        }
    }

    /// The bytes, copied.
    pub fn to_vec(self) -> Vec<u8> {
        self.as_bytes(&mut itoa::Buffer::new()).to_vec()
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.as_bytes(&mut itoa::Buffer::new()).len()
    }

    /// Whether there is no byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The string as an integer, if it is one.
    pub fn as_integer(self) -> Option<i64> {
        match self {
            StringRef::Int(number) => Some(number),
            StringRef::Embedded(bytes) | StringRef::Raw(bytes) => parse_i64(bytes),
        }
    }
}

/// What a key holds, seen in its database.
#[derive(Clone, Copy)]
pub enum ValueRef<'a> {
    /// A string.
    String(StringRef<'a>),
    /// A list.
    List(&'a List),
    /// A hash.
    Hash(&'a Hash),
    /// A set.
    Set(&'a Set),
    /// A sorted set.
    SortedSet(&'a SortedSet),
    /// A stream.
    Stream(&'a Stream),
}

impl ValueRef<'_> {
    /// The name that TYPE answers.
    pub fn type_name(self) -> &'static str {
        match self {
            ValueRef::String(_) => "string",
            ValueRef::List(_) => "list",
            ValueRef::Hash(_) => "hash",
            ValueRef::Set(_) => "set",
            ValueRef::SortedSet(_) => "zset",
            ValueRef::Stream(_) => "stream",
        }
    }

    /// The name that OBJECT ENCODING answers.
    pub fn encoding(self) -> &'static str {
        match self {
            ValueRef::String(StringRef::Int(_)) => "int",
            ValueRef::String(StringRef::Embedded(_)) => "embstr",
            ValueRef::String(StringRef::Raw(_)) => "raw",
            ValueRef::List(list) => list.encoding(),
            ValueRef::Hash(hash) => hash.encoding(),
            ValueRef::Set(set) => set.encoding(),
            ValueRef::SortedSet(sorted_set) => sorted_set.encoding(),
            ValueRef::Stream(stream) => stream.encoding(),
        }
    }

    /// A deep copy, as COPY makes it. Linear in the size of the value.
    pub fn to_value(self) -> Value {
        match self {
            ValueRef::String(StringRef::Int(number)) => {
                Value::String(StringValue::Int(number.into()))
            }
            ValueRef::String(StringRef::Embedded(bytes)) => {
                Value::String(StringValue::Embedded(bytes.into()))
            }
            ValueRef::String(StringRef::Raw(bytes)) => {
                Value::String(StringValue::Raw(bytes.to_vec()))
            }
            ValueRef::List(list) => Value::List(list.clone()),
            ValueRef::Hash(hash) => Value::Hash(hash.clone()),
            ValueRef::Set(set) => Value::Set(set.clone()),
            ValueRef::SortedSet(sorted_set) => Value::SortedSet(sorted_set.clone()),
            ValueRef::Stream(stream) => Value::Stream(stream.clone()),
        }
    }
}
