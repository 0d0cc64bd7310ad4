//! A consumer group: how far it has read, what is pending, and with whom.

use super::id::StreamId;
use super::id_map::IdMap;

/// A counter of entries read that is not known.
pub const UNKNOWN: i64 = -1;

/// An entry that was delivered and not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// When it was last delivered, in milliseconds since 1970.
    pub delivered_ms: i64,
    /// How often.
    pub deliveries: u64,
    /// To whom.
    pub consumer: ConsumerId,
}

/// A consumer's number in its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumerId(u32);

/// One who reads for a group.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// Its name.
    pub name: Box<[u8]>,
    /// When it last tried to read or claim, in milliseconds since 1970.
    pub seen_ms: i64,
    /// When it last got an entry that way; -1 for never.
    pub active_ms: i64,
    pending: IdMap<()>,
}

impl Consumer {
    /// The entries that it has not acknowledged.
    pub fn pending(&self) -> &IdMap<()> {
        &self.pending
    }
}

/// A consumer group.
#[derive(Clone, Debug)]
pub struct Group {
    /// The last entry that was delivered as a new one.
    pub last_id: StreamId,
    /// How many entries of the stream's history were read up to there; [`UNKNOWN`] if nobody knows.
    pub entries_read: i64,
    pending: IdMap<Pending>,
    consumers: Vec<Option<Consumer>>,
    /// Consumers in the order of their names.
    by_name: Vec<ConsumerId>,
    free: Vec<ConsumerId>,
}

impl Group {
    /// A group without consumers.
    pub fn new(last_id: StreamId, entries_read: i64) -> Self {
        Group {
            last_id,
            entries_read,
            pending: IdMap::default(),
            consumers: Vec::new(),
            by_name: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Everything that is pending.
    pub fn pending(&self) -> &IdMap<Pending> {
        &self.pending
    }

    /// Number of consumers.
    pub fn consumer_count(&self) -> usize {
        self.by_name.len()
    }

    /// The consumers in the order of their names.
    pub fn consumers(&self) -> impl Iterator<Item = &Consumer> {
        self.by_name.iter().filter_map(|&id| self.consumer(id))
    }

    /// The consumer whose name is the last.
    pub fn last_consumer(&self) -> Option<&Consumer> {
        self.consumer(*self.by_name.last()?)
    }

    /// The consumer of a number.
    pub fn consumer(&self, id: ConsumerId) -> Option<&Consumer> {
        self.consumers.get(id.0 as usize)?.as_ref()
    }

    /// The same, to change.
    pub fn consumer_mut(&mut self, id: ConsumerId) -> Option<&mut Consumer> {
        self.consumers.get_mut(id.0 as usize)?.as_mut()
    }

    fn place_of(&self, name: &[u8]) -> Result<usize, usize> {
        let name_of = |id: &ConsumerId| {
            self.consumer(*id)
                .map_or(&[][..], |consumer| &consumer.name)
        };
        match self.by_name.last() {
            Some(last) if name_of(last) < name => Err(self.by_name.len()),
            _ => self.by_name.binary_search_by(|id| name_of(id).cmp(name)),
        }
    }

    /// The consumer of a name. O(log n).
    pub fn find(&self, name: &[u8]) -> Option<ConsumerId> {
        let place = self.place_of(name).ok()?;
        Some(self.by_name[place])
    }

    /// The consumer of a name, created if there is none; whether it was. O(n) of a small kind.
    pub fn find_or_create(&mut self, name: &[u8], now_ms: i64) -> (ConsumerId, bool) {
        let place = match self.place_of(name) {
            Ok(place) => return (self.by_name[place], false),
            Err(place) => place,
        };
        let consumer = Some(Consumer {
            name: name.into(),
            seen_ms: now_ms,
            active_ms: -1,
            pending: IdMap::default(),
        });
        let id = match self.free.pop() {
            Some(id) => {
                self.consumers[id.0 as usize] = consumer;
                id
            }
            None => {
                self.consumers.push(consumer);
                ConsumerId(self.consumers.len() as u32 - 1)
            }
        };
        self.by_name.insert(place, id);
        (id, true)
    }

    /// Removes a consumer with all that it has pending; how many entries that was.
    pub fn remove_consumer(&mut self, id: ConsumerId) -> usize {
        let Some(consumer) = self.consumers.get_mut(id.0 as usize).and_then(Option::take) else {
            return 0;
        };
        self.by_name.retain(|other| *other != id);
        self.free.push(id);
        for (entry, ()) in consumer.pending.iter() {
            self.pending.remove(entry);
        }
        consumer.pending.len()
    }

    /// Makes an entry pending with a consumer, whoever had it before.
    pub fn assign(&mut self, id: StreamId, pending: Pending) {
        let before = self.pending.get(id).map(|before| before.consumer);
        if before != Some(pending.consumer) {
            if let Some(before) = before.and_then(|before| self.consumer_mut(before)) {
                before.pending.remove(id);
            }
            match self.consumer_mut(pending.consumer) {
                Some(consumer) => consumer.pending.insert(id, ()),
                None => return,
            }
        }
        self.pending.insert(id, pending);
    }

    /// Counts one more delivery of a pending entry.
    pub fn delivered_again(&mut self, id: StreamId, now_ms: i64) {
        if let Some(pending) = self.pending.get_mut(id) {
            pending.delivered_ms = now_ms;
            pending.deliveries = pending.deliveries.wrapping_add(1);
        }
    }

    /// Makes an entry pending no longer; false when it was not.
    pub fn acknowledge(&mut self, id: StreamId) -> bool {
        let Some(pending) = self.pending.remove(id) else {
            return false;
        };
        if let Some(consumer) = self.consumer_mut(pending.consumer) {
            consumer.pending.remove(id);
        }
        true
    }

    /// Bytes of heap held.
    pub fn allocated_bytes(&self) -> usize {
        let consumers: usize = self
            .consumers()
            .map(|consumer| consumer.name.len() + consumer.pending.allocated_bytes())
            .sum();
        consumers
            + self.pending.allocated_bytes()
            + self.consumers.capacity() * size_of::<Option<Consumer>>()
            + (self.by_name.capacity() + self.free.capacity()) * size_of::<ConsumerId>()
    }
}
