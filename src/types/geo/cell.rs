//! The rectangles that the world is divided into: halved `step` times in each direction.

use super::{MAX_STEP, Point, World};

/// One of 4^step cells. Bits of longitude and latitude take turns in its number, longitude first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its number.
    pub bits: u64,
    /// Bits of each coordinate, 1 to 26.
    pub step: u32,
}

/// The edges of a cell, in degrees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) west: f64,
    pub(super) east: f64,
    pub(super) south: f64,
    pub(super) north: f64,
}

const LATITUDE_BITS: u64 = 0x5555_5555_5555_5555;

impl Cell {
    /// The cell that a point lies in. A point outside of the world is drawn to its edge.
    pub(super) fn around(point: Point, step: u32, world: World) -> Cell {
        let part = |value: f64, (low, high): (f64, f64)| {
            ((value - low) / (high - low) * (1u64 << step) as f64) as u32
        };
        Cell {
            bits: spread(part(point.latitude, world.latitudes))
                | spread(part(point.longitude, world.longitudes)) << 1,
            step,
        }
    }

    pub(super) fn bounds(self, world: World) -> Bounds {
        let edge = |number: u32, (low, high): (f64, f64)| {
            low + (f64::from(number) / (1u64 << self.step) as f64) * (high - low)
        };
        let (latitude, longitude) = (gather(self.bits), gather(self.bits >> 1));
        Bounds {
            west: edge(longitude, world.longitudes),
            east: edge(longitude.wrapping_add(1), world.longitudes),
            south: edge(latitude, world.latitudes),
            north: edge(latitude.wrapping_add(1), world.latitudes),
        }
    }

    /// The cell so many to the east and to the north, around the world if need be. At the very edge of
    /// the map a coordinate has a bit more, which only a move takes away.
    pub(super) fn moved(self, east: i32, north: i32) -> Cell {
        let all = (1u64 << self.step) - 1;
        let moved = |number: u32, by: i32| match by {
            0 => spread(number),
            by => spread((u64::from(number).wrapping_add_signed(i64::from(by)) & all) as u32),
        };
        Cell {
            bits: moved(gather(self.bits), north) | moved(gather(self.bits >> 1), east) << 1,
            step: self.step,
        }
    }

    /// The scores inside: the least, and the least that is beyond.
    pub fn scores(self) -> (u64, u64) {
        let shift = 2 * (MAX_STEP - self.step);
        (self.bits << shift, (self.bits + 1) << shift)
    }
}

/// The bits of a number with a gap behind each.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, LATITUDE_BITS),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// Every other bit, from the lowest: what [`spread`] spreads.
fn gather(bits: u64) -> u32 {
    let mut bits = bits & LATITUDE_BITS;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits as u32
}
