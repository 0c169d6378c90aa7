//! What leaves the system without numbers that reach a person, and names that any file system takes.

/// The text with its mobile numbers and resident ID numbers hidden but for their ends, however they are
/// typed: full-width, with blanks or hyphens, with `+86`.
pub(super) fn masked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut masked = letters.clone();
    let mut at = 0;
    while at < letters.len() {
        let places = run(&letters, at);
        let Some(&last) = places.last() else {
            at += 1;
            continue;
        };
        // What is surely a number first: of dates before a mobile number fifteen digits are soon made.
        for lengths in [&[11, 13, 18][..], &[15]] {
            for stretch in stretches(&places).filter(|it| lengths.contains(&it.len())) {
                let hidden = hidden(&letters, stretch);
                if lengths.len() > 1 || hidden.iter().all(|at| masked[*at] != '*') {
                    for &at in hidden {
                        masked[at] = '*';
                    }
                }
            }
        }
        at = last + 1;
    }
    masked.into_iter().collect()
}

/// The places of the digits that begin at `from`, single blanks and hyphens between them skipped; a
/// closing X of an ID number is one of them.
fn run(letters: &[char], from: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = from;
    while at < letters.len() {
        if digit(letters[at]).is_some() {
            places.push(at);
            at += 1;
        } else if places.len() >= 17 && matches!(letters[at], 'X' | 'x' | 'Ｘ' | 'ｘ') {
            places.push(at);
            break;
        } else if !places.is_empty()
            && matches!(letters[at], ' ' | '-' | '\u{3000}' | '－')
            && letters
                .get(at + 1)
                .is_some_and(|next| digit(*next).is_some())
        {
            at += 1;
        } else {
            break;
        }
    }
    places
}

/// Every stretch of whole groups of digits that may be a number: dates, and other numbers, may stand before
/// and after it with no more than a blank between them.
fn stretches(places: &[usize]) -> impl Iterator<Item = &[usize]> {
    let begins: Vec<usize> = (0..places.len())
        .filter(|&at| at == 0 || places[at] != places[at - 1] + 1)
        .collect();
    let ends: Vec<usize> = begins
        .iter()
        .skip(1)
        .copied()
        .chain([places.len()])
        .collect();
    begins.into_iter().flat_map(move |from| {
        let ends = ends.clone().into_iter();
        ends.filter(move |until| *until > from && *until - from <= LONGEST)
            .map(move |until| &places[from..until])
    })
}

/// Digits of the longest number that is hidden.
const LONGEST: usize = 18;

/// Which of a stretch's places to hide.
fn hidden<'a>(letters: &[char], places: &'a [usize]) -> &'a [usize] {
    let value = |index: usize| digit(letters[places[index]]);
    let is_mobile =
        |from: usize| value(from) == Some(1) && value(from + 1).is_some_and(|second| second >= 3);
    match places.len() {
        11 if is_mobile(0) => &places[3..7],
        13 if value(0) == Some(8) && value(1) == Some(6) && is_mobile(2) => &places[5..9],
        // 15 digits were valid until 2013 and still stand in old lists.
        15 => &places[3..13],
        18 => &places[3..16],
        _ => &[],
    }
}

fn digit(letter: char) -> Option<u32> {
    match letter {
        '0'..='9' => letter.to_digit(10),
        '０'..='９' => Some(u32::from(letter) - u32::from('０')),
        _ => None,
    }
}

/// A part of a path, `limit` characters at most, that Windows takes too.
pub(super) fn file_name(text: &str, limit: usize) -> String {
    let cleaned: String = text
        .chars()
        .map(|letter| {
            if letter.is_control() || "/\\:*?\"<>|".contains(letter) {
                ' '
            } else {
                letter
            }
        })
        .filter(|letter| !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(limit).collect();
    let short = short.trim_matches([' ', '.']);
    if short.is_empty() {
        "未命名".to_owned()
    } else {
        short.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_hidden_however_it_is_typed() {
        for (typed, left) in [
            ("电话13812345678。", "电话138****5678。"),
            ("138-1234-5678", "138-****-5678"),
            ("+86 138 1234 5678", "+86 138 **** 5678"),
            ("１３８１２３４５６７８", "１３８****５６７８"),
            ("2026-03-05 13812345678", "2026-03-05 138****5678"),
            ("13812345678 13912345678", "138****5678 139****5678"),
            ("3-13812345678", "3-138****5678"),
        ] {
            assert_eq!(masked(typed), left);
        }
    }

    #[test]
    fn an_id_number_is_hidden_and_other_numbers_are_not() {
        assert_eq!(masked("33010619900101123X"), "330*************3X");
        assert_eq!(
            masked("330106199001011234 13812345678"),
            "330*************34 138****5678"
        );
        for kept in [
            "2026-03-05 09:12",
            "浙卫监 2026-0001",
            "12345678901",
            "400000 mL",
            "91350100M000100Y43",
        ] {
            assert_eq!(masked(kept), kept);
        }
    }

    #[test]
    fn a_name_leads_out_of_no_folder() {
        assert_eq!(file_name("../a\\b:c\n", 40), "a b c");
        assert_eq!(file_name("  ", 40), "未命名");
        assert_eq!(file_name(&"长".repeat(50), 40).chars().count(), 40);
    }
}
