//! The lab's time: its turns, its clock, and its past.

use super::{Lab, TURN_US};

/// What the page shows of the time.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct TimeStatus {
    /// What time it is in the lab, in milliseconds since 1970.
    pub now: f64,
    /// When the lab's history began; none when it has become too long to be kept.
    pub began: Option<f64>,
    /// What time it is in the present, which is `now` unless one looks at the past.
    pub present: f64,
    /// Whether the clock stands still.
    pub paused: bool,
    /// How many times faster than real time it goes.
    pub speed: f64,
    /// Whether it is being led ahead.
    pub hurries: bool,
    /// Whether what is shown is the past.
    pub past: bool,
}

fn ms(us: i64) -> f64 {
    us as f64 / 1000.0
}

impl Lab {
    /// Lets time do its work; answers the milliseconds until the next call is due, 0 when there
    /// is more to do at once.
    pub fn tick(&mut self) -> i64 {
        let wait_us = self.timeline.tick((self.clock)(), TURN_US);
        let now_ms = self.now_ms();
        let server = self.timeline.machine().server(self.shown);
        self.seconds_noticed |= self.metrics.sample(server, now_ms);
        let mut wait_ms = wait_us.map_or(i64::MAX, |wait_us| (wait_us + 999) / 1000);
        for watched in self.watched.values() {
            if let Some(at) = watched.next_expiry_ms {
                wait_ms = wait_ms.min(at.saturating_sub(now_ms).max(1));
            }
        }
        wait_ms.max(0)
    }

    /// What the page shows of the time.
    pub fn time(&self) -> TimeStatus {
        let timeline = &self.timeline;
        let clock = timeline.clock();
        TimeStatus {
            now: ms(timeline.now_us()),
            began: timeline.span_us().map(|(began_us, _)| ms(began_us)),
            present: ms(timeline.present().now_us()),
            paused: clock.is_paused(),
            speed: clock.speed(),
            hurries: clock.hurries(),
            past: timeline.is_in_the_past(),
        }
    }

    /// Has the clock stand still, or go on.
    pub fn pause_clock(&mut self, paused: bool) {
        self.catch_up();
        self.timeline.clock_mut().pause(paused);
    }

    /// Has the clock go so many times faster than real time.
    pub fn set_speed(&mut self, speed: f64) {
        self.catch_up();
        self.timeline.clock_mut().set_speed(speed);
    }

    /// Leads the clock ahead by so many milliseconds, as quickly as the lab can go.
    pub fn hurry(&mut self, by_ms: f64) {
        self.catch_up();
        // `as` saturates, and makes 0 of what is no number.
        self.timeline.clock_mut().hurry((by_ms * 1000.0) as i64);
    }

    /// Leads the clock on to the next moment at which anything is due.
    pub fn step(&mut self) {
        self.catch_up();
        let due_us = self.timeline.present().next_due_us();
        let by_us = due_us - self.timeline.present().now_us();
        self.timeline.clock_mut().hurry(by_us);
    }

    /// Shows an earlier moment, in milliseconds since 1970; false when there is no history.
    pub fn look_at(&mut self, at_ms: f64) -> bool {
        self.catch_up();
        let looked = self.timeline.look_at((at_ms * 1000.0) as i64);
        self.see_all_anew();
        looked
    }

    /// Shows the present again.
    pub fn look_at_present(&mut self) {
        self.timeline.look_at_present();
        self.see_all_anew();
    }

    /// Goes on from the moment that is shown.
    pub fn fork(&mut self) {
        self.timeline.fork();
        self.see_all_anew();
    }
}
