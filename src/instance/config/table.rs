//! Every parameter: a row each.

use super::kinds::SIZE_MAX;
use super::{Config, Named, Parameter, ParameterKind};

const MEBIBYTE: u64 = 1024 * 1024;
const INT_MAX: i64 = i32::MAX as i64;

const fn of(name: &'static str, kind: ParameterKind) -> Parameter {
    Parameter {
        name,
        alias: None,
        mutable: true,
        listens: false,
        hidden: false,
        protected: false,
        kind,
    }
}

const fn yes_no(name: &'static str, field: fn(&mut Config) -> &mut bool) -> Parameter {
    of(name, ParameterKind::Bool(field))
}

const fn count(name: &'static str, field: fn(&mut Config) -> &mut usize) -> Parameter {
    let (min, max) = (0, SIZE_MAX);
    of(name, ParameterKind::Count { field, min, max })
}

const fn integer(
    name: &'static str,
    field: fn(&mut Config) -> &mut i64,
    min: i64,
    max: i64,
) -> Parameter {
    of(name, ParameterKind::Integer { field, min, max })
}

const fn memory(name: &'static str, field: fn(&mut Config) -> &mut usize, min: u64) -> Parameter {
    let max = i64::MAX.cast_unsigned();
    of(name, ParameterKind::Memory { field, min, max })
}

const fn text(
    name: &'static str,
    field: fn(&mut Config) -> &mut String,
    check: fn(&str) -> Result<(), &'static str>,
) -> Parameter {
    of(name, ParameterKind::Text { field, check })
}

const fn choice<T: Named>(
    name: &'static str,
    get: fn(&mut Config) -> &'static str,
    set: fn(&mut Config, &[u8]) -> bool,
) -> Parameter {
    let word = |at: usize| T::NAMES.get(at).map(|(name, _)| *name);
    of(name, ParameterKind::Choice { get, set, word })
}

/// Chooses the value that `word` names.
fn choose<T: Named>(field: &mut T, word: &[u8]) -> bool {
    let chosen = T::named(word);
    if let Some(value) = chosen {
        *field = value;
    }
    chosen.is_some()
}

impl Parameter {
    const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }

    const fn immutable(mut self) -> Self {
        self.mutable = false;
        self
    }

    const fn listens(mut self) -> Self {
        self.listens = true;
        self
    }

    const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    const fn protected(mut self) -> Self {
        self.protected = true;
        self
    }

    const fn bounded(mut self, low: usize, high: usize) -> Self {
        if let ParameterKind::Count { field, .. } = self.kind {
            self.kind = ParameterKind::Count {
                field,
                min: low,
                max: high,
            };
        }
        self
    }

    /// Every parameter, by name.
    pub const ALL: &'static [Parameter] = &[
        choice::<super::AclPubsubDefault>(
            "acl-pubsub-default",
            |config| config.acl_pubsub_default.name(),
            |config, word| choose(&mut config.acl_pubsub_default, word),
        ),
        text("aclfile", |config| &mut config.aclfile, |_| Ok(())).immutable(),
        count("acllog-max-len", |config| &mut config.acllog_max_len),
        integer(
            "active-expire-effort",
            |config| &mut config.active_expire_effort,
            1,
            10,
        ),
        yes_no("activerehashing", |config| &mut config.activerehashing),
        yes_no("always-show-logo", |config| &mut config.always_show_logo).immutable(),
        yes_no("aof-load-truncated", |config| {
            &mut config.aof_load_truncated
        }),
        yes_no("aof-timestamp-enabled", |config| {
            &mut config.aof_timestamp_enabled
        }),
        yes_no("aof-use-rdb-preamble", |config| {
            &mut config.aof_use_rdb_preamble
        }),
        text(
            "appenddirname",
            |config| &mut config.appenddirname,
            |value| match value {
                "" => Err("appenddirname can't be empty"),
                value if is_path(value) => Err("appenddirname can't be a path, just a dirname"),
                _ => Ok(()),
            },
        )
        .immutable(),
        text(
            "appendfilename",
            |config| &mut config.appendfilename,
            |value| match value {
                "" => Err("appendfilename can't be empty"),
                value if is_path(value) => Err("appendfilename can't be a path, just a filename"),
                _ => Ok(()),
            },
        )
        .immutable(),
        choice::<super::AppendFsync>(
            "appendfsync",
            |config| config.appendfsync.name(),
            |config, word| choose(&mut config.appendfsync, word),
        ),
        yes_no("appendonly", |config| &mut config.appendonly),
        memory(
            "auto-aof-rewrite-min-size",
            |config| &mut config.auto_aof_rewrite_min_size,
            0,
        ),
        integer(
            "auto-aof-rewrite-percentage",
            |config| &mut config.auto_aof_rewrite_percentage,
            0,
            INT_MAX,
        ),
        of("bind", ParameterKind::Words(|config| &mut config.bind)).listens(),
        text(
            "bind-source-addr",
            |config| &mut config.bind_source_addr,
            |_| Ok(()),
        ),
        integer(
            "busy-reply-threshold",
            |config| &mut config.busy_reply_threshold,
            0,
            i64::MAX,
        )
        .alias("lua-time-limit"),
        of("client-output-buffer-limit", ParameterKind::OutputLimits),
        memory(
            "client-query-buffer-limit",
            |config| &mut config.client_query_buffer_limit,
            MEBIBYTE,
        ),
        yes_no("daemonize", |config| &mut config.daemonize).immutable(),
        count("databases", |config| &mut config.databases)
            .bounded(1, INT_MAX as usize)
            .immutable(),
        text(
            "dbfilename",
            |config| &mut config.dbfilename,
            |value| match value {
                value if is_path(value) => Err("dbfilename can't be a path, just a filename"),
                _ => Ok(()),
            },
        )
        .protected(),
        of("dir", ParameterKind::Directory).protected(),
        yes_no("dynamic-hz", |config| &mut config.dynamic_hz),
        choice::<super::ProtectedAction>(
            "enable-debug-command",
            |config| config.enable_debug_command.name(),
            |config, word| choose(&mut config.enable_debug_command, word),
        )
        .immutable(),
        choice::<super::ProtectedAction>(
            "enable-protected-configs",
            |config| config.enable_protected_configs.name(),
            |config, word| choose(&mut config.enable_protected_configs, word),
        )
        .immutable(),
        count("hash-max-listpack-entries", |config| {
            &mut config.hash_max_listpack_entries
        })
        .alias("hash-max-ziplist-entries"),
        memory(
            "hash-max-listpack-value",
            |config| &mut config.hash_max_listpack_value,
            0,
        )
        .alias("hash-max-ziplist-value"),
        memory(
            "hll-sparse-max-bytes",
            |config| &mut config.hll_sparse_max_bytes,
            0,
        ),
        // As Redis does, what is out of these bounds is brought within.
        integer("hz", |config| &mut config.hz, 0, INT_MAX),
        integer(
            "key-load-delay",
            |config| &mut config.key_load_delay,
            -INT_MAX - 1,
            INT_MAX,
        )
        .hidden(),
        integer(
            "latency-monitor-threshold",
            |config| &mut config.latency_monitor_threshold,
            0,
            i64::MAX,
        ),
        yes_no("latency-tracking", |config| &mut config.latency_tracking),
        of(
            "latency-tracking-info-percentiles",
            ParameterKind::Percentiles,
        ),
        integer(
            "lfu-decay-time",
            |config| &mut config.lfu_decay_time,
            0,
            INT_MAX,
        ),
        integer(
            "lfu-log-factor",
            |config| &mut config.lfu_log_factor,
            0,
            INT_MAX,
        ),
        integer(
            "list-compress-depth",
            |config| &mut config.list_compress_depth,
            0,
            INT_MAX,
        ),
        integer(
            "list-max-listpack-size",
            |config| &mut config.list_max_listpack_size,
            i32::MIN as i64,
            INT_MAX,
        )
        .alias("list-max-ziplist-size"),
        integer(
            "loading-process-events-interval-bytes",
            |config| &mut config.loading_process_events_interval_bytes,
            1024,
            INT_MAX,
        )
        .hidden(),
        text("logfile", |config| &mut config.logfile, |_| Ok(())).immutable(),
        choice::<crate::instance::LogLevel>(
            "loglevel",
            |config| config.loglevel.name(),
            |config, word| choose(&mut config.loglevel, word),
        ),
        of(
            "masterauth",
            ParameterKind::Secret(|config| &mut config.masterauth),
        ),
        text("masteruser", |config| &mut config.masteruser, |_| Ok(())),
        count("maxclients", |config| &mut config.maxclients).bounded(1, u32::MAX as usize),
        of(
            "maxmemory",
            ParameterKind::Memory {
                field: |config| &mut config.maxmemory,
                min: 0,
                max: u64::MAX,
            },
        ),
        of(
            "maxmemory-clients",
            ParameterKind::MemoryOrPercent(|config| &mut config.maxmemory_clients),
        ),
        integer(
            "maxmemory-eviction-tenacity",
            |config| &mut config.maxmemory_eviction_tenacity,
            0,
            100,
        ),
        choice::<crate::keyspace::EvictionPolicy>(
            "maxmemory-policy",
            |config| config.maxmemory_policy.name(),
            |config, word| choose(&mut config.maxmemory_policy, word),
        ),
        count("maxmemory-samples", |config| &mut config.maxmemory_samples)
            .bounded(1, INT_MAX as usize),
        integer(
            "min-replicas-max-lag",
            |config| &mut config.min_replicas_max_lag,
            0,
            INT_MAX,
        )
        .alias("min-slaves-max-lag"),
        integer(
            "min-replicas-to-write",
            |config| &mut config.min_replicas_to_write,
            0,
            INT_MAX,
        )
        .alias("min-slaves-to-write"),
        yes_no("no-appendfsync-on-rewrite", |config| {
            &mut config.no_appendfsync_on_rewrite
        }),
        of("notify-keyspace-events", ParameterKind::Events),
        text("pidfile", |config| &mut config.pidfile, |_| Ok(())).immutable(),
        integer("port", |config| &mut config.port, 0, 65535).listens(),
        choice::<super::PropagationError>(
            "propagation-error-behavior",
            |config| config.propagation_error_behavior.name(),
            |config, word| choose(&mut config.propagation_error_behavior, word),
        ),
        yes_no("protected-mode", |config| &mut config.protected_mode),
        memory(
            "proto-max-bulk-len",
            |config| &mut config.proto_max_bulk_len,
            MEBIBYTE,
        ),
        integer(
            "rdb-key-save-delay",
            |config| &mut config.rdb_key_save_delay,
            -INT_MAX - 1,
            INT_MAX,
        )
        .hidden(),
        yes_no("rdbchecksum", |config| &mut config.rdbchecksum).immutable(),
        yes_no("rdbcompression", |config| &mut config.rdbcompression),
        memory(
            "repl-backlog-size",
            |config| &mut config.repl_backlog_size,
            1,
        ),
        integer(
            "repl-backlog-ttl",
            |config| &mut config.repl_backlog_ttl,
            0,
            i64::MAX,
        ),
        choice::<super::DisklessLoad>(
            "repl-diskless-load",
            |config| config.repl_diskless_load.name(),
            |config, word| choose(&mut config.repl_diskless_load, word),
        ),
        yes_no("repl-diskless-sync", |config| {
            &mut config.repl_diskless_sync
        }),
        integer(
            "repl-diskless-sync-delay",
            |config| &mut config.repl_diskless_sync_delay,
            0,
            INT_MAX,
        ),
        integer(
            "repl-diskless-sync-max-replicas",
            |config| &mut config.repl_diskless_sync_max_replicas,
            0,
            INT_MAX,
        ),
        integer(
            "repl-ping-replica-period",
            |config| &mut config.repl_ping_replica_period,
            1,
            INT_MAX,
        )
        .alias("repl-ping-slave-period"),
        integer(
            "repl-timeout",
            |config| &mut config.repl_timeout,
            1,
            INT_MAX,
        ),
        text(
            "replica-announce-ip",
            |config| &mut config.replica_announce_ip,
            |_| Ok(()),
        )
        .alias("slave-announce-ip"),
        integer(
            "replica-announce-port",
            |config| &mut config.replica_announce_port,
            0,
            65535,
        )
        .alias("slave-announce-port"),
        yes_no("replica-announced", |config| &mut config.replica_announced),
        yes_no("replica-ignore-maxmemory", |config| {
            &mut config.replica_ignore_maxmemory
        })
        .alias("slave-ignore-maxmemory"),
        integer(
            "replica-priority",
            |config| &mut config.replica_priority,
            0,
            INT_MAX,
        )
        .alias("slave-priority"),
        yes_no("replica-read-only", |config| &mut config.replica_read_only)
            .alias("slave-read-only"),
        yes_no("replica-serve-stale-data", |config| {
            &mut config.replica_serve_stale_data
        })
        .alias("slave-serve-stale-data"),
        of("replicaof", ParameterKind::Primary)
            .alias("slaveof")
            .immutable(),
        of(
            "requirepass",
            ParameterKind::Secret(|config| &mut config.requirepass),
        ),
        of("save", ParameterKind::Save),
        count("set-max-intset-entries", |config| {
            &mut config.set_max_intset_entries
        }),
        count("set-max-listpack-entries", |config| {
            &mut config.set_max_listpack_entries
        }),
        memory(
            "set-max-listpack-value",
            |config| &mut config.set_max_listpack_value,
            0,
        ),
        integer(
            "slowlog-log-slower-than",
            |config| &mut config.slowlog_log_slower_than,
            -1,
            i64::MAX,
        ),
        count("slowlog-max-len", |config| &mut config.slowlog_max_len),
        yes_no("stop-writes-on-bgsave-error", |config| {
            &mut config.stop_writes_on_bgsave_error
        }),
        memory(
            "stream-node-max-bytes",
            |config| &mut config.stream_node_max_bytes,
            0,
        ),
        integer(
            "stream-node-max-entries",
            |config| &mut config.stream_node_max_entries,
            0,
            i64::MAX,
        ),
        integer("tcp-backlog", |config| &mut config.tcp_backlog, 0, INT_MAX).immutable(),
        integer(
            "tcp-keepalive",
            |config| &mut config.tcp_keepalive,
            0,
            INT_MAX,
        ),
        integer("timeout", |config| &mut config.timeout, 0, INT_MAX),
        count("tracking-table-max-keys", |config| {
            &mut config.tracking_table_max_keys
        }),
        text("unixsocket", |config| &mut config.unixsocket, |_| Ok(())).immutable(),
        text(
            "unixsocketperm",
            |config| &mut config.unixsocketperm,
            |value| match u32::from_str_radix(value, 8) {
                Ok(0..=0o777) => Ok(()),
                Ok(_) => Err("argument must be between 0 and 777 inclusive"),
                Err(_) => Err("argument couldn't be parsed into an integer"),
            },
        )
        .immutable(),
        count("zset-max-listpack-entries", |config| {
            &mut config.zset_max_listpack_entries
        })
        .alias("zset-max-ziplist-entries"),
        memory(
            "zset-max-listpack-value",
            |config| &mut config.zset_max_listpack_value,
            0,
        )
        .alias("zset-max-ziplist-value"),
    ];
}

/// Whether Redis takes a name for a path.
fn is_path(name: &str) -> bool {
    name.contains(['/', '\\'])
}
