//! The sparse encoding: runs of equal registers in one or two bytes.
//!
//! | bits                | run                                                       |
//! | ------------------- | --------------------------------------------------------- |
//! | `00llllll`          | l + 1 registers that are 0                                |
//! | `01llllll llllllll` | l + 1 registers that are 0, the high bits of l first      |
//! | `1vvvvvll`          | l + 1 registers of the value v + 1                        |

use super::{Corrupted, HEADER};

/// Longest run of zeros in one byte.
const MAX_SHORT: usize = 64;
/// Longest run of zeros in two bytes.
const MAX_LONG: usize = 1 << 14;
/// Longest run of a value.
const MAX_VALUES: usize = 4;
/// Highest value that a run can have.
const MAX_VALUE: u8 = 32;
/// Runs that are looked at behind a change, from the one before it, for such as can be joined.
const JOINED: usize = 5;

/// Equal registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// How many.
    pub len: usize,
    /// What they hold.
    pub value: u8,
    /// Bytes that the run takes: 1 or 2.
    pub width: usize,
}

impl Run {
    fn read(bytes: &[u8], at: usize) -> Option<Run> {
        let first = *bytes.get(at)?;
        Some(if first & 0x80 != 0 {
            Run {
                len: usize::from(first & 3) + 1,
                value: (first >> 2 & 0x1f) + 1,
                width: 1,
            }
        } else if first & 0x40 != 0 {
            // Redis sees the zero that ends its strings when the second byte is missing.
            let low = bytes.get(at + 1).copied().unwrap_or_default();
            Run {
                len: (usize::from(first & 0x3f) << 8 | usize::from(low)) + 1,
                value: 0,
                width: 2,
            }
        } else {
            Run {
                len: usize::from(first) + 1,
                value: 0,
                width: 1,
            }
        })
    }
}

/// The runs of a sparse representation; their lengths are not checked.
pub fn runs(bytes: &[u8]) -> impl Iterator<Item = Run> {
    let mut at = HEADER;
    std::iter::from_fn(move || {
        let run = Run::read(bytes, at)?;
        at += run.width;
        Some(run)
    })
}

/// Writes runs of `len` zeros.
pub fn push_zeros(to: &mut Vec<u8>, mut len: usize) {
    while len > 0 {
        let run = len.min(MAX_LONG);
        if run > MAX_SHORT {
            to.extend_from_slice(&[0x40 | ((run - 1) >> 8) as u8, (run - 1) as u8]);
        } else {
            to.push((run - 1) as u8);
        }
        len -= run;
    }
}

/// A run of at most four registers of a value from 1 to 32.
fn values(value: u8, len: usize) -> u8 {
    0x80 | (value - 1) << 2 | (len - 1) as u8
}

/// Raises a register; whether it has changed. None, and nothing done, when the value or the length
/// that results is for the dense encoding alone.
pub fn raise(
    bytes: &mut Vec<u8>,
    index: usize,
    value: u8,
    max_len: usize,
) -> Result<Option<bool>, Corrupted> {
    if value > MAX_VALUE {
        return Ok(None);
    }
    let (mut at, mut first) = (HEADER, 0);
    let mut before = HEADER;
    let run = loop {
        let run = Run::read(bytes, at).ok_or(Corrupted)?;
        if index < first + run.len {
            break run;
        }
        before = at;
        at += run.width;
        first += run.len;
    };
    if run.value >= value {
        return Ok(Some(false));
    }
    if at + run.width > bytes.len() {
        return Err(Corrupted);
    }
    let (left, right) = (index - first, first + run.len - index - 1);
    // At most two bytes of zeros, one of the value, two of zeros again.
    let mut new = Vec::with_capacity(5);
    let same = |new: &mut Vec<u8>, len: usize| match run.value {
        0 => push_zeros(new, len),
        _ if len > 0 => new.push(values(run.value, len)),
        _ => {}
    };
    same(&mut new, left);
    new.push(values(value, 1));
    same(&mut new, right);
    if new.len() > run.width && bytes.len() + new.len() - run.width > max_len {
        return Ok(None);
    }
    bytes.splice(at..at + run.width, new);
    join(bytes, before);
    super::forget_count(bytes);
    Ok(Some(true))
}

/// Joins runs of the same value near `at`.
fn join(bytes: &mut Vec<u8>, mut at: usize) {
    for _ in 0..JOINED {
        let Some(run) = Run::read(bytes, at) else {
            return;
        };
        let next = Run::read(bytes, at + run.width).filter(|next| {
            run.value > 0 && next.value == run.value && run.len + next.len <= MAX_VALUES
        });
        match next {
            Some(next) => {
                bytes[at] = values(run.value, run.len + next.len);
                bytes.remove(at + 1);
            }
            None => at += run.width,
        }
    }
}
