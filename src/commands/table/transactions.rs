//! The rows of group `transactions`.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::syntax::key;
use crate::commands::transaction::{discard, exec, multi, unwatch, watch};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "discard",
        arity: 1,
        flags: Flags::NOSCRIPT
            .union(Flags::LOADING.union(Flags::STALE.union(Flags::FAST.union(Flags::ALLOW_BUSY)))),
        categories: Categories::TRANSACTION,
        group: Group::Transactions,
        since: "2.0.0",
        complexity: "O(N), when N is the number of queued commands",
        summary: Summary {
            en: "Drops the queued commands of a transaction.",
            zh: "放弃事务中已排队的命令。",
        },
        run: discard,
        ..Command::BASE
    },
    Command {
        name: "exec",
        arity: 1,
        flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE.union(Flags::SKIP_SLOWLOG))),
        categories: Categories::TRANSACTION,
        group: Group::Transactions,
        since: "1.2.0",
        complexity: "Depends on commands in the transaction",
        summary: Summary {
            en: "Runs the queued commands of a transaction.",
            zh: "执行事务中已排队的命令。",
        },
        run: exec,
        ..Command::BASE
    },
    Command {
        name: "multi",
        arity: 1,
        flags: Flags::NOSCRIPT
            .union(Flags::LOADING.union(Flags::STALE.union(Flags::FAST.union(Flags::ALLOW_BUSY)))),
        categories: Categories::TRANSACTION,
        group: Group::Transactions,
        since: "1.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Begins a transaction.",
            zh: "开始一个事务。",
        },
        run: multi,
        ..Command::BASE
    },
    Command {
        name: "unwatch",
        arity: 1,
        flags: Flags::NOSCRIPT
            .union(Flags::LOADING.union(Flags::STALE.union(Flags::FAST.union(Flags::ALLOW_BUSY)))),
        categories: Categories::TRANSACTION,
        group: Group::Transactions,
        since: "2.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Forgets all watched keys.",
            zh: "取消对所有键的监视。",
        },
        run: unwatch,
        ..Command::BASE
    },
    Command {
        name: "watch",
        arity: -2,
        flags: Flags::NOSCRIPT
            .union(Flags::LOADING.union(Flags::STALE.union(Flags::FAST.union(Flags::ALLOW_BUSY)))),
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO)],
        categories: Categories::TRANSACTION,
        group: Group::Transactions,
        since: "2.2.0",
        complexity: "O(1) for every key.",
        summary: Summary {
            en: "Watches keys: a later EXEC does nothing if one has changed.",
            zh: "监视键：若其中有键被修改，之后的 EXEC 不会执行。",
        },
        arguments: &[key("key", 0).multiple()],
        run: watch,
        ..Command::BASE
    },
];
