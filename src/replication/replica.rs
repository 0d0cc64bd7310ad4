//! A replica, as its primary sees it.

/// How far a replica is in getting the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaState {
    /// It has said who it is, and has not asked for data.
    Handshake,
    /// The snapshot for it has not begun.
    WaitsForStart,
    /// The snapshot is on its way; the stream since is kept for it.
    WaitsForEnd,
    /// It has the data and hears the stream.
    Online,
}

impl ReplicaState {
    /// As INFO calls it.
    pub fn name(self) -> &'static str {
        match self {
            ReplicaState::Handshake => "handshake",
            ReplicaState::WaitsForStart | ReplicaState::WaitsForEnd => "wait_bgsave",
            ReplicaState::Online => "online",
        }
    }
}

/// What a primary knows of a replica.
#[derive(Debug)]
pub struct Replica {
    /// How far it is.
    pub state: ReplicaState,
    /// Where it listens itself (REPLCONF listening-port), or 0.
    pub port: u16,
    /// The address by which it wants to be known (REPLCONF ip-address).
    pub address: String,
    /// It asked with PSYNC, and says how far it is (REPLCONF ACK).
    pub acknowledges: bool,
    /// It understands `+CONTINUE <id>` (REPLCONF capa psync2).
    pub understands_ids: bool,
    /// It can be sent a snapshot whose length nobody knows (REPLCONF capa eof).
    pub understands_eof: bool,
    /// It hears no more of the stream before it has said that the snapshot is there.
    pub awaits_ack: bool,
    /// Number of the last byte of the stream that it has handled.
    pub offset: u64,
    /// Number of the last byte that is in its log on the disk.
    pub logged: u64,
    /// When it last said so, in milliseconds since 1970.
    pub heard_ms: i64,
    /// The stream since the snapshot began.
    pub pending: Vec<u8>,
}

impl Replica {
    /// One that has just been heard of.
    pub fn new(now_ms: i64) -> Replica {
        Replica {
            state: ReplicaState::Handshake,
            port: 0,
            address: String::new(),
            acknowledges: false,
            understands_ids: false,
            understands_eof: false,
            awaits_ack: false,
            offset: 0,
            logged: 0,
            heard_ms: now_ms,
            pending: Vec::new(),
        }
    }

    /// Whether it has asked for the data.
    pub fn is_attached(&self) -> bool {
        self.state != ReplicaState::Handshake
    }

    /// Whether it hears the stream, and was heard of less than so many seconds ago.
    pub fn is_good(&self, now_ms: i64, max_lag_s: i64) -> bool {
        self.state == ReplicaState::Online && (now_ms - self.heard_ms) / 1000 <= max_lag_s
    }
}
