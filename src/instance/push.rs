//! What is sent to a client that has not asked at this moment: messages, the lines of MONITOR.
//!
//! All of it goes through [`Instance::push`], so that the bounds of an output hold, and so that a
//! message does not overtake a reply that rests on a sync.

use super::{Client, Instance, ReplyMode};
use crate::resp::{Args, ReplyWriter, quote};

impl Instance {
    /// Sends a client a message, encoded as a push of RESP3 (one that speaks RESP2 gets an array) or
    /// as what is no push. To the client that is being served it goes when its command has
    /// been answered.
    pub fn push(&mut self, id: u64, message: &[u8]) {
        let Some(client) = self.clients.get_mut(id) else {
            self.pushes.push((id, message.into()));
            return;
        };
        let is_push = message.first() == Some(&b'>');
        if client.closing || (client.reply_mode == ReplyMode::Off && !is_push) {
            return;
        }
        if client.pushed_from.is_none() {
            client.pushed_from = Some(client.output.len());
            self.pushed.push(id);
        }
        client.output.message(message);
        self.check_output_of(id);
    }

    /// The messages that wait for the client `id`, which is being served, in the order they came.
    pub fn take_pushes(&mut self, id: u64) -> Vec<Box<[u8]>> {
        let mut taken = Vec::new();
        for (to, message) in std::mem::take(&mut self.pushes) {
            if to == id {
                taken.push(message);
            } else {
                self.pushes.push((to, message));
            }
        }
        taken
    }

    /// Whether messages wait for a client that is being served.
    pub fn has_pushes(&self) -> bool {
        !self.pushes.is_empty()
    }

    /// Sends the messages that waited for clients which are no longer being served.
    pub fn send_pushes(&mut self) {
        for (id, message) in std::mem::take(&mut self.pushes) {
            if self.clients.get_mut(id).is_some() {
                self.push(id, &message);
            }
        }
    }

    /// Shows a command that `client` has called to whoever is in MONITOR mode. `own` is the
    /// output of that client, which may be one of them.
    pub fn feed_monitors(&mut self, client: &Client, own: &mut ReplyWriter, args: Args<'_>) {
        if self.monitors.is_empty() {
            return;
        }
        let now_us = self.now_us;
        let (seconds, rest) = (now_us.div_euclid(1_000_000), now_us.rem_euclid(1_000_000));
        let mut line = format!("+{seconds}.{rest:06} [{} {}]", client.db, client.addr).into_bytes();
        for arg in args.iter() {
            line.push(b' ');
            quote(arg, &mut line);
        }
        line.extend_from_slice(b"\r\n");
        for id in self.monitors.clone() {
            if id == client.id {
                own.raw(&line);
            } else {
                self.push(id, &line);
            }
        }
    }
}
