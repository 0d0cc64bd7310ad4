//! What a command may touch while it runs.

use crate::instance::{Client, Effects, Instance};
use crate::keyspace::Keyspace;
use crate::persistence::Persistence;
use crate::resp::{ReplyError, ReplyWriter};

/// The outcome of a command: its reply is written, or it failed before writing any.
pub type CommandResult = Result<(), ReplyError>;

/// Everything a command works on, each part to be borrowed on its own.
pub struct Context<'a> {
    /// The data: `ctx.keyspace[ctx.client.db]` is the selected database.
    pub keyspace: &'a mut Keyspace,
    /// Configuration, the other clients, statistics.
    pub instance: &'a mut Instance,
    /// RDB and AOF: what is being written, what was.
    pub persistence: &'a mut Persistence,
    /// The client that called.
    pub client: &'a mut Client,
    /// Where the reply goes.
    pub reply: &'a mut ReplyWriter,
    /// What replicas and the AOF will be told.
    pub effects: &'a mut Effects,
}
