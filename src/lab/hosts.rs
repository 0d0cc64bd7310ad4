//! The hosts of the lab: names and addresses that its processes reach one another by. They share one disk.

use super::machine::{MAX_PROCESSES, Machine};

/// The host that a lab begins with.
const FIRST_HOST: &str = "lab";

/// A host by its number, and a port on it: where a process listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Number of the host; 0 is the first.
    pub host: usize,
    /// The port.
    pub port: u16,
}

impl From<u16> for Endpoint {
    /// A port of the first host.
    fn from(port: u16) -> Self {
        Endpoint { host: 0, port }
    }
}

/// A host, which its own processes call 127.0.0.1 too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name, in lower case.
    pub name: String,
    /// Its address in the network of the lab.
    pub address: String,
}

impl Host {
    pub(super) fn first() -> Host {
        Host::numbered(FIRST_HOST, 0)
    }

    fn numbered(name: &str, number: usize) -> Host {
        Host {
            name: name.to_ascii_lowercase(),
            address: format!("10.0.0.{}", number + 1),
        }
    }
}

/// Whether a name or address means the host that asks.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.starts_with("127.") || host == "::1"
}

impl Machine {
    /// The hosts, by number.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The number of the host of this name, which is added if there is none.  None when the name is no name (of at
    /// most 32 letters, digits, `-` and `_`), is one that every host has, or there are as many hosts as may be.
    pub fn add_host(&mut self, name: &str) -> Option<usize> {
        let is_name = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        let starts = name.starts_with(|it: char| it.is_ascii_alphabetic());
        if !starts || name.len() > 32 || !name.chars().all(is_name) || is_loopback(name) {
            return None;
        }
        if let Some(host) = self.host_called(name) {
            return Some(host);
        }
        if self.hosts.len() >= MAX_PROCESSES {
            return None;
        }
        self.hosts.push(Host::numbered(name, self.hosts.len()));
        Some(self.hosts.len() - 1)
    }

    /// The number of the host that has this name or address.
    pub(super) fn host_called(&self, name: &str) -> Option<usize> {
        let is_it = |host: &Host| host.name.eq_ignore_ascii_case(name) || host.address == name;
        self.hosts.iter().position(is_it)
    }

    /// What a process at an endpoint is called: its port, on another host than the first behind the host's name.
    pub fn name(&self, at: Endpoint) -> String {
        match self.hosts.get(at.host).filter(|_| at.host > 0) {
            Some(host) => format!("{}:{}", host.name, at.port),
            None => at.port.to_string(),
        }
    }

    /// What the process of an index is called.
    pub fn name_of(&self, process: usize) -> String {
        let process = self.processes.get(process);
        process.map_or_else(String::new, |process| self.name(process.at))
    }

    /// `6379`, `db2:6379` or `10.0.0.2:6379`, where there is such a host.
    pub fn endpoint(&self, text: &str) -> Option<Endpoint> {
        let (host, port) = text.rsplit_once(':').unwrap_or(("localhost", text));
        let host = match is_loopback(host) {
            true => 0,
            false => self.host_called(host)?,
        };
        let port = port.parse().ok().filter(|port| *port > 0)?;
        Some(Endpoint { host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::disk::LabDisk;

    #[test]
    fn hosts_are_known_by_name_and_address() {
        let mut machine = Machine::new(LabDisk::new(), 0, 1, 6379, usize::MAX);
        assert_eq!(machine.add_host("DB-2"), Some(1));
        assert_eq!(machine.add_host("db-2"), Some(1));
        for name in ["", "a b", "<b>", "localhost", "9", &"x".repeat(33)] {
            assert_eq!(machine.add_host(name), None, "{name}");
        }
        let at = |host, port| Some(Endpoint { host, port });
        assert_eq!(machine.endpoint("6380"), at(0, 6380));
        assert_eq!(machine.endpoint("127.0.0.1:6380"), at(0, 6380));
        assert_eq!(machine.endpoint("lab:1"), at(0, 1));
        assert_eq!(machine.endpoint("Db-2:6379"), at(1, 6379));
        assert_eq!(machine.endpoint("10.0.0.2:6379"), at(1, 6379));
        for text in ["", "0", "65536", "db3:6379", "db-2", "::"] {
            assert_eq!(machine.endpoint(text), None, "{text}");
        }
    }
}
