//! The lab as wasm in a real browser leads the same lives as natively: event for event, byte for byte.

#![cfg(target_arch = "wasm32")]

#[path = "../../simulation/deployment.rs"]
mod deployment;
#[path = "../../simulation/faults.rs"]
mod faults;
#[path = "../../simulation/story.rs"]
mod story;

use resplay_browser_tests::STORIES;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_lab_leads_the_same_lives_in_a_browser() {
    let mut lives = 0;
    for line in STORIES.lines() {
        let (seed, fingerprint) = line.split_once(' ').unwrap();
        let seed: u64 = seed.parse().unwrap();
        let told = story::of(seed);
        if format!("{:016x}", story::fingerprint(&told)) != fingerprint {
            for line in told.lines() {
                console_log!("{line}");
            }
            panic!("seed {seed} has another story, which stands above");
        }
        lives += 1;
    }
    assert!(
        lives > 0,
        "run the native tests first: cargo nextest run --test simulation"
    );
    console_log!("simulation: {lives} lives are the same here as natively");
}
