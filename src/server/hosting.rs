//! What only a host that has sockets and a process needs.

use super::Server;
use crate::commands::{Context, shutdown};
use crate::instance::{Client, LogLevel};
use crate::resp::{OwnedArgs, ReplyWriter};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT
    Interrupt,
    /// SIGTERM
    Terminate,
}

impl Server {
    /// Accepts a connection from `addr` (such as `127.0.0.1:50000`) and answers its number.
    /// Beyond maxclients the client gets an error and is closed.
    pub fn connect(&mut self, now_us: i64, addr: &str) -> u64 {
        self.connect_at(now_us, addr, None)
    }

    /// Like [`Server::connect`]; the server's own address on the connection is `local`. A client
    /// of a Unix socket has its path and `:0` for either.
    pub fn connect_at(&mut self, now_us: i64, addr: &str, local: Option<&str>) -> u64 {
        self.entered(now_us, |server| {
            server.start_loading();
            let (mut client, welcome) = server.instance.accept(addr, local);
            let id = client.id;
            if !welcome {
                server.close(&mut client);
            }
            if server.crashed {
                server.close(&mut client);
            }
            server.instance.clients.insert(client);
            id
        })
    }

    /// Lets a client do everything, whoever the users are and without logging in: the lab's own
    /// connections, which must go on when a learner sets a password.
    pub fn trust(&mut self, id: u64) {
        let acl = &self.instance.acl;
        if let Some(client) = self.instance.clients.get_mut(id) {
            client.trusted = true;
            client.authenticated = true;
            acl.settle(client);
        }
    }

    /// Milliseconds until [`Server::tick`] is due because somebody's wait is over, if anybody waits
    /// with a timeout: what came after the last tick may be due before the next. Cheap while nobody waits.
    pub fn next_wait(&self) -> Option<i64> {
        self.next_timeout()
    }

    /// Bytes of output that wait for the host to take them.
    pub fn waiting_output(&self, id: u64) -> usize {
        let client = self.instance.clients.get(id);
        client.map_or(0, Client::sendable)
    }

    /// Bytes that a client has sent and that are no commands yet, or commands that wait.
    pub fn waiting_input(&self, id: u64) -> usize {
        let client = self.instance.clients.get(id);
        client.map_or(0, |client| client.query_buffer.len())
    }

    /// Does what redis-server does when it is signalled: it saves where save points are configured
    /// and ends ([`super::Event::Shutdown`]), or says in its log why it cannot.
    pub fn signal(&mut self, now_us: i64, signal: Signal) {
        self.entered(now_us, |server| {
            let text = match signal {
                Signal::Interrupt => "Received SIGINT scheduling shutdown...",
                Signal::Terminate => "Received SIGTERM scheduling shutdown...",
            };
            server.instance.log(LogLevel::Warning, text);
            // What is half loaded must not take the place of the files.
            let words: &[&[u8]] = match server.loader {
                Some(_) => &[b"shutdown", b"nosave"],
                None => &[b"shutdown"],
            };
            let args: OwnedArgs = words.iter().copied().collect();
            let mut client = Client {
                id: u64::MAX,
                ..Client::default()
            };
            let mut ctx = Context {
                keyspace: &mut server.keyspace,
                instance: &mut server.instance,
                persistence: &mut server.persistence,
                client: &mut client,
                reply: &mut ReplyWriter::new(false),
                effects: &mut server.effects,
            };
            // Why not is in the log.
            let _ = shutdown(&mut ctx, args.as_args());
            server.take_requests();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Config;
    use crate::server::Event;

    fn closed(events: &[Event]) -> bool {
        events.iter().any(|event| matches!(event, Event::Closed(_)))
    }

    #[test]
    fn who_is_elsewhere_is_refused_in_protected_mode() {
        for (addr, refused) in [
            ("127.0.0.1:9", false),
            ("[::1]:9", false),
            ("/tmp/redis.sock:0", false),
            ("192.0.2.1:9", true),
            ("[2001:db8::1]:9", true),
        ] {
            let mut server = Server::new(Config::default(), 1, 0);
            let id = server.connect_at(0, addr, Some("127.0.0.1:6379"));
            let output = server.take_output(id);
            assert_eq!(
                output.starts_with(b"-DENIED Redis is running"),
                refused,
                "{addr}"
            );
            assert_eq!(closed(&server.take_events()), refused, "{addr}");
        }
        let config = Config {
            protected_mode: false,
            ..Config::default()
        };
        let mut server = Server::new(config, 1, 0);
        server.connect(0, "192.0.2.1:9");
        assert!(!closed(&server.take_events()));
    }

    #[test]
    fn a_signal_saves_and_ends() {
        let mut server = Server::new(Config::default(), 1, 0);
        server.connect(0, "127.0.0.1:1");
        server.signal(0, Signal::Terminate);
        for now_us in 0..10 {
            server.tick(now_us);
        }
        let log = server.take_log().join("\n");
        assert!(
            log.contains("# Received SIGTERM scheduling shutdown..."),
            "{log}"
        );
        assert!(log.contains("* DB saved on disk"), "{log}");
        assert!(server.take_events().contains(&Event::Shutdown));
    }
}
