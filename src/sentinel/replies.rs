//! What nodes answer.

use super::link::Asked;
use super::primary::{Place, Primary};
use super::{Common, Kind, Level, Sentinel, World};
use crate::network::{LinkEvent, LinkState};
use crate::resp::Reply;

impl Sentinel {
    /// Something has come on a link of a node, or the link has gone.
    pub(super) fn hear(
        &mut self,
        name: &str,
        place: &Place,
        link: u64,
        event: LinkEvent,
        world: &mut World<'_>,
    ) {
        let Some(primary) = self.primaries.get_mut(name) else {
            return;
        };
        let Some(node) = primary.node_mut(place) else {
            return;
        };
        let is_commands = node.link.commands == Some(link);
        match event {
            LinkEvent::Opened => {
                if let Some(LinkState::Open { peer, .. }) = world.links.state(link) {
                    let ip = peer.rsplit_once(':').map_or(&peer[..], |(ip, _)| ip);
                    node.ip = Some(ip.trim_matches(['[', ']']).to_owned());
                }
            }
            LinkEvent::Failed(_) | LinkEvent::Closed if is_commands => {
                node.link.close_commands(world.links);
            }
            LinkEvent::Failed(_) | LinkEvent::Closed => node.link.close_listening(world.links),
            LinkEvent::Received(bytes) if is_commands => {
                node.link.replies.feed(&bytes);
                self.hear_replies(name, place, link, world);
            }
            LinkEvent::Received(bytes) => {
                node.link.messages.feed(&bytes);
                self.hear_messages(name, place, link, world);
            }
        }
    }

    /// Replies, one after another, for as long as the connection is the one they came on.
    fn hear_replies(&mut self, name: &str, place: &Place, link: u64, world: &mut World<'_>) {
        loop {
            let Some(primary) = self.primaries.get_mut(name) else {
                return;
            };
            let node = primary.node_mut(place);
            let Some(node) = node.filter(|node| node.link.commands == Some(link)) else {
                return;
            };
            let reply = match node.link.replies.next_reply() {
                Ok(Some(reply)) => reply,
                Ok(None) => return,
                Err(_) => return node.link.close_commands(world.links),
            };
            let Some(asked) = node.link.asked.pop_front() else {
                continue;
            };
            match asked {
                Asked::Nothing => {}
                Asked::Ping => primary.hear_pong(place, &reply, world),
                Asked::Info => {
                    if let Reply::Bulk(text) | Reply::Verbatim(_, text) = reply {
                        let text = String::from_utf8_lossy(&text).into_owned();
                        primary.hear_info(place, text, &mut self.common, world);
                    }
                }
                Asked::Hello => {
                    if !matches!(reply, Reply::Error(_)) {
                        node.last_hello_sent = world.now;
                    }
                }
                Asked::Down => primary.hear_opinion(place, &reply, &mut self.common, world.now),
            }
        }
    }

    /// Messages of the hello channel.
    fn hear_messages(&mut self, name: &str, place: &Place, link: u64, world: &mut World<'_>) {
        loop {
            let primary = self.primaries.get_mut(name);
            let node = primary.and_then(|primary| primary.node_mut(place));
            let Some(node) = node.filter(|node| node.link.listening == Some(link)) else {
                return;
            };
            let reply = match node.link.messages.next_reply() {
                Ok(Some(reply)) => reply,
                Ok(None) => return,
                Err(_) => return node.link.close_listening(world.links),
            };
            node.link.heard = world.now;
            // SUBSCRIBE comes last. One that is refused ends the connection, as it does where hiredis is told so.
            let refused = node.link.unanswered == 1 && matches!(reply, Reply::Error(_));
            node.link.unanswered = node.link.unanswered.saturating_sub(1);
            if refused {
                return node.link.close_listening(world.links);
            }
            let (Reply::Array(words) | Reply::Push(words)) = reply else {
                continue;
            };
            if let [Reply::Bulk(kind), _, Reply::Bulk(message)] = words.as_slice()
                && kind == b"message"
            {
                let message = String::from_utf8_lossy(message).into_owned();
                self.hear_hello(&message, world);
            }
        }
    }
}

impl Primary {
    fn hear_pong(&mut self, place: &Place, reply: &Reply, world: &mut World<'_>) {
        let Some(node) = self.node_mut(place) else {
            return;
        };
        let text = match reply {
            Reply::Status(text) | Reply::Error(text) => text.as_slice(),
            _ => return,
        };
        node.link.last_pong = world.now;
        let is_pong = text.starts_with(b"PONG");
        if is_pong || text.starts_with(b"LOADING") || text.starts_with(b"MASTERDOWN") {
            node.link.last_ok = world.now;
            node.link.ping_since = 0;
            if is_pong {
                node.rebooting_since = None;
            }
        } else if text.starts_with(b"BUSY") && node.is_down && !node.script_kill_sent {
            let kind = node.kind;
            let script = self.spelled(kind, "SCRIPT");
            if self.ask(place, Asked::Nothing, &[&script, "KILL"], world.links)
                && let Some(node) = self.node_mut(place)
            {
                node.script_kill_sent = true;
            }
        }
    }

    /// What another sentinel says of the primary, and whom it votes for.
    fn hear_opinion(&mut self, place: &Place, reply: &Reply, common: &mut Common, now: i64) {
        let Reply::Array(words) = reply else {
            return;
        };
        let [
            Reply::Integer(down),
            Reply::Bulk(leader),
            Reply::Integer(epoch),
        ] = words.as_slice()
        else {
            return;
        };
        let Some(node) = self
            .node_mut(place)
            .filter(|node| node.kind == Kind::Sentinel)
        else {
            return;
        };
        node.peer.last_answer = now;
        node.peer.says_down = *down == 1;
        if leader != b"*" {
            let leader = String::from_utf8_lossy(leader).into_owned();
            let epoch = epoch.cast_unsigned();
            if node.peer.leader_epoch != epoch {
                let text = format!("{} voted for {leader} {epoch}", node.name);
                common.tell(Level::Warning, "", text);
            }
            node.peer.leader = Some(leader);
            node.peer.leader_epoch = epoch;
        }
    }
}
