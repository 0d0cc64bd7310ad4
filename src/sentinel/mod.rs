//! Sentinel: watches primaries, their replicas and the other sentinels, and when a primary is down has one of its
//! replicas take its place.
//!
//! Everything here follows `sentinel.c` of Redis 7.2 in behaviour, times and words. Nothing here opens a connection or
//! reads a clock: [`Links`] carry the bytes, the time is handed in, and what happens is collected as [`Event`]s for
//! the server to log and publish.
//!
//! - what is known: [`Primary`], its [`Node`]s, the [`NodeLink`]s to them
//! - what is asked and heard: `periodic`, `replies`, `info`, `hello`
//! - what is concluded: `judge` (down or not), `vote` (who leads), `failover`, `switch`

mod event;
mod failover;
mod hello;
mod info;
mod judge;
mod link;
mod node;
mod periodic;
mod primary;
mod replies;
mod settings;
mod switch;
mod timing;
mod vote;

pub use event::{Event, Level};
pub use failover::{FailoverState, Quorum};
pub use hello::HELLO_CHANNEL;
pub use link::NodeLink;
pub use node::{Kind, Node, Reconfiguration, Role};
pub use primary::Primary;
pub use settings::{
    Announce, NO_ADDRESS, NO_SCRIPTS, NodeSettings, OPTIONS, PrimarySettings, Settings,
    comes_first, option_of,
};
pub use timing::Timing;

use crate::map::SortedMap;
use crate::network::{LinkEvent, Links};
use primary::Place;

/// Rounds of the timer in a second; up to as many again are added by lot, so that sentinels do not all vote for
/// themselves at once.
const HZ: i64 = 10;

/// What the sentinel works with that belongs to its server.
pub struct World<'a> {
    /// Milliseconds since 1970.
    pub now: i64,
    /// The connections.
    pub links: &'a mut Links,
    /// The source of chance.
    pub rng: &'a mut fastrand::Rng,
    /// The port that this sentinel listens on.
    pub port: u16,
    /// The password that this sentinel asks for itself.
    pub requirepass: &'a str,
}

/// Failures that SENTINEL SIMULATE-FAILURE asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// End when elected.
    pub after_election: bool,
    /// End when the replica has been promoted.
    pub after_promotion: bool,
}

/// What holds for all primaries.
pub struct Common {
    /// 40 hexadecimal digits that name this sentinel for good.
    pub id: String,
    /// The highest epoch heard of.
    pub epoch: u64,
    /// What the configuration says about this sentinel itself.
    pub announce: settings::Announce,
    /// The periods and limits.
    pub timing: Timing,
    /// Since when nothing is concluded, because the clock or the machine made a leap.
    pub tilt_since: Option<i64>,
    /// Failures to simulate.
    pub simulated: Simulated,
    /// What has happened since it was last taken.
    events: Vec<Event>,
    /// Whether the configuration file is to be written.
    changed: bool,
    /// Whether this sentinel is to end at once.
    crashed: bool,
}

impl Common {
    /// Tells of something that concerns no node.
    fn tell(&mut self, level: Level, channel: &'static str, text: String) {
        self.events.push(Event {
            level,
            channel,
            text,
        });
    }

    fn tilted(&self) -> bool {
        self.tilt_since.is_some()
    }

    /// Goes on to a later epoch, if it is one.
    fn hear_of_epoch(&mut self, epoch: u64) {
        if epoch > self.epoch {
            self.epoch = epoch;
            self.changed = true;
            self.tell(Level::Warning, "+new-epoch", epoch.to_string());
        }
    }
}

/// One sentinel.
pub struct Sentinel {
    /// What holds for all primaries.
    pub common: Common,
    /// The primaries by name.
    pub primaries: SortedMap<String, Primary>,
    /// When the timer was last run.
    previous: i64,
    /// When it is to run next.
    next: i64,
}

impl Sentinel {
    /// The sentinel of a configuration. One without an id gets one, which is to be written.
    pub fn new(settings: &Settings, world: &mut World<'_>) -> Self {
        let id = settings.id.clone().unwrap_or_else(|| {
            let digits = (0..40).map(|_| char::from_digit(world.rng.u32(0..16), 16));
            digits.map(Option::unwrap_or_default).collect()
        });
        let mut sentinel = Sentinel {
            common: Common {
                id,
                epoch: settings.epoch,
                announce: settings.announce.clone(),
                timing: Timing::default(),
                tilt_since: None,
                simulated: Simulated::default(),
                events: Vec::new(),
                changed: true,
                crashed: false,
            },
            primaries: SortedMap::new(),
            previous: world.now,
            next: world.now,
        };
        for primary in &settings.primaries {
            let primary = Primary::new(primary, &sentinel.common, world.now);
            sentinel
                .primaries
                .insert(primary.node.name.clone(), primary);
        }
        sentinel
    }

    /// Says who this sentinel is and what it watches, as it begins.
    pub fn begin(&mut self) {
        let id = ["Sentinel ID is ", &self.common.id].concat();
        self.common.tell(Level::Warning, "", id);
        for primary in self.primaries.values() {
            primary.tell_of_monitoring(&mut self.common);
        }
    }

    /// What is done by itself. Answers the milliseconds until it wants to be called again.
    pub fn tick(&mut self, world: &mut World<'_>) -> i64 {
        if world.now < self.next && world.now >= self.previous {
            return self.next - world.now;
        }
        self.check_tilt(world.now);
        let mut switching = Vec::new();
        for (name, primary) in self.primaries.iter_mut() {
            for place in primary.places() {
                primary.look_after(&place, &mut self.common, world);
            }
            if primary.failover.state == FailoverState::UpdateConfig {
                switching.push(name.clone());
            }
        }
        for name in switching {
            if let Some(primary) = self.primaries.get_mut(&name) {
                primary.switch_to_promoted(&mut self.common, world);
            }
        }
        self.next = world.now + 1000 / (HZ + world.rng.i64(0..HZ));
        self.next - world.now
    }

    /// A leap of the clock, forwards or back, makes what is known worth nothing for a while.
    fn check_tilt(&mut self, now: i64) {
        let passed = now - self.previous;
        if passed < 0 || passed > self.common.timing.tilt_trigger {
            self.common.tilt_since = Some(now);
            let text = "#tilt mode entered".to_owned();
            self.common.tell(Level::Warning, "+tilt", text);
        }
        self.previous = now;
    }

    /// Something has happened on a link.
    pub fn on_link(&mut self, link: u64, event: LinkEvent, world: &mut World<'_>) {
        let found = self.primaries.iter().find_map(|(name, primary)| {
            let places = primary.places().into_iter();
            let mut owners =
                places.filter(|place| primary.node(place).is_some_and(|node| node.link.owns(link)));
            Some((name.clone(), owners.next()?))
        });
        let Some((name, place)) = found else {
            return;
        };
        self.hear(&name, &place, link, event, world);
    }

    /// Whether what is known is to be written down. Asking takes the wish back.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.common.changed)
    }

    /// Has the configuration written, whether or not anything has changed.
    pub fn note_change(&mut self) {
        self.common.changed = true;
    }

    /// What has happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.common.events)
    }

    /// Whether a failure that was asked for has come.
    pub fn has_crashed(&self) -> bool {
        self.common.crashed
    }

    /// Tells of something that concerns the primary `name`.
    pub fn tell_of(&mut self, name: &str, channel: &'static str, more: &str) {
        if let Some(primary) = self.primaries.get(name) {
            let text = primary.described(&Place::Primary) + more;
            self.common.tell(Level::Warning, channel, text);
        }
    }

    /// Closes the connections to the other sentinels, to log in to them anew.
    pub fn drop_links_to_sentinels(&mut self, links: &mut Links) {
        for primary in self.primaries.values_mut() {
            for node in primary.sentinels.values_mut() {
                node.link.close(links);
            }
        }
    }

    /// Begins to watch a primary. False if one has this name already.
    pub fn monitor(&mut self, settings: &PrimarySettings, now: i64) -> bool {
        if self.primaries.contains_key(&settings.name) {
            return false;
        }
        let primary = Primary::new(settings, &self.common, now);
        primary.tell_of_monitoring(&mut self.common);
        self.primaries.insert(settings.name.clone(), primary);
        self.common.changed = true;
        true
    }

    /// Ends watching a primary. False if there is none of this name.
    pub fn remove(&mut self, name: &str, links: &mut Links) -> bool {
        if !self.primaries.contains_key(name) {
            return false;
        }
        self.tell_of(name, "-monitor", "");
        if let Some(mut primary) = self.primaries.remove(name) {
            primary.close_all(links);
        }
        self.common.changed = true;
        true
    }
}
