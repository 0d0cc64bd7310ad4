//! A primary with everything around it: its replicas, the other sentinels, its failover.

use super::failover::Failover;
use super::node::{Kind, Node, Reconfiguration};
use super::settings::PrimarySettings;
use super::{Common, Event, FailoverState, Level, World};
use crate::map::SortedMap;
use crate::network::Links;

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The primary itself.
    Primary,
    /// A replica, by its address as a name.
    Replica(String),
    /// Another sentinel, by its id.
    Sentinel(String),
}

/// A primary that is watched.
#[derive(Debug)]
pub struct Primary {
    /// The primary itself.
    pub node: Node,
    /// Its replicas, by `address:port`.
    pub replicas: SortedMap<String, Node>,
    /// The other sentinels that watch it, by id.
    pub sentinels: SortedMap<String, Node>,
    /// Sentinels that must agree that it is down.
    pub quorum: usize,
    /// Replicas that are told at once to follow a new primary.
    pub parallel_syncs: usize,
    /// How long the steps of a failover may take.
    pub failover_timeout: i64,
    /// Who logs in; empty for `default`.
    pub auth_user: String,
    /// With what; empty for not at all.
    pub auth_pass: String,
    /// How long it may be silent after a restart; 0 for no difference.
    pub reboot_down_after: i64,
    /// Other names that its commands have there.
    pub renamed: Vec<(String, String)>,
    /// The epoch of the failover that made it the primary.
    pub config_epoch: u64,
    /// Whom this sentinel has voted for.
    pub leader: Option<String>,
    /// In which epoch.
    pub leader_epoch: u64,
    /// The failover, if there is one.
    pub failover: Failover,
}

/// The name of a node that is known by its address.
pub(super) fn name_of(host: &str, port: u16) -> String {
    match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    }
}

impl Primary {
    pub(super) fn new(settings: &PrimarySettings, common: &Common, now: i64) -> Self {
        let (host, port) = (&settings.host, settings.port);
        let mut node = Node::new(Kind::Primary, settings.name.clone(), host, port, now);
        node.down_after = settings
            .down_after
            .unwrap_or(common.timing.default_down_after);
        let mut primary = Primary {
            node,
            replicas: SortedMap::new(),
            sentinels: SortedMap::new(),
            quorum: settings.quorum,
            parallel_syncs: settings.parallel_syncs,
            failover_timeout: settings
                .failover_timeout
                .unwrap_or(common.timing.default_failover_timeout),
            auth_user: settings.auth_user.clone(),
            auth_pass: settings.auth_pass.clone(),
            reboot_down_after: settings.reboot_down_after,
            renamed: settings.renamed.clone(),
            config_epoch: settings.config_epoch,
            leader: None,
            leader_epoch: settings.leader_epoch,
            failover: Failover::default(),
        };
        for replica in &settings.replicas {
            primary.add_replica(&replica.host, replica.port, now);
        }
        for sentinel in &settings.sentinels {
            if let Some(id) = &sentinel.id {
                primary.add_sentinel(id, &sentinel.host, sentinel.port, now);
            }
        }
        primary
    }

    pub(super) fn tell_of_monitoring(&self, common: &mut Common) {
        let text = format!("{} quorum {}", self.described(&Place::Primary), self.quorum);
        common.tell(Level::Warning, "+monitor", text);
    }

    /// Adds a replica, unless it is known. True if it is new.
    pub(super) fn add_replica(&mut self, host: &str, port: u16, now: i64) -> bool {
        let name = name_of(host, port);
        if self.replicas.contains_key(&name) {
            return false;
        }
        let mut node = Node::new(Kind::Replica, name.clone(), host, port, now);
        node.down_after = self.node.down_after;
        self.replicas.insert(name, node);
        true
    }

    pub(super) fn add_sentinel(&mut self, id: &str, host: &str, port: u16, now: i64) {
        let mut node = Node::new(Kind::Sentinel, id.to_owned(), host, port, now);
        node.run_id = Some(id.to_owned());
        node.down_after = self.node.down_after;
        self.sentinels.insert(id.to_owned(), node);
    }

    /// Changes how long everybody here may be silent.
    pub fn set_down_after(&mut self, down_after: i64) {
        self.node.down_after = down_after;
        let nodes = self
            .replicas
            .values_mut()
            .chain(self.sentinels.values_mut());
        nodes.for_each(|node| node.down_after = down_after);
    }

    /// Everybody here, the primary first.
    pub fn places(&self) -> Vec<Place> {
        let replicas = self.replicas.keys().cloned().map(Place::Replica);
        let sentinels = self.sentinels.keys().cloned().map(Place::Sentinel);
        std::iter::once(Place::Primary)
            .chain(replicas)
            .chain(sentinels)
            .collect()
    }

    /// The node of a place.
    pub fn node(&self, place: &Place) -> Option<&Node> {
        match place {
            Place::Primary => Some(&self.node),
            Place::Replica(name) => self.replicas.get(name),
            Place::Sentinel(id) => self.sentinels.get(id),
        }
    }

    /// The node of a place, to change.
    pub fn node_mut(&mut self, place: &Place) -> Option<&mut Node> {
        match place {
            Place::Primary => Some(&mut self.node),
            Place::Replica(name) => self.replicas.get_mut(name),
            Place::Sentinel(id) => self.sentinels.get_mut(id),
        }
    }

    /// The name that a command has at the primary and its replicas.
    pub(super) fn spelled(&self, kind: Kind, command: &'static str) -> String {
        let renamed = self.renamed.iter().filter(|_| kind != Kind::Sentinel);
        let mut names = renamed.filter(|(old, _)| old.eq_ignore_ascii_case(command));
        names
            .next()
            .map_or_else(|| command.to_owned(), |(_, new)| new.clone())
    }

    /// How events name a node: `slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6379`.
    pub(super) fn described(&self, place: &Place) -> String {
        let own = &self.node;
        let of = |node: &Node| {
            let kind = node.kind.name();
            format!("{kind} {} {} {}", node.name, node.host, node.port)
        };
        match self.node(place) {
            Some(node) if *place != Place::Primary => {
                format!("{} @ {} {} {}", of(node), own.name, own.host, own.port)
            }
            _ => of(own),
        }
    }

    /// Tells of something that concerns a node.
    pub(super) fn tell(
        &self,
        common: &mut Common,
        level: Level,
        channel: &'static str,
        place: &Place,
    ) {
        let text = self.described(place);
        common.events.push(Event {
            level,
            channel,
            text,
        });
    }

    /// The flags that SENTINEL MASTER and its like show of a node.
    pub fn flags(&self, node: &Node) -> String {
        let is_primary = node.kind == Kind::Primary;
        let replica = &node.replica;
        let reconfiguration = replica.reconfiguration;
        let flags = [
            (node.is_down, "s_down"),
            (node.is_agreed_down, "o_down"),
            (true, node.kind.name()),
            (node.link.disconnected, "disconnected"),
            (node.peer.says_down, "master_down"),
            (
                is_primary && self.failover.is_running(),
                "failover_in_progress",
            ),
            (replica.promoted, "promoted"),
            (reconfiguration == Reconfiguration::Sent, "reconf_sent"),
            (
                reconfiguration == Reconfiguration::InProgress,
                "reconf_inprog",
            ),
            (reconfiguration == Reconfiguration::Done, "reconf_done"),
            (is_primary && self.failover.forced, "force_failover"),
            (node.script_kill_sent, "script_kill_sent"),
            (node.rebooting_since.is_some(), "master_reboot"),
        ];
        let set = flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name);
        set.collect::<Vec<_>>().join(",")
    }

    /// The address that clients are to use, as a name if `names` are announced: the promoted replica's as soon as it is a primary.
    pub fn current_address(&self, names: bool) -> (&str, u16) {
        let promoted = self.promoted();
        match promoted {
            Some(node) if self.failover.state >= FailoverState::ReconfReplicas => {
                (node.told_host(names), node.port)
            }
            _ => (self.node.told_host(names), self.node.port),
        }
    }

    /// The replica that takes the primary's place.
    pub(super) fn promoted(&self) -> Option<&Node> {
        self.replicas.get(self.failover.promoted.as_ref()?)
    }

    /// Whether nothing speaks against taking this primary for one.
    pub(super) fn looks_sane(&self, common: &Common, now: i64) -> bool {
        let node = &self.node;
        node.role == super::Role::Primary
            && !node.is_down
            && !node.is_agreed_down
            && now - node.info_at < common.timing.info_period * 2
    }

    /// Closes the connections to the primary and its replicas, to log in to them anew.
    pub fn drop_links(&mut self, links: &mut Links) {
        self.node.link.close(links);
        for node in self.replicas.values_mut() {
            node.link.close(links);
        }
    }

    pub(super) fn close_all(&mut self, links: &mut Links) {
        for place in self.places() {
            if let Some(node) = self.node_mut(&place) {
                node.link.close(links);
            }
        }
    }

    /// One round of the timer for one node.
    pub(super) fn look_after(&mut self, place: &Place, common: &mut Common, world: &mut World<'_>) {
        self.reconnect(place, common, world);
        self.send_periodic(place, common, world);
        if let Some(since) = common.tilt_since {
            if world.now - since < common.timing.tilt_period {
                return;
            }
            common.tilt_since = None;
            let text = "#tilt mode exited".to_owned();
            common.tell(Level::Warning, "-tilt", text);
        }
        self.judge(place, common, world);
        if *place == Place::Primary {
            self.judge_together(common, world.now);
            if self.start_failover_if_needed(common, world) {
                self.ask_others(true, common, world);
            }
            self.go_on_with_failover(common, world);
            self.ask_others(false, common, world);
        }
    }
}
