//! HyperLogLog: how many different elements there were, to within 0.81 %, in at most 12 KB.
//!
//! Redis keeps it in a string, and so the bytes are part of what clients see: a header of sixteen (`HYLL`,
//! the encoding, three zeros, the cached count), then 16384 registers. In the dense encoding each takes six
//! bits; the sparse one is a row of runs, see [`sparse`]. The format is described at the head of Redis's
//! `hyperloglog.c`.

mod dense;
mod estimate;
mod hash;
mod sparse;
#[cfg(test)]
mod tests;

pub use estimate::{count, count_registers};
pub use sparse::{Run, runs};

/// Number of registers.
pub const REGISTERS: usize = 1 << INDEX_BITS;

/// The registers, a byte each, as a union of several is counted.
pub type Registers = [u8; REGISTERS];

/// Bits of an element's hash that choose its register.
const INDEX_BITS: u32 = 14;
/// The other bits of the hash: a register holds at most one more.
const PATTERN_BITS: u32 = 64 - INDEX_BITS;
const HEADER: usize = 16;
const MAGIC: &[u8] = b"HYLL";
const ENCODING_AT: usize = 4;
const COUNT_AT: usize = 8;
/// Of the last byte of the cached count: set when it no longer holds.
const STALE: u8 = 0x80;

/// How the registers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Six bits each.
    Dense,
    /// Runs of equal ones.
    Sparse,
}

/// The runs of a sparse representation do not make up 16384 registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupted;

/// One in which nothing has been counted, sparse.
pub fn create() -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes[..MAGIC.len()].copy_from_slice(MAGIC);
    bytes[ENCODING_AT] = 1;
    sparse::push_zeros(&mut bytes, REGISTERS);
    bytes
}

/// The encoding of a string that looks like a HyperLogLog; none if it does not. Runs are not looked at.
pub fn encoding(bytes: &[u8]) -> Option<Encoding> {
    if bytes.len() < HEADER || !bytes.starts_with(MAGIC) {
        return None;
    }
    match bytes[ENCODING_AT] {
        0 => (bytes.len() == dense::LEN).then_some(Encoding::Dense),
        1 => Some(Encoding::Sparse),
        _ => None,
    }
}

fn is_dense(bytes: &[u8]) -> bool {
    bytes.get(ENCODING_AT) == Some(&0) && bytes.len() == dense::LEN
}

/// Adds an element; whether a register has changed. A sparse representation that would take more than
/// `max_sparse` bytes becomes dense. O(1) when dense, O(n) in the bytes of a sparse one.
///
/// # Errors
/// [`Corrupted`].
pub fn add(bytes: &mut Vec<u8>, element: &[u8], max_sparse: usize) -> Result<bool, Corrupted> {
    let (index, pattern) = hash::pattern(element);
    raise(bytes, index, pattern, max_sparse)
}

/// Raises a register to `value`, unless it is as high already; whether it has changed. As [`add`].
///
/// # Errors
/// [`Corrupted`].
pub fn raise(
    bytes: &mut Vec<u8>,
    index: usize,
    value: u8,
    max_sparse: usize,
) -> Result<bool, Corrupted> {
    if is_dense(bytes) {
        return Ok(dense::raise(bytes, index, value));
    }
    match sparse::raise(bytes, index, value, max_sparse)? {
        Some(changed) => Ok(changed),
        None => {
            make_dense(bytes)?;
            Ok(dense::raise(bytes, index, value))
        }
    }
}

/// Makes a sparse representation dense; false when it was. The cached count is kept.
///
/// # Errors
/// [`Corrupted`], and then nothing has changed.
pub fn make_dense(bytes: &mut Vec<u8>) -> Result<bool, Corrupted> {
    if is_dense(bytes) {
        return Ok(false);
    }
    let mut registers: Registers = [0; REGISTERS];
    merge(&mut registers, bytes)?;
    let mut wide = dense::from_registers(&registers);
    wide[..HEADER].copy_from_slice(&bytes[..HEADER]);
    wide[ENCODING_AT] = 0;
    *bytes = wide;
    Ok(true)
}

/// Raises registers to those of a HyperLogLog.
///
/// # Errors
/// [`Corrupted`]; some registers may have been raised.
pub fn merge(registers: &mut Registers, bytes: &[u8]) -> Result<(), Corrupted> {
    if is_dense(bytes) {
        for (index, register) in registers.iter_mut().enumerate() {
            *register = (*register).max(dense::register(bytes, index));
        }
        return Ok(());
    }
    let mut rest = &mut registers[..];
    for run in runs(bytes) {
        let (covered, behind) = rest.split_at_mut_checked(run.len).ok_or(Corrupted)?;
        for register in covered {
            *register = (*register).max(run.value);
        }
        rest = behind;
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Corrupted)
    }
}

/// All registers in their order; dense only.
pub fn dense_registers(bytes: &[u8]) -> impl Iterator<Item = u8> {
    (0..REGISTERS).map(|index| dense::register(bytes, index))
}

/// The count that was computed last, if nothing has changed since.
pub fn cached_count(bytes: &[u8]) -> Option<u64> {
    let count: [u8; 8] = bytes.get(COUNT_AT..HEADER)?.try_into().ok()?;
    (count[7] & STALE == 0).then(|| u64::from_le_bytes(count))
}

/// Keeps a count.
pub fn cache_count(bytes: &mut [u8], count: u64) {
    if let Some(cache) = bytes.get_mut(COUNT_AT..HEADER) {
        cache.copy_from_slice(&count.to_le_bytes());
    }
}

/// Marks the cached count as out of date.
pub fn forget_count(bytes: &mut [u8]) {
    if let Some(last) = bytes.get_mut(HEADER - 1) {
        *last |= STALE;
    }
}

/// Fills the registers of a dense representation with `values`, and reads them again.
///
/// # Errors
/// The index of a register that holds another value than it was given.
pub fn registers_hold(bytes: &mut [u8], values: impl FnMut() -> u8) -> Result<(), usize> {
    let given: Vec<u8> = std::iter::repeat_with(values).take(REGISTERS).collect();
    for (index, &value) in given.iter().enumerate() {
        dense::set(bytes, index, value);
    }
    match (0..REGISTERS).find(|&index| dense::register(bytes, index) != given[index]) {
        Some(index) => Err(index),
        None => Ok(()),
    }
}
