//! The rows of group `connection`.

use super::steering;
use crate::commands::acl::auth;
use crate::commands::blocking::client_unblock;
use crate::commands::command::{Categories, Command, Flags, Group, Summary};
use crate::commands::connection::{
    client_getname, client_help, client_id, client_info, client_kill, client_list, client_no_evict,
    client_no_touch, client_reply, client_setinfo, client_setname, echo, hello, ping, quit, reset,
    select,
};
use crate::commands::syntax::{block, integer, one_of, string, token};

pub(super) const ROWS: &[Command] =
    &[
        Command {
            name: "client",
            arity: -2,
            group: Group::Connection,
            since: "2.4.0",
            complexity: "Depends on subcommand.",
            summary: Summary {
                en: "Looks at and steers client connections.",
                zh: "查看和管理客户端连接。",
            },
            subcommands: &[
                Command {
                    name: "id",
                    arity: 2,
                    flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "5.0.0",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Tells the number of the connection.",
                        zh: "返回当前连接的编号。",
                    },
                    run: client_id,
                    ..Command::BASE
                },
                Command {
                    name: "setinfo",
                    arity: 4,
                    flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)),
                    categories: Categories::CONNECTION,
                    tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
                    group: Group::Connection,
                    since: "7.2.0",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Tells the server the name or version of the client library.",
                        zh: "向服务器登记客户端库的名称或版本。",
                    },
                    arguments: &[one_of(
                        "attr",
                        &[
                            string("libname").token("LIB-NAME"),
                            string("libver").token("LIB-VER"),
                        ],
                    )],
                    run: client_setinfo,
                    ..Command::BASE
                },
                Command {
                    name: "setname",
                    arity: 3,
                    flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "2.6.9",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Names the connection.",
                        zh: "设置当前连接的名称。",
                    },
                    arguments: &[string("connection-name")],
                    run: client_setname,
                    ..Command::BASE
                },
                Command {
                    name: "getname",
                    arity: 2,
                    flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "2.6.9",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Tells the name of the connection.",
                        zh: "返回当前连接的名称。",
                    },
                    run: client_getname,
                    ..Command::BASE
                },
                Command {
                    name: "info",
                    arity: 2,
                    flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)),
                    categories: Categories::CONNECTION,
                    tips: &["nondeterministic_output"],
                    group: Group::Connection,
                    since: "6.2.0",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Describes the connection.",
                        zh: "返回当前连接的信息。",
                    },
                    run: client_info,
                    ..Command::BASE
                },
                Command {
                    name: "no-evict",
                    arity: 3,
                    flags: Flags::ADMIN
                        .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "7.0.0",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Keeps the connection from being closed for lack of memory.",
                        zh: "设置当前连接不因内存不足而被关闭。",
                    },
                    arguments: &[one_of("enabled", &[token("on", "ON"), token("off", "OFF")])],
                    run: client_no_evict,
                    ..Command::BASE
                },
                Command {
                    name: "unblock",
                    arity: -3,
                    flags: Flags::ADMIN
                        .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "5.0.0",
                    complexity: "O(N) where N is the number of client connections",
                    summary: Summary {
                        en: "Ends the wait of a connection whose command blocks.",
                        zh: "让因阻塞命令而等待的连接停止等待。",
                    },
                    arguments: &[
                        integer("client-id"),
                        one_of(
                            "timeout_error",
                            &[token("timeout", "TIMEOUT"), token("error", "ERROR")],
                        )
                        .optional(),
                    ],
                    run: client_unblock,
                    ..Command::BASE
                },
                Command {
                    name: "kill",
                    arity: -3,
                    flags: Flags::ADMIN
                        .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "2.4.0",
                    complexity: "O(N) where N is the number of client connections",
                    summary: Summary {
                        en: "Closes connections.",
                        zh: "关闭指定的连接。",
                    },
                    arguments: &[one_of(
                        "filter",
                        &[
                            string("ip:port"),
                            one_of(
                                "new-format",
                                &[
                                    integer("client-id").token("ID").optional().since("2.8.12"),
                                    one_of(
                                        "normal_master_slave_pubsub",
                                        &[
                                            token("normal", "NORMAL"),
                                            token("master", "MASTER").since("3.2.0"),
                                            token("slave", "SLAVE"),
                                            token("replica", "REPLICA").since("5.0.0"),
                                            token("pubsub", "PUBSUB"),
                                        ],
                                    )
                                    .token("TYPE")
                                    .optional()
                                    .since("2.8.12"),
                                    string("username").token("USER").optional(),
                                    string("ip:port").token("ADDR").optional(),
                                    string("ip:port").token("LADDR").optional().since("6.2.0"),
                                    string("yes/no").token("SKIPME").optional(),
                                ],
                            )
                            .multiple(),
                        ],
                    )],
                    run: client_kill,
                    ..Command::BASE
                },
                Command {
                    name: "no-touch",
                    arity: 3,
                    flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "7.2.0",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Keeps the commands of the connection from marking keys as used.",
                        zh: "设置当前连接的命令不更新键的访问时间。",
                    },
                    arguments: &[one_of("enabled", &[token("on", "ON"), token("off", "OFF")])],
                    run: client_no_touch,
                    ..Command::BASE
                },
                Command {
                    name: "reply",
                    arity: 3,
                    flags: Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE)),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "3.2.0",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Switches replies to the connection on, off or off once.",
                        zh: "打开、关闭或跳过一次对当前连接的回复。",
                    },
                    arguments: &[one_of(
                        "on_off_skip",
                        &[
                            token("on", "ON"),
                            token("off", "OFF"),
                            token("skip", "SKIP"),
                        ],
                    )],
                    run: client_reply,
                    ..Command::BASE
                },
                Command {
                    name: "list",
                    arity: -2,
                    flags: Flags::ADMIN
                        .union(Flags::NOSCRIPT.union(Flags::LOADING.union(Flags::STALE))),
                    categories: Categories::CONNECTION,
                    tips: &["nondeterministic_output"],
                    group: Group::Connection,
                    since: "2.4.0",
                    complexity: "O(N) where N is the number of client connections",
                    summary: Summary {
                        en: "Lists the open connections.",
                        zh: "列出所有打开的连接。",
                    },
                    arguments: &[
                        one_of(
                            "normal_master_replica_pubsub",
                            &[
                                token("normal", "NORMAL"),
                                token("master", "MASTER"),
                                token("replica", "REPLICA"),
                                token("pubsub", "PUBSUB"),
                            ],
                        )
                        .token("TYPE")
                        .optional()
                        .since("5.0.0"),
                        block("id", &[integer("client-id").multiple()])
                            .token("ID")
                            .optional()
                            .since("6.2.0"),
                    ],
                    run: client_list,
                    ..Command::BASE
                },
                steering::CACHING,
                steering::GETREDIR,
                steering::PAUSE,
                steering::TRACKING,
                steering::TRACKINGINFO,
                steering::UNPAUSE,
                Command {
                    name: "help",
                    arity: 2,
                    flags: Flags::LOADING.union(Flags::STALE),
                    categories: Categories::CONNECTION,
                    group: Group::Connection,
                    since: "5.0.0",
                    complexity: "O(1)",
                    summary: Summary {
                        en: "Explains the CLIENT subcommands.",
                        zh: "说明 CLIENT 的各个子命令。",
                    },
                    run: client_help,
                    ..Command::BASE
                },
            ],
            ..Command::BASE
        },
        Command {
            name: "auth",
            arity: -2,
            flags: Flags::NOSCRIPT.union(Flags::LOADING.union(
                Flags::STALE.union(Flags::FAST.union(Flags::NO_AUTH.union(Flags::ALLOW_BUSY))),
            )),
            categories: Categories::CONNECTION,
            group: Group::Connection,
            since: "1.0.0",
            complexity: "O(N) where N is the number of passwords defined for the user",
            summary: Summary {
                en: "Logs in with a password, as the default user or another.",
                zh: "用密码登录，可指定用户名。",
            },
            arguments: &[
                string("username").optional().since("6.0.0"),
                string("password"),
            ],
            run: auth,
            ..Command::BASE
        },
        Command {
            name: "echo",
            arity: 2,
            flags: Flags::LOADING.union(Flags::STALE.union(Flags::FAST)),
            categories: Categories::CONNECTION,
            group: Group::Connection,
            since: "1.0.0",
            complexity: "O(1)",
            summary: Summary {
                en: "Answers what it was given.",
                zh: "原样返回收到的内容。",
            },
            arguments: &[string("message")],
            run: echo,
            ..Command::BASE
        },
        Command {
            name: "hello",
            arity: -1,
            flags: Flags::NOSCRIPT.union(Flags::LOADING.union(
                Flags::STALE.union(Flags::FAST.union(Flags::NO_AUTH.union(Flags::ALLOW_BUSY))),
            )),
            categories: Categories::CONNECTION,
            group: Group::Connection,
            since: "6.0.0",
            complexity: "O(1)",
            summary: Summary {
                en: "Greets the server and chooses the protocol.",
                zh: "与服务器握手并选择协议版本。",
            },
            arguments: &[block(
                "arguments",
                &[
                    integer("protover"),
                    block(
                        "username_password",
                        &[string("username"), string("password")],
                    )
                    .token("AUTH")
                    .optional(),
                    string("clientname").token("SETNAME").optional(),
                ],
            )
            .optional()],
            run: hello,
            ..Command::BASE
        },
        Command {
            name: "ping",
            arity: -1,
            flags: Flags::FAST,
            categories: Categories::CONNECTION,
            tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
            group: Group::Connection,
            since: "1.0.0",
            complexity: "O(1)",
            summary: Summary {
                en: "Answers PONG, or what it was given.",
                zh: "回复 PONG 或收到的内容。",
            },
            arguments: &[string("message").optional()],
            run: ping,
            ..Command::BASE
        },
        Command {
            name: "quit",
            arity: -1,
            flags: Flags::NOSCRIPT.union(Flags::LOADING.union(
                Flags::STALE.union(Flags::FAST.union(Flags::NO_AUTH.union(Flags::ALLOW_BUSY))),
            )),
            categories: Categories::CONNECTION,
            group: Group::Connection,
            since: "1.0.0",
            complexity: "O(1)",
            summary: Summary {
                en: "Closes the connection.",
                zh: "关闭连接。",
            },
            run: quit,
            ..Command::BASE
        },
        Command {
            name: "reset",
            arity: 1,
            flags: Flags::NOSCRIPT.union(Flags::LOADING.union(
                Flags::STALE.union(Flags::FAST.union(Flags::NO_AUTH.union(Flags::ALLOW_BUSY))),
            )),
            categories: Categories::CONNECTION,
            group: Group::Connection,
            since: "6.2.0",
            complexity: "O(1)",
            summary: Summary {
                en: "Brings the connection back to its first state.",
                zh: "把连接恢复到初始状态。",
            },
            run: reset,
            ..Command::BASE
        },
        Command {
            name: "select",
            arity: 2,
            flags: Flags::LOADING.union(Flags::STALE.union(Flags::FAST)),
            categories: Categories::CONNECTION,
            group: Group::Connection,
            since: "1.0.0",
            complexity: "O(1)",
            summary: Summary {
                en: "Chooses the database of the connection.",
                zh: "切换当前连接的数据库。",
            },
            arguments: &[integer("index")],
            run: select,
            ..Command::BASE
        },
    ];
