//! Client-side caching: who may hold which key, and who is told when it changes.
//!
//! Keys are known by name alone, as in Redis: the same key of another database counts as the same.
//! What a client has asked for is kept here and not with the client, because one that is being
//! served is out of reach while others are told.

mod broadcast;
mod table;

use super::push::Form;
use super::{Client, Instance};
use crate::keyspace::ChangedKeys;
use crate::map::SortedMap;
use crate::resp::ReplyWriter;
use bitflags::bitflags;
use broadcast::Broadcast;
use table::KeyTable;

bitflags! {
    /// How a client is told.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct TrackingFlags: u8 {
        /// Of all keys with certain prefixes, whether it has read them or not.
        const BCAST = 1 << 0;
        /// Only of keys read behind CLIENT CACHING YES.
        const OPTIN = 1 << 1;
        /// Not of keys read behind CLIENT CACHING NO.
        const OPTOUT = 1 << 2;
        /// Not of what it changes itself.
        const NOLOOP = 1 << 3;
        /// CLIENT CACHING holds for the next command.
        const CACHING = 1 << 4;
        /// The client that was to be told has gone.
        const BROKEN_REDIRECT = 1 << 5;
    }
}

/// What a client has asked to be told.
#[derive(Debug, Default)]
pub struct Tracker {
    /// Who is told instead; 0 is the client itself.
    pub redirect: u64,
    /// How.
    pub flags: TrackingFlags,
    /// With [`TrackingFlags::BCAST`], of which keys, in rising order.
    pub prefixes: Vec<Box<[u8]>>,
}

/// All of client tracking.
#[derive(Default)]
pub struct Tracking {
    trackers: SortedMap<u64, Tracker>,
    /// Clients that track no longer and are still there: they may again, and then what they have read
    /// counts.
    resting: Vec<u64>,
    keys: KeyTable,
    broadcast: Broadcast,
    /// What the client that is being served is told of its own keys behind its reply, and to whom
    /// that was to go when it came up.
    pending: Vec<(u64, Box<[u8]>)>,
}

impl Tracking {
    /// Whether anybody has to be told anything.
    #[inline]
    pub fn is_on(&self) -> bool {
        !self.trackers.is_empty() || self.keys.len() > 0
    }

    /// What a client has asked for.
    pub fn of(&self, client: u64) -> Option<&Tracker> {
        self.trackers.get(&client)
    }

    /// The same, to change.
    pub fn of_mut(&mut self, client: u64) -> Option<&mut Tracker> {
        self.trackers.get_mut(&client)
    }

    /// Clients that are told.
    pub fn clients(&self) -> usize {
        self.trackers.len()
    }

    /// Keys that somebody may hold.
    pub fn keys(&self) -> usize {
        self.keys.len()
    }

    /// Pairs of such a key and a client that may hold it.
    pub fn items(&self) -> usize {
        self.keys.items()
    }

    /// Prefixes that somebody is told of.
    pub fn prefixes(&self) -> usize {
        self.broadcast.prefixes()
    }

    /// Starts to tell `client`, or changes how it is told. New prefixes are added to those it has.
    pub fn start(&mut self, client: u64, tracker: Tracker) {
        let prefixes = match tracker.flags.contains(TrackingFlags::BCAST) {
            true if tracker.prefixes.is_empty() => vec![Box::default()],
            true => tracker.prefixes,
            false => Vec::new(),
        };
        if !self.trackers.contains_key(&client) {
            self.resting.retain(|&resting| resting != client);
            self.trackers.insert(client, Tracker::default());
        }
        let Some(own) = self.trackers.get_mut(&client) else {
            return;
        };
        // CACHING belongs to the next command, whatever is changed meanwhile.
        let kept = own.flags & TrackingFlags::CACHING;
        (own.redirect, own.flags) = (tracker.redirect, tracker.flags | kept);
        for prefix in prefixes {
            if let Err(at) = own.prefixes.binary_search(&prefix) {
                self.broadcast.add(&prefix, client);
                own.prefixes.insert(at, prefix);
            }
        }
    }

    /// Ends telling `client`. The keys that it has read are forgotten when they change.
    pub fn stop(&mut self, client: u64) {
        let Some(tracker) = self.trackers.remove(&client) else {
            return;
        };
        for prefix in tracker.prefixes {
            self.broadcast.remove(&prefix, client);
        }
        self.resting.push(client);
    }

    /// Like [`Tracking::stop`], for a client that will never come back.
    pub fn forget(&mut self, client: u64) {
        self.stop(client);
        self.resting.retain(|&resting| resting != client);
        if self.trackers.is_empty() && self.resting.is_empty() {
            self.keys.clear();
        }
    }

    /// Notes that `client` has read these keys, if it wants to be told of them.
    pub fn read<'a>(&mut self, client: u64, keys: impl Iterator<Item = &'a [u8]>) {
        for key in keys {
            self.keys.add(key, client);
        }
    }

    /// Whether the keys that a command of `client` reads are to be noted.
    pub fn wants_reads(&self, client: u64) -> bool {
        self.of(client).is_some_and(|tracker| {
            let has = |flag| tracker.flags.contains(flag);
            let unwanted = match has(TrackingFlags::CACHING) {
                true => TrackingFlags::OPTOUT,
                false => TrackingFlags::OPTIN,
            };
            !has(TrackingFlags::BCAST) && !has(unwanted)
        })
    }
}

impl Instance {
    /// Tells those who may hold keys that have changed. `caller` is the client that is being
    /// served, which has changed them unless they went by themselves; 0 is nobody. What is for the
    /// caller waits for [`Instance::tell_pending`].
    pub fn invalidate(&mut self, changed: ChangedKeys, caller: u64) {
        if changed.cleared {
            let everybody: Vec<u64> = self.tracking.trackers.keys().copied().collect();
            for client in everybody {
                self.tell_or_wait(client, caller, b"_\r\n");
            }
            self.tracking.keys.clear();
        }
        for (key, by_itself) in changed.keys {
            let writer = if by_itself { 0 } else { caller };
            self.tracking.broadcast.changed(&key, writer);
            self.invalidate_key(&key, caller);
        }
        if self.tracking.broadcast.is_full() {
            self.broadcast_invalid();
        }
    }

    fn invalidate_key(&mut self, key: &[u8], caller: u64) {
        let clients = self.tracking.keys.take(key);
        if clients.is_empty() {
            return;
        }
        let mut message = ReplyWriter::new(true);
        message.array(1);
        message.bulk(key);
        for client in clients {
            let told = self.tracking.of(client).is_some_and(|tracker| {
                let own = client == caller && tracker.flags.contains(TrackingFlags::NOLOOP);
                !own && !tracker.flags.contains(TrackingFlags::BCAST)
            });
            if told {
                self.tell_or_wait(client, caller, message.as_bytes());
            }
        }
    }

    /// Forgets keys beyond tracking-table-max-keys; who may hold them is told that they have changed.
    pub fn limit_tracking(&mut self) {
        while self
            .tracking
            .keys
            .is_over(self.config.tracking_table_max_keys)
        {
            let Some(key) = self.tracking.keys.any(&mut self.rng) else {
                return;
            };
            self.invalidate_key(&key, 0);
        }
    }

    /// Tells those with prefixes what has changed since the last call.
    pub fn broadcast_invalid(&mut self) {
        for changed in self.tracking.broadcast.take_changed() {
            let everything = changed.message(None);
            for &client in &changed.clients {
                let no_loop = self
                    .tracking
                    .of(client)
                    .is_some_and(|tracker| tracker.flags.contains(TrackingFlags::NOLOOP));
                match no_loop.then(|| changed.message(Some(client))) {
                    None => self.tell_invalid(client, &everything),
                    Some(others) if !others.is_empty() => self.tell_invalid(client, &others),
                    Some(_) => {}
                }
            }
        }
    }

    fn tell_or_wait(&mut self, client: u64, caller: u64, keys: &[u8]) {
        if client == caller {
            let redirect = self.tracking.of(client).map_or(0, |own| own.redirect);
            self.tracking.pending.push((redirect, keys.into()));
        } else {
            self.tell_invalid(client, keys);
        }
    }

    /// Tells `caller`, which has been answered, what was invalid meanwhile.
    pub fn tell_pending(&mut self, caller: u64) {
        for (redirect, keys) in std::mem::take(&mut self.tracking.pending) {
            let redirect = self
                .tracking
                .of(caller)
                .map_or(redirect, |own| own.redirect);
            self.tell(caller, redirect, &keys);
        }
    }

    /// Sends one invalidation for `client`, to it or to whom it redirects. `keys` is RESP3: an array of
    /// keys, or null for all of them.
    fn tell_invalid(&mut self, client: u64, keys: &[u8]) {
        if let Some(redirect) = self.tracking.of(client).map(|own| own.redirect) {
            self.tell(client, redirect, keys);
        }
    }

    fn tell(&mut self, client: u64, redirect: u64, keys: &[u8]) {
        if redirect != 0 && !self.clients.exists(redirect) {
            if let Some(tracker) = self.tracking.of_mut(client) {
                tracker.flags |= TrackingFlags::BROKEN_REDIRECT;
            }
            let mut message = ReplyWriter::new(true);
            message.push(2);
            message.bulk(b"tracking-redir-broken");
            message.integer(redirect as i64);
            return self.push_as(client, Form::Resp3Only, message.as_bytes());
        }
        let mut message = ReplyWriter::new(true);
        message.push(2);
        message.bulk(b"invalidate");
        message.raw(keys);
        match redirect {
            0 => self.push_as(client, Form::Resp3Only, message.as_bytes()),
            target => self.push_as(target, Form::Redirected, message.as_bytes()),
        }
    }
}

impl Client {
    /// The letters that CLIENT LIST has for a tracking client.
    pub(super) fn tracking_letters(&self, tracker: Option<&Tracker>, flags: &mut String) {
        let Some(tracker) = tracker else {
            return;
        };
        flags.push('t');
        if tracker.flags.contains(TrackingFlags::BROKEN_REDIRECT) {
            flags.push('R');
        }
        if tracker.flags.contains(TrackingFlags::BCAST) {
            flags.push('B');
        }
    }
}
