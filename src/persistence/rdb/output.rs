//! Bytes of the format being made: lengths, strings, values. What snapshots and DUMP share.

use super::format::{COMPRESS_ABOVE, COMPRESS_SAVES, container, encoded, kind, length};
use super::lzf::Compressor;
use crate::keyspace::{StringRef, ValueRef};
use crate::types::list::NodeRef;
use crate::types::listpack::Element;
use crate::types::numbers::parse_i64;

/// Longest decimal that can be a 32-bit integer.
const INTEGER_LEN: usize = 11;

/// Bytes of buffer that are worth keeping from one string to the next.
const KEPT: usize = 64 * 1024;

/// A growing run of bytes, and what compresses the strings in it.
pub(super) struct Output {
    pub(super) bytes: Vec<u8>,
    compress: bool,
    /// Made when the first string is long enough.
    compressor: Option<Compressor>,
    /// The compressed string, kept for the next unless it is large.
    packed: Vec<u8>,
}

impl Output {
    pub(super) fn new(compress: bool) -> Self {
        Output {
            bytes: Vec::new(),
            compress,
            compressor: None,
            packed: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    #[inline]
    pub(super) fn length(&mut self, value: u64) {
        match value {
            0..=0x3f => self.byte(value as u8),
            0x40..=0x3fff => {
                let bytes = (value as u16 | 0x4000).to_be_bytes();
                self.bytes.extend_from_slice(&bytes);
            }
            0x4000..=0xffff_ffff => {
                self.byte(length::BITS32);
                self.bytes.extend_from_slice(&(value as u32).to_be_bytes());
            }
            _ => {
                self.byte(length::BITS64);
                self.bytes.extend_from_slice(&value.to_be_bytes());
            }
        }
    }

    /// A string in its shortest form: as an integer, compressed, or as it is.
    pub(super) fn string(&mut self, bytes: &[u8]) {
        if bytes.len() <= INTEGER_LEN
            && let Some(number) = parse_i64(bytes)
            && self.small_integer(number)
        {
            return;
        }
        if self.compress && bytes.len() > COMPRESS_ABOVE && self.compressed(bytes) {
            return;
        }
        self.length(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    fn compressed(&mut self, bytes: &[u8]) -> bool {
        let compressor = self.compressor.get_or_insert_with(Compressor::new);
        let most = bytes.len() - COMPRESS_SAVES;
        let mut packed = std::mem::take(&mut self.packed);
        packed.clear();
        let shorter = compressor.compress(bytes, most, &mut packed);
        if shorter {
            self.byte(0xc0 | encoded::LZF);
            self.length(packed.len() as u64);
            self.length(bytes.len() as u64);
            self.bytes.extend_from_slice(&packed);
        }
        if packed.capacity() <= KEPT {
            self.packed = packed;
        }
        shorter
    }

    /// An integer that 32 bits hold; false when they do not.
    fn small_integer(&mut self, number: i64) -> bool {
        let (code, width) = if i8::try_from(number).is_ok() {
            (encoded::INT8, 1)
        } else if i16::try_from(number).is_ok() {
            (encoded::INT16, 2)
        } else if i32::try_from(number).is_ok() {
            (encoded::INT32, 4)
        } else {
            return false;
        };
        self.byte(0xc0 | code);
        self.bytes.extend_from_slice(&number.to_le_bytes()[..width]);
        true
    }

    /// An integer as a string.
    fn integer(&mut self, number: i64) {
        if !self.small_integer(number) {
            let mut digits = itoa::Buffer::new();
            let digits = digits.format(number).as_bytes();
            self.length(digits.len() as u64);
            self.bytes.extend_from_slice(digits);
        }
    }

    fn element(&mut self, element: Element<'_>) {
        match element {
            Element::Int(number) => self.integer(number),
            Element::Str(bytes) => self.string(bytes),
        }
    }

    /// A value without its type. O(size).
    pub(super) fn value(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::String(StringRef::Int(number)) => self.integer(number),
            ValueRef::String(StringRef::Embedded(bytes) | StringRef::Raw(bytes)) => {
                self.string(bytes);
            }
            ValueRef::List(list) => {
                self.length(list.node_count() as u64);
                for node in list.nodes() {
                    match node {
                        NodeRef::Packed(entries) => {
                            self.length(container::PACKED);
                            self.string(entries.as_bytes());
                        }
                        NodeRef::Plain(bytes) => {
                            self.length(container::PLAIN);
                            self.string(bytes);
                        }
                    }
                }
            }
            ValueRef::Set(set) => match set.as_intset() {
                Some(intset) => self.string(intset.as_bytes()),
                None => {
                    self.length(set.len() as u64);
                    set.iter().for_each(|member| self.element(member));
                }
            },
            ValueRef::Hash(hash) => match hash.as_listpack() {
                Some(entries) => self.string(entries.as_bytes()),
                None => {
                    self.length(hash.len() as u64);
                    for (field, value) in hash.iter() {
                        self.element(field);
                        self.element(value);
                    }
                }
            },
            ValueRef::SortedSet(sorted_set) => match sorted_set.as_listpack() {
                Some(entries) => self.string(entries.as_bytes()),
                None => {
                    // Highest first: who loads it into a skip list always inserts at its head.
                    self.length(sorted_set.len() as u64);
                    for (member, score) in sorted_set.range_reversed(0..sorted_set.len()) {
                        self.element(member);
                        self.bytes.extend_from_slice(&score.to_le_bytes());
                    }
                }
            },
            ValueRef::Stream(stream) => self.stream(stream),
        }
    }
}

/// The type that stands before a value as [`Output::value`] writes it.
///
/// Version 10 has no listpack sets, so those go as plain ones; and Redis 7.0, whose lists are all
/// quicklists, reads a list of one node.
pub(super) fn kind_of(value: ValueRef<'_>) -> u8 {
    match value {
        ValueRef::String(_) => kind::STRING,
        ValueRef::List(_) => kind::LIST_QUICKLIST_2,
        ValueRef::Set(set) if set.as_intset().is_some() => kind::SET_INTSET,
        ValueRef::Set(_) => kind::SET,
        ValueRef::Hash(hash) if hash.as_listpack().is_some() => kind::HASH_LISTPACK,
        ValueRef::Hash(_) => kind::HASH,
        ValueRef::SortedSet(set) if set.as_listpack().is_some() => kind::ZSET_LISTPACK,
        ValueRef::SortedSet(_) => kind::ZSET_2,
        ValueRef::Stream(_) => kind::STREAM_LISTPACKS_2,
    }
}
