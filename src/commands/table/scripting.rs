//! The rows of group `scripting`.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::scripting::{
    eval, eval_ro, evalsha, evalsha_ro, script_debug, script_exists, script_flush, script_help,
    script_kill, script_load,
};
use crate::commands::syntax::{Argument, integer, key, one_of, string, token};

const BASE: Command = Command {
    group: Group::Scripting,
    categories: Categories::SCRIPTING,
    ..Command::BASE
};

/// What every command that runs a script is.
const RUNS: Flags = Flags::NOSCRIPT
    .union(Flags::STALE)
    .union(Flags::SKIP_MONITOR)
    .union(Flags::NO_MANDATORY_KEYS)
    .union(Flags::MOVABLEKEYS);

/// How its keys will be used cannot be told, so the worst is assumed.
const ANY: KeyFlags = KeyFlags::RW.union(KeyFlags::ACCESS).union(KeyFlags::UPDATE);
const READ: KeyFlags = KeyFlags::RO.union(KeyFlags::ACCESS);

/// What follows the script.
const fn with_script(name: &'static str) -> [Argument; 4] {
    [
        string(name),
        integer("numkeys"),
        key("key", 0).optional().multiple(),
        string("arg").optional().multiple(),
    ]
}

const BY_SOURCE: [Argument; 4] = with_script("script");
const BY_SHA: [Argument; 4] = with_script("sha1");

const DEPENDS: &str = "Depends on the script that is executed.";

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "eval",
        arity: -3,
        flags: RUNS.union(Flags::MAY_REPLICATE),
        keys: &[KeySpec::counted(2, ANY)],
        since: "2.6.0",
        complexity: DEPENDS,
        summary: Summary {
            en: "Runs a Lua script.",
            zh: "执行一段 Lua 脚本。",
        },
        arguments: &BY_SOURCE,
        run: eval,
        ..BASE
    },
    Command {
        name: "evalsha",
        arity: -3,
        flags: RUNS.union(Flags::MAY_REPLICATE),
        keys: &[KeySpec::counted(2, ANY)],
        since: "2.6.0",
        complexity: DEPENDS,
        summary: Summary {
            en: "Runs a Lua script that the server knows, by its SHA-1.",
            zh: "按 SHA-1 执行服务器已缓存的 Lua 脚本。",
        },
        arguments: &BY_SHA,
        run: evalsha,
        ..BASE
    },
    Command {
        name: "evalsha_ro",
        arity: -3,
        flags: RUNS.union(Flags::READONLY),
        keys: &[KeySpec::counted(2, READ)],
        since: "7.0.0",
        complexity: DEPENDS,
        summary: Summary {
            en: "Runs a Lua script that only reads, by its SHA-1.",
            zh: "按 SHA-1 执行一段只读的 Lua 脚本。",
        },
        arguments: &BY_SHA,
        run: evalsha_ro,
        ..BASE
    },
    Command {
        name: "eval_ro",
        arity: -3,
        flags: RUNS.union(Flags::READONLY),
        keys: &[KeySpec::counted(2, READ)],
        since: "7.0.0",
        complexity: DEPENDS,
        summary: Summary {
            en: "Runs a Lua script that only reads.",
            zh: "执行一段只读的 Lua 脚本。",
        },
        arguments: &BY_SOURCE,
        run: eval_ro,
        ..BASE
    },
    Command {
        name: "script",
        arity: -2,
        since: "2.6.0",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Manages the scripts that the server knows.",
            zh: "管理服务器缓存的脚本。",
        },
        subcommands: SCRIPT,
        categories: Categories::empty(),
        ..BASE
    },
];

const SCRIPT: &[Command] = &[
    Command {
        name: "debug",
        arity: 3,
        flags: Flags::NOSCRIPT,
        since: "3.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Turns the debugger of Lua scripts on or off; this server has none.",
            zh: "打开或关闭 Lua 脚本调试器（本服务器没有调试器）。",
        },
        arguments: &[one_of(
            "mode",
            &[
                token("yes", "YES"),
                token("sync", "SYNC"),
                token("no", "NO"),
            ],
        )],
        run: script_debug,
        ..BASE
    },
    Command {
        name: "exists",
        arity: -3,
        flags: Flags::NOSCRIPT,
        tips: &[
            "request_policy:all_shards",
            "response_policy:agg_logical_and",
        ],
        since: "2.6.0",
        complexity: "O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation).",
        summary: Summary {
            en: "Tells which scripts the server knows.",
            zh: "查看哪些脚本已在服务器缓存中。",
        },
        arguments: &[string("sha1").multiple()],
        run: script_exists,
        ..BASE
    },
    Command {
        name: "flush",
        arity: -2,
        flags: Flags::NOSCRIPT,
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        since: "2.6.0",
        complexity: "O(N) with N being the number of scripts in cache",
        summary: Summary {
            en: "Forgets all scripts.",
            zh: "清空脚本缓存。",
        },
        arguments: &[
            one_of("async", &[token("async", "ASYNC"), token("sync", "SYNC")])
                .optional()
                .since("6.2.0"),
        ],
        run: script_flush,
        ..BASE
    },
    Command {
        name: "help",
        arity: 2,
        flags: Flags::LOADING.union(Flags::STALE),
        since: "5.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Explains the SCRIPT subcommands.",
            zh: "说明 SCRIPT 的各个子命令。",
        },
        run: script_help,
        ..BASE
    },
    Command {
        name: "kill",
        arity: 2,
        flags: Flags::NOSCRIPT.union(Flags::ALLOW_BUSY),
        tips: &["request_policy:all_shards", "response_policy:one_succeeded"],
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Ends the script that runs, if it has not written yet.",
            zh: "终止正在运行且尚未写入数据的脚本。",
        },
        run: script_kill,
        ..BASE
    },
    Command {
        name: "load",
        arity: 3,
        flags: Flags::NOSCRIPT.union(Flags::STALE),
        tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
        since: "2.6.0",
        complexity: "O(N) with N being the length in bytes of the script body.",
        summary: Summary {
            en: "Has the server know a script, without running it.",
            zh: "把脚本载入缓存但不执行。",
        },
        arguments: &[string("script")],
        run: script_load,
        ..BASE
    },
];
