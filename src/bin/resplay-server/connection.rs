//! One client's connection: what it is still to be sent, and whether it is listened to.

use super::listen::Stream;
use std::io::{self, Read, Write};

/// A connection, and bytes on their way out.
pub struct Connection {
    stream: Stream,
    out: Vec<u8>,
    sent: usize,
    /// There may be something to read: the system tells once, and no more until all was read.
    pub readable: bool,
    /// It is in the list of those that are to be read.
    pub listed: bool,
    /// The server has closed it: it goes once all is sent.
    pub closing: bool,
}

/// What came of reading.
pub enum Received {
    /// So many bytes, and there may be more.
    Some(usize),
    /// So many bytes, and that was all for now.
    All(usize),
    /// The client is gone.
    Gone,
}

impl Connection {
    /// A connection on which nothing has happened.
    pub fn new(stream: Stream) -> Self {
        Connection {
            stream,
            out: Vec::new(),
            sent: 0,
            readable: false,
            listed: false,
            closing: false,
        }
    }

    /// The socket as the loop knows it.
    pub fn source(&mut self) -> &mut dyn mio::event::Source {
        self.stream.source()
    }

    /// What the system knows of the socket.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Whether all that it was given has been sent.
    pub fn is_idle(&self) -> bool {
        self.out.is_empty()
    }

    /// Reads what there is, up to the length of `into`.
    pub fn receive(&mut self, into: &mut [u8]) -> Received {
        loop {
            return match self.stream.read(into) {
                Ok(0) => Received::Gone,
                Ok(count) if count == into.len() => Received::Some(count),
                Ok(count) => {
                    self.readable = false;
                    Received::All(count)
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => continue,
                    io::ErrorKind::WouldBlock => {
                        self.readable = false;
                        Received::All(0)
                    }
                    _ => Received::Gone,
                },
            };
        }
    }

    /// Sends `bytes`, as much as the system takes; the rest waits for [`Connection::go_on`].
    ///
    /// # Errors
    /// When the client is gone.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut sent = 0;
        if self.is_idle() {
            sent = write(&mut self.stream, bytes)?;
        }
        self.out
            .extend_from_slice(bytes.get(sent..).unwrap_or_default());
        Ok(())
    }

    /// Sends more of what waits.
    ///
    /// # Errors
    /// When the client is gone.
    pub fn go_on(&mut self) -> io::Result<()> {
        let waiting = self.out.get(self.sent..).unwrap_or_default();
        self.sent += write(&mut self.stream, waiting)?;
        if self.sent == self.out.len() {
            self.sent = 0;
            self.out = Vec::new();
        }
        Ok(())
    }
}

/// Writes until the system takes no more; answers how much it took.
fn write(stream: &mut Stream, bytes: &[u8]) -> io::Result<usize> {
    let mut sent = 0;
    while let Some(rest) = bytes.get(sent..).filter(|rest| !rest.is_empty()) {
        match stream.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => sent += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}
