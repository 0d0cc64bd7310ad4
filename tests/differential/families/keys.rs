//! Commands on keys of any type.

use crate::command;
use crate::random::{Group, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.any_key();
    let command = match random.below(20) {
        0 | 1 => command!(random.pick(&["DEL", "UNLINK"]), key, random.any_key()),
        2 => command!("EXISTS", key.clone(), random.any_key(), key),
        3 | 4 => command!("TYPE", key),
        5 => command!("TOUCH", key, random.any_key()),
        6 | 7 => command!("RENAME", key, random.any_key()),
        8 => command!("RENAMENX", key, random.any_key()),
        9..12 => {
            let mut args = command!("COPY", key, random.any_key());
            if random.one_in(3) {
                args.extend([
                    random.option("DB"),
                    random.between(-1, 17).to_string().into_bytes(),
                ]);
            }
            if random.one_in(3) {
                args.push(random.option("REPLACE"));
            }
            args
        }
        12 => command!("MOVE", key, random.between(-1, 17).to_string().into_bytes()),
        13 => command!("KEYS", random.pattern()),
        14 => return vec![command!("RANDOMKEY")],
        15 | 16 => {
            let about = random.pick(&["ENCODING", "REFCOUNT", "IDLETIME", "FREQ", "COLOUR"]);
            // Shared small integers are the one thing that makes a reference count other than 1.
            let about = if about == "REFCOUNT" && !key.starts_with(b"zset") {
                "ENCODING"
            } else {
                about
            };
            command!("OBJECT", random.option(about), key)
        }
        17 => command!("MEMORY USAGE", key),
        18 => command!("DEBUG DIGEST-VALUE", key, random.any_key()),
        _ => command!("DEBUG OBJECT", key),
    };
    random.one(command)
}
