//! The rows of SENTINEL, which sentinels alone have.

use crate::commands::command::{Command, Flags, Group, Summary};
use crate::commands::sentinel::{
    ckquorum, failover, flushconfig, get_master_addr, help, info_cache, is_master_down, master,
    masters, monitor, myid, pending_scripts, remove, replicas, reset, sentinel_config,
    sentinel_debug, sentinels, set, simulate_failure,
};
use crate::commands::syntax::{block, integer, one_of, pattern, string, token};

const BASE: Command = Command {
    flags: Flags::ADMIN.union(Flags::NOSCRIPT),
    group: Group::Sentinel,
    complexity: "O(N) where N is the number of primaries and their nodes",
    ..Command::BASE
};

pub(super) const ROWS: &[Command] = &[Command {
    name: "sentinel",
    arity: -2,
    flags: BASE.flags,
    group: Group::Sentinel,
    since: "2.8.4",
    complexity: "Depends on subcommand.",
    summary: Summary {
        en: "Asks and steers a sentinel.",
        zh: "查询和控制哨兵。",
    },
    subcommands: &[
        Command {
            name: "ckquorum",
            arity: 3,
            since: "2.8.4",
            summary: Summary {
                en: "Tells whether the sentinels can reach a quorum.",
                zh: "检查各哨兵能否达到法定数。",
            },
            arguments: &[string("master-name")],
            run: ckquorum,
            ..BASE
        },
        Command {
            name: "config",
            arity: -4,
            since: "6.2.0",
            summary: Summary {
                en: "Reads or changes parameters of the sentinel itself.",
                zh: "读取或修改哨兵自身的参数。",
            },
            arguments: &[one_of(
                "action",
                &[
                    block(
                        "set",
                        &[token("set", "SET"), string("parameter"), string("value")],
                    ),
                    block("get", &[token("get", "GET"), string("pattern")]),
                ],
            )],
            run: sentinel_config,
            ..BASE
        },
        Command {
            name: "debug",
            arity: -2,
            since: "7.0.0",
            summary: Summary {
                en: "Lists or changes the times that the sentinel goes by.",
                zh: "列出或修改哨兵使用的时间参数。",
            },
            arguments: &[block("data", &[string("parameter"), string("value")])
                .optional()
                .multiple()],
            run: sentinel_debug,
            ..BASE
        },
        Command {
            name: "failover",
            arity: 3,
            since: "2.8.4",
            summary: Summary {
                en: "Has a replica take the primary's place without asking other sentinels.",
                zh: "不询问其他哨兵，直接让一台副本接替主节点。",
            },
            arguments: &[string("master-name")],
            run: failover,
            ..BASE
        },
        Command {
            name: "flushconfig",
            arity: 2,
            since: "2.8.4",
            summary: Summary {
                en: "Writes the configuration file.",
                zh: "把配置写入文件。",
            },
            arguments: &[],
            run: flushconfig,
            ..BASE
        },
        Command {
            name: "get-master-addr-by-name",
            arity: 3,
            since: "2.8.4",
            summary: Summary {
                en: "Returns the address of a primary.",
                zh: "返回主节点的地址。",
            },
            arguments: &[string("master-name")],
            run: get_master_addr,
            ..BASE
        },
        Command {
            name: "help",
            arity: 2,
            since: "2.8.4",
            summary: Summary {
                en: "Describes the subcommands.",
                zh: "说明各子命令。",
            },
            arguments: &[],
            run: help,
            ..BASE
        },
        Command {
            name: "info-cache",
            arity: -3,
            since: "3.2.0",
            summary: Summary {
                en: "Returns the last INFO of primaries and their replicas.",
                zh: "返回主节点及其副本最近一次的 INFO。",
            },
            arguments: &[string("nodename").multiple()],
            run: info_cache,
            ..BASE
        },
        Command {
            name: "is-master-down-by-addr",
            arity: 6,
            since: "2.8.4",
            summary: Summary {
                en: "Tells whether a primary is down, and votes.",
                zh: "报告主节点是否下线，并投票。",
            },
            arguments: &[
                string("ip"),
                integer("port"),
                integer("current-epoch"),
                string("runid"),
            ],
            run: is_master_down,
            ..BASE
        },
        Command {
            name: "master",
            arity: 3,
            since: "2.8.4",
            summary: Summary {
                en: "Describes a primary.",
                zh: "描述一台主节点。",
            },
            arguments: &[string("master-name")],
            run: master,
            ..BASE
        },
        Command {
            name: "masters",
            arity: 2,
            since: "2.8.4",
            summary: Summary {
                en: "Describes all primaries.",
                zh: "描述全部主节点。",
            },
            arguments: &[],
            run: masters,
            ..BASE
        },
        Command {
            name: "monitor",
            arity: 6,
            since: "2.8.4",
            summary: Summary {
                en: "Begins to watch a primary.",
                zh: "开始监视一台主节点。",
            },
            arguments: &[
                string("name"),
                string("ip"),
                integer("port"),
                integer("quorum"),
            ],
            run: monitor,
            ..BASE
        },
        Command {
            name: "myid",
            arity: 2,
            since: "6.2.0",
            summary: Summary {
                en: "Returns the id of the sentinel.",
                zh: "返回哨兵的 id。",
            },
            arguments: &[],
            run: myid,
            ..BASE
        },
        Command {
            name: "pending-scripts",
            arity: 2,
            since: "2.8.4",
            summary: Summary {
                en: "Lists the scripts that are to be run.",
                zh: "列出待运行的脚本。",
            },
            arguments: &[],
            run: pending_scripts,
            ..BASE
        },
        Command {
            name: "remove",
            arity: 3,
            since: "2.8.4",
            summary: Summary {
                en: "Ends watching a primary.",
                zh: "停止监视一台主节点。",
            },
            arguments: &[string("master-name")],
            run: remove,
            ..BASE
        },
        Command {
            name: "replicas",
            arity: 3,
            since: "5.0.0",
            summary: Summary {
                en: "Describes the replicas of a primary.",
                zh: "描述主节点的副本。",
            },
            arguments: &[string("master-name")],
            run: replicas,
            ..BASE
        },
        Command {
            name: "reset",
            arity: 3,
            since: "2.8.4",
            summary: Summary {
                en: "Forgets the replicas and sentinels of primaries, to find them anew.",
                zh: "忘记主节点的副本和哨兵，重新发现它们。",
            },
            arguments: &[pattern("pattern")],
            run: reset,
            ..BASE
        },
        Command {
            name: "sentinels",
            arity: 3,
            since: "2.8.4",
            summary: Summary {
                en: "Describes the other sentinels of a primary.",
                zh: "描述监视同一主节点的其他哨兵。",
            },
            arguments: &[string("master-name")],
            run: sentinels,
            ..BASE
        },
        Command {
            name: "set",
            arity: -5,
            since: "2.8.4",
            summary: Summary {
                en: "Changes how a primary is watched.",
                zh: "修改监视主节点的方式。",
            },
            arguments: &[
                string("master-name"),
                block("data", &[string("option"), string("value")]).multiple(),
            ],
            run: set,
            ..BASE
        },
        Command {
            name: "simulate-failure",
            arity: -3,
            since: "3.2.0",
            summary: Summary {
                en: "Has the sentinel end at a step of the next failover.",
                zh: "让哨兵在下一次故障转移的某一步退出。",
            },
            arguments: &[one_of(
                "mode",
                &[
                    token("crash-after-election", "CRASH-AFTER-ELECTION"),
                    token("crash-after-promotion", "CRASH-AFTER-PROMOTION"),
                    token("help", "HELP"),
                ],
            )
            .multiple()],
            run: simulate_failure,
            ..BASE
        },
        Command {
            name: "slaves",
            arity: 3,
            since: "2.8.0",
            summary: Summary {
                en: "Describes the replicas of a primary.",
                zh: "描述主节点的副本。",
            },
            deprecated: Some(("5.0.0", "`SENTINEL REPLICAS`")),
            arguments: &[string("master-name")],
            run: replicas,
            ..BASE
        },
    ],
    ..Command::BASE
}];
