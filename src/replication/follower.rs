//! A replica's own side: how far it is with its primary.

use std::collections::VecDeque;

/// A step of the handshake: what the primary's next reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// PING
    Ping,
    /// AUTH
    Auth,
    /// REPLCONF listening-port
    Port,
    /// REPLCONF ip-address
    Address,
    /// REPLCONF capa
    Capabilities,
    /// PSYNC
    Psync,
}

/// How far a replica is with its primary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// A link has to be opened.
    #[default]
    Connect,
    /// The host is at it.
    Connecting,
    /// The primary is told who it is.
    Handshake(Step),
    /// All data is on its way.
    Transfer,
    /// All data is there and is being loaded.
    Loading,
    /// It hears the stream.
    Connected,
}

impl Stage {
    /// As ROLE calls it.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Connect => "connect",
            Stage::Connecting => "connecting",
            Stage::Handshake(_) => "handshake",
            Stage::Transfer | Stage::Loading => "sync",
            Stage::Connected => "connected",
        }
    }
}

/// A snapshot on its way from the primary.
#[derive(Clone, Debug, Default)]
pub struct Transfer {
    /// The file that it is written to.
    pub path: String,
    /// Its length, if the primary has said it.
    pub total: Option<u64>,
    /// What ends it otherwise: forty bytes.
    pub mark: Option<[u8; 40]>,
    /// Bytes that have come.
    pub read: u64,
    /// The last forty of them at most, which may be the mark.
    pub tail: Vec<u8>,
    /// When bytes last came, in milliseconds since 1970.
    pub heard_ms: i64,
}

/// What a replica knows of its primary.
#[derive(Debug, Default)]
pub struct Follower {
    /// How far it is.
    pub stage: Stage,
    /// The link to it.
    pub link: Option<u64>,
    /// The client that runs its commands, once it is connected.
    pub client: Option<u64>,
    /// What has come and has not been understood.
    pub input: Vec<u8>,
    /// Commands of the stream that have run, but belong to a transaction that has not ended.
    pub unfinished: Vec<u8>,
    /// The data is that of the stream, so that it may be gone on with.
    pub resumable: bool,
    /// The database that the stream has last selected.
    pub db: usize,
    /// The stream's name and the number of the last byte that the data on its way will hold.
    pub initial: Option<(String, u64)>,
    /// The snapshot on its way.
    pub transfer: Option<Transfer>,
    /// When the primary was last heard of, in milliseconds since 1970.
    pub heard_ms: i64,
    /// Since when there is no link, in milliseconds since 1970; 0 while there has been none.
    pub down_since_ms: i64,
    /// When cron last looked after the link.
    pub checked_ms: i64,
    /// Keys with a time to live that clients of this server have written (replica-read-only no), by database: the
    /// primary knows nothing of them and will not say when they go.
    pub own_keys: VecDeque<(usize, Vec<u8>)>,
}

impl Follower {
    /// Whether the stream is heard.
    pub fn is_connected(&self) -> bool {
        self.stage == Stage::Connected
    }
}
