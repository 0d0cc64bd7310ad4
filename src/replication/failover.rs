//! FAILOVER: a primary that hands its part over to one of its replicas.

/// A failover that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failover {
    /// The replica that is to take over, once it is known: its host and port.
    pub target: Option<(String, u16)>,
    /// When to wait no longer, in milliseconds since 1970; 0 for never.
    pub until_ms: i64,
    /// Whether the replica takes over then, though it has not all.
    pub force: bool,
    /// Whether the replica is being asked to take over; before, it is waited for.
    pub in_progress: bool,
}

impl Failover {
    /// As INFO calls it.
    pub fn name(failover: Option<&Failover>) -> &'static str {
        match failover {
            None => "no-failover",
            Some(failover) if failover.in_progress => "failover-in-progress",
            Some(_) => "waiting-for-sync",
        }
    }
}
