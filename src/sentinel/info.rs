//! What INFO of a primary or replica says, and what follows from it.

use super::node::{Node, Reconfiguration};
use super::primary::{Place, Primary, name_of};
use super::{Common, FailoverState, Kind, Level, Role, World};

/// The lines of an INFO that matter here.
#[derive(Default)]
struct Facts<'a> {
    run_id: Option<&'a str>,
    role: Option<Role>,
    /// Addresses of replicas.
    replicas: Vec<(&'a str, u16)>,
    primary_host: Option<&'a str>,
    primary_port: Option<u16>,
    link_up: bool,
    link_down_ms: i64,
    priority: Option<i64>,
    offset: Option<u64>,
    announced: Option<bool>,
}

impl<'a> Facts<'a> {
    fn parse(info: &'a str) -> Self {
        let mut facts = Facts::default();
        for line in info.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            match name {
                "run_id" => facts.run_id = Some(value).filter(|id| id.len() == 40),
                "role" => {
                    facts.role = match value {
                        "master" => Some(Role::Primary),
                        "slave" => Some(Role::Replica),
                        _ => facts.role,
                    }
                }
                "master_link_down_since_seconds" => {
                    let seconds: i64 = value.parse().unwrap_or(0);
                    facts.link_down_ms = seconds.saturating_mul(1000);
                }
                "master_host" => facts.primary_host = Some(value),
                "master_port" => facts.primary_port = value.parse().ok(),
                "master_link_status" => facts.link_up = value == "up",
                "slave_priority" => facts.priority = value.parse().ok(),
                "slave_repl_offset" => facts.offset = value.parse().ok(),
                "replica_announced" => facts.announced = Some(value != "0"),
                _ if is_numbered(name) => facts.replicas.extend(address(value)),
                _ => {}
            }
        }
        facts
    }
}

/// `slave0`, `slave1`, …
fn is_numbered(name: &str) -> bool {
    let number = name.strip_prefix("slave").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The address in `ip=127.0.0.1,port=6380,state=online,…`.
fn address(line: &str) -> Option<(&str, u16)> {
    let field = |name: &str| {
        let mut fields = line.split(',').filter_map(|field| field.split_once('='));
        fields.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    Some((field("ip")?, field("port")?.parse().ok()?))
}

impl Node {
    /// Notes what a replica says of itself.
    fn note(&mut self, facts: &Facts<'_>, now: i64) {
        let replica = &mut self.replica;
        replica.link_down_ms = facts.link_down_ms;
        if facts.role != Some(Role::Replica) {
            return;
        }
        let host = facts.primary_host.map(str::to_owned);
        let port = facts.primary_port.unwrap_or(replica.primary_port);
        if host.is_some() && (host != replica.primary_host || port != replica.primary_port) {
            replica.primary_host = host;
            replica.primary_port = port;
            replica.primary_since = now;
        }
        replica.link_up = facts.link_up;
        replica.priority = facts.priority.unwrap_or(replica.priority);
        replica.offset = facts.offset.unwrap_or(replica.offset);
        replica.announced = facts.announced.unwrap_or(replica.announced);
    }
}

impl Primary {
    pub(super) fn hear_info(
        &mut self,
        place: &Place,
        text: String,
        common: &mut Common,
        world: &mut World<'_>,
    ) {
        let now = world.now;
        let reboots = self.reboot_down_after != 0;
        let facts = Facts::parse(&text);
        let Some(node) = self.node_mut(place) else {
            return;
        };
        let kind = node.kind;
        node.info_at = now;
        let known = node.run_id.clone();
        if let Some(id) = facts.run_id {
            node.run_id = Some(id.to_owned());
            if known.is_some_and(|known| known != id) {
                if reboots {
                    node.rebooting_since = Some(now);
                }
                self.tell(common, Level::Notice, "+reboot", place);
            }
        }
        if kind == Kind::Primary && facts.role == Some(Role::Primary) {
            for (host, port) in &facts.replicas {
                self.hear_of_replica(host, *port, common, now);
            }
        }
        let Some(node) = self.node_mut(place) else {
            return;
        };
        node.note(&facts, now);
        let role = facts.role.unwrap_or(node.role);
        if role != node.role {
            node.role = role;
            node.role_since = now;
            if role == Role::Replica {
                node.replica.primary_since = now;
            }
            let expected = (kind == Kind::Primary) == (role == Role::Primary);
            let channel = if expected {
                "+role-change"
            } else {
                "-role-change"
            };
            let own = self.described(place);
            let text = format!("{own} new reported role is {}", role.name());
            common.tell(Level::Verbose, channel, text);
        }
        // What follows from it would change something.
        if !common.tilted() && kind == Kind::Replica {
            match role {
                Role::Primary => self.hear_of_second_primary(place, common, world),
                Role::Replica => self.check_replica(place, common, world),
            }
        }
        if let Some(node) = self.node_mut(place) {
            node.info = text;
        }
    }

    fn hear_of_replica(&mut self, host: &str, port: u16, common: &mut Common, now: i64) {
        if self.add_replica(host, port, now) {
            let place = Place::Replica(name_of(host, port));
            self.tell(common, Level::Notice, "+slave", &place);
            common.changed = true;
        }
    }

    /// A replica says that it is a primary: the one that was promoted, or an old primary that has come back.
    fn hear_of_second_primary(
        &mut self,
        place: &Place,
        common: &mut Common,
        world: &mut World<'_>,
    ) {
        let now = world.now;
        let Some(node) = self.node(place) else {
            return;
        };
        if node.replica.promoted {
            if self.failover.state == FailoverState::WaitPromotion {
                self.hear_of_promotion(place, common, now);
            }
            return;
        }
        // Time enough for a newer configuration to arrive, if it is this sentinel that is behind.
        let wait = common.timing.publish_period * 4;
        if self.looks_sane(common, now) && node.well_for(wait, now) && now - node.role_since > wait
        {
            self.follow_the_primary(place, "+convert-to-slave", common, world);
        }
    }

    /// A replica that follows the wrong primary is corrected; of one that was told to follow, note how far it is.
    fn check_replica(&mut self, place: &Place, common: &mut Common, world: &mut World<'_>) {
        let now = world.now;
        let promoted = self.promoted().map(|node| (node.host.clone(), node.port));
        let Some(node) = self.node(place) else {
            return;
        };
        let facts = &node.replica;
        let follows = |host: &str, port: u16| {
            let same = |it: &String| it.eq_ignore_ascii_case(host);
            facts.primary_host.as_ref().is_some_and(same) && facts.primary_port == port
        };
        let reconfiguration = facts.reconfiguration;
        let follows_promoted = promoted.is_some_and(|(host, port)| follows(&host, port));
        let link_up = facts.link_up;
        let (host, port) = (&self.node.host, self.node.port);
        if !follows(host, port)
            && reconfiguration == Reconfiguration::None
            && !self.failover.is_running()
        {
            let wait = self.failover_timeout;
            if self.looks_sane(common, now)
                && node.well_for(wait, now)
                && now - facts.primary_since > wait
            {
                self.follow_the_primary(place, "+fix-slave-config", common, world);
            }
            return;
        }
        if reconfiguration == Reconfiguration::Sent && follows_promoted {
            self.note_step(place, Reconfiguration::InProgress);
            self.tell(common, Level::Notice, "+slave-reconf-inprog", place);
        }
        let in_progress = self
            .node(place)
            .is_some_and(|node| node.replica.reconfiguration == Reconfiguration::InProgress);
        if in_progress && link_up {
            self.note_step(place, Reconfiguration::Done);
            self.tell(common, Level::Notice, "+slave-reconf-done", place);
        }
    }

    pub(super) fn note_step(&mut self, place: &Place, step: Reconfiguration) {
        if let Some(node) = self.node_mut(place) {
            node.replica.reconfiguration = step;
        }
    }

    fn follow_the_primary(
        &mut self,
        place: &Place,
        channel: &'static str,
        common: &mut Common,
        world: &mut World<'_>,
    ) {
        let (host, port) = (self.node.host.clone(), self.node.port);
        if self.make_follow(place, Some((&host, port)), world.links) {
            self.tell(common, Level::Notice, channel, place);
        }
    }
}
