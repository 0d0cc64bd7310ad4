//! SORT and SORT_RO.

use crate::command;
use crate::random::{Group, Kind, Random, words};

pub fn group(random: &mut Random) -> Group {
    if random.one_in(4) {
        // What BY and GET look up.
        let name = format!("w_{}", random.below(12)).into_bytes();
        return match random.below(3) {
            0 => vec![command!("SET", name, random.float())],
            1 => vec![command!("HSET", name, "field", random.value())],
            _ => vec![
                command!("DEL", random.key(Kind::List)),
                command!("RPUSH", random.key(Kind::List), "3 1 2 10 7"),
            ],
        };
    }
    if random.one_in(4) {
        return ties(random);
    }
    let kind = [Kind::List, Kind::Set, Kind::SortedSet][random.below(3)];
    let read_only = random.one_in(3);
    let mut args = command!(if read_only { "SORT_RO" } else { "SORT" }, random.key(kind));
    let by = random.one_in(3);
    if by {
        let pattern = random.pick(&["w_*", "w_*->field", "nosort", "nowhere_*", "w_*->"]);
        args.extend([random.option("BY"), pattern.as_bytes().to_vec()]);
    }
    // The order of ties under BY is nobody's promise, so they may not decide what is left or stored.
    if !by && random.one_in(3) {
        args.extend([random.option("LIMIT"), random.index(), random.index()]);
    }
    while random.one_in(3) && args.len() < 12 {
        let pattern = random.pick(&["#", "w_*", "w_*->field", "w_*->", "plain"]);
        args.extend([random.option("GET"), pattern.as_bytes().to_vec()]);
    }
    if random.one_in(2) {
        let order = random.pick(&["ASC", "DESC", "DOWN"]);
        args.push(random.option(order));
    }
    if random.one_in(2) {
        args.push(random.option("ALPHA"));
    }
    if !by && random.one_in(4) {
        args.extend([random.option("STORE"), random.key(Kind::List)]);
    }
    // The real server leaves errno as it is before it reads a weight, so that one weight out of range
    // fails later SORTs too. INCRBYFLOAT resets it.
    // Not damaged: a lost BY argument could turn into such a tie.
    vec![words("INCRBYFLOAT errno 0"), args]
}

/// Elements of which many have the same weight or none. From a list they come in a known order, so
/// that the real server's sorting decides which of them a LIMIT lets through.
fn ties(random: &mut Random) -> Group {
    let values: Vec<Vec<u8>> = (0..1 + random.below(60))
        .map(|_| random.below(40).to_string().into_bytes())
        .collect();
    let mut sort = command!(
        "SORT ties BY w_* ALPHA GET # LIMIT",
        random.index(),
        random.index()
    );
    if random.one_in(2) {
        sort.push(random.option("DESC"));
    }
    if random.one_in(4) {
        sort.extend(command!("STORE", random.key(Kind::List)));
    }
    vec![words("DEL ties"), command!("RPUSH ties", values), sort]
}
