//! The rows of group `pubsub`.

use crate::commands::command::{Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::pubsub::{
    psubscribe, publish, pubsub_channels, pubsub_help, pubsub_numpat, pubsub_numsub,
    pubsub_shardchannels, pubsub_shardnumsub, punsubscribe, spublish, ssubscribe, subscribe,
    sunsubscribe, unsubscribe,
};
use crate::commands::syntax::{pattern, string};

/// What every command here may.
const ANY_TIME: Flags = Flags::LOADING.union(Flags::STALE);
const LOOK: Flags = ANY_TIME.union(Flags::PUBSUB);
const LISTEN: Flags = LOOK.union(Flags::NOSCRIPT);
const SEND: Flags = LOOK.union(Flags::FAST);

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "psubscribe",
        arity: -2,
        flags: LISTEN,
        group: Group::Pubsub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of patterns to subscribe to.",
        summary: Summary {
            en: "Listens to the channels whose names match patterns.",
            zh: "订阅名称匹配指定模式的频道。",
        },
        arguments: &[pattern("pattern").multiple()],
        run: psubscribe,
        ..Command::BASE
    },
    Command {
        name: "publish",
        arity: 3,
        flags: SEND.union(Flags::MAY_REPLICATE),
        group: Group::Pubsub,
        since: "2.0.0",
        complexity: "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client).",
        summary: Summary {
            en: "Sends a message to a channel.",
            zh: "向频道发布一条消息。",
        },
        arguments: &[string("channel"), string("message")],
        run: publish,
        ..Command::BASE
    },
    Command {
        name: "pubsub",
        arity: -2,
        group: Group::Pubsub,
        since: "2.8.0",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Tells which channels have subscribers.",
            zh: "查看频道的订阅情况。",
        },
        subcommands: &[
            Command {
                name: "channels",
                arity: -2,
                flags: LOOK,
                group: Group::Pubsub,
                since: "2.8.0",
                complexity: "O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns)",
                summary: Summary {
                    en: "Lists the channels that have a subscriber.",
                    zh: "列出有订阅者的频道。",
                },
                arguments: &[pattern("pattern").optional()],
                run: pubsub_channels,
                ..Command::BASE
            },
            Command {
                name: "help",
                arity: 2,
                flags: ANY_TIME,
                group: Group::Pubsub,
                since: "6.2.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Lists the subcommands.",
                    zh: "列出子命令。",
                },
                run: pubsub_help,
                ..Command::BASE
            },
            Command {
                name: "numpat",
                arity: 2,
                flags: LOOK,
                group: Group::Pubsub,
                since: "2.8.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Counts the patterns that have a subscriber.",
                    zh: "返回有订阅者的模式数量。",
                },
                run: pubsub_numpat,
                ..Command::BASE
            },
            Command {
                name: "numsub",
                arity: -2,
                flags: LOOK,
                group: Group::Pubsub,
                since: "2.8.0",
                complexity: "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
                summary: Summary {
                    en: "Counts the subscribers of channels.",
                    zh: "返回各频道的订阅者数量。",
                },
                arguments: &[string("channel").optional().multiple()],
                run: pubsub_numsub,
                ..Command::BASE
            },
            Command {
                name: "shardchannels",
                arity: -2,
                flags: LOOK,
                group: Group::Pubsub,
                since: "7.0.0",
                complexity: "O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short shard channels).",
                summary: Summary {
                    en: "Lists the shard channels that have a subscriber.",
                    zh: "列出有订阅者的分片频道。",
                },
                arguments: &[pattern("pattern").optional()],
                run: pubsub_shardchannels,
                ..Command::BASE
            },
            Command {
                name: "shardnumsub",
                arity: -2,
                flags: LOOK,
                group: Group::Pubsub,
                since: "7.0.0",
                complexity: "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels",
                summary: Summary {
                    en: "Counts the subscribers of shard channels.",
                    zh: "返回各分片频道的订阅者数量。",
                },
                arguments: &[string("shardchannel").optional().multiple()],
                run: pubsub_shardnumsub,
                ..Command::BASE
            },
        ],
        ..Command::BASE
    },
    Command {
        name: "punsubscribe",
        arity: -1,
        flags: LISTEN,
        group: Group::Pubsub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of patterns to unsubscribe.",
        summary: Summary {
            en: "Stops listening to patterns, to all without one.",
            zh: "退订模式；不指定时退订全部。",
        },
        arguments: &[pattern("pattern").optional().multiple()],
        run: punsubscribe,
        ..Command::BASE
    },
    Command {
        name: "spublish",
        arity: 3,
        flags: SEND.union(Flags::MAY_REPLICATE),
        keys: &[KeySpec::one(1, KeyFlags::NOT_KEY)],
        group: Group::Pubsub,
        since: "7.0.0",
        complexity: "O(N) where N is the number of clients subscribed to the receiving shard channel.",
        summary: Summary {
            en: "Sends a message to a shard channel.",
            zh: "向分片频道发布一条消息。",
        },
        arguments: &[string("shardchannel"), string("message")],
        run: spublish,
        ..Command::BASE
    },
    Command {
        name: "ssubscribe",
        arity: -2,
        flags: LISTEN,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::NOT_KEY)],
        group: Group::Pubsub,
        since: "7.0.0",
        complexity: "O(N) where N is the number of shard channels to subscribe to.",
        summary: Summary {
            en: "Listens to shard channels.",
            zh: "订阅分片频道。",
        },
        arguments: &[string("shardchannel").multiple()],
        run: ssubscribe,
        ..Command::BASE
    },
    Command {
        name: "subscribe",
        arity: -2,
        flags: LISTEN,
        group: Group::Pubsub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of channels to subscribe to.",
        summary: Summary {
            en: "Listens to channels.",
            zh: "订阅频道。",
        },
        arguments: &[string("channel").multiple()],
        run: subscribe,
        ..Command::BASE
    },
    Command {
        name: "sunsubscribe",
        arity: -1,
        flags: LISTEN,
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::NOT_KEY)],
        group: Group::Pubsub,
        since: "7.0.0",
        complexity: "O(N) where N is the number of shard channels to unsubscribe.",
        summary: Summary {
            en: "Stops listening to shard channels, to all without one.",
            zh: "退订分片频道；不指定时退订全部。",
        },
        arguments: &[string("shardchannel").optional().multiple()],
        run: sunsubscribe,
        ..Command::BASE
    },
    Command {
        name: "unsubscribe",
        arity: -1,
        flags: LISTEN,
        group: Group::Pubsub,
        since: "2.0.0",
        complexity: "O(N) where N is the number of clients already subscribed to a channel.",
        summary: Summary {
            en: "Stops listening to channels, to all without one.",
            zh: "退订频道；不指定时退订全部。",
        },
        arguments: &[string("channel").optional().multiple()],
        run: unsubscribe,
        ..Command::BASE
    },
];
