//! The rows of group `cluster`. There is none here: CLUSTER's subcommands stand in its function.

use crate::commands::command::{Categories, Command, Flags, Group, Summary};
use crate::commands::server::{cluster, of_cluster_clients};
use crate::commands::syntax::string;

const BASE: Command = Command {
    arity: 1,
    flags: Flags::LOADING.union(Flags::STALE.union(Flags::FAST)),
    categories: Categories::CONNECTION,
    group: Group::Cluster,
    since: "3.0.0",
    complexity: "O(1)",
    run: of_cluster_clients,
    ..Command::BASE
};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "cluster",
        arity: -2,
        group: Group::Cluster,
        since: "3.0.0",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Manages a cluster, which this server is not part of.",
            zh: "管理集群；本服务器未启用集群。",
        },
        arguments: &[
            string("subcommand"),
            string("argument").optional().multiple(),
        ],
        run: cluster,
        ..Command::BASE
    },
    Command {
        name: "readonly",
        summary: Summary {
            en: "Allows reading from a replica of a cluster.",
            zh: "允许从集群的从节点读取数据。",
        },
        ..BASE
    },
    Command {
        name: "readwrite",
        summary: Summary {
            en: "Ends what READONLY has allowed.",
            zh: "取消 READONLY 的只读许可。",
        },
        ..BASE
    },
    Command {
        name: "asking",
        flags: Flags::FAST,
        summary: Summary {
            en: "Follows a redirection inside a cluster.",
            zh: "跟随集群的 ASK 重定向。",
        },
        ..BASE
    },
];
