//! What one row of the command table says.
//!
//! The row is the one source: dispatch, arity and key checks, COMMAND and COMMAND DOCS, hints,
//! completion, help and the reference page are all read from it.

use super::context::{CommandResult, Context};
use super::syntax::Argument;
use crate::resp::Args;
use bitflags::bitflags;

bitflags! {
    /// How a command behaves, with Redis's names.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Flags: u32 {
        /// May change data.
        const WRITE = 1 << 0;
        /// Only reads data.
        const READONLY = 1 << 1;
        /// Refused when maxmemory is reached and nothing can be evicted.
        const DENYOOM = 1 << 2;
        /// For administrators.
        const ADMIN = 1 << 3;
        /// Pub/sub.
        const PUBSUB = 1 << 4;
        /// Not for scripts.
        const NOSCRIPT = 1 << 5;
        /// May block the client.
        const BLOCKING = 1 << 6;
        /// Allowed while a file is being loaded.
        const LOADING = 1 << 7;
        /// Allowed on a replica whose link is down.
        const STALE = 1 << 8;
        /// Not shown by MONITOR.
        const SKIP_MONITOR = 1 << 9;
        /// Not kept by SLOWLOG.
        const SKIP_SLOWLOG = 1 << 10;
        /// Cluster's ASKING is implied.
        const ASKING = 1 << 11;
        /// Takes constant or logarithmic time.
        const FAST = 1 << 12;
        /// Allowed before authentication.
        const NO_AUTH = 1 << 13;
        /// May be replicated though it is no write; COMMAND does not tell of it.
        const MAY_REPLICATE = 1 << 14;
        /// Accepts being called without any key.
        const NO_MANDATORY_KEYS = 1 << 15;
        /// Refused while a replica loads with the old data still served.
        const NO_ASYNC_LOADING = 1 << 16;
        /// Not allowed inside MULTI.
        const NO_MULTI = 1 << 17;
        /// The keys are not found by positions alone.
        const MOVABLEKEYS = 1 << 18;
        /// Allowed while a script runs too long.
        const ALLOW_BUSY = 1 << 19;
    }
}

bitflags! {
    /// ACL categories. Those that follow from flags are not written in rows.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Categories: u32 {
        /// `@keyspace`
        const KEYSPACE = 1 << 0;
        /// `@read`
        const READ = 1 << 1;
        /// `@write`
        const WRITE = 1 << 2;
        /// `@set`
        const SET = 1 << 3;
        /// `@sortedset`
        const SORTED_SET = 1 << 4;
        /// `@list`
        const LIST = 1 << 5;
        /// `@hash`
        const HASH = 1 << 6;
        /// `@string`
        const STRING = 1 << 7;
        /// `@bitmap`
        const BITMAP = 1 << 8;
        /// `@hyperloglog`
        const HYPERLOGLOG = 1 << 9;
        /// `@geo`
        const GEO = 1 << 10;
        /// `@stream`
        const STREAM = 1 << 11;
        /// `@pubsub`
        const PUBSUB = 1 << 12;
        /// `@admin`
        const ADMIN = 1 << 13;
        /// `@fast`
        const FAST = 1 << 14;
        /// `@slow`
        const SLOW = 1 << 15;
        /// `@blocking`
        const BLOCKING = 1 << 16;
        /// `@dangerous`
        const DANGEROUS = 1 << 17;
        /// `@connection`
        const CONNECTION = 1 << 18;
        /// `@transaction`
        const TRANSACTION = 1 << 19;
        /// `@scripting`
        const SCRIPTING = 1 << 20;
    }
}

/// The group a command belongs to in documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Keys of any type.
    Generic,
    /// Strings.
    String,
    /// Bitmaps.
    Bitmap,
    /// Lists.
    List,
    /// Sets.
    Set,
    /// Sorted sets.
    SortedSet,
    /// Hashes.
    Hash,
    /// Connections.
    Connection,
    /// The server itself.
    Server,
    /// Transactions.
    Transactions,
    /// HyperLogLogs.
    HyperLogLog,
    /// Places on the earth.
    Geo,
    /// Clusters.
    Cluster,
    /// Publishing and subscribing.
    Pubsub,
    /// Streams.
    Stream,
    /// Lua.
    Scripting,
    /// Sentinels.
    Sentinel,
}

impl Group {
    /// Every group, in the order that help lists them.
    pub const ALL: [Group; 17] = [
        Group::Generic,
        Group::String,
        Group::List,
        Group::Set,
        Group::SortedSet,
        Group::Hash,
        Group::Stream,
        Group::Pubsub,
        Group::Transactions,
        Group::Scripting,
        Group::Connection,
        Group::Server,
        Group::Bitmap,
        Group::HyperLogLog,
        Group::Geo,
        Group::Cluster,
        Group::Sentinel,
    ];

    /// The name in COMMAND DOCS and in `help @…`.
    pub fn name(self) -> &'static str {
        match self {
            Group::Generic => "generic",
            Group::String => "string",
            Group::Bitmap => "bitmap",
            Group::List => "list",
            Group::Set => "set",
            Group::SortedSet => "sorted-set",
            Group::Hash => "hash",
            Group::Connection => "connection",
            Group::Server => "server",
            Group::Transactions => "transactions",
            Group::HyperLogLog => "hyperloglog",
            Group::Geo => "geo",
            Group::Cluster => "cluster",
            Group::Pubsub => "pubsub",
            Group::Stream => "stream",
            Group::Scripting => "scripting",
            Group::Sentinel => "sentinel",
        }
    }
}

/// One sentence in each language of the page.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

/// What a command does when it is called.
pub type Run = fn(&mut Context<'_>, Args<'_>) -> CommandResult;

/// One row of the table: a command or a subcommand.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Lower case; a subcommand's own name only.
    pub name: &'static str,
    /// Number of arguments with the name (and the container's); at least that many when negative.
    pub arity: i32,
    /// How it behaves.
    pub flags: Flags,
    /// Where its keys are.
    pub keys: &'static [KeySpec],
    /// ACL categories beyond those that follow from the flags.
    pub categories: Categories,
    /// Hints for clients, such as `nondeterministic_output`.
    pub tips: &'static [&'static str],
    /// Its group in documentation.
    pub group: Group,
    /// The version of Redis that brought it.
    pub since: &'static str,
    /// Its cost.
    pub complexity: &'static str,
    /// What it does, in a sentence.
    pub summary: Summary,
    /// When it was deprecated, and what to use instead.
    pub deprecated: Option<(&'static str, &'static str)>,
    /// Its syntax behind the name.
    pub arguments: &'static [Argument],
    /// Its subcommands; a container is never called itself.
    pub subcommands: &'static [Command],
    /// The function.
    pub run: Run,
}

fn container(_: &mut Context<'_>, _: Args<'_>) -> CommandResult {
    Err("ERR this command needs a subcommand".into())
}

impl Command {
    /// What most rows have in common.
    pub const BASE: Command = Command {
        name: "",
        arity: 1,
        flags: Flags::empty(),
        keys: &[],
        categories: Categories::empty(),
        tips: &[],
        group: Group::Generic,
        since: "1.0.0",
        complexity: "",
        summary: Summary { en: "", zh: "" },
        deprecated: None,
        arguments: &[],
        subcommands: &[],
        run: container,
    };

    /// Whether `count` arguments, names included, are an acceptable number.
    #[inline]
    pub fn accepts(&self, count: usize) -> bool {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let arity = i64::from(self.arity);
        count == arity || (arity < 0 && count >= -arity)
    }

    /// All ACL categories: the row's own and those that follow from its flags.
    pub fn all_categories(&self) -> Categories {
        let mut all = self.categories;
        let implied = [
            (Flags::WRITE, Categories::WRITE),
            (Flags::ADMIN, Categories::ADMIN.union(Categories::DANGEROUS)),
            (Flags::PUBSUB, Categories::PUBSUB),
            (Flags::FAST, Categories::FAST),
            (Flags::BLOCKING, Categories::BLOCKING),
        ];
        for (flag, category) in implied {
            if self.flags.contains(flag) {
                all |= category;
            }
        }
        // Scripting commands read only by what they are given to run.
        if self.flags.contains(Flags::READONLY) && !all.contains(Categories::SCRIPTING) {
            all |= Categories::READ;
        }
        if !all.contains(Categories::FAST) {
            all |= Categories::SLOW;
        }
        all
    }
}

bitflags! {
    /// What a command does with the keys of one specification.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct KeyFlags: u16 {
        /// Reads the value.
        const RO = 1 << 0;
        /// Reads and changes the value.
        const RW = 1 << 1;
        /// Overwrites the value.
        const OW = 1 << 2;
        /// Deletes the key.
        const RM = 1 << 3;
        /// Returns or uses the data.
        const ACCESS = 1 << 4;
        /// Changes data by what was there.
        const UPDATE = 1 << 5;
        /// Adds data.
        const INSERT = 1 << 6;
        /// Removes data.
        const DELETE = 1 << 7;
        /// Looks like a key but is none.
        const NOT_KEY = 1 << 8;
        /// Other keys are not described.
        const INCOMPLETE = 1 << 9;
        /// The options decide which of the flags hold.
        const VARIABLE_FLAGS = 1 << 10;
    }
}

/// Where the keys of a specification begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeginSearch {
    /// At this argument.
    Index(i32),
    /// Behind this keyword, searched from an argument on (from the end when negative).
    Keyword(&'static str, i32),
    /// Not described.
    Unknown,
}

/// How the keys are found from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindKeys {
    /// Up to the argument `last` relative to the first (from the end when negative), every
    /// `step`th; `limit` above 1 takes that fraction of the arguments only.
    Range {
        /// Last key, relative to the first; negative counts from the end.
        last: i32,
        /// Distance of keys.
        step: i32,
        /// Fraction of the arguments.
        limit: i32,
    },
    /// An argument tells how many keys there are.
    KeyNum {
        /// Where that number is, relative to the beginning.
        at: i32,
        /// First key, relative to the beginning.
        first: i32,
        /// Distance of keys.
        step: i32,
    },
    /// Not described.
    Unknown,
}

/// Where a command has keys, and what it does with them.
#[derive(Clone, Copy, Debug)]
pub struct KeySpec {
    /// What happens to the keys.
    pub flags: KeyFlags,
    /// Where they begin.
    pub begin: BeginSearch,
    /// How far they go.
    pub find: FindKeys,
}

impl KeySpec {
    /// One key, argument `index`.
    pub const fn one(index: i32, flags: KeyFlags) -> Self {
        Self::range(index, 0, 1, flags)
    }

    /// Keys from argument `index` to `last` (relative; from the end when negative) by `step`.
    pub const fn range(index: i32, last: i32, step: i32, flags: KeyFlags) -> Self {
        KeySpec {
            flags,
            begin: BeginSearch::Index(index),
            find: FindKeys::Range {
                last,
                step,
                limit: 0,
            },
        }
    }

    /// Keys whose number stands in argument `index`.
    pub const fn counted(index: i32, flags: KeyFlags) -> Self {
        KeySpec {
            flags,
            begin: BeginSearch::Index(index),
            find: FindKeys::KeyNum {
                at: 0,
                first: 1,
                step: 1,
            },
        }
    }

    /// Any other shape.
    pub const fn new(flags: KeyFlags, begin: BeginSearch, find: FindKeys) -> Self {
        KeySpec { flags, begin, find }
    }
}
