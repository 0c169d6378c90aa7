//! Cells as offices type them: full-width digits, Chinese and Roman numerals, points inside of titles.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::{areas::premises::half_width, decimal::Decimal};

/// A number in a pattern: digits, or Chinese numerals.
pub const NUMBER: &str = "(\\d+(?:\\.\\d+)?|[一二两三四五六七八九十百]+|半)";

const ROMAN: [&str; 12] = ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅷ", "Ⅸ", "Ⅹ", "Ⅺ", "Ⅻ"];

/// Full-width letters, digits and signs made plain, blanks at the ends cut off.
pub fn plain(text: &str) -> String {
    half_width(text)
}

/// A number written with digits or in Chinese: `1.5`, `二十五`, `半`.
pub fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text == "半" {
        return Some(Decimal(500));
    }
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => chinese(text).map(Decimal::whole),
    }
}

/// A Chinese numeral up to 999.
fn chinese(text: &str) -> Option<i64> {
    if text.is_empty() || text.chars().count() > 6 {
        return None;
    }
    let mut sum = 0;
    let mut digit = None;
    for letter in text.chars() {
        match letter {
            '百' => sum += digit.take().unwrap_or(1) * 100,
            '十' => sum += digit.take().unwrap_or(1) * 10,
            '零' => {}
            letter => digit = Some(chinese_digit(letter)?),
        }
    }
    Some(sum + digit.unwrap_or_default())
}

fn chinese_digit(letter: char) -> Option<i64> {
    let digits = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if letter == '两' {
        return Some(2);
    }
    let at = digits.iter().position(|digit| *digit == letter)?;
    i64::try_from(at + 1).ok()
}

/// `Ⅰ` for 1; plain digits beyond twelve.
pub fn roman(number: usize) -> String {
    let sign = number.checked_sub(1).and_then(|at| ROMAN.get(at));
    sign.map_or_else(|| number.to_string(), |sign| (*sign).to_owned())
}

/// The points that a cell holds: `1.5`, `１０分`, `2 分（加分）`.
pub fn points(cell: &str) -> Option<Decimal> {
    let text = plain(cell);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    // Only signs and words for points may stand before them.
    let before = text[..start].trim_matches(|c: char| !c.is_alphanumeric());
    if !matches!(before, "" | "满分" | "共" | "计" | "分值") {
        return None;
    }
    let digits: String = text[start..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let number: Decimal = digits.trim_end_matches('.').parse().ok()?;
    // `-2`
    (!text[..start].contains('-')).then_some(number)
}

/// A group's title without its number and its points: `一、组织管理（10分）`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    pub text: String,
    /// How it is numbered, which says on which level it stands.
    pub numbering: Numbering,
    pub points: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    None,
    /// `一、`, `第一部分`, `Ⅰ.`
    Great,
    /// `（一）`, `(1)`
    Bracketed,
    /// `1.`, `1、`, `Ⅰ-1`
    Small,
}

static POINTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("[（(\\[【〔]\\s*(?:共|满分|计|分值)?[:：]?\\s*([0-9０-９]+(?:[.．][0-9０-９]+)?)\\s*分?\\s*[)）\\]】〕]\\s*$").ok()
});
static BARE_POINTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("[\\s:：]*(?:共|满分|计)?\\s*([0-9０-９]+(?:[.．][0-9０-９]+)?)\\s*分\\s*$").ok()
});
static GREAT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("^(?:[一二三四五六七八九十]+\\s*[、.．]|第[一二三四五六七八九十0-9]+(?:部分|项|类|章)[、.．:：\\s]*|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]+\\s*[、.．\\s]+|[IVX]+\\s*[、.．]\\s*)").ok()
});
static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("^[（(]\\s*[一二三四五六七八九十0-9０-９]+\\s*[)）]\\s*[、.．]?").ok()
});
static SMALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("^(?:[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫIVX]+(?:[-－—][0-9０-９]+)+|[0-9０-９]+(?:[-－.．][0-9０-９]+)+|[0-9０-９]{1,3}\\s*[、.．)）]|[①-⑳])\\s*[、.．]?\\s*").ok()
});

/// Takes number and points off a group's title.
pub fn title(cell: &str) -> Title {
    let mut text = one_line(cell);
    let mut points = None;
    for pattern in [&POINTS, &BARE_POINTS] {
        let found = pattern.as_ref().and_then(|it| it.captures(&text));
        if let Some((whole, number)) =
            found.and_then(|it| Some((it.get(0)?.start(), it.get(1)?.as_str().to_owned())))
            && whole > 0
            && points.is_none()
        {
            points = plain(&number).parse().ok();
            text.truncate(whole);
        }
    }
    let mut numbering = Numbering::None;
    for (pattern, kind) in [
        (&GREAT, Numbering::Great),
        (&BRACKETED, Numbering::Bracketed),
        (&SMALL, Numbering::Small),
    ] {
        let end = pattern
            .as_ref()
            .and_then(|it| it.find(&text))
            .map(|it| it.end());
        // `第1项目` is a project's name and no number.
        let is_name = |end: usize| {
            let rest = &text[end..];
            rest.is_empty() || rest.starts_with('目') && !rest.starts_with("目标")
        };
        if let Some(end) = end.filter(|end| numbering == Numbering::None && !is_name(*end)) {
            numbering = kind;
            text.drain(..end);
        }
    }
    Title {
        text: text.trim().to_owned(),
        numbering,
        points,
    }
}

/// An item's code at the beginning of its title, and the title without it and without other numbers.
pub fn item_title(cell: &str) -> (Option<String>, String) {
    let text = one_line(cell);
    let found = [&SMALL, &BRACKETED].into_iter().find_map(|pattern| {
        let found = pattern.as_ref()?.find(&text)?;
        (found.end() < text.len())
            .then(|| (found.as_str().to_owned(), text[found.end()..].to_owned()))
    });
    match found {
        Some((number, rest)) => {
            let code = code(number.trim_end_matches(['、', '.', '．', ' ']));
            (code.contains('-').then_some(code), rest.trim().to_owned())
        }
        None => (None, text),
    }
}

/// A code with plain digits and hyphens: `Ⅰ－１－１`.
pub fn code(cell: &str) -> String {
    plain(cell)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            if matches!(c, '—' | '–' | '‐' | '−') {
                '-'
            } else {
                c
            }
        })
        .collect()
}

/// Whether a code is no more than one number in brackets or before a mark: it only counts within its
/// group.
pub fn is_bare_number(code: &str) -> bool {
    let bare = code.trim_matches(|c: char| "()、.①②③④⑤⑥⑦⑧⑨⑩".contains(c));
    bare.chars()
        .all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
}

/// Blanks and line breaks inside of a cell as single blanks; none between Chinese characters.
pub fn one_line(cell: &str) -> String {
    let mut line = String::new();
    for word in cell.split_whitespace() {
        let joins = |c: char| c.is_ascii_alphanumeric();
        let needs =
            line.chars().next_back().is_some_and(joins) && word.chars().next().is_some_and(joins);
        if needs {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Whether a row's first cell says that sums follow.
pub fn is_total(first: &str) -> bool {
    let first: String = plain(first)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    ["合计", "总计", "总分", "小计", "共计", "total", "Total"]
        .iter()
        .any(|word| first.starts_with(word))
}

/// Whether a lone cell is a remark under the table.
pub fn is_remark(text: &str) -> bool {
    let text = plain(text);
    [
        "注:",
        "注：",
        "备注",
        "说明:",
        "填表",
        "制表",
        "审核人",
        "note",
    ]
    .iter()
    .any(|word| text.starts_with(word))
}
