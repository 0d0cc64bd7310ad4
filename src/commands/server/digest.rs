//! DEBUG DIGEST: one number for all data, the same in every server that holds the same.
//!
//! The algorithm is Redis's (`debug.c`), down to doubles printed with `%.17g`, so that our data
//! can be compared with a real server's. It does not depend on the order of keys.

use crate::keyspace::{Keyspace, Record, ValueRef};
use crate::types::dict::Entry;
use crate::types::numbers::format_g17;
use sha1_smol::Sha1;

/// SHA-1 sums, mixed.
pub(super) type Digest = [u8; 20];

fn sha1(bytes: &[u8]) -> Digest {
    Sha1::from(bytes).digest().bytes()
}

/// Adds `bytes` regardless of order.
fn xor(digest: &mut Digest, bytes: &[u8]) {
    for (byte, mixed) in digest.iter_mut().zip(sha1(bytes)) {
        *byte ^= mixed;
    }
}

/// Adds `bytes` in order.
fn mix(digest: &mut Digest, bytes: &[u8]) {
    xor(digest, bytes);
    *digest = sha1(digest);
}

/// The digest of everything. Linear in the data.
pub(super) fn of_keyspace(keyspace: &Keyspace) -> Digest {
    let mut total = Digest::default();
    for database in keyspace.iter().filter(|database| !database.is_empty()) {
        let index = u32::try_from(database.index()).unwrap_or(u32::MAX);
        mix(&mut total, &index.to_be_bytes());
        for record in database.iter() {
            let mut digest = Digest::default();
            mix(&mut digest, record.key());
            add_record(&mut digest, record);
            xor(&mut total, &digest);
        }
    }
    total
}

/// The digest of one value.
pub(super) fn of_record(record: &Record) -> Digest {
    let mut digest = Digest::default();
    add_record(&mut digest, record);
    digest
}

fn add_record(digest: &mut Digest, record: &Record) {
    let buffer = &mut itoa::Buffer::new();
    let kind: u32 = match record.value() {
        ValueRef::String(_) => 0,
        ValueRef::List(_) => 1,
        ValueRef::Set(_) => 2,
        ValueRef::SortedSet(_) => 3,
        ValueRef::Hash(_) => 4,
        ValueRef::Stream(_) => 6,
    };
    mix(digest, &kind.to_be_bytes());
    match record.value() {
        ValueRef::String(string) => mix(digest, string.as_bytes(buffer)),
        ValueRef::List(list) => {
            for element in list.iter() {
                mix(digest, element.bytes(buffer));
            }
        }
        ValueRef::Set(set) => {
            for member in set.iter() {
                xor(digest, member.bytes(buffer));
            }
        }
        ValueRef::SortedSet(sorted_set) => {
            for (member, score) in sorted_set.iter() {
                let mut element = Digest::default();
                mix(&mut element, member.bytes(buffer));
                mix(&mut element, format_g17(score).as_bytes());
                xor(digest, &element);
            }
        }
        ValueRef::Hash(hash) => {
            for (field, value) in hash.iter() {
                let mut element = Digest::default();
                mix(&mut element, field.bytes(buffer));
                mix(&mut element, value.bytes(buffer));
                xor(digest, &element);
            }
        }
        ValueRef::Stream(stream) => {
            for entry in stream.iter() {
                mix(digest, &entry.id.joined(b'.'));
                for element in entry.elements() {
                    mix(digest, element.bytes(buffer));
                }
            }
        }
    }
    if record.is_volatile() {
        xor(digest, b"!!expire!!");
    }
}

/// The digest in hexadecimal.
pub(super) fn to_hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
