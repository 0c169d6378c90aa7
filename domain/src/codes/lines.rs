//! Lines across a picture, and where along them light and dark change.

/// Most lines that cross a picture in each direction, and how far apart they are at least, px.
const LINES: f64 = 56.0;
const APART: f64 = 3.0;

/// A change of brightness counts from this much on, and from this share of what the line has.
const LEAST_CHANGE: f32 = 8.0;
const LEAST_SHARE: f32 = 0.12;

pub(super) struct Picture<'a> {
    width: usize,
    height: usize,
    gray: &'a [u8],
}

impl<'a> Picture<'a> {
    /// `None` for what is too small or no rectangle.
    pub(super) fn new(width: usize, gray: &'a [u8]) -> Option<Self> {
        let height = gray.len().checked_div(width)?;
        (width >= 8 && height >= 8).then_some(Self {
            width,
            height,
            gray,
        })
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// The brightness at a place, between the four pixels that are nearest.
    pub(super) fn at(&self, x: f64, y: f64) -> f32 {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f64);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f64);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = (
            (left + 1).min(self.width - 1),
            (top + 1).min(self.height - 1),
        );
        let (part_x, part_y) = (x.fract() as f32, y.fract() as f32);
        let pixel = |x: usize, y: usize| f32::from(self.gray[y * self.width + x]);
        let upper = pixel(left, top) * (1.0 - part_x) + pixel(right, top) * part_x;
        let lower = pixel(left, bottom) * (1.0 - part_x) + pixel(right, bottom) * part_x;
        upper * (1.0 - part_y) + lower * part_y
    }

    /// The lines in one direction, evenly over the picture.
    pub(super) fn lines(&self, degrees: f64) -> impl Iterator<Item = Line> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (width, height) = (self.width as f64, self.height as f64);
        // How far the picture reaches across the lines.
        let reach = width * sin.abs() + height * cos.abs();
        let count = LINES.min(reach / APART).floor();
        (1..count as usize).filter_map(move |index| {
            let off = reach * (index as f64 / count - 0.5);
            self.line(
                (width / 2.0 - sin * off, height / 2.0 + cos * off),
                (cos, sin),
            )
        })
    }

    /// The part of a line that lies in the picture; `None` where it is short.
    fn line(&self, (x, y): (f64, f64), (cos, sin): (f64, f64)) -> Option<Line> {
        let (mut from, mut to) = (f64::NEG_INFINITY, f64::INFINITY);
        for (start, step, end) in [(x, cos, self.width as f64), (y, sin, self.height as f64)] {
            if step.abs() < 1e-9 {
                continue;
            }
            let (one, other) = ((1.0 - start) / step, (end - 1.0 - start) / step);
            from = from.max(one.min(other));
            to = to.min(one.max(other));
        }
        // As short as this no code fits.
        if to - from < 60.0 {
            return None;
        }
        let values = (0..(to - from) as usize)
            .map(|index| {
                let along = from + index as f64;
                let (x, y) = (x + cos * along, y + sin * along);
                // With its neighbours on both sides: less noise.
                (self.at(x - sin, y + cos) + self.at(x, y) + self.at(x + sin, y - cos)) / 3.0
            })
            .collect();
        Some(Line(values))
    }
}

/// The brightness along a line.
pub(super) struct Line(Vec<f32>);

impl Line {
    /// Widths of what is light and dark in turn; an odd number of them, the first and the last are light.
    pub(super) fn runs(&self) -> Vec<f32> {
        let turns = self.turns();
        // An edge lies between two turns, where half of the way between their values is reached: also a
        // narrow bar that blur left gray has its two edges.
        let mut edges = Vec::with_capacity(turns.len());
        for pair in turns.windows(2) {
            let half = f32::midpoint(self.0[pair[0]], self.0[pair[1]]);
            let falls = self.0[pair[1]] < half;
            let crossed = (pair[0] + 1..=pair[1])
                .find(|index| (self.0[*index] < half) == falls)
                .unwrap_or(pair[1]);
            let (before, after) = (self.0[crossed - 1], self.0[crossed]);
            let part = if (before - after).abs() < f32::EPSILON {
                0.5
            } else {
                ((before - half) / (before - after)).clamp(0.0, 1.0)
            };
            edges.push((crossed as f32 - 1.0 + part, falls));
        }
        let mut runs = Vec::with_capacity(edges.len() + 1);
        let mut last = 0.0;
        for (index, (at, falls)) in edges.iter().enumerate() {
            // What is dark at the border belongs to no code.
            if index > 0 || *falls {
                runs.push(at - last);
            }
            last = *at;
        }
        runs.push(self.0.len() as f32 - last);
        if runs.len().is_multiple_of(2) {
            runs.pop();
        }
        runs
    }

    /// Where the brightness turns from rising to falling or back.
    fn turns(&self) -> Vec<usize> {
        let (mut low, mut high) = (f32::MAX, f32::MIN);
        for value in &self.0 {
            low = low.min(*value);
            high = high.max(*value);
        }
        let change = ((high - low) * LEAST_SHARE).max(LEAST_CHANGE);
        let mut turns = Vec::new();
        let (mut lowest, mut highest) = (0, 0);
        let mut rising = None::<bool>;
        for (index, value) in self.0.iter().enumerate() {
            if *value < self.0[lowest] {
                lowest = index;
            }
            if *value > self.0[highest] {
                highest = index;
            }
            if rising != Some(false) && *value < self.0[highest] - change {
                turns.push(highest);
                (rising, lowest) = (Some(false), index);
            } else if rising != Some(true) && *value > self.0[lowest] + change {
                turns.push(lowest);
                (rising, highest) = (Some(true), index);
            }
        }
        match rising {
            Some(true) => turns.push(highest),
            Some(false) => turns.push(lowest),
            None => {}
        }
        turns
    }
}
