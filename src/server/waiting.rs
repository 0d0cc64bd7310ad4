//! Clients that wait: served when their keys have come, given up when their time is over.
//!
//! After each command (a transaction is one) the keys that came into being are gone through in
//! their order, and the clients of each in theirs: each runs its command again. What it makes
//! (BLMOVE) is looked at in the next round.

use super::Server;
use crate::commands::{give_up, unblock};
use crate::instance::{Client, WaitsFor};
use crate::resp::ReplyError;

impl Server {
    /// Serves those who wait for keys that have come.
    pub(super) fn serve_blocked(&mut self) {
        if self.instance.blocked_clients == 0 {
            return;
        }
        loop {
            let databases = self.keyspace.iter_mut().enumerate();
            let mut ready: Vec<_> = databases
                .flat_map(|(db, database)| {
                    database
                        .take_ready()
                        .into_iter()
                        .map(move |came| (came, db))
                })
                .collect();
            if ready.is_empty() {
                return;
            }
            ready.sort_unstable();
            for (came, db) in ready {
                for id in self.keyspace[db].waiting_for(&came.key) {
                    self.wake(db, &came.key, id);
                }
            }
        }
    }

    /// Runs the command of a client that waits for `key`, if it holds what is wanted.
    fn wake(&mut self, db: usize, key: &[u8], id: u64) {
        let Some(mut client) = self.instance.clients.remove(id) else {
            return;
        };
        let wanted = match client.blocked.as_deref().map(|blocked| &blocked.waits_for) {
            Some(WaitsFor::Keys(_, wanted)) => Some(*wanted),
            _ => None,
        };
        let value = self.keyspace[db].inspect(key).map(|record| record.value());
        if wanted.is_some_and(|wanted| wanted.is(value)) {
            self.run_again(&mut client);
        }
        self.instance.clients.insert(client);
    }

    pub(super) fn run_again(&mut self, client: &mut Client) {
        let Some(before) = unblock(client, &mut self.instance, &mut self.keyspace) else {
            return;
        };
        let mut output = std::mem::take(&mut client.output);
        self.served.push((client.id, output.len()));
        self.process(client, &mut output, before.command.as_args());
        client.output = output;
        match &mut client.blocked {
            // It found nothing for it, and its time goes on.
            Some(blocked) if blocked.waits_for != WaitsFor::PauseEnd => {
                if before.waits_for != WaitsFor::PauseEnd {
                    blocked.until_ms = before.until_ms;
                }
            }
            Some(_) => {}
            None => self.instance.unblocked.push(client.id),
        }
    }

    /// Goes on with the commands that stood behind those that have ended their wait.
    pub(super) fn resume_unblocked(&mut self) {
        while !self.instance.unblocked.is_empty() {
            for id in std::mem::take(&mut self.instance.unblocked) {
                self.serve(id, &[]);
            }
        }
    }

    /// Ends the waits whose time is over and those for a log that has come to the disk. Answers
    /// the milliseconds until the next is over. Linear in the clients while one waits.
    pub(super) fn end_waits(&mut self) -> Option<i64> {
        if self.instance.blocked_clients == 0 {
            return None;
        }
        let now_ms = self.instance.now_ms();
        let (mut next, mut over) = (None, Vec::new());
        for client in self.instance.clients.iter() {
            let Some(blocked) = &client.blocked else {
                continue;
            };
            let until_ms = blocked.until_ms;
            if self.is_there(&blocked.waits_for) {
                over.push((0, client.id));
            } else if until_ms > now_ms {
                let wait = until_ms - now_ms;
                next = Some(next.map_or(wait, |next: i64| next.min(wait)));
            } else if until_ms > 0 {
                over.push((until_ms, client.id));
            }
        }
        over.sort_unstable();
        for (_, id) in over {
            let Some(mut client) = self.instance.clients.remove(id) else {
                continue;
            };
            self.end_wait(&mut client);
            self.instance.clients.insert(client);
        }
        next
    }

    /// Milliseconds until the next wait is over. Linear in the clients while one waits.
    pub(super) fn next_timeout(&self) -> Option<i64> {
        if self.instance.blocked_clients == 0 {
            return None;
        }
        let clients = self.instance.clients.iter();
        let until = clients.filter_map(|client| client.blocked.as_ref().map(|it| it.until_ms));
        let until = until.filter(|until_ms| *until_ms > 0).min()?;
        Some(until.saturating_sub(self.instance.now_ms()).max(0))
    }

    /// Ends the wait of a client if it is for a log that has come to the disk.
    pub(super) fn end_wait_for_log(&mut self, client: &mut Client) {
        if let Some(blocked) = &client.blocked
            && self.is_there(&blocked.waits_for)
        {
            self.end_wait(client);
        }
    }

    fn end_wait(&mut self, client: &mut Client) {
        let log_is_off = !self.persistence.aof.is_on();
        let error = match client.blocked.as_deref().map(|blocked| &blocked.waits_for) {
            Some(WaitsFor::Log { local: true, .. }) if log_is_off => {
                Some(ReplyError::new(crate::commands::LOG_IS_OFF))
            }
            _ => None,
        };
        let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
        give_up(
            client,
            instance,
            keyspace,
            &self.persistence,
            error.as_ref(),
        );
    }

    /// Ends the wait of a client because the server has become a replica, and closes it.
    pub(super) fn end_wait_of_primary(&mut self, id: u64) {
        let Some(mut client) = self.instance.clients.remove(id) else {
            return;
        };
        let waits = client.blocked.as_deref();
        if waits.is_some_and(|blocked| blocked.waits_for != WaitsFor::PauseEnd) {
            let error = ReplyError::new(
                "UNBLOCKED force unblock from blocking operation, instance state changed (master \
                 -> replica?)",
            );
            let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
            give_up(
                &mut client,
                instance,
                keyspace,
                &self.persistence,
                Some(&error),
            );
            self.close(&mut client);
        }
        self.instance.clients.insert(client);
    }

    /// Whether somebody who waits for replicas or a log need wait no more: it is there, or off.
    fn is_there(&self, waits_for: &WaitsFor) -> bool {
        let aof = &self.persistence.aof;
        match waits_for {
            WaitsFor::Log { local: true, .. } if !aof.is_on() => true,
            WaitsFor::Log {
                local,
                writes,
                offset,
                replicas,
            } => {
                (!local || aof.has_synced(*writes))
                    && self.instance.replicas_logged_at(*offset) as u64 >= *replicas
            }
            WaitsFor::Replicas { offset, wanted } => self.instance.replicas_at(*offset) >= *wanted,
            WaitsFor::Keys(..) | WaitsFor::PauseEnd => false,
        }
    }
}
