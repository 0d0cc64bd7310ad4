//! Slowness on purpose: `rdb-key-save-delay` and `key-load-delay`, by which tests see what lasts.

/// How many keys may be worked at, when each is to take a while.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// When the first was begun, in microseconds since 1970.
    from_us: Option<i64>,
    done: u64,
}

impl Pace {
    /// How many keys may be worked at now, when each takes `delay_us`; any number when that is not above 0. `done` have
    /// been worked at since the last call.
    pub fn allowed(&mut self, now_us: i64, delay_us: i64) -> usize {
        if delay_us <= 0 {
            *self = Pace::default();
            return usize::MAX;
        }
        let from_us = *self.from_us.get_or_insert(now_us);
        let due = now_us.saturating_sub(from_us).max(0).unsigned_abs() / delay_us.unsigned_abs();
        usize::try_from((due + 1).saturating_sub(self.done)).unwrap_or(usize::MAX)
    }

    /// Notes that so many keys have been worked at.
    pub fn worked(&mut self, keys: u64) {
        self.done = self.done.saturating_add(keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_goes_at_once_and_the_others_after_their_time() {
        let mut pace = Pace::default();
        assert_eq!(pace.allowed(1000, 0), usize::MAX);
        assert_eq!(pace.allowed(1000, 500), 1);
        pace.worked(1);
        assert_eq!(pace.allowed(1499, 500), 0);
        assert_eq!(pace.allowed(2600, 500), 3);
        assert_eq!(pace.allowed(2600, -1), usize::MAX);
        assert_eq!(pace.allowed(2600, 500), 1);
    }
}
