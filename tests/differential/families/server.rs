//! The server's own commands.

use crate::command;
use crate::random::{Group, Random};

/// Parameters with values that harm neither server: it stays in its folder, and nothing is saved by
/// itself, logged or disconnected.
const CONFIGURED: [&(&str, &[&str]); 15] = [
    &("dir", &[".", "./nosuch", "/nosuch", ""]),
    &("dbfilename", &["x.rdb", "a/b", "a\\b", "dump.rdb", ""]),
    &(
        "save",
        &[
            "",
            "99999 99999",
            "99999 99999 88888 88888",
            "1",
            "x 1",
            "99999  1",
            "0 1",
        ],
    ),
    &("rdbcompression", &["yes", "NO", "maybe"]),
    &("rdbchecksum", &["yes", "no"]),
    &("stop-writes-on-bgsave-error", &["yes", "no", "1"]),
    &("appendonly", &["no", "off"]),
    &("appendfsync", &["always", "everysec", "NO", "never"]),
    &("no-appendfsync-on-rewrite", &["yes", "no", ""]),
    &(
        "auto-aof-rewrite-percentage",
        &["0", "100", "-1", "50%", "2147483648"],
    ),
    &(
        "auto-aof-rewrite-min-size",
        &["0", "64mb", "1gb", "-1", "1x", "5 mb"],
    ),
    &("aof-load-truncated", &["yes", "no", "y"]),
    &("aof-use-rdb-preamble", &["yes", "no"]),
    &("aof-timestamp-enabled", &["yes", "no"]),
    &("timeout", &["0", "100000", "x", "-1"]),
];

/// Values that no parameter takes, or few.
const ODD: [&str; 5] = ["\u{1}", "9223372036854775808", "yes no", "é", "0x10"];

/// CONFIG SET of `count` of them, any of which may be refused.
fn configure(random: &mut Random, count: usize) -> Vec<Vec<u8>> {
    let mut command = command!("CONFIG SET");
    for _ in 0..count {
        let (name, values) = random.pick(&CONFIGURED);
        // A file of any name may be there.
        let odd = *name != "dir" && random.one_in(8);
        let value = if odd {
            random.pick(&ODD)
        } else {
            random.pick(values)
        };
        command.extend([name.as_bytes().to_vec(), value.as_bytes().to_vec()]);
    }
    command
}

pub fn group(random: &mut Random) -> Group {
    let parameters = [
        "hash-max-listpack-entries",
        "hash-max-ziplist-entries",
        "list-max-listpack-size",
        "zset-max-listpack-value",
        "set-max-intset-entries",
        "maxmemory-samples",
        "lfu-log-factor",
        "nosuch-parameter",
        "maxmemory-policy",
        "databases",
    ];
    let command = match random.below(26) {
        0 => command!("TIME"),
        1 => command!("INFO"),
        2 => command!(
            "INFO",
            random.pick(&[
                "server",
                "clients",
                "memory",
                "stats",
                "keyspace",
                "all",
                "everything"
            ])
        ),
        3 | 4 => command!("CONFIG GET", random.pick(&parameters)),
        5 => command!(
            "CONFIG GET",
            random.pick(&["hash-max-listpack-*", "lfu-*", "zset-max-listpack-entries"])
        ),
        6 => command!(
            "CONFIG SET",
            random.pick(&parameters[..7]),
            random.pick(&["2", "64", "5", "x", ""])
        ),
        7 => command!(
            "CONFIG SET maxmemory-samples 5 lfu-log-factor",
            random.pick(&["10", "x", "1"])
        ),
        8 => command!(
            "CONFIG SET",
            random.pick(&["nosuch-parameter", "databases"]),
            "1"
        ),
        9 => command!(
            "CONFIG",
            random.pick(&["RESETSTAT", "NOSUCH", "GET", "SET"])
        ),
        10 => command!("DEBUG SLEEP 0"),
        11 => command!("DEBUG SET-ACTIVE-EXPIRE", random.pick(&["0", "1"])),
        12 => command!("COMMAND COUNT"),
        13 => command!(
            "COMMAND GETKEYS",
            random.pick(&[
                "SET a 1",
                "MSET a 1 b 2",
                "ZUNIONSTORE d 2 a b",
                "PING",
                "SORT a STORE b",
                "nosuch a",
                "LMPOP 2 a b LEFT",
                "GET",
                "ZUNION 9 a"
            ])
        ),
        14 => command!(
            "COMMAND GETKEYSANDFLAGS",
            random.pick(&["SET a 1", "GET a", "LMOVE a b LEFT LEFT", "PING", "DEL a b"])
        ),
        15 => command!(
            random.pick(&[
                "COMMAND", "CONFIG", "MEMORY", "DEBUG", "OBJECT", "MODULE", "SLOWLOG", "LATENCY",
                "PUBSUB"
            ]),
            "HELP"
        ),
        16 => command!(
            "COMMAND",
            random.pick(&[
                "INFO get nosuch",
                "DOCS get",
                "LIST",
                "INFO",
                "LIST FILTERBY PATTERN z*"
            ])
        ),
        17 => command!("COMMAND", random.pick(&["NOSUCH", "GETKEYS"])),
        18 => command!("MEMORY USAGE", random.any_key(), "SAMPLES", random.count()),
        19 | 20 => configure(random, 1),
        21 => configure(random, 2),
        22 => {
            // The folders are not the same.
            let (name, _) = random.pick(&CONFIGURED[1..]);
            let other = random.pick(&["SAVE", "save", "appendfs*", "[x", "aof-load-truncate?"]);
            command!("CONFIG GET", *name, other)
        }
        23 => command!(random.pick(&[
            "MEMORY STATS",
            "MEMORY DOCTOR",
            "MEMORY MALLOC-STATS",
            "MEMORY PURGE",
            "LOLWUT",
            "LOLWUT VERSION 5 9 3",
            "LOLWUT VERSION 6 5 5",
            "LOLWUT VERSION 6 5 x",
            "LOLWUT VERSION 9 x",
            "MODULE LIST",
            "SLOWLOG GET x",
            "SLOWLOG GET 0",
            "SLOWLOG GET -2",
            "SLOWLOG RESET",
            "LATENCY HISTORY x",
            "LATENCY GRAPH x",
            "LATENCY RESET x",
            "LATENCY HISTOGRAM x",
            "MODULE LOAD",
            "CLUSTER SLOTS",
            "CLUSTER SETSLOT 1",
            "ASKING",
        ])),
        _ => command!(
            "CONFIG",
            random.pick(&[
                "REWRITE",
                "REWRITE now",
                "SET timeout 1 TIMEOUT 2",
                "SET appendonly",
                "SET logfile x rdbchecksum no",
                "SET nosuch 1 appendfilename x",
                "GET appendfilename appenddirname dbfilename",
                "GET DbFilename dbfilename",
            ])
        ),
    };
    random.one(command)
}
