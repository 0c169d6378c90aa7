//! Code 128: letters, digits and signs, with a check symbol.

use std::fmt::Write;

use super::{MOST_MISFIT, is_margin, matching, misfit};

const LEAST_MARGIN: f32 = 5.0;
const STOP: [u8; 7] = [2, 3, 3, 1, 1, 1, 2];
const STARTS: std::ops::RangeInclusive<usize> = 103..=105;
/// More is no label's.
const MOST_SYMBOLS: usize = 90;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    A,
    B,
    C,
}

/// The text of a code whose left margin is the first run.
pub(super) fn read(runs: &[f32]) -> Option<String> {
    // The margin first: it costs least, and most places have none.
    let unit = runs.get(1..7)?.iter().sum::<f32>() / 11.0;
    if !is_margin(runs[0], unit, LEAST_MARGIN) {
        return None;
    }
    let start = matching(&runs[1..7], &SYMBOLS).filter(|symbol| STARTS.contains(symbol))?;
    let mut symbols = vec![start];
    let mut before = unit * 11.0;
    for place in 1..MOST_SYMBOLS {
        let rest = runs.get(1 + place * 6..)?;
        if rest.len() >= 8 && misfit(&rest[..7], &STOP) < MOST_MISFIT {
            let unit = rest[..7].iter().sum::<f32>() / 13.0;
            return is_margin(rest[7], unit, LEAST_MARGIN)
                .then(|| checked(&symbols).and_then(text))?;
        }
        let runs = rest.get(..6)?;
        let width = runs.iter().sum::<f32>();
        // Seen at a slant they shrink, but little from one to the next.
        if !(0.8..1.25).contains(&(width / before)) {
            return None;
        }
        before = width;
        symbols.push(matching(runs, &SYMBOLS)?);
    }
    None
}

/// The symbols without the last one, which checks the others.
fn checked(symbols: &[usize]) -> Option<&[usize]> {
    let (check, symbols) = symbols.split_last()?;
    let weighted = symbols.iter().enumerate();
    let sum: usize = weighted.map(|(place, symbol)| symbol * place.max(1)).sum();
    (symbols.len() > 1 && sum % 103 == *check).then_some(symbols)
}

fn text(symbols: &[usize]) -> Option<String> {
    let mut set = match symbols[0] {
        103 => Set::A,
        104 => Set::B,
        _ => Set::C,
    };
    let mut once = None;
    let mut text = String::new();
    for (place, symbol) in symbols.iter().enumerate().skip(1) {
        let now = once.take().unwrap_or(set);
        match (now, *symbol) {
            (Set::C, value @ 0..100) => {
                let _ = write!(text, "{value:02}");
            }
            (Set::A | Set::B, value @ 0..64) | (Set::B, value @ 64..96) => {
                text.push(char::from(value as u8 + 32));
            }
            (Set::A, value @ 64..96) => text.push(char::from(value as u8 - 64)),
            (Set::A, 98) => once = Some(Set::B),
            (Set::B, 98) => once = Some(Set::A),
            (Set::A | Set::B, 99) => set = Set::C,
            (Set::A | Set::C, 100) => set = Set::B,
            (Set::B | Set::C, 101) => set = Set::A,
            // At the beginning it says that GS1's fields follow, later it ends one of them.
            (_, 102) if place == 1 => {}
            (_, 102) => text.push('\u{1d}'),
            // Letters beyond ASCII, codes that go on in the next one: rather nothing than half of it.
            _ => return None,
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Bars and spaces of the symbols, in modules; the last three begin a code.
#[rustfmt::skip]
const SYMBOLS: [[u8; 6]; 106] = [
    [2, 1, 2, 2, 2, 2], [2, 2, 2, 1, 2, 2], [2, 2, 2, 2, 2, 1], [1, 2, 1, 2, 2, 3],
    [1, 2, 1, 3, 2, 2], [1, 3, 1, 2, 2, 2], [1, 2, 2, 2, 1, 3], [1, 2, 2, 3, 1, 2],
    [1, 3, 2, 2, 1, 2], [2, 2, 1, 2, 1, 3], [2, 2, 1, 3, 1, 2], [2, 3, 1, 2, 1, 2],
    [1, 1, 2, 2, 3, 2], [1, 2, 2, 1, 3, 2], [1, 2, 2, 2, 3, 1], [1, 1, 3, 2, 2, 2],
    [1, 2, 3, 1, 2, 2], [1, 2, 3, 2, 2, 1], [2, 2, 3, 2, 1, 1], [2, 2, 1, 1, 3, 2],
    [2, 2, 1, 2, 3, 1], [2, 1, 3, 2, 1, 2], [2, 2, 3, 1, 1, 2], [3, 1, 2, 1, 3, 1],
    [3, 1, 1, 2, 2, 2], [3, 2, 1, 1, 2, 2], [3, 2, 1, 2, 2, 1], [3, 1, 2, 2, 1, 2],
    [3, 2, 2, 1, 1, 2], [3, 2, 2, 2, 1, 1], [2, 1, 2, 1, 2, 3], [2, 1, 2, 3, 2, 1],
    [2, 3, 2, 1, 2, 1], [1, 1, 1, 3, 2, 3], [1, 3, 1, 1, 2, 3], [1, 3, 1, 3, 2, 1],
    [1, 1, 2, 3, 1, 3], [1, 3, 2, 1, 1, 3], [1, 3, 2, 3, 1, 1], [2, 1, 1, 3, 1, 3],
    [2, 3, 1, 1, 1, 3], [2, 3, 1, 3, 1, 1], [1, 1, 2, 1, 3, 3], [1, 1, 2, 3, 3, 1],
    [1, 3, 2, 1, 3, 1], [1, 1, 3, 1, 2, 3], [1, 1, 3, 3, 2, 1], [1, 3, 3, 1, 2, 1],
    [3, 1, 3, 1, 2, 1], [2, 1, 1, 3, 3, 1], [2, 3, 1, 1, 3, 1], [2, 1, 3, 1, 1, 3],
    [2, 1, 3, 3, 1, 1], [2, 1, 3, 1, 3, 1], [3, 1, 1, 1, 2, 3], [3, 1, 1, 3, 2, 1],
    [3, 3, 1, 1, 2, 1], [3, 1, 2, 1, 1, 3], [3, 1, 2, 3, 1, 1], [3, 3, 2, 1, 1, 1],
    [3, 1, 4, 1, 1, 1], [2, 2, 1, 4, 1, 1], [4, 3, 1, 1, 1, 1], [1, 1, 1, 2, 2, 4],
    [1, 1, 1, 4, 2, 2], [1, 2, 1, 1, 2, 4], [1, 2, 1, 4, 2, 1], [1, 4, 1, 1, 2, 2],
    [1, 4, 1, 2, 2, 1], [1, 1, 2, 2, 1, 4], [1, 1, 2, 4, 1, 2], [1, 2, 2, 1, 1, 4],
    [1, 2, 2, 4, 1, 1], [1, 4, 2, 1, 1, 2], [1, 4, 2, 2, 1, 1], [2, 4, 1, 2, 1, 1],
    [2, 2, 1, 1, 1, 4], [4, 1, 3, 1, 1, 1], [2, 4, 1, 1, 1, 2], [1, 3, 4, 1, 1, 1],
    [1, 1, 1, 2, 4, 2], [1, 2, 1, 1, 4, 2], [1, 2, 1, 2, 4, 1], [1, 1, 4, 2, 1, 2],
    [1, 2, 4, 1, 1, 2], [1, 2, 4, 2, 1, 1], [4, 1, 1, 2, 1, 2], [4, 2, 1, 1, 1, 2],
    [4, 2, 1, 2, 1, 1], [2, 1, 2, 1, 4, 1], [2, 1, 4, 1, 2, 1], [4, 1, 2, 1, 2, 1],
    [1, 1, 1, 1, 4, 3], [1, 1, 1, 3, 4, 1], [1, 3, 1, 1, 4, 1], [1, 1, 4, 1, 1, 3],
    [1, 1, 4, 3, 1, 1], [4, 1, 1, 1, 1, 3], [4, 1, 1, 3, 1, 1], [1, 1, 3, 1, 4, 1],
    [1, 1, 4, 1, 3, 1], [3, 1, 1, 1, 4, 1], [4, 1, 1, 1, 3, 1], [2, 1, 1, 4, 1, 2],
    [2, 1, 1, 2, 1, 4], [2, 1, 1, 2, 3, 2],
];
