//! What clients are sent unasked, and the bounds of what may wait for them and come from them.

use super::Server;
use crate::disk::Ticket;
use crate::instance::{Client, LogLevel, OutputLimit};

impl Server {
    /// Tells subscribers and those who track keys what has happened to keys by itself. `caller` is the
    /// client that is being served, 0 if nobody is.
    pub(super) fn notify(&mut self, caller: u64) {
        let events = self.keyspace.take_notices();
        if !events.is_empty() {
            self.instance.notify(events);
        }
        if self.instance.tracking.is_on() {
            let changed = self.keyspace.take_changed();
            self.instance.invalidate(changed, caller);
            self.instance.tell_pending(caller);
            if !self.instance.tracking.is_on() {
                self.keyspace.track(false);
            }
        }
    }

    /// Ends client tracking for a client that is going.
    pub(super) fn end_tracking(&mut self, id: u64) {
        if self.instance.tracking.is_on() {
            self.instance.tracking.forget(id);
            self.keyspace.track(self.instance.tracking.is_on());
        }
    }

    /// Ends a turn for those who were sent something in it: what rests on `ticket` waits for it.
    pub(super) fn settle_pushes(&mut self, ticket: Option<Ticket>) {
        if !self.instance.requests.is_empty() {
            self.take_requests();
        }
        for id in std::mem::take(&mut self.instance.pushed) {
            let Some(client) = self.instance.clients.get_mut(id) else {
                continue;
            };
            let Some(from) = client.pushed_from.take() else {
                continue;
            };
            if let Some(ticket) = ticket {
                client.holds.add(ticket, from.min(client.output.len()));
                if !self.syncing.contains(&id) {
                    self.syncing.push(id);
                }
            }
        }
    }

    /// Closes the clients that have not read for too long.
    pub(super) fn check_outputs(&mut self) {
        if self.instance.config.client_output_buffer_limit == [OutputLimit::default(); 3] {
            return;
        }
        let full =
            |client: &&Client| client.soft_limit_since.is_some() || !client.output.is_empty();
        let full: Vec<u64> = self
            .instance
            .clients
            .iter()
            .filter(full)
            .map(|it| it.id)
            .collect();
        for id in full {
            self.instance.check_output_of(id);
        }
    }

    /// Closes a client that has sent too much without a whole command.
    pub(super) fn check_query(&mut self, client: &mut Client) {
        let queued = client.transaction.as_ref().map_or(0, |it| it.bytes);
        let limit = self.instance.config.client_query_buffer_limit;
        if client.closing || client.query_buffer.len().saturating_add(queued) <= limit {
            return;
        }
        let description = self.instance.describe(client, &client.output);
        let start = &client.query_buffer[..client.query_buffer.len().min(64)];
        let text = [
            "Closing client that reached max query buffer length: ",
            &String::from_utf8_lossy(&description),
            " (qbuf initial bytes: \"",
            &start.escape_ascii().to_string(),
            "\")",
        ];
        self.instance.log(LogLevel::Warning, text.concat());
        self.instance.stats.query_limit_disconnections += 1;
        client.query_buffer = Vec::new();
        self.close(client);
    }
}
