//! `distance()` and `area()` on a sphere, to the centimetre as ODK's clients compute them.
//!
//! Leaves out altitude, as the ODK XForms specification does.

use super::value::plain_decimal;

/// The Earth's radius at the equator in metres, as ODK's clients take it.
const RADIUS: f64 = 6_378_100.0;

/// Points as `latitude longitude …`, each its own text or several in one, separated by semicolons;
/// `None` when one of them is no point on Earth.
fn points(nodes: &[String]) -> Option<Vec<(f64, f64)>> {
    let single = match nodes {
        [one] => one.split(';').collect::<Vec<_>>(),
        many => many.iter().map(String::as_str).collect(),
    };
    let mut points = Vec::new();
    for (index, text) in single.iter().enumerate() {
        // A trace may end with its separator.
        if index > 0 && index + 1 == single.len() && text.trim().is_empty() {
            continue;
        }
        let mut numbers = text.split_whitespace().map(plain_decimal);
        let (lat, lon) = (numbers.next()??, numbers.next()??);
        let on_earth = lat.abs() <= 90.0 && lon.abs() <= 180.0;
        if !on_earth || numbers.any(|number| number.is_none()) {
            return None;
        }
        points.push((lat.to_radians(), lon.to_radians()));
    }
    Some(points)
}

/// Metres along the points in their order; no number when one of them is no point.
pub(super) fn distance(nodes: &[String]) -> f64 {
    let Some(points) = points(nodes) else {
        return f64::NAN;
    };
    let legs = points.windows(2).map(|leg| {
        let ((lat, lon), (to_lat, to_lon)) = (leg[0], leg[1]);
        let cosine = lat.sin() * to_lat.sin() + lat.cos() * to_lat.cos() * (lon - to_lon).cos();
        cosine.clamp(-1.0, 1.0).acos() * RADIUS
    });
    to_centimetres(legs.sum())
}

/// Square metres within the points; no number when one of them is no point.
pub(super) fn area(nodes: &[String]) -> f64 {
    let Some(points) = points(nodes) else {
        return f64::NAN;
    };
    if points.len() < 3 {
        return 0.0;
    }
    let sum: f64 = points
        .iter()
        .zip(points.iter().cycle().skip(1))
        .map(|((lat, lon), (to_lat, to_lon))| (to_lon - lon) * (2.0 + lat.sin() + to_lat.sin()))
        .sum();
    to_centimetres((sum * RADIUS * RADIUS / 2.0).abs())
}

fn to_centimetres(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
