//! Our side: the engine in this process, on the wall clock, since the real server has no other.

use std::time::{SystemTime, UNIX_EPOCH};

use resplay::instance::{Config, ProtectedAction};
use resplay::server::Server;

use crate::redis::{Connection, RealServer};
use crate::reply::{Reply, request};

/// The engine with three clients; or a second real server, when RESPLAY_PEER=real asks for it.
pub enum Peer {
    Engine {
        server: Box<Server>,
        clients: [u64; 3],
    },
    Real {
        clients: Box<[Connection; 3]>,
    },
}

thread_local! {
    static SECOND: RealServer = RealServer::start();
}

/// Microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is later than 1970");
    i64::try_from(since.as_micros()).expect("it is earlier than the year 292277")
}

impl Peer {
    /// The client that plays.
    pub const MAIN: usize = 0;
    /// The client that looks.
    pub const AUDIT: usize = 1;
    /// The client that listens.
    pub const WITNESS: usize = 2;

    /// A new, empty one.
    pub fn start() -> Peer {
        if std::env::var("RESPLAY_PEER").is_ok_and(|peer| peer == "real") {
            let clients = SECOND.with(|server| [(); 3].map(|()| server.connect()));
            let mut peer = Peer::Real {
                clients: Box::new(clients),
            };
            peer.ask(Self::AUDIT, &[b"FLUSHALL".to_vec()]);
            return peer;
        }
        // As the oracle is started.
        let config = Config {
            save: Vec::new(),
            enable_debug_command: ProtectedAction::Yes,
            enable_protected_configs: ProtectedAction::Yes,
            ..Config::default()
        };
        let mut server = Box::new(Server::new(config, 7, now()));
        let clients = ["127.0.0.1:50000", "127.0.0.1:50001", "127.0.0.1:50002"]
            .map(|addr| server.connect(now(), addr));
        Peer::Engine { server, clients }
    }

    /// Gives a pipeline to a client and returns the replies up to the one that is `end`.
    pub fn exchange(&mut self, client: usize, bytes: &[u8], end: &[u8]) -> Vec<Reply> {
        self.exchange_until(client, bytes, &Reply::Bulk(end.to_vec()))
    }

    /// The same with an end that is no bulk string.
    pub fn exchange_until(&mut self, client: usize, bytes: &[u8], end: &Reply) -> Vec<Reply> {
        let mut replies = Vec::new();
        match self {
            Peer::Real { clients } => {
                clients[client].send(bytes);
                while replies.last() != Some(end) {
                    replies.push(clients[client].receive());
                }
            }
            Peer::Engine { server, clients } => {
                server.tick(now());
                server.receive(now(), clients[client], bytes);
                let output = server.take_output(clients[client]);
                let mut rest = output.as_slice();
                while let Some((reply, length)) =
                    (!rest.is_empty()).then(|| Reply::parse(rest)).flatten()
                {
                    replies.push(reply);
                    rest = &rest[length..];
                }
                assert!(rest.is_empty(), "half a reply: {}", rest.escape_ascii());
            }
        }
        replies
    }

    /// One command and its reply.
    pub fn ask(&mut self, client: usize, args: &[Vec<u8>]) -> Reply {
        let mut bytes = request(args);
        let end = b"end".to_vec();
        bytes.extend_from_slice(&request(&[b"ECHO".to_vec(), end.clone()]));
        let mut replies = self.exchange(client, &bytes, &end);
        replies.swap_remove(0)
    }
}
