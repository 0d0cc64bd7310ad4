//! redis.conf: the parameters, their bounds and how they are read and written.
//!
//! Only parameters that have an effect here exist; any other is refused as unknown.

mod arguments;
mod command_names;
#[cfg(test)]
mod default_files_tests;
mod file;
mod kinds;
mod rewrite;
mod table;
#[cfg(test)]
mod tests;

pub use arguments::Arguments;
pub use command_names::CommandNames;
pub use file::{ConfigError, IsCommand};
pub use kinds::{Named, Parameter, ParameterKind, SetError, Source};
pub use rewrite::RewriteError;

use crate::instance::{LogLevel, OutputLimit};
use crate::keyspace::{EventClass, EvictionPolicy};

/// The /etc/redis/redis.conf that a new machine has.
pub const DEFAULT_FILE: &str = include_str!("default.conf");

/// Its /etc/redis/sentinel.conf.
pub const DEFAULT_SENTINEL_FILE: &str = include_str!("sentinel.conf");

/// The parameters as the engine uses them.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port that the instance listens on in the lab.
    pub port: i64,
    /// Addresses that a host listens at; one behind a `-` need not be there, `*` is all of IPv4 and
    /// `::*` all of IPv6.
    pub bind: Vec<String>,
    /// Connections that may wait to be accepted.
    pub tcp_backlog: i64,
    /// Seconds after which a silent connection is probed; 0 never.
    pub tcp_keepalive: i64,
    /// Path of the Unix socket; empty without.
    pub unixsocket: String,
    /// Its permissions, in octal; 0 as the process has it.
    pub unixsocketperm: String,
    /// Whether clients elsewhere are refused while there is no password.
    pub protected_mode: bool,
    /// File that the number of the process is written to; empty without.
    pub pidfile: String,
    /// Whether the host leaves its terminal.
    pub daemonize: bool,
    /// Whether the log begins with the banner even where it is no terminal's.
    pub always_show_logo: bool,
    /// Number of databases.
    pub databases: usize,
    /// Seconds after which an idle client is closed; 0 never.
    pub timeout: i64,
    /// Most clients at a time.
    pub maxclients: usize,
    /// Bytes of all clients' buffers beyond which the largest are closed; a percentage of maxmemory
    /// when negative, 0 no bound.
    pub maxmemory_clients: i64,
    /// How much is evicted for one command: 0 little, 100 until there is room.
    pub maxmemory_eviction_tenacity: i64,
    /// Rounds of cron in a second.
    pub hz: i64,
    /// Whether there are more of them while there are many clients.
    pub dynamic_hz: bool,
    /// How hard expired keys are looked for, 1 to 10.
    pub active_expire_effort: i64,
    /// Whether cron moves the buckets of tables that are being resized.
    pub activerehashing: bool,
    /// Replicas without which writes are refused; 0 none.
    pub min_replicas_to_write: i64,
    /// Seconds after which a replica that has not been heard of does not count; 0 switches off
    /// `min_replicas_to_write`.
    pub min_replicas_max_lag: i64,
    /// Nodes at each end of a list that compression would spare. Lists are not compressed here: it is
    /// the one parameter without an effect, because tools set it unasked.
    pub list_compress_depth: i64,
    /// The percentiles of INFO latencystats.
    pub latency_tracking_info_percentiles: Vec<f64>,
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
    /// Bytes of the replication stream that are kept for replicas that come back.
    pub repl_backlog_size: usize,
    /// Seconds after which they are dropped when there is no replica; 0 for never.
    pub repl_backlog_ttl: i64,
    /// Seconds between two PINGs to the replicas.
    pub repl_ping_replica_period: i64,
    /// The primary that is followed: its host and port.
    pub replicaof: Option<(String, u16)>,
    /// The `sentinel` lines, of a server that is one.
    pub sentinel: Option<crate::sentinel::Settings>,
    /// The user to log in to the primary as; empty for the default one.
    pub masteruser: String,
    /// The password for it; empty for none.
    pub masterauth: String,
    /// Whether a replica answers while it does not hear its primary.
    pub replica_serve_stale_data: bool,
    /// Whether a replica refuses writes.
    pub replica_read_only: bool,
    /// Whether a replica leaves evicting to its primary.
    pub replica_ignore_maxmemory: bool,
    /// Which replica a sentinel prefers: the lowest, and never 0.
    pub replica_priority: i64,
    /// Whether sentinels are to tell of this replica.
    pub replica_announced: bool,
    /// The address by which a replica wants to be known; empty for the one it comes from.
    pub replica_announce_ip: String,
    /// The port by which it wants to be known; 0 for its own.
    pub replica_announce_port: i64,
    /// Whether replicas are sent a snapshot as it is made, rather than a file.
    pub repl_diskless_sync: bool,
    /// What becomes of a snapshot on its way from the primary.
    pub repl_diskless_load: DisklessLoad,
    /// Seconds that such a snapshot waits for more replicas.
    pub repl_diskless_sync_delay: i64,
    /// Replicas for which it waits no longer; 0 for no such number.
    pub repl_diskless_sync_max_replicas: i64,
    /// What a replica does when a command of its primary fails.
    pub propagation_error_behavior: PropagationError,
    /// The own address that links come from; empty for any.
    pub bind_source_addr: String,
    /// Seconds after which a replica that says nothing is given up.
    pub repl_timeout: i64,
    /// Microseconds from which on a command is in the slow log; none is when negative.
    pub slowlog_log_slower_than: i64,
    /// Most commands in the slow log.
    pub slowlog_max_len: usize,
    /// Most keys of which it is known who has read them; 0 no bound.
    pub tracking_table_max_keys: usize,
    /// Microseconds that a snapshot takes for each key, for tests.
    pub rdb_key_save_delay: i64,
    /// Microseconds that loading takes for each key, for tests.
    pub key_load_delay: i64,
    /// Bytes that are loaded before others get their turn.
    pub loading_process_events_interval_bytes: i64,
    /// Milliseconds from which on an event is noted by the latency monitor; 0 none.
    pub latency_monitor_threshold: i64,
    /// Whether it is measured how long every command takes.
    pub latency_tracking: bool,
    /// Longest bulk string a client may send or build, in bytes.
    pub proto_max_bulk_len: usize,
    /// Most bytes of an unfinished request.
    pub client_query_buffer_limit: usize,
    /// How much output may wait, by [`crate::instance::ClientClass`].
    pub client_output_buffer_limit: [OutputLimit; 3],
    /// The keyspace events that subscribers are told of.
    pub notify_keyspace_events: EventClass,
    /// Most fields of a listpack hash.
    pub hash_max_listpack_entries: usize,
    /// Longest field or value of a listpack hash.
    pub hash_max_listpack_value: usize,
    /// Longest sparse HyperLogLog, in bytes.
    pub hll_sparse_max_bytes: usize,
    /// Size (negative: kilobytes class) or length of a list node.
    pub list_max_listpack_size: i64,
    /// Most members of an intset.
    pub set_max_intset_entries: usize,
    /// Most members of a listpack set.
    pub set_max_listpack_entries: usize,
    /// Longest member of a listpack set.
    pub set_max_listpack_value: usize,
    /// stream-node-max-bytes
    pub stream_node_max_bytes: usize,
    /// stream-node-max-entries
    pub stream_node_max_entries: i64,
    /// Milliseconds after which a script counts as too slow; 0 for never.
    pub busy_reply_threshold: i64,
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
    /// The least that is worth a line in the log.
    pub loglevel: LogLevel,
    /// The default user's password; empty for none.
    pub requirepass: String,
    /// File of the users; empty for none.
    pub aclfile: String,
    /// Most entries of ACL LOG.
    pub acllog_max_len: usize,
    /// What channels a new user may use.
    pub acl_pubsub_default: AclPubsubDefault,
    /// The users of the configuration file: the name and the rules of each.
    pub users: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
    /// What commands are called (`rename-command`).
    pub command_names: CommandNames,
    /// Who may use DEBUG.
    pub enable_debug_command: ProtectedAction,
    /// Who may change `dir` and `dbfilename` while the server runs.
    pub enable_protected_configs: ProtectedAction,
}

/// After `seconds`, if at least `changes` were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavePoint {
    /// Since the last snapshot.
    pub seconds: i64,
    /// Since the last snapshot.
    pub changes: u64,
}

impl std::fmt::Display for SavePoint {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", self.seconds, self.changes)
    }
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

impl Named for AppendFsync {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("everysec", AppendFsync::EverySec),
        ("always", AppendFsync::Always),
        ("no", AppendFsync::No),
    ];
}

/// acl-pubsub-default: the channels of a user that no rule has said anything about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AclPubsubDefault {
    /// All.
    AllChannels,
    /// None.
    ResetChannels,
}

impl AclPubsubDefault {
    /// Whether it is all channels.
    pub fn is_all(self) -> bool {
        self == AclPubsubDefault::AllChannels
    }
}

impl Named for AclPubsubDefault {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("allchannels", AclPubsubDefault::AllChannels),
        ("resetchannels", AclPubsubDefault::ResetChannels),
    ];
}

/// repl-diskless-load: what a replica does with a snapshot that its primary sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisklessLoad {
    /// It is written to a file, and loaded when all of it is there.
    Disabled,
    /// It is loaded as it comes where there is no data before.
    OnEmptyDb,
    /// It is loaded as it comes, beside the data that was there before.
    SwapDb,
}

impl Named for DisklessLoad {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("disabled", DisklessLoad::Disabled),
        ("on-empty-db", DisklessLoad::OnEmptyDb),
        ("swapdb", DisklessLoad::SwapDb),
    ];
}

/// propagation-error-behavior: what a replica does when a command of its primary fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropagationError {
    /// It says so in the log, and goes on.
    Ignore,
    /// It ends, as a crash does.
    Panic,
    /// The same: the log of the server is no replica.
    PanicOnReplicas,
}

impl Named for PropagationError {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("ignore", PropagationError::Ignore),
        ("panic", PropagationError::Panic),
        ("panic-on-replicas", PropagationError::PanicOnReplicas),
    ];
}

/// Who may do what could reach beyond the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectedAction {
    /// Nobody.
    No,
    /// Everybody.
    Yes,
    /// Clients on the server's own machine.
    Local,
}

impl ProtectedAction {
    /// Whether a client at `addr` (such as `127.0.0.1:50000`) may.
    pub fn allows(self, addr: &str) -> bool {
        match self {
            ProtectedAction::No => false,
            ProtectedAction::Yes => true,
            ProtectedAction::Local => is_local(addr),
        }
    }
}

/// Whether a client at `addr` is on the server's own machine: there too by a Unix socket, whose
/// address is its path.
pub fn is_local(addr: &str) -> bool {
    ["127.", "[::1]", "/"]
        .iter()
        .any(|start| addr.starts_with(start))
}

impl Named for ProtectedAction {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("no", ProtectedAction::No),
        ("yes", ProtectedAction::Yes),
        ("local", ProtectedAction::Local),
    ];
}

impl Named for EvictionPolicy {
    const NAMES: &'static [(&'static str, Self)] = &EvictionPolicy::NAMES;
}

impl Default for Config {
    fn default() -> Self {
        Config {
            port: 6379,
            bind: vec!["*".into(), "-::*".into()],
            tcp_backlog: 511,
            tcp_keepalive: 300,
            unixsocket: String::new(),
            unixsocketperm: "0".into(),
            protected_mode: true,
            pidfile: String::new(),
            daemonize: false,
            always_show_logo: false,
            databases: 16,
            timeout: 0,
            maxclients: 10_000,
            maxmemory_clients: 0,
            maxmemory_eviction_tenacity: 10,
            hz: 10,
            dynamic_hz: true,
            active_expire_effort: 1,
            activerehashing: true,
            min_replicas_to_write: 0,
            min_replicas_max_lag: 10,
            list_compress_depth: 0,
            latency_tracking_info_percentiles: vec![50.0, 99.0, 99.9],
            maxmemory: 0,
            maxmemory_policy: EvictionPolicy::NoEviction,
            maxmemory_samples: 5,
            lfu_log_factor: 10,
            lfu_decay_time: 1,
            repl_backlog_size: 1024 * 1024,
            repl_backlog_ttl: 3600,
            repl_ping_replica_period: 10,
            replicaof: None,
            sentinel: None,
            masteruser: String::new(),
            masterauth: String::new(),
            replica_serve_stale_data: true,
            replica_read_only: true,
            replica_ignore_maxmemory: true,
            replica_priority: 100,
            replica_announced: true,
            replica_announce_ip: String::new(),
            replica_announce_port: 0,
            repl_diskless_sync: true,
            repl_diskless_load: DisklessLoad::Disabled,
            repl_diskless_sync_delay: 5,
            repl_diskless_sync_max_replicas: 0,
            propagation_error_behavior: PropagationError::Ignore,
            bind_source_addr: String::new(),
            repl_timeout: 60,
            slowlog_log_slower_than: 10_000,
            slowlog_max_len: 128,
            tracking_table_max_keys: 1_000_000,
            rdb_key_save_delay: 0,
            key_load_delay: 0,
            loading_process_events_interval_bytes: 2 * 1024 * 1024,
            latency_monitor_threshold: 0,
            latency_tracking: true,
            busy_reply_threshold: 5000,
            proto_max_bulk_len: 512 * 1024 * 1024,
            client_query_buffer_limit: 1024 * 1024 * 1024,
            client_output_buffer_limit: OutputLimit::DEFAULT,
            notify_keyspace_events: EventClass::empty(),
            hash_max_listpack_entries: 512,
            hash_max_listpack_value: 64,
            hll_sparse_max_bytes: 3000,
            list_max_listpack_size: -2,
            set_max_intset_entries: 512,
            set_max_listpack_entries: 128,
            set_max_listpack_value: 64,
            stream_node_max_bytes: 4096,
            stream_node_max_entries: 100,
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
            loglevel: LogLevel::Notice,
            requirepass: String::new(),
            aclfile: String::new(),
            acllog_max_len: 128,
            acl_pubsub_default: AclPubsubDefault::ResetChannels,
            users: Vec::new(),
            command_names: CommandNames::default(),
            enable_debug_command: ProtectedAction::Local,
            enable_protected_configs: ProtectedAction::No,
        }
    }
}
