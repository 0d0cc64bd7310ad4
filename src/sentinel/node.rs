//! One server that is watched: a primary, a replica, or another sentinel.

use super::link::NodeLink;

/// What a node is watched as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A primary.
    Primary,
    /// A replica of one.
    Replica,
    /// Another sentinel that watches the same primary.
    Sentinel,
}

impl Kind {
    /// The word that events and replies have for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Primary => "master",
            Kind::Replica => "slave",
            Kind::Sentinel => "sentinel",
        }
    }
}

/// What a server says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `role:master`
    Primary,
    /// `role:slave`
    Replica,
}

impl Role {
    /// The word that INFO has for it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Primary => "master",
            Role::Replica => "slave",
        }
    }
}

/// How far a replica is with following its new primary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reconfiguration {
    /// It has not been told.
    #[default]
    None,
    /// It has been told.
    Sent,
    /// It says that it follows.
    InProgress,
    /// It is in step.
    Done,
}

/// What INFO of a replica says, and what was asked of it.
#[derive(Clone, Debug)]
pub struct ReplicaFacts {
    /// `master_host`
    pub primary_host: Option<String>,
    /// `master_port`
    pub primary_port: u16,
    /// Since when it has had this primary.
    pub primary_since: i64,
    /// `master_link_status`
    pub link_up: bool,
    /// `master_link_down_since_seconds`, in milliseconds
    pub link_down_ms: i64,
    /// `slave_priority`
    pub priority: i64,
    /// `slave_repl_offset`
    pub offset: u64,
    /// `replica_announced`
    pub announced: bool,
    /// Whether it is the one that takes the primary's place.
    pub promoted: bool,
    /// How far it is with following the one that does.
    pub reconfiguration: Reconfiguration,
    /// When it was told to follow.
    pub told_since: i64,
}

impl ReplicaFacts {
    fn new(now: i64) -> Self {
        ReplicaFacts {
            primary_host: None,
            primary_port: 0,
            primary_since: now,
            link_up: false,
            link_down_ms: 0,
            priority: 100,
            offset: 0,
            announced: true,
            promoted: false,
            reconfiguration: Reconfiguration::None,
            told_since: 0,
        }
    }
}

/// What another sentinel says.
#[derive(Clone, Debug, Default)]
pub struct PeerFacts {
    /// When it last said hello.
    pub last_hello: i64,
    /// When it last answered whether the primary is down.
    pub last_answer: i64,
    /// Whether it says so.
    pub says_down: bool,
    /// Whom it has voted for.
    pub leader: Option<String>,
    /// In which epoch.
    pub leader_epoch: u64,
}

/// One server that is watched.
#[derive(Debug)]
pub struct Node {
    /// What it is watched as.
    pub kind: Kind,
    /// A primary's name; a replica's address; a sentinel's id.
    pub name: String,
    /// Its address, or its name where names are resolved.
    pub host: String,
    /// Its port; 0 for one that is not to be connected to.
    pub port: u16,
    /// The address that its name stands for, once it was connected to.
    pub ip: Option<String>,
    /// Its run id; a sentinel's own id.
    pub run_id: Option<String>,
    /// The connections to it.
    pub link: NodeLink,
    /// Whether it is down as far as this sentinel sees.
    pub is_down: bool,
    /// Since when; the last time, if it no longer is; 0 for never.
    pub down_since: i64,
    /// Whether enough sentinels say that it is down.
    pub is_agreed_down: bool,
    /// Since when, likewise.
    pub agreed_down_since: i64,
    /// How long it may be silent.
    pub down_after: i64,
    /// What INFO says that it is.
    pub role: Role,
    /// Since when.
    pub role_since: i64,
    /// The last INFO.
    pub info: String,
    /// When it came; 0 for never.
    pub info_at: i64,
    pub(super) last_hello_sent: i64,
    /// Whether SCRIPT KILL was sent because it was busy.
    pub script_kill_sent: bool,
    /// Since when a primary that was started again has not answered a PING.
    pub rebooting_since: Option<i64>,
    /// Of a replica.
    pub replica: ReplicaFacts,
    /// Of a sentinel.
    pub peer: PeerFacts,
}

impl Node {
    pub(super) fn new(kind: Kind, name: String, host: &str, port: u16, now: i64) -> Self {
        Node {
            kind,
            name,
            host: host.to_owned(),
            port,
            ip: None,
            run_id: None,
            link: NodeLink::new(now),
            is_down: false,
            down_since: 0,
            is_agreed_down: false,
            agreed_down_since: 0,
            down_after: 0,
            role: match kind {
                Kind::Replica => Role::Replica,
                Kind::Primary | Kind::Sentinel => Role::Primary,
            },
            role_since: now,
            info: String::new(),
            info_at: 0,
            last_hello_sent: now,
            script_kill_sent: false,
            rebooting_since: None,
            replica: ReplicaFacts::new(now),
            peer: PeerFacts {
                last_hello: now,
                ..PeerFacts::default()
            },
        }
    }

    /// How it is told to others: by its name if `names` are announced (announce-hostnames), else by its address.
    pub fn told_host(&self, names: bool) -> &str {
        match &self.ip {
            Some(ip) if !names => ip,
            _ => &self.host,
        }
    }

    /// Whether it has this address.
    pub fn is_at(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }

    /// Whether it has not been down for so long.
    pub(super) fn well_for(&self, time: i64, now: i64) -> bool {
        let last = self.down_since.max(self.agreed_down_since);
        last == 0 || now - last > time
    }
}
