//! Payloads and snapshots that were damaged on their way: they are loaded or refused, nothing panics, and memory
//! stays within a bound. RESPLAY_MUTATIONS says how many.

use super::super::*;
use super::old::{string, text, ziplist};
use super::{LIMITS, PLAIN, contents, snapshot, values};
use crate::keyspace::{Keyspace, Record};
use crate::memory::{allocated, peak_of};

/// Bytes that may be held for each byte that was fed or unpacked: small elements stand in blocks of 32 bytes
/// and tables that are half empty, and one may be converted while the other is still there.
const HELD_PER_BYTE: usize = 32;
/// Bytes that may be held for nothing: tables of one bucket, the tables of the checksum.
const HELD_ALWAYS: usize = 64 * 1024;
/// Bytes that LZF unpacks from one at most.
const UNPACKED_PER_BYTE: usize = 88;

/// Bytes that decide something when they stand where a length, a type or a sign does.
const TELLING: [u8; 14] = [
    0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xc3, 0xf1, 0xfd, 0xfe, 0xff,
];

fn mutations() -> usize {
    std::env::var("RESPLAY_MUTATIONS").map_or(120_000, |text| text.parse().expect("a number"))
}

/// Damages a run of bytes in one to four places.
fn mutate(rng: &mut fastrand::Rng, bytes: &mut Vec<u8>) {
    for _ in 0..1 + rng.usize(..4) {
        if bytes.is_empty() {
            return bytes.push(rng.u8(..));
        }
        // The heads are where most is decided.
        let within = if rng.bool() {
            bytes.len()
        } else {
            bytes.len().min(24)
        };
        let at = rng.usize(..within);
        match rng.usize(..9) {
            0 | 1 => bytes[at] ^= 1 << rng.usize(..8),
            2 | 3 => bytes[at] = TELLING[rng.usize(..TELLING.len())],
            4 => bytes[at] = bytes[at].wrapping_add([1, 0xff][rng.usize(..2)]),
            5 => bytes.truncate(at),
            6 => {
                let end = (at + 1 + rng.usize(..8)).min(bytes.len());
                bytes.drain(at..end);
            }
            7 => {
                let end = (at + 1 + rng.usize(..16)).min(bytes.len());
                let copied = bytes[at..end].to_vec();
                let to = rng.usize(..=bytes.len());
                bytes.splice(to..to, copied);
            }
            _ => {
                let inserted = TELLING[rng.usize(..TELLING.len())];
                bytes.splice(at..at, std::iter::repeat_n(inserted, 1 + rng.usize(..9)));
            }
        }
    }
}

/// Types with their values, of every type that is read.
fn bodies(compress: bool) -> Vec<Vec<u8>> {
    let dumped = values().into_iter().map(|value| {
        let record = Record::of_value(b"", value, None, 0);
        let mut payload = dump(record.value(), compress);
        payload.truncate(payload.len() - 10);
        payload
    });
    // A sorted set of Redis 2.6, a zipmap, ziplists and what holds them, a listpack set.
    let pairs = ziplist(&[
        &text(b"a"),
        &[0xf2],
        &text(b"bb"),
        &[0xc0, 0, 1],
        &text(b"c"),
        &text(b"1e3"),
    ]);
    let zipmap = [2, 1, b'a', 2, 1, b'x', b'y', 0, 1, b'b', 0, 1, 7, 0xff];
    let listpack = [12, 0, 0, 0, 2, 0, 0x81, b'a', 2, 5, 1, 0xff];
    let old = [
        vec![
            3, 3, 1, b'a', 4, b'0', b'.', b'2', b'5', 1, b'b', 254, 1, b'c', 255,
        ],
        [&[9][..], &string(&zipmap)].concat(),
        [&[10][..], &string(&pairs)].concat(),
        [&[12][..], &string(&pairs)].concat(),
        [&[13][..], &string(&pairs)].concat(),
        [&[14, 2][..], &string(&pairs), &string(&pairs)].concat(),
        [&[20][..], &string(&listpack)].concat(),
        vec![1, 3, 1, b'a', 0xc0, 5, 2, b'b', b'c'],
        vec![2, 3, 1, b'a', 0xc0, 5, 2, b'b', b'c'],
        vec![4, 2, 1, b'a', 0xc0, 5, 2, b'b', b'c', 0],
        super::streams::body(15),
        super::streams::body(21),
    ];
    dumped.chain(old).filter(|body| body.len() < 8000).collect()
}

fn sealed(body: &[u8]) -> Vec<u8> {
    let mut payload = [body, &[10, 0]].concat();
    let sum = crc64(0, &payload);
    payload.extend_from_slice(&sum.to_le_bytes());
    payload
}

#[test]
fn damaged_payloads_are_restored_or_refused() {
    let mut rng = fastrand::Rng::with_seed(7);
    let (mut restored, mut refused, mut worst) = (0, 0, 0);
    let before = allocated();
    for compress in [false, true] {
        let bodies = bodies(compress);
        let unpacked = if compress { 1 + UNPACKED_PER_BYTE } else { 1 };
        for _ in 0..mutations() / 2 {
            let mut body = bodies[rng.usize(..bodies.len())].clone();
            mutate(&mut rng, &mut body);
            let payload = sealed(&body);
            let (result, peak) = peak_of(|| restore(&payload, &LIMITS));
            let bound = HELD_ALWAYS + HELD_PER_BYTE * payload.len() * unpacked;
            assert!(
                peak <= bound,
                "{peak} bytes held for {}",
                payload.escape_ascii()
            );
            if !compress {
                worst = worst.max(peak.saturating_sub(4096) / payload.len());
            }
            let Ok(value) = result else {
                refused += 1;
                continue;
            };
            restored += 1;
            // What was taken can be used, and is what it will be when it is saved and loaded.
            let record = Record::of_value(b"", value, None, 0);
            let again = restore(&dump(record.value(), false), &LIMITS);
            let again = again.unwrap_or_else(|_| panic!("not again: {}", payload.escape_ascii()));
            let again = Record::of_value(b"", again, None, 0);
            assert_eq!(contents(again.value()).1, contents(record.value()).1);
        }
    }
    println!("{restored} restored, {refused} refused, {worst} bytes a byte at most");
    assert!(restored > 0 && refused > 0);
    assert!(allocated().wrapping_sub(before) < HELD_ALWAYS);
}

#[test]
fn damaged_snapshots_are_loaded_or_refused() {
    let mut rng = fastrand::Rng::with_seed(8);
    let plain = WriteOptions {
        compress: false,
        ..PLAIN
    };
    let files: Vec<Vec<u8>> = bodies(false)
        .chunks(5)
        .map(|bodies| {
            let head = b"REDIS0010\xfa\x03ver\x017\xfe\x01\xfb\x0a\x01\xfc\x00\x01\x02\x03\x04\x05\x06\x07\xf8\x07";
            let mut file = head.to_vec();
            for (number, body) in bodies.iter().enumerate() {
                file.push(body[0]);
                file.extend_from_slice(&[1, b'a' + number as u8]);
                file.extend_from_slice(&body[1..]);
            }
            file.extend_from_slice(b"\xff\0\0\0\0\0\0\0\0");
            file
        })
        .collect();
    assert!(snapshot(plain).1.len() > 100);
    let limits = Limits {
        checksum: false,
        ..LIMITS
    };
    let (mut loaded, mut refused, mut worst) = (0, 0, 0);
    for round in 0..mutations() * 2 / 3 {
        let mut file = files[rng.usize(..files.len())].clone();
        mutate(&mut rng, &mut file);
        let piece = [1, 50, 4000, usize::MAX][round % 4].min(file.len().max(1));
        let piece = piece.max(file.len() / 200);
        let (good, peak) = peak_of(|| {
            let mut keyspace = Keyspace::new(16, 1);
            let mut loader = Loader::new(limits, file.len() as u64, 1, false);
            let mut pieces = file.chunks(piece);
            loop {
                match loader.step(&mut keyspace, 100) {
                    Ok(Progress::Wants(_)) => match pieces.next() {
                        Some(piece) => loader.decoder.feed(piece),
                        None => {
                            assert!(!loader.decoder.truncated().expected.is_empty());
                            return false;
                        }
                    },
                    Ok(Progress::Paused) => {}
                    Ok(Progress::Done) => break,
                    Err(error) => {
                        assert!(error.offset <= file.len() as u64, "{error}");
                        return false;
                    }
                }
            }
            for db in keyspace.iter() {
                for record in db.iter() {
                    let value = restore(&dump(record.value(), false), &LIMITS);
                    assert!(value.is_ok(), "{}", file.escape_ascii());
                }
            }
            true
        });
        let bound = HELD_ALWAYS + HELD_PER_BYTE * file.len();
        assert!(
            peak <= bound,
            "{peak} bytes held for {}",
            file.escape_ascii()
        );
        worst = worst.max(peak.saturating_sub(8192) / file.len().max(1));
        if good {
            loaded += 1;
        } else {
            refused += 1;
        }
    }
    println!("{loaded} loaded, {refused} refused, {worst} bytes a byte at most");
    assert!(loaded > 0 && refused > 0);
}

/// The dearest elements there are, a great many of them.
#[test]
fn memory_is_a_small_multiple_of_what_is_read() {
    let many = 50_000_u32;
    let repeated = |kind: u8, element: &mut dyn FnMut(u32) -> Vec<u8>| {
        let mut body = vec![kind, 0x80];
        body.extend_from_slice(&many.to_be_bytes());
        for number in 0..many {
            body.extend(element(number));
        }
        sealed(&body)
    };
    let short = |number: u32| -> Vec<u8> {
        let digits = number.to_le_bytes();
        vec![3, digits[0], digits[1], digits[2] | 0x80]
    };
    let listpack = string(&[9, 0, 0, 0, 1, 0, 5, 1, 0xff]);
    for payload in [
        repeated(2, &mut |number| short(number)),
        repeated(4, &mut |number| [short(number), vec![0]].concat()),
        repeated(3, &mut |number| [short(number), vec![254]].concat()),
        repeated(5, &mut |number| [short(number), vec![0; 8]].concat()),
        repeated(1, &mut |_| vec![0]),
        repeated(18, &mut |_| vec![1, 0]),
        repeated(18, &mut |_| [&[2][..], &listpack].concat()),
    ] {
        let (value, peak) = peak_of(|| restore(&payload, &LIMITS));
        assert!(value.is_ok(), "{}", payload[0]);
        let ratio = peak / payload.len();
        println!("type {}: {ratio} bytes a byte", payload[0]);
        assert!(ratio < HELD_PER_BYTE, "{ratio} of type {}", payload[0]);
    }
}
