//! The dense encoding: six bits a register, from the low bits of a byte upwards.

use super::{HEADER, REGISTERS, Registers};

const BITS: usize = 6;
const MASK: u16 = (1 << BITS) - 1;

/// Bytes of a dense representation, header included.
pub const LEN: usize = HEADER + REGISTERS * BITS / 8;

/// The register at `index` below 16384 of a representation of [`LEN`] bytes.
pub fn register(bytes: &[u8], index: usize) -> u8 {
    let (at, shift) = place(index);
    let low = bytes.get(at).copied().unwrap_or_default();
    // The last register ends with its byte.
    let high = bytes.get(at + 1).copied().unwrap_or_default();
    (u16::from_le_bytes([low, high]) >> shift & MASK) as u8
}

/// Sets a register. As [`register`].
pub fn set(bytes: &mut [u8], index: usize, value: u8) {
    let (at, shift) = place(index);
    let clear = (!(MASK << shift)).to_le_bytes();
    let bits = ((u16::from(value) & MASK) << shift).to_le_bytes();
    for half in 0..2 {
        if let Some(byte) = bytes.get_mut(at + half) {
            *byte = *byte & clear[half] | bits[half];
        }
    }
}

/// Sets a register if that raises it; whether it did.
pub fn raise(bytes: &mut [u8], index: usize, value: u8) -> bool {
    let higher = value > register(bytes, index);
    if higher {
        set(bytes, index, value);
    }
    higher
}

/// A dense representation with a header of zeros.
pub fn from_registers(registers: &Registers) -> Vec<u8> {
    let mut bytes = vec![0; LEN];
    for (index, &value) in registers.iter().enumerate() {
        if value > 0 {
            set(&mut bytes, index, value);
        }
    }
    bytes
}

fn place(index: usize) -> (usize, u32) {
    let bit = index * BITS;
    (HEADER + bit / 8, (bit % 8) as u32)
}
