//! Where to look for the places inside an area, and whether a place is inside.

use super::cell::{Bounds, Cell};
use super::distance::{EARTH_RADIUS, along_the_meridian, degrees, distance, radians};
use super::{MAX_STEP, MERCATOR, Point};
use crate::types::trigonometry::cos;

/// The form of an area.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A circle.
    Circle {
        /// In units.
        radius: f64,
    },
    /// A rectangle along the meridians.
    Box {
        /// In units.
        width: f64,
        /// In units.
        height: f64,
    },
}

/// Part of the earth.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// Its middle.
    pub centre: Point,
    /// Its form.
    pub shape: Shape,
    /// Metres of a unit.
    pub unit: f64,
}

impl Area {
    /// How far a point is from the centre, in metres, if it lies inside.
    pub fn distance_inside(&self, point: Point) -> Option<f64> {
        match self.shape {
            Shape::Circle { radius } => {
                let metres = distance(self.centre, point);
                (metres <= radius * self.unit).then_some(metres)
            }
            Shape::Box { width, height } => {
                let along = along_the_meridian(point.latitude, self.centre.latitude);
                if along > height * self.unit / 2.0 {
                    return None;
                }
                let beside = Point {
                    longitude: self.centre.longitude,
                    latitude: point.latitude,
                };
                if distance(point, beside) > width * self.unit / 2.0 {
                    return None;
                }
                Some(distance(self.centre, point))
            }
        }
    }

    /// The cells to look into, at most nine, in the order in which Redis finds places in them: the one in
    /// the middle, then its neighbours. One that comes twice in a row is there once.
    pub fn cells(&self) -> Vec<Cell> {
        let bounds = self.bounds();
        let mut step = self.step();
        let mut middle = Cell::around(self.centre, step, MERCATOR);
        // Near an edge of its cell the area may reach beyond the neighbours.
        let neighbour = |east, north| middle.moved(east, north).bounds(MERCATOR);
        let too_small = neighbour(0, 1).north < bounds.north
            || neighbour(0, -1).south > bounds.south
            || neighbour(1, 0).east < bounds.east
            || neighbour(-1, 0).west > bounds.west;
        if too_small && step > 1 {
            step -= 1;
            middle = Cell::around(self.centre, step, MERCATOR);
        }
        let own = middle.bounds(MERCATOR);
        // Neighbours that the area does not reach. Bounds that are no numbers leave none out.
        let divided = step >= 2;
        let no_south = divided && own.south < bounds.south;
        let no_north = divided && own.north > bounds.north;
        let no_west = divided && own.west < bounds.west;
        let no_east = divided && own.east > bounds.east;
        let mut cells = vec![middle];
        let neighbours = [
            (no_north, 0, 1),
            (no_south, 0, -1),
            (no_east, 1, 0),
            (no_west, -1, 0),
            (no_north || no_east, 1, 1),
            (no_north || no_west, -1, 1),
            (no_south || no_east, 1, -1),
            (no_south || no_west, -1, -1),
        ];
        for (left_out, east, north) in neighbours {
            let cell = middle.moved(east, north);
            // The middle itself is not compared with.
            let again = cells.len() > 1 && cells.last() == Some(&cell);
            if !left_out && !again {
                cells.push(cell);
            }
        }
        cells
    }

    /// About where the area ends.
    fn bounds(&self) -> Bounds {
        let (height, width) = match self.shape {
            Shape::Circle { radius } => (radius, radius),
            Shape::Box { width, height } => (height / 2.0, width / 2.0),
        };
        let Point {
            longitude,
            latitude,
        } = self.centre;
        let up = degrees(self.unit * height / EARTH_RADIUS);
        // Where meridians are closest.
        let narrow = if latitude < 0.0 {
            latitude - up
        } else {
            latitude + up
        };
        let across = degrees(self.unit * width / EARTH_RADIUS / cos(radians(narrow)));
        Bounds {
            west: longitude - across,
            east: longitude + across,
            south: latitude - up,
            north: latitude + up,
        }
    }

    /// How finely to divide the world for nine cells to hold the area.
    fn step(&self) -> u32 {
        /// Metres that the projection is wide, and high, from its middle.
        const REACH: f64 = 20_037_726.37;
        let mut radius = self.unit
            * match self.shape {
                Shape::Circle { radius } => radius,
                Shape::Box { width, height } => {
                    ((width / 2.0) * (width / 2.0) + (height / 2.0) * (height / 2.0)).sqrt()
                }
            };
        if radius == 0.0 {
            return MAX_STEP;
        }
        let mut step = 1;
        // The least number there is takes 1100 rounds.
        while radius < REACH {
            radius *= 2.0;
            step += 1;
        }
        step -= 2;
        let latitude = self.centre.latitude.abs();
        if latitude > 66.0 {
            step -= 1;
        }
        if latitude > 80.0 {
            step -= 1;
        }
        step.clamp(1, MAX_STEP as i32) as u32
    }
}
