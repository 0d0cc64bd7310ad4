use super::*;
use crate::types::trigonometry::{asin, cos, sin};

const PALERMO: Point = Point {
    longitude: 13.361389,
    latitude: 38.115556,
};
const CATANIA: Point = Point {
    longitude: 15.087269,
    latitude: 37.502669,
};

fn stored(point: Point) -> Point {
    Point::of_score(point.score() as f64)
}

#[test]
fn scores_are_redis_s() {
    assert_eq!(PALERMO.score(), 3_479_099_956_230_698);
    assert_eq!(CATANIA.score(), 3_479_447_370_796_909);
    assert_eq!(&stored(PALERMO).geohash(), b"sqc8b49rny0");
    assert_eq!(&stored(CATANIA).geohash(), b"sqdtr74hyu0");
    let metres = distance(stored(PALERMO), stored(CATANIA));
    assert!((metres - 166_274.151_6).abs() < 0.0001, "{metres}");
}

#[test]
fn any_score_is_somewhere() {
    for score in [
        f64::INFINITY,
        f64::NEG_INFINITY,
        -1.0,
        1e19,
        1e300,
        4.5e15,
        0.5,
    ] {
        let point = Point::of_score(score);
        assert!(point.longitude.is_finite() && point.latitude.is_finite());
        assert!(distance(point, PALERMO).is_finite());
        point.geohash();
        let area = Area {
            centre: point,
            shape: Shape::Circle { radius: 1.0 },
            unit: 1000.0,
        };
        assert!((1..=9).contains(&area.cells().len()));
    }
}

#[test]
fn cells_surround_each_other_around_the_world() {
    let cell = Cell { bits: 0, step: 3 };
    assert_eq!(cell.moved(1, 0).moved(-1, 0), cell);
    assert_eq!(cell.moved(-1, -1).bits, 0b11_1111);
    assert_eq!(cell.moved(8, 8), cell);
    assert_eq!(cell.scores(), (0, 1 << 46));
}

#[test]
fn the_search_leaves_no_place_out() {
    let mut state = 1u64;
    let mut next = |limit: f64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / (1u64 << 53) as f64 * limit
    };
    let mut inside = 0;
    for _ in 0..3000 {
        let centre = Point {
            longitude: next(340.0) - 170.0,
            latitude: next(160.0) - 80.0,
        };
        let size = next(1.0).powi(4) * 2_000_000.0;
        let shape = if next(1.0) < 0.5 {
            Shape::Circle { radius: size }
        } else {
            Shape::Box {
                width: size,
                height: size * next(2.0),
            }
        };
        let area = Area {
            centre,
            shape,
            unit: 1.0,
        };
        let place = stored(Point {
            longitude: (centre.longitude + (next(2.0) - 1.0) * size / 60_000.0)
                .clamp(-180.0, 180.0),
            latitude: (centre.latitude + (next(2.0) - 1.0) * size / 100_000.0).clamp(-85.0, 85.0),
        });
        // Redis does not look beyond the date line in every case.
        let far = (place.longitude - centre.longitude).abs() > 60.0 || place.latitude.abs() > 75.0;
        if far || area.distance_inside(place).is_none() {
            continue;
        }
        inside += 1;
        let score = place.score();
        let cells = area.cells();
        let found = cells.iter().any(|cell| {
            let (first, end) = cell.scores();
            (first..end).contains(&score)
        });
        assert!(found, "{area:?} {place:?}");
    }
    assert!(inside > 500, "{inside}");
}

/// The error in units of the last place, against a function in higher precision.
#[test]
fn angles_agree_with_the_platform() {
    let mut worst: [f64; 3] = [0.0; 3];
    for step in 0..200_000 {
        let angle = (f64::from(step) - 100_000.0) * 3.3e-5;
        let number = f64::from(step) / 200_000.0;
        let pairs = [
            (sin(angle), angle.sin()),
            (cos(angle), angle.cos()),
            (asin(number), number.asin()),
        ];
        for (worst, (ours, platform)) in worst.iter_mut().zip(pairs) {
            let unit = platform.abs().next_up() - platform.abs();
            *worst = worst.max((ours - platform).abs() / unit);
        }
    }
    assert!(worst.iter().all(|&units| units <= 1.0), "{worst:?}");
    assert_eq!(asin(1.0), std::f64::consts::FRAC_PI_2);
    assert_eq!((asin(0.0), sin(0.0), cos(0.0)), (0.0, 0.0, 1.0));
    assert!(asin(1.5).is_nan() && sin(f64::INFINITY).is_nan() && cos(1e300).is_nan());
}
