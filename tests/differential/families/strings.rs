//! Strings: SET and its options, counters, ranges, LCS.

use crate::command;
use crate::random::{Args, Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.key(Kind::String);
    let command = match random.below(30) {
        // A time that is over already leaves the key in the table until somebody looks.
        0..4 => return vec![set(random, key.clone()), command!("EXISTS", key)],
        4..6 => command!("GET", key),
        6 => command!("SETNX", key, random.value()),
        7 => command!("SETEX", key, random.seconds(), random.value()),
        8 => command!("PSETEX", key, random.milliseconds(), random.value()),
        9 => command!("GETSET", key, random.value()),
        10 => command!("GETDEL", key),
        11 => getex(random, key),
        12 => command!("APPEND", key, random.value()),
        13 => command!("STRLEN", key),
        14 => command!(
            random.pick(&["GETRANGE", "SUBSTR"]),
            key,
            random.index(),
            random.index()
        ),
        15 => command!("SETRANGE", key, random.count(), random.value()),
        16 => command!(random.pick(&["INCR", "DECR"]), key),
        17 | 18 => command!(random.pick(&["INCRBY", "DECRBY"]), key, random.integer()),
        19 | 20 => command!("INCRBYFLOAT", key, random.float()),
        21 => command!("MGET", random.keys(Kind::String), random.any_key()),
        22 => command!(random.pick(&["MSET", "MSETNX"]), pairs(random)),
        23..26 => lcs(random, key),
        26 => {
            return vec![
                command!("SET", key.clone(), random.float()),
                command!("INCRBYFLOAT", key, random.float()),
            ];
        }
        27 => {
            return vec![
                command!("SET", key.clone(), random.integer()),
                command!("INCRBY", key, random.integer()),
            ];
        }
        _ => command!("OBJECT ENCODING", key),
    };
    random.one(command)
}

fn set(random: &mut Random, key: Vec<u8>) -> Args {
    let mut args = command!("SET", key, random.value());
    while random.one_in(2) && args.len() < 8 {
        match random.below(9) {
            0 => args.push(random.option("NX")),
            1 => args.push(random.option("XX")),
            2 => args.push(random.option("GET")),
            3 => args.push(random.option("KEEPTTL")),
            4 => args.extend([random.option("EX"), random.seconds()]),
            5 => args.extend([random.option("PX"), random.milliseconds()]),
            6 => args.extend([random.option("EXAT"), random.unix_seconds()]),
            7 => args.extend([random.option("PXAT"), random.unix_milliseconds()]),
            _ => args.push(random.option("PERSIST")),
        }
    }
    args
}

fn getex(random: &mut Random, key: Vec<u8>) -> Args {
    let mut args = command!("GETEX", key);
    while random.one_in(2) && args.len() < 5 {
        match random.below(6) {
            0 => args.push(random.option("PERSIST")),
            1 => args.extend([random.option("EX"), random.seconds()]),
            2 => args.extend([random.option("PX"), random.milliseconds()]),
            3 => args.extend([random.option("EXAT"), random.unix_seconds()]),
            4 => args.extend([random.option("PXAT"), random.unix_milliseconds()]),
            _ => args.push(random.option("KEEPTTL")),
        }
    }
    args
}

fn pairs(random: &mut Random) -> Vec<Vec<u8>> {
    let mut args = Vec::new();
    for _ in 0..1 + random.below(3) {
        args.extend([random.key(Kind::String), random.value()]);
    }
    if random.one_in(10) {
        args.push(random.key(Kind::String));
    }
    args
}

fn lcs(random: &mut Random, key: Vec<u8>) -> Args {
    let mut args = command!("LCS", key, random.key(Kind::String));
    while random.one_in(2) && args.len() < 8 {
        match random.below(4) {
            0 => args.push(random.option("LEN")),
            1 => args.push(random.option("IDX")),
            2 => args.push(random.option("WITHMATCHLEN")),
            _ => args.extend([random.option("MINMATCHLEN"), random.index()]),
        }
    }
    args
}
