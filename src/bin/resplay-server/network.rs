//! The sockets: who can be read, who can be written to, who knocks. Apart from the server, because a script
//! that takes long has others served from within the server.

use super::connection::{Connection, Received};
use super::links::Link;
use super::listen::{Arrival, Listener, open_tcp};
use super::process::{Signals, has_come};
use mio::{Events, Interest, Poll, Registry, Token, Waker};
use resplay::instance::{BusyServer, Config};
use resplay::server::Signal;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::time::Duration;

/// Bytes read of one client before the next has its turn.
pub const READ: usize = 64 * 1024;

/// Clients accepted before those that are there have their turn.
const ACCEPTED: usize = 1000;

const SYNCED: Token = Token(0);
const SIGNALS: usize = 1;
const LISTENERS: usize = 16;
/// Tokens from here on are clients': their number is added.
const CLIENTS: usize = 1024;
/// Tokens from here on are links', in the same way.
const LINKS: usize = usize::MAX / 2;

/// What came of asking a listener.
pub enum Knock {
    /// Somebody has come.
    Arrival(Arrival),
    /// Nobody more.
    Nobody,
    /// It failed: no descriptor left, as a rule.
    Failed(io::Error),
}

/// Sockets, and what the system has told of them.
pub struct Network {
    poll: Poll,
    events: Events,
    /// A place that is empty had one that was closed when `port` or `bind` changed.
    listeners: Vec<Option<Listener>>,
    signals: Signals,
    /// The connections by the numbers of their clients.
    pub connections: HashMap<u64, Connection>,
    /// The connections that the server has asked for, by their numbers.
    pub links: HashMap<u64, Link>,
    /// Clients that may have something to read.
    ready: VecDeque<u64>,
    /// Clients that can be written to again.
    writable: Vec<u64>,
    /// Listeners at which somebody may wait.
    knocked: Vec<usize>,
    /// Signals that have come.
    pub signalled: Vec<Signal>,
    /// Something is durable.
    pub synced: bool,
    /// tcp-keepalive, in seconds.
    pub keepalive_s: i64,
}

impl Network {
    /// Watches the listeners and the signals.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new(mut listeners: Vec<Listener>, mut signals: Signals) -> io::Result<Network> {
        let poll = Poll::new()?;
        for (at, listener) in listeners.iter_mut().enumerate() {
            listener.register(poll.registry(), Token(LISTENERS + at))?;
        }
        for (at, (_, socket)) in signals.sockets.iter_mut().enumerate() {
            let token = Token(SIGNALS + at);
            poll.registry()
                .register(socket, token, Interest::READABLE)?;
        }
        Ok(Network {
            poll,
            events: Events::with_capacity(1024),
            listeners: listeners.into_iter().map(Some).collect(),
            signals,
            connections: HashMap::new(),
            links: HashMap::new(),
            ready: VecDeque::new(),
            writable: Vec::new(),
            knocked: Vec::new(),
            signalled: Vec::new(),
            synced: false,
            keepalive_s: 0,
        })
    }

    /// What rouses the loop when something is durable.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn waker(&self) -> io::Result<Waker> {
        Waker::new(self.poll.registry(), SYNCED)
    }

    fn registry(&self) -> &Registry {
        self.poll.registry()
    }

    /// Whether something is left to do, so that nothing is to be waited for.
    pub fn has_work(&self) -> bool {
        !self.ready.is_empty()
            || !self.knocked.is_empty()
            || !self.writable.is_empty()
            || self.links.values().any(Link::has_work)
    }

    /// Waits until something happens, or the time is over, and notes what.
    ///
    /// # Errors
    /// When the system does not tell of events any more.
    pub fn wait(&mut self, time: Duration) -> io::Result<()> {
        match self.poll.poll(&mut self.events, Some(time)) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        let mut readable = Vec::new();
        for event in &self.events {
            match event.token() {
                SYNCED => self.synced = true,
                Token(token) if token < LISTENERS => {
                    if let Some((signal, socket)) = self.signals.sockets.get_mut(token - SIGNALS)
                        && has_come(socket)
                    {
                        self.signalled.push(*signal);
                    }
                }
                Token(token) if token < CLIENTS => self.knocked.push(token - LISTENERS),
                Token(token) if token >= LINKS => {
                    if let Some(link) = self.links.get_mut(&((token - LINKS) as u64)) {
                        link.writable |= event.is_writable() || event.is_error();
                        link.connection.readable |= event.is_readable() || event.is_read_closed();
                    }
                }
                Token(token) => {
                    let id = (token - CLIENTS) as u64;
                    if event.is_writable() {
                        self.writable.push(id);
                    }
                    if event.is_readable() || event.is_read_closed() {
                        readable.push(id);
                    }
                }
            }
        }
        for id in readable {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.readable = true;
                self.list(id);
            }
        }
        Ok(())
    }

    /// Has a client read in this turn, or the next.
    pub fn list(&mut self, id: u64) {
        if let Some(connection) = self.connections.get_mut(&id)
            && !std::mem::replace(&mut connection.listed, true)
        {
            self.ready.push_back(id);
        }
    }

    /// How many clients may have something to read.
    pub fn ready_len(&self) -> usize {
        self.ready.len()
    }

    /// The next of them. They are taken one by one, so that those who still wait can be read while a script of
    /// one before them runs.
    pub fn next_ready(&mut self) -> Option<u64> {
        self.ready.pop_front()
    }

    /// The clients that can be written to again.
    pub fn take_writable(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.writable)
    }

    /// The listeners at which somebody may wait.
    pub fn take_knocked(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.knocked)
    }

    /// Asks a listener again in the next turn.
    pub fn knock_again(&mut self, at: usize) {
        self.knocked.push(at);
    }

    /// Accepts whoever waits at a listener, up to a thousand in a turn: after those it is asked again.
    pub fn accept(&mut self, at: usize, round: usize) -> Knock {
        let Some(Some(listener)) = self.listeners.get(at) else {
            return Knock::Nobody;
        };
        if round >= ACCEPTED {
            self.knock_again(at);
            return Knock::Nobody;
        }
        loop {
            return match listener.accept(self.keepalive_s) {
                Ok(arrival) => Knock::Arrival(arrival),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => Knock::Nobody,
                    io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => continue,
                    _ => Knock::Failed(error),
                },
            };
        }
    }

    /// Gives a client its connection. False when the system does not watch it.
    pub fn add(&mut self, id: u64, stream: super::listen::Stream) -> bool {
        let mut connection = Connection::new(stream);
        let registered = usize::try_from(id).map(|id| {
            self.registry().register(
                connection.source(),
                Token(CLIENTS + id),
                Interest::READABLE | Interest::WRITABLE,
            )
        });
        let watched = matches!(registered, Ok(Ok(())));
        if watched {
            self.connections.insert(id, connection);
        }
        watched
    }

    /// Takes up a connection that is being opened. False when the system does not watch it.
    pub fn add_link(&mut self, id: u64, mut link: Link) -> bool {
        let interest = Interest::READABLE | Interest::WRITABLE;
        let token = usize::try_from(id).map(|id| Token(LINKS.saturating_add(id)));
        let source = link.connection.source();
        let watched = token.is_ok_and(|it| self.registry().register(source, it, interest).is_ok());
        if watched {
            self.links.insert(id, link);
        }
        watched
    }

    /// Closes a connection that the server has asked for. False if there was none.
    pub fn remove_link(&mut self, id: u64) -> bool {
        let Some(mut link) = self.links.remove(&id) else {
            return false;
        };
        // It is closed in any case.
        let _ = self.registry().deregister(link.connection.source());
        true
    }

    /// The connection of a client is over. False if there was none.
    pub fn remove(&mut self, id: u64) -> bool {
        let Some(mut connection) = self.connections.remove(&id) else {
            return false;
        };
        // It is closed in any case.
        let _ = self.registry().deregister(connection.source());
        true
    }

    /// Listens where `config` says now, which the parameter `changed` has changed, or, when that cannot be,
    /// where it did.
    ///
    /// # Errors
    /// What CONFIG SET answers.
    pub fn listen(&mut self, config: &Config, changed: &str) -> Result<(), String> {
        // Other addresses may be the same ones written differently, and a port is free only when nobody has it.
        if changed == "bind" {
            self.end_tcp();
        }
        let opened = open_tcp(config).map_err(|_| match changed {
            "bind" => "Failed to bind to specified addresses.",
            _ => "Unable to listen on this port. Check server logs.",
        })?;
        if changed != "bind" {
            self.end_tcp();
        }
        for mut listener in opened {
            let at = self.listeners.iter().position(Option::is_none);
            let at = at.unwrap_or(self.listeners.len());
            let registered = listener.register(self.poll.registry(), Token(LISTENERS + at));
            registered.map_err(|error| error.to_string())?;
            // Somebody may have come already.
            self.knocked.push(at);
            match self.listeners.get_mut(at) {
                Some(place) => *place = Some(listener),
                None => self.listeners.push(Some(listener)),
            }
        }
        Ok(())
    }

    /// Closes the listeners that have a port.
    fn end_tcp(&mut self) {
        for place in &mut self.listeners {
            if matches!(place, Some(Listener::Tcp(_))) {
                // Closed, it is no longer watched.
                *place = None;
            }
        }
    }

    /// Closes the listeners. True if a unix socket's file went with them.
    pub fn close(&mut self) -> bool {
        let listeners = std::mem::take(&mut self.listeners);
        let mut removed = false;
        for listener in listeners.into_iter().flatten() {
            removed |= listener.close().is_some();
        }
        removed
    }

    /// Serves others while a script of `server` runs, without waiting. Whoever runs it is not read.
    pub fn serve_while_busy(&mut self, server: &mut dyn BusyServer, input: &mut [u8]) {
        // The loop itself says when the system fails.
        if self.wait(Duration::ZERO).is_err() {
            return;
        }
        for at in self.take_knocked() {
            for round in 0.. {
                match self.accept(at, round) {
                    Knock::Arrival(arrival) => {
                        let id = server.connect(&arrival.addr);
                        if !self.add(id, arrival.stream) {
                            server.disconnect(id);
                        }
                    }
                    Knock::Nobody => break,
                    Knock::Failed(_) => {
                        self.knock_again(at);
                        break;
                    }
                }
            }
        }
        for id in self.take_writable() {
            let gone = |connection: &mut Connection| connection.go_on().is_err();
            if self.connections.get_mut(&id).is_some_and(gone) && self.remove(id) {
                server.disconnect(id);
            }
        }
        for _ in 0..self.ready_len() {
            if let Some(id) = self.next_ready() {
                self.read_while_busy(id, server, input);
            }
        }
    }

    fn read_while_busy(&mut self, id: u64, server: &mut dyn BusyServer, input: &mut [u8]) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        connection.listed = false;
        if !connection.readable {
            return;
        }
        // Asked with nothing it tells who runs the script; also, who does not take replies is not read.
        if !server.receive(id, b"") || !connection.is_idle() {
            return self.list(id);
        }
        let received = connection.receive(input);
        let (Received::Some(count) | Received::All(count)) = received else {
            if self.remove(id) {
                server.disconnect(id);
            }
            return;
        };
        let bytes = input.get(..count).unwrap_or_default();
        if count > 0 {
            server.receive(id, bytes);
        }
        let output = server.take_output(id);
        let closing = server.is_closing(id);
        let failed = !output.is_empty() && connection.send(&output).is_err();
        let over = closing && connection.is_idle();
        connection.closing |= closing;
        if (failed || over) && self.remove(id) {
            server.disconnect(id);
        } else if matches!(received, Received::Some(_)) {
            self.list(id);
        }
    }
}
