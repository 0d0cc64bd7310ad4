//! The commands that count different elements.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::hyperloglog;
use crate::commands::syntax::{key, string};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "pfadd",
        arity: -2,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        since: "2.8.9",
        complexity: "O(1) for each element",
        summary: Summary {
            en: "Adds elements to a HyperLogLog, which counts different ones.",
            zh: "向 HyperLogLog 添加元素，用于统计不同元素的个数。",
        },
        arguments: &[key("key", 0), string("element").optional().multiple()],
        run: hyperloglog::pfadd,
        ..BASE
    },
    Command {
        name: "pfcount",
        arity: -2,
        flags: Flags::READONLY.union(Flags::MAY_REPLICATE),
        keys: &[KeySpec::range(
            1,
            -1,
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS),
        )],
        since: "2.8.9",
        complexity: "O(1) for one key, O(N) with a large constant for N of them",
        summary: Summary {
            en: "Estimates how many different elements HyperLogLogs have seen together.",
            zh: "估算一个或多个 HyperLogLog 合计见过多少个不同的元素。",
        },
        arguments: &[key("key", 0).multiple()],
        run: hyperloglog::pfcount,
        ..BASE
    },
    Command {
        name: "pfmerge",
        arity: -2,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::INSERT)),
            ),
            KeySpec::range(2, -1, 1, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        since: "2.8.9",
        complexity: "O(N) in the HyperLogLogs, with a large constant",
        summary: Summary {
            en: "Merges HyperLogLogs into one.",
            zh: "将多个 HyperLogLog 合并为一个。",
        },
        arguments: &[key("destkey", 0), key("sourcekey", 1).optional().multiple()],
        run: hyperloglog::pfmerge,
        ..BASE
    },
    Command {
        name: "pfdebug",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::ADMIN)),
        keys: &[KeySpec::one(2, KeyFlags::RW.union(KeyFlags::ACCESS))],
        since: "2.8.9",
        complexity: "N/A",
        summary: Summary {
            en: "Shows what a HyperLogLog is made of: its registers, runs and encoding.",
            zh: "查看 HyperLogLog 的内部结构：寄存器、游程和编码。",
        },
        arguments: &[string("subcommand"), key("key", 0)],
        run: hyperloglog::pfdebug,
        ..BASE
    },
    Command {
        name: "pfselftest",
        arity: 1,
        flags: Flags::ADMIN,
        since: "2.8.9",
        complexity: "N/A",
        summary: Summary {
            en: "Tests the registers of HyperLogLogs and the error of their counts.",
            zh: "自检 HyperLogLog 的寄存器与计数误差。",
        },
        run: hyperloglog::pfselftest,
        ..BASE
    },
];

const BASE: Command = Command {
    categories: Categories::HYPERLOGLOG,
    group: Group::HyperLogLog,
    ..Command::BASE
};
