//! Rows of what replicas ask, and ROLE. Redis counts them among the group `server`.

use crate::commands::command::{Categories, Command, Flags, Group, Summary};
use crate::commands::replication::{failover, psync, replconf, replicaof, role, sync};
use crate::commands::syntax::{Argument, block, integer, string, token};

const SYNC_FLAGS: Flags = Flags::ADMIN
    .union(Flags::NOSCRIPT)
    .union(Flags::NO_ASYNC_LOADING)
    .union(Flags::NO_MULTI);

const FAILOVER: &[Argument] = &[
    block(
        "target",
        &[
            string("host"),
            integer("port"),
            token("force", "FORCE").optional(),
        ],
    )
    .token("TO")
    .optional(),
    token("abort", "ABORT").optional(),
    integer("milliseconds").token("TIMEOUT").optional(),
];

const REPLICAOF: Command = Command {
    name: "replicaof",
    arity: 3,
    flags: Flags::ADMIN
        .union(Flags::NOSCRIPT)
        .union(Flags::STALE)
        .union(Flags::NO_ASYNC_LOADING),
    group: Group::Server,
    since: "5.0.0",
    complexity: "O(1)",
    summary: Summary {
        en: "Makes the server a replica of another, or a primary again.",
        zh: "让服务器成为另一台的副本，或重新成为主节点。",
    },
    arguments: &[string("host"), integer("port")],
    run: replicaof,
    ..Command::BASE
};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "sync",
        arity: 1,
        flags: SYNC_FLAGS,
        group: Group::Server,
        since: "1.0.0",
        summary: Summary {
            en: "Asks for a snapshot and the stream of changes (used by replicas).",
            zh: "请求快照和后续的变更流（由副本使用）。",
        },
        run: sync,
        ..Command::BASE
    },
    Command {
        name: "psync",
        arity: -3,
        flags: SYNC_FLAGS,
        group: Group::Server,
        since: "2.8.0",
        summary: Summary {
            en: "Asks for the part of the stream that a replica missed, or for everything.",
            zh: "请求副本错过的那一段变更流，必要时请求全部数据。",
        },
        arguments: &[string("replicationid"), integer("offset")],
        run: psync,
        ..Command::BASE
    },
    Command {
        name: "replconf",
        arity: -1,
        flags: Flags::ADMIN
            .union(Flags::NOSCRIPT)
            .union(Flags::LOADING)
            .union(Flags::STALE)
            .union(Flags::ALLOW_BUSY),
        group: Group::Server,
        since: "3.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells the primary about a replica (used by replicas).",
            zh: "向主节点说明副本的情况（由副本使用）。",
        },
        run: replconf,
        ..Command::BASE
    },
    Command {
        name: "role",
        arity: 1,
        flags: Flags::NOSCRIPT
            .union(Flags::LOADING)
            .union(Flags::STALE)
            .union(Flags::FAST),
        categories: Categories::ADMIN.union(Categories::DANGEROUS),
        group: Group::Server,
        since: "2.8.12",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells what part the server plays in replication.",
            zh: "返回服务器在复制中的角色。",
        },
        run: role,
        ..Command::BASE
    },
    REPLICAOF,
    Command {
        name: "failover",
        arity: -1,
        flags: Flags::ADMIN.union(Flags::NOSCRIPT).union(Flags::STALE),
        group: Group::Server,
        since: "6.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Hands the part of the primary over to one of its replicas.",
            zh: "把主节点的角色移交给它的一个副本。",
        },
        arguments: FAILOVER,
        run: failover,
        ..Command::BASE
    },
    Command {
        name: "slaveof",
        ..REPLICAOF
    },
];
