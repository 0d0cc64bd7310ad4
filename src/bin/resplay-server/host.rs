//! The loop: whoever can be read is read, the server answers, whoever can be written to is
//! written to.

use super::connection::{Connection, Received};
use super::listen::Listener;
use super::process::{Signals, has_come};
use super::start::now_us;
use mio::{Events, Interest, Poll, Token, Waker};
use resplay::instance::LogLevel;
use resplay::server::{Event, Server, Signal};
use std::collections::HashMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Duration;

/// Bytes read of one client before the next has its turn.
const READ: usize = 64 * 1024;

/// Clients accepted before those that are there have their turn.
const ACCEPTED: usize = 1000;

/// Bytes of requests kept for a client that does not take its replies; then it is not read any more.
const MAX_WAITING_INPUT: usize = 32 * 1024 * 1024;

const SYNCED: Token = Token(0);
const SIGNALS: usize = 1;
const LISTENERS: usize = 16;
/// Tokens from here on are clients': their number is added.
const CLIENTS: usize = 1024;

/// The server with its sockets.
pub struct Host {
    server: Server,
    poll: Poll,
    listeners: Vec<Listener>,
    signals: Signals,
    connections: HashMap<u64, Connection>,
    /// Clients that may have something to read.
    ready: Vec<u64>,
    /// Listeners at which somebody may wait.
    knocked: Vec<usize>,
    input: Vec<u8>,
    output: Vec<u8>,
    /// When the server wants its next tick, in microseconds since 1970.
    tick_us: i64,
    is_ready: bool,
    signalled: bool,
    ended: Option<ExitCode>,
}

/// Prints the lines of the log, unless they are in a file.
pub fn print_log(server: &mut Server) {
    let lines = server.take_log();
    if lines.is_empty() || !server.instance().config.logfile.is_empty() {
        return;
    }
    let mut text = lines.join("\n");
    text.push('\n');
    // A server goes on when nobody hears it.
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

impl Host {
    /// A host for `server`; what is synced rouses it through `waker`.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new(
        server: Server,
        mut listeners: Vec<Listener>,
        mut signals: Signals,
        waker: &OnceLock<Waker>,
    ) -> io::Result<Host> {
        let poll = Poll::new()?;
        // Nobody has set it before.
        let _ = waker.set(Waker::new(poll.registry(), SYNCED)?);
        for (at, listener) in listeners.iter_mut().enumerate() {
            listener.register(poll.registry(), Token(LISTENERS + at))?;
        }
        for (at, (_, socket)) in signals.sockets.iter_mut().enumerate() {
            let token = Token(SIGNALS + at);
            poll.registry()
                .register(socket, token, Interest::READABLE)?;
        }
        Ok(Host {
            server,
            poll,
            listeners,
            signals,
            connections: HashMap::new(),
            ready: Vec::new(),
            knocked: Vec::new(),
            input: vec![0; READ],
            output: Vec::new(),
            tick_us: 0,
            is_ready: false,
            signalled: false,
            ended: None,
        })
    }

    /// Logs that the server is there, and begins to load its files.
    pub fn begin(&mut self, banner: bool) {
        self.server.log_initialized(banner);
        self.turn(now_us());
    }

    /// Serves until the server ends.
    ///
    /// # Errors
    /// When the system does not tell of events any more.
    pub fn run(mut self) -> io::Result<ExitCode> {
        let mut events = Events::with_capacity(1024);
        while self.ended.is_none() {
            let wait_us = match self.ready.is_empty() && self.knocked.is_empty() {
                true => (self.tick_us - now_us()).clamp(0, 1_000_000),
                false => 0,
            };
            let wait = Duration::from_micros(wait_us.unsigned_abs());
            match self.poll.poll(&mut events, Some(wait)) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            for event in &events {
                match event.token() {
                    SYNCED => self.tick_us = 0,
                    Token(token) if token < LISTENERS => self.signal(token - SIGNALS),
                    Token(token) if token < CLIENTS => self.knocked.push(token - LISTENERS),
                    Token(token) => {
                        let id = (token - CLIENTS) as u64;
                        if event.is_writable() {
                            self.go_on(id);
                        }
                        if (event.is_readable() || event.is_read_closed())
                            && let Some(connection) = self.connections.get_mut(&id)
                        {
                            connection.readable = true;
                            self.list(id);
                        }
                    }
                }
            }
            let now_us = now_us();
            self.accept(now_us);
            self.receive(now_us);
            self.turn(now_us);
        }
        Ok(self.end())
    }

    /// Has a client read in this turn, or the next.
    fn list(&mut self, id: u64) {
        if let Some(connection) = self.connections.get_mut(&id)
            && !std::mem::replace(&mut connection.listed, true)
        {
            self.ready.push(id);
        }
    }

    fn signal(&mut self, which: usize) {
        let Some((signal, socket)) = self.signals.sockets.get_mut(which) else {
            return;
        };
        let signal = *signal;
        if !has_come(socket) {
            return;
        }
        let now_us = now_us();
        if std::mem::replace(&mut self.signalled, true) && signal == Signal::Interrupt {
            let text = "You insist... exiting now.";
            self.server.log(now_us, LogLevel::Warning, text);
            self.ended = Some(ExitCode::FAILURE);
            return;
        }
        self.server.signal(now_us, signal);
        self.tick_us = 0;
    }

    fn accept(&mut self, now_us: i64) {
        for at in std::mem::take(&mut self.knocked) {
            for round in 0.. {
                let Some(listener) = self.listeners.get(at) else {
                    break;
                };
                if round == ACCEPTED {
                    self.knocked.push(at);
                    break;
                }
                let keepalive_s = self.server.instance().config.tcp_keepalive;
                let arrival = match listener.accept(keepalive_s) {
                    Ok(arrival) => arrival,
                    Err(error) => match error.kind() {
                        io::ErrorKind::WouldBlock => break,
                        io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => continue,
                        _ => {
                            // No descriptor left, as a rule: somebody has to go first.
                            let text = format!("Accepting client connection: {error}");
                            self.server.log(now_us, LogLevel::Warning, &text);
                            self.knocked.push(at);
                            std::thread::sleep(Duration::from_millis(1));
                            break;
                        }
                    },
                };
                let id = self
                    .server
                    .connect_at(now_us, &arrival.addr, Some(&arrival.local));
                let mut connection = Connection::new(arrival.stream);
                let registered = usize::try_from(id).map(|id| {
                    self.poll.registry().register(
                        connection.source(),
                        Token(CLIENTS + id),
                        Interest::READABLE | Interest::WRITABLE,
                    )
                });
                if matches!(registered, Ok(Ok(()))) {
                    self.connections.insert(id, connection);
                } else {
                    self.server.disconnect(now_us, id);
                }
            }
        }
    }

    fn receive(&mut self, now_us: i64) {
        for id in std::mem::take(&mut self.ready) {
            let Some(connection) = self.connections.get_mut(&id) else {
                continue;
            };
            connection.listed = false;
            if !connection.readable {
                continue;
            }
            let received = match self.server.waiting_input(id) > MAX_WAITING_INPUT {
                // It is read again when it has taken what it was sent.
                true if !connection.is_idle() => continue,
                _ => connection.receive(&mut self.input),
            };
            let count = match received {
                Received::Some(count) => {
                    self.list(id);
                    count
                }
                Received::All(count) => count,
                Received::Gone => {
                    self.drop(now_us, id);
                    continue;
                }
            };
            if count > 0 {
                let bytes = self.input.get(..count).unwrap_or_default();
                self.server.receive(now_us, id, bytes);
            }
        }
    }

    /// What is to be done once all have been heard: the tick, replies, events.
    fn turn(&mut self, now_us: i64) {
        if let Some(wait_ms) = self.server.next_wait() {
            self.tick_us = self.tick_us.min(now_us + wait_ms * 1000);
        }
        if now_us >= self.tick_us {
            self.tick_us = now_us + self.server.tick(now_us).max(0) * 1000;
        }
        self.send(now_us);
        for event in self.server.take_events() {
            match event {
                Event::Closed(id) => {
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.closing = true;
                    }
                    self.close_if_done(now_us, id);
                }
                Event::Shutdown => self.ended = Some(ExitCode::SUCCESS),
                Event::FailedToStart(_) | Event::Exited(_) => self.ended = Some(ExitCode::FAILURE),
                Event::Crashed(text) => {
                    self.server.log(now_us, LogLevel::Warning, &text);
                    print_log(&mut self.server);
                    // As a crash ends a process.
                    std::process::abort();
                }
            }
        }
        if !self.is_ready && self.server.loading().is_none() && self.ended.is_none() {
            self.is_ready = true;
            self.server.log_ready();
        }
        print_log(&mut self.server);
    }

    /// Sends the replies that are there to those who take them.
    fn send(&mut self, now_us: i64) {
        for id in self.server.clients_with_output() {
            let Some(connection) = self.connections.get_mut(&id) else {
                continue;
            };
            // The server is to know what waits, so it keeps it.
            if !connection.is_idle() {
                continue;
            }
            self.output.clear();
            self.server.append_output(id, &mut self.output);
            if connection.send(&self.output).is_err() {
                self.drop(now_us, id);
            } else {
                self.close_if_done(now_us, id);
            }
        }
        if self.output.capacity() > 16 * READ {
            self.output = Vec::new();
        }
    }

    /// A client can be written to again.
    fn go_on(&mut self, id: u64) {
        let now_us = now_us();
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        if connection.is_idle() {
            return;
        }
        if connection.go_on().is_err() {
            return self.drop(now_us, id);
        }
        if !connection.is_idle() {
            return;
        }
        // Commands may wait for this, and it may not have been read.
        if self.server.waiting_input(id) > 0 {
            self.tick_us = 0;
        }
        self.list(id);
        self.close_if_done(now_us, id);
    }

    fn close_if_done(&mut self, now_us: i64, id: u64) {
        let done = |connection: &Connection| connection.closing && connection.is_idle();
        if self.connections.get(&id).is_some_and(done) && self.server.waiting_output(id) == 0 {
            self.drop(now_us, id);
        }
    }

    /// The connection of a client is over.
    fn drop(&mut self, now_us: i64, id: u64) {
        if let Some(mut connection) = self.connections.remove(&id) {
            // It is closed in any case.
            let _ = self.poll.registry().deregister(connection.source());
            self.server.disconnect(now_us, id);
        }
    }

    /// Leaves nothing behind.
    fn end(mut self) -> ExitCode {
        for listener in std::mem::take(&mut self.listeners) {
            if listener.close().is_some() {
                let text = "Removing the unix socket file.";
                self.server.log(now_us(), LogLevel::Notice, text);
            }
        }
        print_log(&mut self.server);
        self.ended.unwrap_or(ExitCode::SUCCESS)
    }
}
