//! Plays generated commands against a real redis-server and against the engine, and compares.
//!
//! An *episode* starts both from nothing, chooses a configuration and a protocol, and plays some hundred
//! commands in pipelines; after each pipeline it compares every reply and `DEBUG DIGEST`. When the two
//! disagree, the episode is shrunk to the fewest commands that still show it and printed.
//!
//! ```text
//! cargo nextest run --test differential                           every family, the short form
//! RESPLAY_FAMILY=hash,set cargo nextest run --test differential   those families alone
//! RESPLAY_COMMANDS=2000000 RESPLAY_SEED=7 …                       more of it, from another seed
//! RESPLAY_ORACLE=/path/to/valkey-server …                         another oracle
//! RESPLAY_PEER=real …    the oracle against itself: whatever differs is the harness's own noise
//! ```
//!
//! To test a command: let `families/<family>.rs` make it, with `Random`'s keys and values, so that types
//! collide and bad arguments come by themselves (`random::spoil` also damages any command now and then).
//! If its reply has no fixed order or is random, say so in `compare.rs`. If 7.2 answers differently from
//! the oracle, add a row with the reason to `DIFFERENCES.md`.

#[path = "../support/elements.rs"]
mod elements;
#[path = "../support/redis.rs"]
mod redis;
#[path = "../support/reply.rs"]
mod reply;

mod compare;
mod coverage;
mod differences;
mod effects;
mod engine;
mod episode;
mod families;
mod payload;
mod random;
mod shrink;

use std::collections::BTreeSet;

use differences::Differences;
use episode::{Arena, Episode};

/// Commands in the short form, over all families; the campaign sets its own.
const SHORT: usize = 260_000;

/// The same for what subscribers hear.
const SHORT_LISTENING: usize = 60_000;

/// How many disagreements are shrunk and printed before a run gives up.
const ENOUGH: usize = 12;

fn setting<T: std::str::FromStr>(name: &str, or: T) -> T {
    let Ok(text) = std::env::var(name) else {
        return or;
    };
    text.parse()
        .unwrap_or_else(|_| panic!("{name} is no number: {text}"))
}

#[test]
fn families_answer_as_the_real_server() {
    play(setting("RESPLAY_COMMANDS", SHORT), |episode, _| episode);
}

/// What a subscriber of keyspace notifications hears, in order, while all families run.
#[test]
fn keys_are_told_of_as_by_the_real_server() {
    let budget = setting("RESPLAY_COMMANDS", 4 * SHORT_LISTENING) / 4;
    play(budget, Episode::listening);
}

fn play(budget: usize, variant: fn(Episode, u64) -> Episode) {
    let wanted = std::env::var("RESPLAY_FAMILY").ok();
    let chosen: Vec<_> = families::ALL
        .iter()
        .filter(|family| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.split(',').any(|name| name == family.name))
        })
        .collect();
    assert!(!chosen.is_empty(), "no such family: {wanted:?}");
    let first_seed: u64 = setting("RESPLAY_SEED", 1);

    let differences = Differences::load();
    let mut arena = Arena::start();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut played = 0;
    let mut seed = first_seed;
    while played < budget && found.len() < ENOUGH {
        for family in &chosen {
            let episode = variant(Episode::generate(family, &chosen, seed), seed);
            played += episode.commands();
            let Some(disagreement) = arena.play(&episode, &differences) else {
                continue;
            };
            // One report a command and kind of reply is enough to work on.
            if !seen.insert(disagreement.kind()) {
                continue;
            }
            let (small, disagreement) =
                shrink::shrink(&mut arena, &differences, episode, disagreement);
            found.push(format!(
                "{} seed {seed}\n{}{disagreement}",
                family.name,
                small.transcript()
            ));
        }
        seed += 1;
    }
    println!(
        "differential: {played} commands, seeds {first_seed} to {}, {} families",
        seed - 1,
        chosen.len()
    );
    for line in differences.used() {
        println!("differential: listed difference met {line}");
    }
    assert!(
        found.is_empty(),
        "{} disagreements\n\n{}",
        found.len(),
        found.join("\n\n")
    );
}
