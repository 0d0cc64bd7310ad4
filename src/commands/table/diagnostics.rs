//! The rows of group `server` that tell what the server does and has: MEMORY, MODULE, LOLWUT.

use crate::commands::command::{Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::server::{
    lolwut, memory_doctor, memory_help, memory_malloc_stats, memory_purge, memory_stats,
    memory_usage, module_help, module_list, module_load,
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
];
