//! EAN-13, EAN-8 and UPC-A: the codes on goods.

use super::{is_margin, matching};

/// Bars and spaces of the digits, in modules.
const DIGITS: [[u8; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];

/// The first of thirteen digits stands in which of the next six are written backwards.
const FIRST: [[bool; 6]; 10] = {
    const O: bool = false;
    const I: bool = true;
    [
        [O, O, O, O, O, O],
        [O, O, I, O, I, I],
        [O, O, I, I, O, I],
        [O, O, I, I, I, O],
        [O, I, O, O, I, I],
        [O, I, I, O, O, I],
        [O, I, I, I, O, O],
        [O, I, O, I, O, I],
        [O, I, O, I, I, O],
        [O, I, I, O, I, O],
    ]
};

const LEAST_MARGIN: f32 = 4.0;

/// The digits of a code whose left margin is the first run.
pub(super) fn read(runs: &[f32]) -> Option<String> {
    thirteen(runs).or_else(|| eight(runs))
}

fn thirteen(runs: &[f32]) -> Option<String> {
    let halves = halves(runs, 6)?;
    let backwards: Vec<bool> = halves[..6]
        .iter()
        .map(|(_, backwards)| *backwards)
        .collect();
    let first = FIRST.iter().position(|of| of[..] == backwards[..])?;
    let digits: Vec<usize> = std::iter::once(first)
        .chain(halves.iter().map(|(digit, _)| *digit))
        .collect();
    let text = checked(&digits)?;
    // Twelve digits with a zero before them are UPC-A, which is printed without it.
    Some(text.strip_prefix('0').map_or(text.clone(), str::to_owned))
}

fn eight(runs: &[f32]) -> Option<String> {
    let halves = halves(runs, 4)?;
    if halves.iter().any(|(_, backwards)| *backwards) {
        return None;
    }
    let digits: Vec<usize> = halves.iter().map(|(digit, _)| *digit).collect();
    checked(&digits)
}

/// The digits of both halves, and whether each is written backwards, which only those on the left may be.
fn halves(runs: &[f32], each: usize) -> Option<Vec<(usize, bool)>> {
    let count = 3 + each * 4 + 5 + each * 4 + 3;
    let code = runs.get(1..=count)?;
    let modules = 3 + each * 7 + 5 + each * 7 + 3;
    let unit = code.iter().sum::<f32>() / modules as f32;
    if !is_margin(runs[0], unit, LEAST_MARGIN)
        || !is_margin(*runs.get(count + 1)?, unit, LEAST_MARGIN)
    {
        return None;
    }
    let middle = 3 + each * 4;
    let guards = [&code[..3], &code[middle..middle + 5], &code[count - 3..]];
    let is_one = |run: &f32| (0.35..2.0).contains(&(run / unit));
    if !guards.into_iter().flatten().all(is_one) {
        return None;
    }
    let mut digits = Vec::with_capacity(each * 2);
    for (start, is_left) in [(3, true), (middle + 5, false)] {
        for runs in code[start..start + each * 4].chunks(4) {
            // Seen at a slant one end is farther away, but not much.
            if !(5.0..9.3).contains(&(runs.iter().sum::<f32>() / unit)) {
                return None;
            }
            let forwards = matching(runs, &DIGITS).map(|digit| (digit, false));
            digits.push(match forwards {
                Some(found) => found,
                None if is_left => {
                    let turned = [runs[3], runs[2], runs[1], runs[0]];
                    (matching(&turned, &DIGITS)?, true)
                }
                None => return None,
            });
        }
    }
    Some(digits)
}

/// The text of digits whose last one is their check digit.
pub(super) fn checked(digits: &[usize]) -> Option<String> {
    let weighted = digits.iter().rev().enumerate();
    let sum: usize = weighted
        .map(|(place, digit)| digit * if place.is_multiple_of(2) { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10)
        .then(|| digits.iter().map(usize::to_string).collect())
}
