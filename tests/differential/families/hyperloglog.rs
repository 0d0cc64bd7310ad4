//! HyperLogLogs, whose bytes are compared too.

use crate::command;
use crate::random::{Group, Kind, Random};

pub fn group(random: &mut Random) -> Group {
    let name = key(random);
    let command = match random.below(32) {
        0..8 => {
            let mut args = command!("PFADD", name);
            for _ in 0..random.below(6) {
                args.push(element(random));
            }
            args
        }
        // Enough for the encodings to change.
        8 | 9 => {
            let mut args = command!("PFADD", name);
            let from = random.below(3000);
            let many = if random.one_in(4) { 900 } else { 120 };
            args.extend((from..from + random.below(many)).map(|n| n.to_string().into_bytes()));
            args
        }
        10..13 => command!("PFCOUNT", name),
        13 | 14 => command!("PFCOUNT", name, key(random), key(random)),
        15..18 => {
            let mut args = command!("PFMERGE", name);
            for _ in 0..random.below(4) {
                args.push(key(random));
            }
            args
        }
        18 => command!("GET", name),
        19 => command!("DUMP", name),
        20 | 21 => {
            let what = random.pick(&[
                "DECODE", "ENCODING", "encoding", "TODENSE", "GETREG", "NOSUCH",
            ]);
            command!("PFDEBUG", what, name)
        }
        22 => command!("OBJECT ENCODING", name),
        23 => command!("STRLEN", name),
        24 => {
            let limit = random.pick(&["0", "100", "3000", "3000", "20000", "1kb", "-1", "x"]);
            command!("CONFIG SET hll-sparse-max-bytes", limit)
        }
        25 => command!("COPY", name, key(random), "REPLACE"),
        // The header: the magic, the encoding, the cached count.
        26 => {
            let at = random.pick(&["0", "3", "4", "5", "8", "15"]);
            let byte = vec![u8::try_from(random.below(4)).unwrap_or(0)];
            return vec![
                command!("SETRANGE", name.clone(), at, byte),
                command!("PFCOUNT", name),
            ];
        }
        27 => {
            let runs: [&[u8]; 6] = [
                b"\x7f\xff",
                b"\x7f\xfe\x80",
                b"\x7f\xf0",
                b"\x00",
                b"\x7f\xff\x00",
                b"\xff",
            ];
            let runs = runs[random.below(runs.len())];
            let value = [
                b"HYLL\x01\0\0\0\0\0\0\0\0\0\0",
                &[[0, 0x80][random.below(2)]][..],
                runs,
            ]
            .concat();
            command!("SET", name, value)
        }
        28 => command!("SET", name, random.value()),
        _ => command!("DEL", name),
    };
    random.one(command)
}

fn key(random: &mut Random) -> Vec<u8> {
    if random.one_in(20) {
        return random.key(Kind::String);
    }
    format!("hll:{}", random.below(5)).into_bytes()
}

fn element(random: &mut Random) -> Vec<u8> {
    match random.below(3) {
        0 => random.value(),
        1 => random.member(),
        _ => random.below(100_000).to_string().into_bytes(),
    }
}
