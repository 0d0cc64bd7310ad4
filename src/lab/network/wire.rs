//! One connection: who is at its ends, and what is on its way.

use super::conditions::Node;
use std::collections::VecDeque;

/// Bytes on their way in one direction beyond which the sender has to keep what it has: the buffers of two sockets.
pub const WINDOW: usize = 256 * 1024;

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parcel {
    /// The opener wants to be connected.
    Open,
    /// The connection is there.
    Opened,
    /// Nobody listens.
    Refused,
    /// Bytes that were written to it.
    Bytes(Vec<u8>),
    /// One end is gone.
    Close,
}

impl Parcel {
    /// Bytes that it carries.
    pub fn len(&self) -> usize {
        match self {
            Parcel::Bytes(bytes) => bytes.len(),
            _ => 0,
        }
    }
}

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From who has opened the connection to who listens.
    There,
    /// The other.
    Back,
}

/// What goes in one direction.
#[derive(Debug, Default)]
pub struct Lane {
    /// Until then the line is busy with what was sent before.
    pub busy_until_us: i64,
    /// When the last that was sent arrives: nothing overtakes it.
    pub last_arrival_us: i64,
    /// Bytes that were sent and have not been taken.
    pub in_flight: usize,
    /// What has arrived where nobody takes it now, or was stopped by a cut.
    pub held: VecDeque<Parcel>,
    /// Parcels that have not arrived.
    pub under_way: usize,
}

impl Lane {
    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty() && self.under_way == 0
    }
}

/// Who has opened a connection.
#[derive(Debug)]
pub enum Opener {
    /// A link of a process.
    Link {
        /// Index of the process.
        process: usize,
        /// Its number there.
        link: u64,
    },
    /// Somebody outside.
    Outside {
        /// What was sent, for whoever comes to take it.
        inbox: Vec<u8>,
        /// The other end is gone.
        closed: bool,
    },
    /// Nobody any more.
    Gone,
}

/// A connection.
#[derive(Debug)]
pub struct Wire {
    pub opener: Opener,
    /// Where the opener is, or was.
    from: Node,
    /// Index of the process that it goes to; none where no process has ever listened.
    pub process: Option<usize>,
    /// What that process calls the client, once it has accepted it and as long as it lives.
    pub client: Option<u64>,
    /// The opener has been told that it is connected.
    pub answered: bool,
    /// Let in whoever the users are.
    pub trusted: bool,
    /// The address that it comes from, and the one that it goes to.
    pub addr: String,
    pub local: String,
    there: Lane,
    back: Lane,
}

impl Wire {
    pub fn new(opener: Opener, process: Option<usize>, addr: String, local: String) -> Self {
        let from = match opener {
            Opener::Link { process, .. } => Node::Process(process),
            Opener::Outside { .. } | Opener::Gone => Node::Outside,
        };
        Wire {
            opener,
            from,
            process,
            client: None,
            answered: false,
            trusted: false,
            addr,
            local,
            there: Lane::default(),
            back: Lane::default(),
        }
    }

    pub fn lane(&self, way: Way) -> &Lane {
        match way {
            Way::There => &self.there,
            Way::Back => &self.back,
        }
    }

    pub fn lane_mut(&mut self, way: Way) -> &mut Lane {
        match way {
            Way::There => &mut self.there,
            Way::Back => &mut self.back,
        }
    }

    /// Where a direction leads from and to; none where no process is.
    pub fn nodes(&self, way: Way) -> Option<(Node, Node)> {
        let process = Node::Process(self.process?);
        Some(match way {
            Way::There => (self.from, process),
            Way::Back => (process, self.from),
        })
    }
}
