//! What has to hold of a deployment, whatever has befallen it.

use crate::deployment::Deployment;
use std::collections::BTreeMap;

/// How long it may take to come to peace once all faults have ended, in seconds: two failovers that time out.
const PATIENCE: u32 = 240;

/// All sentinels name one primary, all others follow it and have what it has. Answers which.
pub fn comes_to_peace(deployment: &mut Deployment) -> Result<u16, String> {
    let mut why = String::new();
    for _ in 0..PATIENCE {
        deployment.pass(1000);
        match is_at_peace(deployment) {
            Ok(primary) => return Ok(primary),
            Err(reason) => why = reason,
        }
    }
    Err(format!("no peace after {PATIENCE} s: {why}"))
}

fn is_at_peace(deployment: &mut Deployment) -> Result<u16, String> {
    let primaries = deployment.sentinels.clone().into_iter();
    let primaries: Vec<_> = primaries.map(|port| deployment.primary_by(port)).collect();
    let (Some(primary), true) = (
        primaries[0],
        primaries.windows(2).all(|two| two[0] == two[1]),
    ) else {
        return Err(format!("sentinels name {primaries:?}"));
    };
    let role = deployment.ask(primary, "ROLE");
    if !role.contains(" master ") {
        return Err(format!("{primary}, named by all, is {role}"));
    }
    let digest = deployment.ask(primary, "DEBUG DIGEST");
    for port in deployment.servers.clone() {
        if port == primary {
            continue;
        }
        let role = deployment.ask(port, "ROLE");
        if !(role.contains(" slave ")
            && role.contains(&format!(":{primary} "))
            && role.contains(" connected "))
        {
            return Err(format!("{port} does not follow {primary}: {role}"));
        }
        let other = deployment.ask(port, "DEBUG DIGEST");
        if other != digest {
            return Err(format!("{port} has {other}, {primary} has {digest}"));
        }
    }
    Ok(primary)
}

/// What all replicas had acknowledged is there.
pub fn keeps_promises(deployment: &mut Deployment, primary: u16) -> Result<(), String> {
    for number in deployment.promised.clone() {
        if deployment.ask(primary, &format!("EXISTS w:{number}")) != ":1" {
            return Err(format!(
                "w:{number} was acknowledged by all replicas, and is lost"
            ));
        }
    }
    Ok(())
}

/// In no epoch were two sentinels elected, and no sentinel has voted for two.
pub fn elects_one_leader_an_epoch(deployment: &Deployment) -> Result<(), String> {
    let mut epochs: BTreeMap<usize, u64> = BTreeMap::new();
    let mut tried: BTreeMap<usize, u64> = BTreeMap::new();
    let mut leaders: BTreeMap<u64, usize> = BTreeMap::new();
    let mut votes: BTreeMap<(usize, u64), String> = BTreeMap::new();
    for line in &deployment.log {
        let Some((_, message)) = line.text.split_once(" # ") else {
            continue;
        };
        let mut words = message.split(' ');
        match words.next() {
            Some("+new-epoch") => {
                let epoch = words.next().and_then(|it| it.parse().ok());
                epochs.insert(line.process, epoch.unwrap_or(0));
            }
            Some("+try-failover") => {
                let epoch = epochs.get(&line.process).copied().unwrap_or(0);
                tried.insert(line.process, epoch);
            }
            Some("+elected-leader") => {
                let epoch = tried.get(&line.process).copied().unwrap_or(0);
                let before = leaders.insert(epoch, line.process);
                if before.is_some_and(|before| before != line.process) {
                    return Err(format!("two leaders in epoch {epoch}"));
                }
            }
            Some("+vote-for-leader") => {
                let whom = words.next().unwrap_or_default().to_owned();
                let epoch: u64 = words.next().and_then(|it| it.parse().ok()).unwrap_or(0);
                let before = votes.insert((line.process, epoch), whom.clone());
                if before.is_some_and(|before| before != whom) {
                    return Err(format!("two votes of one sentinel in epoch {epoch}"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
