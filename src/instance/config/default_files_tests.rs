//! The redis.conf and sentinel.conf of a new machine: they say all that can be said, and what they say is so.

use std::collections::BTreeSet;

use super::*;
use crate::disk::{Disk, MemoryDisk};
use crate::resp::split_args;
use crate::sentinel::{OPTIONS, Timing, option_of};

/// Commented lines that are no defaults, since there is none that could be written.
const EXAMPLES: &[&str] = &[
    "aclfile /etc/redis/users.acl",
    "bind-source-addr 127.0.0.1",
    "include /etc/redis/other.conf",
    "masterauth secret",
    "masteruser replication",
    "pidfile /run/redis/redis-server.pid",
    "rename-command FLUSHALL \"\"",
    "replica-announce-ip 10.0.0.5",
    "replicaof 127.0.0.1 6380",
    "requirepass a-long-secret",
    "unixsocket /run/redis/redis.sock",
    "unixsocketperm 700",
    "user ann on >another-secret ~cart:* +@read +@write",
];

/// Likewise of sentinel.conf.
const SENTINEL_EXAMPLES: &[&str] = &[
    "requirepass another-secret",
    "sentinel announce-ip 10.0.0.5",
    "sentinel announce-port 26379",
    "sentinel auth-pass mymaster a-long-secret",
    "sentinel auth-user mymaster sentinel",
    "sentinel rename-command mymaster CONFIG another-name",
    "sentinel sentinel-pass another-secret",
    "sentinel sentinel-user ann",
];

/// What a sentinel writes by itself.
const LEARNT: &[&str] = &[
    "config-epoch",
    "current-epoch",
    "known-replica",
    "known-sentinel",
    "leader-epoch",
    "myid",
];

fn load(text: &str, sentinel: bool) -> Config {
    let folders = ["/etc/redis", "/var/lib/redis", "/var/log/redis"];
    let mut disk = MemoryDisk::with_directories(&folders);
    for (path, text) in [
        ("/etc/redis/redis.conf", text),
        ("/etc/redis/other.conf", "timeout 7\n"),
    ] {
        disk.create(path).unwrap();
        disk.append(path, text.as_bytes()).unwrap();
    }
    let path = Some("/etc/redis/redis.conf");
    let loaded = match sentinel {
        true => Config::load_sentinel(path, b"", "/etc", &disk, |_| false),
        false => Config::load(path, b"", "/etc", &disk, |name| name == b"FLUSHALL"),
    };
    loaded.unwrap_or_else(|error| panic!("{error}"))
}

/// All that a configuration says.
fn said(mut config: Config) -> Vec<String> {
    let values = Parameter::ALL.iter().map(|it| it.get(&mut config));
    let values: Vec<_> = values.collect();
    // A time that is not said is the usual one.
    let usual = Timing::default();
    for primary in config.sentinel.iter_mut().flat_map(|it| &mut it.primaries) {
        primary.down_after.get_or_insert(usual.default_down_after);
        let timeout = &mut primary.failover_timeout;
        timeout.get_or_insert(usual.default_failover_timeout);
    }
    let others = format!(
        "{:?} {:?} {:?}",
        config.users, config.command_names, config.sentinel
    );
    values.into_iter().chain([others]).collect()
}

/// A setting, which is no prose: its first word is the name of one, and is followed by a value.
fn is_setting(line: &str) -> bool {
    let words = split_args(line.as_bytes()).unwrap_or_default();
    let [name, _, ..] = words.as_slice() else {
        return false;
    };
    Parameter::find(name).is_some()
        || [&b"include"[..], b"rename-command", b"user"].contains(&name.as_slice())
        || option_of(&words).is_some()
}

/// The settings behind a `#`, each with the number of its line.
fn commented(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(at, line)| Some((at, line.strip_prefix("# ")?)))
        .filter(|(_, line)| is_setting(line))
        .collect()
}

/// Takes the `#` from each commented setting in turn. Answers those that make a difference.
fn that_differ(text: &str, sentinel: bool) -> Vec<&str> {
    let usual = said(load(text, sentinel));
    let mut differ = Vec::new();
    for (at, setting) in commented(text) {
        let lines = text.lines().enumerate();
        let lines = lines.map(|(number, line)| if number == at { setting } else { line });
        let changed = lines.collect::<Vec<_>>().join("\n");
        if said(load(&changed, sentinel)) != usual {
            differ.push(setting);
        }
    }
    differ.sort_unstable();
    differ
}

#[test]
fn the_default_file_changes_nothing_but_where_the_log_is() {
    let expected = Config {
        logfile: "/var/log/redis/redis-server.log".into(),
        ..Config::default()
    };
    assert_eq!(said(load(DEFAULT_FILE, false)), said(expected));
}

#[test]
fn every_parameter_has_its_place_in_the_default_file() {
    let commented = commented(DEFAULT_FILE).into_iter().map(|(_, line)| line);
    let written = DEFAULT_FILE.lines().filter(|line| is_setting(line));
    let names: Vec<&str> = commented
        .chain(written)
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    for parameter in Parameter::ALL {
        let name = parameter.name;
        let expected = match name {
            "save" | "client-output-buffer-limit" => 3,
            _ => 1,
        };
        let found = names.iter().filter(|it| **it == name).count();
        assert_eq!(found, expected, "{name}");
        let Some(alias) = parameter.alias else {
            continue;
        };
        let by_rule = [("replica", "slave"), ("listpack", "ziplist")]
            .iter()
            .any(|(new, old)| {
                let rule = format!("{old} for {new}");
                DEFAULT_FILE.contains(&rule) && name.replace(new, old) == alias
            });
        assert!(by_rule || DEFAULT_FILE.contains(alias), "{alias}");
    }
    for name in ["include", "rename-command", "user"] {
        assert!(names.contains(&name), "{name}");
    }
}

#[test]
fn what_is_commented_in_the_default_file_is_the_default_or_an_example() {
    assert_eq!(that_differ(DEFAULT_FILE, false), EXAMPLES);
}

#[test]
fn the_default_sentinel_file_says_everything() {
    assert_eq!(that_differ(DEFAULT_SENTINEL_FILE, true), SENTINEL_EXAMPLES);
    let mut left: BTreeSet<&str> = OPTIONS.iter().copied().chain(["sentinel-pass"]).collect();
    for line in DEFAULT_SENTINEL_FILE.lines() {
        let mut words = line.trim_start_matches("# ").split(' ');
        if words.next() == Some("sentinel") {
            left.remove(words.next().unwrap_or_default());
        }
    }
    assert_eq!(left, LEARNT.iter().copied().collect());
    for name in LEARNT {
        assert!(DEFAULT_SENTINEL_FILE.contains(name), "{name}");
    }
}

#[test]
fn the_default_sentinel_file_says_the_defaults() {
    let loaded = load(DEFAULT_SENTINEL_FILE, true);
    let bare = load("sentinel monitor mymaster 127.0.0.1 6379 2\n", true);
    let expected = Config {
        dir: "/var/lib/redis".into(),
        logfile: "/var/log/redis/redis-sentinel.log".into(),
        ..bare
    };
    assert_eq!(said(loaded), said(expected));
}
