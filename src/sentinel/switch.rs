//! Another primary under the same name, and starting anew.

use super::failover::Failover;
use super::node::{Kind, Node};
use super::primary::{Place, Primary, name_of};
use super::{Common, Level, World};

impl Primary {
    /// The end of a failover: the promoted replica is the primary from here on.
    pub(super) fn switch_to_promoted(&mut self, common: &mut Common, world: &mut World<'_>) {
        let to = self.promoted().unwrap_or(&self.node);
        let (host, port) = (to.host.clone(), to.port);
        self.tell_of_switch(&host, port, common);
        self.change_address(&host, port, common, world);
    }

    pub(super) fn tell_of_switch(&self, host: &str, port: u16, common: &mut Common) {
        let node = &self.node;
        let text = format!("{} {} {} {host} {port}", node.name, node.host, node.port);
        common.tell(Level::Warning, "+switch-master", text);
    }

    /// The primary is at another address. The old one becomes a replica, as the others stay.
    pub(super) fn change_address(
        &mut self,
        host: &str,
        port: u16,
        common: &mut Common,
        world: &mut World<'_>,
    ) {
        let others = self.replicas.values().chain(std::iter::once(&self.node));
        let others = others.filter(|node| !node.is_at(host, port));
        let replicas: Vec<(String, u16)> =
            others.map(|node| (node.host.clone(), node.port)).collect();
        self.reset(false, world);
        self.node.host = host.to_owned();
        self.node.port = port;
        for (host, port) in replicas {
            if self.add_replica(&host, port, world.now) {
                let place = Place::Replica(name_of(&host, port));
                self.tell(common, Level::Notice, "+slave", &place);
            }
        }
        common.changed = true;
    }

    /// Forgets the replicas and any failover, and the other sentinels too if they are to be found anew.
    pub fn reset(&mut self, sentinels_too: bool, world: &mut World<'_>) {
        for node in self.replicas.values_mut() {
            node.link.close(world.links);
        }
        self.replicas.retain(|_, _| false);
        if sentinels_too {
            for node in self.sentinels.values_mut() {
                node.link.close(world.links);
            }
            self.sentinels.retain(|_, _| false);
        }
        let node = &mut self.node;
        node.link.close(world.links);
        // It is asked at once who it is, and shows what it last said until it has answered.
        let fresh = Node::new(
            Kind::Primary,
            node.name.clone(),
            &node.host,
            node.port,
            world.now,
        );
        *node = Node {
            down_after: node.down_after,
            info: std::mem::take(&mut node.info),
            ..fresh
        };
        self.leader = None;
        self.failover = Failover::default();
    }

    /// SENTINEL RESET.
    pub fn reset_all(&mut self, common: &mut Common, world: &mut World<'_>) {
        self.reset(true, world);
        self.tell(common, Level::Warning, "+reset-master", &Place::Primary);
    }
}
