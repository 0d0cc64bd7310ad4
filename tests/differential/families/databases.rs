//! Several databases.

use crate::command;
use crate::random::{Group, Random};

pub fn group(random: &mut Random) -> Group {
    let number = |random: &mut Random| {
        if random.one_in(8) {
            random.integer()
        } else {
            random.below(3).to_string().into_bytes()
        }
    };
    let command = match random.below(10) {
        0..3 => command!("SELECT", number(random)),
        3 | 4 => command!("SWAPDB", number(random), number(random)),
        5 | 6 => command!("DBSIZE"),
        7 => command!("MOVE", random.any_key(), number(random)),
        8 => command!("SET", random.any_key(), random.value()),
        _ => {
            let mut args = command!(random.pick(&["FLUSHDB", "FLUSHALL", "FLUSHDB"]));
            if random.one_in(2) {
                let how = random.pick(&["SYNC", "ASYNC", "NOW"]);
                args.push(random.option(how));
            }
            args
        }
    };
    random.one(command)
}
