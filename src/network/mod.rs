//! Connections that the server opens itself: to its primary, or to whom a sentinel watches.
//!
//! A link is a number. What is to be done with it waits here for the host, which opens and closes sockets and
//! carries bytes; what the host tells goes to the link's owner.

use crate::map::SortedMap;

/// What a host is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkRequest {
    /// Connect to `host` (a name or an address).
    Open {
        /// Number of the link, which is never used again.
        link: u64,
        /// Whom to connect to.
        host: String,
        /// The port there.
        port: u16,
        /// The own address to come from, if one was asked for.
        bind: Option<String>,
    },
    /// Close it, whether it is open or still being opened; nothing more is to be told of it.
    Close {
        /// Number of the link.
        link: u64,
    },
}

/// Who is told what happens on a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOwner {
    /// The server as a replica: the link to its primary.
    Primary,
    /// A sentinel, which has any number of them.
    Sentinel,
}

/// How far a link is. One that has failed or was closed is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// The host is at it.
    Connecting,
    /// Bytes can go both ways.
    Open {
        /// The own address, as CLIENT LIST shows one.
        local: String,
        /// The other's.
        peer: String,
    },
}

/// What has happened on a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEvent {
    /// It is open.
    Opened,
    /// It could not be opened: why, as the system says it ("Connection refused").
    Failed(String),
    /// The other side has sent something.
    Received(Vec<u8>),
    /// The other side has closed it, or it broke.
    Closed,
}

#[derive(Debug)]
struct Link {
    owner: LinkOwner,
    state: LinkState,
    output: Vec<u8>,
}

/// The links of a server.
#[derive(Debug, Default)]
pub struct Links {
    last: u64,
    links: SortedMap<u64, Link>,
    requests: Vec<LinkRequest>,
    /// The own address that links are to come from (bind-source-addr).
    pub source: Option<String>,
}

impl Links {
    /// Asks for a link to `host`; its number.
    pub fn open(&mut self, owner: LinkOwner, host: &str, port: u16) -> u64 {
        self.last += 1;
        let state = LinkState::Connecting;
        let output = Vec::new();
        let link = Link {
            owner,
            state,
            output,
        };
        self.links.insert(self.last, link);
        self.requests.push(LinkRequest::Open {
            link: self.last,
            host: host.to_owned(),
            port,
            bind: self.source.clone(),
        });
        self.last
    }

    /// Closes a link, if it is still there. What it was to send is dropped.
    pub fn close(&mut self, link: u64) {
        if self.links.remove(&link).is_some() {
            self.requests.push(LinkRequest::Close { link });
        }
    }

    /// Sends something as soon as the link is open. Nothing if it is no more.
    pub fn write(&mut self, link: u64, bytes: &[u8]) {
        if let Some(link) = self.links.get_mut(&link) {
            link.output.extend_from_slice(bytes);
        }
    }

    /// How far a link is; none if it has failed or was closed.
    pub fn state(&self, link: u64) -> Option<&LinkState> {
        self.links.get(&link).map(|link| &link.state)
    }

    /// Bytes that wait for the host to send them.
    pub fn waiting(&self, link: u64) -> usize {
        self.links.get(&link).map_or(0, |link| link.output.len())
    }

    /// Whose a link is.
    pub fn owner(&self, link: u64) -> Option<LinkOwner> {
        self.links.get(&link).map(|link| link.owner)
    }

    /// Takes what the host is asked to do.
    pub fn take_requests(&mut self) -> Vec<LinkRequest> {
        std::mem::take(&mut self.requests)
    }

    /// Notes that a link is open. False if nobody wants it any more.
    pub fn opened(&mut self, link: u64, local: &str, peer: &str) -> bool {
        let Some(link) = self.links.get_mut(&link) else {
            return false;
        };
        link.state = LinkState::Open {
            local: local.to_owned(),
            peer: peer.to_owned(),
        };
        true
    }

    /// Forgets a link that is no more; its owner.
    pub fn forget(&mut self, link: u64) -> Option<LinkOwner> {
        self.links.remove(&link).map(|link| link.owner)
    }

    /// Open links with something to send, by number.
    pub fn with_output(&self) -> Vec<u64> {
        let ready = |link: &Link| link.state != LinkState::Connecting && !link.output.is_empty();
        let links = self.links.iter().filter(|(_, link)| ready(link));
        links.map(|(number, _)| *number).collect()
    }

    /// Appends what a link is to send, which is the host's from here on.
    pub fn append_output(&mut self, link: u64, into: &mut Vec<u8>) {
        if let Some(link) = self.links.get_mut(&link) {
            into.append(&mut link.output);
            // What one large command took need not stay.
            if link.output.capacity() > 64 * 1024 {
                link.output = Vec::new();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_asked_for_opened_written_to_and_closed() {
        let mut links = Links::default();
        let link = links.open(LinkOwner::Primary, "localhost", 6379);
        links.write(link, b"PING");
        assert_eq!(links.state(link), Some(&LinkState::Connecting));
        assert!(links.with_output().is_empty(), "it is not open yet");
        let open = LinkRequest::Open {
            link,
            host: "localhost".into(),
            port: 6379,
            bind: None,
        };
        assert_eq!(links.take_requests(), [open]);
        assert!(links.opened(link, "127.0.0.1:50000", "127.0.0.1:6379"));
        assert_eq!(links.with_output(), [link]);
        let mut output = Vec::new();
        links.append_output(link, &mut output);
        assert_eq!(
            (output.as_slice(), links.waiting(link)),
            (b"PING".as_slice(), 0)
        );
        links.close(link);
        links.close(link);
        assert_eq!(links.take_requests(), [LinkRequest::Close { link }]);
        assert!(!links.opened(link, "", ""), "nobody wants it");
        assert_ne!(links.open(LinkOwner::Sentinel, "localhost", 1), link);
    }

    #[test]
    fn one_that_has_gone_is_not_closed_again() {
        let mut links = Links::default();
        let link = links.open(LinkOwner::Sentinel, "localhost", 6379);
        links.take_requests();
        assert_eq!(links.forget(link), Some(LinkOwner::Sentinel));
        links.write(link, b"lost");
        links.close(link);
        assert!(links.take_requests().is_empty());
        assert_eq!(links.state(link), None);
    }
}
