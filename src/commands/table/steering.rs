//! The rows of CLIENT's subcommands for caching and pauses.

use crate::commands::command::{Categories, Command, Flags, Group, Summary};
use crate::commands::connection::{
    client_caching, client_getredir, client_pause, client_tracking, client_trackinginfo,
    client_unpause,
};
use crate::commands::syntax::{integer, one_of, string, token};

const ANYBODY: Flags = Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE));

const BASE: Command = Command {
    flags: ANYBODY,
    categories: Categories::CONNECTION,
    group: Group::Connection,
    complexity: "O(1)",
    ..Command::BASE
};

pub(super) const CACHING: Command = Command {
    name: "caching",
    arity: 3,
    since: "6.0.0",
    summary: Summary {
        en: "Says whether what the next command reads is tracked.",
        zh: "指定是否跟踪下一条命令读取的键。",
    },
    arguments: &[one_of("mode", &[token("yes", "YES"), token("no", "NO")])],
    run: client_caching,
    ..BASE
};

pub(super) const GETREDIR: Command = Command {
    name: "getredir",
    arity: 2,
    since: "6.0.0",
    summary: Summary {
        en: "Tells which connection gets the invalidations for this one.",
        zh: "返回接收当前连接失效通知的连接编号。",
    },
    run: client_getredir,
    ..BASE
};

pub(super) const TRACKING: Command = Command {
    name: "tracking",
    arity: -3,
    since: "6.0.0",
    complexity: "O(1). Some options may introduce additional complexity.",
    summary: Summary {
        en: "Has the server tell when keys change that the connection has read.",
        zh: "让服务器在当前连接读取过的键发生变化时发出失效通知。",
    },
    arguments: &[
        one_of("status", &[token("on", "ON"), token("off", "OFF")]),
        integer("client-id").token("REDIRECT").optional(),
        string("prefix")
            .token("PREFIX")
            .optional()
            .multiple()
            .multiple_token(),
        token("bcast", "BCAST").optional(),
        token("optin", "OPTIN").optional(),
        token("optout", "OPTOUT").optional(),
        token("noloop", "NOLOOP").optional(),
    ],
    run: client_tracking,
    ..BASE
};

pub(super) const TRACKINGINFO: Command = Command {
    name: "trackinginfo",
    arity: 2,
    since: "6.2.0",
    summary: Summary {
        en: "Tells how the connection tracks keys.",
        zh: "返回当前连接的键跟踪状态。",
    },
    run: client_trackinginfo,
    ..BASE
};

pub(super) const PAUSE: Command = Command {
    name: "pause",
    arity: -3,
    flags: Flags::ADMIN.union(ANYBODY),
    since: "2.9.50",
    summary: Summary {
        en: "Has the commands of all connections wait for a while.",
        zh: "让所有连接的命令等待一段时间。",
    },
    arguments: &[
        integer("timeout"),
        one_of("mode", &[token("write", "WRITE"), token("all", "ALL")])
            .optional()
            .since("6.2.0"),
    ],
    run: client_pause,
    ..BASE
};

pub(super) const UNPAUSE: Command = Command {
    name: "unpause",
    arity: 2,
    flags: Flags::ADMIN.union(ANYBODY),
    since: "6.2.0",
    complexity: "O(N) Where N is the number of paused clients",
    summary: Summary {
        en: "Ends a pause, and runs the commands that waited for it.",
        zh: "结束暂停，并执行等待中的命令。",
    },
    run: client_unpause,
    ..BASE
};
