//! Crashes a simulated machine at random moments, and looks whether what comes back is what the
//! policy has promised. RESPLAY_CRASHES says how many lives there are; RESPLAY_SEED which.

// Shared by several tests, none of which uses all of it.
#[allow(dead_code)]
#[path = "../support/elements.rs"]
mod elements;
mod history;
mod lives;
mod machine;
#[allow(dead_code)]
#[path = "../support/reply.rs"]
mod reply;
mod workload;

use lives::{Policy, Seen};

fn number(name: &str, default: u64) -> u64 {
    let text = std::env::var(name);
    text.map_or(default, |text| text.parse().expect("a number"))
}

fn crash(policy: Policy) {
    let runs = number("RESPLAY_CRASHES", 40);
    let seed = number("RESPLAY_SEED", 1);
    let mut seen = Seen::default();
    for seed in seed..seed + runs {
        let run = std::panic::catch_unwind(|| lives::run(policy, seed));
        match run {
            Ok(one) => seen.add(&one),
            Err(_) => panic!("RESPLAY_SEED={seed} RESPLAY_CRASHES=1 repeats it"),
        }
    }
    println!(
        "crashes: {policy:?}, {} lives ({} killed, {} without power, {} shut down), {} of {} acknowledged writes lost",
        seen.lives, seen.kills, seen.plugs, seen.shutdowns, seen.lost, seen.acknowledged
    );
    println!(
        "crashes: {policy:?}, {} while the store was at work, {} while a snapshot or rewrite was; {} snapshots, {} rewrites",
        seen.in_commit, seen.in_background, seen.snapshots, seen.rewrites
    );
    // A test that meets none of these would prove nothing.
    for (what, count) in [
        ("kills", seen.kills),
        ("power cuts", seen.plugs),
        ("crashes during a commit", seen.in_commit),
        ("crashes during a snapshot or rewrite", seen.in_background),
    ] {
        assert!(count > 0 || runs < 20, "no {what}");
    }
}

#[test]
fn always_loses_nothing_that_was_acknowledged() {
    crash(Policy::Always);
}

#[test]
fn everysec_loses_a_second() {
    crash(Policy::EverySec);
}

#[test]
fn no_loses_what_the_page_cache_held() {
    crash(Policy::No);
}

#[test]
fn snapshots_lose_what_came_after_the_last() {
    crash(Policy::Snapshots);
}
