//! Hashes.

use crate::command;
use crate::random::{Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.key(Kind::Hash);
    let command = match random.below(23) {
        0..5 => {
            let mut pairs = Vec::new();
            for _ in 0..1 + random.below(5) {
                pairs.extend([random.member(), random.value()]);
            }
            if random.one_in(12) {
                pairs.pop();
            }
            command!(random.pick(&["HSET", "HSET", "HSET", "HMSET"]), key, pairs)
        }
        5 => command!("HSETNX", key, random.member(), random.value()),
        6 => command!("HGET", key, random.member()),
        7 => command!(
            "HMGET",
            key,
            random.member(),
            random.member(),
            random.member()
        ),
        8 | 9 => command!("HDEL", key, random.member(), random.member()),
        10 => command!("HLEN", key),
        11 => command!("HEXISTS", key, random.member()),
        12 => command!("HSTRLEN", key, random.member()),
        13 => command!(random.pick(&["HKEYS", "HVALS", "HGETALL"]), key),
        14 | 15 => command!("HINCRBY", key, random.member(), random.integer()),
        16 | 17 => command!("HINCRBYFLOAT", key, random.member(), random.float()),
        18 | 19 => {
            let mut args = command!("HRANDFIELD", key.clone());
            if random.one_in(2) {
                args.push(random.index());
                if random.one_in(2) {
                    args.push(random.option("WITHVALUES"));
                }
            }
            return vec![command!("HGETALL", key), args];
        }
        20 => command!("HSCAN", key, "0 COUNT 1000"),
        // Across the limit of the compact encoding.
        21 => {
            let mut pairs = Vec::new();
            for number in 0..1 + random.below(700) {
                pairs.extend([format!("f{number}").into_bytes(), random.value()]);
            }
            command!("HSET", key, pairs)
        }
        _ => command!("OBJECT ENCODING", key),
    };
    random.one(command)
}
