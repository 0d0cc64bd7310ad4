//! Where a server stands among others, for a picture of them.

use super::Instance;
use crate::sentinel::FailoverState;

/// A primary as a sentinel sees it: its host, its port, and `ok`, `sdown`, `odown` or `failover`.
pub type Watched = (String, i64, &'static str);

/// A server among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `primary`, `replica` or `sentinel`
    pub role: &'static str,
    /// The host and the port of whom a replica follows.
    pub primary: Option<(String, i64)>,
    /// Whether it hears the stream of that primary.
    pub link_is_up: bool,
    /// How far its stream is, in bytes.
    pub offset: u64,
    /// What a sentinel watches.
    pub watches: Vec<Watched>,
}

impl Instance {
    /// Where this server stands among others.
    pub fn standing(&self) -> Standing {
        let mut standing = Standing {
            role: "primary",
            primary: None,
            link_is_up: false,
            offset: self.primary.offset(),
            watches: Vec::new(),
        };
        if let Some(sentinel) = &self.sentinel {
            standing.role = "sentinel";
            let watched = sentinel.primaries.values().map(|primary| {
                let node = &primary.node;
                let state = match (primary.failover.state, node.is_agreed_down, node.is_down) {
                    (FailoverState::None, false, false) => "ok",
                    (FailoverState::None, false, true) => "sdown",
                    (FailoverState::None, true, _) => "odown",
                    _ => "failover",
                };
                (node.host.clone(), i64::from(node.port), state)
            });
            standing.watches = watched.collect();
        } else if let Some((host, port)) = &self.config.replicaof {
            standing.role = "replica";
            standing.primary = Some((host.clone(), i64::from(*port)));
            standing.link_is_up = self.follower.is_connected();
        }
        standing
    }
}
