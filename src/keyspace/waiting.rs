//! Clients that wait for a key to hold something, in the order they came.

use std::cell::Cell;
use std::rc::Rc;

use super::value::ValueRef;
use crate::map::SortedMap;

/// What a client waits for a key to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A list with elements.
    List,
    /// A sorted set with members.
    SortedSet,
    /// A stream, which may have new entries.
    Stream,
    /// A consumer group of a stream: that is gone when the key is, so any change is worth it.
    StreamGroup,
}

impl Wanted {
    /// Whether a key with this value, or without one, is worth waking for.
    pub fn is(self, value: Option<ValueRef<'_>>) -> bool {
        match self {
            Wanted::List => matches!(value, Some(ValueRef::List(_))),
            Wanted::SortedSet => matches!(value, Some(ValueRef::SortedSet(_))),
            Wanted::Stream => matches!(value, Some(ValueRef::Stream(_))),
            Wanted::StreamGroup => true,
        }
    }
}

/// Who waits for which key of one database, and which of these keys have come.
#[derive(Default)]
pub(super) struct Waiting {
    clients: SortedMap<Box<[u8]>, Vec<(u64, Wanted)>>,
    /// Keys that came since they were last taken, each once, in that order.
    ready: Vec<Came>,
    /// Counts the keys that came, in all databases.
    arrivals: Rc<Cell<u64>>,
}

/// An awaited key that has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Came {
    /// Its place among the keys of all databases.
    pub order: u64,
    /// The key.
    pub key: Box<[u8]>,
}

impl Waiting {
    /// Nobody waits yet. `arrivals` is common to all databases.
    pub(super) fn new(arrivals: Rc<Cell<u64>>) -> Waiting {
        Waiting {
            arrivals,
            ..Waiting::default()
        }
    }

    /// Puts `client` behind those that wait for `key` already.
    pub(super) fn add(&mut self, key: &[u8], client: u64, wanted: Wanted) {
        match self.clients.get_mut(key) {
            None => {
                self.clients.insert(key.into(), vec![(client, wanted)]);
            }
            Some(clients) if clients.iter().any(|(other, _)| *other == client) => {}
            Some(clients) => clients.push((client, wanted)),
        }
    }

    pub(super) fn remove(&mut self, key: &[u8], client: u64) {
        if let Some(clients) = self.clients.get_mut(key) {
            clients.retain(|(waiting, _)| *waiting != client);
            if clients.is_empty() {
                self.clients.remove(key);
            }
        }
    }

    /// Those that wait for `key`, first come first.
    pub(super) fn of(&self, key: &[u8]) -> Vec<u64> {
        let clients = self.clients.get(key).map_or(&[][..], Vec::as_slice);
        clients.iter().map(|(client, _)| *client).collect()
    }

    /// Keys that somebody waits for.
    pub(super) fn len(&self) -> usize {
        self.clients.len()
    }

    /// Says that `key` has come into being with this value or gained something, or that it has gone.
    /// Costs nothing while nobody waits.
    #[inline]
    pub(super) fn came(&mut self, key: &[u8], value: Option<ValueRef<'_>>) {
        if !self.clients.is_empty() {
            self.note(key, value);
        }
    }

    #[cold]
    fn note(&mut self, key: &[u8], value: Option<ValueRef<'_>>) {
        let clients = self.clients.get(key).map_or(&[][..], Vec::as_slice);
        if clients.iter().any(|(_, wanted)| wanted.is(value))
            && !self.ready.iter().any(|ready| *ready.key == *key)
        {
            let order = self.arrivals.get();
            self.arrivals.set(order + 1);
            self.ready.push(Came {
                order,
                key: key.into(),
            });
        }
    }

    /// Says that every key may have come or gone; `value` answers what it holds.
    pub(super) fn all_came<'a>(&mut self, value: impl Fn(&[u8]) -> Option<ValueRef<'a>>) {
        let keys: Vec<Box<[u8]>> = self.clients.keys().cloned().collect();
        for key in keys {
            self.note(&key, value(&key));
        }
    }

    /// The keys that have come, and forgets them.
    pub(super) fn take_ready(&mut self) -> Vec<Came> {
        std::mem::take(&mut self.ready)
    }
}
