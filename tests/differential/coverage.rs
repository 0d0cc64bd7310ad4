//! No command of the table goes untested: each is made by a family or stands in a transcript.

use std::collections::BTreeSet;

use resplay::commands::{Mode, table};

use crate::families;
use crate::random::Random;

/// Commands that end the connection, need several or are newer than the oracle, and where they are tested.
const ELSEWHERE: &[(&str, &str)] = &[
    ("quit", "tests/malformed.rs"),
    ("client|caching", "tests/tracking.rs"),
    ("client|getredir", "tests/tracking.rs"),
    ("client|pause", "tests/pausing.rs"),
    ("client|tracking", "tests/tracking.rs"),
    ("client|trackinginfo", "tests/tracking.rs"),
    ("client|unpause", "tests/pausing.rs"),
    ("waitaof", "src/server/waiting_tests.rs"),
    ("monitor", "tests/pubsub.rs"),
    ("sync", "src/server/replicas_tests.rs"),
    ("psync", "tests/replication.rs"),
    ("replconf", "tests/replication.rs"),
    ("psubscribe", "tests/pubsub.rs"),
    ("publish", "tests/pubsub.rs"),
    ("pubsub", "tests/pubsub.rs"),
    ("pubsub|channels", "tests/pubsub.rs"),
    ("pubsub|numpat", "tests/pubsub.rs"),
    ("pubsub|numsub", "tests/pubsub.rs"),
    ("pubsub|shardchannels", "tests/pubsub.rs"),
    ("pubsub|shardnumsub", "tests/pubsub.rs"),
    ("punsubscribe", "tests/pubsub.rs"),
    ("spublish", "tests/pubsub.rs"),
    ("ssubscribe", "tests/pubsub.rs"),
    ("subscribe", "tests/pubsub.rs"),
    ("sunsubscribe", "tests/pubsub.rs"),
    ("unsubscribe", "tests/pubsub.rs"),
];

/// Groups drawn from each family to see which commands it makes.
const GROUPS: usize = 6_000;

/// Commands, as `config|get`, that a generator or a transcript calls.
fn called() -> BTreeSet<String> {
    let mut called = BTreeSet::new();
    let mut add = |args: &[Vec<u8>]| {
        let word = |at: usize| {
            let word = args
                .get(at)
                .map(|word| String::from_utf8_lossy(word).to_ascii_lowercase());
            word.unwrap_or_default()
        };
        called.insert(word(0));
        called.insert(format!("{}|{}", word(0), word(1)));
    };
    for family in families::ALL {
        let mut random = Random::new(family.name, 0);
        for _ in 0..GROUPS {
            for args in (family.group)(&mut random) {
                add(&args);
            }
        }
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts");
    for entry in std::fs::read_dir(folder).expect("there are transcripts") {
        let path = entry.expect("there are transcripts").path();
        for line in std::fs::read_to_string(path)
            .expect("transcripts are text")
            .lines()
        {
            if let Some((prompt, command)) = line.split_once("> ")
                && prompt.starts_with("127.0.0.1:6379")
            {
                let words: Vec<Vec<u8>> = command
                    .split_whitespace()
                    .map(|word| word.as_bytes().to_vec())
                    .collect();
                add(&words);
            }
        }
    }
    called
}

#[test]
fn every_command_is_generated_or_in_a_transcript() {
    let called = called();
    let missing: Vec<String> = table()
        .entries()
        .iter()
        // Those of sentinels are compared in tests/sentinel_hosts.rs.
        .filter(|entry| entry.is_in(Mode::Server))
        .map(|entry| entry.full_name())
        .filter(|name| !called.contains(name))
        .filter(|name| !ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == name))
        .collect();
    assert!(
        missing.is_empty(),
        "neither a family nor a transcript calls {}",
        missing.join(", ")
    );
}
