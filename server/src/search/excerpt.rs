//! The part of a text in which what was asked for stands.

use domain::words::{Run, runs};

/// So many characters before the first place, and so many in all.
const BEFORE: usize = 20;
const LENGTH: usize = 110;

/// Cut into pieces; each second one is what was asked for. Only the beginning, if it isn't in it.
pub fn excerpt(text: &str, question: &str) -> Vec<String> {
    let text: Vec<char> = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .collect();
    let small: Vec<char> = text.iter().map(|c| lower(*c)).collect();
    let wanted = wanted(question, &small);
    let mut marked = vec![false; text.len()];
    let mut first = None;
    for word in &wanted {
        for start in places(&small, word) {
            marked[start..start + word.len()].fill(true);
            first = Some(first.map_or(start, |first: usize| first.min(start)));
        }
    }
    let from = match first {
        Some(first) if first > BEFORE => first - BEFORE,
        _ => 0,
    };
    let to = text.len().min(from + LENGTH);
    let mut pieces = vec![String::new()];
    if from > 0 {
        pieces[0].push('…');
    }
    for (c, is_marked) in text[from..to].iter().zip(&marked[from..to]) {
        // Marked pieces are the second, the fourth and so on.
        if *is_marked == (pieces.len() % 2 == 1) {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(*c);
        }
    }
    if to < text.len() {
        if pieces.len() % 2 == 0 {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push('…');
        }
    }
    pieces
}

/// The question's words as they are to be marked: whole where they stand so, else in pairs.
fn wanted(question: &str, text: &[char]) -> Vec<Vec<char>> {
    let mut wanted = Vec::new();
    for run in runs(question) {
        match run {
            Run::Word(word) => wanted.push(word.chars().map(lower).collect()),
            Run::Han(run) if run.len() < 3 || places(text, &run).next().is_some() => {
                wanted.push(run);
            }
            Run::Han(run) => wanted.extend(run.windows(2).map(<[char]>::to_vec)),
        }
    }
    wanted.retain(|word: &Vec<char>| !word.is_empty());
    wanted
}

fn places<'a>(text: &'a [char], word: &'a [char]) -> impl Iterator<Item = usize> + 'a {
    text.windows(word.len().max(1))
        .enumerate()
        .filter(move |(_, window)| *window == word)
        .map(|(start, _)| start)
}

/// As the words are in the index, one character for one.
fn lower(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let mut small = c.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_each_second_piece() {
        assert_eq!(
            excerpt("组织无偿献血活动", "献血"),
            ["组织无偿", "献血", "活动"]
        );
        assert_eq!(excerpt("Blood drive", "blo"), ["", "Blo", "od drive"]);
        assert_eq!(excerpt("没有", "献血"), ["没有"]);
        assert_eq!(excerpt("", "献血"), [""]);
        let long = format!("{}献血{}", "前".repeat(50), "后".repeat(200));
        let pieces = excerpt(&long, "献血");
        assert_eq!(pieces[1], "献血");
        assert!(pieces[0].starts_with('…') && pieces[2].ends_with('…'));
    }
}
