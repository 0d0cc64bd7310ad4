//! Values as bytes: DUMP of every type, RESTORE of payloads that the engine makes.

use resplay::keyspace::{Record, Value};
use resplay::persistence::rdb::dump;
use resplay::types::hash::Hash;
use resplay::types::list::{End, List};
use resplay::types::set::Set;
use resplay::types::sorted_set::SortedSet;

use crate::command;
use crate::payload::LIMITS;
use crate::random::{Group, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.any_key();
    let command = match random.below(9) {
        0..4 => command!("DUMP", key),
        4 => command!("DEBUG DIGEST-VALUE", key, random.any_key()),
        5 => command!("OBJECT ENCODING", key),
        _ => return restore(random, key),
    };
    random.one(command)
}

fn restore(random: &mut Random, key: Vec<u8>) -> Group {
    let mut payload = payload(random);
    if random.one_in(12) {
        let at = random.below(payload.len());
        payload[at] ^= 1 << random.below(8);
    }
    if random.one_in(40) {
        payload.truncate(random.below(payload.len()));
    }
    let absolute = random.one_in(4);
    let ttl = match random.below(3) {
        0 if absolute => random.unix_milliseconds(),
        0 => random.milliseconds(),
        _ => b"0".to_vec(),
    };
    let mut args = command!("RESTORE", key.clone(), ttl, payload);
    if !random.one_in(4) {
        args.push(random.option("REPLACE"));
    }
    if absolute {
        args.push(random.option("ABSTTL"));
    }
    if random.one_in(8) {
        args.extend([random.option("IDLETIME"), random.count()]);
    }
    if random.one_in(8) {
        args.extend([random.option("FREQ"), random.integer()]);
    }
    let mut group = random.one(args);
    // A time that is over already leaves the key in the table until somebody looks.
    group.push(command!("EXISTS", key.clone()));
    group.push(command!("DUMP", key));
    group
}

/// Some string, its pieces often repeated, so that it is worth compressing.
fn text(random: &mut Random) -> Vec<u8> {
    let piece = random.value();
    match random.below(12) {
        0 => piece.repeat(random.below(40)),
        1 => [
            piece.repeat(3),
            random.value(),
            piece.repeat(random.below(9)),
        ]
        .concat(),
        _ => piece,
    }
}

fn payload(random: &mut Random) -> Vec<u8> {
    let many = if random.one_in(6) { 700 } else { 12 };
    let count = 1 + random.below(many);
    let value: Value = match random.below(5) {
        0 => Record::of_string(b"", &text(random), None, 0).into_value(),
        1 => {
            let mut list = List::new();
            let limits = resplay::types::list::Limits {
                packed_threshold: 40,
                ..LIMITS.list
            };
            let limits = if random.one_in(4) {
                limits
            } else {
                LIMITS.list
            };
            for _ in 0..count {
                let text = text(random);
                list.push(End::Tail, &text, text.len(), &limits);
            }
            list.into()
        }
        2 => {
            let mut hash = Hash::new();
            for number in 0..count {
                let field = if count > 12 {
                    format!("f{number}").into_bytes()
                } else {
                    random.member()
                };
                hash.set(&field, &text(random), &LIMITS.hash);
            }
            hash.into()
        }
        3 => {
            let mut set = Set::new();
            let integers = random.one_in(2);
            for number in 0..count {
                let member = match (integers, count > 12) {
                    (true, _) => random.between(-70_000, 70_000).to_string().into_bytes(),
                    (false, true) => format!("m{number}").into_bytes(),
                    (false, false) => text(random),
                };
                set.add(&member, &LIMITS.set);
            }
            set.into()
        }
        _ => {
            let mut set = SortedSet::new();
            for number in 0..count {
                let score = String::from_utf8(random.score()).unwrap_or_default();
                let score: f64 = score
                    .parse()
                    .ok()
                    .filter(|score: &f64| !score.is_nan())
                    .unwrap_or(1.5);
                let member = if count > 12 {
                    format!("m{number}").into_bytes()
                } else {
                    text(random)
                };
                set.insert(&member, score, &LIMITS.sorted_set);
            }
            set.into()
        }
    };
    let record = Record::of_value(b"", value, None, 0);
    dump(record.value(), random.one_in(2))
}
