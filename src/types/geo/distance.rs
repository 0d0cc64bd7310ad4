//! Distances on a sphere.

use super::Point;
use crate::types::trigonometry::{asin, cos, sin};

/// Mean radius of the earth, in metres, that Redis reckons with.
pub(super) const EARTH_RADIUS: f64 = 6_372_797.560856;

const RADIANS: f64 = std::f64::consts::PI / 180.0;

pub(super) fn radians(degrees: f64) -> f64 {
    degrees * RADIANS
}

pub(super) fn degrees(radians: f64) -> f64 {
    radians / RADIANS
}

/// Metres along the meridian between two latitudes.
pub(super) fn along_the_meridian(one: f64, other: f64) -> f64 {
    EARTH_RADIUS * (radians(other) - radians(one)).abs()
}

/// Metres between two points, by the haversine formula.
pub fn distance(one: Point, other: Point) -> f64 {
    let across = sin((radians(other.longitude) - radians(one.longitude)) / 2.0);
    if across == 0.0 {
        return along_the_meridian(one.latitude, other.latitude);
    }
    let (first, second) = (radians(one.latitude), radians(other.latitude));
    let along = sin((second - first) / 2.0);
    let square = along * along + cos(first) * cos(second) * across * across;
    // Rounding may take it beyond 1 on the other side of the earth.
    2.0 * EARTH_RADIUS * asin(square.sqrt().min(1.0))
}
