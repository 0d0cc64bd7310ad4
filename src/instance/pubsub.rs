//! Who is subscribed to what, and how a message reaches them.

use super::{Client, Instance};
use crate::keyspace::{EventClass, KeyEvent};
use crate::resp::ReplyWriter;
use crate::types::{glob, set};
use std::collections::HashMap;

/// The kinds of subscription, each with names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// SUBSCRIBE.
    Channel,
    /// PSUBSCRIBE.
    Pattern,
    /// SSUBSCRIBE.
    Shard,
}

/// Clients by what they are subscribed to, in the order they came.
type Subscribers = HashMap<Box<[u8]>, Vec<u64>, foldhash::fast::FixedState>;

/// All subscriptions of a server.
#[derive(Default)]
pub struct PubSub([Subscribers; 3]);

impl PubSub {
    /// The subscribers of one kind, by channel or pattern. In no order.
    pub fn of(&self, topic: Topic) -> impl Iterator<Item = (&[u8], &[u64])> {
        let all = self.0[topic as usize].iter();
        all.map(|(name, clients)| (name.as_ref(), clients.as_slice()))
    }

    /// How many channels or patterns have a subscriber.
    pub fn count(&self, topic: Topic) -> usize {
        self.0[topic as usize].len()
    }

    /// The subscribers of one channel or pattern.
    pub fn subscribers(&self, topic: Topic, name: &[u8]) -> &[u64] {
        self.0[topic as usize].get(name).map_or(&[], Vec::as_slice)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(HashMap::is_empty)
    }
}

/// What one client is subscribed to.
#[derive(Debug, Default)]
pub struct Subscriptions([set::Set; 3]);

impl Subscriptions {
    /// How many of a kind.
    pub fn count(&self, topic: Topic) -> usize {
        self.0[topic as usize].len()
    }
}

impl Client {
    /// How many subscriptions of a kind it has.
    pub fn subscribed(&self, topic: Topic) -> usize {
        let all = self.subscriptions.as_ref();
        all.map_or(0, |all| all.count(topic))
    }

    /// The count that SUBSCRIBE and its kin answer: channels and patterns count together.
    pub fn subscription_count(&self, topic: Topic) -> usize {
        match topic {
            Topic::Shard => self.subscribed(Topic::Shard),
            _ => self.subscribed(Topic::Channel) + self.subscribed(Topic::Pattern),
        }
    }

    /// Whether it is subscribed to anything.
    pub fn is_subscribed(&self) -> bool {
        self.subscriptions.is_some()
    }

    /// The names it is subscribed to.
    pub fn subscribed_names(&self, topic: Topic) -> Vec<Vec<u8>> {
        let all = self.subscriptions.iter();
        let names = all.flat_map(|all| all.0[topic as usize].iter());
        names.map(|name| name.to_vec()).collect()
    }
}

impl Instance {
    /// Subscribes a client; nothing happens when it is already.
    pub fn subscribe(&mut self, client: &mut Client, topic: Topic, name: &[u8]) {
        let limits = set::Limits {
            max_intset_entries: 512,
            max_listpack_entries: 128,
            max_listpack_value: 64,
            hash_seed: self.hash_seed,
        };
        if client.subscriptions.is_none() {
            self.subscribed_clients += 1;
        }
        let own = client.subscriptions.get_or_insert_default();
        if own.0[topic as usize].add(name, &limits) {
            let all = &mut self.pubsub.0[topic as usize];
            all.entry(name.into()).or_default().push(client.id);
        }
    }

    /// Ends a subscription, if there is one.
    pub fn unsubscribe(&mut self, client: &mut Client, topic: Topic, name: &[u8]) {
        let Some(own) = &mut client.subscriptions else {
            return;
        };
        if !own.0[topic as usize].remove(name) {
            return;
        }
        if own.0.iter().all(set::Set::is_empty) {
            client.subscriptions = None;
            self.subscribed_clients = self.subscribed_clients.saturating_sub(1);
        }
        let all = &mut self.pubsub.0[topic as usize];
        if let Some(clients) = all.get_mut(name) {
            clients.retain(|&subscribed| subscribed != client.id);
            if clients.is_empty() {
                all.remove(name);
            }
        }
    }

    /// Ends everything that has the server talk to a client unasked: subscriptions, MONITOR, the stream.
    pub fn end_pushes(&mut self, client: &mut Client) {
        for topic in [Topic::Channel, Topic::Shard, Topic::Pattern] {
            for name in client.subscribed_names(topic) {
                self.unsubscribe(client, topic, &name);
            }
        }
        if std::mem::take(&mut client.monitor) {
            self.monitors.retain(|&monitor| monitor != client.id);
        }
        self.detach_replica(client);
    }

    /// Sends a message to the subscribers of a channel (to those of patterns that match it too,
    /// unless it is a shard's) and answers how often it went out. O(subscribers + patterns).
    pub fn publish(&mut self, topic: Topic, channel: &[u8], message: &[u8]) -> usize {
        let mut sent = 0;
        // Out of the way while clients are written to; nobody subscribes meanwhile.
        let pubsub = std::mem::take(&mut self.pubsub);
        let clients = pubsub.subscribers(topic, channel);
        if !clients.is_empty() {
            let kind: &[u8] = match topic {
                Topic::Shard => b"smessage",
                _ => b"message",
            };
            sent += self.push_to(clients, &[kind, channel, message]);
        }
        if topic == Topic::Channel {
            for (pattern, clients) in pubsub.of(Topic::Pattern) {
                if glob::matches(pattern, channel, false) {
                    sent += self.push_to(clients, &[b"pmessage", pattern, channel, message]);
                }
            }
        }
        self.pubsub = pubsub;
        sent
    }

    fn push_to(&mut self, clients: &[u64], words: &[&[u8]]) -> usize {
        let mut message = ReplyWriter::new(true);
        message.push(words.len());
        for word in words {
            message.bulk(word);
        }
        for &client in clients {
            self.push(client, message.as_bytes());
        }
        clients.len()
    }

    /// Tells the subscribers of keyspace notifications.
    pub fn notify(&mut self, events: Vec<KeyEvent>) {
        if self.pubsub.is_empty() {
            return;
        }
        let wanted = self.config.notify_keyspace_events;
        let mut digits = itoa::Buffer::new();
        for KeyEvent { db, key, event } in events {
            let db = digits.format(db).as_bytes();
            let event = event.as_bytes();
            if wanted.contains(EventClass::KEYSPACE) {
                let channel = [b"__keyspace@", db, b"__:", &key].concat();
                self.publish(Topic::Channel, &channel, event);
            }
            if wanted.contains(EventClass::KEYEVENT) {
                let channel = [b"__keyevent@", db, b"__:", event].concat();
                self.publish(Topic::Channel, &channel, &key);
            }
        }
    }
}
