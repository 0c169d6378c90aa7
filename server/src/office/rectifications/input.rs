//! What the office may write about a problem.

use chrono::NaiveDate;
use domain::areas::rectifications::Problem;

use crate::{Error, Result, validate};

const TEXT: usize = 500;
const PLACE: usize = 100;
const ITEMS: usize = 40;
const CODE: usize = 40;
/// Nothing that is put right takes longer, in days.
const LONGEST: i64 = 3 * 366;

/// The problem as it is kept.
pub(super) fn tidy(mut problem: Problem) -> Problem {
    for text in [&mut problem.problem, &mut problem.measures] {
        *text = text.trim().to_owned();
    }
    problem.place = problem
        .place
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let mut items: Vec<String> = Vec::new();
    for item in &problem.items {
        let item = item.trim();
        if !item.is_empty() && !items.iter().any(|known| known == item) {
            items.push(item.to_owned());
        }
    }
    problem.items = items;
    problem
}

/// Refuses the first thing that is wrong.
pub(super) fn check(problem: &Problem, today: NaiveDate) -> Result<()> {
    if problem.problem.chars().count() < 2 {
        return Err(Error::invalid(
            "problem",
            "请写明是什么问题",
            "Please say what the problem is",
        ));
    }
    let texts = [
        ("problem", &problem.problem, TEXT),
        ("measures", &problem.measures, TEXT),
        ("place", &problem.place, PLACE),
    ];
    for (field, text, limit) in texts {
        if text.chars().count() > limit {
            return Err(Error::invalid(
                field,
                format!("最多 {limit} 个字符，请缩短"),
                format!("At most {limit} characters. Please shorten it"),
            ));
        }
        validate::prose(field, text)?;
    }
    let fits = |code: &String| code.chars().count() <= CODE && !code.chars().any(char::is_control);
    if problem.items.len() > ITEMS || !problem.items.iter().all(fits) {
        return Err(Error::invalid(
            "items",
            format!("测评项最多 {ITEMS} 个，每个编号最多 {CODE} 个字符"),
            format!("{ITEMS} items at most, each code of {CODE} characters at most"),
        ));
    }
    if problem.found_on > today {
        return Err(Error::invalid(
            "found_on",
            "发现日期不能晚于今天",
            "It can't have been found in the future",
        ));
    }
    let days = (problem.due_on - problem.found_on).num_days();
    if !(0..=LONGEST).contains(&days) {
        return Err(Error::invalid(
            "due_on",
            "整改期限应在发现日期之后、三年以内",
            "The deadline lies after the finding, within three years",
        ));
    }
    Ok(())
}
