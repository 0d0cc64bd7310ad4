//! What befalls a deployment.

use crate::deployment::Deployment;
use resplay::lab::{Line, Node};

/// Faults and writes, for a minute or two.
pub fn happen(deployment: &mut Deployment) {
    // Where data dies with its process no promise can be kept once one is killed.
    let kills = deployment.durable;
    for _ in 0..deployment.rng.u32(10..40) {
        let pause = deployment.rng.i64(0..5000);
        deployment.pass(pause);
        if deployment.rng.u32(..3) == 0 {
            deployment.write();
            continue;
        }
        one(deployment, kills);
    }
}

fn one(deployment: &mut Deployment, kills: bool) {
    let all = deployment.processes();
    let any = |deployment: &mut Deployment| all[deployment.rng.u64(..all.len() as u64) as usize];
    let (one, other) = (any(deployment), any(deployment));
    match deployment.rng.u32(..12) {
        0 | 1 => {
            // The primary is worth the most.
            let primary = deployment.primary_by(deployment.sentinels[0]);
            let victim = primary.filter(|_| deployment.rng.bool()).unwrap_or(one);
            let is_sentinel = deployment.sentinels.contains(&victim);
            match kills || is_sentinel {
                true => {
                    deployment.machine.kill(victim);
                }
                false => deployment.machine.pause(victim, true),
            }
        }
        2 | 3 => deployment.machine.start(one),
        4 => deployment.machine.pause(one, true),
        5 | 6 => deployment.machine.pause(one, false),
        7 => {
            let (from, to) = (deployment.node(one), deployment.node(other));
            deployment.machine.cut(from, to, true);
            if deployment.rng.bool() {
                deployment.machine.cut(to, from, true);
            }
        }
        8 => partition(deployment, &all),
        9 => deployment.machine.heal(),
        _ => {
            let line = Line {
                latency_us: deployment.rng.i64(..200_000),
                jitter_us: deployment.rng.i64(..200_000),
                bytes_per_second: match deployment.narrow {
                    true => [0, 0, 50_000][deployment.rng.u64(..3) as usize],
                    false => 0,
                },
            };
            let (from, to) = (deployment.node(one), deployment.node(other));
            match deployment.rng.bool() {
                true => deployment.machine.set_lines(line),
                false => deployment.machine.set_line(from, to, Some(line)),
            }
        }
    }
}

/// Everybody is on one side or on the other.
fn partition(deployment: &mut Deployment, all: &[u16]) {
    let sides: Vec<(Node, bool)> = all
        .iter()
        .map(|port| (deployment.node(*port), deployment.rng.bool()))
        .collect();
    let one_way = deployment.rng.u32(..4) == 0;
    for (from, here) in &sides {
        for (to, there) in &sides {
            if here != there && (*here || !one_way) {
                deployment.machine.cut(*from, *to, true);
            }
        }
    }
}
