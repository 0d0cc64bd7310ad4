//! Syncing in a thread of its own, so that nobody waits for a disk who need not.

use mio::Waker;
use resplay::disk::{DiskError, SyncOutcome, Ticket};
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

/// Failures that are remembered; whoever asked for a sync asks for its outcome soon.
const REMEMBERED: usize = 1024;

struct Job {
    ticket: u64,
    /// Two of one opening are one file.
    opening: u64,
    file: io::Result<File>,
    /// Folders in which names were given or taken.
    folders: Vec<PathBuf>,
}

#[derive(Default)]
struct Done {
    through: u64,
    failed: VecDeque<(u64, DiskError)>,
}

/// Hands files to the thread that syncs them, in their order.
pub struct Syncer {
    jobs: Sender<Job>,
    asked: u64,
    done: Arc<Mutex<Done>>,
}

impl Syncer {
    /// Starts the thread; it rouses the host through `waker`, once there is one, after each sync.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(waker: Arc<OnceLock<Waker>>) -> io::Result<Syncer> {
        let (jobs, queue) = channel::<Job>();
        let done = Arc::new(Mutex::new(Done::default()));
        let told = Arc::clone(&done);
        let work = move || {
            while let Ok(first) = queue.recv() {
                // What has been asked for meanwhile: a file is synced once for all who ask.
                let mut jobs = vec![first];
                jobs.extend(queue.try_iter());
                let results = sync_all(&jobs);
                let mut done = told.lock().unwrap_or_else(PoisonError::into_inner);
                for (ticket, result) in results {
                    done.through = ticket;
                    if let Err(error) = result {
                        if done.failed.len() == REMEMBERED {
                            done.failed.pop_front();
                        }
                        done.failed.push_back((ticket, error));
                    }
                }
                drop(done);
                if let Some(waker) = waker.get() {
                    // If this fails, the next tick will see it.
                    let _ = waker.wake();
                }
            }
        };
        thread::Builder::new().name("sync".into()).spawn(work)?;
        Ok(Syncer {
            jobs,
            asked: 0,
            done,
        })
    }

    /// Begins to sync a file (or to fail, if it could not be opened) and then folders. Jobs in a row
    /// with the same number of `opening` are about the same file.
    pub fn begin(&mut self, opening: u64, file: io::Result<File>, folders: Vec<PathBuf>) -> Ticket {
        self.asked += 1;
        let job = Job {
            ticket: self.asked,
            opening,
            file,
            folders,
        };
        if self.jobs.send(job).is_err() {
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            let error = DiskError::Failed("The thread that syncs has ended".into());
            done.failed.push_back((self.asked, error));
            done.through = self.asked;
        }
        Ticket(self.asked)
    }

    /// How a sync has gone so far.
    pub fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if ticket.0 > done.through {
            return SyncOutcome::Pending;
        }
        match done.failed.iter().find(|(failed, _)| *failed == ticket.0) {
            Some((_, error)) => SyncOutcome::Failed(error.clone()),
            None => SyncOutcome::Durable,
        }
    }
}

/// Syncs the files of jobs, each where it is asked for last in a row, with the folders of all in the
/// row, and tells each job what came of it.
fn sync_all(jobs: &[Job]) -> Vec<(u64, Result<(), DiskError>)> {
    let mut results = Vec::with_capacity(jobs.len());
    for row in jobs.chunk_by(|one, next| one.opening == next.opening) {
        let folders = row.iter().flat_map(|job| &job.folders);
        let result = row.last().map_or(Ok(()), |last| sync(last, folders));
        let result = result.map_err(|error| super::files::told(&error));
        results.extend(row.iter().map(|job| (job.ticket, result.clone())));
    }
    results
}

fn sync<'a>(job: &Job, folders: impl Iterator<Item = &'a PathBuf>) -> io::Result<()> {
    match &job.file {
        Ok(file) => file.sync_data()?,
        Err(error) => return Err(io::Error::new(error.kind(), error.to_string())),
    }
    for folder in folders {
        match File::open(folder) {
            Ok(folder) => folder.sync_all()?,
            // It has been removed since; its own folder is synced in its turn.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
