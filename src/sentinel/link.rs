//! The two connections to a node: one for commands, one that listens to the hello channel.

use std::collections::VecDeque;

use crate::network::{LinkOwner, Links};
use crate::resp::{ReplyReader, ReplyWriter};

/// Commands that may wait for their replies; a node that owes more is left alone.
pub(super) const MAX_PENDING: usize = 100;

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Nothing,
    Ping,
    Info,
    Hello,
    /// Whether the primary is down.
    Down,
}

/// The connections to one node, and when it was last heard.
#[derive(Debug)]
pub struct NodeLink {
    /// The connection for commands.
    pub(super) commands: Option<u64>,
    pub(super) commands_since: i64,
    /// The connection that listens.
    pub(super) listening: Option<u64>,
    pub(super) listening_since: i64,
    /// When the listening one last brought something.
    pub(super) heard: i64,
    /// Replies that are still to come.
    pub(super) asked: VecDeque<Asked>,
    pub(super) replies: ReplyReader,
    pub(super) messages: ReplyReader,
    /// Commands on the listening one whose replies are still to come.
    pub(super) unanswered: usize,
    /// Whether one of the two is missing.
    pub disconnected: bool,
    /// When the PING that still waits for its answer was sent; 0 for none.
    pub ping_since: i64,
    pub(super) last_ping: i64,
    /// When the last answer came that says all is well.
    pub last_ok: i64,
    /// When the last answer of any kind came.
    pub last_pong: i64,
    pub(super) last_reconnect: i64,
}

impl NodeLink {
    /// Not connected yet; the node counts as well so far.
    pub(super) fn new(now: i64) -> Self {
        NodeLink {
            commands: None,
            commands_since: 0,
            listening: None,
            listening_since: 0,
            heard: 0,
            asked: VecDeque::new(),
            replies: ReplyReader::default(),
            messages: ReplyReader::default(),
            unanswered: 0,
            disconnected: true,
            // Until the first answer the time runs from here.
            ping_since: now,
            last_ping: 0,
            last_ok: now,
            last_pong: now,
            last_reconnect: 0,
        }
    }

    /// How many replies are still to come.
    pub fn pending(&self) -> usize {
        self.asked.len()
    }

    pub(super) fn owns(&self, link: u64) -> bool {
        self.commands == Some(link) || self.listening == Some(link)
    }

    /// Opens the connection for commands.
    pub(super) fn open_commands(&mut self, host: &str, port: u16, now: i64, links: &mut Links) {
        self.commands = Some(links.open(LinkOwner::Sentinel, host, port));
        self.commands_since = now;
        self.asked.clear();
        self.replies = ReplyReader::default();
    }

    /// Opens the connection that listens.
    pub(super) fn open_listening(&mut self, host: &str, port: u16, now: i64, links: &mut Links) {
        self.listening = Some(links.open(LinkOwner::Sentinel, host, port));
        self.listening_since = now;
        self.heard = now;
        self.messages = ReplyReader::default();
        self.unanswered = 0;
    }

    /// Sends a command whose reply is an answer to `asked`. False if there is no connection.
    pub(super) fn ask(&mut self, asked: Asked, words: &[&str], links: &mut Links) -> bool {
        let Some(link) = self.commands else {
            return false;
        };
        links.write(link, &request(words));
        self.asked.push_back(asked);
        true
    }

    /// Sends a command on the connection that listens. Its reply is no message and is dropped.
    pub(super) fn tell_listening(&mut self, words: &[&str], links: &mut Links) {
        if let Some(link) = self.listening {
            links.write(link, &request(words));
            self.unanswered += 1;
        }
    }

    pub(super) fn close_commands(&mut self, links: &mut Links) {
        if let Some(link) = self.commands.take() {
            links.close(link);
        }
        self.asked.clear();
        self.disconnected = true;
    }

    pub(super) fn close_listening(&mut self, links: &mut Links) {
        if let Some(link) = self.listening.take() {
            links.close(link);
        }
        self.disconnected = true;
    }

    pub(super) fn close(&mut self, links: &mut Links) {
        self.close_commands(links);
        self.close_listening(links);
    }
}

fn request(words: &[&str]) -> Vec<u8> {
    let mut request = ReplyWriter::new(false);
    request.array(words.len());
    for word in words {
        request.bulk(word.as_bytes());
    }
    request.take()
}
