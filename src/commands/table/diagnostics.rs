//! The rows of group `server` that tell what the server does and has: MEMORY, MODULE, LOLWUT, SLOWLOG,
//! LATENCY.

use crate::commands::command::{Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::server::{
    latency_doctor, latency_graph, latency_help, latency_histogram, latency_history,
    latency_latest, latency_reset, lolwut, memory_doctor, memory_help, memory_malloc_stats,
    memory_purge, memory_stats, memory_usage, module_help, module_list, module_load, slowlog_get,
    slowlog_help, slowlog_len, slowlog_reset,
};
use crate::commands::syntax::{block, integer, key, string};

const BASE: Command = Command {
    group: Group::Server,
    ..Command::BASE
};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "memory",
        arity: -2,
        since: "4.0.0",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Tells how memory is used.",
            zh: "查看内存使用情况。",
        },
        subcommands: &[
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                since: "4.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the MEMORY subcommands.",
                    zh: "说明 MEMORY 的各个子命令。",
                },
                run: memory_help,
                ..BASE
            },
            Command {
                name: "usage",
                arity: -3,
                flags: Flags::READONLY,
                keys: &[KeySpec::one(2, KeyFlags::RO)],
                since: "4.0.0",
                complexity: "O(N) where N is the number of samples.",
                summary: Summary {
                    en: "Estimates the memory that a key takes.",
                    zh: "估算一个键占用的内存。",
                },
                arguments: &[key("key", 0), integer("count").token("SAMPLES").optional()],
                run: memory_usage,
                ..BASE
            },
            Command {
                name: "doctor",
                arity: 2,
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_shards",
                    "response_policy:special",
                ],
                since: "4.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Looks for problems with memory.",
                    zh: "诊断内存使用中的问题。",
                },
                run: memory_doctor,
                ..BASE
            },
            Command {
                name: "stats",
                arity: 2,
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_shards",
                    "response_policy:special",
                ],
                since: "4.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Tells where the memory of the server is.",
                    zh: "列出服务器内存的去向。",
                },
                run: memory_stats,
                ..BASE
            },
            Command {
                name: "malloc-stats",
                arity: 2,
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_shards",
                    "response_policy:special",
                ],
                since: "4.0.0",
                complexity: "Depends on how much memory is allocated, could be slow",
                summary: Summary {
                    en: "Tells what the allocator knows of itself.",
                    zh: "查看内存分配器的统计信息。",
                },
                run: memory_malloc_stats,
                ..BASE
            },
            Command {
                name: "purge",
                arity: 2,
                tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
                since: "4.0.0",
                complexity: "Depends on how much memory is allocated, could be slow",
                summary: Summary {
                    en: "Gives back memory that nobody uses.",
                    zh: "释放不再使用的内存。",
                },
                run: memory_purge,
                ..BASE
            },
        ],
        ..BASE
    },
    Command {
        name: "module",
        arity: -2,
        since: "4.0.0",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Manages modules, which this server has not.",
            zh: "管理模块；本服务器没有模块。",
        },
        subcommands: &[
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                since: "5.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the MODULE subcommands.",
                    zh: "说明 MODULE 的各个子命令。",
                },
                run: module_help,
                ..BASE
            },
            Command {
                name: "list",
                arity: 2,
                flags: Flags::ADMIN.union(Flags::NOSCRIPT),
                tips: &["nondeterministic_output_order"],
                since: "4.0.0",
                complexity: "O(N) where N is the number of loaded modules.",
                summary: Summary {
                    en: "Lists the modules that are loaded.",
                    zh: "列出已加载的模块。",
                },
                run: module_list,
                ..BASE
            },
            Command {
                name: "load",
                arity: -3,
                flags: Flags::ADMIN.union(Flags::NOSCRIPT.union(Flags::NO_ASYNC_LOADING)),
                since: "4.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Loads a module, which is not allowed here.",
                    zh: "加载模块；此处不允许。",
                },
                arguments: &[string("path"), string("arg").optional().multiple()],
                run: module_load,
                ..BASE
            },
            Command {
                name: "loadex",
                arity: -3,
                flags: Flags::ADMIN.union(Flags::NOSCRIPT.union(Flags::NO_ASYNC_LOADING)),
                since: "7.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Loads a module with options, which is not allowed here.",
                    zh: "加载模块并设置选项；此处不允许。",
                },
                arguments: &[
                    string("path"),
                    block("configs", &[string("name"), string("value")])
                        .token("CONFIG")
                        .optional()
                        .multiple_token(),
                    string("args").token("ARGS").optional().multiple(),
                ],
                run: module_load,
                ..BASE
            },
            Command {
                name: "unload",
                arity: 3,
                flags: Flags::ADMIN.union(Flags::NOSCRIPT.union(Flags::NO_ASYNC_LOADING)),
                since: "4.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Unloads a module, which is not allowed here.",
                    zh: "卸载模块；此处不允许。",
                },
                arguments: &[string("name")],
                run: module_load,
                ..BASE
            },
        ],
        ..BASE
    },
    Command {
        name: "lolwut",
        arity: -1,
        flags: Flags::READONLY.union(Flags::FAST),
        since: "5.0.0",
        complexity: "",
        summary: Summary {
            en: "Draws a picture and tells the version of Redis.",
            zh: "绘制一幅图案并显示 Redis 版本。",
        },
        arguments: &[integer("version").token("VERSION").optional()],
        run: lolwut,
        ..BASE
    },
    Command {
        name: "slowlog",
        arity: -2,
        since: "2.2.12",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Tells which commands took long.",
            zh: "查看执行缓慢的命令。",
        },
        subcommands: &[
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                since: "6.2.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the SLOWLOG subcommands.",
                    zh: "说明 SLOWLOG 的各个子命令。",
                },
                run: slowlog_help,
                ..BASE
            },
            Command {
                name: "get",
                arity: -2,
                flags: Flags::ADMIN.union(Flags::LOADING.union(Flags::STALE)),
                tips: &["request_policy:all_nodes", "nondeterministic_output"],
                since: "2.2.12",
                complexity: "O(N) where N is the number of entries returned",
                summary: Summary {
                    en: "Lists the commands that took long, the latest first.",
                    zh: "列出执行缓慢的命令，最近的在前。",
                },
                arguments: &[integer("count").optional()],
                run: slowlog_get,
                ..BASE
            },
            Command {
                name: "len",
                arity: 2,
                flags: Flags::ADMIN.union(Flags::LOADING.union(Flags::STALE)),
                tips: &[
                    "request_policy:all_nodes",
                    "response_policy:agg_sum",
                    "nondeterministic_output",
                ],
                since: "2.2.12",
                complexity: "O(1)",
                summary: Summary {
                    en: "Counts the commands in the slow log.",
                    zh: "返回慢日志中的命令数。",
                },
                run: slowlog_len,
                ..BASE
            },
            Command {
                name: "reset",
                arity: 2,
                flags: Flags::ADMIN.union(Flags::LOADING.union(Flags::STALE)),
                tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
                since: "2.2.12",
                complexity: "O(N) where N is the number of entries in the slowlog",
                summary: Summary {
                    en: "Empties the slow log.",
                    zh: "清空慢日志。",
                },
                run: slowlog_reset,
                ..BASE
            },
        ],
        ..BASE
    },
    Command {
        name: "latency",
        arity: -2,
        since: "2.8.13",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Tells what took long.",
            zh: "查看耗时过长的事件。",
        },
        subcommands: &[
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                since: "2.8.13",
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the LATENCY subcommands.",
                    zh: "说明 LATENCY 的各个子命令。",
                },
                run: latency_help,
                ..BASE
            },
            Command {
                name: "latest",
                arity: 2,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_nodes",
                    "response_policy:special",
                ],
                since: "2.8.13",
                complexity: "O(1)",
                summary: Summary {
                    en: "Lists the events that took long, with the last and the worst time of each.",
                    zh: "列出耗时事件及其最近和最长的耗时。",
                },
                run: latency_latest,
                ..BASE
            },
            Command {
                name: "history",
                arity: 3,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_nodes",
                    "response_policy:special",
                ],
                since: "2.8.13",
                complexity: "O(1)",
                summary: Summary {
                    en: "Lists when an event took long, and how long.",
                    zh: "列出某类事件的耗时记录。",
                },
                arguments: &[string("event")],
                run: latency_history,
                ..BASE
            },
            Command {
                name: "reset",
                arity: -2,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
                since: "2.8.13",
                complexity: "O(1)",
                summary: Summary {
                    en: "Forgets events.",
                    zh: "清除事件的耗时记录。",
                },
                arguments: &[string("event").optional().multiple()],
                run: latency_reset,
                ..BASE
            },
            Command {
                name: "graph",
                arity: 3,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_nodes",
                    "response_policy:special",
                ],
                since: "2.8.13",
                complexity: "O(1)",
                summary: Summary {
                    en: "Draws how long an event took over time.",
                    zh: "绘制某类事件的耗时曲线。",
                },
                arguments: &[string("event")],
                run: latency_graph,
                ..BASE
            },
            Command {
                name: "doctor",
                arity: 2,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_nodes",
                    "response_policy:special",
                ],
                since: "2.8.13",
                complexity: "O(1)",
                summary: Summary {
                    en: "Judges the events that took long.",
                    zh: "对耗时事件给出诊断和建议。",
                },
                run: latency_doctor,
                ..BASE
            },
            Command {
                name: "histogram",
                arity: -2,
                flags: Flags::ADMIN
                    .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_nodes",
                    "response_policy:special",
                ],
                since: "7.0.0",
                complexity: "O(N) where N is the number of commands with latency information being retrieved.",
                summary: Summary {
                    en: "Counts how many calls of commands took how long.",
                    zh: "统计各命令耗时的分布。",
                },
                arguments: &[string("COMMAND").optional().multiple()],
                run: latency_histogram,
                ..BASE
            },
        ],
        ..BASE
    },
];
