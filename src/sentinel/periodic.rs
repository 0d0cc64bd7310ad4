//! What every node is told and asked over and over: connections, PING, INFO, hello.

use super::link::{Asked, MAX_PENDING};
use super::node::Kind;
use super::primary::{Place, Primary};
use super::{Common, HELLO_CHANNEL, World};
use crate::network::Links;

impl Primary {
    /// Opens what is missing of the connections to a node, at most once a second.
    pub(super) fn reconnect(&mut self, place: &Place, common: &Common, world: &mut World<'_>) {
        let now = world.now;
        let Some(node) = self.node_mut(place) else {
            return;
        };
        let link = &mut node.link;
        if !link.disconnected
            || node.port == 0
            || now - link.last_reconnect < common.timing.ping_period
        {
            return;
        }
        link.last_reconnect = now;
        let (kind, host, port) = (node.kind, node.host.clone(), node.port);
        if link.commands.is_none() {
            link.open_commands(&host, port, now, world.links);
            self.log_in(place, false, common, world);
            self.ping(place, world);
        }
        let listens = kind != Kind::Sentinel;
        if listens
            && self
                .node(place)
                .is_some_and(|node| node.link.listening.is_none())
        {
            if let Some(node) = self.node_mut(place) {
                node.link.open_listening(&host, port, now, world.links);
            }
            self.log_in(place, true, common, world);
            let subscribe = self.spelled(kind, "SUBSCRIBE");
            if let Some(node) = self.node_mut(place) {
                node.link
                    .tell_listening(&[&subscribe, HELLO_CHANNEL], world.links);
            }
        }
        if let Some(node) = self.node_mut(place) {
            let link = &mut node.link;
            link.disconnected = link.commands.is_none() || (listens && link.listening.is_none());
        }
    }

    /// AUTH, where there is a password, and the name that CLIENT LIST shows.
    fn log_in(&mut self, place: &Place, listening: bool, common: &Common, world: &mut World<'_>) {
        let Some(kind) = self.node(place).map(|node| node.kind) else {
            return;
        };
        let (user, password) = match kind {
            Kind::Primary | Kind::Replica => (self.auth_user.clone(), self.auth_pass.clone()),
            // Without one of its own for sentinels, the password that this one asks for holds for all.
            Kind::Sentinel if common.announce.sentinel_pass.is_empty() => {
                (String::new(), world.requirepass.to_owned())
            }
            Kind::Sentinel => (
                common.announce.sentinel_user.clone(),
                common.announce.sentinel_pass.clone(),
            ),
        };
        let auth = self.spelled(kind, "AUTH");
        let client = self.spelled(kind, "CLIENT");
        let id = common.id.get(..8).unwrap_or_default();
        let name = format!("sentinel-{id}-{}", if listening { "pubsub" } else { "cmd" });
        let Some(node) = self.node_mut(place) else {
            return;
        };
        let mut send = |words: &[&str]| match listening {
            true => node.link.tell_listening(words, world.links),
            false => {
                node.link.ask(Asked::Nothing, words, world.links);
            }
        };
        match (user.is_empty(), password.is_empty()) {
            (_, true) => {}
            (true, false) => send(&[&auth, &password]),
            (false, false) => send(&[&auth, &user, &password]),
        }
        send(&[&client, "SETNAME", &name]);
    }

    pub(super) fn ping(&mut self, place: &Place, world: &mut World<'_>) {
        let Some(kind) = self.node(place).map(|node| node.kind) else {
            return;
        };
        let ping = self.spelled(kind, "PING");
        let now = world.now;
        if let Some(node) = self.node_mut(place)
            && node.link.ask(Asked::Ping, &[&ping], world.links)
        {
            node.link.last_ping = now;
            // The time runs from the first one that was not answered.
            if node.link.ping_since == 0 {
                node.link.ping_since = now;
            }
        }
    }

    /// INFO, PING and hello, each when its time has come.
    pub(super) fn send_periodic(&mut self, place: &Place, common: &Common, world: &mut World<'_>) {
        let now = world.now;
        let timing = &common.timing;
        let hurry = self.node.is_agreed_down || self.failover.is_running();
        let Some(node) = self.node(place) else {
            return;
        };
        if node.link.disconnected || node.link.pending() >= MAX_PENDING {
            return;
        }
        let kind = node.kind;
        let soon = kind == Kind::Replica && (hurry || node.replica.link_down_ms != 0);
        let info_period = if soon { 1000 } else { timing.info_period };
        let ping_period = node.down_after.min(timing.ping_period);
        let wants_info =
            kind != Kind::Sentinel && (node.info_at == 0 || now - node.info_at > info_period);
        let wants_ping =
            now - node.link.last_pong > ping_period && now - node.link.last_ping > ping_period / 2;
        let wants_hello = now - node.last_hello_sent > timing.publish_period;
        if wants_info {
            let info = self.spelled(kind, "INFO");
            self.ask(place, Asked::Info, &[&info], world.links);
        }
        if wants_ping {
            self.ping(place, world);
        }
        if wants_hello {
            self.say_hello(place, common, world);
        }
    }

    pub(super) fn ask(
        &mut self,
        place: &Place,
        asked: Asked,
        words: &[&str],
        links: &mut Links,
    ) -> bool {
        self.node_mut(place)
            .is_some_and(|node| node.link.ask(asked, words, links))
    }

    /// Makes a node follow another, or nobody: REPLICAOF, its configuration written, its clients closed so that they
    /// ask anew where the primary is. All of it or nothing. False if there is no connection.
    pub(super) fn make_follow(
        &mut self,
        place: &Place,
        primary: Option<(&str, u16)>,
        links: &mut Links,
    ) -> bool {
        let Some(kind) = self.node(place).map(|node| node.kind) else {
            return false;
        };
        let port = primary.map(|(_, port)| port.to_string());
        let (host, port) = match (&primary, &port) {
            (Some((host, _)), Some(port)) => (*host, port.as_str()),
            _ => ("NO", "ONE"),
        };
        let names = ["MULTI", "SLAVEOF", "CONFIG", "CLIENT", "EXEC"];
        let [multi, slaveof, config, client, exec] = names.map(|name| self.spelled(kind, name));
        let commands: [&[&str]; 6] = [
            &[&multi],
            &[&slaveof, host, port],
            &[&config, "REWRITE"],
            &[&client, "KILL", "TYPE", "normal"],
            &[&client, "KILL", "TYPE", "pubsub"],
            &[&exec],
        ];
        commands
            .iter()
            .all(|words| self.ask(place, Asked::Nothing, words, links))
    }
}
