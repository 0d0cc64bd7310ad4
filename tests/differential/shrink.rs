//! Finds the fewest commands of an episode that still show a disagreement.

use crate::compare::Disagreement;
use crate::differences::Differences;
use crate::episode::{Arena, Episode};

/// Removes ever smaller runs of groups, then lines of the prelude, as long as the two sides still disagree about the same command.
pub fn shrink(
    arena: &mut Arena,
    differences: &Differences,
    episode: Episode,
    found: Disagreement,
) -> (Episode, Disagreement) {
    let kind = found.kind();
    let mut best = (episode, found);
    let mut run = best.0.groups.len() / 2;
    while run > 0 {
        let mut at = 0;
        while at < best.0.groups.len() {
            let mut smaller = best.0.clone();
            let end = (at + run).min(smaller.groups.len());
            smaller.groups.drain(at..end);
            match arena.play(&smaller, differences) {
                Some(found) if found.kind() == kind => best = (smaller, found),
                _ => at += run,
            }
        }
        run /= 2;
    }
    let mut at = 0;
    while at < best.0.prelude.len() {
        let mut smaller = best.0.clone();
        smaller.prelude.remove(at);
        match arena.play(&smaller, differences) {
            Some(found) if found.kind() == kind => best = (smaller, found),
            _ => at += 1,
        }
    }
    best
}
