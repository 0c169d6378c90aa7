//! Finds words by their characters, their pinyin or its first letters: `zhfa`, `zhifa` and `执法` all
//! find 执法. Puts names in order by it.
//!
//! The table holds the characters of GB 2312 and some more that are common in names, each with the
//! readings that names, places and forms use. What isn't in it is found by its character. Leaves out
//! tones.

use std::sync::OnceLock;

/// Lines of a syllable and its characters.
const TABLE: &str = include_str!("pinyin.txt");

/// Characters with the place of their syllable in [`Table::syllables`], in order.
struct Table {
    syllables: Vec<&'static str>,
    readings: Vec<(char, u16)>,
}

fn table() -> &'static Table {
    static READ: OnceLock<Table> = OnceLock::new();
    READ.get_or_init(|| {
        let mut table = Table {
            syllables: Vec::new(),
            readings: Vec::new(),
        };
        for (place, line) in (0_u16..).zip(TABLE.lines()) {
            let (syllable, letters) = line.split_once(' ').unwrap_or_default();
            table.syllables.push(syllable);
            table
                .readings
                .extend(letters.chars().map(|letter| (letter, place)));
        }
        table.readings.sort_unstable();
        table
    })
}

impl Table {
    fn readings(&self, letter: char) -> impl Iterator<Item = &'static str> {
        let from = self.readings.partition_point(|(own, _)| *own < letter);
        self.readings[from..]
            .iter()
            .take_while(move |(own, _)| *own == letter)
            .map(|(_, place)| self.syllables[usize::from(*place)])
    }
}

/// What somebody looks for; made once, asked of each candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    letters: Vec<char>,
}

impl Wanted {
    /// Longest search that is looked at, in characters.
    const LIMIT: usize = 30;

    pub fn new(typed: &str) -> Self {
        Self {
            letters: plain(typed).take(Self::LIMIT).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Whether the text contains it, from the beginning of any of its characters. Nothing is in
    /// everything.
    pub fn is_in(&self, text: &str) -> bool {
        let text: Vec<char> = plain(text).collect();
        (0..=text.len()).any(|from| reads(&text[from..], &self.letters))
    }
}

/// Readings of surnames that differ from the character's first one in the table.
const SURNAMES: [(char, &str); 14] = [
    ('单', "shan"),
    ('曾', "zeng"),
    ('仇', "qiu"),
    ('解', "xie"),
    ('区', "ou"),
    ('查', "zha"),
    ('朴', "piao"),
    ('翟', "zhai"),
    ('盖', "ge"),
    ('乐', "yue"),
    ('覃', "qin"),
    ('任', "ren"),
    ('沈', "shen"),
    ('尹', "yin"),
];

/// By which names are put in the order of their pinyin; characters of one reading stay together, and what
/// has no reading stands by itself.
pub fn order(name: &str) -> Vec<(String, char)> {
    let letters = plain(name).enumerate();
    letters
        .map(|(at, letter)| {
            let surname = SURNAMES.iter().find(|(own, _)| at == 0 && *own == letter);
            let reading = surname
                .map(|(_, reading)| *reading)
                .or_else(|| table().readings(letter).next());
            let reading = reading.map_or_else(|| letter.to_string(), str::to_owned);
            (reading, letter)
        })
        .collect()
}

/// Small letters and digits, half width, without spaces and signs.
fn plain(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .map(|letter| match letter {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            'ü' | 'Ü' => 'v',
            _ => letter,
        })
        .filter(|letter| letter.is_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
}

/// Whether the text begins with what is wanted, where each character stands for itself or for a
/// beginning of one of its readings.
fn reads(text: &[char], wanted: &[char]) -> bool {
    let Some(first) = wanted.first() else {
        return true;
    };
    let Some((letter, rest)) = text.split_first() else {
        return false;
    };
    if letter == first && reads(rest, &wanted[1..]) {
        return true;
    }
    if letter.is_ascii() {
        return false;
    }
    table().readings(*letter).any(|reading| {
        let shared = reading
            .chars()
            .zip(wanted)
            .take_while(|(own, wanted)| own == *wanted)
            .count();
        // The longest first: it leaves the least to try.
        (1..=shared).rev().any(|used| reads(rest, &wanted[used..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(typed: &str, text: &str) -> bool {
        Wanted::new(typed).is_in(text)
    }

    #[test]
    fn characters_pinyin_and_first_letters_find_a_word() {
        for typed in [
            "执法", "zhifa", "zf", "zhfa", "ZhiFa", "zhi fa", "zhi'fa", "走访", "z",
        ] {
            assert!(finds(typed, "执法走访（三服务）"), "{typed}");
        }
        for typed in ["zhifan", "fb", "献血", "zfq"] {
            assert!(!finds(typed, "执法走访（三服务）"), "{typed}");
        }
    }

    #[test]
    fn it_begins_at_any_character_but_within_none() {
        assert!(finds("xx", "无偿献血"));
        assert!(finds("xianxue", "无偿献血"));
        assert!(!finds("ianxue", "无偿献血"));
    }

    #[test]
    fn names_are_read_as_names_and_as_words() {
        assert!(finds("shan", "单文静") && finds("danwj", "单文静"));
        assert!(finds("zengl", "曾丽") && finds("qiu", "仇敏"));
        assert!(finds("lv", "吕婷") && finds("zj", "张珺"));
    }

    #[test]
    fn latin_words_and_digits_find_themselves() {
        assert!(finds("302", "302 办公室") && finds("302b", "３０２办公室"));
        assert!(finds("blood d", "Blood drive"));
        assert!(!finds("bd", "Blood drive"));
    }

    #[test]
    fn names_stand_in_the_order_of_their_pinyin() {
        let mut names = [
            "周一",
            "曾丽",
            "Bob",
            "单文静",
            "张三",
            "陈思远",
            "张丽",
            "安然",
        ];
        names.sort_by_cached_key(|name| order(name));
        assert_eq!(
            names,
            [
                "安然",
                "Bob",
                "陈思远",
                "单文静",
                "曾丽",
                "张丽",
                "张三",
                "周一"
            ]
        );
    }

    #[test]
    fn an_unknown_character_is_found_by_itself_only() {
        assert!(finds("𠮷", "𠮷野家") && finds("yj", "𠮷野家"));
        assert!(!finds("jyj", "𠮷野家"));
    }

    #[test]
    fn the_table_holds_the_characters_of_everyday() {
        let table = table();
        assert!(table.syllables.len() > 390 && table.readings.len() > 6_700);
        for letter in "卫生健康行政执法队婷璐琪昊睿鑫淼".chars() {
            assert!(table.readings(letter).next().is_some(), "{letter}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_search_panics(text: String, typed: String) {
            let wanted = Wanted::new(&typed);
            if wanted.is_empty() {
                prop_assert!(wanted.is_in(&text));
            }
        }

        #[test]
        fn a_text_finds_itself(text in "[一-龥]{1,20}") {
            prop_assert!(finds(&text, &text));
        }
    }
}
