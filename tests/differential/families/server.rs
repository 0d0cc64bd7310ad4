//! The server's own commands.

use crate::command;
use crate::random::{Group, Random};

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
    let command = match random.below(19) {
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
            random.pick(&["COMMAND", "CONFIG", "MEMORY", "DEBUG", "OBJECT"]),
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
        _ => command!("MEMORY USAGE", random.any_key(), "SAMPLES", random.count()),
    };
    random.one(command)
}
