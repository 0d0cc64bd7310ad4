//! What the engine tells a replica or an append-only file makes the same data again.

use std::collections::BTreeSet;

use resplay::instance::Config;
use resplay::server::Server;

use crate::families;
use crate::random::{Args, Random, words};
use crate::reply::{Reply, request};

const START: i64 = 1_700_000_000_000_000;
const HISTORIES: u64 = 40;
const PIPELINES: usize = 60;
const PIPELINE: usize = 25;

/// A server, the client that plays and the one that looks.
struct Node {
    server: Server,
    client: u64,
    audit: u64,
    now: i64,
}

impl Node {
    fn start() -> Node {
        let mut server = Server::new(Config::default(), 5, START);
        let client = server.connect(START, "127.0.0.1:50000");
        let audit = server.connect(START, "127.0.0.1:50001");
        Node {
            server,
            client,
            audit,
            now: START,
        }
    }

    fn ask(&mut self, args: &[Vec<u8>]) -> Vec<u8> {
        self.server.receive(self.now, self.client, &request(args));
        self.server.take_output(self.client)
    }

    /// A digest of every key, by database and name.
    fn keys(&mut self) -> BTreeSet<String> {
        self.client = self.audit;
        let mut keys = BTreeSet::new();
        for database in 0..16 {
            self.ask(&words(&format!("SELECT {database}")));
            let output = self.ask(&words("KEYS *"));
            let Some((Reply::Array(names), _)) = Reply::parse(&output) else {
                continue;
            };
            for name in names {
                let Reply::Bulk(name) = name else { continue };
                let digest = self.ask(&[b"DEBUG".to_vec(), b"DIGEST-VALUE".to_vec(), name.clone()]);
                keys.insert(format!(
                    "{database} {} {}",
                    name.escape_ascii(),
                    digest.escape_ascii()
                ));
            }
        }
        keys
    }

    /// The digest of all data, after every key has been looked at, so that none is there whose time is over.
    fn digest(&mut self) -> Vec<u8> {
        let playing = std::mem::replace(&mut self.client, self.audit);
        for database in 0..16 {
            self.ask(&words(&format!("SELECT {database}")));
            // KEYS only passes over them; SCAN removes them.
            self.ask(&words("SCAN 0 COUNT 1000000"));
        }
        let digest = self.ask(&words("DEBUG DIGEST"));
        self.client = playing;
        digest
    }
}

/// Leaves out what would end or silence the connection or hide what SPOP did. Also CONFIG, since a replica
/// has a configuration of its own, and -0: a listpack holds it as 0, a skip list as it is, and SORT turns
/// the one into the other on the primary alone, as in Redis.
fn playable(group: Vec<Args>) -> Vec<Args> {
    let pops = group.iter().any(|args| args[0] == b"SPOP");
    let hides = |args: &Args| {
        let aside: &[&[u8]] = &[b"CLIENT", b"RESET", b"CONFIG"];
        (pops && args[0] == b"DEL")
            || aside.contains(&args[0].as_slice())
            || args.iter().any(|arg| arg == b"-0")
    };
    group.into_iter().filter(|args| !hides(args)).collect()
}

#[test]
fn replaying_the_effects_makes_the_same_data() {
    let (mut commands, mut effects) = (0_usize, 0_usize);
    for history in 0..HISTORIES {
        let mut random = Random::new("effects", history);
        let mut primary = Node::start();
        let mut replica = Node::start();
        primary.server.collect_effects(true);
        let mut selected = 0;
        let mut played = Vec::new();
        for _ in 0..PIPELINES {
            for _ in 0..PIPELINE {
                let family = &families::ALL[random.below(families::ALL.len())];
                for args in playable((family.group)(&mut random)) {
                    primary.ask(&args);
                    played.push(args);
                    commands += 1;
                }
            }
            // Long enough for the briefest keys to be over.
            primary.now += 20_000;
            primary.server.tick(primary.now);
            let expected = primary.digest();
            for effect in primary.server.take_effects() {
                effects += 1;
                if effect.db != selected {
                    selected = effect.db;
                    replica.ask(&words(&format!("SELECT {selected}")));
                }
                let mut args: Vec<Vec<u8>> =
                    effect.args.as_args().iter().map(<[u8]>::to_vec).collect();
                // A replica obeys its primary, which tells a LIMIT along with how it came out.
                if matches!(args[0].as_slice(), b"XADD" | b"XTRIM")
                    && let Some(at) = args
                        .iter()
                        .position(|arg| arg.eq_ignore_ascii_case(b"LIMIT"))
                {
                    args.drain(at..at + 2);
                }
                let reply = replica.ask(&args);
                assert!(
                    !matches!(Reply::parse(&reply), Some((Reply::Error(_), _))),
                    "history {history}: the effect {} is refused: {}",
                    args.iter()
                        .map(|arg| arg.escape_ascii().to_string())
                        .collect::<Vec<_>>()
                        .join(" "),
                    reply.escape_ascii()
                );
            }
            // Only now, because a replica lets nothing expire by its own clock.
            replica.now = primary.now;
            let actual = replica.digest();
            if actual != expected {
                let tail: Vec<String> = played
                    .iter()
                    .rev()
                    .take(60)
                    .rev()
                    .map(|args| {
                        args.iter()
                            .map(|arg| arg.escape_ascii().to_string())
                            .collect::<Vec<_>>()
                            .join(" ")
                    })
                    .collect();
                let (ours, replayed) = (primary.keys(), replica.keys());
                let differ: Vec<&String> = ours.symmetric_difference(&replayed).collect();
                panic!(
                    "history {history}: {differ:?} differ after\n{}",
                    tail.join("\n")
                );
            }
        }
    }
    println!("effects: {commands} commands, {effects} effects replayed");
}
