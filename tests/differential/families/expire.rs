//! Times to live.

use crate::command;
use crate::random::{Group, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.any_key();
    let mut command = match random.below(13) {
        0 | 1 => command!("EXPIRE", key, random.seconds()),
        2 => command!("PEXPIRE", key, random.milliseconds()),
        3 => command!("EXPIREAT", key, random.unix_seconds()),
        4 => command!("PEXPIREAT", key, random.unix_milliseconds()),
        5..7 => command!(random.pick(&["TTL", "PTTL"]), key),
        7..9 => command!(random.pick(&["EXPIRETIME", "PEXPIRETIME"]), key),
        9 => command!("PERSIST", key),
        10 if random.one_in(6) => return vec![command!("PEXPIRE", key, "1")],
        10 => {
            return vec![
                command!("EXPIRE", key.clone(), random.seconds()),
                command!("RENAME", key, random.any_key()),
            ];
        }
        11 => {
            return vec![
                command!("EXPIRE", key.clone(), random.seconds()),
                command!("COPY", key, random.any_key(), "REPLACE"),
            ];
        }
        _ => {
            return vec![
                command!("EXPIRE", key.clone(), random.seconds()),
                command!("SET", key, random.value()),
            ];
        }
    };
    if command[0].contains(&b'E') && command[0].ends_with(b"E") | command[0].ends_with(b"AT") {
        while random.one_in(3) && command.len() < 6 {
            let condition = random.pick(&["NX", "XX", "GT", "LT", "EQ"]);
            command.push(random.option(condition));
        }
    }
    random.one(command)
}
