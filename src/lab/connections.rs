//! Who is connected to which process. The numbers are the machine's own: a process that is
//! started again numbers its clients from the start.

use crate::map::SortedMap;

/// One end of a connection, the client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Index of the process.
    pub process: usize,
    /// What the process calls the client; none once the process is gone.
    pub client: Option<u64>,
    /// The process has closed it, or is gone.
    pub closed: bool,
}

/// All connections.
#[derive(Debug, Default)]
pub struct Connections {
    open: SortedMap<u64, Connection>,
    last: u64,
}

impl Connections {
    /// A new connection; answers its number.
    pub fn add(&mut self, process: usize, client: u64) -> u64 {
        self.last += 1;
        let connection = Connection {
            process,
            client: Some(client),
            closed: false,
        };
        self.open.insert(self.last, connection);
        self.last
    }

    /// How many there have been.
    pub fn count(&self) -> u64 {
        self.last
    }

    /// A connection that its client has not closed.
    pub fn get(&self, connection: u64) -> Option<Connection> {
        self.open.get(&connection).copied()
    }

    /// The client's end was closed.
    pub fn remove(&mut self, connection: u64) -> Option<Connection> {
        self.open.remove(&connection)
    }

    /// The process has closed the other end of one client.
    pub fn close(&mut self, process: usize, client: u64) {
        for connection in self.open.values_mut() {
            if connection.process == process && connection.client == Some(client) {
                connection.closed = true;
            }
        }
    }

    /// The process is gone, and with it the other end of all its clients.
    pub fn cut(&mut self, process: usize) {
        for connection in self.open.values_mut() {
            if connection.process == process {
                connection.closed = true;
                connection.client = None;
            }
        }
    }
}
