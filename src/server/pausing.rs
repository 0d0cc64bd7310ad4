//! Commands that wait for the end of a pause (CLIENT PAUSE).

use super::Server;
use crate::commands::{Entry, Flags, flags_of};
use crate::instance::{Blocked, Client, WaitsFor};
use crate::resp::Args;

impl Server {
    /// Has a command wait while there is a pause that it has to wait for; false when it may run.
    pub(super) fn postponed(&mut self, client: &mut Client, entry: &Entry, args: Args<'_>) -> bool {
        let Some(pause) = self.instance.pause else {
            return false;
        };
        let command = (entry, flags_of(&self.instance, entry, args));
        let waits = pause.all
            || self.would_run(client, command, Flags::WRITE)
            || self.would_run(client, command, Flags::MAY_REPLICATE);
        if waits {
            client.blocked = Some(Box::new(Blocked {
                waits_for: WaitsFor::PauseEnd,
                db: client.db,
                until_ms: 0,
                command: args.to_owned(),
            }));
            self.instance.blocked_clients += 1;
            self.instance.postponed.push(client.id);
        }
        waits
    }

    /// Runs what has waited, if the pause is over.
    pub(super) fn end_pause(&mut self) {
        if self.instance.pause.is_none() && !self.instance.postponed.is_empty() {
            self.check_pause();
        }
    }

    /// Ends a pause whose time is over, and runs the commands that have waited for its end, in the
    /// order they came. Answers the milliseconds until its time is over.
    pub(super) fn check_pause(&mut self) -> Option<i64> {
        let now_ms = self.instance.now_ms();
        if let Some(pause) = self.instance.pause {
            if pause.until_ms >= now_ms {
                return Some(pause.until_ms - now_ms + 1);
            }
            self.instance.pause = None;
            self.keyspace.hide_expired(self.instance.hides_expired());
        }
        for id in std::mem::take(&mut self.instance.postponed) {
            let Some(mut client) = self.instance.clients.remove(id) else {
                continue;
            };
            let waits = client
                .blocked
                .as_deref()
                .is_some_and(|blocked| blocked.waits_for == WaitsFor::PauseEnd);
            if waits {
                self.run_again(&mut client);
                self.serve_blocked();
            }
            self.instance.clients.insert(client);
            self.instance.unblocked.retain(|&unblocked| unblocked != id);
            self.serve(id, &[]);
        }
        None
    }
}
