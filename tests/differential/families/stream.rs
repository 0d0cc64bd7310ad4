//! Streams and their consumer groups.
//!
//! Identities are given or follow one in the far future, for two servers' clocks do not agree. Who reads or
//! claims has been created before: 7.2 creates consumers where 7.0 does not.

use crate::command;
use crate::random::{Args, Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let key = key(random);
    match random.below(40) {
        0..9 => add(random, key),
        9..11 => trim(random, key),
        11 => {
            let mut args = command!("XDEL", key);
            args.extend(ids(random));
            random.one(args)
        }
        12..15 => range(random, key),
        15 => {
            let words = random.pick(&["XLEN", "TYPE", "OBJECT ENCODING", "DUMP"]);
            random.one(command!(words, key))
        }
        16 | 17 => read(random, key),
        18..21 => manage(random, key),
        21..27 => read_for(random, key),
        27 | 28 => {
            let mut args = command!("XACK", key, name(random));
            args.extend(ids(random));
            random.one(args)
        }
        29..31 => pending(random, key),
        31..33 => claim(random, key),
        33 | 34 => autoclaim(random, key),
        35..38 => info(random, key),
        38 => set_id(random, key),
        _ => future(random),
    }
}

fn key(random: &mut Random) -> Vec<u8> {
    random.key(Kind::Stream)
}

fn name(random: &mut Random) -> Vec<u8> {
    random
        .pick(&["g", "g", "g", "h", "5", ""])
        .as_bytes()
        .to_vec()
}

fn consumer(random: &mut Random) -> Vec<u8> {
    random
        .pick(&["ann", "bob", "ann", "bob", "12", ""])
        .as_bytes()
        .to_vec()
}

/// An identity from so few that they are met again; now and then nothing of the kind.
fn id(random: &mut Random) -> Vec<u8> {
    let text = match random.below(24) {
        0 => random
            .pick(&[
                "", "a", "-", "+", "1-a", "-1-1", "1-1-1", "$", ">", "*", "01-+1", "1-*",
            ])
            .to_owned(),
        1 => random
            .pick(&[
                "0",
                "0-0",
                "18446744073709551615",
                "18446744073709551615-18446744073709551615",
                "5-18446744073709551615",
            ])
            .to_owned(),
        2..5 => random.below(60).to_string(),
        _ => format!("{}-{}", random.below(60), random.below(3)),
    };
    text.into_bytes()
}

fn ids(random: &mut Random) -> Args {
    (0..1 + random.below(4)).map(|_| id(random)).collect()
}

/// One end of a range of identities.
fn bound(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 | 1 => b"-".to_vec(),
        2 | 3 => b"+".to_vec(),
        4 => [b"(".to_vec(), id(random)].concat(),
        _ => id(random),
    }
}

fn fields(random: &mut Random) -> Args {
    let names: &[&str] = match random.below(5) {
        0 => &["a", "b"],
        1 => &["a", "b", "c"],
        2 => &["17"],
        _ => &["a"],
    };
    let mut fields: Args = Vec::new();
    for name in names {
        fields.push(name.as_bytes().to_vec());
        fields.push(random.value());
    }
    if random.one_in(20) {
        fields.pop();
    }
    fields
}

/// A number of entries read or added. Redis lets the greatest of all overflow, which its own log cannot say.
fn counter(random: &mut Random) -> Vec<u8> {
    if random.one_in(8) {
        let text = random.pick(&["-1", "-2", "x", "9223372036854775808", "1000000"]);
        return text.as_bytes().to_vec();
    }
    random.below(12).to_string().into_bytes()
}

/// `MAXLEN|MINID [=|~] threshold [LIMIT count]`
fn strategy(random: &mut Random) -> Args {
    let minid = random.one_in(2);
    let mut args = vec![random.option(if minid { "MINID" } else { "MAXLEN" })];
    let operator = random.below(4);
    match operator {
        0 => args.push(b"=".to_vec()),
        1 | 2 => args.push(b"~".to_vec()),
        _ => {}
    }
    args.push(match minid {
        true => id(random),
        false if random.one_in(12) => random.integer(),
        false => random.below(12).to_string().into_bytes(),
    });
    if (operator == 1 && random.one_in(2)) || random.one_in(20) {
        args.extend([random.option("LIMIT"), random.count()]);
    }
    args
}

fn add(random: &mut Random, key: Vec<u8>) -> Group {
    let mut args = command!("XADD", key);
    if random.one_in(10) {
        args.push(random.option("NOMKSTREAM"));
    }
    if random.one_in(6) {
        args.extend(strategy(random));
    }
    args.push(match random.below(10) {
        // Not the clock's.
        0 => match id(random) {
            id if id == b"*" => b"1-*".to_vec(),
            id => id,
        },
        1..4 => format!("{}-*", random.below(60)).into_bytes(),
        _ => format!("{}-{}", random.below(60), random.below(4)).into_bytes(),
    });
    args.extend(fields(random));
    // A damaged one might take its identity from the clock.
    vec![args]
}

/// The clock is behind these identities for a long time.
fn future(random: &mut Random) -> Group {
    let mut group = vec![
        command!("DEL future"),
        command!("XADD future 99999999999999-5 a b"),
        command!("XADD future * a b"),
    ];
    let mut args = command!("XADD future");
    args.extend(strategy(random));
    args.push(b"*".to_vec());
    args.extend(fields(random));
    group.extend([
        args,
        command!("XRANGE future - +"),
        command!("XINFO STREAM future FULL"),
    ]);
    group
}

fn trim(random: &mut Random, key: Vec<u8>) -> Group {
    let mut args = command!("XTRIM", key);
    args.extend(strategy(random));
    random.one(args)
}

fn range(random: &mut Random, key: Vec<u8>) -> Group {
    let mut args = command!(
        random.pick(&["XRANGE", "XREVRANGE"]),
        key,
        bound(random),
        bound(random)
    );
    if random.one_in(3) {
        args.extend([random.option("COUNT"), random.index()]);
    }
    random.one(args)
}

fn read(random: &mut Random, first: Vec<u8>) -> Group {
    let mut args = command!("XREAD");
    if random.one_in(3) {
        args.extend([random.option("COUNT"), random.index()]);
    }
    args.push(random.option("STREAMS"));
    let other = (random.one_in(3)).then(|| key(random));
    let keys: Args = [Some(first), other].into_iter().flatten().collect();
    let count = keys.len();
    args.extend(keys);
    for _ in 0..count {
        args.push(if random.one_in(8) {
            b"$".to_vec()
        } else {
            id(random)
        });
    }
    random.one(args)
}

fn manage(random: &mut Random, key: Vec<u8>) -> Group {
    let name = name(random);
    match random.below(10) {
        0..5 => {
            let mut args = command!("XGROUP CREATE", key, name);
            args.push(if random.one_in(4) {
                b"$".to_vec()
            } else {
                id(random)
            });
            if random.one_in(4) {
                args.push(random.option("MKSTREAM"));
            }
            if random.one_in(4) {
                args.extend([random.option("ENTRIESREAD"), counter(random)]);
            }
            random.one(args)
        }
        5..7 => {
            let mut args = command!("XGROUP SETID", key, name);
            args.push(if random.one_in(3) {
                b"$".to_vec()
            } else {
                id(random)
            });
            if random.one_in(3) {
                args.extend([random.option("ENTRIESREAD"), counter(random)]);
            }
            random.one(args)
        }
        7 => vec![command!(
            "XGROUP CREATECONSUMER",
            key,
            name,
            consumer(random)
        )],
        8 => {
            let args = command!("XGROUP DELCONSUMER", key, name, consumer(random));
            random.one(args)
        }
        _ if random.one_in(4) => vec![command!(random.pick(&["XGROUP HELP", "XINFO HELP"]))],
        _ => random.one(command!("XGROUP DESTROY", key, name)),
    }
}

/// Has the consumer there, so that the command behind it cannot be the one that creates it.
fn created(key: &[u8], name: &[u8], consumer: &[u8]) -> Args {
    command!(
        "XGROUP CREATECONSUMER",
        key.to_vec(),
        name.to_vec(),
        consumer.to_vec()
    )
}

fn read_for(random: &mut Random, first: Vec<u8>) -> Group {
    let (name, consumer) = (name(random), consumer(random));
    let other = random.one_in(5).then(|| key(random));
    let keys: Args = [Some(first), other].into_iter().flatten().collect();
    let mut group: Group = keys
        .iter()
        .map(|key| created(key, &name, &consumer))
        .collect();
    let mut args = command!("XREADGROUP GROUP", name, consumer);
    if random.one_in(2) {
        args.extend([random.option("COUNT"), random.index()]);
    }
    if random.one_in(6) {
        args.push(random.option("NOACK"));
    }
    args.push(random.option("STREAMS"));
    let count = keys.len();
    args.extend(keys);
    for _ in 0..count {
        args.push(if random.one_in(4) {
            id(random)
        } else {
            b">".to_vec()
        });
    }
    group.push(args);
    group
}

fn pending(random: &mut Random, key: Vec<u8>) -> Group {
    let mut args = command!("XPENDING", key, name(random));
    if random.one_in(3) {
        return random.one(args);
    }
    if random.one_in(4) {
        args.extend([random.option("IDLE"), idle(random)]);
    }
    args.extend([bound(random), bound(random), random.count()]);
    if random.one_in(3) {
        args.push(consumer(random));
    }
    vec![args]
}

/// Either everything has been idle for so long or nothing has.
fn idle(random: &mut Random) -> Vec<u8> {
    random
        .pick(&["0", "0", "0", "-1", "100000000", "x"])
        .as_bytes()
        .to_vec()
}

fn claim(random: &mut Random, key: Vec<u8>) -> Group {
    let (name, consumer) = (name(random), consumer(random));
    let mut group = vec![created(&key, &name, &consumer)];
    let mut args = command!("XCLAIM", key, name, consumer, idle(random));
    args.extend(ids(random));
    while random.one_in(2) && args.len() < 14 {
        match random.below(7) {
            0 => args.push(random.option("JUSTID")),
            1 | 2 => args.push(random.option("FORCE")),
            3 => args.extend([random.option("IDLE"), idle(random)]),
            4 => args.extend([random.option("TIME"), b"1700000000000".to_vec()]),
            5 => args.extend([random.option("RETRYCOUNT"), random.index()]),
            _ => args.extend([random.option("LASTID"), id(random)]),
        }
    }
    group.push(args);
    group
}

fn autoclaim(random: &mut Random, key: Vec<u8>) -> Group {
    let (name, consumer) = (name(random), consumer(random));
    let mut group = vec![created(&key, &name, &consumer)];
    let mut args = command!(
        "XAUTOCLAIM",
        key,
        name,
        consumer,
        idle(random),
        bound(random)
    );
    if random.one_in(2) {
        args.extend([random.option("COUNT"), random.index()]);
    }
    if random.one_in(3) {
        args.push(random.option("JUSTID"));
    }
    group.push(args);
    group
}

fn info(random: &mut Random, key: Vec<u8>) -> Group {
    let args = match random.below(8) {
        0 => command!("XINFO CONSUMERS", key, name(random)),
        1 | 2 => command!("XINFO GROUPS", key),
        3 => command!("XINFO STREAM", key),
        4 | 5 => command!("XINFO STREAM", key, "FULL COUNT", random.index()),
        _ => command!("XINFO STREAM", key, "FULL"),
    };
    random.one(args)
}

fn set_id(random: &mut Random, key: Vec<u8>) -> Group {
    let mut args = command!("XSETID", key, id(random));
    if random.one_in(2) {
        args.extend([random.option("ENTRIESADDED"), counter(random)]);
    }
    if random.one_in(2) {
        args.extend([random.option("MAXDELETEDID"), id(random)]);
    }
    random.one(args)
}
