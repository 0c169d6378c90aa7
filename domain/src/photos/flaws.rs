//! Whether a photo shows anything: too dark, or out of focus. A hint for whoever took it, no verdict.

use super::gray::Gray;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// Nearly black: a finger on the lens, a pocket.
    Dark,
    Blurred,
}

impl Flaw {
    /// What is wrong and what to do, in Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Dark => (
                "这张照片几乎全黑，看看镜头是否被挡住",
                "This photo is nearly black: is something in front of the lens?",
            ),
            Self::Blurred => (
                "这张照片有些模糊，需要的话请重拍一张",
                "This photo looks blurred; take it again if it matters",
            ),
        }
    }
}

/// Pixels brighter than this are seen.
const SEEN: u8 = 32;
/// So many of them make it more than black.
const SEEN_SHARE: f64 = 0.02;
/// From this on a photo is blurred; see [`blur`].
const BLURRED: f64 = 0.45;
/// Less light and dark than this says nothing about sharpness.
const PLAIN: f64 = 8.0;

/// What is wrong with a photo that was reduced to [`super::gray::SIDE`].
pub fn flaw(picture: &Gray) -> Option<Flaw> {
    let pixels = picture.pixels();
    let count = pixels.len() as f64;
    let seen = pixels.iter().filter(|pixel| **pixel >= SEEN).count();
    if (seen as f64) < count * SEEN_SHARE {
        return Some(Flaw::Dark);
    }
    let mean = pixels.iter().map(|it| f64::from(*it)).sum::<f64>() / count;
    let squares = pixels.iter().map(|it| (f64::from(*it) - mean).powi(2));
    let spread = (squares.sum::<f64>() / count).sqrt();
    (spread >= PLAIN && blur(picture) > BLURRED).then_some(Flaw::Blurred)
}

/// How little a photo changes when it is blurred once more: 0 for noise, 1 for what can't get softer
/// (Crete and others, *The blur effect*, 2007). The sharper direction counts.
pub fn blur(picture: &Gray) -> f64 {
    let (width, height) = (picture.width(), picture.height());
    let rows = (0..height).map(|row| (row * width, 1, width));
    let columns = (0..width).map(|column| (column, width, height));
    along(picture.pixels(), rows).min(along(picture.pixels(), columns))
}

/// How far the second blur reaches to each side, px.
const REACH: usize = 4;

/// Each line is its first pixel, the step to the next one, and how many there are.
fn along(pixels: &[u8], lines: impl Iterator<Item = (usize, usize, usize)>) -> f64 {
    let (mut before, mut lost) = (0_i64, 0_i64);
    for (first, step, length) in lines {
        let line: Vec<i64> = (0..length)
            .map(|at| i64::from(pixels[first + at * step]))
            .collect();
        let window = (2 * REACH + 1) as i64;
        for at in REACH + 1..length.saturating_sub(REACH) {
            let own = (line[at] - line[at - 1]).abs() * window;
            // The difference of two means that share all but their ends.
            let softened = (line[at + REACH] - line[at - REACH - 1]).abs();
            before += own;
            lost += (own - softened).max(0);
        }
    }
    if before == 0 {
        return 1.0;
    }
    1.0 - lost as f64 / before as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A board of squares, softened so many times.
    fn board(softened: usize) -> Gray {
        let mut pixels: Vec<u8> = (0..320 * 240)
            .map(|at| {
                if (at % 320 / 13 + at / 320 / 13) % 2 == 0 {
                    40
                } else {
                    210
                }
            })
            .collect();
        for _ in 0..softened {
            pixels = (0..pixels.len())
                .map(|at| {
                    let near = [
                        at,
                        at + 1,
                        at + 320,
                        at.saturating_sub(1),
                        at.saturating_sub(320),
                    ];
                    let sum: usize = near
                        .iter()
                        .map(|at| usize::from(pixels[at % pixels.len()]))
                        .sum();
                    (sum / near.len()) as u8
                })
                .collect();
        }
        Gray::new(320, 240, pixels).expect("a picture")
    }

    #[test]
    fn a_sharp_photo_has_no_flaw_and_a_soft_one_is_blurred() {
        assert_eq!(flaw(&board(0)), None);
        assert_eq!(flaw(&board(1)), None);
        assert_eq!(flaw(&board(24)), Some(Flaw::Blurred));
    }

    #[test]
    fn a_nearly_black_photo_is_dark_and_one_with_a_lamp_in_it_is_not() {
        let mut pixels = vec![3; 320 * 240];
        let black = Gray::new(320, 240, pixels.clone()).expect("a picture");
        assert_eq!(flaw(&black), Some(Flaw::Dark));
        pixels[..3_000].fill(240);
        let lamp = Gray::new(320, 240, pixels).expect("a picture");
        assert_ne!(flaw(&lamp), Some(Flaw::Dark));
    }

    #[test]
    fn a_plain_wall_and_the_smallest_picture_are_no_flaw() {
        for (width, height) in [(320, 240), (1, 1), (2, 300)] {
            let wall = Gray::new(width, height, vec![180; width * height]).expect("a picture");
            assert_eq!(flaw(&wall), None);
        }
    }
}
