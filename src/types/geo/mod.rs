//! Places on the earth, as scores of a sorted set: geohashes of 52 bits.
//!
//! Everything here gives the same bits on every platform: what the standard library's sine would give is
//! up to the platform, see [`super::trigonometry`].

mod cell;
mod distance;
mod search;
#[cfg(test)]
mod tests;

pub use cell::Cell;
pub use distance::distance;
pub use search::{Area, Shape};

/// Degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// East of Greenwich.
    pub longitude: f64,
    /// North of the equator.
    pub latitude: f64,
}

/// The part of the world that cells divide.
#[derive(Clone, Copy)]
struct World {
    longitudes: (f64, f64),
    latitudes: (f64, f64),
}

/// The world of the Mercator projection (EPSG:900913), which has no poles.
const MERCATOR: World = World {
    longitudes: (-180.0, 180.0),
    latitudes: (-85.051_128_78, 85.051_128_78),
};

/// The whole world, as standard geohashes divide it.
const WHOLE: World = World {
    longitudes: (-180.0, 180.0),
    latitudes: (-90.0, 90.0),
};

/// Bits of each coordinate in a score.
const MAX_STEP: u32 = 26;

impl Point {
    /// Whether it has a score.
    pub fn is_on_the_map(self) -> bool {
        let within = |value: f64, (low, high): (f64, f64)| value >= low && value <= high;
        within(self.longitude, MERCATOR.longitudes) && within(self.latitude, MERCATOR.latitudes)
    }

    /// The score of a place that is on the map.
    pub fn score(self) -> u64 {
        Cell::around(self, MAX_STEP, MERCATOR).bits
    }

    /// The middle of the smallest cell that a score stands for, on the map: any score stands for one.
    pub fn of_score(score: f64) -> Point {
        let cell = Cell {
            bits: converted(score),
            step: MAX_STEP,
        };
        let bounds = cell.bounds(MERCATOR);
        let middle =
            |low: f64, high: f64, map: (f64, f64)| ((low + high) / 2.0).clamp(map.0, map.1);
        Point {
            longitude: middle(bounds.west, bounds.east, MERCATOR.longitudes),
            latitude: middle(bounds.south, bounds.north, MERCATOR.latitudes),
        }
    }

    /// The standard geohash, eleven letters, of which the last is always `0`.
    pub fn geohash(self) -> [u8; 11] {
        const LETTERS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
        let bits = Cell::around(self, MAX_STEP, WHOLE).bits;
        std::array::from_fn(|at| match at {
            10 => b'0',
            at => LETTERS[(bits >> (52 - 5 * (at + 1)) & 31) as usize],
        })
    }
}

/// A score as an unsigned integer, as C's conversion gives it on x86, which goes around for negative ones.
fn converted(score: f64) -> u64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let signed = |value: f64| {
        if (-LIMIT..LIMIT).contains(&value) {
            value as i64 as u64
        } else {
            1 << 63
        }
    };
    if score >= LIMIT {
        signed(score - LIMIT) ^ 1 << 63
    } else {
        signed(score)
    }
}
