//! Sorted sets.

use crate::command;
use crate::random::{Args, Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.key(Kind::SortedSet);
    let command = match random.below(40) {
        0..7 => zadd(random, key),
        7 => {
            if random.one_in(10) {
                return vec![command!("SET", random.key(Kind::Lex), random.value())];
            }
            let mut args = command!("ZADD", random.key(Kind::Lex));
            for _ in 0..1 + random.below(5) {
                args.extend([b"0".to_vec(), random.member()]);
            }
            return vec![args];
        }
        8 => command!("ZINCRBY", key, random.score(), random.member()),
        9 => command!("ZREM", key, random.member(), random.member()),
        10 => command!("ZCARD", key),
        11 => command!("ZSCORE", key, random.member()),
        12 => command!("ZMSCORE", key, random.member(), random.member()),
        13 | 14 => {
            let mut args = command!(random.pick(&["ZRANK", "ZREVRANK"]), key, random.member());
            if random.one_in(8) {
                args.push(random.option("WITHSCORE"));
            }
            args
        }
        15 => command!("ZCOUNT", key, random.score_bound(), random.score_bound()),
        16 => command!(
            "ZLEXCOUNT",
            random.key(Kind::Lex),
            random.lex_bound(),
            random.lex_bound()
        ),
        17..20 => {
            let args = command!("ZRANGE", key);
            zrange(random, args, true)
        }
        20 | 21 => {
            let args = command!("ZRANGESTORE", key, random.key(Kind::SortedSet));
            zrange(random, args, false)
        }
        22 => {
            let mut args = command!("ZREVRANGE", key, random.index(), random.index());
            if random.one_in(2) {
                args.push(random.option("WITHSCORES"));
            }
            args
        }
        23 | 24 => {
            let name = random.pick(&["ZRANGEBYSCORE", "ZREVRANGEBYSCORE"]);
            let mut args = command!(name, key, random.score_bound(), random.score_bound());
            if random.one_in(2) {
                args.push(random.option("WITHSCORES"));
            }
            limit(random, args)
        }
        25 => {
            let name = random.pick(&["ZRANGEBYLEX", "ZREVRANGEBYLEX"]);
            let args = command!(
                name,
                random.key(Kind::Lex),
                random.lex_bound(),
                random.lex_bound()
            );
            limit(random, args)
        }
        26 => command!("ZREMRANGEBYRANK", key, random.index(), random.index()),
        27 => command!(
            "ZREMRANGEBYSCORE",
            key,
            random.score_bound(),
            random.score_bound()
        ),
        28 => command!(
            "ZREMRANGEBYLEX",
            random.key(Kind::Lex),
            random.lex_bound(),
            random.lex_bound()
        ),
        29 => {
            let mut args = command!(random.pick(&["ZPOPMIN", "ZPOPMAX"]), key);
            if random.one_in(2) {
                args.push(random.count());
            }
            args
        }
        30 => {
            let end = random.pick(&["MIN", "MAX", "MIN", "MID"]);
            let args = command!("ZMPOP");
            let mut args = numbered(random, args);
            args.push(random.option(end));
            if random.one_in(2) {
                args.extend([random.option("COUNT"), random.count()]);
            }
            args
        }
        31 | 32 => {
            let name = random.pick(&["ZUNION", "ZINTER", "ZDIFF"]);
            combine(random, command!(name), true)
        }
        33 | 34 => {
            let name = random.pick(&["ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE"]);
            combine(random, command!(name, key), false)
        }
        35 => {
            let mut args = numbered(random, command!("ZINTERCARD"));
            if random.one_in(2) {
                args.extend([random.option("LIMIT"), random.index()]);
            }
            args
        }
        36 | 37 => {
            let mut args = command!("ZRANDMEMBER", key.clone());
            if random.one_in(2) {
                args.push(random.index());
                if random.one_in(2) {
                    args.push(random.option("WITHSCORES"));
                }
            }
            return vec![command!("ZRANGE", key, "0 -1"), args];
        }
        38 => command!("ZSCAN", key, "0 COUNT 1000"),
        _ => command!("OBJECT ENCODING", key),
    };
    let key = command.get(1).cloned();
    let by_member = |args: &Args| {
        let lex = |arg: &Vec<u8>| arg.to_ascii_uppercase().ends_with(b"LEX");
        args.iter().any(lex)
    };
    if command.iter().any(|arg| arg.eq_ignore_ascii_case(b"BYLEX")) {
        return vec![command];
    }
    let damaged = random.one(command.clone());
    // Damage could point a range by member at a set of mixed scores: there the answer depends on the levels
    // that the real server's skip list has drawn.
    let elsewhere = |args: &Args| by_member(args) && args.get(1) != key.as_ref();
    if damaged.iter().any(elsewhere) {
        return vec![command];
    }
    damaged
}

fn zadd(random: &mut Random, key: Vec<u8>) -> Args {
    let mut args = command!("ZADD", key);
    while random.one_in(3) && args.len() < 6 {
        let flag = random.pick(&["NX", "XX", "GT", "LT", "CH", "INCR"]);
        args.push(random.option(flag));
    }
    let incr = args.iter().any(|arg| arg.eq_ignore_ascii_case(b"INCR"));
    let pairs = if incr && !random.one_in(8) {
        1
    } else {
        1 + random.below(4)
    };
    for _ in 0..pairs {
        args.extend([random.score(), random.member()]);
    }
    if random.one_in(20) {
        args.pop();
    }
    args
}

fn zrange(random: &mut Random, mut args: Args, scores: bool) -> Args {
    match random.below(3) {
        0 => args.extend([random.index(), random.index()]),
        1 => args.extend([
            random.score_bound(),
            random.score_bound(),
            random.option("BYSCORE"),
        ]),
        _ => {
            // The source is the last argument so far.
            args.pop();
            args.extend([
                random.key(Kind::Lex),
                random.lex_bound(),
                random.lex_bound(),
                random.option("BYLEX"),
            ]);
        }
    }
    if random.one_in(3) {
        args.push(random.option("REV"));
    }
    if (scores && random.one_in(3)) || random.one_in(20) {
        args.push(random.option("WITHSCORES"));
    }
    limit(random, args)
}

fn limit(random: &mut Random, mut args: Args) -> Args {
    if random.one_in(4) {
        args.extend([random.option("LIMIT"), random.index(), random.index()]);
    }
    args
}

/// A number of keys and the keys: sorted sets, and sets too, which most of these take.
fn numbered(random: &mut Random, mut args: Args) -> Args {
    let kind = if random.one_in(5) {
        Kind::Set
    } else {
        Kind::SortedSet
    };
    let keys = random.keys(kind);
    args.push(if random.one_in(10) {
        random.integer()
    } else {
        keys.len().to_string().into_bytes()
    });
    args.extend(keys);
    args
}

fn combine(random: &mut Random, args: Args, scores: bool) -> Args {
    let before = args.len();
    let mut args = numbered(random, args);
    let keys = args.len() - before - 1;
    if random.one_in(3) {
        args.push(random.option("WEIGHTS"));
        let weights = if random.one_in(8) { keys + 1 } else { keys };
        args.extend((0..weights).map(|_| random.score()).collect::<Vec<_>>());
    }
    if random.one_in(3) {
        let how = random.pick(&["SUM", "MIN", "MAX", "SUM", "AVG"]);
        args.extend([random.option("AGGREGATE"), random.option(how)]);
    }
    if (scores && random.one_in(2)) || random.one_in(20) {
        args.push(random.option("WITHSCORES"));
    }
    args
}
