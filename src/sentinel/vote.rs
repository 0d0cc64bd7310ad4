//! The election of the sentinel that carries out a failover: one vote an epoch, first come, first served.

use super::primary::Primary;
use super::{Common, Level, Sentinel, World};

/// A sentinel that has voted for another waits up to so long before it tries itself, milliseconds.
pub(super) const MAX_DESYNC: i64 = 1000;

impl Primary {
    /// Votes for `candidate` in an epoch, if this sentinel has not voted in it yet. Answers whom it has voted for
    /// last, and in which epoch.
    pub(super) fn vote(
        &mut self,
        epoch: u64,
        candidate: &str,
        common: &mut Common,
        world: &mut World<'_>,
    ) -> (Option<String>, u64) {
        common.hear_of_epoch(epoch);
        if self.leader_epoch < epoch && common.epoch <= epoch {
            self.leader = Some(candidate.to_owned());
            self.leader_epoch = common.epoch;
            common.changed = true;
            let text = format!("{candidate} {}", self.leader_epoch);
            common.tell(Level::Warning, "+vote-for-leader", text);
            // Somebody else leads: trying at the same time would only split the votes.
            if candidate != common.id {
                self.failover.started_at = world.now + world.rng.i64(0..MAX_DESYNC);
            }
        }
        (self.leader.clone(), self.leader_epoch)
    }

    /// Who has won the election of an epoch: an absolute majority of the sentinels known, and at least the quorum.
    pub(super) fn elected(
        &mut self,
        epoch: u64,
        common: &mut Common,
        world: &mut World<'_>,
    ) -> Option<String> {
        let mut votes: Vec<(String, usize)> = Vec::new();
        let mut count = |leader: &str| match votes.iter_mut().find(|(id, _)| id == leader) {
            Some((_, votes)) => *votes += 1,
            None => votes.push((leader.to_owned(), 1)),
        };
        for node in self.sentinels.values() {
            if let Some(leader) = &node.peer.leader
                && node.peer.leader_epoch == common.epoch
            {
                count(leader);
            }
        }
        let most = |votes: &[(String, usize)]| {
            let mut best: Option<(String, usize)> = None;
            for (id, count) in votes {
                if best.as_ref().is_none_or(|(_, most)| count > most) {
                    best = Some((id.clone(), *count));
                }
            }
            best
        };
        let ahead = most(&votes).map(|(id, _)| id);
        let candidate = ahead.unwrap_or_else(|| common.id.clone());
        let (own, own_epoch) = self.vote(epoch, &candidate, common, world);
        if let Some(own) = own.filter(|_| own_epoch == epoch) {
            match votes.iter_mut().find(|(id, _)| *id == own) {
                Some((_, votes)) => *votes += 1,
                None => votes.push((own, 1)),
            }
        }
        let voters = self.sentinels.len() + 1;
        let (winner, most) = most(&votes)?;
        (most > voters / 2 && most >= self.quorum).then_some(winner)
    }
}

impl Sentinel {
    /// What another sentinel asks: whether the primary at an address is down, and for a vote if it names a candidate.
    pub fn opinion(
        &mut self,
        host: &str,
        port: u16,
        epoch: u64,
        candidate: &str,
        world: &mut World<'_>,
    ) -> (bool, Option<String>, u64) {
        let tilted = self.common.tilted();
        let primaries = self.primaries.values_mut();
        let found = primaries.into_iter().find(|it| it.node.is_at(host, port));
        let Some(primary) = found else {
            return (false, None, 0);
        };
        let down = !tilted && primary.node.is_down;
        if candidate == "*" {
            return (down, None, 0);
        }
        let (leader, epoch) = primary.vote(epoch, candidate, &mut self.common, world);
        (down, leader, epoch)
    }
}
