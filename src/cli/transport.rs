//! Driving a session over anything that carries bytes: a server in this process, a socket.

use super::session::{Action, Session};
use crate::server::{Event, Server};

/// Rounds that a reply is waited for; the server's clock goes on in each.
const MAX_WAITS: usize = 36_000;

/// What carries a session's bytes. Times are milliseconds of any epoch.
pub trait Transport {
    /// Opens a connection in the place of the one there was.
    ///
    /// # Errors
    /// The reason in the system's words, such as `Connection refused`.
    fn connect(&mut self, host: &str, port: u16) -> Result<(), String>;
    /// Sends bytes.
    fn send(&mut self, bytes: &[u8]);
    /// Waits for bytes; `None` when the other side has closed.
    fn receive(&mut self) -> Option<Vec<u8>>;
    /// Closes the connection.
    fn close(&mut self);
    /// The time now.
    fn now_ms(&mut self) -> i64;
}

/// Connects a new session. Answers what redis-cli would print, which is nothing if all is well.
pub fn open(session: &mut Session, transport: &mut impl Transport) -> Vec<u8> {
    drive(session, transport);
    session.take_output()
}

/// Runs one line to its end, and answers what redis-cli would print.
pub fn run_line(session: &mut Session, transport: &mut impl Transport, line: &[u8]) -> Vec<u8> {
    let now_ms = transport.now_ms();
    session.submit(line, now_ms);
    drive(session, transport);
    session.take_output()
}

fn drive(session: &mut Session, transport: &mut impl Transport) {
    loop {
        while let Some(action) = session.next_action() {
            match action {
                Action::Connect(host, port) => {
                    let result = transport.connect(&host, port);
                    let now_ms = transport.now_ms();
                    session.connected(result.as_ref().copied().map_err(String::as_str), now_ms);
                }
                Action::Send(bytes) => transport.send(&bytes),
                Action::Close => transport.close(),
                Action::Clear | Action::Quit => {}
            }
        }
        if session.is_idle() {
            return;
        }
        let received = transport.receive();
        let now_ms = transport.now_ms();
        match received {
            Some(bytes) => session.received(&bytes, now_ms),
            None => session.closed(now_ms),
        }
    }
}

/// A server in this process. Its clock stands still but for commands that sleep.
pub struct ServerTransport<'a> {
    server: &'a mut Server,
    port: u16,
    client: Option<u64>,
    now_us: &'a mut i64,
}

impl<'a> ServerTransport<'a> {
    /// A transport to `server`, which listens at `port`; `client` is the connection it was
    /// left with before, and `now_us` the server's clock.
    pub fn new(
        server: &'a mut Server,
        port: u16,
        client: Option<u64>,
        now_us: &'a mut i64,
    ) -> Self {
        ServerTransport {
            server,
            port,
            client,
            now_us,
        }
    }

    /// The connection, to go on with later.
    pub fn client(&self) -> Option<u64> {
        self.client
    }

    fn is_closed(&mut self, id: u64) -> bool {
        self.server
            .take_events()
            .iter()
            .any(|event| *event == Event::Closed(id) || matches!(event, Event::Crashed(_)))
    }
}

impl Transport for ServerTransport<'_> {
    fn connect(&mut self, host: &str, port: u16) -> Result<(), String> {
        self.close();
        let is_here = matches!(host, "127.0.0.1" | "localhost" | "::1");
        if !is_here || port != self.port {
            return Err("Connection refused".to_string());
        }
        self.client = Some(self.server.connect(*self.now_us, "127.0.0.1:50000"));
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) {
        if let Some(id) = self.client {
            self.server.receive(*self.now_us, id, bytes);
        }
    }

    fn receive(&mut self) -> Option<Vec<u8>> {
        let id = self.client?;
        for _ in 0..MAX_WAITS {
            let output = self.server.take_output(id);
            if !output.is_empty() {
                return Some(output);
            }
            if self.is_closed(id) {
                self.close();
                return None;
            }
            let wait_ms = self.server.tick(*self.now_us).max(1);
            *self.now_us += wait_ms * 1000;
            self.server.tick(*self.now_us);
        }
        // Nothing will come (CLIENT REPLY OFF), where redis-cli would wait for ever.
        self.close();
        None
    }

    fn close(&mut self) {
        if let Some(id) = self.client.take() {
            self.server.disconnect(*self.now_us, id);
        }
    }

    fn now_ms(&mut self) -> i64 {
        *self.now_us / 1000
    }
}
