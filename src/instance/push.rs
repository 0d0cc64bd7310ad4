//! What is sent to a client that has not asked at this moment: messages, the lines of MONITOR.
//!
//! All of it goes through [`Instance::push`], so that the bounds of an output hold, and so that a
//! message does not overtake a reply that rests on a sync.

use super::{Client, Instance, ReplyMode};
use crate::resp::{Args, ReplyWriter, quote};

/// What becomes of a message where RESP2 is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A push becomes an array; what is none goes as it is.
    Plain,
    /// Nothing: RESP2 could not tell it from a reply.
    Resp3Only,
    /// An invalidation for another client: a subscriber gets a message of pub/sub, anybody else nothing.
    Redirected,
}

/// A message to a client that is being served.
pub(super) struct Push {
    to: u64,
    form: Form,
    message: Box<[u8]>,
}

/// How an invalidation begins, in RESP3 and for a subscriber who speaks RESP2.
const INVALIDATE: &[u8] = b">2\r\n$10\r\ninvalidate\r\n";
const INVALIDATE_MESSAGE: &[u8] = b"*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n";

/// Writes a message in the protocol of a client whose output is `output`.
fn write(output: &mut ReplyWriter, client_is_subscribed: bool, form: Form, message: &[u8]) {
    if output.resp3() || form == Form::Plain {
        return output.message(message);
    }
    if form == Form::Redirected
        && client_is_subscribed
        && let Some(keys) = message.strip_prefix(INVALIDATE)
    {
        output.raw(INVALIDATE_MESSAGE);
        output.raw(match keys {
            b"_\r\n" => b"$-1\r\n",
            keys => keys,
        });
    }
}

impl Instance {
    /// Sends a client a message, encoded as a push of RESP3 (one that speaks RESP2 gets an array) or
    /// as what is no push. To the client that is being served it goes when its command has
    /// been answered.
    pub fn push(&mut self, id: u64, message: &[u8]) {
        self.push_as(id, Form::Plain, message);
    }

    pub(super) fn push_as(&mut self, id: u64, form: Form, message: &[u8]) {
        let Some(client) = self.clients.get_mut(id) else {
            self.pushes.push(Push {
                to: id,
                form,
                message: message.into(),
            });
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
        let subscribed = client.is_subscribed();
        write(&mut client.output, subscribed, form, message);
        self.check_output_of(id);
    }

    /// Writes the messages that wait for `client`, which is being served and has `output`, in the
    /// order they came.
    pub fn deliver_pushes(&mut self, client: &Client, output: &mut ReplyWriter) {
        for push in std::mem::take(&mut self.pushes) {
            if push.to == client.id {
                write(output, client.is_subscribed(), push.form, &push.message);
            } else {
                self.pushes.push(push);
            }
        }
    }

    /// Whether messages wait for a client that is being served.
    pub fn has_pushes(&self) -> bool {
        !self.pushes.is_empty()
    }

    /// Sends the messages that waited for clients which are no longer being served.
    pub fn send_pushes(&mut self) {
        for push in std::mem::take(&mut self.pushes) {
            if self.clients.get_mut(push.to).is_some() {
                self.push_as(push.to, push.form, &push.message);
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
        let from = if client.in_script {
            "lua"
        } else {
            &client.addr
        };
        let mut line = format!("+{seconds}.{rest:06} [{} {from}]", client.db).into_bytes();
        for arg in args.iter() {
            line.push(b' ');
            quote(arg, &mut line);
        }
        line.extend_from_slice(b"\r\n");
        for id in self.monitors.clone() {
            // What a command of a script answers is that script's alone.
            if id == client.id && !client.in_script {
                own.raw(&line);
            } else {
                self.push(id, &line);
            }
        }
    }
}
