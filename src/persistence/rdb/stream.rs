//! Streams as they are stored: the listpacks, what the stream remembers, the groups with what is pending.
//!
//! Written as type 19 (Redis 7.0); read are 15 (5.0), which knows no history, and 21 (7.2), which tells
//! when consumers were active. Everything that Redis keeps in order must come in order.

use super::input::{Input, Step};
use super::output::Output;
use crate::types::listpack::Listpack;
use crate::types::stream::{ConsumerId, Group, History, IdMap, Pending, Stream, StreamId, UNKNOWN};

impl Output {
    fn stream_id(&mut self, id: StreamId) {
        self.length(id.ms);
        self.length(id.seq);
    }

    /// A stream without its type. O(size).
    pub(super) fn stream(&mut self, stream: &Stream) {
        self.length(stream.node_count() as u64);
        for (master, entries) in stream.nodes() {
            self.string(&master.to_bytes());
            self.string(entries.as_bytes());
        }
        let history = stream.history();
        self.length(stream.len());
        self.stream_id(history.last_id);
        self.stream_id(history.first_id);
        self.stream_id(history.max_deleted_id);
        self.length(history.entries_added);
        self.length(stream.groups().len() as u64);
        for (name, group) in stream.groups().iter() {
            self.string(name);
            self.stream_id(group.last_id);
            self.length(group.entries_read as u64);
            self.length(group.pending().len() as u64);
            for (id, pending) in group.pending().iter() {
                self.bytes.extend_from_slice(&id.to_bytes());
                self.bytes
                    .extend_from_slice(&pending.delivered_ms.to_le_bytes());
                self.length(pending.deliveries);
            }
            self.length(group.consumer_count() as u64);
            for consumer in group.consumers() {
                self.string(&consumer.name);
                self.bytes
                    .extend_from_slice(&consumer.seen_ms.to_le_bytes());
                self.length(consumer.pending().len() as u64);
                for (id, ()) in consumer.pending().iter() {
                    self.bytes.extend_from_slice(&id.to_bytes());
                }
            }
        }
    }
}

/// Which of the types is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// 15
    First,
    /// 19
    History,
    /// 21
    ActiveTimes,
}

/// A stream being read, a node, a pending entry or a consumer at a time.
pub(super) struct StreamParts {
    version: Version,
    stream: Stream,
    stage: Stage,
    /// How many of what the stage reads are still to come.
    left: u64,
    groups_left: u64,
    group: Option<(Box<[u8]>, Box<Group>)>,
    /// What is pending with the group and no consumer has named yet.
    unclaimed: IdMap<(i64, u64)>,
    consumers_left: u64,
    consumer: Option<ConsumerId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Nodes,
    Groups,
    Pending,
    Consumers,
    ConsumerPending,
    Done,
}

fn stream_id(input: &mut Input<'_>) -> Step<StreamId> {
    Ok(StreamId::new(input.length()?, input.length()?))
}

fn raw_id(input: &mut Input<'_>) -> Step<StreamId> {
    input.array().map(StreamId::from_bytes)
}

fn time(input: &mut Input<'_>) -> Step<i64> {
    input.array().map(i64::from_le_bytes)
}

impl StreamParts {
    /// Begins with the number of nodes.
    pub(super) fn new(version: Version, nodes: u64) -> Self {
        StreamParts {
            version,
            stream: Stream::new(),
            stage: Stage::Nodes,
            left: nodes,
            groups_left: 0,
            group: None,
            unclaimed: IdMap::default(),
            consumers_left: 0,
            consumer: None,
        }
    }

    pub(super) fn finish(self) -> Stream {
        self.stream
    }

    /// Reads one part; false when there is no more.
    pub(super) fn next(&mut self, input: &mut Input<'_>) -> Step<bool> {
        match self.stage {
            Stage::Nodes if self.left > 0 => self.node(input)?,
            Stage::Nodes => self.history(input)?,
            Stage::Groups => self.begin_group(input)?,
            Stage::Pending if self.left > 0 => self.pending(input)?,
            Stage::Pending => {
                self.consumers_left = input.length()?;
                self.stage = Stage::Consumers;
            }
            Stage::Consumers if self.consumers_left > 0 => self.begin_consumer(input)?,
            Stage::Consumers => self.end_group(input)?,
            Stage::ConsumerPending if self.left > 0 => self.claim(input)?,
            Stage::ConsumerPending => self.stage = Stage::Consumers,
            Stage::Done => {}
        }
        if self.stage == Stage::Groups && self.groups_left == 0 {
            self.stage = Stage::Done;
        }
        Ok(self.stage != Stage::Done)
    }

    fn node(&mut self, input: &mut Input<'_>) -> Step<()> {
        let offset = input.offset();
        let master = input.string()?.into_vec();
        let master = master
            .try_into()
            .map_err(|_| input.bad(offset, "the sixteen bytes of an entry's ID"))?;
        let offset = input.offset();
        let entries = Listpack::from_bytes(input.string()?.into_vec());
        let fits = entries
            .is_some_and(|entries| self.stream.push_node(StreamId::from_bytes(master), entries));
        if !fits {
            return Err(input.bad(offset, "a sound listpack of entries after those before"));
        }
        self.left -= 1;
        Ok(())
    }

    fn history(&mut self, input: &mut Input<'_>) -> Step<()> {
        let offset = input.offset();
        let len = input.length()?;
        let last_id = stream_id(input)?;
        let history = match self.version {
            Version::First => None,
            _ => Some(History {
                last_id,
                first_id: stream_id(input)?,
                max_deleted_id: stream_id(input)?,
                entries_added: input.length()?,
            }),
        };
        self.groups_left = input.length()?;
        if !self.stream.told(len, last_id, history) {
            let text = format!("the {} entries that there are", self.stream.len());
            return Err(input.bad(offset, text));
        }
        self.stage = Stage::Groups;
        Ok(())
    }

    fn begin_group(&mut self, input: &mut Input<'_>) -> Step<()> {
        let offset = input.offset();
        let name = input.string()?.into_vec();
        let last_id = stream_id(input)?;
        let entries_read = match self.version {
            Version::First => self.stream.entries_up_to(last_id),
            _ => input.length()? as i64,
        };
        self.left = input.length()?;
        let last = self.stream.groups().keys().next_back();
        if last.is_some_and(|last| **last >= *name) {
            return Err(input.bad(offset, "a group whose name comes after the last"));
        }
        // Of the numbers below zero only one says something.
        let entries_read = entries_read.max(UNKNOWN);
        self.group = Some((name.into(), Box::new(Group::new(last_id, entries_read))));
        self.stage = Stage::Pending;
        Ok(())
    }

    fn pending(&mut self, input: &mut Input<'_>) -> Step<()> {
        let offset = input.offset();
        let id = raw_id(input)?;
        let (delivered_ms, deliveries) = (time(input)?, input.length()?);
        if self.unclaimed.last().is_some_and(|last| last >= id) {
            return Err(input.bad(offset, "a pending entry after the last"));
        }
        self.unclaimed.insert(id, (delivered_ms, deliveries));
        self.left -= 1;
        Ok(())
    }

    fn begin_consumer(&mut self, input: &mut Input<'_>) -> Step<()> {
        let offset = input.offset();
        let name = input.string()?.into_vec();
        let seen_ms = time(input)?;
        // The best guess where nobody says.
        let active_ms = match self.version {
            Version::ActiveTimes => time(input)?,
            _ => seen_ms,
        };
        let left = input.length()?;
        let Some((_, group)) = &mut self.group else {
            return Ok(());
        };
        let last = group.last_consumer();
        if last.is_some_and(|last| *last.name >= *name) {
            return Err(input.bad(offset, "a consumer whose name comes after the last"));
        }
        let (consumer, _) = group.find_or_create(&name, seen_ms);
        if let Some(consumer) = group.consumer_mut(consumer) {
            consumer.active_ms = active_ms;
        }
        self.consumer = Some(consumer);
        self.left = left;
        self.consumers_left -= 1;
        self.stage = Stage::ConsumerPending;
        Ok(())
    }

    fn claim(&mut self, input: &mut Input<'_>) -> Step<()> {
        let offset = input.offset();
        let id = raw_id(input)?;
        let claimed = self.unclaimed.remove(id);
        let (Some((delivered_ms, deliveries)), Some(consumer)) = (claimed, self.consumer) else {
            let text = "an entry that is pending with the group and no other consumer";
            return Err(input.bad(offset, text));
        };
        if let Some((_, group)) = &mut self.group {
            let pending = Pending {
                delivered_ms,
                deliveries,
                consumer,
            };
            group.assign(id, pending);
        }
        self.left -= 1;
        Ok(())
    }

    fn end_group(&mut self, input: &mut Input<'_>) -> Step<()> {
        if !self.unclaimed.is_empty() {
            let text = "a consumer for every pending entry";
            return Err(input.bad(input.offset(), text));
        }
        if let Some((name, group)) = self.group.take() {
            self.stream.groups_mut().insert(name, group);
        }
        self.groups_left = self.groups_left.saturating_sub(1);
        self.stage = Stage::Groups;
        Ok(())
    }
}
