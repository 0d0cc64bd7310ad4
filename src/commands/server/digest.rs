//! DEBUG DIGEST: one number for all data, the same in every server that holds the same.
//!
//! The algorithm is Redis's (`debug.c`), down to doubles printed with `%.17g`, so that our data
//! can be compared with a real server's. It does not depend on the order of keys.

use crate::keyspace::{Keyspace, Record, ValueRef};
use crate::types::dict::Entry;
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
    }
    if record.is_volatile() {
        xor(digest, b"!!expire!!");
    }
}

/// The digest in hexadecimal.
pub(super) fn to_hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A double as C's `%.17g` prints it.
fn format_g17(value: f64) -> String {
    if !value.is_finite() {
        let name = if value.is_nan() { "nan" } else { "inf" };
        return if value < 0.0 {
            format!("-{name}")
        } else {
            name.to_string()
        };
    }
    // 17 significant digits, correctly rounded: d.dddddddddddddddde±x
    let scientific = format!("{value:.16e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text.to_string(),
    };
    if (-4..17).contains(&exponent) {
        let decimals = usize::try_from(16 - exponent).unwrap_or(0);
        trim(&format!("{value:.decimals$}"))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trim(mantissa), exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_print_as_c_prints_them() {
        for (value, text) in [
            (0.1, "0.10000000000000001"),
            (1.0, "1"),
            (-0.0, "-0"),
            (1e17, "1e+17"),
            (12345678901234567.0, "12345678901234568"),
            (1.5e-7, "1.4999999999999999e-07"),
            (0.0001, "0.0001"),
            (f64::NEG_INFINITY, "-inf"),
            (1e300, "1.0000000000000001e+300"),
        ] {
            assert_eq!(format_g17(value), text);
        }
    }
}
