//! CLIENT PAUSE: for a while commands wait, and the data stays as it is.

use super::Instance;

/// A pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Its last millisecond, since 1970.
    pub until_ms: i64,
    /// Whether all commands wait, or only those that may change data or tell replicas.
    pub all: bool,
}

impl Instance {
    /// Starts a pause. One that goes on is not shortened, and not made milder.
    pub fn start_pause(&mut self, until_ms: i64, all: bool) {
        let before = self.pause.unwrap_or(Pause { until_ms, all });
        let pause = Pause {
            until_ms: before.until_ms.max(until_ms),
            all: before.all || all,
        };
        self.pause = Some(pause).filter(|pause| pause.until_ms >= self.now_ms());
    }
}
