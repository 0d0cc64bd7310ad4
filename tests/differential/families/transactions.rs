//! MULTI, EXEC, DISCARD, WATCH.

use crate::command;
use crate::random::{Group, Random};

pub fn group(random: &mut Random) -> Group {
    match random.below(8) {
        0 => vec![command!(random.pick(&["EXEC", "DISCARD", "UNWATCH"]))],
        1 => vec![command!("WATCH", random.any_key(), random.any_key())],
        2 => vec![
            command!("MULTI"),
            command!("MULTI"),
            command!("WATCH a"),
            command!("EXEC"),
        ],
        3 => vec![
            command!("MULTI"),
            command!("NOSUCHCOMMAND"),
            command!("SET str:0 1"),
            command!("EXEC"),
        ],
        4 => {
            let key = random.any_key();
            vec![
                command!("WATCH", key.clone()),
                command!("DEL", key),
                command!("MULTI"),
                command!("PING"),
                command!("EXEC"),
            ]
        }
        _ => {
            let mut group = vec![command!("MULTI")];
            for _ in 0..random.below(4) {
                let family = [
                    super::strings::group,
                    super::hash::group,
                    super::list::group,
                    super::sorted_set::group,
                    super::expire::group,
                ];
                let inner = family[random.below(family.len())](random);
                group.extend(inner.into_iter().filter(|args| fits(args)));
            }
            group.push(command!(random.pick(&["EXEC", "EXEC", "EXEC", "DISCARD"])));
            group
        }
    }
}

/// Left out: keys that are gone while the transaction runs, and what 7.0 refuses to queue but 7.2 does not.
fn fits(args: &[Vec<u8>]) -> bool {
    let is = |name: &[u8]| args[0] == name;
    !is(b"PEXPIRE") && !((is(b"ZRANK") || is(b"ZREVRANK")) && args.len() != 3)
}
