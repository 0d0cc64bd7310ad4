//! The rows of group `stream`.

use crate::commands::command::{
    BeginSearch, Categories, Command, FindKeys, Flags, Group, KeyFlags, KeySpec, Summary,
};
use crate::commands::stream;
use crate::commands::syntax::{Argument, block, integer, key, one_of, string, token, unix_time};

const BASE: Command = Command {
    group: Group::Stream,
    categories: Categories::STREAM,
    since: "5.0.0",
    ..Command::BASE
};
const READ: Flags = Flags::READONLY;
const WRITE: Flags = Flags::WRITE;
const FAST_WRITE: Flags = WRITE.union(Flags::FAST);
const HELP: Flags = Flags::LOADING.union(Flags::STALE);

const LOOK: &[KeySpec] = &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))];
const LOOK_SECOND: &[KeySpec] = &[KeySpec::one(2, KeyFlags::RO.union(KeyFlags::ACCESS))];
const UPDATE: &[KeySpec] = &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))];
const UPDATE_SECOND: &[KeySpec] = &[KeySpec::one(2, KeyFlags::RW.union(KeyFlags::UPDATE))];
const INSERT_SECOND: &[KeySpec] = &[KeySpec::one(2, KeyFlags::RW.union(KeyFlags::INSERT))];
const DELETE: &[KeySpec] = &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))];
const DELETE_SECOND: &[KeySpec] = &[KeySpec::one(2, KeyFlags::RW.union(KeyFlags::DELETE))];

/// Keys behind STREAMS: the first half of what follows.
const fn streams(from: i32) -> KeySpec {
    let find = FindKeys::Range {
        last: -1,
        step: 1,
        limit: 2,
    };
    KeySpec::new(
        KeyFlags::RO.union(KeyFlags::ACCESS),
        BeginSearch::Keyword("STREAMS", from),
        find,
    )
}

const VARIES: &[&str] = &["nondeterministic_output"];

const STRATEGY: Argument = one_of(
    "strategy",
    &[
        token("maxlen", "MAXLEN"),
        token("minid", "MINID").since("6.2.0"),
    ],
);
const OPERATOR: Argument = one_of(
    "operator",
    &[token("equal", "="), token("approximately", "~")],
)
.optional();
const LIMIT: Argument = integer("count").token("LIMIT").optional().since("6.2.0");
const TRIM: Argument = block("trim", &[STRATEGY, OPERATOR, string("threshold"), LIMIT]);
const COUNT: Argument = integer("count").token("COUNT").optional();
const BLOCK: Argument = integer("milliseconds").token("BLOCK").optional();
const STREAMS: Argument = block(
    "streams",
    &[key("key", 0).multiple(), string("id").multiple()],
)
.token("STREAMS");
const IDS: Argument = string("id").multiple();
const ID_OR_LAST: Argument = one_of("id", &[string("id"), token("new_id", "$")]);
const ENTRIESREAD: Argument = integer("entries_read").token("ENTRIESREAD").optional();
const GROUP: &[Argument] = &[key("key", 0), string("groupname")];
const CONSUMER: &[Argument] = &[key("key", 0), string("groupname"), string("consumername")];

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "xack",
        arity: -4,
        flags: FAST_WRITE,
        keys: UPDATE,
        complexity: "O(1) for each entry",
        summary: Summary {
            en: "Marks delivered entries as processed, so that they are pending no longer.",
            zh: "确认消息已处理，将其从待处理列表中移除。",
        },
        arguments: &[key("key", 0), string("group"), IDS],
        run: stream::xack,
        ..BASE
    },
    Command {
        name: "xadd",
        arity: -5,
        flags: FAST_WRITE.union(Flags::DENYOOM),
        keys: UPDATE,
        tips: VARIES,
        complexity: "O(1), and O(N) to trim where N is the number of entries that go",
        summary: Summary {
            en: "Appends an entry to a stream.",
            zh: "向流末尾追加一条消息。",
        },
        arguments: &[
            key("key", 0),
            token("nomkstream", "NOMKSTREAM").optional().since("6.2.0"),
            TRIM.optional(),
            one_of("id_or_auto", &[token("auto_id", "*"), string("id")]),
            block("field_value", &[string("field"), string("value")]).multiple(),
        ],
        run: stream::xadd,
        ..BASE
    },
    Command {
        name: "xautoclaim",
        arity: -6,
        flags: FAST_WRITE,
        keys: DELETE,
        tips: VARIES,
        since: "6.2.0",
        complexity: "O(1) if COUNT is small",
        summary: Summary {
            en: "Takes over entries that have been pending with others for too long.",
            zh: "接管其他消费者长时间未确认的消息。",
        },
        arguments: &[
            key("key", 0),
            string("group"),
            string("consumer"),
            string("min-idle-time"),
            string("start"),
            COUNT,
            token("justid", "JUSTID").optional(),
        ],
        run: stream::xautoclaim,
        ..BASE
    },
    Command {
        name: "xclaim",
        arity: -6,
        flags: FAST_WRITE,
        keys: UPDATE,
        tips: VARIES,
        complexity: "O(log N) for each entry where N is the number of pending ones",
        summary: Summary {
            en: "Takes over pending entries by their IDs.",
            zh: "按 ID 接管待处理的消息。",
        },
        arguments: &[
            key("key", 0),
            string("group"),
            string("consumer"),
            string("min-idle-time"),
            IDS,
            integer("ms").token("IDLE").optional(),
            unix_time("unix-time-milliseconds").token("TIME").optional(),
            integer("count").token("RETRYCOUNT").optional(),
            token("force", "FORCE").optional(),
            token("justid", "JUSTID").optional(),
            string("id").token("LASTID").optional(),
        ],
        run: stream::xclaim,
        ..BASE
    },
    Command {
        name: "xdel",
        arity: -3,
        flags: FAST_WRITE,
        keys: DELETE,
        complexity: "O(1) for each entry",
        summary: Summary {
            en: "Removes entries from a stream by their IDs.",
            zh: "按 ID 从流中删除消息。",
        },
        arguments: &[key("key", 0), IDS],
        run: stream::xdel,
        ..BASE
    },
    Command {
        name: "xgroup",
        arity: -2,
        categories: Categories::empty(),
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Manages the consumer groups of a stream.",
            zh: "管理流的消费者组。",
        },
        subcommands: &[
            Command {
                name: "create",
                arity: -5,
                flags: WRITE.union(Flags::DENYOOM),
                keys: INSERT_SECOND,
                complexity: "O(1)",
                summary: Summary {
                    en: "Creates a consumer group.",
                    zh: "创建消费者组。",
                },
                arguments: &[
                    key("key", 0),
                    string("groupname"),
                    ID_OR_LAST,
                    token("mkstream", "MKSTREAM").optional(),
                    ENTRIESREAD,
                ],
                run: stream::xgroup_create,
                ..BASE
            },
            Command {
                name: "createconsumer",
                arity: 5,
                flags: WRITE.union(Flags::DENYOOM),
                keys: INSERT_SECOND,
                since: "6.2.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Creates a consumer in a group.",
                    zh: "在消费者组中创建消费者。",
                },
                arguments: CONSUMER,
                run: stream::xgroup_createconsumer,
                ..BASE
            },
            Command {
                name: "delconsumer",
                arity: 5,
                flags: WRITE,
                keys: DELETE_SECOND,
                complexity: "O(N) where N is the number of its pending entries",
                summary: Summary {
                    en: "Removes a consumer, and all that is pending with it, from a group.",
                    zh: "从消费者组中删除消费者及其待处理消息。",
                },
                arguments: CONSUMER,
                run: stream::xgroup_delconsumer,
                ..BASE
            },
            Command {
                name: "destroy",
                arity: 4,
                flags: WRITE,
                keys: DELETE_SECOND,
                complexity: "O(N) where N is the number of pending entries",
                summary: Summary {
                    en: "Removes a consumer group.",
                    zh: "删除消费者组。",
                },
                arguments: GROUP,
                run: stream::xgroup_destroy,
                ..BASE
            },
            Command {
                name: "help",
                arity: 2,
                flags: HELP,
                complexity: "O(1)",
                summary: Summary {
                    en: "Lists the subcommands.",
                    zh: "列出子命令。",
                },
                run: stream::xgroup_help,
                ..BASE
            },
            Command {
                name: "setid",
                arity: -5,
                flags: WRITE,
                keys: UPDATE_SECOND,
                complexity: "O(1)",
                summary: Summary {
                    en: "Sets the last entry that a group has read.",
                    zh: "设置消费者组最后读取的消息 ID。",
                },
                arguments: &[key("key", 0), string("groupname"), ID_OR_LAST, ENTRIESREAD],
                run: stream::xgroup_setid,
                ..BASE
            },
        ],
        ..BASE
    },
    Command {
        name: "xinfo",
        arity: -2,
        categories: Categories::empty(),
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Tells about streams and their consumer groups.",
            zh: "查看流及其消费者组的信息。",
        },
        subcommands: &[
            Command {
                name: "consumers",
                arity: 4,
                flags: READ,
                keys: LOOK_SECOND,
                tips: VARIES,
                complexity: "O(N) where N is the number of consumers",
                summary: Summary {
                    en: "Lists the consumers of a group.",
                    zh: "列出消费者组的消费者。",
                },
                arguments: GROUP,
                run: stream::xinfo_consumers,
                ..BASE
            },
            Command {
                name: "groups",
                arity: 3,
                flags: READ,
                keys: LOOK_SECOND,
                complexity: "O(N) where N is the number of groups",
                summary: Summary {
                    en: "Lists the consumer groups of a stream.",
                    zh: "列出流的消费者组。",
                },
                arguments: &[key("key", 0)],
                run: stream::xinfo_groups,
                ..BASE
            },
            Command {
                name: "help",
                arity: 2,
                flags: HELP,
                complexity: "O(1)",
                summary: Summary {
                    en: "Lists the subcommands.",
                    zh: "列出子命令。",
                },
                run: stream::xinfo_help,
                ..BASE
            },
            Command {
                name: "stream",
                arity: -3,
                flags: READ,
                keys: LOOK_SECOND,
                complexity: "O(N) where N is the number of nodes, and of all that FULL shows",
                summary: Summary {
                    en: "Tells about a stream.",
                    zh: "查看流的信息。",
                },
                arguments: &[
                    key("key", 0),
                    block("full", &[COUNT]).token("FULL").optional(),
                ],
                run: stream::xinfo_stream,
                ..BASE
            },
        ],
        ..BASE
    },
    Command {
        name: "xlen",
        arity: 2,
        flags: READ.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        complexity: "O(1)",
        summary: Summary {
            en: "Counts the entries of a stream.",
            zh: "返回流中的消息数量。",
        },
        arguments: &[key("key", 0)],
        run: stream::xlen,
        ..BASE
    },
    Command {
        name: "xpending",
        arity: -3,
        flags: READ,
        keys: LOOK,
        tips: VARIES,
        complexity: "O(N) where N is the number of entries that are looked at, of consumers without a range",
        summary: Summary {
            en: "Tells what was delivered to a group and not acknowledged.",
            zh: "查看已投递但尚未确认的消息。",
        },
        arguments: &[
            key("key", 0),
            string("group"),
            block(
                "filters",
                &[
                    integer("min-idle-time")
                        .token("IDLE")
                        .optional()
                        .since("6.2.0"),
                    string("start"),
                    string("end"),
                    integer("count"),
                    string("consumer").optional(),
                ],
            )
            .optional(),
        ],
        run: stream::xpending,
        ..BASE
    },
    Command {
        name: "xrange",
        arity: -4,
        flags: READ,
        keys: LOOK,
        complexity: "O(N) where N is the number of entries returned",
        summary: Summary {
            en: "Returns the entries of a range of IDs.",
            zh: "返回指定 ID 范围内的消息。",
        },
        arguments: &[key("key", 0), string("start"), string("end"), COUNT],
        run: stream::xrange,
        ..BASE
    },
    Command {
        name: "xread",
        arity: -4,
        flags: READ.union(Flags::BLOCKING).union(Flags::MOVABLEKEYS),
        keys: &[streams(1)],
        complexity: "O(N) where N is the number of entries returned",
        summary: Summary {
            en: "Returns the entries of streams that come after given IDs, and waits for some if asked to.",
            zh: "读取各个流中指定 ID 之后的消息，可阻塞等待。",
        },
        arguments: &[COUNT, BLOCK, STREAMS],
        run: stream::xread,
        ..BASE
    },
    Command {
        name: "xreadgroup",
        arity: -7,
        flags: WRITE.union(Flags::BLOCKING).union(Flags::MOVABLEKEYS),
        keys: &[streams(4)],
        complexity: "O(N) where N is the number of entries returned",
        summary: Summary {
            en: "Delivers new entries to a consumer of a group, or returns what is pending with it; waits if asked to.",
            zh: "以消费者组成员身份读取新消息或自己的待处理消息，可阻塞等待。",
        },
        arguments: &[
            block("group_consumer", &[string("group"), string("consumer")]).token("GROUP"),
            COUNT,
            BLOCK,
            token("noack", "NOACK").optional(),
            STREAMS,
        ],
        run: stream::xreadgroup,
        ..BASE
    },
    Command {
        name: "xrevrange",
        arity: -4,
        flags: READ,
        keys: LOOK,
        complexity: "O(N) where N is the number of entries returned",
        summary: Summary {
            en: "Returns the entries of a range of IDs, the last first.",
            zh: "按从新到旧的顺序返回指定 ID 范围内的消息。",
        },
        arguments: &[key("key", 0), string("end"), string("start"), COUNT],
        run: stream::xrevrange,
        ..BASE
    },
    Command {
        name: "xsetid",
        arity: -3,
        flags: FAST_WRITE.union(Flags::DENYOOM),
        keys: UPDATE,
        complexity: "O(1)",
        summary: Summary {
            en: "Sets what a stream remembers of its history; for logs and replicas.",
            zh: "设置流的历史信息，供日志和副本使用。",
        },
        arguments: &[
            key("key", 0),
            string("last-id"),
            integer("entries_added")
                .token("ENTRIESADDED")
                .optional()
                .since("7.0.0"),
            string("max_deleted_entry_id")
                .token("MAXDELETEDID")
                .optional()
                .since("7.0.0"),
        ],
        run: stream::xsetid,
        ..BASE
    },
    Command {
        name: "xtrim",
        arity: -4,
        flags: WRITE,
        keys: DELETE,
        tips: VARIES,
        complexity: "O(N) where N is the number of entries that go",
        summary: Summary {
            en: "Removes the oldest entries of a stream.",
            zh: "删除流中最旧的消息。",
        },
        arguments: &[key("key", 0), TRIM],
        run: stream::xtrim,
        ..BASE
    },
];
