//! Save points, page cache, AOF and RDB of a server.

use crate::disk::resolve;
use crate::instance::{AppendFsync, Config, Named};
use crate::lab::disk::LabDisk;
use crate::server::Server;

/// One save point.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct SavePoint {
    /// After so many seconds,
    pub seconds: i64,
    /// if there were so many changes.
    pub changes: u64,
    /// When the time is over, in milliseconds since 1970.
    pub due: f64,
}

/// BGSAVE or BGREWRITEAOF under way.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct Running {
    /// `bgsave` or `rewrite`.
    pub kind: &'static str,
    /// Keys written.
    pub keys_done: f64,
    /// Keys there were when it began.
    pub keys_total: f64,
}

/// A file of the AOF.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct AofFile {
    /// Absolute.
    pub path: String,
    /// `base` or `incr`.
    #[cfg_attr(target_arch = "wasm32", serde(rename = "type"))]
    pub kind: &'static str,
    /// Bytes in it.
    pub size: f64,
    /// Bytes that a power cut would leave.
    pub synced: f64,
}

/// The AOF.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct AofUpdate {
    /// appendonly
    pub enabled: bool,
    /// appendfsync
    pub fsync: &'static str,
    /// What the manifest names, in loading order.
    pub files: Vec<AofFile>,
    /// Bytes that the process has not yet written.
    pub buffered: f64,
    /// Bytes in the page cache, not synced.
    pub unsynced: f64,
    /// When the oldest of them was written.
    pub unsynced_since: Option<f64>,
    /// When the last sync was through.
    pub last_sync: Option<f64>,
    /// Bytes of all files.
    pub size: f64,
    /// The same after the last rewrite.
    pub base_size: f64,
}

/// What the persistence panel shows.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct PersistenceUpdate {
    /// Changes since the last save that succeeded.
    pub dirty: f64,
    /// The save points.
    pub save_points: Vec<SavePoint>,
    /// LASTSAVE, in milliseconds.
    pub last_save: f64,
    /// Whether the last background save failed.
    pub last_save_failed: bool,
    /// What goes on in the background.
    #[cfg_attr(target_arch = "wasm32", serde(skip_serializing_if = "Option::is_none"))]
    pub running: Option<Running>,
    /// Where snapshots go.
    pub rdb_path: String,
    /// The AOF.
    pub aof: AofUpdate,
}

fn path(config: &Config, name: &str) -> String {
    resolve(&config.dir, name)
}

/// What there is to show; of a process that does not run, nothing but names.
pub(super) fn compute(server: Option<&Server>, disk: &LabDisk) -> PersistenceUpdate {
    let Some(server) = server else {
        return PersistenceUpdate {
            aof: AofUpdate {
                fsync: AppendFsync::EverySec.name(),
                ..AofUpdate::default()
            },
            ..PersistenceUpdate::default()
        };
    };
    let config = &server.instance().config;
    let _ = disk;
    PersistenceUpdate {
        rdb_path: path(config, &config.dbfilename),
        aof: AofUpdate {
            fsync: config.appendfsync.name(),
            ..AofUpdate::default()
        },
        ..PersistenceUpdate::default()
    }
}
