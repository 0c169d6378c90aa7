//! Codes of narrow and wide bars, without a check digit: Code 39 and ITF (interleaved 2 of 5).

use super::{ean, is_margin};

const LEAST_MARGIN: f32 = 5.0;
/// Shorter ones come from patterns that are no code.
const LEAST_CODE39: usize = 3;
const LEAST_ITF: usize = 6;

const CODE39: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
/// Which of nine bars and spaces are wide, the first one in the highest place.
const CODE39_WIDE: [u16; 43] = [
    0x034, 0x121, 0x061, 0x160, 0x031, 0x130, 0x070, 0x025, 0x124, 0x064, 0x109, 0x049, 0x148,
    0x019, 0x118, 0x058, 0x00d, 0x10c, 0x04c, 0x01c, 0x103, 0x043, 0x142, 0x013, 0x112, 0x052,
    0x007, 0x106, 0x046, 0x016, 0x181, 0x0c1, 0x1c0, 0x091, 0x190, 0x0d0, 0x085, 0x184, 0x0c4,
    0x0a8, 0x0a2, 0x08a, 0x02a,
];
/// At both ends.
const CODE39_STAR: u16 = 0x094;

/// Which two of five are wide, the first one in the highest place.
const ITF_WIDE: [u16; 10] = [
    0b00110, 0b10001, 0b01001, 0b11000, 0b00101, 0b10100, 0b01100, 0b00011, 0b10010, 0b01010,
];

/// The text of a Code 39 whose left margin is the first run.
pub(super) fn code39(runs: &[f32]) -> Option<String> {
    let star = runs.get(1..10)?;
    if wide::<9>(star, 3)? != CODE39_STAR {
        return None;
    }
    let whole = star.iter().sum::<f32>();
    // Three wide bars of two to three modules.
    let unit = whole / 13.5;
    if !is_margin(runs[0], unit, LEAST_MARGIN) {
        return None;
    }
    let mut text = String::new();
    let mut before = whole;
    for rest in runs.get(11..)?.chunks(10) {
        let symbol = rest.get(..9)?;
        let width = symbol.iter().sum::<f32>();
        if !(0.8..1.25).contains(&(width / before)) {
            return None;
        }
        before = width;
        let wide = wide::<9>(symbol, 3)?;
        // Between two symbols is a gap, after the last one the margin.
        let gap = *rest.get(9)? / (width / 13.5);
        if wide == CODE39_STAR {
            return (gap >= LEAST_MARGIN && text.len() >= LEAST_CODE39).then_some(text);
        }
        if gap > 3.5 {
            return None;
        }
        let index = CODE39_WIDE.iter().position(|of| *of == wide)?;
        text.push(char::from(CODE39[index]));
    }
    None
}

/// The digits of an ITF whose left margin is the first run.
pub(super) fn itf(runs: &[f32]) -> Option<String> {
    let start = runs.get(1..5)?;
    let unit = start.iter().sum::<f32>() / 4.0;
    let is_narrow = |run: f32| (0.5..1.6).contains(&(run / unit));
    if !is_margin(runs[0], unit, LEAST_MARGIN * 1.6) || !start.iter().all(|run| is_narrow(*run)) {
        return None;
    }
    let mut digits = Vec::new();
    let mut before = None::<f32>;
    for rest in runs[5..].chunks(10) {
        let end = rest.get(..4)?;
        let is_end = (1.6..4.0).contains(&(end[0] / unit))
            && is_narrow(end[1])
            && is_narrow(end[2])
            && is_margin(end[3], unit, LEAST_MARGIN * 1.6);
        if is_end {
            break;
        }
        let pair = rest.get(..10)?;
        let width = pair.iter().sum::<f32>();
        if before.is_some_and(|before| !(0.8..1.25).contains(&(width / before))) {
            return None;
        }
        before = Some(width);
        for first in 0..2 {
            let five: Vec<f32> = pair.iter().skip(first).step_by(2).copied().collect();
            let wide = wide::<5>(&five, 2)?;
            digits.push(ITF_WIDE.iter().position(|of| *of == wide)?);
        }
    }
    match digits.len() {
        ..LEAST_ITF => None,
        // The code on boxes has a check digit.
        14 => ean::checked(&digits),
        _ => Some(digits.iter().map(usize::to_string).collect()),
    }
}

/// Which runs are the wide ones, if there are so many and they stand out.
fn wide<const N: usize>(runs: &[f32], count: usize) -> Option<u16> {
    let mut sorted: [f32; N] = runs.try_into().ok()?;
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (least_wide, most_narrow) = (sorted[count - 1], sorted[count]);
    // Neither kind differs much in itself.
    if least_wide < most_narrow * 1.3
        || sorted[0] > least_wide * 1.7
        || most_narrow > sorted[N - 1] * 2.6
    {
        return None;
    }
    Some(
        runs.iter()
            .fold(0, |wide, run| wide << 1 | u16::from(*run >= least_wide)),
    )
}
