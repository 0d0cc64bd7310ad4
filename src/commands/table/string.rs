//! The commands on strings.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::string as family;
use crate::commands::syntax::{block, double, integer, key, one_of, string, token, unix_time};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "set",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW
                .union(KeyFlags::ACCESS.union(KeyFlags::UPDATE.union(KeyFlags::VARIABLE_FLAGS))),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Stores a string under a key, with conditions and an expiry time if you like.",
            zh: "把字符串存入键，可附加条件和过期时间。",
        },
        arguments: &[
            key("key", 0),
            string("value"),
            one_of("condition", &[token("nx", "NX"), token("xx", "XX")])
                .optional()
                .since("2.6.12"),
            token("get", "GET").optional().since("6.2.0"),
            one_of(
                "expiration",
                &[
                    integer("seconds").token("EX").since("2.6.12"),
                    integer("milliseconds").token("PX").since("2.6.12"),
                    unix_time("unix-time-seconds").token("EXAT").since("6.2.0"),
                    unix_time("unix-time-milliseconds")
                        .token("PXAT")
                        .since("6.2.0"),
                    token("keepttl", "KEEPTTL").since("6.0.0"),
                ],
            )
            .optional(),
        ],
        run: family::set,
        ..Command::BASE
    },
    Command {
        name: "get",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Returns the string stored under a key.",
            zh: "返回键中存储的字符串。",
        },
        arguments: &[key("key", 0)],
        run: family::get,
        ..Command::BASE
    },
    Command {
        name: "getset",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Stores a new string and returns the one that was there before.",
            zh: "存入新字符串，并返回原来的字符串。",
        },
        deprecated: Some(("6.2.0", "`SET` with the `!GET` argument")),
        arguments: &[key("key", 0), string("value")],
        run: family::getset,
        ..Command::BASE
    },
    Command {
        name: "getex",
        arity: -2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "6.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Returns a string and changes when its key expires.",
            zh: "返回字符串，同时修改键的过期时间。",
        },
        arguments: &[
            key("key", 0),
            one_of(
                "expiration",
                &[
                    integer("seconds").token("EX"),
                    integer("milliseconds").token("PX"),
                    unix_time("unix-time-seconds").token("EXAT"),
                    unix_time("unix-time-milliseconds").token("PXAT"),
                    token("persist", "PERSIST"),
                ],
            )
            .optional(),
        ],
        run: family::getex,
        ..Command::BASE
    },
    Command {
        name: "getdel",
        arity: 2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "6.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Returns a string and deletes its key.",
            zh: "返回字符串，同时删除该键。",
        },
        arguments: &[key("key", 0)],
        run: family::getdel,
        ..Command::BASE
    },
    Command {
        name: "setnx",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::OW.union(KeyFlags::INSERT))],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Stores a string only where there is no key yet.",
            zh: "仅当键不存在时才存入字符串。",
        },
        arguments: &[key("key", 0), string("value")],
        run: family::setnx,
        ..Command::BASE
    },
    Command {
        name: "setex",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE))],
        categories: Categories::STRING,
        group: Group::String,
        since: "2.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Stores a string that expires after some seconds.",
            zh: "存入字符串，并设置以秒为单位的过期时间。",
        },
        arguments: &[key("key", 0), integer("seconds"), string("value")],
        run: family::setex,
        ..Command::BASE
    },
    Command {
        name: "psetex",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE))],
        categories: Categories::STRING,
        group: Group::String,
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Stores a string that expires after some milliseconds.",
            zh: "存入字符串，并设置以毫秒为单位的过期时间。",
        },
        arguments: &[key("key", 0), integer("milliseconds"), string("value")],
        run: family::psetex,
        ..Command::BASE
    },
    Command {
        name: "mset",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::range(
            1,
            -1,
            2,
            KeyFlags::OW.union(KeyFlags::UPDATE),
        )],
        categories: Categories::STRING,
        tips: &[
            "request_policy:multi_shard",
            "response_policy:all_succeeded",
        ],
        group: Group::String,
        since: "1.0.1",
        complexity: "O(N) where N is the number of keys",
        summary: Summary {
            en: "Stores several strings in one step.",
            zh: "一次存入多个键的字符串。",
        },
        arguments: &[block("key_value", &[key("key", 0), string("value")]).multiple()],
        run: family::mset,
        ..Command::BASE
    },
    Command {
        name: "msetnx",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::range(
            1,
            -1,
            2,
            KeyFlags::OW.union(KeyFlags::INSERT),
        )],
        categories: Categories::STRING,
        tips: &["request_policy:multi_shard", "response_policy:agg_min"],
        group: Group::String,
        since: "1.0.1",
        complexity: "O(N) where N is the number of keys",
        summary: Summary {
            en: "Stores several strings in one step, or none of them where any key exists.",
            zh: "一次存入多个键的字符串；只要有一个键已存在就全部不存。",
        },
        arguments: &[block("key_value", &[key("key", 0), string("value")]).multiple()],
        run: family::msetnx,
        ..Command::BASE
    },
    Command {
        name: "mget",
        arity: -2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::range(
            1,
            -1,
            1,
            KeyFlags::RO.union(KeyFlags::ACCESS),
        )],
        categories: Categories::STRING,
        tips: &["request_policy:multi_shard"],
        group: Group::String,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys",
        summary: Summary {
            en: "Returns the strings of several keys at once.",
            zh: "一次返回多个键的字符串。",
        },
        arguments: &[key("key", 0).multiple()],
        run: family::mget,
        ..Command::BASE
    },
    Command {
        name: "append",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::STRING,
        group: Group::String,
        since: "2.0.0",
        complexity: "O(1) amortized, for values that are short",
        summary: Summary {
            en: "Adds text to the end of a string.",
            zh: "在字符串末尾追加内容。",
        },
        arguments: &[key("key", 0), string("value")],
        run: family::append,
        ..Command::BASE
    },
    Command {
        name: "strlen",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::STRING,
        group: Group::String,
        since: "2.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells how many bytes a string has.",
            zh: "返回字符串的字节长度。",
        },
        arguments: &[key("key", 0)],
        run: family::strlen,
        ..Command::BASE
    },
    Command {
        name: "setrange",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::STRING,
        group: Group::String,
        since: "2.2.0",
        complexity: "O(1) for short values, O(M) for a value of M bytes",
        summary: Summary {
            en: "Overwrites a string from a given byte on, filling any gap with zero bytes.",
            zh: "从指定字节开始覆盖字符串，空缺处补零字节。",
        },
        arguments: &[key("key", 0), integer("offset"), string("value")],
        run: family::setrange,
        ..Command::BASE
    },
    Command {
        name: "getrange",
        arity: 4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::STRING,
        group: Group::String,
        since: "2.4.0",
        complexity: "O(N) where N is the length of the returned string",
        summary: Summary {
            en: "Returns the part of a string between two positions.",
            zh: "返回字符串中两个位置之间的部分。",
        },
        arguments: &[key("key", 0), integer("start"), integer("end")],
        run: family::getrange,
        ..Command::BASE
    },
    Command {
        name: "substr",
        arity: 4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(N) where N is the length of the returned string",
        summary: Summary {
            en: "Returns the part of a string between two positions; the old name of GETRANGE.",
            zh: "返回字符串中两个位置之间的部分；GETRANGE 的旧名。",
        },
        deprecated: Some(("2.0.0", "`GETRANGE`")),
        arguments: &[key("key", 0), integer("start"), integer("end")],
        run: family::substr,
        ..Command::BASE
    },
    Command {
        name: "incr",
        arity: 2,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Adds one to a number.",
            zh: "将数值加一。",
        },
        arguments: &[key("key", 0)],
        run: family::incr,
        ..Command::BASE
    },
    Command {
        name: "decr",
        arity: 2,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Takes one away from a number.",
            zh: "将数值减一。",
        },
        arguments: &[key("key", 0)],
        run: family::decr,
        ..Command::BASE
    },
    Command {
        name: "incrby",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Adds an integer to a number.",
            zh: "将数值加上指定整数。",
        },
        arguments: &[key("key", 0), integer("increment")],
        run: family::incrby,
        ..Command::BASE
    },
    Command {
        name: "decrby",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Takes an integer away from a number.",
            zh: "将数值减去指定整数。",
        },
        arguments: &[key("key", 0), integer("decrement")],
        run: family::decrby,
        ..Command::BASE
    },
    Command {
        name: "incrbyfloat",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Adds a decimal number to a number.",
            zh: "将数值加上指定小数。",
        },
        arguments: &[key("key", 0), double("increment")],
        run: family::incrbyfloat,
        ..Command::BASE
    },
    Command {
        name: "lcs",
        arity: -3,
        flags: Flags::READONLY,
        keys: &[KeySpec::range(
            1,
            1,
            1,
            KeyFlags::RO.union(KeyFlags::ACCESS),
        )],
        categories: Categories::STRING,
        group: Group::String,
        since: "7.0.0",
        complexity: "O(N*M) where N and M are the lengths of the strings",
        summary: Summary {
            en: "Finds the longest common subsequence of two strings.",
            zh: "求两个字符串的最长公共子序列。",
        },
        arguments: &[
            key("key1", 0),
            key("key2", 0),
            token("len", "LEN").optional(),
            token("idx", "IDX").optional(),
            integer("len").token("MINMATCHLEN").optional(),
            token("withmatchlen", "WITHMATCHLEN").optional(),
        ],
        run: family::lcs,
        ..Command::BASE
    },
];
