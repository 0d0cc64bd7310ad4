//! The connections that the server asks for: opened, read and written to for it.

use super::connection::{Connection, Received};
use super::host::Host;
use super::listen::{Stream, shown, told};
use mio::net::TcpStream;
use resplay::network::LinkRequest;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// EINPROGRESS: what a socket that does not wait answers to whom it connects.
const IN_PROGRESS: i32 = if cfg!(target_os = "linux") { 115 } else { 36 };

/// A connection that the server has asked for.
pub struct Link {
    /// Its socket.
    pub connection: Connection,
    /// It is open, and the server knows.
    is_open: bool,
    /// The system has said that it can be written to: it is open then, or has failed.
    pub writable: bool,
}

impl Link {
    /// Begins to connect. A name is looked up meanwhile, which may take a moment.
    ///
    /// # Errors
    /// Why it cannot be begun.
    pub fn open(host: &str, port: u16, bind: Option<&str>) -> io::Result<Link> {
        let mut failed = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in (host, port).to_socket_addrs()? {
            match connect(address, bind) {
                Ok(stream) => {
                    return Ok(Link {
                        connection: Connection::new(Stream::Tcp(stream)),
                        is_open: false,
                        writable: false,
                    });
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// Whether something is left to do, so that nothing is to be waited for.
    pub fn has_work(&self) -> bool {
        self.writable || (self.is_open && self.connection.readable)
    }

    /// The own address and the other's, once it is open.
    fn addresses(&self) -> io::Result<Option<(String, String)>> {
        let Stream::Tcp(stream) = self.connection.stream() else {
            return Ok(None);
        };
        if let Some(error) = stream.take_error()? {
            return Err(error);
        }
        match stream.peer_addr() {
            Ok(peer) => Ok(Some((shown(stream.local_addr()?), shown(peer)))),
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn connect(address: SocketAddr, bind: Option<&str>) -> io::Result<TcpStream> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    // A connection without it is slower, and no worse.
    let _ = socket.set_tcp_nodelay(true);
    if let Some(bind) = bind {
        let mut own = (bind, 0).to_socket_addrs()?;
        let own = own.find(|own| own.is_ipv4() == address.is_ipv4());
        socket.bind(&own.ok_or(io::ErrorKind::AddrNotAvailable)?.into())?;
    }
    match socket.connect(&address.into()) {
        Err(error) if error.raw_os_error() != Some(IN_PROGRESS) => Err(error),
        _ => Ok(TcpStream::from_std(socket.into())),
    }
}

impl Host {
    /// Tells the server which links have opened or failed, and what they have brought.
    pub(super) fn hear_links(&mut self, now_us: i64) {
        let busy: Vec<u64> = {
            let network = self.network.borrow();
            let busy = network.links.iter().filter(|(_, link)| link.has_work());
            busy.map(|(id, _)| *id).collect()
        };
        for id in busy {
            self.hear_link(now_us, id);
        }
    }

    fn hear_link(&mut self, now_us: i64, id: u64) {
        let mut network = self.network.borrow_mut();
        let Some(link) = network.links.get_mut(&id) else {
            return;
        };
        if std::mem::take(&mut link.writable) {
            if link.is_open {
                if link.connection.go_on().is_err() {
                    drop(network);
                    return self.lose_link(now_us, id);
                }
            } else {
                match link.addresses() {
                    Ok(Some((local, peer))) => {
                        link.is_open = true;
                        drop(network);
                        self.server.link_opened(now_us, id, &local, &peer);
                        network = self.network.borrow_mut();
                    }
                    Ok(None) => return,
                    Err(error) => {
                        network.remove_link(id);
                        drop(network);
                        return self.server.link_failed(now_us, id, &told(&error));
                    }
                }
            }
        }
        let Some(link) = network.links.get_mut(&id) else {
            return;
        };
        if !link.is_open || !link.connection.readable {
            return;
        }
        let received = link.connection.receive(&mut self.input);
        drop(network);
        let (Received::Some(count) | Received::All(count)) = received else {
            return self.lose_link(now_us, id);
        };
        if count > 0 {
            let bytes = self.input.get(..count).unwrap_or_default();
            self.server.link_received(now_us, id, bytes);
        }
    }

    fn lose_link(&mut self, now_us: i64, id: u64) {
        if self.network.borrow_mut().remove_link(id) {
            self.server.link_closed(now_us, id);
        }
    }

    /// Opens and closes what the server asks for, and sends what it has to say.
    pub(super) fn serve_links(&mut self, now_us: i64) {
        for request in self.server.take_link_requests() {
            match request {
                LinkRequest::Close { link } => {
                    self.network.borrow_mut().remove_link(link);
                }
                LinkRequest::Open {
                    link,
                    host,
                    port,
                    bind,
                } => {
                    let opened = Link::open(&host, port, bind.as_deref());
                    let failed = match opened {
                        Ok(opened) => match self.network.borrow_mut().add_link(link, opened) {
                            true => None,
                            false => Some("Too many open files".to_owned()),
                        },
                        Err(error) => Some(told(&error)),
                    };
                    if let Some(why) = failed {
                        self.server.link_failed(now_us, link, &why);
                    }
                }
            }
        }
        for id in self.server.links_with_output() {
            let mut network = self.network.borrow_mut();
            let Some(link) = network.links.get_mut(&id) else {
                continue;
            };
            // The server is to know what waits, so it keeps it.
            if !link.connection.is_idle() {
                continue;
            }
            self.output.clear();
            self.server.append_link_output(id, &mut self.output);
            let failed = link.connection.send(&self.output).is_err();
            drop(network);
            if failed {
                self.lose_link(now_us, id);
            }
        }
    }
}
