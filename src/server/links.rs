//! The connections that the server opens itself: what the host carries, and who is told of it.

use super::Server;
use crate::network::{LinkEvent, LinkOwner, LinkRequest};

impl Server {
    /// What the host is asked to open and to close, in order.
    pub fn take_link_requests(&mut self) -> Vec<LinkRequest> {
        self.instance.links.take_requests()
    }

    /// A link is open, between the own address `local` and the other's.
    pub fn link_opened(&mut self, now_us: i64, link: u64, local: &str, peer: &str) {
        self.entered(now_us, |server| {
            if server.instance.links.opened(link, local, peer)
                && let Some(owner) = server.instance.links.owner(link)
            {
                server.tell_of_link(owner, link, LinkEvent::Opened);
            }
        });
    }

    /// A link could not be opened: `why` as the system says it ("Connection refused").
    pub fn link_failed(&mut self, now_us: i64, link: u64, why: &str) {
        self.entered(now_us, |server| {
            if let Some(owner) = server.instance.links.forget(link) {
                server.tell_of_link(owner, link, LinkEvent::Failed(why.to_owned()));
            }
        });
    }

    /// The other side has sent something.
    pub fn link_received(&mut self, now_us: i64, link: u64, bytes: &[u8]) {
        self.entered(now_us, |server| {
            if let Some(owner) = server.instance.links.owner(link) {
                server.tell_of_link(owner, link, LinkEvent::Received(bytes.to_vec()));
            }
        });
    }

    /// The other side has closed a link, or it broke.
    pub fn link_closed(&mut self, now_us: i64, link: u64) {
        self.entered(now_us, |server| {
            if let Some(owner) = server.instance.links.forget(link) {
                server.tell_of_link(owner, link, LinkEvent::Closed);
            }
        });
    }

    /// Open links with something to send.
    pub fn links_with_output(&self) -> Vec<u64> {
        match self.is_asleep() {
            true => Vec::new(),
            false => self.instance.links.with_output(),
        }
    }

    /// Appends what a link is to send to a buffer of the host's.
    pub fn append_link_output(&mut self, link: u64, into: &mut Vec<u8>) {
        self.instance.links.append_output(link, into);
    }

    fn tell_of_link(&mut self, owner: LinkOwner, link: u64, event: LinkEvent) {
        match owner {
            LinkOwner::Primary => self.primary_link(link, event),
            LinkOwner::Sentinel => {
                self.instance
                    .with_sentinel(|sentinel, world| sentinel.on_link(link, event, world));
                self.take_requests();
                self.settle_pushes(None);
            }
        }
    }
}
