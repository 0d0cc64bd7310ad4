//! Random lives of a deployment in the lab: servers and sentinels that are killed, stopped, cut off and slowed down,
//! and then left in peace. `RESPLAY_LIFES` says how many lives, `RESPLAY_LIFE` which one alone, with its logs.

mod checks;
mod deployment;
mod faults;
mod story;

use deployment::Deployment;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// What a life has seen, summed up.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    failovers: u64,
    promised: u64,
    writes: u64,
    lab_seconds: u64,
}

fn live(seed: u64) -> Result<Seen, String> {
    let mut deployment = Deployment::new(seed);
    deployment.settle_down();
    faults::happen(&mut deployment);
    deployment.repair();
    let peace = checks::comes_to_peace(&mut deployment);
    let checked = peace
        .and_then(|primary| checks::keeps_promises(&mut deployment, primary))
        .and_then(|()| checks::elects_one_leader_an_epoch(&deployment));
    if std::env::var("RESPLAY_LIFE").is_ok() {
        eprintln!("{}", deployment.story());
    }
    checked?;
    Ok(Seen {
        failovers: deployment.failovers(),
        promised: deployment.promised.len() as u64,
        writes: deployment.written,
        lab_seconds: deployment.seconds(),
    })
}

fn outcome(seed: u64) -> Result<Seen, String> {
    let lived = catch_unwind(AssertUnwindSafe(|| live(seed)));
    lived.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(format!("panic: {}", text.unwrap_or_default()))
    })
}

#[test]
fn whatever_happens_the_deployment_comes_to_peace() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|it| it.parse::<u64>().ok())
    };
    let (first, count) = match number("RESPLAY_LIFE") {
        Some(seed) => (seed, 1),
        None => (
            number("RESPLAY_FIRST_SEED").unwrap_or(0),
            number("RESPLAY_LIFES").unwrap_or(60),
        ),
    };
    let next = AtomicU64::new(first);
    let failed = Mutex::new(Vec::new());
    let all = Mutex::new(Seen::default());
    let began = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    match outcome(seed) {
                        Ok(seen) => {
                            let mut all = all.lock().unwrap();
                            all.failovers += seen.failovers;
                            all.promised += seen.promised;
                            all.writes += seen.writes;
                            all.lab_seconds += seen.lab_seconds;
                        }
                        Err(why) => {
                            eprintln!("seed {seed}: {why}");
                            failed.lock().unwrap().push(seed);
                        }
                    }
                }
            });
        }
    });
    let took = began.elapsed().as_secs_f64();
    let all = *all.lock().unwrap();
    println!(
        "simulation: {count} seeds, {:.1} a second: {all:?}",
        count as f64 / took
    );
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "run each alone with RESPLAY_LIFE: {failed:?}"
    );
    // A campaign in which nothing is put to the test proves nothing.
    if count >= 50 {
        assert!(all.failovers > count / 4 && all.promised > count, "{all:?}");
    }
}

/// The lives that the engine in a browser leads too.
const LIVES: std::ops::Range<u64> = 0..12;

/// Each is led twice, and once more by `tests/browser` in wasm, which finds here what it has to come to.
#[test]
fn a_seed_is_the_same_life_again() {
    let mut fingerprints = String::new();
    for seed in LIVES {
        let story = story::of(seed);
        assert!(story == story::of(seed), "seed {seed}");
        fingerprints += &format!("{seed} {:016x}\n", story::fingerprint(&story));
    }
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/stories.txt");
    std::fs::write(path, fingerprints).unwrap();
}
