//! The rows of the commands on hashes.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::hash::*;
use crate::commands::syntax::{block, double, integer, key, pattern, string, token};

/// The commands on hashes.
pub(super) const ROWS: &[Command] = &[
    Command {
        name: "hdel",
        arity: -3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(N) where N is the number of fields to be removed.",
        summary: Summary {
            en: "Removes fields from a hash, and the key with the last of them.",
            zh: "删除哈希中的字段，删完最后一个时键也随之删除。",
        },
        arguments: &[key("key", 0), string("field").multiple()],
        run: hdel,
        ..Command::BASE
    },
    Command {
        name: "hexists",
        arity: 3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells whether a hash has a field.",
            zh: "判断哈希中是否有某个字段。",
        },
        arguments: &[key("key", 0), string("field")],
        run: hexists,
        ..Command::BASE
    },
    Command {
        name: "hget",
        arity: 3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Answers the value of a field of a hash.",
            zh: "返回哈希中某个字段的值。",
        },
        arguments: &[key("key", 0), string("field")],
        run: hget,
        ..Command::BASE
    },
    Command {
        name: "hgetall",
        arity: 2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::HASH,
        tips: &["nondeterministic_output_order"],
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(N) where N is the size of the hash.",
        summary: Summary {
            en: "Answers all fields of a hash with their values.",
            zh: "返回哈希的全部字段和值。",
        },
        arguments: &[key("key", 0)],
        run: hgetall,
        ..Command::BASE
    },
    Command {
        name: "hincrby",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Adds an integer to the value of a field, which counts as 0 when it does not exist.",
            zh: "把字段的值加上一个整数，字段不存在时按 0 计算。",
        },
        arguments: &[key("key", 0), string("field"), integer("increment")],
        run: hincrby,
        ..Command::BASE
    },
    Command {
        name: "hincrbyfloat",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Adds a floating point number to the value of a field, which counts as 0 when it does not exist.",
            zh: "把字段的值加上一个浮点数，字段不存在时按 0 计算。",
        },
        arguments: &[key("key", 0), string("field"), double("increment")],
        run: hincrbyfloat,
        ..Command::BASE
    },
    Command {
        name: "hkeys",
        arity: 2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::HASH,
        tips: &["nondeterministic_output_order"],
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(N) where N is the size of the hash.",
        summary: Summary {
            en: "Answers the names of all fields of a hash.",
            zh: "返回哈希的全部字段名。",
        },
        arguments: &[key("key", 0)],
        run: hkeys,
        ..Command::BASE
    },
    Command {
        name: "hlen",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Counts the fields of a hash.",
            zh: "返回哈希的字段个数。",
        },
        arguments: &[key("key", 0)],
        run: hlen,
        ..Command::BASE
    },
    Command {
        name: "hmget",
        arity: -3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(N) where N is the number of fields being requested.",
        summary: Summary {
            en: "Answers the values of several fields of a hash.",
            zh: "返回哈希中多个字段的值。",
        },
        arguments: &[key("key", 0), string("field").multiple()],
        run: hmget,
        ..Command::BASE
    },
    Command {
        name: "hmset",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(N) where N is the number of fields being set.",
        summary: Summary {
            en: "Sets several fields of a hash.",
            zh: "同时设置哈希的多个字段。",
        },
        deprecated: Some(("4.0.0", "`HSET` with multiple field-value pairs")),
        arguments: &[
            key("key", 0),
            block("field_value", &[string("field"), string("value")]).multiple(),
        ],
        run: hmset,
        ..Command::BASE
    },
    Command {
        name: "hrandfield",
        arity: -2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::HASH,
        tips: &["nondeterministic_output"],
        group: Group::Hash,
        since: "6.2.0",
        complexity: "O(N) where N is the number of fields returned",
        summary: Summary {
            en: "Answers random fields of a hash, with their values if asked.",
            zh: "随机返回哈希的一个或多个字段，可连同值一起返回。",
        },
        arguments: &[
            key("key", 0),
            block(
                "options",
                &[
                    integer("count"),
                    token("withvalues", "WITHVALUES").optional(),
                ],
            )
            .optional(),
        ],
        run: hrandfield,
        ..Command::BASE
    },
    Command {
        name: "hscan",
        arity: -3,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::HASH,
        tips: &["nondeterministic_output"],
        group: Group::Hash,
        since: "2.8.0",
        complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..",
        summary: Summary {
            en: "Goes through the fields and values of a hash step by step.",
            zh: "分批遍历哈希的字段和值。",
        },
        arguments: &[
            key("key", 0),
            integer("cursor"),
            pattern("pattern").token("MATCH").optional(),
            integer("count").token("COUNT").optional(),
        ],
        run: hscan,
        ..Command::BASE
    },
    Command {
        name: "hset",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs.",
        summary: Summary {
            en: "Sets fields of a hash, creating the hash when it does not exist.",
            zh: "设置哈希的字段，哈希不存在时自动创建。",
        },
        arguments: &[
            key("key", 0),
            block("field_value", &[string("field"), string("value")]).multiple(),
        ],
        run: hset,
        ..Command::BASE
    },
    Command {
        name: "hsetnx",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Sets a field of a hash only when the hash does not have it yet.",
            zh: "仅当字段不存在时才设置它的值。",
        },
        arguments: &[key("key", 0), string("field"), string("value")],
        run: hsetnx,
        ..Command::BASE
    },
    Command {
        name: "hstrlen",
        arity: 3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::HASH,
        group: Group::Hash,
        since: "3.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells the length in bytes of the value of a field.",
            zh: "返回字段值的字节长度。",
        },
        arguments: &[key("key", 0), string("field")],
        run: hstrlen,
        ..Command::BASE
    },
    Command {
        name: "hvals",
        arity: 2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::HASH,
        tips: &["nondeterministic_output_order"],
        group: Group::Hash,
        since: "2.0.0",
        complexity: "O(N) where N is the size of the hash.",
        summary: Summary {
            en: "Answers the values of all fields of a hash.",
            zh: "返回哈希全部字段的值。",
        },
        arguments: &[key("key", 0)],
        run: hvals,
        ..Command::BASE
    },
];
