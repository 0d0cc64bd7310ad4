//! A server of one client for the tests of commands.

use super::{Context, Effects, call, table};
use crate::instance::{Client, Config, Instance};
use crate::keyspace::Keyspace;
use crate::persistence::Persistence;
use crate::resp::{OwnedArgs, ReplyWriter};

/// Data, configuration and a client, without any connection.
pub(crate) struct Session {
    pub(crate) keyspace: Keyspace,
    pub(crate) instance: Instance,
    pub(crate) persistence: Persistence,
    pub(crate) client: Client,
    pub(crate) effects: Effects,
    reply: ReplyWriter,
}

impl Session {
    pub(crate) fn new() -> Self {
        let config = Config::default();
        let instance = Instance::new(config, 1, 0, table().entries().len());
        let mut effects = Effects::default();
        let mut keyspace = Keyspace::new(16, 1);
        effects.collect(true, &mut keyspace);
        Session {
            keyspace,
            instance,
            persistence: Persistence::default(),
            client: Client {
                authenticated: true,
                ..Client::default()
            },
            effects,
            reply: ReplyWriter::new(false),
        }
    }

    /// The reply as it goes over the wire, with spaces for line ends: `*2 $1 a :7`.
    pub(crate) fn run(&mut self, line: &str) -> String {
        let words: Vec<&[u8]> = line.split_ascii_whitespace().map(str::as_bytes).collect();
        let reply = self.run_args(&words);
        String::from_utf8_lossy(&reply)
            .trim_end()
            .replace("\r\n", " ")
    }

    /// The reply to a command of any bytes.
    pub(crate) fn run_args(&mut self, words: &[&[u8]]) -> Vec<u8> {
        let args: OwnedArgs = words.iter().copied().collect();
        let entry = table().resolve(args.as_args());
        let entry = entry.expect("a command of the table");
        assert!(
            entry.command.accepts(words.len()),
            "arity of {}",
            entry.command.name
        );
        let mut ctx = Context {
            keyspace: &mut self.keyspace,
            instance: &mut self.instance,
            persistence: &mut self.persistence,
            client: &mut self.client,
            reply: &mut self.reply,
            effects: &mut self.effects,
        };
        call(&mut ctx, entry, args.as_args());
        self.reply.take()
    }

    /// Answers in RESP3 from here on.
    pub(crate) fn resp3(&mut self) {
        self.reply.set_resp3(true);
    }

    /// What replicas were told since the last call, one command a line.
    pub(crate) fn told(&mut self) -> Vec<String> {
        let effects = self.effects.take();
        let words = |effect: &super::Effect| {
            let args = effect.args.as_args();
            let words: Vec<String> = args
                .iter()
                .map(|word| String::from_utf8_lossy(word).into_owned())
                .collect();
            words.join(" ")
        };
        effects.iter().map(words).collect()
    }
}
