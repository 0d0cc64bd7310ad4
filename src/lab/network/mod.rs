//! The network of the lab: connections between processes, and from outside, with bytes that take their time.
//!
//! A connection behaves as one of TCP does. Bytes arrive in order or not at all; what a cut line stops arrives when it
//! is mended; a process that is stopped (SIGSTOP) is connected to, and answers when it goes on; one that dies closes
//! its connections, which its peers learn as soon as a line lets them.

mod conditions;
mod delivery;
#[cfg(test)]
mod tests;
mod traces;
mod wire;

pub use conditions::{Conditions, Line, Node};
pub(super) use traces::Traces;
pub use traces::{Message, Trace};
pub(super) use wire::{Opener, Parcel, WINDOW, Way, Wire};

use crate::map::SortedMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// First port of clients, as a system would give them, and how many there are.
const CLIENT_PORTS: (u64, u64) = (49_152, 16_384);

/// Parcels at one moment beyond which the next take a little while, so that a conversation without delay that never
/// ends does not stop the clock.
const MAX_AT_ONCE: u32 = 10_000;
/// The little while, in microseconds.
const LITTLE_WHILE_US: i64 = 1000;

/// Something that arrives.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Arrival {
    at_us: i64,
    /// Of what arrives at the same time the first that was sent comes first.
    number: u64,
    wire: u64,
    way: Way,
}

/// All connections and what is on its way.
#[derive(Debug)]
pub(super) struct Network {
    pub conditions: Conditions,
    pub wires: SortedMap<u64, Wire>,
    /// What is on its way, by the number of its arrival.
    parcels: SortedMap<u64, Parcel>,
    arrivals: BinaryHeap<Reverse<Arrival>>,
    rng: fastrand::Rng,
    last_wire: u64,
    last_arrival: u64,
    /// How many have arrived at the present moment.
    at_once: (i64, u32),
    pub traces: Traces,
}

impl Network {
    pub fn new(seed: u64) -> Self {
        Network {
            conditions: Conditions::default(),
            wires: SortedMap::new(),
            parcels: SortedMap::new(),
            arrivals: BinaryHeap::new(),
            rng: fastrand::Rng::with_seed(seed),
            last_wire: 0,
            last_arrival: 0,
            at_once: (0, 0),
            traces: Traces::default(),
        }
    }

    /// Adds a connection; its number.
    pub fn add(&mut self, wire: Wire) -> u64 {
        self.last_wire += 1;
        self.wires.insert(self.last_wire, wire);
        self.last_wire
    }

    /// Numbers connections from here on, unless they are further already.
    pub fn number_from(&mut self, number: u64) {
        self.last_wire = self.last_wire.max(number);
    }

    /// The port that the next connection comes from.
    pub fn next_port(&self) -> u64 {
        CLIENT_PORTS.0 + self.last_wire % CLIENT_PORTS.1
    }

    /// The connection whose opener is a link of a process.
    pub fn wire_of_link(&self, process: usize, link: u64) -> Option<u64> {
        let is_it = |wire: &Wire| matches!(wire.opener, Opener::Link { process: p, link: l } if (p, l) == (process, link));
        let found = self.wires.iter().find(|(_, wire)| is_it(wire));
        found.map(|(number, _)| *number)
    }

    /// The connection that a process calls a client.
    pub fn wire_of_client(&self, process: usize, client: u64) -> Option<u64> {
        let is_it = |wire: &Wire| wire.process == Some(process) && wire.client == Some(client);
        let found = self.wires.iter().find(|(_, wire)| is_it(wire));
        found.map(|(number, _)| *number)
    }

    /// How many parcels have been sent.
    #[cfg(test)]
    pub fn arrived(&self) -> u64 {
        self.last_arrival
    }

    /// When the next thing arrives.
    pub fn next_arrival_us(&self) -> Option<i64> {
        self.arrivals.peek().map(|Reverse(arrival)| arrival.at_us)
    }

    /// Whether bytes that are sent now are there now: nothing is before them and nothing slows them.
    pub fn is_immediate(&self, wire: &Wire, way: Way) -> bool {
        let Some((from, to)) = wire.nodes(way) else {
            return true;
        };
        wire.lane(way).is_empty()
            && !self.conditions.is_cut(from, to)
            && self.conditions.line(from, to).is_immediate()
    }

    /// Whether a sender may send more.
    pub fn has_room(&self, wire: u64, way: Way) -> bool {
        let wire = self.wires.get(&wire);
        wire.is_some_and(|wire| wire.lane(way).in_flight < WINDOW)
    }

    /// Sends something.
    pub fn send(&mut self, now_us: i64, number: u64, way: Way, parcel: Parcel) {
        let Some(wire) = self.wires.get_mut(&number) else {
            return;
        };
        let nodes = wire.nodes(way);
        let line = nodes.map_or(Line::default(), |(from, to)| self.conditions.line(from, to));
        let lane = wire.lane_mut(way);
        let len = parcel.len();
        lane.in_flight += len;
        let starts = now_us.max(lane.busy_until_us);
        let takes = (len as u64)
            .saturating_mul(1_000_000)
            .checked_div(line.bytes_per_second)
            .unwrap_or(0);
        lane.busy_until_us = starts.saturating_add(i64::try_from(takes).unwrap_or(i64::MAX / 4));
        let jitter = match line.jitter_us {
            0 => 0,
            most => self.rng.i64(0..=most),
        };
        let mut at_us = lane.busy_until_us + line.latency_us + jitter;
        if self.at_once.0 == now_us && self.at_once.1 > MAX_AT_ONCE {
            at_us = at_us.max(now_us + LITTLE_WHILE_US);
        }
        at_us = at_us.max(lane.last_arrival_us);
        lane.last_arrival_us = at_us;
        lane.under_way += 1;
        if let (Some((from, to)), Parcel::Bytes(bytes)) = (nodes, &parcel) {
            self.traces.note(from, to, now_us, at_us, bytes);
        }
        self.arrive(at_us, number, way, parcel);
    }

    fn arrive(&mut self, at_us: i64, wire: u64, way: Way, parcel: Parcel) {
        self.last_arrival += 1;
        self.parcels.insert(self.last_arrival, parcel);
        self.arrivals.push(Reverse(Arrival {
            at_us,
            number: self.last_arrival,
            wire,
            way,
        }));
    }

    /// Takes what has arrived first, if it is there at `now_us`.
    fn take_arrival(&mut self, now_us: i64) -> Option<(u64, Way, Parcel)> {
        if self.next_arrival_us()? > now_us {
            return None;
        }
        let Reverse(arrival) = self.arrivals.pop()?;
        match self.at_once.0 == now_us {
            true => self.at_once.1 += 1,
            false => self.at_once = (now_us, 1),
        }
        let parcel = self.parcels.remove(&arrival.number)?;
        let lane = self.wires.get_mut(&arrival.wire)?.lane_mut(arrival.way);
        lane.under_way -= 1;
        Some((arrival.wire, arrival.way, parcel))
    }

    /// Takes the first that was held on a lane.
    pub fn take_held(&mut self, number: u64, way: Way) -> Option<Parcel> {
        let wire = self.wires.get_mut(&number)?;
        wire.lane_mut(way).held.pop_front()
    }

    /// Everything is gone: power is.
    pub fn clear(&mut self) {
        self.wires.retain(|_, wire| {
            if let Opener::Outside { closed, .. } = &mut wire.opener {
                *closed = true;
                wire.client = None;
                wire.process = None;
                return true;
            }
            false
        });
        self.parcels = SortedMap::new();
        self.arrivals.clear();
    }
}
