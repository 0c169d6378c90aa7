//! Codes that other programs drew are read, and what is damaged isn't misread.

use barcoders::sym::{code39::Code39, code128::Code128, ean8::EAN8, ean13::EAN13, tf::TF};
use domain::codes::{read, read_bars};
use proptest::prelude::*;

/// Pixels for each module, and rows.
const SCALE: usize = 2;
const HEIGHT: usize = 40;

/// Bars with their margins, black on white.
fn bars(modules: &[u8]) -> (usize, Vec<u8>) {
    let line: Vec<u8> = std::iter::repeat_n(0, 10)
        .chain(modules.iter().copied())
        .chain(std::iter::repeat_n(0, 10))
        .flat_map(|module| [if module == 1 { 20 } else { 235 }; SCALE])
        .collect();
    let light = vec![235; line.len() * 12];
    let pixels = [light.clone(), line.repeat(HEIGHT), light].concat();
    (line.len(), pixels)
}

fn read_modules(modules: &[u8]) -> Option<String> {
    let (width, pixels) = bars(modules);
    read(width, &pixels)
}

#[test]
fn goods_are_read_with_their_check_digit() {
    let ean13 = EAN13::new("690123456789").expect("a code").encode();
    assert_eq!(read_modules(&ean13).as_deref(), Some("6901234567892"));
    let ean8 = EAN8::new("6901234").expect("a code").encode();
    assert_eq!(read_modules(&ean8).as_deref(), Some("69012341"));
}

#[test]
fn upc_a_has_its_twelve_digits() {
    let upca = EAN13::new("003600029145").expect("a code").encode();
    assert_eq!(read_modules(&upca).as_deref(), Some("036000291452"));
}

#[test]
fn every_sign_of_code_128_is_read_in_its_three_sets() {
    let letters: String = (' '..='~').collect();
    for part in letters.as_bytes().chunks(12) {
        let part = std::str::from_utf8(part).expect("ASCII");
        let code = Code128::new(format!("\u{181}{part}")).expect("a code");
        assert_eq!(read_modules(&code.encode()).as_deref(), Some(part));
    }
    for start in (0..100).step_by(10) {
        let digits: String = (start..start + 10)
            .flat_map(|it| format!("{it:02}").chars().collect::<Vec<_>>())
            .collect();
        let code = Code128::new(format!("\u{106}{digits}")).expect("a code");
        assert_eq!(read_modules(&code.encode()).as_deref(), Some(&*digits));
    }
    let changing = Code128::new("\u{c0}AB\u{181}ab\u{106}1234\u{c0}Z").expect("a code");
    assert_eq!(
        read_modules(&changing.encode()).as_deref(),
        Some("ABab1234Z")
    );
}

#[test]
fn every_sign_of_code_39_is_read() {
    let signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    for part in signs.as_bytes().chunks(8) {
        let part = std::str::from_utf8(part).expect("ASCII");
        let code = Code39::new(part);
        let Ok(code) = code else { panic!("{part}") };
        let read = read_modules(&code.encode());
        if part.len() >= 3 {
            assert_eq!(read.as_deref(), Some(part));
        }
    }
}

#[test]
fn itf_is_read_and_on_boxes_checked() {
    let code = |digits: &str| TF::interleaved(digits).expect("a code").encode();
    for digits in ["123456", "0918273645", "15400141288763"] {
        assert_eq!(read_modules(&code(digits)).as_deref(), Some(digits));
    }
    assert_eq!(read_modules(&code("15400141288764")), None);
}

#[test]
fn a_code_is_read_from_every_side() {
    let code = Code128::new("\u{181}SB-0042-7").expect("a code").encode();
    let (width, pixels) = bars(&code);
    let height = pixels.len() / width;
    let on_its_head: Vec<u8> = pixels.iter().rev().copied().collect();
    assert_eq!(read(width, &on_its_head).as_deref(), Some("SB-0042-7"));
    let upright: Vec<u8> = (0..width)
        .flat_map(|x| (0..height).map(move |y| y * width + x))
        .map(|at| pixels[at])
        .collect();
    assert_eq!(read(height, &upright).as_deref(), Some("SB-0042-7"));
}

#[test]
fn lines_that_disagree_are_no_code() {
    // One code above another: which one is meant can't be told.
    let one = bars(&EAN13::new("690123456789").expect("a code").encode());
    let other = bars(&EAN13::new("690987654321").expect("a code").encode());
    assert_eq!(read(one.0, &[one.1, other.1].concat()), None);
}

/// Which digit of an EAN-13 a module belongs to; none of its guards.
fn digit_at(module: usize) -> Option<usize> {
    match module {
        3..45 => Some((module - 3) / 7),
        50..92 => Some(6 + (module - 50) / 7),
        _ => None,
    }
}

proptest! {
    // Each looks across whole pictures.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_damaged_code_is_read_right_or_not_at_all(
        digits in "[1-9][0-9]{11}",
        letters in "[A-Z0-9]{6,10}",
        strokes in prop::collection::vec((0.0..1.0_f64, 1_usize..4, 0_u8..2), 1..3),
    ) {
        let ean = EAN13::new(&digits).expect("a code").encode();
        let code128 = Code128::new(format!("\u{181}{letters}")).expect("a code").encode();
        for (code, is_ean) in [(ean, true), (code128, false)] {
            let whole = read_modules(&code);
            prop_assert!(whole.is_some());
            let mut damaged = code.clone();
            let count = if is_ean { 1 } else { strokes.len() };
            for (at, width, color) in &strokes[..count] {
                let from = (at * code.len() as f64) as usize;
                // Its check digit tells of one wrong digit; two of them may fit each other.
                if is_ean && digit_at(from) != digit_at(from + width - 1) {
                    continue;
                }
                for module in damaged.iter_mut().skip(from).take(*width) {
                    *module = *color;
                }
            }
            let read = read_modules(&damaged);
            prop_assert!(read.is_none() || read == whole, "{read:?} instead of {whole:?}");
        }
    }

    #[test]
    fn noise_holds_no_code(width in 1_usize..200, pixels in prop::collection::vec(any::<u8>(), 0..9_000)) {
        prop_assert_eq!(read_bars(width, &pixels), None);
    }
}
