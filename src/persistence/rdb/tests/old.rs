//! What old servers wrote, built here byte by byte, and what nobody should write.

use super::super::*;
use super::{LIMITS, contents};
use crate::keyspace::Record;
use crate::types::dict::Entry;

/// One entry of a ziplist, as its encoding byte(s) and data.
pub(super) fn ziplist(entries: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    let (mut previous, mut tail) = (0_usize, 10);
    for entry in entries {
        tail = 10 + body.len();
        if previous < 254 {
            body.push(previous as u8);
            previous = 1 + entry.len();
        } else {
            body.push(254);
            body.extend_from_slice(&(previous as u32).to_le_bytes());
            previous = 5 + entry.len();
        }
        body.extend_from_slice(entry);
    }
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&(body.len() as u32 + 11).to_le_bytes());
    bytes.extend_from_slice(&(tail as u32).to_le_bytes());
    bytes.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    bytes.extend_from_slice(&body);
    bytes.push(0xff);
    bytes
}

/// A string of a ziplist, its length in the shortest form.
pub(super) fn text(bytes: &[u8]) -> Vec<u8> {
    let len = bytes.len();
    let mut entry = match len {
        0..64 => vec![len as u8],
        64..0x4000 => vec![0x40 | (len >> 8) as u8, len as u8],
        _ => [&[0x80], &(len as u32).to_be_bytes()[..]].concat(),
    };
    entry.extend_from_slice(bytes);
    entry
}

/// A string as a snapshot stores it, neither compressed nor as an integer.
pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    let mut stored = match bytes.len() {
        len @ 0..64 => vec![len as u8],
        len @ 64..0x4000 => vec![0x40 | (len >> 8) as u8, len as u8],
        len => [&[0x80], &(len as u32).to_be_bytes()[..]].concat(),
    };
    stored.extend_from_slice(bytes);
    stored
}

fn restored(kind: u8, body: &[u8]) -> Result<(&'static str, Vec<String>), RestoreError> {
    let mut payload = vec![kind];
    payload.extend_from_slice(body);
    payload.extend_from_slice(&[6, 0]);
    let sum = crc64(0, &payload);
    payload.extend_from_slice(&sum.to_le_bytes());
    let value = restore(&payload, &LIMITS)?;
    let record = Record::of_value(b"", value, None, 0);
    let (encoding, parts) = contents(record.value());
    let parts = parts.iter().map(|part| part.escape_ascii().to_string());
    Ok((encoding, parts.collect()))
}

fn expect(kind: u8, body: &[u8], encoding: &str, parts: &[&str]) {
    let (found, contents) = restored(kind, body).expect("it is sound");
    assert_eq!(
        (found, contents),
        (
            encoding,
            parts.iter().map(|part| (*part).to_owned()).collect()
        )
    );
}

fn refuse(kind: u8, body: &[u8]) {
    assert_eq!(
        restored(kind, body),
        Err(RestoreError::Format),
        "{kind} {body:?}"
    );
}

#[test]
fn ziplists_of_every_encoding() {
    let long = vec![b'l'; 300];
    let longer = vec![b'm'; 17_000];
    let list = ziplist(&[
        &text(b"a"),
        &text(&long),
        &[0xc0, 0x18, 0xfc],
        &text(&longer),
        &[0xd0, 0, 0, 0, 0x80],
        &[0xe0, 0, 0, 0, 0, 1, 0, 0, 0],
        &[0xf0, 0xff, 0xff, 0xff],
        &[0xf0, 0, 0, 0x80],
        &[0xfe, 0x80],
        &[0xf1],
        &[0xfd],
        &text(b"12"),
        &text(b""),
    ]);
    let long = String::from_utf8(long).unwrap();
    let longer = String::from_utf8(longer).unwrap();
    let elements = [
        "a",
        &long,
        "-1000",
        &longer,
        "-2147483648",
        "4294967296",
        "-1",
        "-8388608",
        "-128",
        "0",
        "12",
        "12",
        "",
    ];
    expect(10, &string(&list), "quicklist", &elements);
    let nodes = [vec![2], string(&list), string(&ziplist(&[&text(b"z")]))].concat();
    expect(14, &nodes, "quicklist", &[&elements[..], &["z"]].concat());
    let small = ziplist(&[&text(b"a"), &[0xf2]]);
    expect(10, &string(&small), "listpack", &["a", "1"]);
    expect(13, &string(&small), "listpack", &["a=1"]);
    expect(12, &string(&small), "listpack", &["a=1"]);
    expect(
        14,
        &[vec![1], string(&small)].concat(),
        "listpack",
        &["a", "1"],
    );
    // An empty node among others is left out, and an empty collection is none.
    let nodes = [vec![2], string(&ziplist(&[])), string(&small)].concat();
    expect(14, &nodes, "listpack", &["a", "1"]);
    for kind in [10, 12, 13] {
        refuse(kind, &string(&ziplist(&[])));
    }
    refuse(14, &[vec![1], string(&ziplist(&[]))].concat());
}

#[test]
fn unsound_ziplists() {
    let sound = ziplist(&[&text(b"a"), &text(b"bc"), &[0xf2], &[0xc0, 1, 1]]);
    assert!(restored(10, &string(&sound)).is_ok());
    for at in 0..sound.len() {
        // Every byte but those of the strings and of the last integer is checked.
        if [12, 15, 16, 18, 21, 22].contains(&at) {
            continue;
        }
        let mut unsound = sound.clone();
        unsound[at] ^= 1;
        refuse(10, &string(&unsound));
    }
    for cut in 0..sound.len() {
        refuse(10, &string(&sound[..cut]));
        refuse(10, &string(&sound)[..cut]);
    }
    // Out of order, twice, a score that is none, a field without a value.
    let (a, b) = (text(b"a"), text(b"b"));
    refuse(12, &string(&ziplist(&[&a, &[0xf3], &b, &[0xf2]])));
    refuse(12, &string(&ziplist(&[&a, &[0xf3], &a, &[0xf4]])));
    refuse(12, &string(&ziplist(&[&a, &b])));
    refuse(13, &string(&ziplist(&[&a, &b, &a, &b])));
    refuse(13, &string(&ziplist(&[&a, &b, &a])));
}

#[test]
fn zipmaps() {
    let long = [b'v'; 254];
    let mut map = vec![
        2, 1, b'a', 2, 3, b'x', b'y', 0, 0, 0, 1, b'b', 254, 254, 0, 0, 0, 0,
    ];
    map.extend_from_slice(&long);
    map.push(0xff);
    let value = format!("b={}", "v".repeat(254));
    expect(9, &string(&map), "hashtable", &["a=xy", &value]);
    let small = [2, 1, b'a', 2, 0, b'x', b'y', 1, b'b', 0, 1, 7, 0xff];
    expect(9, &string(&small), "listpack", &["a=xy", "b="]);
    let mut uncounted = small;
    uncounted[0] = 254;
    expect(9, &string(&uncounted), "listpack", &["a=xy", "b="]);
    for (at, byte) in [(0, 1), (1, 9), (3, 9), (4, 9), (8, b'a'), (10, 2), (12, 0)] {
        let mut unsound = small;
        unsound[at] = byte;
        refuse(9, &string(&unsound));
    }
    for cut in 0..small.len() {
        refuse(9, &string(&small[..cut]));
    }
    refuse(9, &string(&[0, 0xff]));
}

#[test]
fn plain_collections() {
    expect(1, &[2, 1, b'a', 0xc0, 5], "listpack", &["a", "5"]);
    expect(2, &[2, 0xc0, 5, 1, b'7'], "intset", &["5", "7"]);
    expect(2, &[2, 0xc0, 5, 1, b'x'], "listpack", &["5", "x"]);
    expect(4, &[1, 1, b'f', 0xc1, 0, 1], "listpack", &["f=256"]);
    // Scores in digits, and the three that are not.
    let scores = [
        3, 1, b'a', 4, b'0', b'.', b'2', b'5', 1, b'b', 254, 1, b'c', 255,
    ];
    expect(3, &scores, "listpack", &["c=-inf", "a=0.25", "b=inf"]);
    refuse(3, &[1, 1, b'a', 253]);
    refuse(3, &[1, 1, b'a', 1, b'x']);
    refuse(
        5,
        &[vec![1, 1, b'a'], f64::NAN.to_le_bytes().to_vec()].concat(),
    );
    // A member, a field twice.
    refuse(2, &[2, 0xc0, 5, 1, b'5']);
    refuse(2, &[2, 1, b'x', 1, b'x']);
    refuse(4, &[2, 1, b'x', 0, 1, b'x', 0]);
    refuse(3, &[2, 1, b'a', 1, b'1', 1, b'a', 1, b'2']);
    // Nothing in it.
    for kind in [1, 2, 3, 4, 5, 14, 18] {
        refuse(kind, &[0]);
    }
    // More declared than there is.
    for kind in [1, 2, 3, 4, 5, 14, 18] {
        refuse(
            kind,
            &[
                0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, b'a',
            ],
        );
        refuse(kind, &[0x80, 0x7f, 0xff, 0xff, 0xff, 1, b'a']);
    }
    refuse(
        0,
        &[
            0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, b'a',
        ],
    );
    // Set of listpack (7.2); an integer too many for an intset; an empty intset.
    let listpack = [12, 0, 0, 0, 2, 0, 0x81, b'a', 2, 5, 1, 0xff];
    expect(20, &string(&listpack), "listpack", &["5", "a"]);
    refuse(20, &string(&[7, 0, 0, 0, 0, 0, 0xff]));
    refuse(11, &string(&[2, 0, 0, 0, 0, 0, 0, 0]));
    let many: Vec<u8> = (0..513_u16).flat_map(u16::to_le_bytes).collect();
    let intset = [&[2, 0, 0, 0, 1, 2, 0, 0][..], &many].concat();
    assert_eq!(restored(11, &string(&intset)).unwrap().0, "hashtable");
    assert_eq!(
        restored(11, &string(&intset[..8])),
        Err(RestoreError::Format)
    );
}

#[test]
fn nodes_are_kept_as_they_come() {
    let listpack = [12, 0, 0, 0, 2, 0, 0x81, b'a', 2, 5, 1, 0xff];
    let nodes = [vec![2, 1], string(b"plain"), vec![2], string(&listpack)].concat();
    expect(18, &nodes, "quicklist", &["plain", "a", "5"]);
    refuse(18, &[1, 3, 1, b'a']);
    refuse(
        18,
        &[&[1, 2][..], &string(&[7, 0, 0, 0, 0, 0, 0xff])].concat(),
    );
}

fn read(bytes: &[u8]) -> Result<Vec<(String, Option<i64>)>, LoadError> {
    let mut decoder = Decoder::new(LIMITS);
    decoder.feed(bytes);
    let mut keys = Vec::new();
    loop {
        match decoder.next()? {
            None => return Err(decoder.truncated()),
            Some(Item::Record(record)) => {
                keys.push((record.key().escape_ascii().to_string(), record.expire_at()));
            }
            Some(Item::EmptyKey(key)) => keys.push((format!("empty {}", key.escape_ascii()), None)),
            Some(Item::Function(code)) => keys.push((code.escape_ascii().to_string(), None)),
            Some(Item::End) => return Ok(keys),
            Some(Item::Aux(..) | Item::SelectDb(_) | Item::Resize(..)) => {}
        }
    }
}

#[test]
fn snapshots_of_every_age() {
    // Version 1 has no checksum; expiry in seconds.
    let old = b"REDIS0001\xfe\x00\xfd\x10\x00\x00\x00\x00\x01k\x01v\x00\x01l\x01w\xff";
    let keys = [("k".to_owned(), Some(16_000)), ("l".to_owned(), None)];
    assert_eq!(read(old).unwrap(), keys);
    // A checksum of 0 is none; -1 is no expiry time; an empty list is told.
    let plain = b"REDIS0009\xfa\x01a\xc0\x07\xfe\x0a\xfb\x02\x01\xfc\xff\xff\xff\xff\xff\xff\xff\xff\xf8\x05\
        \x00\x01k\x01v\xf9\x09\x01\x01l\x00\xf5\x02fn\xff\0\0\0\0\0\0\0\0";
    let keys = [
        ("k".to_owned(), None),
        ("empty l".to_owned(), None),
        ("fn".to_owned(), None),
    ];
    assert_eq!(read(plain).unwrap(), keys);
    let mut wrong = plain.to_vec();
    *wrong.last_mut().unwrap() = 1;
    let error = read(&wrong).unwrap_err();
    assert_eq!(error.offset, plain.len() as u64 - 8);
    assert!(error.expected.starts_with("checksum "), "{error}");
    let valkey = b"VALKEY080\xf4\x01\x02\x03\xfe\x00\x00\x01k\x01v\xff\0\0\0\0\0\0\0\0";
    assert_eq!(read(valkey).unwrap(), [("k".to_owned(), None)]);
}

#[test]
fn what_is_wrong_is_said() {
    for (bytes, offset, expected) in [
        (
            &b"REDIS0012\xff"[..],
            5,
            "a version from 1 to 11, found 0012",
        ),
        (b"REDIS00x1\xff", 5, "a version from 1 to 11, found 00x1"),
        (b"VALKEY081\xff", 0, "REDIS and a version, found VALKEY081"),
        (b"GIF89a...", 0, "REDIS and a version, found GIF89a..."),
        (b"REDIS", 5, "at least 4 bytes more, found the end"),
        (
            b"REDIS0011\xf6\x01s",
            9,
            "no functions of a release candidate of Redis 7.0",
        ),
        (
            b"REDIS0011\xf4\x01\x01\x01",
            9,
            "a type or opcode, found 244",
        ),
        (b"REDIS0011\x63\x01k", 9, "a type or opcode, found 99"),
        (
            b"REDIS0011\x16\x01s",
            9,
            "no hash whose fields expire (Valkey 9)",
        ),
        (
            b"REDIS0011\x07\x01k\x81\x5d\x25\x65\x4c\x84\x15\x24\x01",
            9,
            "no data of module 'XSVlTIQVJ'",
        ),
        (
            b"REDIS0011\xf7\x81\0\0\0\0\0\0\0\0",
            9,
            "no data of module 'AAAAAAAAA'",
        ),
        (
            b"REDIS0011\x00\x01k\xc4\x01",
            12,
            "a string, found unknown encoding 4",
        ),
        (
            b"REDIS0011\xfe\xc0\x01",
            10,
            "a length, found an encoded string",
        ),
        (b"REDIS0011\xfe\x82\x01", 10, "a length, found byte 130"),
        (
            b"REDIS0011\x02\x01k\x02\x01a\x01a",
            15,
            "a member that was not there before",
        ),
        (
            b"REDIS0011\x00\x01k\xc3\x02\x05\x00a",
            12,
            "LZF that unpacks to 5 bytes",
        ),
        (
            b"REDIS0011\x00\x01k\x05ab",
            15,
            "at least 3 bytes more, found the end",
        ),
    ] {
        let error = read(bytes).unwrap_err();
        assert_eq!((error.offset, &*error.expected), (offset, expected));
    }
}
