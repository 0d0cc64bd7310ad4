//! The rows of group `server`.

use crate::commands::command::{Categories, Command, Flags, Group, Summary};
use crate::commands::pubsub::monitor;
use crate::commands::server::{
    bgrewriteaof, bgsave, command_all, command_count, command_docs, command_getkeys,
    command_getkeysandflags, command_help, command_info, command_list, config_get, config_help,
    config_resetstat, config_rewrite, config_set, dbsize, debug, flushall, flushdb, info, lastsave,
    save, shutdown, swapdb, time,
};
use crate::commands::syntax::{block, integer, one_of, pattern, string, token};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "command",
        arity: -1,
        flags: Flags::LOADING.union(Flags::STALE),
        categories: Categories::CONNECTION,
        tips: &["nondeterministic_output_order"],
        group: Group::Server,
        since: "2.8.13",
        complexity: "O(N) where N is the total number of Redis commands",
        summary: Summary {
            en: "Lists all commands with what is known of them.",
            zh: "列出所有命令的详细信息。",
        },
        subcommands: &[
            Command {
                name: "getkeysandflags",
                arity: -4,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::CONNECTION,
                group: Group::Server,
                since: "7.0.0",
                complexity: "O(N) where N is the number of arguments to the command",
                summary: Summary {
                    en: "Finds the keys in a full command and what happens to each.",
                    zh: "找出完整命令中的键及其访问方式。",
                },
                run: command_getkeysandflags,
                ..Command::BASE
            },
            Command {
                name: "docs",
                arity: -2,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::CONNECTION,
                tips: &["nondeterministic_output_order"],
                group: Group::Server,
                since: "7.0.0",
                complexity: "O(N) where N is the number of commands to look up",
                summary: Summary {
                    en: "Documents commands.",
                    zh: "返回命令的文档。",
                },
                arguments: &[string("command-name").multiple().optional()],
                run: command_docs,
                ..Command::BASE
            },
            Command {
                name: "list",
                arity: -2,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::CONNECTION,
                tips: &["nondeterministic_output_order"],
                group: Group::Server,
                since: "7.0.0",
                complexity: "O(N) where N is the total number of Redis commands",
                summary: Summary {
                    en: "Lists the names of commands.",
                    zh: "列出命令名称。",
                },
                arguments: &[one_of(
                    "filterby",
                    &[
                        string("module-name").token("MODULE"),
                        string("category").token("ACLCAT"),
                        pattern("pattern").token("PATTERN"),
                    ],
                )
                .token("FILTERBY")
                .optional()],
                run: command_list,
                ..Command::BASE
            },
            Command {
                name: "info",
                arity: -2,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::CONNECTION,
                tips: &["nondeterministic_output_order"],
                group: Group::Server,
                since: "2.8.13",
                complexity: "O(N) where N is the number of commands to look up",
                summary: Summary {
                    en: "Tells what is known of given commands.",
                    zh: "返回指定命令的信息。",
                },
                arguments: &[string("command-name").multiple().optional()],
                run: command_info,
                ..Command::BASE
            },
            Command {
                name: "count",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::CONNECTION,
                group: Group::Server,
                since: "2.8.13",
                complexity: "O(1)",
                summary: Summary {
                    en: "Counts the commands.",
                    zh: "返回命令的数量。",
                },
                run: command_count,
                ..Command::BASE
            },
            Command {
                name: "getkeys",
                arity: -4,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::CONNECTION,
                group: Group::Server,
                since: "2.8.13",
                complexity: "O(N) where N is the number of arguments to the command",
                summary: Summary {
                    en: "Finds the keys in a full command.",
                    zh: "找出完整命令中的键。",
                },
                run: command_getkeys,
                ..Command::BASE
            },
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::CONNECTION,
                group: Group::Server,
                since: "5.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the COMMAND subcommands.",
                    zh: "说明 COMMAND 的各个子命令。",
                },
                run: command_help,
                ..Command::BASE
            },
        ],
        run: command_all,
        ..Command::BASE
    },
    Command {
        name: "config",
        arity: -2,
        group: Group::Server,
        since: "2.0.0",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Reads and changes the configuration.",
            zh: "读取和修改服务器配置。",
        },
        subcommands: &[
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                group: Group::Server,
                since: "5.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the CONFIG subcommands.",
                    zh: "说明 CONFIG 的各个子命令。",
                },
                run: config_help,
                ..Command::BASE
            },
            Command {
                name: "resetstat",
                arity: 2,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                group: Group::Server,
                since: "2.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Sets the statistics of INFO back to zero.",
                    zh: "把 INFO 的统计信息清零。",
                },
                run: config_resetstat,
                ..Command::BASE
            },
            Command {
                name: "set",
                arity: -4,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
                group: Group::Server,
                since: "2.0.0",
                complexity: "O(N) when N is the number of configuration parameters provided",
                summary: Summary {
                    en: "Changes configuration parameters while the server runs.",
                    zh: "在运行时修改配置参数。",
                },
                arguments: &[
                    block("parameter_value", &[string("parameter"), string("value")]).multiple(),
                ],
                run: config_set,
                ..Command::BASE
            },
            Command {
                name: "get",
                arity: -3,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                group: Group::Server,
                since: "2.0.0",
                complexity: "O(N) when N is the number of configuration parameters provided",
                summary: Summary {
                    en: "Reads configuration parameters.",
                    zh: "读取配置参数。",
                },
                arguments: &[block("parameter", &[string("parameter")]).multiple()],
                run: config_get,
                ..Command::BASE
            },
            Command {
                name: "rewrite",
                arity: 2,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                group: Group::Server,
                since: "2.8.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Writes the present configuration to the file the server started with.",
                    zh: "把当前配置写回启动时使用的配置文件。",
                },
                run: config_rewrite,
                ..Command::BASE
            },
        ],
        ..Command::BASE
    },
    Command {
        name: "dbsize",
        arity: 1,
        flags: Flags::READONLY.union(Flags::FAST),
        categories: Categories::KEYSPACE,
        tips: &["request_policy:all_shards", "response_policy:agg_sum"],
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Counts the keys of the database.",
            zh: "返回当前数据库的键数。",
        },
        run: dbsize,
        ..Command::BASE
    },
    Command {
        name: "debug",
        arity: -2,
        flags: Flags::ADMIN.union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
        group: Group::Server,
        since: "1.0.0",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Looks into the server, for tests.",
            zh: "用于测试的内部调试命令。",
        },
        run: debug,
        ..Command::BASE
    },
    Command {
        name: "flushall",
        arity: -1,
        flags: Flags::WRITE,
        categories: Categories::DANGEROUS.union(Categories::KEYSPACE),
        tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of keys in all databases",
        summary: Summary {
            en: "Deletes all keys of all databases.",
            zh: "删除所有数据库中的所有键。",
        },
        arguments: &[one_of(
            "async",
            &[
                token("async", "ASYNC").since("4.0.0"),
                token("sync", "SYNC").since("6.2.0"),
            ],
        )
        .optional()],
        run: flushall,
        ..Command::BASE
    },
    Command {
        name: "flushdb",
        arity: -1,
        flags: Flags::WRITE,
        categories: Categories::DANGEROUS.union(Categories::KEYSPACE),
        tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys in the selected database",
        summary: Summary {
            en: "Deletes all keys of the database.",
            zh: "删除当前数据库中的所有键。",
        },
        arguments: &[one_of(
            "async",
            &[
                token("async", "ASYNC").since("4.0.0"),
                token("sync", "SYNC").since("6.2.0"),
            ],
        )
        .optional()],
        run: flushdb,
        ..Command::BASE
    },
    Command {
        name: "info",
        arity: -1,
        flags: Flags::LOADING.union(Flags::STALE),
        categories: Categories::DANGEROUS,
        tips: &[
            "nondeterministic_output",
            "request_policy:all_shards",
            "response_policy:special",
        ],
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells facts and figures of the server.",
            zh: "返回服务器的信息和统计数据。",
        },
        arguments: &[string("section").multiple().optional()],
        run: info,
        ..Command::BASE
    },
    Command {
        name: "swapdb",
        arity: 3,
        flags: Flags::WRITE.union(Flags::FAST),
        categories: Categories::DANGEROUS.union(Categories::KEYSPACE),
        group: Group::Server,
        since: "4.0.0",
        complexity: "O(N) where N is the count of clients watching or blocking on keys from both databases.",
        summary: Summary {
            en: "Exchanges two databases.",
            zh: "交换两个数据库的内容。",
        },
        arguments: &[integer("index1"), integer("index2")],
        run: swapdb,
        ..Command::BASE
    },
    Command {
        name: "time",
        arity: 1,
        flags: Flags::LOADING.union(Flags::STALE.union(Flags::FAST)),
        tips: &["nondeterministic_output"],
        group: Group::Server,
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells the time of the server.",
            zh: "返回服务器的当前时间。",
        },
        run: time,
        ..Command::BASE
    },
    Command {
        name: "monitor",
        arity: 1,
        flags: Flags::ADMIN.union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
        group: Group::Server,
        since: "1.0.0",
        summary: Summary {
            en: "Shows every command that the server runs.",
            zh: "实时显示服务器执行的所有命令。",
        },
        run: monitor,
        ..Command::BASE
    },
    Command {
        name: "save",
        arity: 1,
        flags: Flags::ADMIN
            .union(Flags::NOSCRIPT.union(Flags::NO_ASYNC_LOADING.union(Flags::NO_MULTI))),
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(N) where N is the total number of keys in all databases",
        summary: Summary {
            en: "Saves all data to the disk; nobody is served meanwhile.",
            zh: "把所有数据同步保存到磁盘，期间不处理其他命令。",
        },
        run: save,
        ..Command::BASE
    },
    Command {
        name: "bgsave",
        arity: -1,
        flags: Flags::ADMIN.union(Flags::NOSCRIPT.union(Flags::NO_ASYNC_LOADING)),
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Saves all data to the disk in the background.",
            zh: "在后台把所有数据保存到磁盘。",
        },
        arguments: &[token("schedule", "SCHEDULE").since("3.2.2").optional()],
        run: bgsave,
        ..Command::BASE
    },
    Command {
        name: "bgrewriteaof",
        arity: 1,
        flags: Flags::ADMIN.union(Flags::NOSCRIPT.union(Flags::NO_ASYNC_LOADING)),
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Rewrites the append-only file in the background, as short as the data allows.",
            zh: "在后台重写 AOF 文件，只保留重建数据所需的最少命令。",
        },
        run: bgrewriteaof,
        ..Command::BASE
    },
    Command {
        name: "lastsave",
        arity: 1,
        flags: Flags::LOADING.union(Flags::STALE.union(Flags::FAST)),
        categories: Categories::ADMIN.union(Categories::DANGEROUS),
        tips: &["nondeterministic_output"],
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells when data was last saved, in seconds since 1970.",
            zh: "返回最近一次成功保存数据的 Unix 时间。",
        },
        run: lastsave,
        ..Command::BASE
    },
    Command {
        name: "shutdown",
        arity: -1,
        flags: Flags::ADMIN
            .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)))
            .union(Flags::NO_MULTI.union(Flags::ALLOW_BUSY)),
        group: Group::Server,
        since: "1.0.0",
        complexity: "O(N) when saving, where N is the total number of keys in all databases when saving data, otherwise O(1)",
        summary: Summary {
            en: "Saves all data, if so configured, and ends the server.",
            zh: "按配置保存数据并关闭服务器。",
        },
        arguments: &[
            one_of(
                "nosave_save",
                &[token("nosave", "NOSAVE"), token("save", "SAVE")],
            )
            .optional(),
            token("now", "NOW").since("7.0.0").optional(),
            token("force", "FORCE").since("7.0.0").optional(),
            token("abort", "ABORT").since("7.0.0").optional(),
        ],
        run: shutdown,
        ..Command::BASE
    },
];
