//! Save points, page cache, AOF and RDB of a server.

use crate::disk::resolve;
use crate::instance::{AppendFsync, Named};
use crate::lab::disk::LabDisk;
use crate::persistence::Child;
use crate::persistence::aof::folder;
use crate::server::Server;

/// One save point.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct SavePoint {
    /// After so many seconds,
    pub seconds: i64,
    /// if there were so many changes.
    pub changes: f64,
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

/// What there is to show; of a process that does not run, nothing.
pub(super) fn compute(server: Option<&Server>, disk: &LabDisk) -> PersistenceUpdate {
    let Some(server) = server else {
        let aof = AofUpdate {
            fsync: AppendFsync::EverySec.name(),
            ..AofUpdate::default()
        };
        return PersistenceUpdate {
            aof,
            ..PersistenceUpdate::default()
        };
    };
    let config = &server.instance().config;
    let persistence = server.persistence();
    let rdb = &persistence.rdb;
    let last_save = rdb.last_save_s as f64 * 1000.0;
    let save_points = config.save.iter().map(|point| SavePoint {
        seconds: point.seconds,
        changes: point.changes as f64,
        due: last_save + point.seconds as f64 * 1000.0,
    });
    PersistenceUpdate {
        dirty: rdb.changes(server.keyspace()) as f64,
        save_points: save_points.collect(),
        last_save,
        last_save_failed: !rdb.last_ok,
        running: persistence.background().map(|background| {
            let progress = background.progress();
            Running {
                kind: match background.job().child {
                    Child::Rdb => "bgsave",
                    Child::Aof => "rewrite",
                },
                keys_done: progress.written as f64,
                keys_total: progress.total as f64,
            }
        }),
        rdb_path: resolve(&config.dir, &config.dbfilename),
        aof: aof(server, disk),
    }
}

fn aof(server: &Server, disk: &LabDisk) -> AofUpdate {
    let config = &server.instance().config;
    let aof = &server.persistence().aof;
    let fsync = config.appendfsync.name();
    if !aof.is_on() {
        return AofUpdate {
            fsync,
            ..AofUpdate::default()
        };
    }
    let manifest = aof.manifest();
    let base = manifest.base.iter().map(|file| ("base", file));
    let incr = manifest.incr.iter().map(|file| ("incr", file));
    let files: Vec<AofFile> = base
        .chain(incr)
        .filter_map(|(kind, file)| {
            let found = disk.file(&resolve(&folder(config), &file.name))?;
            Some(AofFile {
                path: found.path,
                kind,
                size: found.len as f64,
                synced: found.durable as f64,
            })
        })
        .collect();
    let positions = aof.positions();
    let unsynced: f64 = files.iter().map(|file| file.size - file.synced).sum();
    let since = positions.oldest_unsynced_ms.filter(|_| unsynced > 0.0);
    AofUpdate {
        enabled: true,
        fsync,
        files,
        buffered: aof.buffered().len() as f64,
        unsynced,
        unsynced_since: since.map(|at| at as f64),
        last_sync: positions.last_sync_ms.map(|at| at as f64),
        size: aof.size() as f64,
        base_size: aof.base_size() as f64,
    }
}
