//! The primary's stream: its commands are run, and its bytes passed on to the replicas of this server.

use crate::instance::{Client, LogLevel, PropagationError, Request};
use crate::resp::{Args, ReplyWriter, RequestLimits};
use crate::server::Server;

impl Server {
    /// Runs the commands of the stream that have come whole.
    pub(super) fn hear_stream(&mut self) {
        if self.is_asleep() || self.crashed {
            return;
        }
        let Some(id) = self.instance.follower.client else {
            return;
        };
        let Some(mut client) = self.instance.clients.remove(id) else {
            return;
        };
        let input = std::mem::take(&mut self.instance.follower.input);
        client.active_ms = self.instance.now_ms();
        client.bytes_in += input.len() as u64;
        // The primary says itself which keys go.
        self.keyspace.keep_expired(true);
        let used = self.run_stream(&mut client, &input);
        self.keyspace.keep_expired(false);
        self.instance.clients.insert(client);
        if let Some(used) = used {
            let mut rest = input;
            rest.drain(..used);
            self.instance.follower.input = rest;
        }
        self.persistence
            .flush_background(&mut self.keyspace, &mut self.instance);
        self.end_silent_turn();
        self.resume_unblocked();
        self.instance.broadcast_invalid();
        self.instance.send_stream();
        self.instance.send_pushes();
        self.settle_pushes(None);
        if used.is_none() {
            self.lose_primary();
        }
    }

    /// Answers how many bytes were used; none if they are no commands.
    fn run_stream(&mut self, client: &mut Client, input: &[u8]) -> Option<usize> {
        let limits = RequestLimits {
            max_bulk_len: u64::from(u32::MAX),
            authenticated: true,
        };
        let mut parser = std::mem::take(&mut client.parser);
        let mut output = ReplyWriter::default();
        let mut used = 0;
        let mut valid = true;
        while !self.is_asleep() && !self.crashed && self.instance.follower.client == Some(client.id)
        {
            match parser.parse(&input[used..], limits) {
                Ok(Some((args, consumed))) => {
                    if !args.is_empty() {
                        self.process(client, &mut output, args);
                        self.tell_of_error(&output, args);
                        output.clear();
                        self.serve_blocked();
                    }
                    let bytes = &input[used..used + consumed];
                    used += consumed;
                    self.relay(client, bytes);
                }
                Ok(None) => break,
                Err(error) => {
                    let text = String::from_utf8_lossy(&error.0).into_owned();
                    let text = ["Protocol error (", &text, ") from the master"].concat();
                    self.instance.log(LogLevel::Warning, text);
                    valid = false;
                    break;
                }
            }
        }
        client.parser = parser;
        valid.then_some(used)
    }

    /// Counts bytes of the stream as handled, and passes them on: of a transaction, when it has ended.
    fn relay(&mut self, client: &Client, bytes: &[u8]) {
        let unfinished = &mut self.instance.follower.unfinished;
        if client.transaction.is_some() {
            return unfinished.extend_from_slice(bytes);
        }
        let begun = std::mem::take(unfinished);
        self.instance.primary.relay(&begun);
        self.instance.primary.relay(bytes);
    }

    /// A command of the primary that fails here means that the data differs.
    fn tell_of_error(&mut self, output: &ReplyWriter, args: Args<'_>) {
        let Some(error) = output.as_bytes().strip_prefix(b"-") else {
            return;
        };
        self.instance.stats.unexpected_errors += 1;
        let error = String::from_utf8_lossy(error);
        let text = [
            "== CRITICAL == This replica is sending an error to its master: '",
            error.trim_end(),
            "' after processing the command '",
            &String::from_utf8_lossy(args.at(0)),
            "'",
        ];
        self.instance.log(LogLevel::Warning, text.concat());
        let config = &self.instance.config;
        if config.replica_read_only && config.propagation_error_behavior != PropagationError::Ignore
        {
            let text = "This replica panicked sending an error to its master";
            self.instance.requests.push(Request::Crash(text.into()));
            self.take_requests();
        }
    }
}
