//! What passes between processes, for whoever looks on.

use super::conditions::Node;
use std::collections::VecDeque;

/// Messages that are kept until somebody takes them.
const MAX_TRACES: usize = 500;

/// What a message is, as far as one can tell by looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Message {
    /// PING, of a sentinel or in the stream.
    Ping,
    /// The answer to one.
    Pong,
    /// A sentinel makes itself known.
    Hello,
    /// A sentinel asks another what it thinks of a primary, or for its vote.
    Vote,
    /// INFO, and its answer.
    Info,
    /// How far a replica is.
    Ack,
    /// REPLCONF and PSYNC: a replica makes itself known.
    Handshake,
    /// A snapshot.
    Snapshot,
    /// Commands of the replication stream.
    Stream,
    /// Anything else.
    Other,
}

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Index of the process that sends it.
    pub from: usize,
    /// Index of the process that it goes to.
    pub to: usize,
    /// When it was sent, in microseconds since 1970.
    pub sent_us: i64,
    /// When it arrives, if nothing stops it.
    pub arrives_us: i64,
    /// What it is.
    pub message: Message,
    /// Its length in bytes.
    pub len: usize,
}

/// The newest messages, while somebody looks on.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    kept: VecDeque<Trace>,
    on: bool,
}

impl Traces {
    /// Begins to look on, or ends.
    pub fn watch(&mut self, on: bool) {
        self.on = on;
        self.kept.clear();
    }

    /// Notes a message, if somebody looks on.
    pub fn note(&mut self, from: Node, to: Node, sent_us: i64, arrives_us: i64, bytes: &[u8]) {
        if !self.on {
            return;
        }
        let (Node::Process(from), Node::Process(to)) = (from, to) else {
            return;
        };
        if self.kept.len() >= MAX_TRACES {
            self.kept.pop_front();
        }
        self.kept.push_back(Trace {
            from,
            to,
            sent_us,
            arrives_us,
            message: kind(bytes),
            len: bytes.len(),
        });
    }

    /// Takes what was noted.
    pub fn take(&mut self) -> Vec<Trace> {
        self.kept.drain(..).collect()
    }
}

/// What bytes look like. Only their beginning is looked at.
fn kind(bytes: &[u8]) -> Message {
    let start = bytes.get(..200).unwrap_or(bytes);
    let has = |text: &[u8]| memchr::memmem::find(start, text).is_some();
    if start.starts_with(b"*") {
        const WORDS: [(&[u8], Message); 9] = [
            (b"__sentinel__:hello", Message::Hello),
            (b"is-master-down-by-addr", Message::Vote),
            (b"\r\nACK\r\n", Message::Ack),
            (b"GETACK", Message::Ack),
            (b"REPLCONF", Message::Handshake),
            (b"PSYNC", Message::Handshake),
            (b"$4\r\nINFO", Message::Info),
            (b"$4\r\nPING", Message::Ping),
            (b"*3\r\n:", Message::Vote),
        ];
        let found = WORDS.iter().find(|(word, _)| has(word));
        return found.map_or(Message::Stream, |(_, message)| *message);
    }
    match start {
        [b'+', b'P', b'O', b'N', b'G', ..] => Message::Pong,
        [b'+', b'F', b'U', b'L', b'L', ..] | [b'+', b'C', b'O', b'N', b'T', ..] => {
            Message::Handshake
        }
        [b'$', ..] if has(b"REDIS0") || has(b"$EOF:") => Message::Snapshot,
        [b'$', ..] if has(b"# ") => Message::Info,
        _ => Message::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_known_by_their_looks() {
        let cases: [(&[u8], Message); 8] = [
            (b"*1\r\n$4\r\nPING\r\n", Message::Ping),
            (b"+PONG\r\n", Message::Pong),
            (
                b"*3\r\n$7\r\nPUBLISH\r\n$18\r\n__sentinel__:hello\r\n",
                Message::Hello,
            ),
            (
                b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n",
                Message::Ack,
            ),
            (
                b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n",
                Message::Stream,
            ),
            (b"+FULLRESYNC abc 0\r\n", Message::Handshake),
            (b"$175\r\nREDIS0010\xfa", Message::Snapshot),
            (b"", Message::Other),
        ];
        for (bytes, message) in cases {
            assert_eq!(kind(bytes), message, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn only_the_newest_are_kept_and_only_while_somebody_looks() {
        let mut traces = Traces::default();
        let (a, b) = (Node::Process(0), Node::Process(1));
        traces.note(a, b, 0, 0, b"x");
        assert!(traces.take().is_empty());
        traces.watch(true);
        traces.note(a, Node::Outside, 0, 0, b"x");
        for at in 0..1000 {
            traces.note(a, b, at, at, b"x");
        }
        let taken = traces.take();
        assert_eq!((taken.len(), taken[0].sent_us), (MAX_TRACES, 500));
    }
}
