//! Rows of the commands that wait.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::connection::{wait, waitaof};
use crate::commands::list::{blmove, blmpop, blpop, brpop, brpoplpush};
use crate::commands::sorted_set::{bzmpop, bzpopmax, bzpopmin};
use crate::commands::syntax::{double, integer, key, one_of, token};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "blpop",
        arity: -3,
        flags: Flags::WRITE.union(Flags::NOSCRIPT.union(Flags::BLOCKING)),
        keys: &[KeySpec::range(
            1,
            -2,
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::LIST,
        group: Group::List,
        since: "2.0.0",
        complexity: "O(N) for N keys",
        summary: Summary {
            en: "Takes the first element of a list, and waits for one if there is none.",
            zh: "取出列表的第一个元素；没有元素时等待。",
        },
        arguments: &[key("key", 0).multiple(), double("timeout")],
        run: blpop,
        ..Command::BASE
    },
    Command {
        name: "brpop",
        arity: -3,
        flags: Flags::WRITE.union(Flags::NOSCRIPT.union(Flags::BLOCKING)),
        keys: &[KeySpec::range(
            1,
            -2,
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::LIST,
        group: Group::List,
        since: "2.0.0",
        complexity: "O(N) for N keys",
        summary: Summary {
            en: "Takes the last element of a list, and waits for one if there is none.",
            zh: "取出列表的末尾元素；没有元素时等待。",
        },
        arguments: &[key("key", 0).multiple(), double("timeout")],
        run: brpop,
        ..Command::BASE
    },
    Command {
        name: "blmove",
        arity: 6,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::NOSCRIPT.union(Flags::BLOCKING))),
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
            ),
            KeySpec::one(2, KeyFlags::RW.union(KeyFlags::INSERT)),
        ],
        categories: Categories::LIST,
        group: Group::List,
        since: "6.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Moves an element from one list to another, and waits for one if there is none.",
            zh: "把元素从一个列表移到另一个列表；没有元素时等待。",
        },
        arguments: &[
            key("source", 0),
            key("destination", 1),
            one_of(
                "wherefrom",
                &[token("left", "LEFT"), token("right", "RIGHT")],
            ),
            one_of("whereto", &[token("left", "LEFT"), token("right", "RIGHT")]),
            double("timeout"),
        ],
        run: blmove,
        ..Command::BASE
    },
    Command {
        name: "brpoplpush",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::NOSCRIPT.union(Flags::BLOCKING))),
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
            ),
            KeySpec::one(2, KeyFlags::RW.union(KeyFlags::INSERT)),
        ],
        categories: Categories::LIST,
        group: Group::List,
        since: "2.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Moves the last element of a list to the head of another, and waits for one if there is none.",
            zh: "把一个列表的末尾元素移到另一个列表的头部；没有元素时等待。",
        },
        deprecated: Some(("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")),
        arguments: &[key("source", 0), key("destination", 1), double("timeout")],
        run: brpoplpush,
        ..Command::BASE
    },
    Command {
        name: "blmpop",
        arity: -5,
        flags: Flags::WRITE.union(Flags::BLOCKING.union(Flags::MOVABLEKEYS)),
        keys: &[KeySpec::counted(
            2,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::LIST,
        group: Group::List,
        since: "7.0.0",
        complexity: "O(N+M) for N keys and M elements taken",
        summary: Summary {
            en: "Takes elements off the first of several lists that has any, and waits until one has.",
            zh: "从多个列表中第一个非空的列表取出元素；都为空时等待。",
        },
        arguments: &[
            double("timeout"),
            integer("numkeys"),
            key("key", 0).multiple(),
            one_of("where", &[token("left", "LEFT"), token("right", "RIGHT")]),
            integer("count").token("COUNT").optional(),
        ],
        run: blmpop,
        ..Command::BASE
    },
    Command {
        name: "bzpopmin",
        arity: -3,
        flags: Flags::WRITE.union(Flags::NOSCRIPT.union(Flags::BLOCKING.union(Flags::FAST))),
        keys: &[KeySpec::range(
            1,
            -2,
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "5.0.0",
        complexity: "O(log N) for N members",
        summary: Summary {
            en: "Takes the member with the lowest score, and waits for one if there is none.",
            zh: "弹出分数最低的成员；没有成员时等待。",
        },
        arguments: &[key("key", 0).multiple(), double("timeout")],
        run: bzpopmin,
        ..Command::BASE
    },
    Command {
        name: "bzpopmax",
        arity: -3,
        flags: Flags::WRITE.union(Flags::NOSCRIPT.union(Flags::BLOCKING.union(Flags::FAST))),
        keys: &[KeySpec::range(
            1,
            -2,
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "5.0.0",
        complexity: "O(log N) for N members",
        summary: Summary {
            en: "Takes the member with the highest score, and waits for one if there is none.",
            zh: "弹出分数最高的成员；没有成员时等待。",
        },
        arguments: &[key("key", 0).multiple(), double("timeout")],
        run: bzpopmax,
        ..Command::BASE
    },
    Command {
        name: "bzmpop",
        arity: -5,
        flags: Flags::WRITE.union(Flags::BLOCKING.union(Flags::MOVABLEKEYS)),
        keys: &[KeySpec::counted(
            2,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "7.0.0",
        complexity: "O(K) + O(M*log(N)) for K keys and M of N members taken",
        summary: Summary {
            en: "Takes the lowest or highest members out of the first sorted set that has any, and waits until one has.",
            zh: "从第一个非空的有序集合中弹出分数最低或最高的成员；都为空时等待。",
        },
        arguments: &[
            double("timeout"),
            integer("numkeys"),
            key("key", 0).multiple(),
            one_of("where", &[token("min", "MIN"), token("max", "MAX")]),
            integer("count").token("COUNT").optional(),
        ],
        run: bzmpop,
        ..Command::BASE
    },
    Command {
        name: "wait",
        arity: 3,
        flags: Flags::NOSCRIPT,
        keys: &[],
        categories: Categories::CONNECTION,
        group: Group::Generic,
        since: "3.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Waits until replicas have what this client has written.",
            zh: "等待副本收到当前客户端此前的写入。",
        },
        tips: &["request_policy:all_shards", "response_policy:agg_min"],
        arguments: &[integer("numreplicas"), integer("timeout")],
        run: wait,
        ..Command::BASE
    },
    Command {
        name: "waitaof",
        arity: 4,
        flags: Flags::NOSCRIPT,
        keys: &[],
        categories: Categories::CONNECTION,
        group: Group::Generic,
        since: "7.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Waits until the logs of this server and of replicas have on disk what this client has written.",
            zh: "等待当前客户端此前的写入在本机和副本的 AOF 中落盘。",
        },
        tips: &["request_policy:all_shards", "response_policy:agg_min"],
        arguments: &[
            integer("numlocal"),
            integer("numreplicas"),
            integer("timeout"),
        ],
        run: waitaof,
        ..Command::BASE
    },
];
