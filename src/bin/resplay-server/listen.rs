//! Where clients can reach the server.

use mio::event::Source;
use mio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use mio::{Interest, Registry, Token};
use resplay::disk::resolve;
use resplay::instance::Config;
use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, TcpKeepalive, Type};
use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// A socket that clients connect to.
pub enum Listener {
    /// An address and port.
    Tcp(TcpListener),
    /// A path.
    Unix(UnixListener, String),
}

/// The server's end of a connection.
pub enum Stream {
    /// By TCP.
    Tcp(TcpStream),
    /// By a Unix socket.
    Unix(UnixStream),
}

/// A client that has come.
pub struct Arrival {
    /// Its connection.
    pub stream: Stream,
    /// Where it is, as CLIENT LIST shows it.
    pub addr: String,
    /// Where it has come to.
    pub local: String,
}

/// Opens what the configuration asks for.
///
/// # Errors
/// What to log, line by line, before giving up.
pub fn open(config: &Config) -> Result<Vec<Listener>, Vec<String>> {
    let mut listeners = open_tcp(config)?;
    if !config.unixsocket.is_empty() {
        let path = resolve(&config.dir, &config.unixsocket);
        let opened = unix(&path, &config.unixsocketperm, config.tcp_backlog);
        let listener = opened.map_err(|error| {
            vec![format!(
                "Failed opening Unix socket: bind: {}",
                told(&error)
            )]
        })?;
        listeners.push(Listener::Unix(listener, path));
    }
    if listeners.is_empty() {
        return Err(vec!["Configured to not listen anywhere, exiting.".into()]);
    }
    Ok(listeners)
}

/// Opens the addresses of the configuration, if it has a port.
///
/// # Errors
/// What to log, line by line.
pub fn open_tcp(config: &Config) -> Result<Vec<Listener>, Vec<String>> {
    let mut listeners = Vec::new();
    if config.port == 0 {
        return Ok(listeners);
    }
    let port = u16::try_from(config.port).unwrap_or_default();
    let mut problems = Vec::new();
    for bind in &config.bind {
        let (name, optional) = match bind.strip_prefix('-') {
            Some(name) => (name, true),
            None => (bind.as_str(), false),
        };
        match tcp(name, port, config.tcp_backlog) {
            Ok(listener) => listeners.push(Listener::Tcp(listener)),
            Err(error) => {
                let shown = told(&error);
                problems.push(format!(
                    "Warning: Could not create server TCP listening socket {name}:{port}: {shown}"
                ));
                if !(optional && is_unavailable(&error)) {
                    problems.push(format!("Failed listening on port {port} (tcp), aborting."));
                    return Err(problems);
                }
            }
        }
    }
    if listeners.is_empty() && !config.bind.is_empty() {
        problems.push(format!("Failed listening on port {port} (tcp), aborting."));
        return Err(problems);
    }
    Ok(listeners)
}

/// What the system says, as C words it.
pub fn told(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::AddrInUse => "bind: Address already in use".into(),
        _ => error.to_string(),
    };
    text.split(" (os error").next().unwrap_or_default().into()
}

/// Whether the machine has no such address, or knows no such protocol.
fn is_unavailable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported
    ) || error.raw_os_error() == Some(97)
}

fn tcp(name: &str, port: u16, backlog: i64) -> io::Result<TcpListener> {
    let address = match name {
        "*" => SocketAddr::from(([0, 0, 0, 0], port)),
        "::*" => SocketAddr::from(([0u16; 8], port)),
        name => (name, port)
            .to_socket_addrs()?
            .next()
            .ok_or(io::ErrorKind::AddrNotAvailable)?,
    };
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        // IPv4 has a socket of its own.
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    bind(socket, &address.into(), backlog).map(TcpListener::from_std)
}

fn unix(path: &str, permissions: &str, backlog: i64) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    let listener = bind(socket, &SockAddr::unix(path)?, backlog).map(UnixListener::from_std)?;
    match u32::from_str_radix(permissions, 8) {
        Ok(mode) if mode != 0 => fs::set_permissions(path, Permissions::from_mode(mode))?,
        _ => {}
    }
    Ok(listener)
}

/// A bound socket that listens.
fn bind<T: From<OwnedFd>>(socket: Socket, address: &SockAddr, backlog: i64) -> io::Result<T> {
    socket.set_nonblocking(true)?;
    socket.bind(address)?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(T::from(OwnedFd::from(socket)))
}

impl Listener {
    /// Has the loop hear of clients that come.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        match self {
            Listener::Tcp(listener) => listener.register(registry, token, Interest::READABLE),
            Listener::Unix(listener, _) => listener.register(registry, token, Interest::READABLE),
        }
    }

    /// The next client that has come.
    ///
    /// # Errors
    /// `WouldBlock` when there is none.
    pub fn accept(&self, keepalive_s: i64) -> io::Result<Arrival> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, addr) = listener.accept()?;
                // A connection without these is slower, or lasts longer, and no worse.
                let _ = stream.set_nodelay(true);
                if let Ok(seconds) = u64::try_from(keepalive_s)
                    && seconds > 0
                {
                    let keepalive = TcpKeepalive::new()
                        .with_time(Duration::from_secs(seconds))
                        .with_interval(Duration::from_secs((seconds / 3).max(1)))
                        .with_retries(3);
                    let _ = SockRef::from(&stream).set_tcp_keepalive(&keepalive);
                }
                let local = stream.local_addr()?;
                Ok(Arrival {
                    stream: Stream::Tcp(stream),
                    addr: shown(addr),
                    local: shown(local),
                })
            }
            Listener::Unix(listener, path) => {
                let (stream, _) = listener.accept()?;
                let addr = format!("{path}:0");
                Ok(Arrival {
                    stream: Stream::Unix(stream),
                    local: addr.clone(),
                    addr,
                })
            }
        }
    }

    /// Removes what a listener leaves behind; the path, if it did.
    pub fn close(self) -> Option<String> {
        match self {
            Listener::Tcp(_) => None,
            Listener::Unix(_, path) => fs::remove_file(&path).is_ok().then_some(path),
        }
    }
}

/// `127.0.0.1:6379`, `[::1]:6379`.
pub fn shown(addr: SocketAddr) -> String {
    match addr.ip() {
        IpAddr::V4(_) => addr.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]:{}", addr.port()),
    }
}

impl Stream {
    /// The socket as the loop knows it.
    pub fn source(&mut self) -> &mut dyn Source {
        match self {
            Stream::Tcp(stream) => stream,
            Stream::Unix(stream) => stream,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.read(into),
            Stream::Unix(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
