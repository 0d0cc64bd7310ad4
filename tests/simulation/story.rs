//! A life told by its logs.

use crate::deployment::Deployment;
use crate::faults;

/// What happens in the life of a seed.
pub fn of(seed: u64) -> String {
    let mut deployment = Deployment::new(seed);
    deployment.narrow = false;
    deployment.settle_down();
    faults::happen(&mut deployment);
    deployment.repair();
    deployment.pass(20_000);
    let mut story = deployment.story();
    for port in deployment.processes() {
        story += &deployment.ask(port, "INFO replication");
        story += &deployment.ask(port, "DEBUG DIGEST");
        story += &deployment.ask(port, "SENTINEL MASTERS");
    }
    story
}

/// A number that is another for another story (FNV-1a).
pub fn fingerprint(story: &str) -> u64 {
    story.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
