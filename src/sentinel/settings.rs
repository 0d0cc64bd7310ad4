//! sentinel.conf: what its `sentinel` lines say, and the lines that keep what a sentinel has learnt.

use super::primary::Primary;
use super::{Sentinel, Timing};
use std::net::IpAddr;

/// An address in the configuration, of a replica or another sentinel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeSettings {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// A sentinel's id.
    pub id: Option<String>,
}

/// A primary in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimarySettings {
    /// Its name.
    pub name: String,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Sentinels that must agree that it is down.
    pub quorum: usize,
    /// `down-after-milliseconds`
    pub down_after: Option<i64>,
    /// `failover-timeout`
    pub failover_timeout: Option<i64>,
    /// `parallel-syncs`
    pub parallel_syncs: usize,
    /// `auth-user`
    pub auth_user: String,
    /// `auth-pass`
    pub auth_pass: String,
    /// `master-reboot-down-after-period`
    pub reboot_down_after: i64,
    /// `rename-command`
    pub renamed: Vec<(String, String)>,
    /// `config-epoch`
    pub config_epoch: u64,
    /// `leader-epoch`
    pub leader_epoch: u64,
    /// `known-replica`
    pub replicas: Vec<NodeSettings>,
    /// `known-sentinel`
    pub sentinels: Vec<NodeSettings>,
}

impl PrimarySettings {
    /// One of which nothing else is known.
    pub fn new(name: &str, host: &str, port: u16, quorum: usize) -> Self {
        PrimarySettings {
            name: name.to_owned(),
            host: host.to_owned(),
            port,
            quorum,
            down_after: None,
            failover_timeout: None,
            parallel_syncs: 1,
            auth_user: String::new(),
            auth_pass: String::new(),
            reboot_down_after: 0,
            renamed: Vec::new(),
            config_epoch: 0,
            leader_epoch: 0,
            replicas: Vec::new(),
            sentinels: Vec::new(),
        }
    }
}

/// What the configuration says about this sentinel itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announce {
    /// `announce-ip`; empty for the address that its connections come from.
    pub host: String,
    /// `announce-port`; 0 for the port that it listens on.
    pub port: u16,
    /// `resolve-hostnames`
    pub resolve_hostnames: bool,
    /// `announce-hostnames`
    pub hostnames: bool,
    /// `sentinel-user`
    pub sentinel_user: String,
    /// `sentinel-pass`
    pub sentinel_pass: String,
}

/// The `sentinel` lines of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `myid`
    pub id: Option<String>,
    /// `current-epoch`
    pub epoch: u64,
    /// What it says about itself.
    pub announce: Announce,
    /// The primaries, in the order of their lines.
    pub primaries: Vec<PrimarySettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            id: None,
            epoch: 0,
            announce: Announce {
                host: String::new(),
                port: 0,
                resolve_hostnames: false,
                hostnames: false,
                sentinel_user: String::new(),
                sentinel_pass: String::new(),
            },
            primaries: Vec::new(),
        }
    }
}

/// What `monitor` refuses.
pub const NO_ADDRESS: &str = "Invalid IP address or hostname specified";

/// Scripts are programs of a system that is not there.
pub const NO_SCRIPTS: &str =
    "Scripts are not supported here: subscribe to the events of the sentinel instead";

/// The words before which nothing of a primary is looked up.
const BEFORE_ALL: [&str; 6] = [
    "announce-ip",
    "announce-port",
    "deny-scripts-reconfig",
    "sentinel-user",
    "sentinel-pass",
    "resolve-hostnames",
];

/// Whether a line must be read before those that name primaries, wherever it stands.
pub fn comes_first(words: &[String]) -> bool {
    words.first().is_some_and(|word| {
        let word = word.to_ascii_lowercase();
        BEFORE_ALL.contains(&word.as_str()) || word == "monitor"
    })
}

fn number<T: std::str::FromStr>(word: &str) -> Option<T> {
    word.parse().ok()
}

fn yes_no(word: &str, name: &str) -> Result<bool, String> {
    match word.to_ascii_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("Please specify yes or no for the {name} option.")),
    }
}

impl Announce {
    /// Whether a host may be named so: an address, or any name where names are resolved.
    pub fn accepts(&self, host: &str) -> bool {
        !host.is_empty() && (self.resolve_hostnames || host.parse::<IpAddr>().is_ok())
    }
}

impl Settings {
    /// Takes a `sentinel` line in, without its first word.
    ///
    /// # Errors
    /// What is wrong, in Redis's words.
    pub fn statement(&mut self, words: &[String]) -> Result<(), String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let name = words.first().map(|word| word.to_ascii_lowercase());
        let Some(name) = name else {
            return Err("Unrecognized sentinel configuration statement.".into());
        };
        match (name.as_str(), &words[1..]) {
            ("monitor", [name, host, port, quorum]) => self.monitor(name, host, port, quorum),
            ("myid", [id]) => match id.len() {
                40 => {
                    self.id = Some((*id).to_owned());
                    Ok(())
                }
                _ => Err("Malformed Sentinel id in myid option.".into()),
            },
            ("current-epoch", [epoch]) => {
                self.epoch = self.epoch.max(number(epoch).unwrap_or(0));
                Ok(())
            }
            ("announce-ip", [host]) => {
                self.announce.host = (*host).to_owned();
                Ok(())
            }
            ("announce-port", [port]) => {
                let port = number(port).ok_or("Invalid announce port number.")?;
                self.announce.port = port;
                Ok(())
            }
            ("resolve-hostnames", [word]) => {
                self.announce.resolve_hostnames = yes_no(word, &name)?;
                Ok(())
            }
            ("announce-hostnames", [word]) => {
                self.announce.hostnames = yes_no(word, &name)?;
                Ok(())
            }
            ("sentinel-user", [user]) => {
                self.announce.sentinel_user = (*user).to_owned();
                Ok(())
            }
            ("sentinel-pass", [password]) => {
                self.announce.sentinel_pass = (*password).to_owned();
                Ok(())
            }
            // There are none, whoever may set them.
            ("deny-scripts-reconfig", [word]) => yes_no(word, &name).map(|_| ()),
            ("notification-script" | "client-reconfig-script", [_, _]) => Err(NO_SCRIPTS.into()),
            (name, [primary, rest @ ..]) => self.of_primary(name, primary, rest),
            _ => Err("Unrecognized sentinel configuration statement.".into()),
        }
    }

    fn monitor(&mut self, name: &str, host: &str, port: &str, quorum: &str) -> Result<(), String> {
        let quorum = number(quorum).filter(|&quorum| quorum > 0);
        let quorum = quorum.ok_or("Quorum must be 1 or greater.")?;
        if !self.announce.accepts(host) {
            return Err("Can't resolve instance hostname.".into());
        }
        let port = number(port).ok_or("Invalid port number.")?;
        if self.primaries.iter().any(|primary| primary.name == name) {
            return Err("Duplicate master name.".into());
        }
        self.primaries
            .push(PrimarySettings::new(name, host, port, quorum));
        Ok(())
    }

    fn of_primary(&mut self, name: &str, primary: &str, rest: &[&str]) -> Result<(), String> {
        let known = [
            ("down-after-milliseconds", 1),
            ("failover-timeout", 1),
            ("parallel-syncs", 1),
            ("auth-pass", 1),
            ("auth-user", 1),
            ("config-epoch", 1),
            ("leader-epoch", 1),
            ("master-reboot-down-after-period", 1),
            ("known-slave", 2),
            ("known-replica", 2),
            ("known-sentinel", 3),
            ("rename-command", 2),
        ];
        if !known.contains(&(name, rest.len())) {
            return Err("Unrecognized sentinel configuration statement.".into());
        }
        let mut primaries = self.primaries.iter_mut();
        let found = primaries.find(|it| it.name == primary);
        let it = found.ok_or("No such master with specified name.")?;
        let node = |host: &str, port: &str, id: Option<&str>| -> Result<NodeSettings, String> {
            Ok(NodeSettings {
                host: host.to_owned(),
                port: number(port).ok_or("Wrong hostname or port for sentinel.")?,
                id: id.map(str::to_owned),
            })
        };
        let positive = |word: &str| number(word).filter(|&number: &i64| number > 0);
        match (name, rest) {
            ("down-after-milliseconds", [time]) => {
                let time = positive(time).ok_or("negative or zero time parameter.")?;
                it.down_after = Some(time);
            }
            ("failover-timeout", [time]) => {
                let time = positive(time).ok_or("negative or zero time parameter.")?;
                it.failover_timeout = Some(time);
            }
            ("parallel-syncs", [count]) => it.parallel_syncs = number(count).unwrap_or(0),
            ("auth-pass", [password]) => it.auth_pass = (*password).to_owned(),
            ("auth-user", [user]) => it.auth_user = (*user).to_owned(),
            ("config-epoch", [epoch]) => {
                it.config_epoch = number(epoch).unwrap_or(0);
                // Newer than what the other lines say, after an older file was put in the place of this one.
                self.epoch = self.epoch.max(it.config_epoch);
            }
            ("leader-epoch", [epoch]) => it.leader_epoch = number(epoch).unwrap_or(0),
            ("master-reboot-down-after-period", [time]) => {
                let time = number(time).filter(|&time: &i64| time >= 0);
                it.reboot_down_after = time.ok_or("negative time parameter.")?;
            }
            ("known-slave" | "known-replica", [host, port]) => {
                let node = node(host, port, None)
                    .map_err(|_| "Wrong hostname or port for replica.".to_owned())?;
                it.replicas.push(node);
            }
            ("known-sentinel", [host, port, id]) => {
                it.sentinels.push(node(host, port, Some(id))?);
            }
            ("rename-command", [old, new]) => {
                it.renamed.push(((*old).to_owned(), (*new).to_owned()));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Options that stand in the file once for each sentinel, or once for each primary, in the order they are written.
pub const OPTIONS: [&str; 20] = [
    "myid",
    "deny-scripts-reconfig",
    "resolve-hostnames",
    "announce-hostnames",
    "monitor",
    "down-after-milliseconds",
    "failover-timeout",
    "parallel-syncs",
    "auth-pass",
    "auth-user",
    "master-reboot-down-after-period",
    "config-epoch",
    "leader-epoch",
    "known-replica",
    "known-sentinel",
    "rename-command",
    "current-epoch",
    "announce-ip",
    "announce-port",
    "sentinel-user",
];

/// The number of the option that a line of the file sets, among all that [`Sentinel::lines`] may write.
pub fn option_of(words: &[Vec<u8>]) -> Option<usize> {
    let [first, option, ..] = words else {
        return None;
    };
    if !first.eq_ignore_ascii_case(b"sentinel") {
        return None;
    }
    let option = match option.to_ascii_lowercase().as_slice() {
        b"known-slave" => b"known-replica".to_vec(),
        other => other.to_vec(),
    };
    if option == b"sentinel-pass" {
        return Some(OPTIONS.len());
    }
    OPTIONS.iter().position(|name| name.as_bytes() == option)
}

impl Sentinel {
    /// The lines of the configuration file that say what this sentinel knows, each with the number of its option.
    pub fn lines(&self) -> Vec<(usize, Vec<u8>)> {
        let mut lines = Vec::new();
        let mut add = |option: &str, rest: String| {
            let at = OPTIONS.iter().position(|name| *name == option);
            let line = format!("sentinel {option} {rest}").into_bytes();
            lines.push((at.unwrap_or(OPTIONS.len()), line));
        };
        let common = &self.common;
        let announce = &common.announce;
        add("myid", common.id.clone());
        if announce.resolve_hostnames {
            add("resolve-hostnames", "yes".into());
        }
        if announce.hostnames {
            add("announce-hostnames", "yes".into());
        }
        for primary in self.primaries.values() {
            add_primary(primary, &mut add);
        }
        add("current-epoch", common.epoch.to_string());
        if !announce.host.is_empty() {
            add("announce-ip", quoted(&announce.host));
        }
        if announce.port != 0 {
            add("announce-port", announce.port.to_string());
        }
        if !announce.sentinel_user.is_empty() {
            add("sentinel-user", announce.sentinel_user.clone());
        }
        if !announce.sentinel_pass.is_empty() {
            add("sentinel-pass", announce.sentinel_pass.clone());
        }
        lines
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = Vec::new();
    crate::resp::quote(text.as_bytes(), &mut quoted);
    String::from_utf8_lossy(&quoted).into_owned()
}

fn add_primary(primary: &Primary, add: &mut impl FnMut(&str, String)) {
    let usual = Timing::default();
    let name = &primary.node.name;
    let (host, port) = primary.current_address(true);
    let quorum = primary.quorum;
    add("monitor", format!("{name} {host} {port} {quorum}"));
    let down_after = primary.node.down_after;
    if down_after != usual.default_down_after {
        add("down-after-milliseconds", format!("{name} {down_after}"));
    }
    let timeout = primary.failover_timeout;
    if timeout != usual.default_failover_timeout {
        add("failover-timeout", format!("{name} {timeout}"));
    }
    if primary.parallel_syncs != 1 {
        let syncs = primary.parallel_syncs;
        add("parallel-syncs", format!("{name} {syncs}"));
    }
    if !primary.auth_pass.is_empty() {
        add("auth-pass", format!("{name} {}", primary.auth_pass));
    }
    if !primary.auth_user.is_empty() {
        add("auth-user", format!("{name} {}", primary.auth_user));
    }
    if primary.reboot_down_after != 0 {
        let period = primary.reboot_down_after;
        let option = "master-reboot-down-after-period";
        add(option, format!("{name} {period}"));
    }
    add("config-epoch", format!("{name} {}", primary.config_epoch));
    add("leader-epoch", format!("{name} {}", primary.leader_epoch));
    // While a failover goes on, the old primary is written down as the replica that it will be.
    let promoted = primary
        .promoted()
        .is_some_and(|node| node.is_at(host, port));
    for node in primary.replicas.values() {
        let node = match promoted && node.is_at(host, port) {
            true => &primary.node,
            false => node,
        };
        add(
            "known-replica",
            format!("{name} {} {}", node.host, node.port),
        );
    }
    for (id, node) in primary.sentinels.iter() {
        add(
            "known-sentinel",
            format!("{name} {} {} {id}", node.host, node.port),
        );
    }
    for (old, new) in &primary.renamed {
        let (old, new) = (quoted(old), quoted(new));
        add("rename-command", format!("{name} {old} {new}"));
    }
}
