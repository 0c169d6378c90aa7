//! Pictures of codes as a camera sees them.

use std::f64::consts::TAU;

use domain::photos::Gray;

/// A frame of the film.
pub(crate) const WIDTH: usize = 1_280;
pub(crate) const HEIGHT: usize = 960;

#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub(crate) name: &'static str,
    /// Rotation in the picture's plane, in turns.
    pub(crate) turn: f64,
    /// How far the far edge is smaller, as a share.
    pub(crate) tilt: f64,
    /// The code's side as a share of the frame's height.
    pub(crate) share: f64,
    /// Light of black and white, 0 to 255.
    pub(crate) black: f64,
    pub(crate) white: f64,
    pub(crate) noise: f64,
    /// Radius of the blur, px.
    pub(crate) blur: usize,
    /// How much darker one side is, as a share.
    pub(crate) shade: f64,
    /// The side of a square that covers the code's middle, as a share of the code's side.
    pub(crate) cover: f64,
    /// Dark and light strokes along the bars, from one end to the other, at random places.
    pub(crate) strokes: usize,
}

/// What stands on the paper.
pub(crate) struct Drawn {
    pub(crate) text: String,
    pub(crate) columns: usize,
    /// One for bars.
    pub(crate) rows: usize,
    pub(crate) dark: Vec<bool>,
    /// Light around it, in columns.
    pub(crate) margin: f64,
    /// Height of the paper as a share of its width.
    pub(crate) tall: f64,
    /// Its width as a share of what `Look::share` says.
    pub(crate) wide: f64,
}

/// A frame with its longer side so long, each pixel between the four that are nearest.
pub(crate) fn reduced(frame: &[u8], side: usize) -> (usize, Vec<u8>) {
    let (width, height) = (side, side * HEIGHT / WIDTH);
    let at = |x: usize, y: usize| f64::from(frame[y.min(HEIGHT - 1) * WIDTH + x.min(WIDTH - 1)]);
    let step = WIDTH as f64 / width as f64;
    let mut small = Vec::with_capacity(width * height);
    for y in 0..height {
        let down = ((y as f64 + 0.5) * step - 0.5).max(0.0);
        for x in 0..width {
            let right = ((x as f64 + 0.5) * step - 0.5).max(0.0);
            let (left, top) = (right as usize, down as usize);
            let (part_x, part_y) = (right.fract(), down.fract());
            let upper = at(left, top) * (1.0 - part_x) + at(left + 1, top) * part_x;
            let lower = at(left, top + 1) * (1.0 - part_x) + at(left + 1, top + 1) * part_x;
            small.push((upper * (1.0 - part_y) + lower * part_y) as u8);
        }
    }
    (width, small)
}

/// The frame as the camera sees it, gray by the way that the app takes.
pub(crate) fn paint(drawn: &Drawn, look: Look, random: &mut Random) -> Option<Vec<u8>> {
    // Each picture differs a little.
    let turn = look.turn + (random.next() - 0.5) * 0.01;
    let tilt = look.tilt * (0.8 + 0.4 * random.next());
    let side = HEIGHT as f64 * look.share * (0.95 + 0.1 * random.next()) * drawn.wide;
    let (middle_x, middle_y) = (
        WIDTH as f64 / 2.0 + (random.next() - 0.5) * 70.0,
        HEIGHT as f64 / 2.0 + (random.next() - 0.5) * 35.0,
    );
    let (sin, cos) = (turn * TAU).sin_cos();
    let whole = drawn.columns as f64 + 2.0 * drawn.margin;
    let strokes: Vec<(f64, f64, bool)> = (0..look.strokes)
        .map(|_| {
            let column = random.next() * drawn.columns as f64;
            (
                column,
                column + 0.6 + random.next() * 2.4,
                random.next() < 0.5,
            )
        })
        .collect();
    let mut light = vec![0.0_f64; WIDTH * HEIGHT];
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            // Four looks into each pixel.
            let mut sum = 0.0;
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let (px, py) = (x as f64 + dx - middle_x, y as f64 + dy - middle_y);
                let (rx, ry) = (px * cos + py * sin, py * cos - px * sin);
                // A plane that leans back: what is higher up is farther away.
                let depth = 1.0 - tilt * ry / (side / 2.0);
                let (u, v) = (
                    rx * depth / side + 0.5,
                    ry * depth.max(0.2) / (side * drawn.tall) + 0.5,
                );
                let is_dark = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) && {
                    let covered =
                        (u - 0.5).abs() < look.cover / 2.0 && (v - 0.5).abs() < look.cover / 2.0;
                    covered || drawn.is_dark(u * whole - drawn.margin, v, &strokes)
                };
                let paper = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v);
                sum += match (is_dark, paper) {
                    (true, _) => look.black,
                    (false, true) => look.white,
                    // What is behind it.
                    (false, false) => look.black + (look.white - look.black) * 0.4,
                };
            }
            let shade = 1.0 - look.shade * x as f64 / WIDTH as f64;
            light[y * WIDTH + x] = sum / 4.0 * shade;
        }
    }
    for _ in 0..look.blur {
        light = blurred(&light);
    }
    let mut rgba = Vec::with_capacity(light.len() * 4);
    for value in light {
        let noise = (random.next() + random.next() + random.next() - 1.5) * 2.0 * look.noise;
        let level = (value + noise).clamp(0.0, 255.0) as u8;
        rgba.extend([level, level, level, 255]);
    }
    Gray::from_rgba(WIDTH, HEIGHT, &rgba).map(Gray::into_pixels)
}

impl Drawn {
    /// At so many columns from the left, and a share of the paper's height.
    fn is_dark(&self, column: f64, v: f64, strokes: &[(f64, f64, bool)]) -> bool {
        let row = if self.rows == 1 {
            // Bars leave light above and below.
            if (0.1..0.9).contains(&v) { 0.0 } else { -1.0 }
        } else {
            v * (self.rows as f64 + 2.0 * self.margin) - self.margin
        };
        if row < 0.0 || row >= self.rows as f64 || column < 0.0 {
            return false;
        }
        let stroke = strokes
            .iter()
            .find(|(from, to, _)| (*from..*to).contains(&column));
        match stroke {
            Some((_, _, dark)) => *dark,
            None if column >= self.columns as f64 => false,
            None => self.dark[row as usize * self.columns + column as usize],
        }
    }
}

/// The mean of nine pixels.
fn blurred(light: &[f64]) -> Vec<f64> {
    let at = |x: usize, y: usize| light[y.min(HEIGHT - 1) * WIDTH + x.min(WIDTH - 1)];
    let mut soft = Vec::with_capacity(light.len());
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let mut sum = 0.0;
            for ny in y.saturating_sub(1)..=y + 1 {
                for nx in x.saturating_sub(1)..=x + 1 {
                    sum += at(nx, ny);
                }
            }
            let rows = (y + 2 - y.saturating_sub(1)) as f64;
            let columns = (x + 2 - x.saturating_sub(1)) as f64;
            soft.push(sum / (rows * columns));
        }
    }
    soft
}

/// The same numbers each time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// From 0 to below 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
