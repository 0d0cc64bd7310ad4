//! The lab's clock: it follows real time, slower or faster if the learner says so, stands still, or is led ahead.

/// The longest stretch of real time between two looks at it that passes in the lab too, in microseconds. Browsers let
/// a tab in the background run once a second; what is longer was stolen from the lab, and does not count.
const MAX_STRETCH_US: i64 = 2_000_000;

/// The slowest and the fastest that the clock goes.
const SPEEDS: (f64, f64) = (0.001, 1000.0);

/// The clock. All times are in microseconds since 1970.
#[derive(Clone, Debug)]
pub struct Clock {
    /// When it was last looked at, in real time.
    real_us: i64,
    /// What time it is in the lab.
    lab_us: i64,
    speed: f64,
    paused: bool,
    /// The time that it is led to, as quickly as the machine can go.
    hurries_to_us: Option<i64>,
    /// What was too little for a microsecond.
    rest: f64,
}

impl Clock {
    /// A clock that shows real time.
    pub fn new(real_us: i64) -> Self {
        Clock {
            real_us,
            lab_us: real_us,
            speed: 1.0,
            paused: false,
            hurries_to_us: None,
            rest: 0.0,
        }
    }

    /// What time it is to be in the lab when it is `real_us` outside.
    pub fn look(&mut self, real_us: i64) -> i64 {
        let stretch_us = real_us
            .saturating_sub(self.real_us)
            .clamp(0, MAX_STRETCH_US);
        self.real_us = real_us;
        if let Some(to_us) = self.hurries_to_us {
            return to_us;
        }
        if !self.paused {
            let passed = stretch_us as f64 * self.speed + self.rest;
            self.rest = passed.fract();
            self.lab_us = self.lab_us.saturating_add(passed as i64);
        }
        self.lab_us
    }

    /// Says how far the machine has come: what it could not do in time has not been time.
    pub fn reached(&mut self, lab_us: i64) {
        if self.hurries_to_us.is_some_and(|to_us| lab_us >= to_us) {
            self.hurries_to_us = None;
        }
        self.lab_us = lab_us;
    }

    /// Real microseconds until the lab's clock shows `lab_us`; none while it stands still.
    pub fn wait_us(&self, lab_us: i64) -> Option<i64> {
        let left = lab_us.saturating_sub(self.lab_us).max(0);
        match (self.hurries_to_us, self.paused) {
            (Some(_), _) => Some(0),
            (None, true) => None,
            (None, false) => Some((left as f64 / self.speed).ceil() as i64),
        }
    }

    /// Has the clock stand still, or go on.
    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
        self.hurries_to_us = None;
    }

    /// Whether it stands still.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// How many times faster than real time it goes.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Has it go so many times faster than real time, within bounds.
    pub fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() {
            self.speed = speed.clamp(SPEEDS.0, SPEEDS.1);
        }
    }

    /// Leads it ahead by so many microseconds, as quickly as the machine can go, whether or not it stands still.
    pub fn hurry(&mut self, by_us: i64) {
        let from_us = self.hurries_to_us.unwrap_or(self.lab_us);
        self.hurries_to_us = Some(from_us.saturating_add(by_us.max(0)));
    }

    /// Whether it is being led ahead.
    pub fn hurries(&self) -> bool {
        self.hurries_to_us.is_some()
    }

    /// Sets it to another time: the lab was rewound.
    pub fn set(&mut self, lab_us: i64) {
        self.lab_us = lab_us;
        self.hurries_to_us = None;
        self.rest = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn it_goes_as_it_is_told() {
        let mut clock = Clock::new(100 * SECOND);
        assert_eq!(clock.look(101 * SECOND), 101 * SECOND);
        clock.set_speed(0.25);
        assert_eq!(clock.look(102 * SECOND), 101 * SECOND + SECOND / 4);
        clock.pause(true);
        assert_eq!(clock.look(103 * SECOND), 101 * SECOND + SECOND / 4);
        assert_eq!(clock.wait_us(200 * SECOND), None);
        clock.hurry(30 * SECOND);
        assert_eq!(clock.look(103 * SECOND), 131 * SECOND + SECOND / 4);
        clock.reached(120 * SECOND);
        assert!(clock.hurries());
        clock.reached(131 * SECOND + SECOND / 4);
        assert!(!clock.hurries());
        assert_eq!(clock.look(104 * SECOND), 131 * SECOND + SECOND / 4);
        clock.pause(false);
        clock.set_speed(f64::NAN);
        assert_eq!(clock.wait_us(132 * SECOND + SECOND / 4), Some(4 * SECOND));
    }

    #[test]
    fn stolen_time_does_not_pass() {
        let mut clock = Clock::new(0);
        assert_eq!(clock.look(3600 * SECOND), MAX_STRETCH_US);
        // Nor does a clock that is set back.
        assert_eq!(clock.look(0), MAX_STRETCH_US);
        assert_eq!(clock.look(SECOND), MAX_STRETCH_US + SECOND);
    }

    #[test]
    fn what_the_machine_cannot_do_in_time_has_not_been_time() {
        let mut clock = Clock::new(0);
        assert_eq!(clock.look(SECOND), SECOND);
        clock.reached(SECOND / 2);
        assert_eq!(clock.look(2 * SECOND), SECOND + SECOND / 2);
    }

    #[test]
    fn slow_motion_loses_nothing() {
        let mut clock = Clock::new(0);
        clock.set_speed(0.001);
        for at in 1..=100_000 {
            clock.look(at * 10);
        }
        assert_eq!(clock.look(1_000_000), 1000);
    }
}
