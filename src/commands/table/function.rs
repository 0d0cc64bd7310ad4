//! The rows of FUNCTION and FCALL, of group `scripting`.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::function::{
    fcall, fcall_ro, function_delete, function_dump, function_flush, function_help, function_kill,
    function_list, function_load, function_restore, function_stats,
};
use crate::commands::syntax::{Argument, integer, key, one_of, string, token};

/// What all rows have in common.
const BASE: Command = Command {
    categories: Categories::SCRIPTING,
    group: Group::Scripting,
    since: "7.0.0",
    ..Command::BASE
};

const EVERYWHERE: &[&str] = &["request_policy:all_shards", "response_policy:all_succeeded"];

const WRITES: Flags = Flags::WRITE.union(Flags::NOSCRIPT);

/// What every command that calls a function is.
const CALLS: Flags = Flags::NOSCRIPT
    .union(Flags::STALE)
    .union(Flags::SKIP_MONITOR)
    .union(Flags::NO_MANDATORY_KEYS)
    .union(Flags::MOVABLEKEYS);

/// How its keys will be used cannot be told, so the worst is assumed.
const ANY: KeyFlags = KeyFlags::RW.union(KeyFlags::ACCESS).union(KeyFlags::UPDATE);
const READ: KeyFlags = KeyFlags::RO.union(KeyFlags::ACCESS);

const CALL: [Argument; 4] = [
    string("function"),
    integer("numkeys"),
    key("key", 0).optional().multiple(),
    string("arg").optional().multiple(),
];

const DEPENDS: &str = "Depends on the function that is executed.";

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "fcall",
        arity: -3,
        flags: CALLS,
        keys: &[KeySpec::counted(2, ANY)],
        complexity: DEPENDS,
        summary: Summary {
            en: "Calls a function.",
            zh: "调用一个函数。",
        },
        arguments: &CALL,
        run: fcall,
        ..BASE
    },
    Command {
        name: "fcall_ro",
        arity: -3,
        flags: CALLS.union(Flags::READONLY),
        keys: &[KeySpec::counted(2, READ)],
        complexity: DEPENDS,
        summary: Summary {
            en: "Calls a function that only reads.",
            zh: "调用一个只读的函数。",
        },
        arguments: &CALL,
        run: fcall_ro,
        ..BASE
    },
    Command {
        name: "function",
        arity: -2,
        categories: Categories::empty(),
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Manages libraries of functions that the server keeps.",
            zh: "管理服务器保存的函数库。",
        },
        subcommands: &[
            Command {
                name: "load",
                arity: -3,
                flags: WRITES.union(Flags::DENYOOM),
                tips: EVERYWHERE,
                complexity: "O(1) (considering compilation time is redundant)",
                summary: Summary {
                    en: "Makes a library from its code, which registers functions.",
                    zh: "由代码创建一个库，并注册其中的函数。",
                },
                arguments: &[
                    token("replace", "REPLACE").optional(),
                    string("function-code"),
                ],
                run: function_load,
                ..BASE
            },
            Command {
                name: "delete",
                arity: 3,
                flags: WRITES,
                tips: EVERYWHERE,
                complexity: "O(1)",
                summary: Summary {
                    en: "Deletes a library with its functions.",
                    zh: "删除一个库及其函数。",
                },
                arguments: &[string("library-name")],
                run: function_delete,
                ..BASE
            },
            Command {
                name: "flush",
                arity: -2,
                flags: WRITES,
                tips: EVERYWHERE,
                complexity: "O(N) where N is the number of functions deleted",
                summary: Summary {
                    en: "Deletes all libraries.",
                    zh: "删除所有库。",
                },
                arguments: &[
                    one_of("async", &[token("async", "ASYNC"), token("sync", "SYNC")]).optional(),
                ],
                run: function_flush,
                ..BASE
            },
            Command {
                name: "list",
                arity: -2,
                flags: Flags::NOSCRIPT,
                tips: &["nondeterministic_output_order"],
                complexity: "O(N) where N is the number of functions",
                summary: Summary {
                    en: "Lists libraries and their functions.",
                    zh: "列出库及其函数。",
                },
                arguments: &[
                    string("library-name-pattern")
                        .token("LIBRARYNAME")
                        .optional(),
                    token("withcode", "WITHCODE").optional(),
                ],
                run: function_list,
                ..BASE
            },
            Command {
                name: "dump",
                arity: 2,
                flags: Flags::NOSCRIPT,
                complexity: "O(N) where N is the number of functions",
                summary: Summary {
                    en: "Gives all libraries as bytes for FUNCTION RESTORE.",
                    zh: "把所有库序列化，供 FUNCTION RESTORE 使用。",
                },
                run: function_dump,
                ..BASE
            },
            Command {
                name: "restore",
                arity: -3,
                flags: WRITES.union(Flags::DENYOOM),
                tips: EVERYWHERE,
                complexity: "O(N) where N is the number of functions on the payload",
                summary: Summary {
                    en: "Brings back libraries from the bytes of FUNCTION DUMP.",
                    zh: "从 FUNCTION DUMP 的数据恢复库。",
                },
                arguments: &[
                    string("serialized-value"),
                    one_of(
                        "policy",
                        &[
                            token("flush", "FLUSH"),
                            token("append", "APPEND"),
                            token("replace", "REPLACE"),
                        ],
                    )
                    .optional(),
                ],
                run: function_restore,
                ..BASE
            },
            Command {
                name: "stats",
                arity: 2,
                flags: Flags::NOSCRIPT.union(Flags::ALLOW_BUSY),
                tips: &[
                    "nondeterministic_output",
                    "request_policy:all_shards",
                    "response_policy:special",
                ],
                complexity: "O(1)",
                summary: Summary {
                    en: "Tells which function runs, and how many there are.",
                    zh: "查看正在运行的函数以及函数和库的数量。",
                },
                run: function_stats,
                ..BASE
            },
            Command {
                name: "kill",
                arity: 2,
                flags: Flags::NOSCRIPT.union(Flags::ALLOW_BUSY),
                tips: &["request_policy:all_shards", "response_policy:one_succeeded"],
                complexity: "O(1)",
                summary: Summary {
                    en: "Ends the function that runs, if it has not written yet.",
                    zh: "终止正在运行且尚未写入数据的函数。",
                },
                run: function_kill,
                ..BASE
            },
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the FUNCTION subcommands.",
                    zh: "说明 FUNCTION 的各个子命令。",
                },
                run: function_help,
                ..BASE
            },
        ],
        ..BASE
    },
];
