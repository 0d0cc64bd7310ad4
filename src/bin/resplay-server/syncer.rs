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
        thread::Builder::new().name("sync".into()).spawn(move || {
            for job in queue {
                let result = sync(&job);
                let mut done = told.lock().unwrap_or_else(PoisonError::into_inner);
                done.through = job.ticket;
                if let Err(error) = result {
                    if done.failed.len() == REMEMBERED {
                        done.failed.pop_front();
                    }
                    done.failed
                        .push_back((job.ticket, super::files::told(&error)));
                }
                drop(done);
                if let Some(waker) = waker.get() {
                    // If this fails, the next tick will see it.
                    let _ = waker.wake();
                }
            }
        })?;
        Ok(Syncer {
            jobs,
            asked: 0,
            done,
        })
    }

    /// Begins to sync a file (or to fail, if it could not be opened) and then folders.
    pub fn begin(&mut self, file: io::Result<File>, folders: Vec<PathBuf>) -> Ticket {
        self.asked += 1;
        let job = Job {
            ticket: self.asked,
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

fn sync(job: &Job) -> io::Result<()> {
    match &job.file {
        Ok(file) => file.sync_data()?,
        Err(error) => return Err(io::Error::new(error.kind(), error.to_string())),
    }
    for folder in &job.folders {
        match File::open(folder) {
            Ok(folder) => folder.sync_all()?,
            // It has been removed since; its own folder is synced in its turn.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
