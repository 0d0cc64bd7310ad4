//! Lists, without the blocking commands.

use crate::command;
use crate::random::{Args, Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.key(Kind::List);
    let command = match random.below(24) {
        0..4 => {
            let values: Vec<Vec<u8>> = (0..1 + random.below(5)).map(|_| random.member()).collect();
            command!(random.pick(&["LPUSH", "RPUSH"]), key, values)
        }
        4 => command!(
            random.pick(&["LPUSHX", "RPUSHX"]),
            key,
            random.value(),
            random.member()
        ),
        5 | 6 => {
            let mut args = command!(random.pick(&["LPOP", "RPOP"]), key);
            if random.one_in(2) {
                args.push(random.count());
            }
            args
        }
        7 => command!("LLEN", key),
        8..10 => command!("LRANGE", key, random.index(), random.index()),
        10 => command!("LINDEX", key, random.index()),
        11 | 12 => command!("LSET", key, random.index(), random.value()),
        13 | 14 => {
            let place = random.pick(&["BEFORE", "AFTER", "BEFORE", "AFTER", "BESIDE"]);
            command!(
                "LINSERT",
                key,
                random.option(place),
                random.member(),
                random.value()
            )
        }
        15 => command!("LREM", key, random.index(), random.member()),
        16 => command!("LTRIM", key, random.index(), random.index()),
        17 | 18 => lpos(random, key),
        19 => command!("RPOPLPUSH", key, random.key(Kind::List)),
        20 => {
            let ends = ["LEFT", "RIGHT", "LEFT", "RIGHT", "UP"];
            let (from, to) = (random.pick(&ends), random.pick(&ends));
            command!(
                "LMOVE",
                key,
                random.key(Kind::List),
                random.option(from),
                random.option(to)
            )
        }
        21 | 22 => {
            let keys = random.keys(Kind::List);
            let number = if random.one_in(8) {
                random.integer()
            } else {
                keys.len().to_string().into_bytes()
            };
            let end = random.pick(&["LEFT", "RIGHT", "LEFT", "MIDDLE"]);
            let mut args = command!("LMPOP", number, keys, random.option(end));
            if random.one_in(2) {
                args.extend([random.option("COUNT"), random.count()]);
            }
            args
        }
        _ => command!("OBJECT ENCODING", key),
    };
    random.one(command)
}

fn lpos(random: &mut Random, key: Vec<u8>) -> Args {
    let mut args = command!("LPOS", key, random.member());
    while random.one_in(2) && args.len() < 9 {
        let name = random.pick(&["RANK", "COUNT", "MAXLEN", "COUNT", "RANKS"]);
        args.extend([random.option(name), random.index()]);
    }
    args
}
