//! Which item of a new version is an item of the version before: by its words, or by its code where
//! the words are alike.
//!
//! The code alone doesn't do: cities renumber their tables, and evidence would prove what it doesn't.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::areas::standards::Standard;

/// How alike two titles of the same code must be, in hundredths.
const ALIKE: usize = 40;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    pub code: String,
    pub by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The same words.
    Words,
    /// The same code and words that are alike.
    Code,
}

/// The new items of the old ones, by code; those without one aren't named.
pub fn matches(old: &Standard, new: &Standard) -> BTreeMap<String, Match> {
    let mut by_words: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut by_code = BTreeMap::new();
    for placed in new.items() {
        let code = placed.item.code.as_str();
        by_words
            .entry(bare(&placed.item.title))
            .or_default()
            .push(code);
        by_code.insert(code, placed.item.title.as_str());
    }
    let mut found = BTreeMap::new();
    for placed in old.items() {
        let (code, title) = (placed.item.code.as_str(), placed.item.title.as_str());
        let same = by_words.get(&bare(title)).map_or(&[][..], Vec::as_slice);
        let same = match same {
            [only] => Some(*only),
            // Words that stand there more than once are told apart by their code.
            several => several.iter().find(|it| **it == code).copied(),
        };
        let by = match same {
            Some(_) => By::Words,
            None => By::Code,
        };
        let alike = || {
            let other = by_code.get(code)?;
            (likeness(title, other) >= ALIKE).then_some(code)
        };
        if let Some(to) = same.or_else(alike) {
            let to = Match {
                code: to.to_owned(),
                by,
            };
            found.insert(code.to_owned(), to);
        }
    }
    found
}

/// A title without marks and blanks.
fn bare(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How many pairs of neighboring characters two texts share, in hundredths.
fn likeness(one: &str, other: &str) -> usize {
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let text = bare(text);
        text.chars().zip(text.chars().skip(1)).collect()
    };
    let (one, other) = (pairs(one), pairs(other));
    let shared = one.intersection(&other).count();
    (200 * shared)
        .checked_div(one.len() + other.len())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::pasted;
    use crate::standard_table::{Sheet, read};

    fn standard(items: &str) -> Standard {
        let rows = pasted(&format!("编号,测评标准,分值\n{items}"));
        let sheet = Sheet {
            rows,
            ..Sheet::default()
        };
        read(sheet).expect("a table").standard
    }

    #[test]
    fn words_go_before_codes_and_a_code_with_other_words_is_no_match() {
        let old = standard(
            "A-1-1,成立创建领导小组并明确分工,1\n\
             A-1-2,每年研究创建工作不少于2次,1\n\
             A-1-3,经费列入预算,1\n\
             A-1-4,建立台账,1\n",
        );
        let new = standard(
            "A-1-1,每年研究创建工作不少于2次。,1\n\
             A-1-2,成立创建领导小组，明确专人分工,1\n\
             A-1-3,创建经费列入年度预算,1\n\
             A-1-4,食堂厉行节约,1\n",
        );
        let found = matches(&old, &new);
        let to = |code: &str| found.get(code).map(|it| (it.code.as_str(), it.by));
        assert_eq!(to("A-1-2"), Some(("A-1-1", By::Words)));
        assert_eq!(to("A-1-1"), None);
        assert_eq!(to("A-1-3"), Some(("A-1-3", By::Code)));
        assert_eq!(to("A-1-4"), None);
    }

    #[test]
    fn a_version_matches_itself_whole() {
        let sample: Standard = serde_json::from_str(include_str!("../../templates/standard.json"))
            .expect("the sample standard is one");
        let found = matches(&sample, &sample);
        assert_eq!(found.len(), 72);
        assert!(found.iter().all(|(from, to)| *from == to.code));
    }
}
