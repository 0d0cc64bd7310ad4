//! The rows of the commands on sets.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::set::*;
use crate::commands::syntax::{integer, key, pattern, string};

/// The commands on sets.
pub(super) const ROWS: &[Command] = &[
    Command {
        name: "sadd",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.",
        summary: Summary {
            en: "Adds members to a set, creating the set when it does not exist.",
            zh: "向集合添加成员，集合不存在时自动创建。",
        },
        arguments: &[key("key", 0), string("member").multiple()],
        run: sadd,
        ..Command::BASE
    },
    Command {
        name: "scard",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Counts the members of a set.",
            zh: "返回集合的成员个数。",
        },
        arguments: &[key("key", 0)],
        run: scard,
        ..Command::BASE
    },
    Command {
        name: "sdiff",
        arity: -2,
        flags: Flags::READONLY,
        keys: &[KeySpec::range(
            1,
            -1,
            1,
            KeyFlags::RO.union(KeyFlags::ACCESS),
        )],
        categories: Categories::SET,
        tips: &["nondeterministic_output_order"],
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of elements in all given sets.",
        summary: Summary {
            en: "Answers the members of the first set that are in none of the others.",
            zh: "返回只在第一个集合中、不在其他集合中的成员。",
        },
        arguments: &[key("key", 0).multiple()],
        run: sdiff,
        ..Command::BASE
    },
    Command {
        name: "sdiffstore",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE)),
            KeySpec::range(2, -1, 1, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of elements in all given sets.",
        summary: Summary {
            en: "Stores the members of the first set that are in none of the others under a key.",
            zh: "求第一个集合与其他集合的差集，并把结果存入目标键。",
        },
        arguments: &[key("destination", 0), key("key", 1).multiple()],
        run: sdiffstore,
        ..Command::BASE
    },
    Command {
        name: "sinter",
        arity: -2,
        flags: Flags::READONLY,
        keys: &[KeySpec::range(
            1,
            -1,
            1,
            KeyFlags::RO.union(KeyFlags::ACCESS),
        )],
        categories: Categories::SET,
        tips: &["nondeterministic_output_order"],
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.",
        summary: Summary {
            en: "Answers the members that all the sets have in common.",
            zh: "返回所有集合共有的成员。",
        },
        arguments: &[key("key", 0).multiple()],
        run: sinter,
        ..Command::BASE
    },
    Command {
        name: "sintercard",
        arity: -3,
        flags: Flags::READONLY.union(Flags::MOVABLEKEYS),
        keys: &[KeySpec::counted(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SET,
        group: Group::Set,
        since: "7.0.0",
        complexity: "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.",
        summary: Summary {
            en: "Counts the members that all the sets have in common, up to a limit if one is given.",
            zh: "统计所有集合共有的成员个数，可用 LIMIT 限定上限。",
        },
        arguments: &[
            integer("numkeys"),
            key("key", 0).multiple(),
            integer("limit").token("LIMIT").optional(),
        ],
        run: sintercard,
        ..Command::BASE
    },
    Command {
        name: "sinterstore",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE)),
            KeySpec::range(2, -1, 1, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.",
        summary: Summary {
            en: "Stores the members that all the sets have in common under a key.",
            zh: "求所有集合的交集，并把结果存入目标键。",
        },
        arguments: &[key("destination", 0), key("key", 1).multiple()],
        run: sinterstore,
        ..Command::BASE
    },
    Command {
        name: "sismember",
        arity: 3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells whether a set has a member.",
            zh: "判断某个成员是否在集合中。",
        },
        arguments: &[key("key", 0), string("member")],
        run: sismember,
        ..Command::BASE
    },
    Command {
        name: "smembers",
        arity: 2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SET,
        tips: &["nondeterministic_output_order"],
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N) where N is the set cardinality.",
        summary: Summary {
            en: "Answers all members of a set.",
            zh: "返回集合的全部成员。",
        },
        arguments: &[key("key", 0)],
        run: smembers,
        ..Command::BASE
    },
    Command {
        name: "smismember",
        arity: -3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SET,
        group: Group::Set,
        since: "6.2.0",
        complexity: "O(N) where N is the number of elements being checked for membership",
        summary: Summary {
            en: "Tells for each of several members whether the set has it.",
            zh: "逐一判断多个成员是否在集合中。",
        },
        arguments: &[key("key", 0), string("member").multiple()],
        run: smismember,
        ..Command::BASE
    },
    Command {
        name: "smove",
        arity: 4,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
            ),
            KeySpec::one(2, KeyFlags::RW.union(KeyFlags::INSERT)),
        ],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Moves a member from one set to another.",
            zh: "把一个成员从源集合移到目标集合。",
        },
        arguments: &[key("source", 0), key("destination", 1), string("member")],
        run: smove,
        ..Command::BASE
    },
    Command {
        name: "spop",
        arity: -2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::SET,
        tips: &["nondeterministic_output"],
        group: Group::Set,
        since: "1.0.0",
        complexity: "Without the count argument O(1), otherwise O(N) where N is the value of the passed count.",
        summary: Summary {
            en: "Removes random members from a set and answers them.",
            zh: "随机取出并删除集合中的一个或多个成员。",
        },
        arguments: &[key("key", 0), integer("count").optional().since("3.2.0")],
        run: spop,
        ..Command::BASE
    },
    Command {
        name: "srandmember",
        arity: -2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SET,
        tips: &["nondeterministic_output"],
        group: Group::Set,
        since: "1.0.0",
        complexity: "Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.",
        summary: Summary {
            en: "Answers random members of a set and leaves them there.",
            zh: "随机返回集合中的一个或多个成员，不删除它们。",
        },
        arguments: &[key("key", 0), integer("count").optional().since("2.6.0")],
        run: srandmember,
        ..Command::BASE
    },
    Command {
        name: "srem",
        arity: -3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N) where N is the number of members to be removed.",
        summary: Summary {
            en: "Removes members from a set, and the key with the last of them.",
            zh: "从集合中删除成员，删完最后一个时键也随之删除。",
        },
        arguments: &[key("key", 0), string("member").multiple()],
        run: srem,
        ..Command::BASE
    },
    Command {
        name: "sscan",
        arity: -3,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SET,
        tips: &["nondeterministic_output"],
        group: Group::Set,
        since: "2.8.0",
        complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..",
        summary: Summary {
            en: "Goes through the members of a set step by step.",
            zh: "分批遍历集合的成员。",
        },
        arguments: &[
            key("key", 0),
            integer("cursor"),
            pattern("pattern").token("MATCH").optional(),
            integer("count").token("COUNT").optional(),
        ],
        run: sscan,
        ..Command::BASE
    },
    Command {
        name: "sunion",
        arity: -2,
        flags: Flags::READONLY,
        keys: &[KeySpec::range(
            1,
            -1,
            1,
            KeyFlags::RO.union(KeyFlags::ACCESS),
        )],
        categories: Categories::SET,
        tips: &["nondeterministic_output_order"],
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of elements in all given sets.",
        summary: Summary {
            en: "Answers the members that are in any of the sets.",
            zh: "返回所有集合合并后的全部成员。",
        },
        arguments: &[key("key", 0).multiple()],
        run: sunion,
        ..Command::BASE
    },
    Command {
        name: "sunionstore",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE)),
            KeySpec::range(2, -1, 1, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::SET,
        group: Group::Set,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of elements in all given sets.",
        summary: Summary {
            en: "Stores the members that are in any of the sets under a key.",
            zh: "求所有集合的并集，并把结果存入目标键。",
        },
        arguments: &[key("destination", 0), key("key", 1).multiple()],
        run: sunionstore,
        ..Command::BASE
    },
];
