//! Sets.

use crate::command;
use crate::random::{Group, Kind, Random, spoil};

pub fn group(random: &mut Random) -> Group {
    let key = random.key(Kind::Set);
    let command = match random.below(23) {
        0..5 => {
            // Whole numbers only, half of the time, so that there are intsets.
            let whole = random.one_in(2);
            let members: Vec<Vec<u8>> = (0..1 + random.below(6))
                .map(|_| {
                    if whole {
                        random.below(40).to_string().into_bytes()
                    } else {
                        random.member()
                    }
                })
                .collect();
            command!("SADD", key, members)
        }
        5 | 6 => command!("SREM", key, random.member(), random.member()),
        7 => command!("SCARD", key),
        8 => command!("SISMEMBER", key, random.member()),
        9 => command!(
            "SMISMEMBER",
            key,
            random.member(),
            random.member(),
            random.member()
        ),
        10 => command!("SMEMBERS", key),
        11 => command!("SMOVE", key, random.key(Kind::Set), random.member()),
        12 | 13 => command!(
            random.pick(&["SINTER", "SUNION", "SDIFF"]),
            random.keys(Kind::Set)
        ),
        14 | 15 => {
            command!(
                random.pick(&["SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"]),
                key,
                random.keys(Kind::Set)
            )
        }
        16 => {
            let keys = random.keys(Kind::Set);
            let number = if random.one_in(8) {
                random.integer()
            } else {
                keys.len().to_string().into_bytes()
            };
            let mut args = command!("SINTERCARD", number, keys);
            if random.one_in(2) {
                args.extend([random.option("LIMIT"), random.index()]);
            }
            args
        }
        17 => {
            let mut args = command!("SRANDMEMBER", key.clone());
            if random.one_in(2) {
                args.push(random.index());
            }
            return vec![command!("SMEMBERS", key), args];
        }
        18 | 19 => {
            // The two sides draw different members: compare what can be, then make them equal again.
            let mut args = command!("SPOP", key.clone());
            if random.one_in(2) {
                args.push(random.count());
            }
            if random.one_in(20) {
                args = spoil(random, args);
            }
            return vec![
                command!("SMEMBERS", key.clone()),
                args,
                command!("SCARD", key.clone()),
                command!("DEL", key),
            ];
        }
        20 => command!("SSCAN", key, "0 COUNT 1000"),
        // Across the limits of the compact encodings.
        21 => {
            let prefix = random.pick(&["", "m"]);
            let members: Vec<Vec<u8>> = (0..1 + random.below(700))
                .map(|number| format!("{prefix}{number}").into_bytes())
                .collect();
            command!("SADD", key, members)
        }
        _ => command!("OBJECT ENCODING", key),
    };
    random.one(command)
}
