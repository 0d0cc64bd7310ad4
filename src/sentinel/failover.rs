//! A failover, step by step: a leader is elected, a replica chosen, promoted, and the others made to follow it.

use super::node::{Node, Reconfiguration};
use super::primary::{Place, Primary};
use super::vote::MAX_DESYNC;
use super::{Common, Level, World};
use crate::types::calendar::c_time;
use std::cmp::Reverse;

/// How far a failover is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailoverState {
    /// There is none.
    #[default]
    None,
    /// The election is on.
    WaitStart,
    /// A replica is to be chosen.
    SelectReplica,
    /// It is to be told to follow nobody.
    SendReplicaofNoOne,
    /// It is to say that it is a primary.
    WaitPromotion,
    /// The others are being told to follow it.
    ReconfReplicas,
    /// All is done but for writing it down.
    UpdateConfig,
}

impl FailoverState {
    /// The word that SENTINEL MASTER has for it.
    pub fn name(self) -> &'static str {
        match self {
            FailoverState::None => "none",
            FailoverState::WaitStart => "wait_start",
            FailoverState::SelectReplica => "select_slave",
            FailoverState::SendReplicaofNoOne => "send_slaveof_noone",
            FailoverState::WaitPromotion => "wait_promotion",
            FailoverState::ReconfReplicas => "reconf_slaves",
            FailoverState::UpdateConfig => "update_config",
        }
    }
}

/// The failover of a primary.
#[derive(Clone, Debug, Default)]
pub struct Failover {
    /// How far it is.
    pub state: FailoverState,
    /// Whether somebody asked for it, so that nobody need be elected.
    pub forced: bool,
    /// Its epoch.
    pub epoch: u64,
    /// When it began or, somebody else's, may have begun. The next one is not tried for a while.
    pub started_at: i64,
    /// When the state last changed.
    pub changed_at: i64,
    /// The replica that takes the primary's place.
    pub promoted: Option<String>,
    /// The `started_at` for which the log has told of the delay.
    delay_told: i64,
}

impl Failover {
    /// Whether there is one.
    pub fn is_running(&self) -> bool {
        self.state != FailoverState::None
    }

    fn go_to(&mut self, state: FailoverState, now: i64) {
        self.state = state;
        self.changed_at = now;
    }
}

/// What SENTINEL CKQUORUM finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Sentinels that are not down.
    pub usable: usize,
    /// Whether they are enough to agree that the primary is down.
    pub reaches_quorum: bool,
    /// Whether they are enough to elect one of them.
    pub reaches_majority: bool,
}

impl Primary {
    /// Whether the sentinels that are there could carry out a failover.
    pub fn quorum_now(&self) -> Quorum {
        let others = self.sentinels.values();
        let usable = 1 + others.filter(|node| !node.is_down).count();
        Quorum {
            usable,
            reaches_quorum: usable >= self.quorum,
            // More than half of them and this one.
            reaches_majority: usable > self.sentinels.len().div_ceil(2),
        }
    }

    /// Begins a failover if enough sentinels say that the primary is down and none was tried lately. True if so.
    pub(super) fn start_failover_if_needed(
        &mut self,
        common: &mut Common,
        world: &mut World<'_>,
    ) -> bool {
        if !self.node.is_agreed_down || self.failover.is_running() {
            return false;
        }
        let wait = self.failover_timeout * 2;
        let since = self.failover.started_at;
        if world.now - since < wait {
            if self.failover.delay_told != since {
                self.failover.delay_told = since;
                let when = c_time((since + wait) / 1000);
                let text =
                    format!("Next failover delay: I will not start a failover before {when}");
                common.tell(Level::Warning, "", text);
            }
            return false;
        }
        self.start_failover(common, world);
        true
    }

    /// Begins a failover.
    pub fn start_failover(&mut self, common: &mut Common, world: &mut World<'_>) {
        common.epoch += 1;
        self.failover.epoch = common.epoch;
        common.tell(Level::Warning, "+new-epoch", common.epoch.to_string());
        self.tell(common, Level::Warning, "+try-failover", &Place::Primary);
        self.failover.started_at = world.now + world.rng.i64(0..MAX_DESYNC);
        self.failover.go_to(FailoverState::WaitStart, world.now);
    }

    /// The next step, if it can be taken.
    pub(super) fn go_on_with_failover(&mut self, common: &mut Common, world: &mut World<'_>) {
        match self.failover.state {
            FailoverState::None | FailoverState::UpdateConfig => {}
            FailoverState::WaitStart => self.wait_for_election(common, world),
            FailoverState::SelectReplica => self.select(common, world.now),
            FailoverState::SendReplicaofNoOne => self.promote(common, world),
            FailoverState::WaitPromotion => {
                if self.is_late(world.now) {
                    self.abort("-failover-abort-slave-timeout", common, world.now);
                }
            }
            FailoverState::ReconfReplicas => self.reconfigure(common, world),
        }
    }

    fn is_late(&self, now: i64) -> bool {
        now - self.failover.changed_at > self.failover_timeout
    }

    fn abort(&mut self, channel: &'static str, common: &mut Common, now: i64) {
        self.tell(common, Level::Warning, channel, &Place::Primary);
        self.failover.forced = false;
        self.failover.go_to(FailoverState::None, now);
        if let Some(promoted) = self.failover.promoted.take()
            && let Some(node) = self.replicas.get_mut(&promoted)
        {
            node.replica.promoted = false;
        }
    }

    fn wait_for_election(&mut self, common: &mut Common, world: &mut World<'_>) {
        let epoch = self.failover.epoch;
        let leader = self.elected(epoch, common, world);
        if leader.as_deref() != Some(common.id.as_str()) && !self.failover.forced {
            let timeout = common.timing.election_timeout.min(self.failover_timeout);
            if world.now - self.failover.started_at > timeout {
                self.abort("-failover-abort-not-elected", common, world.now);
            }
            return;
        }
        self.tell(common, Level::Warning, "+elected-leader", &Place::Primary);
        if common.simulated.after_election {
            common.crashed = true;
        }
        self.failover.go_to(FailoverState::SelectReplica, world.now);
        let channel = "+failover-state-select-slave";
        self.tell(common, Level::Warning, channel, &Place::Primary);
    }

    /// The replica that would take the primary's place: of those that are well and not too far behind, the one with
    /// the lowest priority number, then the one that has received most, then the smallest run id.
    pub fn best_replica(&self, common: &Common, now: i64) -> Option<&Node> {
        let timing = &common.timing;
        let mut longest_break = self.node.down_after * 10;
        if self.node.is_down {
            longest_break += now - self.node.down_since;
        }
        let info_age = match self.node.is_down {
            true => timing.ping_period * 5,
            false => timing.info_period * 3,
        };
        let fits = |node: &&Node| {
            !node.is_down
                && !node.link.disconnected
                && now - node.link.last_ok <= timing.ping_period * 5
                && node.replica.priority != 0
                && node.info_at != 0
                && now - node.info_at <= info_age
                && node.replica.link_down_ms <= longest_break
        };
        self.replicas.values().filter(fits).min_by_key(|node| {
            let run_id = node.run_id.as_ref().map(|id| id.to_ascii_lowercase());
            let has_none = run_id.is_none();
            let facts = &node.replica;
            (facts.priority, Reverse(facts.offset), has_none, run_id)
        })
    }

    fn select(&mut self, common: &mut Common, now: i64) {
        let Some(name) = self.best_replica(common, now).map(|node| node.name.clone()) else {
            return self.abort("-failover-abort-no-good-slave", common, now);
        };
        let place = Place::Replica(name.clone());
        self.tell(common, Level::Warning, "+selected-slave", &place);
        if let Some(node) = self.replicas.get_mut(&name) {
            node.replica.promoted = true;
        }
        self.failover.promoted = Some(name);
        self.failover.go_to(FailoverState::SendReplicaofNoOne, now);
        let channel = "+failover-state-send-slaveof-noone";
        self.tell(common, Level::Notice, channel, &place);
    }

    fn promote(&mut self, common: &mut Common, world: &mut World<'_>) {
        let Some(place) = self.failover.promoted.clone().map(Place::Replica) else {
            return;
        };
        if self.node(&place).is_none_or(|node| node.link.disconnected) {
            if self.is_late(world.now) {
                self.abort("-failover-abort-slave-timeout", common, world.now);
            }
            return;
        }
        if self.make_follow(&place, None, world.links) {
            let channel = "+failover-state-wait-promotion";
            self.tell(common, Level::Notice, channel, &place);
            self.failover.go_to(FailoverState::WaitPromotion, world.now);
        }
    }

    /// Has some more of the replicas follow the new primary.
    fn reconfigure(&mut self, common: &mut Common, world: &mut World<'_>) {
        let now = world.now;
        let Some((host, port)) = self.promoted().map(|node| (node.host.clone(), node.port)) else {
            return;
        };
        let is_busy = |node: &&Node| {
            matches!(
                node.replica.reconfiguration,
                Reconfiguration::Sent | Reconfiguration::InProgress
            )
        };
        let mut busy = self.replicas.values().filter(is_busy).count();
        let names: Vec<String> = self.replicas.keys().cloned().collect();
        for name in names {
            if busy >= self.parallel_syncs {
                break;
            }
            let place = Place::Replica(name);
            let Some(node) = self.node(&place) else {
                continue;
            };
            let facts = &node.replica;
            let (step, told_since) = (facts.reconfiguration, facts.told_since);
            let can_be_told = !facts.promoted && !node.link.disconnected;
            if step == Reconfiguration::Sent
                && now - told_since > common.timing.replica_reconf_timeout
            {
                // It will be told again when it says that it follows somebody else.
                self.note_step(&place, Reconfiguration::Done);
                let channel = "-slave-reconf-sent-timeout";
                self.tell(common, Level::Notice, channel, &place);
            } else if step == Reconfiguration::None
                && can_be_told
                && self.make_follow(&place, Some((&host, port)), world.links)
            {
                self.note_step(&place, Reconfiguration::Sent);
                if let Some(node) = self.node_mut(&place) {
                    node.replica.told_since = now;
                }
                self.tell(common, Level::Notice, "+slave-reconf-sent", &place);
                busy += 1;
            }
        }
        self.end_if_done(&host, port, common, world);
    }

    fn end_if_done(&mut self, host: &str, port: u16, common: &mut Common, world: &mut World<'_>) {
        // A new primary that is down already cannot be followed.
        if self.promoted().is_none_or(|node| node.is_down) {
            return;
        }
        let is_behind = |node: &Node| {
            !node.replica.promoted && node.replica.reconfiguration != Reconfiguration::Done
        };
        let late = self.is_late(world.now);
        let behind = |node: &Node| is_behind(node) && !node.is_down;
        let waits = !late && self.replicas.values().any(behind);
        if late {
            let channel = "+failover-end-for-timeout";
            self.tell(common, Level::Warning, channel, &Place::Primary);
        }
        if waits {
            return;
        }
        self.tell(common, Level::Warning, "+failover-end", &Place::Primary);
        self.failover.go_to(FailoverState::UpdateConfig, world.now);
        if !late {
            return;
        }
        // Whoever has not been told yet is told at least.
        let untold = |node: &Node| {
            !node.replica.promoted
                && node.replica.reconfiguration == Reconfiguration::None
                && !node.link.disconnected
        };
        let nodes = self.replicas.iter().filter(|(_, node)| untold(node));
        let names: Vec<String> = nodes.map(|(name, _)| name.clone()).collect();
        for name in names {
            let place = Place::Replica(name);
            if self.make_follow(&place, Some((host, port)), world.links) {
                self.note_step(&place, Reconfiguration::Sent);
                self.tell(common, Level::Notice, "+slave-reconf-sent-be", &place);
            }
        }
    }

    /// The replica that was told to follow nobody says that it is a primary.
    pub(super) fn hear_of_promotion(&mut self, place: &Place, common: &mut Common, now: i64) {
        self.config_epoch = self.failover.epoch;
        self.failover.go_to(FailoverState::ReconfReplicas, now);
        common.changed = true;
        self.tell(common, Level::Warning, "+promoted-slave", place);
        if common.simulated.after_promotion {
            common.crashed = true;
        }
        let channel = "+failover-state-reconf-slaves";
        self.tell(common, Level::Warning, channel, &Place::Primary);
        self.hurry_hellos(common);
    }
}
