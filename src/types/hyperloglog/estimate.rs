//! The count from the registers: Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog
//! sketches", arXiv:1702.01284. Only additions, products and square roots, which are the same everywhere.

use super::{Corrupted, PATTERN_BITS, REGISTERS, Registers, dense_registers, is_dense, runs};

/// How many registers have each value.
type Histogram = [u32; 64];

/// About how many different elements have been added.
///
/// # Errors
/// [`Corrupted`].
pub fn count(bytes: &[u8]) -> Result<u64, Corrupted> {
    let mut histogram: Histogram = [0; 64];
    if is_dense(bytes) {
        for value in dense_registers(bytes) {
            histogram[usize::from(value & 63)] += 1;
        }
        return Ok(estimate(&histogram));
    }
    let mut rest = REGISTERS;
    for run in runs(bytes) {
        rest = rest.checked_sub(run.len).ok_or(Corrupted)?;
        histogram[usize::from(run.value & 63)] += run.len as u32;
    }
    if rest == 0 {
        Ok(estimate(&histogram))
    } else {
        Err(Corrupted)
    }
}

/// The count for registers that have been merged.
pub fn count_registers(registers: &Registers) -> u64 {
    let mut histogram: Histogram = [0; 64];
    for &value in registers {
        histogram[usize::from(value & 63)] += 1;
    }
    estimate(&histogram)
}

fn estimate(histogram: &Histogram) -> u64 {
    /// 1 / (2 ln 2)
    const ALPHA: f64 = 0.721_347_520_444_481_7;
    const COUNT: f64 = REGISTERS as f64;
    let highest = PATTERN_BITS as usize;
    let full = f64::from(histogram[highest + 1]);
    let mut sum = COUNT * tau((COUNT - full) / COUNT);
    for value in (1..=highest).rev() {
        sum += f64::from(histogram[value]);
        sum *= 0.5;
    }
    sum += COUNT * sigma(f64::from(histogram[0]) / COUNT);
    let estimate = (ALPHA * COUNT * COUNT / sum).round();
    if estimate < i64::MAX as f64 {
        estimate as u64
    } else {
        // Nobody counts so far: a made-up representation. It is what C's conversion gives.
        1 << 63
    }
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut weight, mut sum) = (1.0, x);
    loop {
        x *= x;
        let before = sum;
        sum += x * weight;
        weight += weight;
        if before == sum {
            return sum;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut weight, mut sum) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = sum;
        weight *= 0.5;
        sum -= (1.0 - x) * (1.0 - x) * weight;
        if before == sum {
            return sum / 3.0;
        }
    }
}
