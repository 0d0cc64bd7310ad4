//! client-output-buffer-limit: how much may wait for a client that does not read.

use super::{Client, Instance, LogLevel};
use crate::resp::ReplyWriter;

/// Bytes beyond [`UNCOUNTED`] that may wait for a client that must log in yet.
const MOST_FOR_STRANGERS: usize = 1024;

/// Output that is never counted: what fits into the buffer that Redis has for each client.
const UNCOUNTED: usize = 16 * 1024;

/// Bytes that may wait for a client whatever the configuration says, so that one that watches
/// (MONITOR) and does not read cannot exhaust the host.
const MOST: usize = 256 * 1024 * 1024;

/// The classes of clients, each with limits of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientClass {
    /// Those that ask and are answered, MONITOR included.
    Normal,
    /// Replicas.
    Replica,
    /// Those that are subscribed to something.
    PubSub,
}

impl ClientClass {
    /// The names in redis.conf, by their place; the last is an older one of replicas.
    pub const NAMES: [&'static str; 4] = ["normal", "slave", "pubsub", "replica"];

    /// The class of this name, in any case.
    pub fn named(name: &[u8]) -> Option<Self> {
        let is = |known: &&str| known.as_bytes().eq_ignore_ascii_case(name);
        match Self::NAMES.iter().position(is)? {
            0 => Some(ClientClass::Normal),
            2 => Some(ClientClass::PubSub),
            _ => Some(ClientClass::Replica),
        }
    }
}

/// The limits of a class; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputLimit {
    /// Bytes at which a client is closed at once.
    pub hard: u64,
    /// Bytes at which it is closed when its output stays there.
    pub soft: u64,
    /// For so many seconds.
    pub soft_seconds: i64,
}

impl OutputLimit {
    /// The limits by class, as Redis has them.
    pub const DEFAULT: [OutputLimit; 3] = [
        OutputLimit {
            hard: 0,
            soft: 0,
            soft_seconds: 0,
        },
        OutputLimit {
            hard: 256 << 20,
            soft: 64 << 20,
            soft_seconds: 60,
        },
        OutputLimit {
            hard: 32 << 20,
            soft: 8 << 20,
            soft_seconds: 60,
        },
    ];

    /// Whether a client with `waiting` bytes of output is to be closed. `soft_since` keeps since when
    /// it has been beyond the soft limit, in seconds since 1970.
    fn is_over(&self, waiting: usize, soft_since: &mut Option<i64>, now_s: i64) -> bool {
        let used = waiting.saturating_sub(UNCOUNTED) as u64;
        if self.soft == 0 || used < self.soft {
            *soft_since = None;
        }
        let lasting = match soft_since {
            Some(since) => now_s - *since > self.soft_seconds,
            None if self.soft > 0 && used >= self.soft => {
                *soft_since = Some(now_s);
                false
            }
            None => false,
        };
        lasting || (self.hard > 0 && used >= self.hard) || waiting > MOST
    }
}

impl Client {
    /// Which limits hold for it.
    pub fn class(&self) -> ClientClass {
        match self.is_subscribed() {
            _ if self.is_replica() => ClientClass::Replica,
            true => ClientClass::PubSub,
            false => ClientClass::Normal,
        }
    }

    /// Its class as CLIENT LIST and CLIENT KILL have it; none for the primary.
    pub fn named_class(&self) -> Option<ClientClass> {
        (!self.is_primary).then(|| self.class())
    }
}

impl Instance {
    /// Whether the client that is being served, whose output is `output`, is to be closed because it
    /// does not read; its output is dropped then.
    #[inline(always)]
    pub fn overflows(&mut self, client: &mut Client, output: &mut ReplyWriter) -> bool {
        // As after nearly every command.
        if output.len() <= UNCOUNTED && client.soft_limit_since.is_none() {
            return false;
        }
        self.exceeds_its_limit(client, output)
    }

    fn exceeds_its_limit(&mut self, client: &mut Client, output: &mut ReplyWriter) -> bool {
        let limit = self.config.client_output_buffer_limit[client.class() as usize];
        let now_s = self.now_ms() / 1000;
        let over = limit.is_over(output.len(), &mut client.soft_limit_since, now_s);
        // Who has not logged in has no use for much output.
        let stranger = client.restricted
            && output.len().saturating_sub(UNCOUNTED) > MOST_FOR_STRANGERS
            && self.acl.must_log_in(client);
        if !over && !stranger {
            return false;
        }
        self.stats.output_limit_disconnections += 1;
        let description = self.describe(client, output);
        let text = [
            "Client ",
            &String::from_utf8_lossy(&description),
            " scheduled to be closed ASAP for overcoming of output buffer limits.",
        ];
        self.log(LogLevel::Warning, text.concat());
        *output = ReplyWriter::new(output.resp3());
        client.holds.clear();
        true
    }

    /// Closes the client `id` if too much waits for it.
    pub fn check_output_of(&mut self, id: u64) {
        let Some(mut client) = self.clients.remove(id) else {
            return;
        };
        let mut output = std::mem::take(&mut client.output);
        if !client.closing && self.overflows(&mut client, &mut output) {
            self.requests.push(super::Request::CloseClient(id));
        }
        client.output = output;
        self.clients.insert(client);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_counts_only_while_it_is_passed() {
        let limit = OutputLimit {
            hard: 1000,
            soft: 100,
            soft_seconds: 2,
        };
        let mut since = None;
        let mut at = |waiting: usize, now_s| limit.is_over(waiting + UNCOUNTED, &mut since, now_s);
        assert!(!at(99, 0));
        assert!(!at(100, 10));
        assert!(!at(100, 12));
        assert!(!at(50, 13), "it has read in between");
        assert!(!at(100, 14));
        assert!(at(100, 17));
        assert!(at(1000, 0));
        assert!(!OutputLimit::DEFAULT[0].is_over(1 << 27, &mut None, 0));
    }
}
