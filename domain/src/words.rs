//! The words of a text, for finding it and for comparing it with another: Chinese is cut into pairs of
//! neighbors, everything else into words.
//!
//! Leaves out meaning: no dictionary, no stop words.

/// Whether the character is written Chinese, which has no blanks between its words.
pub fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
    )
}

/// A stretch of text of one kind, in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    Han(Vec<char>),
    Word(String),
}

/// The text's runs in order; signs and blanks are dropped, full-width letters are the keyboard's.
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        };
        if !c.is_alphanumeric() && !is_han(c) {
            open = false;
            continue;
        }
        match (runs.last_mut(), is_han(c)) {
            (Some(Run::Han(run)), true) if open => run.push(c),
            (Some(Run::Word(run)), false) if open => run.extend(c.to_lowercase()),
            (_, true) => runs.push(Run::Han(vec![c])),
            (_, false) => runs.push(Run::Word(c.to_lowercase().collect())),
        }
        open = true;
    }
    runs
}

/// Pairs of neighbors of Chinese and whole words of anything else, in order, repeats included. A
/// Chinese character that stands alone is left out.
pub fn grams(text: &str) -> Vec<String> {
    let mut grams = Vec::new();
    for run in runs(text) {
        match run {
            Run::Han(run) => {
                grams.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
            Run::Word(word) => grams.push(word),
        }
    }
    grams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_cut_into_pairs_and_the_rest_into_words() {
        assert_eq!(
            grams("无偿献血，Blood-Donation ２０２６年"),
            ["无偿", "偿献", "献血", "blood", "donation", "2026"]
        );
        assert!(grams("， 血 …").is_empty());
    }
}
