//! Generated photos: light that falls off, hundreds of things of all sizes that hide each other, rows
//! of windows, grain. Natural photos have such edges and such a fall of detail.

use image::{Rgb, RgbImage};

/// `SplitMix64`.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 ≤ x < 1
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn within(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    fn color(&mut self) -> [f64; 3] {
        let light = self.within(20.0, 230.0);
        [0; 3].map(|_| (light + self.within(-40.0, 40.0)).clamp(0.0, 255.0))
    }
}

const WIDTH: u32 = 960;

/// Photo number so and so, lying or upright.
pub fn photo(number: u64) -> RgbImage {
    let mut random = Random(number.wrapping_mul(7_919) + 17);
    let (width, height) = if random.unit() < 0.6 {
        (WIDTH, WIDTH * 3 / 4)
    } else {
        (WIDTH * 3 / 4, WIDTH)
    };
    let (w, h) = (f64::from(width), f64::from(height));
    let mut pixels = vec![[0.0; 3]; (width * height) as usize];
    // Most photos are brighter above: sky or ceiling lamps.
    let (above, below) = (random.within(120.0, 240.0), random.within(40.0, 160.0));
    let horizon = random.within(0.3, 0.7) * h;
    let tint = [0; 3].map(|_| random.within(0.8, 1.1));
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let y = f64::from(at as u32 / width);
        let light = above + (below - above) / (1.0 + ((horizon - y) / (h / 14.0)).exp());
        *pixel = tint.map(|it| it * light);
    }
    let things = random.within(20.0, 260.0) as usize;
    for _ in 0..things {
        // Sizes by a power law: few large, many small.
        let size = (w * 0.012) / (1.0 - random.unit() * 0.965);
        let (x, y) = (random.within(0.0, w), random.within(h * 0.1, h));
        let (wide, high) = (
            size * random.within(0.4, 1.6),
            size * random.within(0.4, 1.6),
        );
        let color = random.color();
        let round = random.unit() < 0.5;
        let rows = (random.unit() < 0.15).then(|| random.within(4.0, 24.0));
        for row in (y - high).max(0.0) as u32..((y + high).min(h) as u32) {
            for column in (x - wide).max(0.0) as u32..((x + wide).min(w) as u32) {
                let (dx, dy) = ((f64::from(column) - x) / wide, (f64::from(row) - y) / high);
                if round && dx * dx + dy * dy > 1.0 {
                    continue;
                }
                let mut shade = 1.0 - 0.25 * dx - 0.15 * dy;
                if let Some(rows) = rows
                    && (f64::from(column) / rows).sin() > 0.3
                    && (f64::from(row) / rows).sin() > 0.3
                {
                    shade *= 0.5;
                }
                pixels[(row * width + column) as usize] = color.map(|it| it * shade);
            }
        }
    }
    let grain = random.within(1.0, 8.0);
    let mut photo = RgbImage::new(width, height);
    for (pixel, light) in photo.pixels_mut().zip(pixels) {
        let noise = random.within(-grain, grain);
        *pixel = Rgb(light.map(|it| (it + noise).clamp(0.0, 255.0) as u8));
    }
    photo
}
