//! Down or not: what this sentinel sees (SDOWN), and what enough of them see (ODOWN).

use super::link::Asked;
use super::primary::{Place, Primary};
use super::{Common, Kind, Level, Role, World};

impl Primary {
    /// What this sentinel sees of a node.
    pub(super) fn judge(&mut self, place: &Place, common: &mut Common, world: &mut World<'_>) {
        let now = world.now;
        let timing = &common.timing;
        let reboot_down_after = self.reboot_down_after;
        let Some(node) = self.node_mut(place) else {
            return;
        };
        let link = &mut node.link;
        let silent = match link.ping_since {
            0 if link.disconnected => now - link.last_ok,
            0 => 0,
            since => now - since,
        };
        // A connection that is there but dead would not tell by itself.
        if link.commands.is_some()
            && now - link.commands_since > timing.min_link_reconnect_period
            && link.ping_since != 0
            && now - link.ping_since > node.down_after / 2
            && now - link.last_pong > node.down_after / 2
        {
            link.close_commands(world.links);
        }
        if link.listening.is_some()
            && now - link.listening_since > timing.min_link_reconnect_period
            && now - link.heard > timing.publish_period * 3
        {
            link.close_listening(world.links);
        }
        // A primary that goes on saying that it is a replica is none.
        let is_no_primary = node.kind == Kind::Primary
            && node.role == Role::Replica
            && now - node.role_since > node.down_after + timing.info_period * 2;
        let reboots = node
            .rebooting_since
            .is_some_and(|since| now - since > reboot_down_after);
        let down = silent > node.down_after || is_no_primary || reboots;
        if down == node.is_down {
            return;
        }
        node.is_down = down;
        if down {
            node.down_since = now;
            self.tell(common, Level::Warning, "+sdown", place);
        } else {
            node.script_kill_sent = false;
            self.tell(common, Level::Warning, "-sdown", place);
        }
    }

    /// Whether enough sentinels say that the primary is down.
    pub(super) fn judge_together(&mut self, common: &mut Common, now: i64) {
        let mut agree = 0;
        if self.node.is_down {
            let others = self.sentinels.values();
            agree = 1 + others.filter(|node| node.peer.says_down).count();
        }
        let down = self.node.is_down && agree >= self.quorum;
        if down == self.node.is_agreed_down {
            return;
        }
        self.node.is_agreed_down = down;
        if down {
            self.node.agreed_down_since = now;
            let own = self.described(&Place::Primary);
            let text = format!("{own} #quorum {agree}/{}", self.quorum);
            common.tell(Level::Warning, "+odown", text);
        } else {
            self.tell(common, Level::Warning, "-odown", &Place::Primary);
        }
    }

    /// Asks the other sentinels whether they see the primary down as well, and for their vote once a failover has
    /// begun. Whoever answered a moment ago is asked again only if it is `forced`.
    pub(super) fn ask_others(&mut self, forced: bool, common: &Common, world: &mut World<'_>) {
        let now = world.now;
        let period = common.timing.ask_period;
        let port = self.node.port.to_string();
        let epoch = common.epoch.to_string();
        let candidate = match self.failover.is_running() {
            true => common.id.as_str(),
            false => "*",
        };
        let host = self.node.host.clone();
        let words = [
            "SENTINEL",
            "is-master-down-by-addr",
            &host,
            &port,
            &epoch,
            candidate,
        ];
        let is_down = self.node.is_down;
        for node in self.sentinels.values_mut() {
            let since = now - node.peer.last_answer;
            // An old answer counts no longer.
            if since > period * 5 {
                node.peer.says_down = false;
                node.peer.leader = None;
            }
            if is_down && !node.link.disconnected && (forced || since >= period) {
                node.link.ask(Asked::Down, &words, world.links);
            }
        }
    }
}
