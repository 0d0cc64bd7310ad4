//! One connected client: its session, apart from its bytes.

use super::acl::DEFAULT_USER;
use super::blocked::Blocked;
use super::holds::Holds;
use super::pubsub::{Subscriptions, Topic};
use super::tracking::Tracker;
use crate::disk::Ticket;
use crate::replication::Replica;
use crate::resp::{OwnedArgs, ReplyWriter, RequestParser};
use std::fmt::Write;

/// CLIENT REPLY.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplyMode {
    /// Replies are sent.
    #[default]
    On,
    /// None is sent.
    Off,
    /// The reply of the command after this one is not sent.
    SkipNext,
    /// The reply of the present command is not sent.
    Skip,
}

/// MULTI: commands that wait for EXEC.
#[derive(Debug, Default)]
pub struct Transaction {
    /// The queued commands.
    pub queue: Vec<OwnedArgs>,
    /// Whether a command was refused while queueing: EXEC will refuse them all.
    pub aborted: bool,
    /// Bytes of the queued commands.
    pub bytes: usize,
}

/// A client as the server sees it.
#[derive(Default)]
pub struct Client {
    /// Number of the connection, never used twice.
    pub id: u64,
    /// Its address, as CLIENT LIST shows it.
    pub addr: String,
    /// The server's own address on this connection.
    pub local_addr: String,
    /// CLIENT SETNAME; empty without.
    pub name: Vec<u8>,
    /// Its user; empty for the default one. See [`Client::user_name`].
    pub user: Vec<u8>,
    /// It has logged in, or came when nobody had to.
    pub authenticated: bool,
    /// Its commands must be checked: it may not do everything.
    pub restricted: bool,
    /// It is the lab's own, and may do everything whoever the users are.
    pub trusted: bool,
    /// It is the primary, whose stream this server follows.
    pub is_primary: bool,
    /// The selected database.
    pub db: usize,
    /// CLIENT SETINFO LIB-NAME.
    pub lib_name: Vec<u8>,
    /// CLIENT SETINFO LIB-VER.
    pub lib_ver: Vec<u8>,
    /// CLIENT NO-EVICT.
    pub no_evict: bool,
    /// CLIENT NO-TOUCH.
    pub no_touch: bool,
    /// CLIENT REPLY.
    pub reply_mode: ReplyMode,
    /// Inside MULTI.
    pub transaction: Option<Transaction>,
    /// EXEC runs what was queued.
    pub in_exec: bool,
    /// A script of its runs, and commands are that script's.
    pub in_script: bool,
    /// Keys watched, by database.
    pub watched: Vec<(usize, Box<[u8]>)>,
    /// A watched key changed: EXEC will refuse.
    pub watch_failed: bool,
    /// When it connected, in milliseconds since 1970.
    pub connected_ms: i64,
    /// When it last sent a command, in milliseconds since 1970.
    pub active_ms: i64,
    /// Name of its last command with the container's: `client|list`.
    pub last_command: Option<(&'static str, Option<&'static str>)>,
    /// Total bytes received.
    pub bytes_in: u64,
    /// Total bytes sent.
    pub bytes_out: u64,
    /// To be closed once its output has been taken.
    pub closing: bool,
    /// State of its request stream.
    pub parser: RequestParser,
    /// Bytes that were being read when its present command was found, that one included.
    pub reading: usize,
    /// Bytes received that are no whole command yet.
    pub query_buffer: Vec<u8>,
    /// Replies not yet taken, and the protocol they are written in.
    pub output: ReplyWriter,
    /// Set while commands run: what they answer waits for this sync (SAVE, appendfsync always).
    pub waits_for: Option<Ticket>,
    /// Its command waits, and what it sends meanwhile stays in the query buffer.
    pub blocked: Option<Box<Blocked>>,
    /// Number of its last command that changed data, as [`super::Writes`] counts them.
    pub last_write: u64,
    /// Replies that wait for a sync.
    pub holds: Holds,
    /// What it is subscribed to; none when to nothing.
    pub subscriptions: Option<Box<Subscriptions>>,
    /// MONITOR.
    pub monitor: bool,
    /// It is a replica, or has said that it will be one.
    pub replica: Option<Box<Replica>>,
    /// Number of the stream's last byte when its last command that changed data had been told.
    pub told: u64,
    /// Where in the output begins what it was sent unasked in this turn.
    pub pushed_from: Option<usize>,
    /// Since when its output has been beyond the soft limit, in seconds since 1970.
    pub soft_limit_since: Option<i64>,
}

impl Client {
    /// The name of its user.
    pub fn user_name(&self) -> &[u8] {
        match self.user.as_slice() {
            [] => DEFAULT_USER,
            name => name,
        }
    }

    /// Whether a command may have it wait: not in a transaction or a script, and not where no connection is
    /// (a log that is replayed).
    pub fn may_block(&self) -> bool {
        !self.in_exec && !self.in_script && self.id != u64::MAX && !self.is_primary
    }

    /// Whether it is no connection but a log that is replayed.
    pub fn is_replay(&self) -> bool {
        self.id == u64::MAX
    }

    /// Whether it is a replica that has asked for the data.
    pub fn is_replica(&self) -> bool {
        self.replica.as_ref().is_some_and(|it| it.is_attached())
    }

    /// Where its replica can be reached: as it says itself, or as it came.
    pub fn replica_host(&self) -> String {
        let said = self.replica.as_ref().map_or("", |it| it.address.as_str());
        let came = self
            .addr
            .rsplit_once(':')
            .map_or(self.addr.as_str(), |(host, _)| host);
        let host = if said.is_empty() { came } else { said };
        host.trim_matches(['[', ']']).to_owned()
    }

    /// Its replica's name in the log.
    pub fn replica_name(&self) -> String {
        match self.replica.as_ref().map_or(0, |it| it.port) {
            0 => self.addr.clone(),
            port => [&self.replica_host(), ":", &port.to_string()].concat(),
        }
    }

    /// Bytes of output that may be sent.
    pub fn sendable(&self) -> usize {
        self.holds.sendable(self.output.len())
    }

    /// Bytes that it takes with what waits for it and from it; its output is apart while it is being
    /// served.
    pub fn memory(&self, output: &ReplyWriter) -> usize {
        let queued = self.transaction.as_ref().map_or(0, |it| it.bytes);
        size_of::<Client>() + self.query_buffer.capacity() + output.len() + queued
    }

    /// Takes the output that may be sent.
    pub fn take_output(&mut self) -> Vec<u8> {
        let sendable = self.sendable();
        self.holds.taken(sendable);
        self.output.take_front(sendable)
    }

    /// The flags of CLIENT LIST.
    fn flags(&self, tracker: Option<&Tracker>) -> String {
        let mut flags = String::new();
        if self.is_replica() {
            flags.push('S');
        }
        if self.is_primary {
            flags.push('M');
        }
        if self.monitor {
            flags.push('O');
        }
        if self.is_subscribed() {
            flags.push('P');
        }
        if self.transaction.is_some() {
            flags.push('x');
        }
        if self.blocked.is_some() {
            flags.push('b');
        }
        self.tracking_letters(tracker, &mut flags);
        if self.watch_failed {
            flags.push('d');
        }
        if self.closing {
            flags.push('c');
        }
        // A Unix socket has no port.
        if self.addr.ends_with(":0") {
            flags.push('U');
        }
        if self.no_evict {
            flags.push('e');
        }
        if self.no_touch {
            flags.push('T');
        }
        if flags.is_empty() {
            flags.push('N');
        }
        flags
    }

    /// The line of CLIENT LIST and CLIENT INFO, with the fields of 7.2. Its output is apart while it
    /// is being served.
    pub(super) fn describe(
        &self,
        now_ms: i64,
        output: &ReplyWriter,
        tracker: Option<&Tracker>,
    ) -> Vec<u8> {
        let seconds = |since: i64| (now_ms - since).max(0) / 1000;
        let queued = self.transaction.as_ref().map_or(-1, |transaction| {
            i64::try_from(transaction.queue.len()).unwrap_or(i64::MAX)
        });
        let queued_bytes = self.transaction.as_ref().map_or(0, |it| it.bytes);
        let query_free = self.query_buffer.capacity() - self.query_buffer.len();
        let query = self.query_buffer.len() + self.reading;
        let resp3 = output.resp3();
        let total = self.memory(output);
        let output = output.len();
        let command = match self.last_command {
            None => "NULL".to_string(),
            Some((name, None)) => name.to_string(),
            Some((name, Some(subcommand))) => format!("{name}|{subcommand}"),
        };
        let mut line = format!(
            "id={} addr={} laddr={} fd=-1 name=",
            self.id, self.addr, self.local_addr
        )
        .into_bytes();
        line.extend_from_slice(&self.name);
        let mut rest = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            rest,
            " age={} idle={} flags={} db={} sub={} psub={} ssub={} multi={queued} qbuf={query} \
             qbuf-free={query_free} argv-mem=0 multi-mem={queued_bytes} rbs={output} rbp={output} \
             obl={output} oll=0 omem=0 tot-mem={total} events=r cmd={command} user=",
            seconds(self.connected_ms),
            seconds(self.active_ms),
            self.flags(tracker),
            self.db,
            self.subscribed(Topic::Channel),
            self.subscribed(Topic::Pattern),
            self.subscribed(Topic::Shard),
        );
        line.extend_from_slice(rest.as_bytes());
        line.extend_from_slice(self.user_name());
        let protocol: &[u8] = if resp3 { b"3" } else { b"2" };
        let redirect = tracker.map_or(-1, |tracker| tracker.redirect as i64);
        line.extend_from_slice(b" redir=");
        line.extend_from_slice(itoa::Buffer::new().format(redirect).as_bytes());
        line.extend_from_slice(b" resp=");
        line.extend_from_slice(protocol);
        line.extend_from_slice(b" lib-name=");
        line.extend_from_slice(&self.lib_name);
        line.extend_from_slice(b" lib-ver=");
        line.extend_from_slice(&self.lib_ver);
        line
    }
}
