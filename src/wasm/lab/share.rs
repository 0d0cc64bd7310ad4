//! The lab as it is carried elsewhere: what was done to it, and the data of its servers.

use super::{Clocks, Lab};
use crate::keyspace::SnapshotEncoder;
use crate::lab::{ArchiveError, Replay, Timeline};
use crate::memory::allocated;
use crate::persistence::RdbEncoder;
use crate::persistence::aof::CommandWriter;

/// Bytes that a server of a lab may hold that came from elsewhere.
const CEILING: usize = 256 << 20;

/// Bytes that the whole of such a lab may hold while its history is made again.
const MOST_MEMORY: usize = 512 << 20;

/// Bytes of files that such a lab may have.
const CAPACITY: u64 = 256 << 20;

/// A lab on its way, whose history is being made again.
pub struct Arrival(Replay);

impl Arrival {
    /// Begins with a history.
    ///
    /// # Errors
    /// When the bytes hold none.
    pub fn begin(bytes: &[u8]) -> Result<Arrival, ArchiveError> {
        Ok(Arrival(Replay::begin(bytes, CEILING)?))
    }

    /// Goes on for so many microseconds by the stopwatch; true when it has arrived.
    ///
    /// # Errors
    /// When it takes too much memory.
    pub fn step(&mut self, for_us: i64, stopwatch: fn() -> i64) -> Result<bool, ArchiveError> {
        let began_us = stopwatch();
        let there = self.0.step(|| stopwatch() - began_us >= for_us);
        match allocated() <= MOST_MEMORY {
            true => Ok(there),
            false => Err(ArchiveError::TooMuch),
        }
    }

    /// How much of the way is behind it, 0 to 1.
    pub fn progress(&self) -> f64 {
        self.0.progress()
    }

    /// The lab, once it has arrived; its clock stands still, or goes on.
    ///
    /// # Errors
    /// When its history ends in the middle of something.
    #[cold]
    pub fn finish(self, port: u16, paused: bool, clocks: Clocks) -> Result<Lab, ArchiveError> {
        let mut timeline = Timeline::resume(self.0, clocks.0()).ok_or(ArchiveError::Damaged)?;
        timeline.clock_mut().pause(paused);
        timeline.present().disk().set_capacity(Some(CAPACITY));
        let mut lab = Lab::around(timeline, port, clocks);
        lab.begin();
        Ok(lab)
    }
}

impl Lab {
    /// What was done until the moment that is shown; none when so much has happened that it is not kept.
    pub fn history(&self) -> Option<Vec<u8>> {
        self.timeline.to_bytes()
    }

    /// The data of a server as a file that can be loaded: a snapshot, or the commands that make it. None when it does
    /// not run.
    #[cold]
    pub fn data(&self, name: &str, snapshot: bool) -> Option<Vec<u8>> {
        let server = self.timeline.machine().server(self.at(name)?)?;
        let (keyspace, instance) = (server.keyspace(), server.instance());
        let mut encoder: Box<dyn SnapshotEncoder> = match snapshot {
            true => Box::new(RdbEncoder::new(keyspace, instance, false)),
            false => Box::new(CommandWriter::new(instance)),
        };
        for (db, database) in keyspace.iter().enumerate() {
            for record in database.iter() {
                encoder.record(db, record);
            }
        }
        encoder.finish();
        Some(encoder.pending())
    }
}
