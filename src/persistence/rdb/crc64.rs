//! CRC-64 as Redis has it: Jones's polynomial, reflected, nothing added at either end. Eight bytes a
//! step by eight tables ("slicing"), which are computed at first use rather than shipped.

use std::sync::LazyLock;

/// 0xad93d23594c935a9 with its bits reversed.
const POLYNOMIAL: u64 = 0x95ac_9329_ac4b_c9b5;

/// `TABLES[n][byte]` is the checksum of `byte` followed by `n` zero bytes.
static TABLES: LazyLock<Box<[[u64; 256]; 8]>> = LazyLock::new(|| crate::memory::apart(tables));

fn tables() -> Box<[[u64; 256]; 8]> {
    let mut tables = Box::new([[0; 256]; 8]);
    for byte in 0..256 {
        let mut sum = byte as u64;
        for _ in 0..8 {
            sum = (sum >> 1) ^ (POLYNOMIAL & (sum & 1).wrapping_neg());
        }
        tables[0][byte] = sum;
    }
    for zeros in 1..8 {
        for byte in 0..256 {
            let sum = tables[zeros - 1][byte];
            tables[zeros][byte] = tables[0][(sum & 0xff) as usize] ^ (sum >> 8);
        }
    }
    tables
}

/// The checksum of what `sum` is the checksum of, followed by `bytes`; of nothing it is 0. O(n).
pub fn crc64(mut sum: u64, bytes: &[u8]) -> u64 {
    let tables: &[[u64; 256]; 8] = &TABLES;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let mixed = (sum ^ u64::from_le_bytes(*word)).to_le_bytes();
        sum = 0;
        for (table, byte) in tables.iter().rev().zip(mixed) {
            sum ^= table[usize::from(byte)];
        }
    }
    for byte in rest {
        sum = tables[0][usize::from(sum as u8 ^ byte)] ^ (sum >> 8);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_check_value() {
        assert_eq!(crc64(0, b"123456789"), 0xe9c6_d914_c4b8_d9ca);
        assert_eq!(crc64(0, b""), 0);
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let bytes: Vec<u8> = (0..300_u32).map(|i| ((i * i) >> 3) as u8).collect();
        for cut in 0..bytes.len() {
            let (one, other) = bytes.split_at(cut);
            assert_eq!(crc64(crc64(0, one), other), crc64(0, &bytes), "{cut}");
        }
    }
}
