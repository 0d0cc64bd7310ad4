//! The change journal: which keys changed since somebody last asked.
//!
//! Live views read it once a frame. It costs nothing until it is switched on, remembers a key
//! once however often it changes, and beyond a bound says only that everything may have changed.

use super::events::EventClass;
use std::collections::BTreeMap;

/// Keys remembered between two readings; more than any view shows.
const CAPACITY: usize = 4096;

/// The last thing that happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of event.
    pub class: EventClass,
    /// Redis's name for it: `zadd`, `expired` …
    pub event: &'static str,
}

/// Changed keys with their last change.
pub type Changes = BTreeMap<Box<[u8]>, Change>;

/// Keys changed since the last [`Journal::take`].
#[derive(Debug, Default)]
pub struct Journal {
    enabled: bool,
    overflowed: bool,
    changes: Changes,
}

impl Journal {
    /// Starts or stops remembering.
    pub fn enable(&mut self, enabled: bool) {
        self.enabled = enabled;
        if !enabled {
            self.changes.clear();
            self.overflowed = false;
        }
    }

    /// Whether changes are being remembered.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Remembers a change of `key`.
    pub fn record(&mut self, key: &[u8], class: EventClass, event: &'static str) {
        if !self.enabled || self.overflowed {
            return;
        }
        let change = Change { class, event };
        if let Some(known) = self.changes.get_mut(key) {
            *known = change;
        } else if self.changes.len() < CAPACITY {
            self.changes.insert(key.into(), change);
        } else {
            self.everything();
        }
    }

    /// Remembers that any key may have changed (FLUSHDB, SWAPDB).
    pub fn everything(&mut self) {
        if self.enabled {
            self.changes.clear();
            self.overflowed = true;
        }
    }

    /// The changed keys with their last change, and forgets them. `None` says that any key may
    /// have changed.
    pub fn take(&mut self) -> Option<Changes> {
        let changes = std::mem::take(&mut self.changes);
        if std::mem::take(&mut self.overflowed) {
            return None;
        }
        Some(changes)
    }

    /// Whether there is anything to take.
    pub fn is_empty(&self) -> bool {
        !self.overflowed && self.changes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_remembered_once_with_its_last_event() {
        let mut journal = Journal::default();
        journal.record(b"unseen", EventClass::STRING, "set");
        journal.enable(true);
        journal.record(b"a", EventClass::STRING, "set");
        journal.record(b"a", EventClass::GENERIC, "del");
        let changes = journal.take().unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[b"a".as_slice()].event, "del");
        assert!(journal.is_empty());
    }

    #[test]
    fn beyond_its_bound_it_says_everything() {
        let mut journal = Journal::default();
        journal.enable(true);
        for key in 0..=CAPACITY {
            journal.record(&key.to_le_bytes(), EventClass::STRING, "set");
        }
        assert_eq!(journal.take(), None);
        assert!(journal.take().unwrap().is_empty());
    }
}
