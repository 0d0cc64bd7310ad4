//! The rows of the commands on sorted sets.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::sorted_set::*;
use crate::commands::syntax::{block, double, integer, key, one_of, pattern, string, token};

/// The commands on sorted sets.
pub(super) const ROWS: &[Command] = &[
    Command {
        name: "zadd",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
        summary: Summary {
            en: "Adds members with scores to a sorted set, or changes the scores of members that are there.",
            zh: "向有序集合添加带分数的成员，或更新已有成员的分数。",
        },
        arguments: &[
            key("key", 0),
            one_of("condition", &[token("nx", "NX"), token("xx", "XX")])
                .optional()
                .since("3.0.2"),
            one_of("comparison", &[token("gt", "GT"), token("lt", "LT")])
                .optional()
                .since("6.2.0"),
            token("change", "CH").optional().since("3.0.2"),
            token("increment", "INCR").optional().since("3.0.2"),
            block("score_member", &[double("score"), string("member")]).multiple(),
        ],
        run: zadd,
        ..Command::BASE
    },
    Command {
        name: "zcard",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Counts the members of a sorted set.",
            zh: "返回有序集合的成员个数。",
        },
        arguments: &[key("key", 0)],
        run: zcard,
        ..Command::BASE
    },
    Command {
        name: "zcount",
        arity: 4,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.0.0",
        complexity: "O(log(N)) with N being the number of elements in the sorted set.",
        summary: Summary {
            en: "Counts the members whose scores lie in a range.",
            zh: "返回分数在指定范围内的成员个数。",
        },
        arguments: &[key("key", 0), double("min"), double("max")],
        run: zcount,
        ..Command::BASE
    },
    Command {
        name: "zdiff",
        arity: -3,
        flags: Flags::READONLY.union(Flags::MOVABLEKEYS),
        keys: &[KeySpec::counted(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "6.2.0",
        complexity: "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.",
        summary: Summary {
            en: "Answers the members of the first sorted set that are in none of the others.",
            zh: "返回只在第一个有序集合中、不在其他集合中的成员。",
        },
        arguments: &[
            integer("numkeys"),
            key("key", 0).multiple(),
            token("withscores", "WITHSCORES").optional(),
        ],
        run: zdiff,
        ..Command::BASE
    },
    Command {
        name: "zdiffstore",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::MOVABLEKEYS)),
        keys: &[
            KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE)),
            KeySpec::counted(2, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "6.2.0",
        complexity: "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set.",
        summary: Summary {
            en: "Stores the members of the first sorted set that are in none of the others.",
            zh: "把只在第一个有序集合中出现的成员存入目标键。",
        },
        arguments: &[
            key("destination", 0),
            integer("numkeys"),
            key("key", 1).multiple(),
        ],
        run: zdiffstore,
        ..Command::BASE
    },
    Command {
        name: "zincrby",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(log(N)) where N is the number of elements in the sorted set.",
        summary: Summary {
            en: "Adds to the score of a member, which is added when it is not there.",
            zh: "为成员的分数加上增量，成员不存在时先添加。",
        },
        arguments: &[key("key", 0), integer("increment"), string("member")],
        run: zincrby,
        ..Command::BASE
    },
    Command {
        name: "zinter",
        arity: -3,
        flags: Flags::READONLY.union(Flags::MOVABLEKEYS),
        keys: &[KeySpec::counted(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "6.2.0",
        complexity: "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.",
        summary: Summary {
            en: "Answers the members that all the sorted sets have in common.",
            zh: "返回多个有序集合的交集。",
        },
        arguments: &[
            integer("numkeys"),
            key("key", 0).multiple(),
            integer("weight").token("WEIGHTS").multiple().optional(),
            one_of(
                "aggregate",
                &[
                    token("sum", "SUM"),
                    token("min", "MIN"),
                    token("max", "MAX"),
                ],
            )
            .token("AGGREGATE")
            .optional(),
            token("withscores", "WITHSCORES").optional(),
        ],
        run: zinter,
        ..Command::BASE
    },
    Command {
        name: "zintercard",
        arity: -3,
        flags: Flags::READONLY.union(Flags::MOVABLEKEYS),
        keys: &[KeySpec::counted(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "7.0.0",
        complexity: "O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets.",
        summary: Summary {
            en: "Counts the members that all the sorted sets have in common.",
            zh: "返回多个有序集合交集的成员个数。",
        },
        arguments: &[
            integer("numkeys"),
            key("key", 0).multiple(),
            integer("limit").token("LIMIT").optional(),
        ],
        run: zintercard,
        ..Command::BASE
    },
    Command {
        name: "zinterstore",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::MOVABLEKEYS)),
        keys: &[
            KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE)),
            KeySpec::counted(2, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.0.0",
        complexity: "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set.",
        summary: Summary {
            en: "Stores the members that all the sorted sets have in common, with combined scores.",
            zh: "计算多个有序集合的交集，合并分数后存入目标键。",
        },
        arguments: &[
            key("destination", 0),
            integer("numkeys"),
            key("key", 1).multiple(),
            integer("weight").token("WEIGHTS").multiple().optional(),
            one_of(
                "aggregate",
                &[
                    token("sum", "SUM"),
                    token("min", "MIN"),
                    token("max", "MAX"),
                ],
            )
            .token("AGGREGATE")
            .optional(),
        ],
        run: zinterstore,
        ..Command::BASE
    },
    Command {
        name: "zlexcount",
        arity: 4,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.8.9",
        complexity: "O(log(N)) with N being the number of elements in the sorted set.",
        summary: Summary {
            en: "Counts the members that lie in a range of byte order, where all scores are equal.",
            zh: "分数相同时，返回字典序范围内的成员个数。",
        },
        arguments: &[key("key", 0), string("min"), string("max")],
        run: zlexcount,
        ..Command::BASE
    },
    Command {
        name: "zmpop",
        arity: -4,
        flags: Flags::WRITE.union(Flags::MOVABLEKEYS),
        keys: &[KeySpec::counted(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "7.0.0",
        complexity: "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped.",
        summary: Summary {
            en: "Takes the lowest or highest members out of the first sorted set that has any.",
            zh: "从第一个非空的有序集合中弹出分数最低或最高的成员。",
        },
        arguments: &[
            integer("numkeys"),
            key("key", 0).multiple(),
            one_of("where", &[token("min", "MIN"), token("max", "MAX")]),
            integer("count").token("COUNT").optional(),
        ],
        run: zmpop,
        ..Command::BASE
    },
    Command {
        name: "zmscore",
        arity: -3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "6.2.0",
        complexity: "O(N) where N is the number of members being requested.",
        summary: Summary {
            en: "Answers the scores of several members.",
            zh: "返回多个成员的分数。",
        },
        arguments: &[key("key", 0), string("member").multiple()],
        run: zmscore,
        ..Command::BASE
    },
    Command {
        name: "zpopmax",
        arity: -2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "5.0.0",
        complexity: "O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.",
        summary: Summary {
            en: "Takes the members with the highest scores out of a sorted set.",
            zh: "弹出有序集合中分数最高的成员。",
        },
        arguments: &[key("key", 0), integer("count").optional()],
        run: zpopmax,
        ..Command::BASE
    },
    Command {
        name: "zpopmin",
        arity: -2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "5.0.0",
        complexity: "O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.",
        summary: Summary {
            en: "Takes the members with the lowest scores out of a sorted set.",
            zh: "弹出有序集合中分数最低的成员。",
        },
        arguments: &[key("key", 0), integer("count").optional()],
        run: zpopmin,
        ..Command::BASE
    },
    Command {
        name: "zrandmember",
        arity: -2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        tips: &["nondeterministic_output"],
        group: Group::SortedSet,
        since: "6.2.0",
        complexity: "O(N) where N is the number of elements returned",
        summary: Summary {
            en: "Answers random members of a sorted set.",
            zh: "随机返回有序集合的成员。",
        },
        arguments: &[
            key("key", 0),
            block(
                "options",
                &[
                    integer("count"),
                    token("withscores", "WITHSCORES").optional(),
                ],
            )
            .optional(),
        ],
        run: zrandmember,
        ..Command::BASE
    },
    Command {
        name: "zrange",
        arity: -4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.",
        summary: Summary {
            en: "Answers the members in a range of ranks, scores or byte order.",
            zh: "返回有序集合中按排名、分数或字典序指定范围的成员。",
        },
        arguments: &[
            key("key", 0),
            string("start"),
            string("stop"),
            one_of(
                "sortby",
                &[token("byscore", "BYSCORE"), token("bylex", "BYLEX")],
            )
            .optional()
            .since("6.2.0"),
            token("rev", "REV").optional().since("6.2.0"),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional()
                .since("6.2.0"),
            token("withscores", "WITHSCORES").optional(),
        ],
        run: zrange,
        ..Command::BASE
    },
    Command {
        name: "zrangebylex",
        arity: -4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.8.9",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).",
        summary: Summary {
            en: "Answers the members in a range of byte order, lowest first, where all scores are equal.",
            zh: "分数相同时，按字典序从小到大返回范围内的成员。",
        },
        deprecated: Some(("6.2.0", "`ZRANGE` with the `BYLEX` argument")),
        arguments: &[
            key("key", 0),
            string("min"),
            string("max"),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        run: zrangebylex,
        ..Command::BASE
    },
    Command {
        name: "zrangebyscore",
        arity: -4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.0.5",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).",
        summary: Summary {
            en: "Answers the members whose scores lie in a range, lowest first.",
            zh: "按分数从低到高返回范围内的成员。",
        },
        deprecated: Some(("6.2.0", "`ZRANGE` with the `BYSCORE` argument")),
        arguments: &[
            key("key", 0),
            double("min"),
            double("max"),
            token("withscores", "WITHSCORES").optional().since("2.0.0"),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        run: zrangebyscore,
        ..Command::BASE
    },
    Command {
        name: "zrangestore",
        arity: -5,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE)),
            KeySpec::one(2, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "6.2.0",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored into the destination key.",
        summary: Summary {
            en: "Stores the members in a range of a sorted set under another key.",
            zh: "把有序集合中指定范围的成员存入另一个键。",
        },
        arguments: &[
            key("dst", 0),
            key("src", 1),
            string("min"),
            string("max"),
            one_of(
                "sortby",
                &[token("byscore", "BYSCORE"), token("bylex", "BYLEX")],
            )
            .optional(),
            token("rev", "REV").optional(),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        run: zrangestore,
        ..Command::BASE
    },
    Command {
        name: "zrank",
        arity: -3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.0.0",
        complexity: "O(log(N))",
        summary: Summary {
            en: "Answers the rank of a member, counted from 0 at the lowest score.",
            zh: "返回成员按分数从低到高的排名，从 0 开始。",
        },
        arguments: &[
            key("key", 0),
            string("member"),
            token("withscore", "WITHSCORE").optional().since("7.2.0"),
        ],
        run: zrank,
        ..Command::BASE
    },
    Command {
        name: "zrem",
        arity: -3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be removed.",
        summary: Summary {
            en: "Removes members from a sorted set.",
            zh: "从有序集合中移除成员。",
        },
        arguments: &[key("key", 0), string("member").multiple()],
        run: zrem,
        ..Command::BASE
    },
    Command {
        name: "zremrangebylex",
        arity: 4,
        flags: Flags::WRITE,
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.8.9",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.",
        summary: Summary {
            en: "Removes the members in a range of byte order, where all scores are equal.",
            zh: "分数相同时，移除字典序范围内的成员。",
        },
        arguments: &[key("key", 0), string("min"), string("max")],
        run: zremrangebylex,
        ..Command::BASE
    },
    Command {
        name: "zremrangebyrank",
        arity: 4,
        flags: Flags::WRITE,
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.0.0",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.",
        summary: Summary {
            en: "Removes the members in a range of ranks.",
            zh: "移除排名在指定范围内的成员。",
        },
        arguments: &[key("key", 0), integer("start"), integer("stop")],
        run: zremrangebyrank,
        ..Command::BASE
    },
    Command {
        name: "zremrangebyscore",
        arity: 4,
        flags: Flags::WRITE,
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation.",
        summary: Summary {
            en: "Removes the members whose scores lie in a range.",
            zh: "移除分数在指定范围内的成员。",
        },
        arguments: &[key("key", 0), double("min"), double("max")],
        run: zremrangebyscore,
        ..Command::BASE
    },
    Command {
        name: "zrevrange",
        arity: -4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.",
        summary: Summary {
            en: "Answers the members in a range of ranks, highest score first.",
            zh: "按分数从高到低返回指定排名范围的成员。",
        },
        deprecated: Some(("6.2.0", "`ZRANGE` with the `REV` argument")),
        arguments: &[
            key("key", 0),
            integer("start"),
            integer("stop"),
            token("withscores", "WITHSCORES").optional(),
        ],
        run: zrevrange,
        ..Command::BASE
    },
    Command {
        name: "zrevrangebylex",
        arity: -4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.8.9",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).",
        summary: Summary {
            en: "Answers the members in a range of byte order, highest first, where all scores are equal.",
            zh: "分数相同时，按字典序从大到小返回范围内的成员。",
        },
        deprecated: Some(("6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments")),
        arguments: &[
            key("key", 0),
            string("max"),
            string("min"),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        run: zrevrangebylex,
        ..Command::BASE
    },
    Command {
        name: "zrevrangebyscore",
        arity: -4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.2.0",
        complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)).",
        summary: Summary {
            en: "Answers the members whose scores lie in a range, highest first.",
            zh: "按分数从高到低返回范围内的成员。",
        },
        deprecated: Some(("6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments")),
        arguments: &[
            key("key", 0),
            double("max"),
            double("min"),
            token("withscores", "WITHSCORES").optional(),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional(),
        ],
        run: zrevrangebyscore,
        ..Command::BASE
    },
    Command {
        name: "zrevrank",
        arity: -3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.0.0",
        complexity: "O(log(N))",
        summary: Summary {
            en: "Answers the rank of a member, counted from 0 at the highest score.",
            zh: "返回成员按分数从高到低的排名，从 0 开始。",
        },
        arguments: &[
            key("key", 0),
            string("member"),
            token("withscore", "WITHSCORE").optional().since("7.2.0"),
        ],
        run: zrevrank,
        ..Command::BASE
    },
    Command {
        name: "zscan",
        arity: -3,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        tips: &["nondeterministic_output"],
        group: Group::SortedSet,
        since: "2.8.0",
        complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..",
        summary: Summary {
            en: "Walks the members and scores of a sorted set a few at a time.",
            zh: "分批遍历有序集合的成员和分数。",
        },
        arguments: &[
            key("key", 0),
            integer("cursor"),
            pattern("pattern").token("MATCH").optional(),
            integer("count").token("COUNT").optional(),
        ],
        run: zscan,
        ..Command::BASE
    },
    Command {
        name: "zscore",
        arity: 3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "1.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Answers the score of a member.",
            zh: "返回成员的分数。",
        },
        arguments: &[key("key", 0), string("member")],
        run: zscore,
        ..Command::BASE
    },
    Command {
        name: "zunion",
        arity: -3,
        flags: Flags::READONLY.union(Flags::MOVABLEKEYS),
        keys: &[KeySpec::counted(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "6.2.0",
        complexity: "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.",
        summary: Summary {
            en: "Answers the members of all the sorted sets together, with combined scores.",
            zh: "返回多个有序集合的并集，并合并分数。",
        },
        arguments: &[
            integer("numkeys"),
            key("key", 0).multiple(),
            integer("weight").token("WEIGHTS").multiple().optional(),
            one_of(
                "aggregate",
                &[
                    token("sum", "SUM"),
                    token("min", "MIN"),
                    token("max", "MAX"),
                ],
            )
            .token("AGGREGATE")
            .optional(),
            token("withscores", "WITHSCORES").optional(),
        ],
        run: zunion,
        ..Command::BASE
    },
    Command {
        name: "zunionstore",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::MOVABLEKEYS)),
        keys: &[
            KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE)),
            KeySpec::counted(2, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::SORTED_SET,
        group: Group::SortedSet,
        since: "2.0.0",
        complexity: "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set.",
        summary: Summary {
            en: "Stores the members of all the sorted sets together, with combined scores.",
            zh: "计算多个有序集合的并集，合并分数后存入目标键。",
        },
        arguments: &[
            key("destination", 0),
            integer("numkeys"),
            key("key", 1).multiple(),
            integer("weight").token("WEIGHTS").multiple().optional(),
            one_of(
                "aggregate",
                &[
                    token("sum", "SUM"),
                    token("min", "MIN"),
                    token("max", "MAX"),
                ],
            )
            .token("AGGREGATE")
            .optional(),
        ],
        run: zunionstore,
        ..Command::BASE
    },
];
