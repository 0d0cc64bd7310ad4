//! What was denied: ACL LOG and the counters of INFO.

use std::collections::VecDeque;

/// Milliseconds within which the same again is the same entry.
const SAME_WITHIN_MS: i64 = 60_000;

/// How many entries are looked at for the same.
const LOOK_AT: usize = 10;

/// Why something was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The command.
    Command,
    /// A key among the arguments.
    Key,
    /// A channel among the arguments.
    Channel,
    /// The password.
    Auth,
}

impl Reason {
    /// As ACL LOG names it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Command => "command",
            Reason::Key => "key",
            Reason::Channel => "channel",
            Reason::Auth => "auth",
        }
    }
}

/// Where something was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AclContext {
    /// A command that a client sent.
    TopLevel,
    /// One within a transaction.
    Multi,
    /// One that a script called.
    Lua,
}

impl AclContext {
    /// As ACL LOG names it.
    pub fn name(self) -> &'static str {
        match self {
            AclContext::TopLevel => "toplevel",
            AclContext::Multi => "multi",
            AclContext::Lua => "lua",
        }
    }
}

/// One entry of ACL LOG.
#[derive(Clone, Debug)]
pub struct AclLogEntry {
    /// Its number.
    pub id: u64,
    /// How often it happened.
    pub count: u64,
    /// Why it was denied.
    pub reason: Reason,
    /// Where.
    pub context: AclContext,
    /// The command, key or channel.
    pub object: Vec<u8>,
    /// The user.
    pub user: Vec<u8>,
    /// The client, as CLIENT INFO describes it.
    pub client: Vec<u8>,
    /// The first time, in milliseconds since 1970.
    pub created_ms: i64,
    /// The last time.
    pub updated_ms: i64,
}

/// ACL LOG, the newest first.
#[derive(Default)]
pub struct AclLog {
    entries: VecDeque<AclLogEntry>,
    next_id: u64,
    denied: [i64; 4],
}

impl AclLog {
    /// Notes that something was denied; of what is kept the oldest goes beyond `most` entries.
    /// (`id`, `count` and `created_ms` of `entry` are found here.)
    pub fn add(&mut self, mut entry: AclLogEntry, most: usize) {
        self.denied[entry.reason as usize] += 1;
        let same = |known: &AclLogEntry| {
            known.reason == entry.reason
                && known.context == entry.context
                && entry.updated_ms.abs_diff(known.updated_ms) <= SAME_WITHIN_MS.unsigned_abs()
                && known.object == entry.object
                && known.user == entry.user
        };
        let known = self.entries.iter().take(LOOK_AT).position(same);
        if let Some(mut known) = known.and_then(|at| self.entries.remove(at)) {
            known.count += 1;
            known.updated_ms = entry.updated_ms;
            known.client = entry.client;
            self.entries.push_front(known);
            return;
        }
        entry.id = self.next_id;
        entry.count = 1;
        entry.created_ms = entry.updated_ms;
        self.next_id += 1;
        self.entries.push_front(entry);
        self.entries.truncate(most);
    }

    /// Forgets all entries.
    pub fn reset(&mut self) {
        self.entries.clear();
    }

    /// The entries, the newest first.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &AclLogEntry> {
        self.entries.iter()
    }

    /// How often something was denied for this reason since the server started.
    pub fn denied(&self, reason: Reason) -> i64 {
        self.denied[reason as usize]
    }
}
