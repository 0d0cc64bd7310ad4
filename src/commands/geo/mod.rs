//! The commands for places on the earth: sorted sets whose scores are geohashes.

mod add;
mod places;
mod search;
mod store;
#[cfg(test)]
mod tests;

pub use add::geoadd;
pub use places::{geodist, geohash, geopos};
pub use search::{
    georadius, georadius_ro, georadiusbymember, georadiusbymember_ro, geosearch, geosearchstore,
};

use crate::commands::arguments::{double, is_word};
use crate::resp::{ReplyError, ReplyWriter};
use crate::types::geo::Point;

/// Reads a longitude and a latitude.
///
/// # Errors
/// What is no float, or lies beyond the map.
fn point(longitude: &[u8], latitude: &[u8]) -> Result<Point, ReplyError> {
    let point = Point {
        longitude: double(longitude)?,
        latitude: double(latitude)?,
    };
    if point.is_on_the_map() {
        return Ok(point);
    }
    Err(format!(
        "ERR invalid longitude,latitude pair {:.6},{:.6}",
        point.longitude, point.latitude
    )
    .into())
}

/// Metres of a unit.
fn unit(word: &[u8]) -> Result<f64, ReplyError> {
    [("m", 1.0), ("km", 1000.0), ("ft", 0.3048), ("mi", 1609.34)]
        .into_iter()
        .find(|(name, _)| is_word(word, name))
        .map(|(_, metres)| metres)
        .ok_or(ReplyError::new(
            "ERR unsupported unit provided. please use M, KM, FT, MI",
        ))
}

/// Writes a distance with four decimals, rounded as in 7.2: ten thousand times as much, to the nearest
/// integer. (7.0 has printf round, which now and then takes the other of two that are equally near.)
fn write_distance(reply: &mut ReplyWriter, distance: f64) {
    let scaled = (distance * 10_000.0).round_ties_even() as u64;
    let mut text = itoa::Buffer::new().format(scaled / 10_000).to_owned();
    // A one in front keeps the zeros.
    let decimals = 10_000 + scaled % 10_000;
    text.push('.');
    text.push_str(&itoa::Buffer::new().format(decimals)[1..]);
    reply.bulk_str(&text);
}

/// Writes both coordinates, with up to seventeen decimals.
fn write_point(reply: &mut ReplyWriter, point: Point) {
    reply.array(2);
    for degrees in [point.longitude, point.latitude] {
        let text = format!("{degrees:.17}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        let text = if text == "-0" { "0" } else { text };
        reply.double_text(text.as_bytes());
    }
}
