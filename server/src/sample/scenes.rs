//! Pictures for the sample records, painted by code and marked 示例: honest placeholders, nobody's
//! real photos.

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder as _, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use serde::Deserialize;

use crate::{Error, Result};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 960;
/// Longer side of a thumbnail, in pixels.
const THUMBNAIL: u32 = 320;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scene {
    /// A stall with leaflets before a market.
    Market,
    /// A blood donation bus on a square.
    BloodBus,
    /// A path along a river.
    River,
    /// A lecture before rows of seats.
    Lecture,
}

/// A JPEG with its size in pixels.
pub(super) struct Picture {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// The full picture and its thumbnail; `variant` changes people and light, so that no two are equal.
pub(super) fn take(scene: Scene, variant: u32) -> Result<(Picture, Picture)> {
    let mut canvas = Canvas::new(variant);
    match scene {
        Scene::Market => market(&mut canvas),
        Scene::BloodBus => blood_bus(&mut canvas),
        Scene::River => river(&mut canvas),
        Scene::Lecture => lecture(&mut canvas),
    }
    canvas.mark();
    let small = imageops::thumbnail(&canvas.image, THUMBNAIL, THUMBNAIL * HEIGHT / WIDTH);
    Ok((encode(&canvas.image)?, encode(&small)?))
}

fn encode(image: &RgbImage) -> Result<Picture> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 82)
        .write_image(
            image.as_raw(),
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(Error::internal)?;
    Ok(Picture {
        bytes: bytes.into_inner(),
        width: image.width(),
        height: image.height(),
    })
}

type Color = [u8; 3];

const SKIN: Color = [236, 200, 170];
const HAIR: Color = [52, 44, 42];
const VEST: Color = [206, 45, 48];
const COATS: [Color; 6] = [
    [64, 92, 140],
    [88, 120, 84],
    [150, 104, 72],
    [92, 84, 120],
    [196, 168, 96],
    [72, 128, 136],
];

fn market(canvas: &mut Canvas) {
    canvas.sky([176, 208, 232], [238, 240, 232], 460);
    for (n, x) in (0..7).zip((0..).step_by(190)) {
        let top = 120 + 46 * ((n * 5 + 3) % 4);
        canvas.building(x, top, 176, 470 - top, [206, 196, 182]);
    }
    canvas.ground([176, 170, 160], [140, 136, 130], 460);
    canvas.rect(120, 300, 1040, 26, [120, 84, 60]);
    for (n, x) in (0_usize..).zip((120..1160).step_by(80)) {
        let color = if n % 2 == 0 {
            [200, 62, 54]
        } else {
            [244, 238, 226]
        };
        canvas.rect(x, 240, 80, 70, color);
    }
    canvas.rect(150, 326, 18, 330, [110, 110, 112]);
    canvas.rect(1112, 326, 18, 330, [110, 110, 112]);
    for n in 0..5 {
        canvas.person(300 + n * 160, 610, n % 2 == 0);
    }
    canvas.rect(200, 620, 880, 44, [222, 226, 232]);
    canvas.rect(200, 664, 880, 120, [178, 40, 44]);
    for n in 0..9 {
        let paper = if n % 3 == 0 {
            [250, 220, 120]
        } else {
            [250, 250, 246]
        };
        canvas.rect(230 + n * 92, 608, 62, 22, paper);
    }
    canvas.person(420, 860, false);
    canvas.person(860, 880, false);
}

fn blood_bus(canvas: &mut Canvas) {
    canvas.sky([150, 194, 232], [230, 238, 242], 520);
    for (n, x) in (0..5).zip((0..).step_by(270)) {
        canvas.building(x, 160 + 60 * (n % 3), 230, 360, [196, 204, 212]);
    }
    canvas.ground([190, 188, 184], [158, 156, 152], 520);
    canvas.tree(80, 540);
    canvas.tree(1200, 560);
    canvas.rect(190, 330, 900, 330, [246, 246, 246]);
    canvas.rect(190, 520, 900, 60, VEST);
    for n in 0..5 {
        canvas.rect(240 + n * 140, 370, 110, 100, [120, 150, 172]);
    }
    canvas.rect(950, 380, 100, 280, [206, 212, 216]);
    canvas.drop(620, 430, 60);
    canvas.circle(340, 670, 62, [48, 48, 52]);
    canvas.circle(340, 670, 28, [160, 160, 164]);
    canvas.circle(900, 670, 62, [48, 48, 52]);
    canvas.circle(900, 670, 28, [160, 160, 164]);
    for n in 0..4 {
        canvas.person(300 + n * 130, 850 + (n % 2) * 24, n == 0);
    }
    canvas.person(1010, 820, true);
}

fn river(canvas: &mut Canvas) {
    canvas.sky([188, 212, 224], [244, 236, 214], 400);
    for n in 0..6 {
        canvas.circle(n * 260, 420, 150, [132, 158, 122]);
    }
    canvas.rect(0, 400, WIDTH as i32, 230, [112, 158, 172]);
    for n in 0..24 {
        let x = (n * 197 + 40) % 1180;
        canvas.rect(x, 420 + (n * 53) % 190, 90, 4, [162, 196, 204]);
    }
    canvas.ground([150, 170, 112], [116, 140, 88], 630);
    canvas.rect(0, 760, WIDTH as i32, 90, [206, 194, 172]);
    canvas.tree(160, 680);
    canvas.tree(1120, 660);
    for n in 0..5 {
        canvas.person(300 + n * 170, 830 + (n % 2) * 30, true);
    }
}

fn lecture(canvas: &mut Canvas) {
    canvas.sky([232, 226, 212], [214, 206, 190], HEIGHT as i32);
    canvas.rect(280, 90, 720, 330, [64, 104, 150]);
    canvas.rect(300, 110, 680, 290, [238, 244, 250]);
    for n in 0..5 {
        canvas.rect(340, 150 + n * 46, 420 - n * 40, 18, [110, 140, 176]);
    }
    canvas.circle(860, 300, 60, [206, 90, 80]);
    canvas.person(180, 520, true);
    for row in 0..3 {
        for n in 0..6 {
            let x = 150 + n * 200 + row * 26;
            canvas.person(x, 700 + row * 130, false);
        }
        canvas.rect(60, 660 + row * 130, 1160, 34, [156, 116, 80]);
    }
}

struct Canvas {
    image: RgbImage,
    /// A small generator of its own: the same sample looks the same everywhere.
    state: u32,
}

impl Canvas {
    fn new(variant: u32) -> Self {
        Self {
            image: RgbImage::new(WIDTH, HEIGHT),
            state: variant.wrapping_mul(2_654_435_761).wrapping_add(97),
        }
    }

    fn random(&mut self, below: u32) -> u32 {
        self.state = self
            .state
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        (self.state >> 16) % below.max(1)
    }

    fn rect(&mut self, x: i32, y: i32, width: i32, height: i32, color: Color) {
        let left = x.clamp(0, WIDTH as i32) as usize;
        let right = (x + width).clamp(0, WIDTH as i32) as usize;
        let line = color.repeat(right.saturating_sub(left));
        for row in y.clamp(0, HEIGHT as i32)..(y + height).clamp(0, HEIGHT as i32) {
            let start = (row as usize * WIDTH as usize + left) * 3;
            if let Some(pixels) = self.image.get_mut(start..start + line.len()) {
                pixels.copy_from_slice(&line);
            }
        }
    }

    fn circle(&mut self, x: i32, y: i32, radius: i32, color: Color) {
        for dy in -radius..=radius {
            let half = f64::from(radius * radius - dy * dy).sqrt() as i32;
            self.rect(x - half, y + dy, 2 * half, 1, color);
        }
    }

    /// A drop standing on its round end.
    fn drop(&mut self, x: i32, y: i32, radius: i32) {
        self.circle(x, y, radius, VEST);
        for dy in 0..radius * 3 / 2 {
            let half = radius * (radius * 3 / 2 - dy) / (radius * 3 / 2);
            self.rect(x - half, y - dy, 2 * half, 1, VEST);
        }
    }

    fn sky(&mut self, top: Color, bottom: Color, height: i32) {
        self.gradient(top, bottom, 0, height);
    }

    fn ground(&mut self, top: Color, bottom: Color, from: i32) {
        self.gradient(top, bottom, from, HEIGHT as i32);
        for _ in 0..260 {
            let x = self.random(WIDTH) as i32;
            let y = from + self.random((HEIGHT as i32 - from) as u32) as i32;
            self.rect(x, y, 14, 3, mix(top, bottom, 70));
        }
    }

    fn gradient(&mut self, top: Color, bottom: Color, from: i32, until: i32) {
        for y in from..until {
            let part = (y - from) * 100 / (until - from).max(1);
            self.rect(0, y, WIDTH as i32, 1, mix(top, bottom, part));
        }
    }

    fn building(&mut self, x: i32, y: i32, width: i32, height: i32, color: Color) {
        let shade = self.random(30) as i32;
        self.rect(x, y, width, height, mix(color, [120, 120, 126], shade));
        for window_y in (y + 24..y + height - 30).step_by(48) {
            for window_x in (x + 18..x + width - 30).step_by(42) {
                let light = self.random(60) as i32;
                self.rect(
                    window_x,
                    window_y,
                    24,
                    28,
                    mix([132, 152, 170], [250, 236, 196], light),
                );
            }
        }
    }

    fn tree(&mut self, x: i32, y: i32) {
        self.rect(x - 12, y - 40, 24, 150, [110, 84, 62]);
        for (dx, dy, radius) in [(0, -120, 90), (-60, -70, 66), (60, -70, 66)] {
            self.circle(x + dx, y + dy, radius, [98, 138, 88]);
        }
    }

    /// Somebody seen from afar, without a face; `y` is where the feet stand.
    fn person(&mut self, x: i32, y: i32, volunteer: bool) {
        let x = x + self.random(24) as i32 - 12;
        let coat = COATS[self.random(COATS.len() as u32) as usize];
        self.rect(x - 24, y - 90, 20, 90, [58, 60, 70]);
        self.rect(x + 4, y - 90, 20, 90, [58, 60, 70]);
        self.rect(x - 32, y - 190, 64, 108, coat);
        self.rect(x - 46, y - 184, 16, 84, coat);
        self.rect(x + 30, y - 184, 16, 84, coat);
        if volunteer {
            self.rect(x - 30, y - 190, 60, 96, VEST);
            self.rect(x - 30, y - 140, 60, 10, [250, 214, 96]);
        }
        self.circle(x, y - 218, 28, SKIN);
        self.circle(x, y - 228, 26, HAIR);
        self.rect(x - 22, y - 222, 44, 20, SKIN);
    }

    /// Writes 示例 into the lower right corner.
    fn mark(&mut self) {
        const DOT: i32 = 4;
        let left = WIDTH as i32 - 2 * 24 * DOT - 56;
        let top = HEIGHT as i32 - 24 * DOT - 44;
        self.rect(
            left - 20,
            top - 8,
            2 * 24 * DOT + 44,
            24 * DOT + 24,
            [40, 44, 52],
        );
        for (glyph, x) in [(SHI, left), (LI, left + 24 * DOT + 8)] {
            for (row, y) in glyph.lines().zip((top..).step_by(DOT as usize)) {
                for (dot, x) in row.chars().zip((x..).step_by(DOT as usize)) {
                    if dot == '#' {
                        self.rect(x, y, DOT, DOT, [255, 255, 255]);
                    }
                }
            }
        }
    }
}

/// `part` percent of the way from `a` to `b`.
fn mix(a: Color, b: Color, part: i32) -> Color {
    let one = |a: u8, b: u8| (i32::from(a) + (i32::from(b) - i32::from(a)) * part / 100) as u8;
    [one(a[0], b[0]), one(a[1], b[1]), one(a[2], b[2])]
}

const SHI: &str = "\
........................
.................##.....
.................###....
....#################...
........................
........................
........................
...................##...
...................##...
.######################.
...........###..........
...........###..........
.....#.....###..........
.....####..###..##......
....####...###...###....
....###....###....###...
....##.....###....####..
...###.....###.....###..
...##......###......###.
..##.......###......###.
.#.........###......###.
........#####...........
.........####...........
..........##............";

const LI: &str = "\
........................
........................
....###......#......###.
....##......###.....##..
...###.#########....##..
...###...##.....###.##..
...##...###.....##..##..
...##...###..#..##..##..
..###...#######.##..##..
..####..##..######..##..
..###...##..###.##..##..
.####..##...##..##..##..
.#.##..###..##..##..##..
.#.##..#.##.##..##..##..
...##.#..#####..##..##..
...##.#..#####..##..##..
...##......##...##..##..
...##......##...##..##..
...##.....##....##..##..
...##.....##........##..
...##....##.........##..
...##....#..........##..
...##...#........#####..
...##..#..........####..";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_jpegs_of_the_size_that_is_said_and_no_two_are_equal() {
        let (first, small) = take(Scene::Market, 1).unwrap();
        let (second, _) = take(Scene::Market, 2).unwrap();
        let read = image::load_from_memory(&first.bytes).unwrap();
        assert_eq!((read.width(), read.height()), (first.width, first.height));
        assert!(small.width <= THUMBNAIL && small.bytes.len() < first.bytes.len());
        assert_ne!(first.bytes, second.bytes);
    }
}
