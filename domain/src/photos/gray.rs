//! A small gray picture, and mean values of any rectangle in it.

/// A picture's longer side when it is looked at, px: what a phone's thumbnail has.
pub const SIDE: u32 = 320;

/// Rows of gray pixels, 0 black. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gray {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Gray {
    /// `None` if there is no pixel, or not as many as the size says.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        (width > 0 && height > 0 && width.checked_mul(height) == Some(pixels.len())).then_some(
            Self {
                width,
                height,
                pixels,
            },
        )
    }

    /// From a canvas: four bytes per pixel, the last one is ignored.
    pub fn from_rgba(width: usize, height: usize, pixels: &[u8]) -> Option<Self> {
        let gray = pixels.chunks_exact(4).map(|p| luma(p[0], p[1], p[2]));
        Self::new(width, height, gray.collect())
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The same with its longer side at most [`SIDE`], each pixel the mean of what it covers.
    #[must_use]
    pub fn reduced(self) -> Self {
        let longer = self.width.max(self.height);
        let side = SIDE as usize;
        if longer <= side {
            return self;
        }
        let scale = |length: usize| ((length * side + longer / 2) / longer).max(1);
        let (width, height) = (scale(self.width), scale(self.height));
        let means = Means::of(&self).grid([0.0, 0.0, 1.0, 1.0], width, height);
        Self {
            width,
            height,
            pixels: means.into_iter().map(|mean| mean.round() as u8).collect(),
        }
    }
}

/// How bright a color looks (BT.601), the same on phone and server.
pub fn luma(red: u8, green: u8, blue: u8) -> u8 {
    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
}

/// Sums from the upper left corner to each pixel: any rectangle's mean in four look-ups.
pub(super) struct Means {
    width: usize,
    height: usize,
    sums: Vec<f64>,
}

impl Means {
    pub(super) fn of(picture: &Gray) -> Self {
        let stride = picture.width + 1;
        let mut sums = vec![0.0; stride * (picture.height + 1)];
        for (y, row) in picture.pixels.chunks_exact(picture.width).enumerate() {
            let mut of_row = 0.0;
            for (x, pixel) in row.iter().enumerate() {
                of_row += f64::from(*pixel);
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + of_row;
            }
        }
        Self {
            width: picture.width,
            height: picture.height,
            sums,
        }
    }

    /// The means of `columns` × `rows` cells that fill a part of the picture (left, top, right and
    /// bottom as fractions). A cell's edge may run through a pixel.
    pub(super) fn grid(&self, part: [f64; 4], columns: usize, rows: usize) -> Vec<f64> {
        let [left, top, right, bottom] = part;
        let (width, height) = (self.width as f64, self.height as f64);
        let edges = |from: f64, to: f64, length: f64, cells: usize| -> Vec<f64> {
            let step = (to - from) * length / cells as f64;
            (0..=cells)
                .map(|at| (from * length + step * at as f64).clamp(0.0, length))
                .collect()
        };
        let xs = edges(left, right, width, columns);
        let ys = edges(top, bottom, height, rows);
        let mut means = Vec::with_capacity(columns * rows);
        for y in ys.windows(2) {
            for x in xs.windows(2) {
                let area = ((x[1] - x[0]) * (y[1] - y[0])).max(f64::MIN_POSITIVE);
                let sum = self.sum(x[1], y[1]) - self.sum(x[0], y[1]) - self.sum(x[1], y[0])
                    + self.sum(x[0], y[0]);
                means.push(sum / area);
            }
        }
        means
    }

    /// The sum above and left of a point, which may lie within a pixel.
    fn sum(&self, x: f64, y: f64) -> f64 {
        let (column, row) = (
            (x as usize).min(self.width.saturating_sub(1)),
            (y as usize).min(self.height.saturating_sub(1)),
        );
        let (dx, dy) = (x - column as f64, y - row as f64);
        let stride = self.width + 1;
        let at = |row: usize, column: usize| self.sums[row * stride + column];
        let above = at(row, column) * (1.0 - dx) + at(row, column + 1) * dx;
        let below = at(row + 1, column) * (1.0 - dx) + at(row + 1, column + 1) * dx;
        above * (1.0 - dy) + below * dy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_must_be_as_many_as_the_size_says() {
        assert_eq!(Gray::new(0, 0, Vec::new()), None);
        assert_eq!(Gray::new(2, 2, vec![1, 2, 3]), None);
        assert_eq!(Gray::new(usize::MAX, 2, vec![1]), None);
        assert!(Gray::new(2, 1, vec![1, 2]).is_some());
        assert_eq!(Gray::from_rgba(1, 1, &[255, 255, 255]), None);
    }

    #[test]
    fn a_reduced_pixel_is_the_mean_of_what_it_covers() {
        let pixels = (0..640 * 2).map(|at| if at % 2 == 0 { 10 } else { 20 });
        let gray = Gray::new(640, 2, pixels.collect())
            .expect("a picture")
            .reduced();
        assert_eq!((gray.width(), gray.height()), (320, 1));
        assert!(gray.pixels().iter().all(|pixel| *pixel == 15));
    }

    #[test]
    fn a_cell_may_cut_a_pixel() {
        let gray = Gray::new(3, 1, vec![0, 90, 30]).expect("a picture");
        let halves = Means::of(&gray).grid([0.0, 0.0, 1.0, 1.0], 2, 1);
        assert!((halves[0] - 30.0).abs() < 1e-9 && (halves[1] - 50.0).abs() < 1e-9);
    }
}
