//! Which syncs are through, and how they went.

use crate::disk::{DiskError, SyncOutcome, Ticket};

/// Stretches of failed tickets that are remembered apart.
const MAX_FAILED: usize = 64;

#[derive(Clone, Default)]
pub struct Tickets {
    issued: u64,
    /// All up to this one are through.
    through: u64,
    failed: Vec<(u64, u64, DiskError)>,
}

impl Tickets {
    pub fn issue(&mut self) -> Ticket {
        self.issued += 1;
        Ticket(self.issued)
    }

    pub fn last(&self) -> u64 {
        self.issued
    }

    /// Everything up to `last` is durable, unless it failed before.
    pub fn done(&mut self, last: u64) {
        self.through = self.through.max(last);
    }

    /// What waits up to `last` has failed.
    pub fn fail(&mut self, last: u64, error: &DiskError) {
        if last > self.through {
            self.note(self.through + 1, last, error.clone());
            self.through = last;
        }
    }

    /// One that failed as it was asked for.
    pub fn refuse(&mut self, error: DiskError) -> Ticket {
        let ticket = self.issue();
        self.note(ticket.0, ticket.0, error);
        ticket
    }

    fn note(&mut self, first: u64, last: u64, error: DiskError) {
        if self.failed.len() >= MAX_FAILED {
            // What lies between two old ones has been asked for long ago; better one too many
            // that failed than one that is said to be durable and is not.
            let (oldest, ..) = self.failed.remove(0);
            self.failed[0].0 = oldest.min(self.failed[0].0);
        }
        self.failed.push((first, last, error));
    }

    pub fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        let of = |(first, last, _): &&(u64, u64, DiskError)| (*first..=*last).contains(&ticket.0);
        match self.failed.iter().find(of) {
            Some((.., error)) => SyncOutcome::Failed(error.clone()),
            None if ticket.0 <= self.through => SyncOutcome::Durable,
            None => SyncOutcome::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_ticket_is_never_said_to_be_durable() {
        let mut tickets = Tickets::default();
        let error = DiskError::Failed("so".into());
        let failed: Vec<Ticket> = (0..500)
            .map(|_| {
                let failed = tickets.issue();
                tickets.fail(failed.0, &error);
                let good = tickets.issue();
                tickets.done(good.0);
                failed
            })
            .collect();
        for ticket in failed {
            assert_eq!(tickets.outcome(ticket), SyncOutcome::Failed(error.clone()));
        }
        assert_eq!(
            tickets.outcome(Ticket(tickets.last())),
            SyncOutcome::Durable
        );
        let refused = tickets.refuse(DiskError::NotFound);
        let next = tickets.issue();
        assert_eq!(tickets.outcome(next), SyncOutcome::Pending);
        tickets.done(next.0);
        assert_eq!(
            tickets.outcome(refused),
            SyncOutcome::Failed(DiskError::NotFound)
        );
        assert_eq!(tickets.outcome(next), SyncOutcome::Durable);
        assert!(tickets.failed.len() <= MAX_FAILED);
    }
}
