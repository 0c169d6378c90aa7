//! QR codes. `rqrr` finds them; where its own reading of the squares fails, they are looked at again
//! from where the code's patterns really lie: also a large code that leans far back is read then.

use rqrr::{BitGrid, Grid, PreparedImage, SimpleGrid};

use super::{
    lines::Picture,
    perspective::{Pair, Perspective},
};

/// The text of the first readable QR code in a picture of so many columns, a byte for each pixel's
/// brightness.
pub fn read(width: usize, gray: &[u8]) -> Option<String> {
    let picture = Picture::new(width, gray)?;
    let mut image =
        PreparedImage::prepare_from_greyscale(width, picture.height(), |x, y| gray[y * width + x]);
    let grids = image.detect_grids();
    if let Some((_, text)) = grids.iter().find_map(|grid| grid.decode().ok()) {
        return Some(text);
    }
    grids.iter().find_map(|grid| {
        let size = grid.grid.size();
        let corners = grid.bounds.map(|at| (f64::from(at.x), f64::from(at.y)));
        // Far squares are counted wrongly at times.
        [size, size + 4, size.saturating_sub(4)]
            .into_iter()
            .filter(|size| (21..=177).contains(size))
            .find_map(|size| look_again(&picture, size, corners))
    })
}

/// The code has so many squares on each side, and its corners lie about there.
fn look_again(picture: &Picture, size: usize, corners: [(f64, f64); 4]) -> Option<String> {
    // So far `rqrr` takes them from the first square.
    let end = size as f64 + 1.0;
    let whole = [(0.0, 0.0), (end, 0.0), (end, end), (0.0, end)];
    let mut pairs: Vec<(Pair, f64)> = whole
        .into_iter()
        .zip(corners)
        .map(|pair| (pair, WEIGHT_OF_CORNERS))
        .collect();
    let mut view = Perspective::fit(&pairs)?;
    for pattern in patterns(size) {
        if let Some(found) = pattern.find(picture, &view) {
            pairs.push(((pattern.middle, found), 1.0));
            view = Perspective::fit(&pairs)?;
        }
    }
    let dark = squares(picture, size, &view);
    let grid = SimpleGrid::from_func(size, |x, y| dark[y * size + x]);
    Grid::new(grid).decode().ok().map(|(_, text)| text)
}

/// The estimate holds only until better places are known.
const WEIGHT_OF_CORNERS: f64 = 0.01;

/// A pattern of nested squares.
struct Pattern {
    middle: (f64, f64),
    /// From the middle outwards: whether the square around it is dark.
    rings: &'static [bool],
}

/// The three in the corners, then the smaller ones, those first that lie near them.
fn patterns(size: usize) -> Vec<Pattern> {
    let far = size as f64 - 3.5;
    let corners = [(3.5, 3.5), (far, 3.5), (3.5, far)];
    let places = small_places(size);
    let mut small = Vec::new();
    for x in &places {
        for y in &places {
            let middle = (*x as f64 + 0.5, *y as f64 + 0.5);
            let away = |of: &(f64, f64)| (of.0 - middle.0).hypot(of.1 - middle.1);
            let nearest = corners.iter().map(away).fold(f64::MAX, f64::min);
            if nearest > 6.0 {
                small.push((nearest, middle));
            }
        }
    }
    small.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let large = corners.map(|middle| Pattern {
        middle,
        rings: &[true, true, false, true, false],
    });
    let small = small.into_iter().map(|(_, middle)| Pattern {
        middle,
        rings: &[true, false, true],
    });
    large.into_iter().chain(small).collect()
}

/// The rows, and columns, in whose crossings the small patterns stand.
fn small_places(size: usize) -> Vec<usize> {
    let version = (size - 17) / 4;
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let step = match version {
        32 => 26,
        _ => (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2,
    };
    let others = (0..count - 1).map(|index| size - 7 - index * step);
    std::iter::once(6).chain(others).collect()
}

impl Pattern {
    /// Where in the picture its middle lies, near where it is expected.
    fn find(&self, picture: &Picture, view: &Perspective) -> Option<(f64, f64)> {
        let mut best = (f32::MIN, self.middle);
        // First coarsely, then finely around the best place.
        for (reach, step) in [(6, 0.5), (3, 0.15)] {
            let around = best.1;
            for down in -reach..=reach {
                for right in -reach..=reach {
                    let middle = (
                        around.0 + f64::from(right) * step,
                        around.1 + f64::from(down) * step,
                    );
                    let likeness = self.likeness(picture, view, middle);
                    if likeness > best.0 {
                        best = (likeness, middle);
                    }
                }
            }
        }
        (best.0 > LEAST_LIKENESS).then(|| view.map(best.1))
    }

    /// How much lighter what should be light is than what should be dark.
    fn likeness(&self, picture: &Picture, view: &Perspective, middle: (f64, f64)) -> f32 {
        let reach = self.rings.len() as i32 - 1;
        let mut sums = [(0.0_f32, 0.0_f32); 2];
        for down in -reach..=reach {
            for right in -reach..=reach {
                let dark = self.rings[right.abs().max(down.abs()) as usize];
                let (x, y) = view.map((middle.0 + f64::from(right), middle.1 + f64::from(down)));
                let (sum, count) = &mut sums[usize::from(dark)];
                *sum += picture.at(x, y);
                *count += 1.0;
            }
        }
        let [light, dark] = sums.map(|(sum, count)| sum / count);
        light - dark
    }
}

const LEAST_LIKENESS: f32 = 15.0;

/// Which squares are dark, row by row: darker than those around them are on average.
fn squares(picture: &Picture, size: usize, view: &Perspective) -> Vec<bool> {
    const AROUND: usize = 6;
    let mut light = Vec::with_capacity(size * size);
    for row in 0..size {
        for column in 0..size {
            let (u, v) = (column as f64 + 0.5, row as f64 + 0.5);
            let looks = [(0.0, 0.0), (0.2, 0.0), (-0.2, 0.0), (0.0, 0.2), (0.0, -0.2)];
            let sum: f32 = looks
                .into_iter()
                .map(|(right, down)| view.map((u + right, v + down)))
                .map(|(x, y)| picture.at(x, y))
                .sum();
            light.push(sum / 5.0);
        }
    }
    let mut dark = Vec::with_capacity(size * size);
    for row in 0..size {
        for column in 0..size {
            let rows = row.saturating_sub(AROUND)..(row + AROUND + 1).min(size);
            let columns = column.saturating_sub(AROUND)..(column + AROUND + 1).min(size);
            let count = rows.len() * columns.len();
            let sum: f32 = rows
                .map(|row| &light[row * size + columns.start..row * size + columns.end])
                .flat_map(|row| row.iter())
                .sum();
            dark.push(light[row * size + column] < sum / count as f32);
        }
    }
    dark
}
