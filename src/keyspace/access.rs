//! How recently and how often a key was used, in 24 bits.
//!
//! Under an LRU policy they hold seconds; under LFU 16 bits of minutes and an 8-bit
//! logarithmic counter that decays (Redis's `evict.c` describes both).

/// Bits that a record keeps for its access.
pub(super) const ACCESS_BITS: u32 = 24;
const ACCESS_MASK: u32 = (1 << ACCESS_BITS) - 1;

/// Counter of a new key: it must not be evicted before it had a chance.
const LFU_INITIAL: u8 = 5;

/// lfu-log-factor and lfu-decay-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LfuSettings {
    /// How many more accesses each further step of the counter takes.
    pub log_factor: u32,
    /// Minutes after which the counter falls by one; 0 never.
    pub decay_time: u32,
}

/// The present moment as accesses are stamped with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccessClock {
    /// Seconds since 1970, low 24 bits.
    seconds: u32,
    /// Minutes since 1970, low 16 bits.
    minutes: u16,
    /// Present under an LFU policy.
    lfu: Option<LfuSettings>,
}

impl AccessClock {
    /// The clock at `now_ms` since 1970; counts frequency when `lfu` is given.
    pub const fn new(now_ms: i64, lfu: Option<LfuSettings>) -> Self {
        let seconds = now_ms.div_euclid(1000);
        AccessClock {
            seconds: (seconds as u32) & ACCESS_MASK,
            minutes: (seconds.div_euclid(60) & 0xffff) as u16,
            lfu,
        }
    }

    /// The stamp of a key that comes into being.
    pub fn fresh(&self) -> u32 {
        match self.lfu {
            None => self.seconds,
            Some(_) => u32::from(self.minutes) << 8 | u32::from(LFU_INITIAL),
        }
    }

    /// The stamp of a key that comes from a file or from RESTORE, which may tell how long it has been
    /// idle (in seconds) or its counter; what the policy does not look at is ignored.
    pub fn restored(&self, idle: Option<u64>, frequency: Option<u8>) -> u32 {
        match (self.lfu, idle, frequency) {
            (Some(_), _, Some(counter)) => u32::from(self.minutes) << 8 | u32::from(counter),
            (None, Some(idle), _) => {
                // The clock goes round in half a year; nothing is idle for longer.
                let idle = idle.min(u64::from(ACCESS_MASK)) as u32;
                self.seconds.wrapping_sub(idle) & ACCESS_MASK
            }
            _ => self.fresh(),
        }
    }

    /// The stamp of a key that is used.
    pub fn touched(&self, stamp: u32, rng: &mut fastrand::Rng) -> u32 {
        let Some(lfu) = self.lfu else {
            return self.seconds;
        };
        let counter = self.frequency(stamp);
        let above = f64::from(counter.saturating_sub(LFU_INITIAL));
        let chance = 1.0 / (above * f64::from(lfu.log_factor) + 1.0);
        let counter = if counter < u8::MAX && rng.f64() < chance {
            counter + 1
        } else {
            counter
        };
        u32::from(self.minutes) << 8 | u32::from(counter)
    }

    /// Seconds since the key was last used (OBJECT IDLETIME).
    pub fn idle_seconds(&self, stamp: u32) -> u32 {
        self.seconds.wrapping_sub(stamp) & ACCESS_MASK
    }

    /// The decayed counter (OBJECT FREQ), 0 to 255.
    pub fn frequency(&self, stamp: u32) -> u8 {
        let decay = self.lfu.map_or(1, |lfu| lfu.decay_time);
        let counter = (stamp & 0xff) as u8;
        if decay == 0 {
            return counter;
        }
        let elapsed = self.minutes.wrapping_sub((stamp >> 8) as u16);
        let periods = u32::from(elapsed) / decay;
        counter.saturating_sub(u8::try_from(periods).unwrap_or(u8::MAX))
    }

    /// Whether frequency is counted rather than recency.
    pub fn is_lfu(&self) -> bool {
        self.lfu.is_some()
    }

    /// How readily the key may go: larger goes first.
    pub(super) fn eviction_rank(&self, stamp: u32) -> u64 {
        if self.is_lfu() {
            u64::from(u8::MAX - self.frequency(stamp))
        } else {
            u64::from(self.idle_seconds(stamp))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LFU: LfuSettings = LfuSettings {
        log_factor: 10,
        decay_time: 1,
    };

    #[test]
    fn idle_time_survives_the_wrap_of_the_clock() {
        let wrap_ms = i64::from(ACCESS_MASK) * 1000;
        let stamp = AccessClock::new(wrap_ms, None).fresh();
        let later = AccessClock::new(wrap_ms + 5_000, None);
        assert_eq!(later.idle_seconds(stamp), 5);
    }

    #[test]
    fn frequency_rises_with_use_and_decays_with_time() {
        let mut rng = fastrand::Rng::with_seed(1);
        let now = AccessClock::new(60_000_000, Some(LFU));
        let mut stamp = now.fresh();
        for _ in 0..1000 {
            stamp = now.touched(stamp, &mut rng);
        }
        let used = now.frequency(stamp);
        assert!((10..40).contains(&used), "{used}");
        let later = AccessClock::new(60_000_000 + 3 * 60_000, Some(LFU));
        assert_eq!(later.frequency(stamp), used - 3);
    }
}
