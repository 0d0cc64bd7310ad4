//! Random write commands whose outcome depends on nothing but what was written before.

use fastrand::Rng;

/// A command as redis-cli would take it; no argument holds a space.
pub fn write(chance: &mut Rng) -> String {
    let key = chance.u8(..12);
    let member = chance.u16(..400);
    let number = chance.i32(-1000..1000);
    match chance.u8(..22) {
        0 | 1 => format!("SET s{key} {number}"),
        2 => format!("INCRBY n{key} {number}"),
        3 => format!("APPEND s{key} x{member}"),
        4 | 5 => format!("RPUSH l{key} {member} {number}"),
        6 => format!("LPOP l{key}"),
        7 => format!("LTRIM l{key} 0 50"),
        8 => format!("HSET h{key} f{member} {number}"),
        9 => format!("HDEL h{key} f{member}"),
        10 => format!("SADD t{key} {member}"),
        11 => format!("SREM t{key} {member}"),
        12 | 13 => format!("ZADD z{key} {number} m{member}"),
        14 => format!("ZINCRBY z{key} 1.5 m{member}"),
        15 => format!("DEL s{key} l{key} h{key}"),
        16 => format!("EXPIRE z{key} 1000000"),
        17 | 18 => format!("XADD x{key} 5-* name {member} other {number}"),
        19 => format!("XADD x{key} MAXLEN ~ 50 6-{member} name {number}"),
        20 => format!("XDEL x{key} 5-{member} 6-{member}"),
        _ => format!("RENAME s{key} s{}", chance.u8(..12)),
    }
}

/// The bytes of a command.
pub fn encode(line: &str) -> Vec<u8> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
    bytes
}
