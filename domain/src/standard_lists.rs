//! Preconditions, the negative list and the bonus as lines of text, which a person edits as such.
//!
//! One line each, its parts between bars: `P-01 | 标题`, `N-01 | 一票否决 | 12 | 标题`,
//! `N-09 | 扣 5 分 | | 标题`, `B-01 | 3 | 标题`. A line without bars is a title, and its code is made.

use std::collections::BTreeMap;

use crate::{
    areas::standards::{BonusItem, Negative, NegativeEffect, Precondition},
    decimal::Decimal,
    standard_table::cells::{plain, points},
    text::Text,
};

/// Longest title, in characters.
const TITLE: usize = 500;
/// Most lines.
const LINES: usize = 200;

pub fn preconditions_text(list: &[Precondition]) -> String {
    lines(list.iter().map(|it| format!("{} | {}", it.code, it.title)))
}

pub fn preconditions(text: &str, before: &[Precondition]) -> Result<Vec<Precondition>, Text> {
    let sources: BTreeMap<&str, &Vec<String>> = before
        .iter()
        .map(|it| (it.code.as_str(), &it.sources))
        .collect();
    read(text, "P", |code, parts| {
        Ok(Precondition {
            sources: sources
                .get(code)
                .map(|it| (*it).clone())
                .unwrap_or_default(),
            code: code.to_owned(),
            title: title(parts)?,
        })
    })
}

pub fn negatives_text(list: &[Negative]) -> String {
    lines(list.iter().map(|it| {
        let effect = match (it.effect, it.points) {
            (NegativeEffect::Veto, _) => "一票否决".to_owned(),
            (NegativeEffect::Deduct, Some(points)) => format!("扣 {points} 分"),
            (NegativeEffect::Deduct, None) => "扣分".to_owned(),
        };
        let months = it
            .window_months
            .map(|it| it.to_string())
            .unwrap_or_default();
        format!("{} | {effect} | {months} | {}", it.code, it.title)
    }))
}

pub fn negatives(text: &str, before: &[Negative]) -> Result<Vec<Negative>, Text> {
    let sources: BTreeMap<&str, &Vec<String>> = before
        .iter()
        .map(|it| (it.code.as_str(), &it.sources))
        .collect();
    read(text, "N", |code, parts| {
        let (effect, months, rest) = match parts {
            [effect, months, rest @ ..] if !rest.is_empty() => (*effect, *months, rest),
            [effect, rest @ ..] if !rest.is_empty() => (*effect, "", rest),
            rest => ("", "", rest),
        };
        let deducts = effect.contains('扣') || effect.to_lowercase().contains("deduct");
        let window_months = match plain(months).trim_end_matches("个月").trim() {
            "" => None,
            months => Some(months.parse().map_err(|_| {
                Text::new(
                    format!("“{months}”不是月数，请填数字或留空"),
                    format!("“{months}” is no number of months"),
                )
            })?),
        };
        let digits: String = plain(effect)
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        Ok(Negative {
            sources: sources
                .get(code)
                .map(|it| (*it).clone())
                .unwrap_or_default(),
            code: code.to_owned(),
            title: title(rest)?,
            effect: if deducts {
                NegativeEffect::Deduct
            } else {
                NegativeEffect::Veto
            },
            window_months,
            points: digits.parse().ok().filter(|_| deducts),
        })
    })
}

pub fn bonus_text(list: &[BonusItem]) -> String {
    lines(
        list.iter()
            .map(|it| format!("{} | {} | {}", it.code, it.max_points, it.title)),
    )
}

pub fn bonus(text: &str, before: &[BonusItem]) -> Result<Vec<BonusItem>, Text> {
    let sources: BTreeMap<&str, &Vec<String>> = before
        .iter()
        .map(|it| (it.code.as_str(), &it.sources))
        .collect();
    read(text, "B", |code, parts| {
        let (most, rest): (Option<Decimal>, &[&str]) = match parts {
            [most, rest @ ..] if !rest.is_empty() => (points(most), rest),
            rest => (None, rest),
        };
        let most = most.ok_or_else(|| {
            Text::new(
                "请写明最多加几分，例如“B-01 | 3 | 获市级表彰”",
                "Say how many points it brings at most, such as “B-01 | 3 | title”",
            )
        })?;
        Ok(BonusItem {
            sources: sources
                .get(code)
                .map(|it| (*it).clone())
                .unwrap_or_default(),
            code: code.to_owned(),
            title: title(rest)?,
            max_points: most,
        })
    })
}

fn lines(each: impl Iterator<Item = String>) -> String {
    each.collect::<Vec<_>>().join("\n")
}

fn title(parts: &[&str]) -> Result<String, Text> {
    let title = parts.join(" | ").trim().to_owned();
    match title.chars().count() {
        0 => Err(Text::new(
            "没有内容，请补上",
            "It has no words. Please add them",
        )),
        1..=TITLE => Ok(title),
        _ => Err(Text::new(
            format!("太长：最多 {TITLE} 字"),
            format!("Too long: {TITLE} characters at most"),
        )),
    }
}

/// Reads the lines that hold anything; an error names its line.
fn read<T>(
    text: &str,
    letter: &str,
    one: impl Fn(&str, &[&str]) -> Result<T, Text>,
) -> Result<Vec<T>, Text> {
    let mut found = Vec::new();
    let mut codes: Vec<String> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim().replace('｜', "|");
        if line.is_empty() {
            continue;
        }
        let named = |words: Text| {
            Text::new(
                format!("第 {number} 行：{}", words.zh),
                format!("Line {number}: {}", words.en),
            )
        };
        if found.len() == LINES {
            return Err(named(Text::new(
                format!("最多 {LINES} 行"),
                format!("{LINES} lines at most"),
            )));
        }
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let made = format!("{letter}-{:02}", found.len() + 1);
        let (code, rest): (&str, &[&str]) = match parts.as_slice() {
            [code, rest @ ..] if !rest.is_empty() && !code.is_empty() => (code, rest),
            [_, rest @ ..] if !rest.is_empty() => (&made, rest),
            all => (&made, all),
        };
        if codes.iter().any(|known| known == code) {
            return Err(named(Text::new(
                format!("编号“{code}”重复"),
                format!("the code “{code}” stands there twice"),
            )));
        }
        codes.push(code.to_owned());
        found.push(one(code, rest).map_err(named)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::standards::Standard;

    #[test]
    fn the_lists_of_the_sample_are_read_as_they_are_written() {
        let it: Standard = serde_json::from_str(include_str!("../../templates/standard.json"))
            .expect("the sample standard is one");
        assert_eq!(
            preconditions(&preconditions_text(&it.preconditions), &it.preconditions),
            Ok(it.preconditions.clone())
        );
        assert_eq!(
            negatives(&negatives_text(&it.negative_list), &it.negative_list),
            Ok(it.negative_list.clone())
        );
        assert_eq!(
            bonus(&bonus_text(&it.bonus.items), &it.bonus.items),
            Ok(it.bonus.items.clone())
        );
    }

    #[test]
    fn a_bare_line_is_a_title_and_a_bad_one_is_named() {
        let list = preconditions("征得主管部门意见\n\n无一票否决情形", &[]).expect("two");
        let codes: Vec<&str> = list.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(codes, ["P-01", "P-02"]);
        let wrong = bonus("B-01 | 3 | 获表彰\n获市级荣誉", &[]).expect_err("no points");
        assert!(wrong.zh.starts_with("第 2 行"), "{}", wrong.zh);
        assert!(negatives("N-01 | 扣分 | 十 | 被通报", &[]).is_err());
    }
}
