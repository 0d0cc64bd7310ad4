//! Replies that nobody may see before a sync is through: SAVE, and writes under
//! `appendfsync always`.

use crate::disk::Ticket;

#[derive(Clone, Copy, Debug)]
struct Hold {
    ticket: Ticket,
    /// Where the replies begin in the output.
    from: usize,
}

/// The parts of a client's output that wait, in the order of their syncs.
#[derive(Debug, Default)]
pub struct Holds(Vec<Hold>);

impl Holds {
    /// Has what stands in the output from `from` on wait for `ticket`.
    pub fn add(&mut self, ticket: Ticket, from: usize) {
        self.0.push(Hold { ticket, from });
    }

    /// The first sync that something waits for.
    pub fn first(&self) -> Option<Ticket> {
        self.0.first().map(|hold| hold.ticket)
    }

    /// Lets go of what waits for the first sync. Answers where it begins.
    pub fn release(&mut self) -> usize {
        if self.0.is_empty() {
            return 0;
        }
        self.0.remove(0).from
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Of `len` bytes of output, how many may be sent.
    pub fn sendable(&self, len: usize) -> usize {
        self.0.first().map_or(len, |hold| hold.from.min(len))
    }

    /// Says that the first `len` bytes of the output have been taken.
    pub fn taken(&mut self, len: usize) {
        for hold in &mut self.0 {
            hold.from = hold.from.saturating_sub(len);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_let_go_in_their_order() {
        let mut holds = Holds::default();
        assert_eq!(holds.sendable(10), 10);
        holds.add(Ticket(1), 4);
        holds.add(Ticket(2), 7);
        assert_eq!((holds.first(), holds.sendable(10)), (Some(Ticket(1)), 4));
        holds.taken(4);
        assert_eq!(holds.sendable(6), 0);
        assert_eq!(holds.release(), 0);
        assert_eq!((holds.first(), holds.sendable(6)), (Some(Ticket(2)), 3));
        assert_eq!(holds.release(), 3);
        assert_eq!((holds.first(), holds.sendable(6)), (None, 6));
    }
}
