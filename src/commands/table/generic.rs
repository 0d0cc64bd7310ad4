//! The rows of group `generic`.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::keys::{
    copy, del, dump, exists, expire, expireat, expiretime, keys, r#move, object_encoding,
    object_freq, object_help, object_idletime, object_refcount, persist, pexpire, pexpireat,
    pexpiretime, pttl, randomkey, rename, renamenx, restore, scan, touch, ttl, type_of, unlink,
};
use crate::commands::syntax::{integer, key, one_of, pattern, string, token, unix_time};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "copy",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS)),
            KeySpec::one(2, KeyFlags::OW.union(KeyFlags::UPDATE)),
        ],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "6.2.0",
        complexity: "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.",
        summary: Summary {
            en: "Copies the value of a key to another key.",
            zh: "把一个键的值复制到另一个键。",
        },
        arguments: &[
            key("source", 0),
            key("destination", 1),
            integer("destination-db").token("DB").optional(),
            token("replace", "REPLACE").optional(),
        ],
        run: copy,
        ..Command::BASE
    },
    Command {
        name: "del",
        arity: -2,
        flags: Flags::WRITE,
        keys: &[KeySpec::range(
            1,
            -1,
            1,
            KeyFlags::RM.union(KeyFlags::DELETE),
        )],
        categories: Categories::KEYSPACE,
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).",
        summary: Summary {
            en: "Deletes one or more keys.",
            zh: "删除一个或多个键。",
        },
        arguments: &[key("key", 0).multiple()],
        run: del,
        ..Command::BASE
    },
    Command {
        name: "dump",
        arity: 2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::KEYSPACE,
        tips: &["nondeterministic_output"],
        group: Group::Generic,
        since: "2.6.0",
        complexity: "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1).",
        summary: Summary {
            en: "Gives the value of a key as bytes for RESTORE.",
            zh: "把键的值序列化为可供 RESTORE 使用的字节。",
        },
        arguments: &[key("key", 0)],
        run: dump,
        ..Command::BASE
    },
    Command {
        name: "exists",
        arity: -2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO)],
        categories: Categories::KEYSPACE,
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(N) where N is the number of keys to check.",
        summary: Summary {
            en: "Counts how many of the given keys exist.",
            zh: "统计给定的键中有多少个存在。",
        },
        arguments: &[key("key", 0).multiple()],
        run: exists,
        ..Command::BASE
    },
    Command {
        name: "expire",
        arity: -3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Sets a key to expire after a number of seconds.",
            zh: "设置键在若干秒后过期。",
        },
        arguments: &[
            key("key", 0),
            integer("seconds"),
            one_of(
                "condition",
                &[
                    token("nx", "NX"),
                    token("xx", "XX"),
                    token("gt", "GT"),
                    token("lt", "LT"),
                ],
            )
            .optional()
            .since("7.0.0"),
        ],
        run: expire,
        ..Command::BASE
    },
    Command {
        name: "expireat",
        arity: -3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "1.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Sets a key to expire at a Unix time in seconds.",
            zh: "设置键在某个 Unix 时间（秒）过期。",
        },
        arguments: &[
            key("key", 0),
            unix_time("unix-time-seconds"),
            one_of(
                "condition",
                &[
                    token("nx", "NX"),
                    token("xx", "XX"),
                    token("gt", "GT"),
                    token("lt", "LT"),
                ],
            )
            .optional()
            .since("7.0.0"),
        ],
        run: expireat,
        ..Command::BASE
    },
    Command {
        name: "expiretime",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "7.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells the Unix time in seconds at which a key expires.",
            zh: "返回键过期的 Unix 时间（秒）。",
        },
        arguments: &[key("key", 0)],
        run: expiretime,
        ..Command::BASE
    },
    Command {
        name: "keys",
        arity: 2,
        flags: Flags::READONLY,
        categories: Categories::DANGEROUS.union(Categories::KEYSPACE),
        tips: &["request_policy:all_shards", "nondeterministic_output_order"],
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(N) with N being the number of keys in the database, under the assumption that the key names in the database and the given pattern have limited length.",
        summary: Summary {
            en: "Lists all keys that match a pattern.",
            zh: "列出所有匹配模式的键。",
        },
        arguments: &[pattern("pattern")],
        run: keys,
        ..Command::BASE
    },
    Command {
        name: "move",
        arity: 3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Moves a key to another database.",
            zh: "把键移动到另一个数据库。",
        },
        arguments: &[key("key", 0), integer("db")],
        run: r#move,
        ..Command::BASE
    },
    Command {
        name: "object",
        arity: -2,
        group: Group::Generic,
        since: "2.2.3",
        complexity: "Depends on subcommand.",
        summary: Summary {
            en: "Looks at how a value is stored.",
            zh: "查看值的内部存储方式。",
        },
        subcommands: &[
            Command {
                name: "freq",
                arity: 3,
                flags: Flags::READONLY,
                keys: &[KeySpec::one(2, KeyFlags::RO)],
                categories: Categories::KEYSPACE,
                tips: &["nondeterministic_output"],
                group: Group::Generic,
                since: "4.0.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Tells how often a key is used, as the LFU policies count it.",
                    zh: "返回键的访问频率计数（LFU 策略使用）。",
                },
                arguments: &[key("key", 0)],
                run: object_freq,
                ..Command::BASE
            },
            Command {
                name: "encoding",
                arity: 3,
                flags: Flags::READONLY,
                keys: &[KeySpec::one(2, KeyFlags::RO)],
                categories: Categories::KEYSPACE,
                tips: &["nondeterministic_output"],
                group: Group::Generic,
                since: "2.2.3",
                complexity: "O(1)",
                summary: Summary {
                    en: "Tells the encoding that a value is stored in.",
                    zh: "返回值的内部编码。",
                },
                arguments: &[key("key", 0)],
                run: object_encoding,
                ..Command::BASE
            },
            Command {
                name: "idletime",
                arity: 3,
                flags: Flags::READONLY,
                keys: &[KeySpec::one(2, KeyFlags::RO)],
                categories: Categories::KEYSPACE,
                tips: &["nondeterministic_output"],
                group: Group::Generic,
                since: "2.2.3",
                complexity: "O(1)",
                summary: Summary {
                    en: "Tells how many seconds a key has not been used.",
                    zh: "返回键自上次访问以来的空闲秒数。",
                },
                arguments: &[key("key", 0)],
                run: object_idletime,
                ..Command::BASE
            },
            Command {
                name: "help",
                arity: 2,
                flags: Flags::LOADING.union(Flags::STALE),
                categories: Categories::KEYSPACE,
                group: Group::Generic,
                since: "6.2.0",
                complexity: "O(1)",
                summary: Summary {
                    en: "Explains the OBJECT subcommands.",
                    zh: "说明 OBJECT 的各个子命令。",
                },
                run: object_help,
                ..Command::BASE
            },
            Command {
                name: "refcount",
                arity: 3,
                flags: Flags::READONLY,
                keys: &[KeySpec::one(2, KeyFlags::RO)],
                categories: Categories::KEYSPACE,
                tips: &["nondeterministic_output"],
                group: Group::Generic,
                since: "2.2.3",
                complexity: "O(1)",
                summary: Summary {
                    en: "Tells how many references a value has.",
                    zh: "返回值的引用计数。",
                },
                arguments: &[key("key", 0)],
                run: object_refcount,
                ..Command::BASE
            },
        ],
        ..Command::BASE
    },
    Command {
        name: "persist",
        arity: 2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "2.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Removes the expiry time of a key.",
            zh: "移除键的过期时间。",
        },
        arguments: &[key("key", 0)],
        run: persist,
        ..Command::BASE
    },
    Command {
        name: "pexpire",
        arity: -3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Sets a key to expire after a number of milliseconds.",
            zh: "设置键在若干毫秒后过期。",
        },
        arguments: &[
            key("key", 0),
            integer("milliseconds"),
            one_of(
                "condition",
                &[
                    token("nx", "NX"),
                    token("xx", "XX"),
                    token("gt", "GT"),
                    token("lt", "LT"),
                ],
            )
            .optional()
            .since("7.0.0"),
        ],
        run: pexpire,
        ..Command::BASE
    },
    Command {
        name: "pexpireat",
        arity: -3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Sets a key to expire at a Unix time in milliseconds.",
            zh: "设置键在某个 Unix 时间（毫秒）过期。",
        },
        arguments: &[
            key("key", 0),
            unix_time("unix-time-milliseconds"),
            one_of(
                "condition",
                &[
                    token("nx", "NX"),
                    token("xx", "XX"),
                    token("gt", "GT"),
                    token("lt", "LT"),
                ],
            )
            .optional()
            .since("7.0.0"),
        ],
        run: pexpireat,
        ..Command::BASE
    },
    Command {
        name: "pexpiretime",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "7.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells the Unix time in milliseconds at which a key expires.",
            zh: "返回键过期的 Unix 时间（毫秒）。",
        },
        arguments: &[key("key", 0)],
        run: pexpiretime,
        ..Command::BASE
    },
    Command {
        name: "pttl",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::KEYSPACE,
        tips: &["nondeterministic_output"],
        group: Group::Generic,
        since: "2.6.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells how many milliseconds a key has left to live.",
            zh: "返回键剩余的生存毫秒数。",
        },
        arguments: &[key("key", 0)],
        run: pttl,
        ..Command::BASE
    },
    Command {
        name: "randomkey",
        arity: 1,
        flags: Flags::READONLY,
        categories: Categories::KEYSPACE,
        tips: &["request_policy:all_shards", "nondeterministic_output"],
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Picks a key at random.",
            zh: "随机返回一个键。",
        },
        run: randomkey,
        ..Command::BASE
    },
    Command {
        name: "rename",
        arity: 3,
        flags: Flags::WRITE,
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
            ),
            KeySpec::one(2, KeyFlags::OW.union(KeyFlags::UPDATE)),
        ],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Renames a key, overwriting the new name.",
            zh: "重命名键，若新名称已存在则覆盖。",
        },
        arguments: &[key("key", 0), key("newkey", 1)],
        run: rename,
        ..Command::BASE
    },
    Command {
        name: "renamenx",
        arity: 3,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
            ),
            KeySpec::one(2, KeyFlags::OW.union(KeyFlags::INSERT)),
        ],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Renames a key if the new name is not taken.",
            zh: "仅当新名称不存在时重命名键。",
        },
        arguments: &[key("key", 0), key("newkey", 1)],
        run: renamenx,
        ..Command::BASE
    },
    Command {
        name: "restore",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(1, KeyFlags::OW.union(KeyFlags::UPDATE))],
        categories: Categories::KEYSPACE.union(Categories::DANGEROUS),
        group: Group::Generic,
        since: "2.6.0",
        complexity: "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).",
        summary: Summary {
            en: "Makes a key of the bytes that DUMP gave.",
            zh: "用 DUMP 给出的字节创建一个键。",
        },
        arguments: &[
            key("key", 0),
            integer("ttl"),
            string("serialized-value"),
            token("replace", "REPLACE").optional().since("3.0.0"),
            token("absttl", "ABSTTL").optional().since("5.0.0"),
            integer("seconds")
                .token("IDLETIME")
                .optional()
                .since("5.0.0"),
            integer("frequency").token("FREQ").optional().since("5.0.0"),
        ],
        run: restore,
        ..Command::BASE
    },
    Command {
        name: "scan",
        arity: -2,
        flags: Flags::READONLY,
        categories: Categories::KEYSPACE,
        tips: &["nondeterministic_output", "request_policy:special"],
        group: Group::Generic,
        since: "2.8.0",
        complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.",
        summary: Summary {
            en: "Walks over the keys of the database in steps.",
            zh: "分步遍历数据库中的键。",
        },
        arguments: &[
            integer("cursor"),
            pattern("pattern").token("MATCH").optional(),
            integer("count").token("COUNT").optional(),
            string("type").token("TYPE").optional().since("6.0.0"),
        ],
        run: scan,
        ..Command::BASE
    },
    Command {
        name: "touch",
        arity: -2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::range(1, -1, 1, KeyFlags::RO)],
        categories: Categories::KEYSPACE,
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        group: Group::Generic,
        since: "3.2.1",
        complexity: "O(N) where N is the number of keys that will be touched.",
        summary: Summary {
            en: "Marks keys as just used and counts those that exist.",
            zh: "更新键的访问时间，并统计存在的键数。",
        },
        arguments: &[key("key", 0).multiple()],
        run: touch,
        ..Command::BASE
    },
    Command {
        name: "ttl",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::KEYSPACE,
        tips: &["nondeterministic_output"],
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells how many seconds a key has left to live.",
            zh: "返回键剩余的生存秒数。",
        },
        arguments: &[key("key", 0)],
        run: ttl,
        ..Command::BASE
    },
    Command {
        name: "type",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::KEYSPACE,
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells the type of the value of a key.",
            zh: "返回键所存值的类型。",
        },
        arguments: &[key("key", 0)],
        run: type_of,
        ..Command::BASE
    },
    Command {
        name: "unlink",
        arity: -2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::range(
            1,
            -1,
            1,
            KeyFlags::RM.union(KeyFlags::DELETE),
        )],
        categories: Categories::KEYSPACE,
        tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
        group: Group::Generic,
        since: "4.0.0",
        complexity: "O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in order to reclaim memory, where N is the number of allocations the deleted objects where composed of.",
        summary: Summary {
            en: "Deletes one or more keys, freeing their memory apart.",
            zh: "删除一个或多个键，内存另行释放。",
        },
        arguments: &[key("key", 0).multiple()],
        run: unlink,
        ..Command::BASE
    },
];
