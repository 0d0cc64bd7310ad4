//! The SCAN family and its options.

use crate::command;
use crate::random::{Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let mut command = match random.below(4) {
        0 => command!("SCAN"),
        1 => command!("SSCAN", random.key(Kind::Set)),
        2 => command!("HSCAN", random.key(Kind::Hash)),
        _ => command!("ZSCAN", random.key(Kind::SortedSet)),
    };
    let cursor = random.pick(&[
        "0",
        "0",
        "0",
        "0",
        "0",
        "x",
        "-1",
        "",
        "18446744073709551616",
        " 0",
        "0 ",
    ]);
    command.push(cursor.as_bytes().to_vec());
    if random.one_in(3) {
        command.extend([random.option("MATCH"), random.pattern()]);
    }
    // Enough to go through everything in one call; the rest are errors.
    let count = random.pick(&["1000", "1000", "1000", "0", "-1", "x", "4294967296"]);
    command.extend([random.option("COUNT"), count.as_bytes().to_vec()]);
    if random.one_in(3) {
        let kind = random.pick(&["string", "hash", "list", "set", "zset", "stream", "HASH"]);
        command.extend([random.option("TYPE"), kind.as_bytes().to_vec()]);
    }
    random.one(command)
}
