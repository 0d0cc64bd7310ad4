//! Bitmaps: single bits, counts and positions, BITOP, BITFIELD.

use crate::command;
use crate::random::{Args, Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let key = random.key(Kind::Bitmap);
    let command = match random.below(14) {
        0..3 => command!("SETBIT", key, offset(random), bit(random)),
        3 => command!("GETBIT", key, offset(random)),
        4 | 5 => range(random, command!("BITCOUNT", key)),
        6 | 7 => {
            let args = command!("BITPOS", key, bit(random));
            range(random, args)
        }
        8 | 9 => {
            let operation = random.pick(&["AND", "OR", "XOR", "NOT", "NOT", "NAND"]);
            let mut sources = random.keys(Kind::Bitmap);
            if operation == "NOT" && !random.one_in(4) {
                sources.truncate(1);
            }
            command!("BITOP", random.option(operation), key, sources)
        }
        10..13 => bitfield(random, key),
        _ => command!("SET", key, random.value()),
    };
    random.one(command)
}

fn offset(random: &mut Random) -> Vec<u8> {
    if random.one_in(10) {
        random.integer()
    } else {
        random.below(200).to_string().into_bytes()
    }
}

fn bit(random: &mut Random) -> Vec<u8> {
    random
        .pick(&["0", "1", "1", "0", "1", "2", "x"])
        .as_bytes()
        .to_vec()
}

fn range(random: &mut Random, mut args: Args) -> Args {
    if random.one_in(4) {
        return args;
    }
    args.push(random.index());
    if random.one_in(5) {
        return args;
    }
    args.push(random.index());
    if random.one_in(2) {
        let unit = random.pick(&["BIT", "BYTE", "BIT", "BYTE", "BITS"]);
        args.push(random.option(unit));
    }
    args
}

fn bitfield(random: &mut Random, key: Vec<u8>) -> Args {
    let read_only = random.one_in(4);
    let mut args = command!(if read_only { "BITFIELD_RO" } else { "BITFIELD" }, key);
    for _ in 0..random.below(4) {
        let kind = if read_only && !random.one_in(5) {
            0
        } else {
            random.below(4)
        };
        match kind {
            0 => args.extend([random.option("GET"), width(random), place(random)]),
            1 => args.extend([
                random.option("SET"),
                width(random),
                place(random),
                random.integer(),
            ]),
            2 => args.extend([
                random.option("INCRBY"),
                width(random),
                place(random),
                random.integer(),
            ]),
            _ => {
                let how = random.pick(&["WRAP", "SAT", "FAIL", "WRAP", "BOUNCE"]);
                args.extend([random.option("OVERFLOW"), random.option(how)]);
            }
        }
    }
    args
}

fn width(random: &mut Random) -> Vec<u8> {
    let widths = [
        "u1", "u4", "u8", "i5", "i8", "u16", "i32", "u63", "i64", "u64", "i65", "i0", "8", "u",
        "I8", "u08",
    ];
    random.pick(&widths).as_bytes().to_vec()
}

fn place(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => random.integer(),
        1 => format!("#{}", random.below(5)).into_bytes(),
        2 => b"#".to_vec(),
        _ => random.below(100).to_string().into_bytes(),
    }
}
