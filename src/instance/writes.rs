//! The write commands of the last moments, for the report of what a crash has lost.
//!
//! A lab tells its learners which acknowledged commands did not survive. The server notes them
//! as they run, at the cost of one short copy; whoever wants to tell them has to know from which
//! number on they are lost.

use crate::copy::copy;
use crate::resp::Args;

/// Commands that are remembered.
const KEPT: u64 = 1000;

/// Bytes remembered of one command, lengths included.
const SLOT: usize = 128;

/// Where a slot's arguments begin, behind the count of changes.
const ARGUMENTS: usize = 8;

/// Most bytes remembered of one argument.
const ARGUMENT: usize = 64;

/// Set in an argument's length byte when the argument was longer.
const CUT: u8 = 0x80;

/// In place of a length: there were more arguments.
const MORE: u8 = 0xff;

/// One argument of a remembered command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered<'a> {
    /// The whole argument.
    Whole(&'a [u8]),
    /// Its first bytes.
    Cut(&'a [u8]),
    /// There were more arguments.
    More,
}

/// Counts the commands that changed data, and remembers the last 1000 in 128 bytes each.
#[derive(Default)]
pub struct Writes {
    count: u64,
    /// Where the next one goes.
    next: usize,
    /// A ring of slots; empty when nobody wants to know.
    slots: Box<[u8]>,
}

impl Writes {
    /// Starts to remember, in memory that is not counted as the server's: call it while no
    /// account is open.
    pub fn remember(&mut self) {
        self.slots = vec![0; SLOT * KEPT as usize].into_boxed_slice();
    }

    /// Commands that have changed data so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// A command has changed data; the keyspace's count of changes is `changes` now.
    #[inline]
    pub fn note(&mut self, args: Args<'_>, changes: u64) {
        let at = self.next;
        self.count += 1;
        // Counted along: a remainder is slow in wasm.
        self.next += SLOT;
        if self.next == SLOT * KEPT as usize {
            self.next = 0;
        }
        let Some(slot) = self.slots.get_mut(at..at + SLOT) else {
            return;
        };
        slot[..ARGUMENTS].copy_from_slice(&changes.to_le_bytes());
        let mut used = ARGUMENTS;
        for arg in args.iter() {
            let shown = &arg[..arg.len().min(ARGUMENT)];
            // One byte stays for the end or for `MORE`.
            if used + 1 + shown.len() >= SLOT {
                slot[used] = MORE;
                return;
            }
            let cut = if shown.len() < arg.len() { CUT } else { 0 };
            // Stored plus one, so that 0 can be the end.
            slot[used] = (shown.len() as u8 + 1) | cut;
            copy(&mut slot[used + 1..], shown);
            used += 1 + shown.len();
        }
        slot[used] = 0;
    }

    fn slot(&self, number: u64) -> Option<&[u8]> {
        if number >= self.count || number + KEPT < self.count {
            return None;
        }
        let at = (number % KEPT) as usize * SLOT;
        self.slots.get(at..at + SLOT)
    }

    /// The keyspace's count of changes after command `number`; none when it is not remembered.
    pub fn changes(&self, number: u64) -> Option<u64> {
        let (changes, _) = self.slot(number)?.split_first_chunk::<ARGUMENTS>()?;
        Some(u64::from_le_bytes(*changes))
    }

    /// The arguments of command `number` (the first has 0); none when it is no longer, or not
    /// yet, remembered.
    pub fn get(&self, number: u64) -> Option<impl Iterator<Item = Remembered<'_>>> {
        let mut rest = self.slot(number)?.get(ARGUMENTS..)?;
        Some(std::iter::from_fn(move || {
            let (&head, tail) = rest.split_first()?;
            if head == MORE {
                rest = &[];
                return Some(Remembered::More);
            }
            let len = usize::from(head & !CUT).checked_sub(1)?;
            let (arg, after) = tail.split_at_checked(len)?;
            rest = after;
            Some(match head & CUT {
                0 => Remembered::Whole(arg),
                _ => Remembered::Cut(arg),
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::OwnedArgs;

    fn note(writes: &mut Writes, args: &[&[u8]]) {
        let args: OwnedArgs = args.iter().copied().collect();
        writes.note(args.as_args(), 7 * (writes.count() + 1));
    }

    #[test]
    fn the_last_commands_are_remembered_cut_to_size() {
        let mut writes = Writes::default();
        note(&mut writes, &[b"SET", b"a", b"1"]);
        assert_eq!(writes.count(), 1);
        assert!(writes.get(0).is_none(), "nobody asked to remember");
        writes.remember();
        note(&mut writes, &[b"SET", b"", &[b'x'; 65]]);
        let told: Vec<_> = writes.get(1).unwrap().collect();
        let cut = [b'x'; 64];
        assert_eq!(
            told,
            [
                Remembered::Whole(b"SET"),
                Remembered::Whole(b""),
                Remembered::Cut(&cut)
            ]
        );
        note(
            &mut writes,
            &[&[b'y'; 52], &[b'z'; 64], b"far", b"too much"],
        );
        let told: Vec<_> = writes.get(2).unwrap().collect();
        assert_eq!(told.len(), 3);
        assert_eq!(told[2], Remembered::More);
        assert_eq!((writes.changes(2), writes.changes(3)), (Some(21), None));
        for number in 0..2 * KEPT {
            note(&mut writes, &[b"SET", number.to_string().as_bytes()]);
        }
        assert!(writes.get(2).is_none());
        assert!(writes.get(writes.count()).is_none());
        let oldest = writes.count() - KEPT;
        assert_eq!(
            writes.get(oldest).unwrap().nth(1),
            Some(Remembered::Whole(b"1000"))
        );
    }
}
