//! A server that is a sentinel: what it does with the world, and what becomes of what it tells.

use super::pubsub::Topic;
use super::{Instance, LogLevel, Request};
use crate::sentinel::{Level, Sentinel, World};

impl Instance {
    /// Whether this server is a sentinel.
    pub fn is_sentinel(&self) -> bool {
        self.config.sentinel.is_some()
    }

    fn world(&mut self) -> World<'_> {
        World {
            now: self.now_ms,
            links: &mut self.links,
            rng: &mut self.rng,
            port: u16::try_from(self.config.port).unwrap_or(0),
            requirepass: &self.config.requirepass,
        }
    }

    /// Makes the sentinel that the configuration describes, and has it written down.
    pub fn start_sentinel(&mut self) {
        let Some(settings) = self.config.sentinel.clone() else {
            return;
        };
        let sentinel = Sentinel::new(&settings, &mut self.world());
        self.sentinel = Some(Box::new(sentinel));
        // Its id must be on disk before anybody hears it.
        self.with_sentinel(|_, _| ());
        self.with_sentinel(|sentinel, _| sentinel.begin());
    }

    /// Has the sentinel do something, then logs and publishes what it tells and writes down what it has learnt.
    /// None if this server is no sentinel.
    pub fn with_sentinel<R>(
        &mut self,
        work: impl FnOnce(&mut Sentinel, &mut World<'_>) -> R,
    ) -> Option<R> {
        let mut sentinel = self.sentinel.take()?;
        let result = work(&mut sentinel, &mut self.world());
        let events = sentinel.take_events();
        let changed = sentinel.take_changed();
        let crashed = sentinel.has_crashed();
        self.sentinel = Some(sentinel);
        if changed {
            self.write_sentinel_config();
        }
        for event in events {
            let level = match event.level {
                Level::Verbose => LogLevel::Verbose,
                Level::Notice => LogLevel::Notice,
                Level::Warning => LogLevel::Warning,
            };
            if event.channel.is_empty() {
                self.log(level, event.text);
                continue;
            }
            self.log(level, [event.channel, " ", &event.text].concat());
            let (channel, message) = (event.channel.as_bytes(), event.text.as_bytes());
            self.publish(Topic::Channel, channel, message);
        }
        if crashed {
            let text = "Failure simulation: this Sentinel will now exit.";
            self.log(LogLevel::Warning, text);
            self.requests.push(Request::Exit);
        }
        Some(result)
    }

    /// Writes sentinel.conf anew. False if that failed, which the log tells.
    pub fn write_sentinel_config(&mut self) -> bool {
        match self.rewrite_quietly() {
            Ok(()) => {
                self.log(LogLevel::Notice, "Sentinel new configuration saved on disk");
                true
            }
            Err(error) => {
                let text = [
                    "WARNING: Sentinel was not able to save the new configuration on disk!!!: ",
                    &error,
                ];
                self.log(LogLevel::Warning, text.concat());
                false
            }
        }
    }
}
