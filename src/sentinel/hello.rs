//! The hello channel: how sentinels of one primary find each other, and hear of a new primary.

use super::link::Asked;
use super::primary::{Place, Primary};
use super::{Common, Level, Sentinel, World};
use crate::network::{LinkState, Links};

/// Where hellos are published.
pub const HELLO_CHANNEL: &str = "__sentinel__:hello";

/// What a hello says.
struct Hello<'a> {
    host: &'a str,
    port: u16,
    id: &'a str,
    epoch: u64,
    primary: &'a str,
    primary_host: &'a str,
    primary_port: u16,
    config_epoch: u64,
}

impl Hello<'_> {
    fn parse(text: &str) -> Option<Hello<'_>> {
        let words: Vec<&str> = text.split(',').collect();
        let [
            host,
            port,
            id,
            epoch,
            primary,
            primary_host,
            primary_port,
            config_epoch,
        ] = words.as_slice()
        else {
            return None;
        };
        Some(Hello {
            host,
            port: port.parse().ok()?,
            id,
            epoch: epoch.parse().ok()?,
            primary,
            primary_host,
            primary_port: primary_port.parse().ok()?,
            config_epoch: config_epoch.parse().ok()?,
        })
    }
}

impl Primary {
    /// Publishes a hello at a node. False if that cannot be.
    pub(super) fn say_hello(
        &mut self,
        place: &Place,
        common: &Common,
        world: &mut World<'_>,
    ) -> bool {
        let Some(node) = self.node(place) else {
            return false;
        };
        let kind = node.kind;
        let announce = &common.announce;
        let own = match announce.host.is_empty() {
            true => own_address(node.link.commands, world.links),
            false => Some(announce.host.clone()),
        };
        let Some(own) = own else {
            return false;
        };
        let port = if announce.port == 0 {
            world.port
        } else {
            announce.port
        };
        let (host, primary_port) = self.current_address(announce.hostnames);
        let hello = format!(
            "{own},{port},{},{},{},{host},{primary_port},{}",
            common.id, common.epoch, self.node.name, self.config_epoch
        );
        let publish = self.spelled(kind, "PUBLISH");
        let words: [&str; 3] = [&publish, HELLO_CHANNEL, &hello];
        self.ask(place, Asked::Hello, &words, world.links)
    }

    /// Has everybody told soon what has changed.
    pub(super) fn hurry_hellos(&mut self, common: &Common) {
        let period = common.timing.publish_period + 1;
        let own = std::iter::once(&mut self.node);
        let others = self
            .replicas
            .values_mut()
            .chain(self.sentinels.values_mut());
        for node in own.chain(others) {
            if node.last_hello_sent >= period {
                node.last_hello_sent -= period;
            }
        }
    }
}

/// The address that a node sees this sentinel at.
fn own_address(link: Option<u64>, links: &Links) -> Option<String> {
    match links.state(link?) {
        Some(LinkState::Open { local, .. }) => {
            let host = local
                .rsplit_once(':')
                .map_or(local.as_str(), |(host, _)| host);
            Some(host.trim_matches(['[', ']']).to_owned())
        }
        _ => None,
    }
}

impl Sentinel {
    /// A hello has come, by the channel or by PUBLISH. What makes no sense is dropped, and so is one's own.
    pub fn hear_hello(&mut self, text: &str, world: &mut World<'_>) {
        let Some(hello) = Hello::parse(text) else {
            return;
        };
        if hello.id == self.common.id {
            return;
        }
        let Some(primary) = self.primaries.get_mut(hello.primary) else {
            return;
        };
        let common = &mut self.common;
        let known = primary.sentinels.get(hello.id);
        if !known.is_some_and(|node| node.is_at(hello.host, hello.port)) {
            primary.meet(&hello, common, world);
        }
        common.hear_of_epoch(hello.epoch);
        let place = Place::Sentinel(hello.id.to_owned());
        if primary.config_epoch < hello.config_epoch {
            primary.config_epoch = hello.config_epoch;
            common.changed = true;
            let (host, port) = (hello.primary_host, hello.primary_port);
            if !primary.node.is_at(host, port) {
                primary.tell(common, Level::Warning, "+config-update-from", &place);
                primary.tell_of_switch(host, port, common);
                primary.change_address(host, port, common, world);
            }
        }
        if let Some(node) = primary.sentinels.get_mut(hello.id) {
            node.peer.last_hello = world.now;
        }
    }
}

impl Primary {
    /// A sentinel that is new, or has another address than it had.
    fn meet(&mut self, hello: &Hello<'_>, common: &mut Common, world: &mut World<'_>) {
        let (host, port, id) = (hello.host, hello.port, hello.id);
        let moved = self.sentinels.remove(id).map(|mut old| {
            old.link.close(world.links);
        });
        if moved.is_some() {
            let own = self.described(&Place::Primary);
            let text = format!("{own} ip {host} port {port} for {id}");
            common.tell(Level::Notice, "+sentinel-address-switch", text);
        } else {
            // Two cannot be at one address: the other one has gone, or has moved and will say so.
            let mut others = self.sentinels.iter();
            let other = others.find(|(_, node)| node.is_at(host, port));
            let other = other.map(|(id, _)| id.clone());
            drop(others);
            if let Some(other) = other {
                let place = Place::Sentinel(other.clone());
                self.tell(common, Level::Notice, "+sentinel-invalid-addr", &place);
                if let Some(node) = self.sentinels.get_mut(&other) {
                    node.port = 0;
                    node.link.close(world.links);
                }
            }
        }
        self.add_sentinel(id, host, port, world.now);
        if moved.is_none() {
            let place = Place::Sentinel(id.to_owned());
            self.tell(common, Level::Notice, "+sentinel", &place);
        }
        common.changed = true;
    }
}
