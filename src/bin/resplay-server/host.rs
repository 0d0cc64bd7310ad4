//! The loop: whoever can be read is read, the server answers, whoever can be written to is
//! written to.

use super::connection::{Connection, Received};
use super::listen::Listener;
use super::network::{Knock, Network, READ};
use super::process::Signals;
use super::start::now_us;
use mio::Waker;
use resplay::instance::LogLevel;
use resplay::server::{Event, Server, Signal};
use std::cell::RefCell;
use std::io::{self, Write};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::Duration;

/// Bytes of requests kept for a client that does not take its replies; then it is not read any more.
const MAX_WAITING_INPUT: usize = 32 * 1024 * 1024;

/// The server with its sockets.
pub struct Host {
    pub(super) server: Server,
    /// Not borrowed while the server works: a script has it serve others.
    pub(super) network: Rc<RefCell<Network>>,
    pub(super) input: Vec<u8>,
    pub(super) output: Vec<u8>,
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
        mut server: Server,
        listeners: Vec<Listener>,
        signals: Signals,
        waker: &OnceLock<Waker>,
    ) -> io::Result<Host> {
        let network = Network::new(listeners, signals)?;
        // Nobody has set it before.
        let _ = waker.set(network.waker()?);
        let network = Rc::new(RefCell::new(network));
        let (shared, mut input) = (Rc::clone(&network), vec![0; READ]);
        server.serve_during_scripts(Box::new(move |busy| {
            if let Ok(mut network) = shared.try_borrow_mut() {
                network.serve_while_busy(busy, &mut input);
            }
        }));
        let shared = Rc::clone(&network);
        server.set_listen(Box::new(move |config, changed| {
            match shared.try_borrow_mut() {
                Ok(mut network) => network.listen(config, changed),
                Err(_) => Err("Not while a script is running.".into()),
            }
        }));
        Ok(Host {
            server,
            network,
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
        while self.ended.is_none() {
            let wait_us = match self.network.borrow().has_work() {
                false => (self.tick_us - now_us()).clamp(0, 1_000_000),
                true => 0,
            };
            let wait = Duration::from_micros(wait_us.unsigned_abs());
            self.network.borrow_mut().wait(wait)?;
            let (synced, signals, writable) = {
                let mut network = self.network.borrow_mut();
                (
                    std::mem::take(&mut network.synced),
                    std::mem::take(&mut network.signalled),
                    network.take_writable(),
                )
            };
            if synced {
                self.tick_us = 0;
            }
            for signal in signals {
                self.signal(signal);
            }
            for id in writable {
                self.go_on(id);
            }
            let now_us = now_us();
            self.accept(now_us);
            self.receive(now_us);
            self.hear_links(now_us);
            self.turn(now_us);
        }
        Ok(self.end())
    }

    fn signal(&mut self, signal: Signal) {
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
        let knocked = {
            let mut network = self.network.borrow_mut();
            network.keepalive_s = self.server.instance().config.tcp_keepalive;
            network.take_knocked()
        };
        for at in knocked {
            for round in 0.. {
                let knock = self.network.borrow_mut().accept(at, round);
                match knock {
                    Knock::Arrival(arrival) => {
                        let id =
                            self.server
                                .connect_at(now_us, &arrival.addr, Some(&arrival.local));
                        if !self.network.borrow_mut().add(id, arrival.stream) {
                            self.server.disconnect(now_us, id);
                        }
                    }
                    Knock::Nobody => break,
                    Knock::Failed(error) => {
                        // Somebody has to go first.
                        let text = format!("Accepting client connection: {error}");
                        self.server.log(now_us, LogLevel::Warning, &text);
                        self.network.borrow_mut().knock_again(at);
                        std::thread::sleep(Duration::from_millis(1));
                        break;
                    }
                }
            }
        }
    }

    fn receive(&mut self, now_us: i64) {
        let ready = self.network.borrow().ready_len();
        for _ in 0..ready {
            let Some(id) = self.network.borrow_mut().next_ready() else {
                return;
            };
            let received = {
                let mut network = self.network.borrow_mut();
                let Some(connection) = network.connections.get_mut(&id) else {
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
                if let Received::Some(_) = received {
                    network.list(id);
                }
                received
            };
            let (Received::Some(count) | Received::All(count)) = received else {
                self.drop(now_us, id);
                continue;
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
        self.serve_links(now_us);
        for event in self.server.take_events() {
            match event {
                Event::Closed(id) => {
                    if let Some(connection) = self.network.borrow_mut().connections.get_mut(&id) {
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
            let failed = {
                let mut network = self.network.borrow_mut();
                let Some(connection) = network.connections.get_mut(&id) else {
                    continue;
                };
                // The server is to know what waits, so it keeps it.
                if !connection.is_idle() {
                    continue;
                }
                self.output.clear();
                self.server.append_output(id, &mut self.output);
                connection.send(&self.output).is_err()
            };
            if failed {
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
        let (failed, is_idle) = {
            let mut network = self.network.borrow_mut();
            let Some(connection) = network.connections.get_mut(&id) else {
                return;
            };
            if connection.is_idle() {
                return;
            }
            (connection.go_on().is_err(), connection.is_idle())
        };
        if failed {
            return self.drop(now_us, id);
        }
        if !is_idle {
            return;
        }
        // Commands may wait for this, and it may not have been read.
        if self.server.waiting_input(id) > 0 {
            self.tick_us = 0;
        }
        self.network.borrow_mut().list(id);
        self.close_if_done(now_us, id);
    }

    fn close_if_done(&mut self, now_us: i64, id: u64) {
        let done = |connection: &Connection| connection.closing && connection.is_idle();
        let is_done = self.network.borrow().connections.get(&id).is_some_and(done);
        if is_done && self.server.waiting_output(id) == 0 {
            self.drop(now_us, id);
        }
    }

    /// The connection of a client is over.
    fn drop(&mut self, now_us: i64, id: u64) {
        if self.network.borrow_mut().remove(id) {
            self.server.disconnect(now_us, id);
        }
    }

    /// Leaves nothing behind.
    fn end(mut self) -> ExitCode {
        if self.network.borrow_mut().close() {
            let text = "Removing the unix socket file.";
            self.server.log(now_us(), LogLevel::Notice, text);
        }
        print_log(&mut self.server);
        self.ended.unwrap_or(ExitCode::SUCCESS)
    }
}
