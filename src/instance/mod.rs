//! What one server knows besides its data: configuration, clients, statistics.

mod accept;
pub mod acl;
mod blocked;
mod client;
mod clients;
mod config;
mod effects;
mod following;
mod functions;
mod holds;
mod latency;
mod log;
mod output_limit;
mod pause;
mod pubsub;
mod push;
mod replicas;
mod scripting;
mod sentinel;
mod slowlog;
mod standing;
mod stats;
mod together;
mod tracking;
mod writes;

pub use acl::Acl;
pub use blocked::{Blocked, WaitsFor};
pub use client::{Client, ReplyMode, Transaction};
pub use clients::Clients;
pub use config::{
    AppendFsync, Arguments, CommandNames, Config, ConfigError, DEFAULT_FILE, DEFAULT_SENTINEL_FILE,
    DisklessLoad, IsCommand, Named, Parameter, ParameterKind, PropagationError, ProtectedAction,
    RewriteError, SavePoint, SetError, Source, is_local,
};
pub use effects::{Effect, EffectUnit, Effects};
pub use functions::{Functions, Libraries, Library, LoadTime, RestorePolicy, broken};
pub use holds::Holds;
pub use latency::{Latency, LatencyEvent, Sample, bucket_limit, percentile};
pub use log::{Log, LogLevel};
pub use output_limit::{ClientClass, OutputLimit};
pub use pause::Pause;
pub use pubsub::{PubSub, Subscriptions, Topic};
pub use scripting::{BusyServer, Running, Script, ScriptFlags, ScriptPoll, Scripting};
pub use slowlog::{SlowCommand, SlowLog, shortened};
pub use standing::{Standing, Watched};
pub use stats::{CommandStats, Stats};
pub use together::Together;
pub use tracking::{Tracker, Tracking, TrackingFlags};
pub use writes::{Remembered, Writes};

use crate::disk::{MemoryDisk, MountedDisk};
use crate::keyspace::{AccessClock, LfuSettings};
use crate::network::Links;
use crate::replication::{Failover, Follower, Primary};
use crate::sentinel::Sentinel;
use crate::types::sampling::below;
use crate::types::{hash, list, set, sorted_set, stream};

/// The version that the server answers as.
pub const REDIS_VERSION: &str = "7.2.4";

/// Has the host listen where the configuration says now, after the named parameter (`port` or `bind`) has
/// changed; or says why that cannot be, and the server listens where it did.
pub type Listen = Box<dyn FnMut(&Config, &str) -> Result<(), String>>;

/// Most rounds of cron in a second.
const MAX_HZ: i64 = 500;

/// Clients for which one round of cron is enough.
const CLIENTS_PER_ROUND: i64 = 200;

/// Something that only the world outside can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Take no time from clients until this moment, in milliseconds since 1970 (DEBUG SLEEP).
    SleepUntil(i64),
    /// End the wait of a client with an error, and close it: the server has become a replica.
    EndWait(u64),
    /// Close another client (CLIENT KILL).
    CloseClient(u64),
    /// Fail as a server that crashes does (DEBUG PANIC).
    Crash(String),
    /// End (SHUTDOWN).
    Exit,
}

/// One server without its data.
pub struct Instance {
    /// redis.conf.
    pub config: Config,
    /// The file that the configuration was read from, absolute; CONFIG REWRITE writes it.
    pub config_path: Option<String>,
    /// Number of the process.
    pub pid: u32,
    /// The files.
    pub disk: MountedDisk,
    /// The clients that are not being served at this moment.
    pub clients: Clients,
    /// The users.
    pub acl: Acl,
    /// Counters.
    pub stats: Stats,
    /// The only source of chance.
    pub rng: fastrand::Rng,
    /// 40 hexadecimal digits that name this run.
    pub run_id: String,
    /// Time of the present command, in microseconds since 1970.
    now_us: i64,
    /// The same in milliseconds: a division that every command would make.
    now_ms: i64,
    /// When the server was started, in milliseconds since 1970.
    pub started_ms: i64,
    /// Whether keys expire by themselves (DEBUG SET-ACTIVE-EXPIRE).
    pub active_expire: bool,
    /// Whether nothing is done by itself (DEBUG PAUSE-CRON).
    pub cron_is_paused: bool,
    /// Bytes from which a list element is a node of its own (DEBUG QUICKLIST-PACKED-THRESHOLD).
    pub quicklist_packed_threshold: usize,
    /// Whether snapshots and payloads of RESTORE are taken whatever their checksum says
    /// (DEBUG SET-SKIP-CHECKSUM-VALIDATION).
    pub skip_checksum_validation: bool,
    /// Seed of the hash tables of values.
    pub hash_seed: u64,
    /// Memory that the server took before it held any data.
    pub startup_memory: usize,
    /// Bytes beyond which the host cannot give more, whatever maxmemory says. Writes are refused
    /// there, because an allocation that fails would end the server.
    pub memory_ceiling: usize,
    /// More is held than maxmemory allows, and cron is to evict: the limit was lowered, or one command was not to
    /// do all of it.
    pub evicting: bool,
    /// What commands ask of the world; the server takes it after each.
    pub requests: Vec<Request>,
    /// Clients with a WATCH, so that nothing is looked up while there is none.
    pub watching_clients: usize,
    /// What the host lends to measure how long something takes: microseconds since any moment.
    /// Without it everything takes no time but DEBUG SLEEP.
    pub stopwatch: Option<fn() -> i64>,
    /// What listens elsewhere when `port` or `bind` changes, where the host can.
    pub listen: Option<Listen>,
    /// What has run since it was last read.
    pub together: Together,
    /// Microseconds that the present command has slept, which no stopwatch sees.
    pub slept_us: i64,
    /// The commands that took long.
    pub slow_log: SlowLog,
    /// How long events took.
    pub latency: Latency,
    /// Who is subscribed to what.
    pub pubsub: PubSub,
    /// Clients that are subscribed to something.
    pub subscribed_clients: usize,
    /// Who is told which keys change.
    pub tracking: Tracking,
    /// Clients in MONITOR mode, in the order they came.
    pub monitors: Vec<u64>,
    /// Messages to clients that are being served.
    pushes: Vec<push::Push>,
    /// Clients that were sent something unasked since the end of the last turn.
    pub pushed: Vec<u64>,
    /// The connections that it opens itself.
    pub links: Links,
    /// What it knows of its primary, while it is a replica.
    pub follower: Follower,
    /// The sentinel, if it is one.
    pub sentinel: Option<Box<Sentinel>>,
    /// FAILOVER.
    pub failover: Option<Failover>,
    /// What this server tells its replicas.
    pub primary: Primary,
    /// Clients that wait.
    pub blocked_clients: usize,
    /// Clients whose wait has ended, until the server goes on with their commands.
    pub unblocked: Vec<u64>,
    /// Lua.
    pub scripting: Scripting,
    /// The libraries of functions.
    pub functions: Functions,
    /// CLIENT PAUSE.
    pub pause: Option<Pause>,
    /// Clients whose commands wait for its end, in the order they came.
    pub postponed: Vec<u64>,
    log: Log,
    /// Counter reading of `memory::allocated` that stands for an empty server.
    memory_base: usize,
}

/// Forty hexadecimal digits.
fn random_id(rng: &mut fastrand::Rng) -> String {
    (0..40)
        .map(|_| char::from(b"0123456789abcdef"[below(rng, 16)]))
        .collect()
}

impl Instance {
    /// A server that starts at `now_us` with all its chance from `seed`.
    pub fn new(config: Config, seed: u64, now_us: i64, commands: usize) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let run_id = random_id(&mut rng);
        let hash_seed = rng.u64(..);
        // From chance of its own: nothing else depends on it.
        let primary = Primary::new(random_id(&mut fastrand::Rng::with_seed(!seed)));
        Instance {
            config,
            config_path: None,
            pid: 1,
            disk: MountedDisk::new(Box::new(MemoryDisk::default())),
            clients: Clients::default(),
            acl: Acl::default(),
            stats: Stats::new(commands),
            rng,
            run_id,
            now_us,
            now_ms: now_us.div_euclid(1000),
            started_ms: now_us / 1000,
            active_expire: true,
            cron_is_paused: false,
            quicklist_packed_threshold: list::Limits::new(-2).packed_threshold,
            skip_checksum_validation: false,
            hash_seed,
            startup_memory: 0,
            memory_ceiling: usize::MAX,
            evicting: false,
            requests: Vec::new(),
            watching_clients: 0,
            stopwatch: None,
            listen: None,
            together: Together::default(),
            slept_us: 0,
            slow_log: SlowLog::default(),
            latency: Latency::default(),
            pubsub: PubSub::default(),
            subscribed_clients: 0,
            tracking: Tracking::default(),
            monitors: Vec::new(),
            pushes: Vec::new(),
            pushed: Vec::new(),
            links: Links::default(),
            follower: Follower::default(),
            sentinel: None,
            failover: None,
            primary,
            blocked_clients: 0,
            unblocked: Vec::new(),
            scripting: Scripting::new(),
            functions: Functions::default(),
            pause: None,
            postponed: Vec::new(),
            log: Log::default(),
            memory_base: 0,
        }
    }

    /// Time of the present command, in milliseconds since 1970.
    #[inline(always)]
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Time of the present command, in microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        self.now_us
    }

    /// Says what time it is. True when another millisecond has begun.
    pub fn set_now(&mut self, now_us: i64) -> bool {
        let before = self.now_ms;
        self.now_us = now_us;
        self.now_ms = now_us.div_euclid(1000);
        before != self.now_ms
    }

    /// Rounds of cron in a second, at least 1: more while there are many clients, if it may be so.
    pub fn hz(&self) -> i64 {
        let mut hz = self.config.hz.clamp(1, MAX_HZ);
        let clients = i64::try_from(self.clients.len()).unwrap_or(i64::MAX);
        while self.config.dynamic_hz && clients / hz > CLIENTS_PER_ROUND && hz < MAX_HZ {
            hz = (hz * 2).min(MAX_HZ);
        }
        hz
    }

    /// The clock that stamps accesses, by the eviction policy.
    pub fn access_clock(&self) -> AccessClock {
        let lfu = self
            .config
            .maxmemory_policy
            .is_lfu()
            .then_some(LfuSettings {
                log_factor: u32::try_from(self.config.lfu_log_factor).unwrap_or(u32::MAX),
                decay_time: u32::try_from(self.config.lfu_decay_time).unwrap_or(u32::MAX),
            });
        AccessClock::new(self.now_ms(), lfu)
    }

    /// Up to where hashes are compact.
    pub fn hash_limits(&self) -> hash::Limits {
        hash::Limits {
            max_listpack_entries: self.config.hash_max_listpack_entries,
            max_listpack_value: self.config.hash_max_listpack_value,
            hash_seed: self.hash_seed,
        }
    }

    /// How large the nodes of a list may be.
    pub fn list_limits(&self) -> list::Limits {
        list::Limits {
            packed_threshold: self.quicklist_packed_threshold,
            ..list::Limits::new(self.config.list_max_listpack_size)
        }
    }

    /// Up to where sets are compact.
    pub fn set_limits(&self) -> set::Limits {
        set::Limits {
            max_intset_entries: self.config.set_max_intset_entries,
            max_listpack_entries: self.config.set_max_listpack_entries,
            max_listpack_value: self.config.set_max_listpack_value,
            hash_seed: self.hash_seed,
        }
    }

    /// Up to where sorted sets are compact.
    pub fn sorted_set_limits(&self) -> sorted_set::Limits {
        sorted_set::Limits {
            max_listpack_entries: self.config.zset_max_listpack_entries,
            max_listpack_value: self.config.zset_max_listpack_value,
            hash_seed: self.hash_seed,
        }
    }

    /// How large the nodes of a stream become.
    pub fn stream_limits(&self) -> stream::Limits {
        stream::Limits {
            node_max_bytes: self.config.stream_node_max_bytes,
            node_max_entries: self.config.stream_node_max_entries.unsigned_abs(),
        }
    }

    /// Names the history of the data anew.
    pub fn change_replication_id(&mut self) {
        let id = self.new_replication_id();
        self.primary.rename(id);
    }

    /// Whether memory is limited at all, by configuration or by the host.
    #[inline]
    pub fn has_memory_limit(&self) -> bool {
        self.config.maxmemory > 0 || self.memory_ceiling < usize::MAX
    }

    /// The line of a client in CLIENT LIST; its output is apart while it is being served.
    pub fn describe(&self, client: &Client, output: &crate::resp::ReplyWriter) -> Vec<u8> {
        client.describe(self.now_ms(), output, self.tracking.of(client.id))
    }

    /// Starts the stopwatch for something that the latency monitor may want to hear of.
    pub fn start_event(&self) -> Option<i64> {
        let wanted = self.config.latency_monitor_threshold > 0;
        self.stopwatch
            .filter(|_| wanted)
            .map(|stopwatch| stopwatch())
    }

    /// Notes an event that began at `started`, if it took long.
    pub fn end_event(&mut self, event: &'static str, started: Option<i64>) {
        let Some((started, stopwatch)) = started.zip(self.stopwatch) else {
            return;
        };
        let took = stopwatch().saturating_sub(started).max(0) / 1000;
        if took >= self.config.latency_monitor_threshold {
            let time = self.now_us.div_euclid(1_000_000);
            self.latency.add(event, time, took);
        }
    }

    /// Called when this server begins to run: `held` is what it held when it last stopped.
    pub fn enter_account(&mut self, held: usize) {
        self.memory_base = crate::memory::allocated().wrapping_sub(held);
    }

    /// Bytes that this server holds at this moment, allocator overhead included.
    pub fn used_memory(&self) -> usize {
        crate::memory::allocated().wrapping_sub(self.memory_base)
    }
}
