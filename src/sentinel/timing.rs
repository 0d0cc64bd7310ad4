//! Periods and limits, in milliseconds; SENTINEL DEBUG shows and changes them.

/// The times that a sentinel goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Between two INFOs to a node in order.
    pub info_period: i64,
    /// Between two PINGs.
    pub ping_period: i64,
    /// Between two questions about a primary that is down.
    pub ask_period: i64,
    /// Between two hellos.
    pub publish_period: i64,
    /// down-after-milliseconds of a primary that says nothing else.
    pub default_down_after: i64,
    /// failover-timeout likewise.
    pub default_failover_timeout: i64,
    /// A leap of the clock that is one.
    pub tilt_trigger: i64,
    /// How long nothing is concluded then.
    pub tilt_period: i64,
    /// How long a replica may take to follow its new primary.
    pub replica_reconf_timeout: i64,
    /// Between two connections to a node that is there but does not answer.
    pub min_link_reconnect_period: i64,
    /// The longest that an election takes.
    pub election_timeout: i64,
    /// No scripts are run here; kept because SENTINEL DEBUG tells of it.
    pub script_max_runtime: i64,
    /// Likewise.
    pub script_retry_delay: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Timing {
            info_period: 10_000,
            ping_period: 1000,
            ask_period: 1000,
            publish_period: 2000,
            default_down_after: 30_000,
            default_failover_timeout: 180_000,
            tilt_trigger: 2000,
            tilt_period: 30_000,
            replica_reconf_timeout: 10_000,
            min_link_reconnect_period: 15_000,
            election_timeout: 10_000,
            script_max_runtime: 60_000,
            script_retry_delay: 30_000,
        }
    }
}

impl Timing {
    /// All by the names that SENTINEL DEBUG has for them, in its order.
    pub fn all(&mut self) -> [(&'static str, &mut i64); 13] {
        [
            ("info-period", &mut self.info_period),
            ("ping-period", &mut self.ping_period),
            ("ask-period", &mut self.ask_period),
            ("publish-period", &mut self.publish_period),
            ("default-down-after", &mut self.default_down_after),
            (
                "default-failover-timeout",
                &mut self.default_failover_timeout,
            ),
            ("tilt-trigger", &mut self.tilt_trigger),
            ("tilt-period", &mut self.tilt_period),
            ("slave-reconf-timeout", &mut self.replica_reconf_timeout),
            (
                "min-link-reconnect-period",
                &mut self.min_link_reconnect_period,
            ),
            ("election-timeout", &mut self.election_timeout),
            ("script-max-runtime", &mut self.script_max_runtime),
            ("script-retry-delay", &mut self.script_retry_delay),
        ]
    }
}
