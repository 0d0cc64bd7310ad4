//! redis.conf: the parameters, their bounds and how they are read and written.
//!
//! Only parameters that have an effect here exist; any other is refused as unknown.

use crate::keyspace::EvictionPolicy;

/// The parameters as the engine uses them.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port that the instance listens on in the lab.
    pub port: i64,
    /// Number of databases.
    pub databases: usize,
    /// Seconds after which an idle client is closed; 0 never.
    pub timeout: i64,
    /// Most clients at a time.
    pub maxclients: usize,
    /// Bytes of data and buffers beyond which keys are evicted or writes refused; 0 no bound.
    pub maxmemory: usize,
    /// What is evicted.
    pub maxmemory_policy: EvictionPolicy,
    /// Keys looked at for each eviction.
    pub maxmemory_samples: usize,
    /// How many accesses a step of the LFU counter takes.
    pub lfu_log_factor: i64,
    /// Minutes until the LFU counter falls by one.
    pub lfu_decay_time: i64,
    /// Longest bulk string a client may send or build, in bytes.
    pub proto_max_bulk_len: usize,
    /// Most bytes of an unfinished request.
    pub client_query_buffer_limit: usize,
    /// Most fields of a listpack hash.
    pub hash_max_listpack_entries: usize,
    /// Longest field or value of a listpack hash.
    pub hash_max_listpack_value: usize,
    /// Size (negative: kilobytes class) or length of a list node.
    pub list_max_listpack_size: i64,
    /// Most members of an intset.
    pub set_max_intset_entries: usize,
    /// Most members of a listpack set.
    pub set_max_listpack_entries: usize,
    /// Longest member of a listpack set.
    pub set_max_listpack_value: usize,
    /// Most members of a listpack sorted set.
    pub zset_max_listpack_entries: usize,
    /// Longest member of a listpack sorted set.
    pub zset_max_listpack_value: usize,
    /// Folder of the server's files, absolute.
    pub dir: String,
    /// File name of snapshots.
    pub dbfilename: String,
    /// When a snapshot is made by itself.
    pub save: Vec<SavePoint>,
    /// Whether strings of a snapshot are compressed.
    pub rdbcompression: bool,
    /// Whether a snapshot ends with a checksum, and loading looks at it.
    pub rdbchecksum: bool,
    /// Whether writes are refused while the last snapshot has failed.
    pub stop_writes_on_bgsave_error: bool,
    /// Whether writes are logged.
    pub appendonly: bool,
    /// First part of the names of the log's files.
    pub appendfilename: String,
    /// Folder of the log's files, below `dir`.
    pub appenddirname: String,
    /// When the log is synced.
    pub appendfsync: AppendFsync,
    /// Whether syncing rests while a snapshot or rewrite goes on.
    pub no_appendfsync_on_rewrite: bool,
    /// Growth in percent after which the log is rewritten by itself; 0 never.
    pub auto_aof_rewrite_percentage: i64,
    /// Bytes below which it is not.
    pub auto_aof_rewrite_min_size: usize,
    /// Whether a log that ends in the middle of a command is cut there and loaded.
    pub aof_load_truncated: bool,
    /// Whether a rewrite's base file is a snapshot rather than commands.
    pub aof_use_rdb_preamble: bool,
    /// Whether the log notes the time.
    pub aof_timestamp_enabled: bool,
    /// File of the server's log; empty for standard output.
    pub logfile: String,
}

/// After `seconds`, if at least `changes` were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavePoint {
    /// Since the last snapshot.
    pub seconds: i64,
    /// Since the last snapshot.
    pub changes: u64,
}

/// appendfsync: when what was logged becomes durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendFsync {
    /// Before the reply.
    Always,
    /// Once a second.
    EverySec,
    /// When the operating system pleases.
    No,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            port: 6379,
            databases: 16,
            timeout: 0,
            maxclients: 10_000,
            maxmemory: 0,
            maxmemory_policy: EvictionPolicy::NoEviction,
            maxmemory_samples: 5,
            lfu_log_factor: 10,
            lfu_decay_time: 1,
            proto_max_bulk_len: 512 * 1024 * 1024,
            client_query_buffer_limit: 1024 * 1024 * 1024,
            hash_max_listpack_entries: 512,
            hash_max_listpack_value: 64,
            list_max_listpack_size: -2,
            set_max_intset_entries: 512,
            set_max_listpack_entries: 128,
            set_max_listpack_value: 64,
            zset_max_listpack_entries: 128,
            zset_max_listpack_value: 64,
            dir: "/var/lib/redis".into(),
            dbfilename: "dump.rdb".into(),
            save: [(900, 1), (300, 10), (60, 10_000)]
                .map(|(seconds, changes)| SavePoint { seconds, changes })
                .into(),
            rdbcompression: true,
            rdbchecksum: true,
            stop_writes_on_bgsave_error: true,
            appendonly: false,
            appendfilename: "appendonly.aof".into(),
            appenddirname: "appendonlydir".into(),
            appendfsync: AppendFsync::EverySec,
            no_appendfsync_on_rewrite: false,
            auto_aof_rewrite_percentage: 100,
            auto_aof_rewrite_min_size: 64 * 1024 * 1024,
            aof_load_truncated: true,
            aof_use_rdb_preamble: true,
            aof_timestamp_enabled: false,
            logfile: String::new(),
        }
    }
}

/// How a parameter is written, and where its value lives.
#[derive(Clone, Copy)]
pub enum ParameterKind {
    /// A signed number within bounds.
    Integer {
        /// The field.
        field: fn(&mut Config) -> &mut i64,
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A count within bounds.
    Count {
        /// The field.
        field: fn(&mut Config) -> &mut usize,
        /// Smallest value.
        min: usize,
        /// Largest value.
        max: usize,
    },
    /// A number of bytes, with units (`100mb`) allowed, of at least `min`.
    Memory {
        /// The field.
        field: fn(&mut Config) -> &mut usize,
        /// Smallest value.
        min: usize,
    },
    /// maxmemory-policy.
    Policy,
}

/// One parameter.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Its name in redis.conf.
    pub name: &'static str,
    /// An older name that still works.
    pub alias: Option<&'static str>,
    /// Whether CONFIG SET may change it.
    pub mutable: bool,
    /// What it looks like.
    pub kind: ParameterKind,
}

/// Why a value was refused; the text ends CONFIG SET's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError(pub String);

const MEBIBYTE: usize = 1024 * 1024;
/// LONG_MAX where Redis runs; capped by what an address can count here.
const SIZE_MAX: usize = isize::MAX as usize;
const INT_MAX: i64 = i32::MAX as i64;

const fn count(name: &'static str, field: fn(&mut Config) -> &mut usize) -> Parameter {
    Parameter {
        name,
        alias: None,
        mutable: true,
        kind: ParameterKind::Count {
            field,
            min: 0,
            max: SIZE_MAX,
        },
    }
}

const fn integer(
    name: &'static str,
    field: fn(&mut Config) -> &mut i64,
    min: i64,
    max: i64,
) -> Parameter {
    Parameter {
        name,
        alias: None,
        mutable: true,
        kind: ParameterKind::Integer { field, min, max },
    }
}

const fn memory(name: &'static str, field: fn(&mut Config) -> &mut usize, min: usize) -> Parameter {
    Parameter {
        name,
        alias: None,
        mutable: true,
        kind: ParameterKind::Memory { field, min },
    }
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
        memory(
            "client-query-buffer-limit",
            |config| &mut config.client_query_buffer_limit,
            MEBIBYTE,
        ),
        count("databases", |config| &mut config.databases)
            .bounded(1, INT_MAX as usize)
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
            "list-max-listpack-size",
            |config| &mut config.list_max_listpack_size,
            i32::MIN as i64,
            INT_MAX,
        )
        .alias("list-max-ziplist-size"),
        count("maxclients", |config| &mut config.maxclients).bounded(1, u32::MAX as usize),
        memory("maxmemory", |config| &mut config.maxmemory, 0),
        Parameter {
            name: "maxmemory-policy",
            alias: None,
            mutable: true,
            kind: ParameterKind::Policy,
        },
        count("maxmemory-samples", |config| &mut config.maxmemory_samples)
            .bounded(1, INT_MAX as usize),
        integer("port", |config| &mut config.port, 0, 65535).immutable(),
        memory(
            "proto-max-bulk-len",
            |config| &mut config.proto_max_bulk_len,
            MEBIBYTE,
        ),
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
        integer("timeout", |config| &mut config.timeout, 0, INT_MAX),
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

    /// The parameter of this name or alias, in any case.
    pub fn find(name: &[u8]) -> Option<&'static Parameter> {
        Self::ALL.iter().find(|parameter| {
            parameter.name.as_bytes().eq_ignore_ascii_case(name)
                || parameter
                    .alias
                    .is_some_and(|alias| alias.as_bytes().eq_ignore_ascii_case(name))
        })
    }

    /// The value as CONFIG GET shows it.
    pub fn get(&self, config: &Config) -> String {
        // The accessors serve reading and writing alike, so reading works on a copy.
        let mut config = config.clone();
        match self.kind {
            ParameterKind::Integer { field, .. } => field(&mut config).to_string(),
            ParameterKind::Count { field, .. } | ParameterKind::Memory { field, .. } => {
                field(&mut config).to_string()
            }
            ParameterKind::Policy => EvictionPolicy::NAMES
                .iter()
                .find(|(_, policy)| *policy == config.maxmemory_policy)
                .map_or_else(String::new, |(name, _)| (*name).to_string()),
        }
    }

    /// Changes the value.
    ///
    /// # Errors
    /// [`SetError`] with Redis's text; nothing is changed then.
    pub fn set(&self, config: &mut Config, value: &[u8]) -> Result<(), SetError> {
        match self.kind {
            ParameterKind::Integer { field, min, max } => {
                let number = parse_number(value)?;
                if !(min..=max).contains(&number) {
                    return Err(out_of_bounds(min, max));
                }
                *field(config) = number;
            }
            ParameterKind::Count { field, min, max } => {
                let number = parse_number(value)?;
                match usize::try_from(number) {
                    Ok(count) if (min..=max).contains(&count) => *field(config) = count,
                    _ => return Err(out_of_bounds(min, max)),
                }
            }
            ParameterKind::Memory { field, min } => {
                let Some(bytes) = parse_memory(value) else {
                    return Err(SetError("argument must be a memory value".into()));
                };
                let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
                if bytes < min {
                    return Err(out_of_bounds(min, SIZE_MAX));
                }
                *field(config) = bytes;
            }
            ParameterKind::Policy => {
                let policy = EvictionPolicy::NAMES
                    .iter()
                    .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(value));
                let Some((_, policy)) = policy else {
                    let names = EvictionPolicy::NAMES.map(|(name, _)| name).join(", ");
                    let text = format!("argument(s) must be one of the following: {names}");
                    return Err(SetError(text));
                };
                config.maxmemory_policy = *policy;
            }
        }
        Ok(())
    }
}

fn out_of_bounds(min: impl std::fmt::Display, max: impl std::fmt::Display) -> SetError {
    SetError(format!(
        "argument must be between {min} and {max} inclusive"
    ))
}

fn parse_number(value: &[u8]) -> Result<i64, SetError> {
    crate::types::numbers::parse_i64(value)
        .ok_or_else(|| SetError("argument couldn't be parsed into an integer".into()))
}

/// Bytes with an optional unit: `k` 1000, `kb` 1024, likewise `m` and `g`, in any case.
fn parse_memory(value: &[u8]) -> Option<u64> {
    let digits = value
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (number, unit) = value.split_at(digits);
    let factor: u64 = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    // No digits at all are a zero, as C reads them.
    let number: u64 = match number {
        [] => 0,
        digits => std::str::from_utf8(digits).ok()?.parse().ok()?,
    };
    number.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> Result<String, String> {
        let mut config = Config::default();
        let parameter = Parameter::find(name.as_bytes()).unwrap();
        parameter
            .set(&mut config, value.as_bytes())
            .map_err(|error| error.0)?;
        Ok(parameter.get(&config))
    }

    #[test]
    fn memory_takes_units() {
        for (text, bytes) in [
            ("100", "100"),
            ("1k", "1000"),
            ("2KB", "2048"),
            ("1mb", "1048576"),
        ] {
            assert_eq!(set("maxmemory", text).unwrap(), bytes);
        }
        for text in ["", "mb"] {
            assert_eq!(set("maxmemory", text).unwrap(), "0");
        }
        for text in ["1 mb", "-1", "1tb", "99999999999gb"] {
            assert!(set("maxmemory", text).is_err(), "{text}");
        }
    }

    #[test]
    fn bounds_and_names_are_told() {
        assert_eq!(
            set("maxmemory-samples", "0").unwrap_err(),
            "argument must be between 1 and 2147483647 inclusive"
        );
        assert!(
            set("maxmemory-policy", "lru")
                .unwrap_err()
                .contains("allkeys-lru")
        );
        assert_eq!(
            set("maxmemory-policy", "ALLKEYS-LFU").unwrap(),
            "allkeys-lfu"
        );
        assert_eq!(set("hash-max-ziplist-entries", "7").unwrap(), "7");
    }

    #[test]
    fn parameters_are_sorted_and_read_back_their_default() {
        let names: Vec<&str> = Parameter::ALL
            .iter()
            .map(|parameter| parameter.name)
            .collect();
        assert!(names.is_sorted(), "{names:?}");
        for parameter in Parameter::ALL {
            let mut config = Config::default();
            let value = parameter.get(&config);
            parameter.set(&mut config, value.as_bytes()).unwrap();
            assert_eq!(parameter.get(&config), value);
        }
    }
}
