//! Places on the earth.

use crate::command;
use crate::random::{Args, Group, Random};

pub fn group(random: &mut Random) -> Group {
    let name = key(random);
    let command = match random.below(32) {
        0..9 => geoadd(random, name),
        9 | 10 => command!("GEOPOS", name, member(random), member(random)),
        11 | 12 => command!("GEOHASH", name, member(random), member(random)),
        13..16 => {
            let mut args = command!("GEODIST", name, member(random), member(random));
            if random.one_in(2) {
                args.push(unit(random));
            }
            args
        }
        16..21 => search(random, command!("GEOSEARCH", name), true),
        21..23 => {
            let args = command!("GEOSEARCHSTORE", key(random), name);
            search(random, args, false)
        }
        23..27 => {
            let command = random.pick(&["GEORADIUS", "GEORADIUS", "GEORADIUS_RO"]);
            let mut args = command!(command, name);
            args.extend(point(random));
            args.extend([radius(random), unit(random)]);
            options(random, args, true)
        }
        27..30 => {
            let command = random.pick(&[
                "GEORADIUSBYMEMBER",
                "GEORADIUSBYMEMBER",
                "GEORADIUSBYMEMBER_RO",
            ]);
            let args = command!(command, name, member(random), radius(random), unit(random));
            options(random, args, true)
        }
        30 => return with_distances(random, name),
        _ => command!(
            random.pick(&["ZRANGE", "OBJECT ENCODING", "ZREM"]),
            name,
            "0 -1 WITHSCORES"
        ),
    };
    // A damaged command could store distances, or scores of its own.
    let stores = command
        .iter()
        .any(|arg| arg.eq_ignore_ascii_case(b"STOREDIST"));
    if stores {
        vec![command]
    } else {
        random.one(command)
    }
}

fn key(random: &mut Random) -> Vec<u8> {
    if random.one_in(12) {
        return random.any_key();
    }
    format!("geo:{}", random.below(4)).into_bytes()
}

fn member(random: &mut Random) -> Vec<u8> {
    if random.one_in(20) {
        return random.member();
    }
    format!("place{}", random.below(40)).into_bytes()
}

/// A coordinate around `middle`, with a digit or with many.
fn near(random: &mut Random, middle: i64, spread: i64) -> Vec<u8> {
    let offset = random.between(-spread * 1000, spread * 1000);
    let value = middle * 1000 + offset;
    let sign = if value < 0 { "-" } else { "" };
    let value = value.abs();
    let text = match random.below(4) {
        0 => format!("{sign}{}", value / 1000),
        1 => format!(
            "{sign}{}.{:03}{}",
            value / 1000,
            value % 1000,
            random.between(0, 999_999_999)
        ),
        _ => format!("{sign}{}.{:03}", value / 1000, value % 1000),
    };
    text.into_bytes()
}

fn point(random: &mut Random) -> Args {
    match random.below(12) {
        // The edges of the map, and beyond.
        0 => {
            let longitudes = [
                "180",
                "-180",
                "179.9999",
                "-179.9999",
                "180.0001",
                "0",
                "nan",
                "inf",
                "-0",
            ];
            let latitudes = [
                "85.05112878",
                "-85.05112878",
                "85.0511",
                "-85",
                "86",
                "0",
                "-90",
                "x",
            ];
            vec![
                random.pick(&longitudes).as_bytes().to_vec(),
                random.pick(&latitudes).as_bytes().to_vec(),
            ]
        }
        1 | 2 => vec![near(random, 0, 179), near(random, 0, 85)],
        3 => vec![near(random, 178, 1), near(random, -17, 2)],
        4 => vec![near(random, -40, 20), near(random, 80, 4)],
        5 => vec![b"13.361389".to_vec(), b"38.115556".to_vec()],
        _ => vec![near(random, 14, 2), near(random, 38, 1)],
    }
}

fn unit(random: &mut Random) -> Vec<u8> {
    random
        .pick(&["m", "km", "km", "KM", "ft", "mi", "Mi", "yd"])
        .as_bytes()
        .to_vec()
}

fn radius(random: &mut Random) -> Vec<u8> {
    match random.below(10) {
        0 => random.float(),
        1 => b"0".to_vec(),
        2 => random.between(0, 30_000_000).to_string().into_bytes(),
        3 => format!("{}.{}", random.below(10), random.below(100)).into_bytes(),
        _ => random.between(1, 3000).to_string().into_bytes(),
    }
}

fn geoadd(random: &mut Random, key: Vec<u8>) -> Args {
    let mut args = command!("GEOADD", key);
    while random.one_in(4) && args.len() < 5 {
        let flag = random.pick(&["NX", "XX", "CH", "CH"]);
        args.push(random.option(flag));
    }
    for _ in 0..1 + random.below(6) {
        args.extend(point(random));
        args.push(member(random));
    }
    args
}

/// The options that any of them has; more than one order or count is allowed.
fn options(random: &mut Random, mut args: Args, details: bool) -> Args {
    for (word, often) in [("WITHCOORD", 3), ("WITHDIST", 2), ("WITHHASH", 4)] {
        if random.one_in(if details { often } else { 30 }) {
            args.push(random.option(word));
        }
    }
    if random.one_in(3) {
        args.extend([random.option("COUNT"), random.count()]);
        if random.one_in(3) {
            args.push(random.option("ANY"));
        }
    } else if random.one_in(30) {
        args.push(random.option("ANY"));
    }
    if random.one_in(2) {
        let order = random.pick(&["ASC", "DESC"]);
        args.push(random.option(order));
    }
    if args[0].starts_with(b"GEORADIUS") && random.one_in(4) {
        args.extend([random.option("STORE"), key(random)]);
    }
    args
}

fn search(random: &mut Random, mut args: Args, details: bool) -> Args {
    let mut parts = Vec::new();
    if random.one_in(2) {
        parts.push(command!(random.option("FROMMEMBER"), member(random)));
    }
    if parts.is_empty() || random.one_in(20) {
        parts.push(command!(random.option("FROMLONLAT"), point(random)));
    }
    if random.one_in(2) {
        parts.push(command!(
            random.option("BYRADIUS"),
            radius(random),
            unit(random)
        ));
    }
    if parts.len() == 1 || random.one_in(20) {
        parts.push(command!(
            random.option("BYBOX"),
            radius(random),
            radius(random),
            unit(random)
        ));
    }
    if random.one_in(2) {
        parts.reverse();
    }
    args.extend(parts.into_iter().flatten());
    options(random, args, details)
}

/// Stored distances may differ in the last digit, so they are looked at and removed before the digest is.
fn with_distances(random: &mut Random, key: Vec<u8>) -> Group {
    let store = if random.one_in(2) {
        let args = command!("GEOSEARCHSTORE distances", key);
        let mut args = search(random, args, false);
        args.push(random.option("STOREDIST"));
        args
    } else {
        let mut args = command!("GEORADIUS", key);
        args.extend(point(random));
        args.extend([
            radius(random),
            unit(random),
            random.option("STOREDIST"),
            b"distances".to_vec(),
        ]);
        args
    };
    vec![
        store,
        command!("ZRANGE distances 0 -1 WITHSCORES"),
        command!("DEL distances"),
    ]
}
