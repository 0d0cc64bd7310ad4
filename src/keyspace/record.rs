//! One key with all that belongs to it, in one block of memory.
//!
//! A table of separate keys, values and expiry times costs a cache miss and an allocator's
//! overhead for each. Here a key with a small string is a single block, found by one pointer:
//!
//! ```text
//! header 8 | expiry 8, if any | integer 8 or large value, if any | key length 4, if long | key | small string
//! ```
//!
//! This file holds the `unsafe` that it takes, behind a safe interface.

use super::access::ACCESS_BITS;
use super::value::{EMBEDDED_MAX, StringRef, StringValue, Value, ValueRef, as_integer};
use crate::types::dict::Entry;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::{self, NonNull};

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    /// An integer in the block.
    Int = 0,
    /// A string of at most 44 bytes in the block.
    Embedded = 1,
    /// A [`Value`] in the block that owns more memory elsewhere.
    Large = 2,
}

const KIND_MASK: u8 = 0b11;
const VOLATILE: u8 = 1 << 2;
const LONG_KEY: u8 = 1 << 3;

#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Header {
    /// 24 bits of access stamp; kind and flags above them.
    access_and_flags: u32,
    /// Length of the key, unless LONG_KEY.
    key_len: u16,
    /// Length of the embedded string.
    text_len: u8,
    /// Which snapshot the record was last written to (see `snapshot.rs`).
    mark: u8,
}

const HEADER: usize = size_of::<Header>();
const EXPIRY: usize = size_of::<i64>();
const ALIGN: usize = 8;
const _: () = assert!(HEADER == 8 && align_of::<Value>() <= ALIGN);

/// Where the parts of a block lie.
#[derive(Clone, Copy)]
struct Shape {
    kind: Kind,
    volatile: bool,
    key_len: usize,
    text_len: usize,
}

impl Shape {
    fn payload_offset(self) -> usize {
        HEADER + if self.volatile { EXPIRY } else { 0 }
    }

    fn long_key_offset(self) -> usize {
        self.payload_offset()
            + match self.kind {
                Kind::Int => size_of::<i64>(),
                Kind::Embedded => 0,
                Kind::Large => size_of::<Value>(),
            }
    }

    fn has_long_key(self) -> bool {
        self.key_len > usize::from(u16::MAX)
    }

    fn key_offset(self) -> usize {
        self.long_key_offset() + if self.has_long_key() { 4 } else { 0 }
    }

    fn text_offset(self) -> usize {
        self.key_offset() + self.key_len
    }

    fn layout(self) -> Layout {
        Layout::from_size_align(self.text_offset() + self.text_len, ALIGN)
            .expect("a record is smaller than the address space")
    }
}

/// A key, its value, when it expires and when it was last used: one pointer wide.
pub struct Record(NonNull<u8>);

/// What goes into a block besides the key.
enum Payload<'a> {
    Int(i64),
    Embedded(&'a [u8]),
    Large(Value),
}

impl Payload<'_> {
    fn of_bytes(bytes: &[u8]) -> Payload<'_> {
        if let Some(number) = as_integer(bytes) {
            Payload::Int(number)
        } else if bytes.len() <= EMBEDDED_MAX {
            Payload::Embedded(bytes)
        } else {
            Payload::Large(Value::String(StringValue::Raw(bytes.to_vec())))
        }
    }
}

impl Record {
    /// A record of a string in the encoding that SET chooses.
    pub fn of_string(key: &[u8], bytes: &[u8], expire_at: Option<i64>, access: u32) -> Self {
        Self::build(key, Payload::of_bytes(bytes), expire_at, access)
    }

    /// A record of any value, its encoding kept.
    pub fn of_value(key: &[u8], value: Value, expire_at: Option<i64>, access: u32) -> Self {
        match value {
            Value::String(StringValue::Int(number)) => {
                Self::build(key, Payload::Int(number.get()), expire_at, access)
            }
            Value::String(StringValue::Embedded(bytes)) if bytes.len() <= EMBEDDED_MAX => {
                Self::build(key, Payload::Embedded(&bytes), expire_at, access)
            }
            Value::String(StringValue::Embedded(bytes)) => {
                let raw = Value::String(StringValue::Raw(bytes.into_vec()));
                Self::build(key, Payload::Large(raw), expire_at, access)
            }
            large => Self::build(key, Payload::Large(large), expire_at, access),
        }
    }

    fn build(key: &[u8], payload: Payload<'_>, expire_at: Option<i64>, access: u32) -> Self {
        let (kind, text) = match &payload {
            Payload::Int(_) => (Kind::Int, &[][..]),
            Payload::Embedded(text) => (Kind::Embedded, *text),
            Payload::Large(_) => (Kind::Large, &[][..]),
        };
        let shape = Shape {
            kind,
            volatile: expire_at.is_some(),
            key_len: key.len(),
            text_len: text.len(),
        };
        let mut flags = kind as u8;
        if shape.volatile {
            flags |= VOLATILE;
        }
        if shape.has_long_key() {
            flags |= LONG_KEY;
        }
        let header = Header {
            access_and_flags: (access & ((1 << ACCESS_BITS) - 1)) | u32::from(flags) << ACCESS_BITS,
            key_len: key.len() as u16,
            text_len: text.len() as u8,
            mark: 0,
        };
        let layout = shape.layout();
        // SAFETY: the layout is not empty (it has a header), and every write lies within it at
        // the offsets that `shape` gives; offsets 0, 8 and the payload's are multiples of 8.
        unsafe {
            let Some(block) = NonNull::new(alloc(layout)) else {
                handle_alloc_error(layout)
            };
            let base = block.as_ptr();
            base.cast::<Header>().write(header);
            if let Some(at) = expire_at {
                base.add(HEADER).cast::<i64>().write(at);
            }
            let payload_at = base.add(shape.payload_offset());
            match payload {
                Payload::Int(number) => payload_at.cast::<i64>().write(number),
                Payload::Embedded(_) => {}
                Payload::Large(value) => payload_at.cast::<Value>().write(value),
            }
            if shape.has_long_key() {
                let len = u32::try_from(key.len()).expect("keys stay below 4 GiB");
                base.add(shape.long_key_offset())
                    .cast::<u32>()
                    .write_unaligned(len);
            }
            ptr::copy_nonoverlapping(key.as_ptr(), base.add(shape.key_offset()), key.len());
            ptr::copy_nonoverlapping(text.as_ptr(), base.add(shape.text_offset()), text.len());
            Record(block)
        }
    }

    #[inline]
    fn header(&self) -> Header {
        // SAFETY: every block begins with an initialised, aligned header.
        unsafe { self.0.cast::<Header>().read() }
    }

    #[inline]
    fn shape(&self) -> Shape {
        shape_of(self.0)
    }

    /// The access stamp (see [`super::AccessClock`]).
    #[inline]
    pub fn access(&self) -> u32 {
        self.header().access_and_flags & ((1 << ACCESS_BITS) - 1)
    }

    /// Changes the access stamp.
    #[inline]
    pub fn set_access(&mut self, access: u32) {
        let mut header = self.header();
        let mask = (1 << ACCESS_BITS) - 1;
        header.access_and_flags = (header.access_and_flags & !mask) | (access & mask);
        // SAFETY: as in `header`; the record is borrowed for writing.
        unsafe { self.0.cast::<Header>().write(header) }
    }

    /// The snapshot's mark.
    #[inline]
    pub(super) fn mark(&self) -> u8 {
        self.header().mark
    }

    /// Changes the snapshot's mark. It is no part of what the record holds, so it may change
    /// while the record is only read.
    #[inline]
    pub(super) fn set_mark(&self, mark: u8) {
        // SAFETY: the header is initialised and only ever copied, so nobody holds a reference to
        // this byte; a record is not shared between threads (it is not Sync).
        unsafe {
            let at = self.0.as_ptr().add(std::mem::offset_of!(Header, mark));
            at.write(mark);
        }
    }

    /// When the key expires, in milliseconds since 1970.
    #[inline]
    pub fn expire_at(&self) -> Option<i64> {
        expire_at_of(self.0)
    }

    /// Whether the key has an expiry time.
    #[inline]
    pub fn is_volatile(&self) -> bool {
        (self.header().access_and_flags >> ACCESS_BITS) as u8 & VOLATILE != 0
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> ValueRef<'_> {
        let shape = self.shape();
        // SAFETY: the shape was written together with the parts it points at.
        unsafe {
            let base = self.0.as_ptr();
            match shape.kind {
                Kind::Int => {
                    let number = base.add(shape.payload_offset()).cast::<i64>().read();
                    ValueRef::String(StringRef::Int(number))
                }
                Kind::Embedded => {
                    let text = base.add(shape.text_offset());
                    let text = std::slice::from_raw_parts(text, shape.text_len);
                    ValueRef::String(StringRef::Embedded(text))
                }
                Kind::Large => match &*base.add(shape.payload_offset()).cast::<Value>() {
                    Value::String(StringValue::Raw(bytes)) => {
                        ValueRef::String(StringRef::Raw(bytes))
                    }
                    Value::String(StringValue::Int(number)) => {
                        ValueRef::String(StringRef::Int(number.get()))
                    }
                    Value::String(StringValue::Embedded(bytes)) => {
                        ValueRef::String(StringRef::Embedded(bytes))
                    }
                    Value::List(list) => ValueRef::List(list),
                    Value::Hash(hash) => ValueRef::Hash(hash),
                    Value::Set(set) => ValueRef::Set(set),
                    Value::SortedSet(sorted_set) => ValueRef::SortedSet(sorted_set),
                    Value::Stream(stream) => ValueRef::Stream(stream),
                },
            }
        }
    }

    /// The collection or raw string, to change in place; none for integers and small strings.
    #[inline]
    pub fn large_mut(&mut self) -> Option<&mut Value> {
        let shape = self.shape();
        if shape.kind != Kind::Large {
            return None;
        }
        // SAFETY: a Large block holds an initialised Value at this offset, and `self` is
        // borrowed for as long as the reference lives.
        unsafe {
            let payload = self.0.as_ptr().add(shape.payload_offset());
            Some(&mut *payload.cast::<Value>())
        }
    }

    /// Overwrites a string in the place it has, when `bytes` need the same shape. The block
    /// does not move.
    pub fn overwrite_string(&mut self, bytes: &[u8]) -> bool {
        let shape = self.shape();
        match Payload::of_bytes_shallow(bytes) {
            Shallow::Int(number) => self.overwrite_integer(number),
            Shallow::Embedded if shape.kind == Kind::Embedded && shape.text_len == bytes.len() => {
                // SAFETY: the block has `text_len` bytes for text at this offset.
                unsafe {
                    let text = self.0.as_ptr().add(shape.text_offset());
                    ptr::copy_nonoverlapping(bytes.as_ptr(), text, bytes.len());
                }
                true
            }
            Shallow::Raw => match self.large_mut() {
                Some(Value::String(StringValue::Raw(raw))) => {
                    // A fresh buffer where the old one would waste more than half.
                    if raw.capacity() / 2 > bytes.len() {
                        *raw = bytes.to_vec();
                    } else {
                        raw.clear();
                        raw.extend_from_slice(bytes);
                    }
                    true
                }
                _ => false,
            },
            Shallow::Embedded => false,
        }
    }

    /// Overwrites an integer in its place; false when the block holds none.
    pub fn overwrite_integer(&mut self, number: i64) -> bool {
        let shape = self.shape();
        if shape.kind != Kind::Int {
            return false;
        }
        // SAFETY: an Int block has eight aligned bytes at this offset.
        unsafe {
            let payload = self.0.as_ptr().add(shape.payload_offset());
            payload.cast::<i64>().write(number);
        }
        true
    }

    /// Overwrites the expiry time in its place; false when the block has no room for one.
    pub fn overwrite_expiry(&mut self, at: i64) -> bool {
        if !self.is_volatile() {
            return false;
        }
        // SAFETY: a volatile block has eight aligned bytes behind its header.
        unsafe { self.0.as_ptr().add(HEADER).cast::<i64>().write(at) }
        true
    }

    /// The same record with another expiry time. The block moves.
    pub fn with_expiry(self, expire_at: Option<i64>) -> Self {
        let access = self.access();
        let shape = self.shape();
        match shape.kind {
            Kind::Large => {
                let key: Vec<u8> = self.key().to_vec();
                Self::build(&key, Payload::Large(self.into_value()), expire_at, access)
            }
            Kind::Int | Kind::Embedded => {
                let payload = match self.value() {
                    ValueRef::String(StringRef::Int(number)) => Payload::Int(number),
                    ValueRef::String(StringRef::Embedded(text)) => Payload::Embedded(text),
                    _ => unreachable!("the kind is Int or Embedded"),
                };
                Self::build(self.key(), payload, expire_at, access)
            }
        }
    }

    /// Takes the value out; the key is gone.
    pub fn into_value(self) -> Value {
        let record = std::mem::ManuallyDrop::new(self);
        let shape = record.shape();
        // SAFETY: the value is read once, and the block is freed without dropping it again.
        unsafe {
            let value = match record.value() {
                ValueRef::String(StringRef::Int(number)) => {
                    Value::String(StringValue::Int(number.into()))
                }
                ValueRef::String(StringRef::Embedded(text)) if shape.kind == Kind::Embedded => {
                    Value::String(StringValue::Embedded(text.into()))
                }
                _ => {
                    let payload = record.0.as_ptr().add(shape.payload_offset());
                    payload.cast::<Value>().read()
                }
            };
            dealloc(record.0.as_ptr(), shape.layout());
            value
        }
    }

    /// Bytes of the block itself; what a large value holds elsewhere is not included.
    pub fn block_bytes(&self) -> usize {
        crate::memory::allocation_size(self.shape().layout().size())
    }

    /// A second name for this record, for the index of volatile keys.
    ///
    /// # Safety
    /// The name must be dropped or forgotten before the record moves or is dropped.
    pub(super) unsafe fn volatile_name(&self) -> VolatileName {
        VolatileName(self.0)
    }
}

/// Which encoding bytes would get, without making it.
enum Shallow {
    Int(i64),
    Embedded,
    Raw,
}

impl Payload<'_> {
    fn of_bytes_shallow(bytes: &[u8]) -> Shallow {
        match as_integer(bytes) {
            Some(number) => Shallow::Int(number),
            None if bytes.len() <= EMBEDDED_MAX => Shallow::Embedded,
            None => Shallow::Raw,
        }
    }
}

#[inline(always)]
fn shape_of(block: NonNull<u8>) -> Shape {
    // SAFETY: callers hold a record or a name of a living one, so the block is initialised.
    unsafe {
        let header = block.cast::<Header>().read();
        let flags = (header.access_and_flags >> ACCESS_BITS) as u8;
        let kind = match flags & KIND_MASK {
            0 => Kind::Int,
            1 => Kind::Embedded,
            _ => Kind::Large,
        };
        let mut shape = Shape {
            kind,
            volatile: flags & VOLATILE != 0,
            key_len: usize::from(header.key_len),
            text_len: usize::from(header.text_len),
        };
        if flags & LONG_KEY != 0 {
            let at = block.as_ptr().add(shape.long_key_offset());
            shape.key_len = at.cast::<u32>().read_unaligned() as usize;
        }
        shape
    }
}

#[inline(always)]
fn key_of<'a>(block: NonNull<u8>) -> &'a [u8] {
    let shape = shape_of(block);
    // SAFETY: the block holds `key_len` bytes at this offset; the callers bound the lifetime.
    unsafe { std::slice::from_raw_parts(block.as_ptr().add(shape.key_offset()), shape.key_len) }
}

#[inline]
fn expire_at_of(block: NonNull<u8>) -> Option<i64> {
    shape_of(block)
        .volatile
        // SAFETY: a volatile block has its aligned expiry time behind the header.
        .then(|| unsafe { block.as_ptr().add(HEADER).cast::<i64>().read() })
}

impl Entry for Record {
    #[inline]
    fn key(&self) -> &[u8] {
        key_of(self.0)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let shape = self.shape();
        // SAFETY: the block was allocated with this layout; a Large one holds a Value that
        // nobody else will drop.
        unsafe {
            if shape.kind == Kind::Large {
                let payload = self.0.as_ptr().add(shape.payload_offset());
                payload.cast::<Value>().drop_in_place();
            }
            dealloc(self.0.as_ptr(), shape.layout());
        }
    }
}

/// The name of a volatile record that lives in another table. Owns nothing.
pub(super) struct VolatileName(NonNull<u8>);

impl VolatileName {
    /// When the record expires, in milliseconds since 1970.
    pub(super) fn expire_at(&self) -> i64 {
        expire_at_of(self.0).unwrap_or(i64::MAX)
    }

    /// The access stamp of the record.
    pub(super) fn access(&self) -> u32 {
        // SAFETY: the record lives as long as its name (see `volatile_name`).
        let header = unsafe { self.0.cast::<Header>().read() };
        header.access_and_flags & ((1 << ACCESS_BITS) - 1)
    }
}

impl Entry for VolatileName {
    fn key(&self) -> &[u8] {
        key_of(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(record: &Record) -> Vec<u8> {
        match record.value() {
            ValueRef::String(string) => string.to_vec(),
            _ => panic!("no string"),
        }
    }

    #[test]
    fn a_small_string_is_one_block() {
        let record = Record::of_string(b"key:000000000012", b"sixteen bytes ..", None, 7);
        assert_eq!(record.shape().layout().size(), 8 + 16 + 16);
        assert_eq!(record.key(), b"key:000000000012");
        assert_eq!(text(&record), b"sixteen bytes ..");
        assert_eq!(record.access(), 7);
    }

    #[test]
    fn encodings_are_those_of_set() {
        let encoding = |bytes: &[u8]| Record::of_string(b"k", bytes, None, 0).value().encoding();
        assert_eq!(encoding(b"-12"), "int");
        assert_eq!(encoding(b"012"), "embstr");
        assert_eq!(encoding(&[b'x'; 44]), "embstr");
        assert_eq!(encoding(&[b'x'; 45]), "raw");
        assert_eq!(encoding(b""), "embstr");
    }

    #[test]
    fn expiry_comes_and_goes_with_every_kind_of_value() {
        for bytes in [&b"12"[..], b"text", &[b'r'; 100]] {
            for key in [&b"k"[..], &[b'k'; 70_000]] {
                let record = Record::of_string(key, bytes, None, 3);
                let record = record.with_expiry(Some(1234));
                assert_eq!(record.expire_at(), Some(1234));
                assert_eq!(record.key(), key);
                assert_eq!(text(&record), bytes);
                let record = record.with_expiry(None);
                assert_eq!(record.expire_at(), None);
                assert_eq!(text(&record), bytes);
                assert_eq!(record.access(), 3);
                let value = record.into_value();
                assert_eq!(text(&Record::of_value(key, value, None, 0)), bytes);
            }
        }
    }

    #[test]
    fn strings_of_the_same_shape_are_overwritten_in_place() {
        let mut record = Record::of_string(b"k", b"abc", Some(9), 0);
        assert!(record.overwrite_string(b"xyz"));
        assert_eq!(text(&record), b"xyz");
        assert!(!record.overwrite_string(b"longer"));
        assert!(!record.overwrite_string(b"12"));
        let mut record = Record::of_string(b"k", b"1", None, 0);
        assert!(record.overwrite_string(b"-99"));
        assert_eq!(text(&record), b"-99");
        let mut record = Record::of_string(b"k", &[b'a'; 50], None, 0);
        assert!(record.overwrite_string(&[b'b'; 60]));
        assert_eq!(text(&record), [b'b'; 60]);
    }
}
