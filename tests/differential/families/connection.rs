//! The connection: greeting, protocol, names, replies switched off.

use crate::command;
use crate::random::{Group, Random};

pub fn group(random: &mut Random) -> Group {
    let command = match random.below(32) {
        0 => command!("PING"),
        1 => command!("PING", random.value()),
        2 => command!("ECHO", random.value()),
        3 => command!("HELLO"),
        4 => command!("HELLO", random.pick(&["2", "3", "3", "4", "x", "1"])),
        // Not damaged: 7.0 takes the name before it has read the rest, 7.2 when all of it is right.
        5 => return vec![command!("HELLO 3 SETNAME", random.member())],
        6 => command!("HELLO 2 AUTH default", random.member()),
        7 => command!("RESET"),
        8 => command!("CLIENT ID"),
        9 => command!("CLIENT INFO"),
        10 => command!("CLIENT LIST"),
        11 => command!(
            "CLIENT LIST TYPE",
            random.pick(&["normal", "pubsub", "master", "replica", "other"])
        ),
        12 => command!("CLIENT LIST ID 999999"),
        13 | 14 => command!("CLIENT SETNAME", random.value()),
        15 | 16 => command!("CLIENT GETNAME"),
        17 => command!(
            "CLIENT NO-EVICT",
            random.pick(&["ON", "OFF", "off", "MAYBE"])
        ),
        // Damaged, it might name a client that one of the servers has.
        18 => {
            let id = random.pick(&["999999", "0", "x", "-1"]);
            return vec![command!("CLIENT KILL ID", id)];
        }
        19 => command!("CLIENT KILL", random.pick(&["1.2.3.4:5", "nowhere"])),
        20 => command!(
            "CLIENT KILL TYPE",
            random.pick(&["pubsub", "master", "other"])
        ),
        21 => command!(
            "CLIENT KILL ADDR 1.2.3.4:5 SKIPME",
            random.pick(&["yes", "no", "x"])
        ),
        22 => {
            return vec![
                command!("CLIENT REPLY OFF"),
                command!("PING"),
                command!("SET str:0 silent"),
                command!("CLIENT REPLY ON"),
            ];
        }
        23 => {
            return vec![
                command!("CLIENT REPLY SKIP"),
                command!("PING"),
                command!("PING again"),
            ];
        }
        24 => command!("CLIENT REPLY", random.pick(&["ON", "NEVER"])),
        25 => command!(
            "CLIENT",
            random.pick(&["NOSUCH", "REPLY", "SETNAME", "KILL", "LIST extra"])
        ),
        26 => command!(
            random.pick(&["NOSUCHCOMMAND", "SE", "GETT", "nosuch:1"]),
            random.value(),
            random.member()
        ),
        27 => command!("SET str:1 inline"),
        28 => command!(
            "CLIENT SETINFO",
            random.pick(&["LIB-NAME", "lib-ver", "colour"]),
            random.value()
        ),
        29 => command!("CLIENT NO-TOUCH", random.pick(&["on", "off", "maybe"])),
        30 => command!("CLIENT HELP"),
        _ => command!("SELECT 0"),
    };
    random.one(command)
}
