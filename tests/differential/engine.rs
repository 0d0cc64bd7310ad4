//! Our side: the engine in this process, on the wall clock, since the real server has no other.

use crate::redis::{Connection, RealServer};
use crate::reply::{Reply, request};

/// The engine with two clients; or a second real server, when RESPLAY_PEER=real asks for it.
pub struct Peer {
    clients: [Connection; 2],
}

impl Peer {
    /// The client that plays.
    pub const MAIN: usize = 0;
    /// The client that looks.
    pub const AUDIT: usize = 1;

    /// A new, empty one.
    pub fn start() -> Peer {
        thread_local! { static SERVER: RealServer = RealServer::start(); }
        let clients = SERVER.with(|server| [server.connect(), server.connect()]);
        let mut peer = Peer { clients };
        peer.ask(Self::AUDIT, &[b"FLUSHALL".to_vec()]);
        peer
    }

    /// Gives the bytes to a client and returns the replies.
    pub fn exchange(&mut self, client: usize, bytes: &[u8]) -> Vec<Reply> {
        self.clients[client].send(bytes);
        let mut replies = Vec::new();
        loop {
            let reply = self.clients[client].receive();
            let end = matches!(&reply, Reply::Bulk(text) if text == b"end-of-this-pipeline");
            replies.push(reply);
            if end || bytes.iter().filter(|b| **b == b'*').count() == 1 {
                return replies;
            }
        }
    }

    /// One command and its reply.
    pub fn ask(&mut self, client: usize, args: &[Vec<u8>]) -> Reply {
        let bytes = request(args);
        self.clients[client].send(&bytes);
        self.clients[client].receive()
    }
}
