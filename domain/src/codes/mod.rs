//! Reading codes in a picture: QR, and the bar codes that goods, devices and files wear (EAN-13, EAN-8,
//! UPC-A, Code 128, Code 39, ITF). Phone and measurements read with the same code.
//!
//! A bar code counts only when several lines across the picture say the same text and hardly any says
//! another one: a damaged code is rather not read than misread. Leaves out codes of two dimensions other
//! than QR.

mod code128;
mod ean;
mod lines;
mod perspective;
mod qr;
mod two_widths;

pub use qr::read as read_qr;

use std::collections::BTreeMap;

use lines::Picture;

/// The text of the first readable code in a picture of so many columns, a byte for each pixel's
/// brightness.
pub fn read(width: usize, gray: &[u8]) -> Option<String> {
    read_qr(width, gray).or_else(|| read_bars(width, gray))
}

/// The text of the bar code in a picture.
pub fn read_bars(width: usize, gray: &[u8]) -> Option<String> {
    let picture = Picture::new(width, gray)?;
    let mut votes = Votes::default();
    for angle in ANGLES {
        for line in picture.lines(angle) {
            let mut runs = line.runs();
            votes.take(&runs);
            // The code may stand on its head.
            runs.reverse();
            votes.take(&runs);
        }
        if let Some(text) = votes.winner() {
            return Some(text);
        }
    }
    None
}

/// Directions in which a picture is crossed, in degrees: first those in which codes are mostly held.
const ANGLES: [f64; 12] = [
    0.0, 90.0, 15.0, -15.0, 75.0, 105.0, 30.0, -30.0, 60.0, 120.0, 45.0, -45.0,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Ean,
    Code128,
    Code39,
    Itf,
}

impl Kind {
    /// How many lines must say the same: more where the code has no check digit.
    const fn needed(self) -> usize {
        match self {
            Self::Ean | Self::Code128 => 3,
            Self::Code39 | Self::Itf => 5,
        }
    }
}

/// What the lines said.
#[derive(Default)]
struct Votes(BTreeMap<(Kind, String), usize>);

impl Votes {
    /// `runs`: widths along a line, the first one light, dark and light in turn.
    fn take(&mut self, runs: &[f32]) {
        // Each code begins with a dark bar after a light margin.
        for margin in (0..runs.len()).step_by(2) {
            let rest = &runs[margin..];
            let found = ean::read(rest)
                .map(|text| (Kind::Ean, text))
                .or_else(|| code128::read(rest).map(|text| (Kind::Code128, text)))
                .or_else(|| two_widths::code39(rest).map(|text| (Kind::Code39, text)))
                .or_else(|| two_widths::itf(rest).map(|text| (Kind::Itf, text)));
            if let Some(found) = found {
                *self.0.entry(found).or_default() += 1;
            }
        }
    }

    /// What enough lines say, unless others say something else.
    fn winner(&self) -> Option<String> {
        let ((kind, text), most) = self.0.iter().max_by_key(|(_, count)| **count)?;
        let others = self.0.values().sum::<usize>() - most;
        (*most >= kind.needed() && others * 4 <= *most).then(|| text.clone())
    }
}

/// A margin as wide as so many modules; printers keep less than the standards ask for.
fn is_margin(run: f32, unit: f32, modules: f32) -> bool {
    run >= unit * modules
}

/// How far runs are from a pattern, as the sum of squares in modules. What ink or blur adds to each bar and
/// takes from each space doesn't count.
fn misfit(runs: &[f32], pattern: &[u8]) -> f32 {
    let modules: u8 = pattern.iter().sum();
    let unit = runs.iter().sum::<f32>() / f32::from(modules);
    let off = |index: usize| runs[index] / unit - f32::from(pattern[index]);
    let sign = |index: usize| if index.is_multiple_of(2) { 1.0 } else { -1.0 };
    let count = runs.len() as f32;
    let spread = (0..runs.len()).map(|i| off(i) * sign(i)).sum::<f32>() / count;
    let spread = spread.clamp(-MOST_SPREAD, MOST_SPREAD);
    (0..runs.len())
        .map(|index| (off(index) - sign(index) * spread).powi(2))
        .sum()
}

const MOST_SPREAD: f32 = 0.3;
/// Different patterns are at least 2 apart; nearer than this to one is far from all others.
const MOST_MISFIT: f32 = 0.45;

/// Which of the patterns the runs are.
fn matching<const N: usize>(runs: &[f32], patterns: &[[u8; N]]) -> Option<usize> {
    patterns
        .iter()
        .position(|pattern| misfit(runs, pattern) < MOST_MISFIT)
}
