//! Reads the words of an office's task list: how often, from when, until when.

use chrono::{Datelike as _, NaiveDate};

use super::{Every, OUR_FESTIVALS, Round, Schedule};
use crate::text::Text;

/// What was understood, and what a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub schedule: Schedule,
    pub hints: Vec<Text>,
}

/// The frequencies as they are chosen and written: a key, its Chinese and its English name.
pub fn kinds() -> [(&'static str, &'static str, &'static str); 9] {
    [
        ("once", "一次", "Once"),
        ("week", "每周", "Every week"),
        ("month", "每月", "Every month"),
        ("quarter", "每季", "Every quarter"),
        ("half_year", "每半年", "Every half year"),
        ("year", "每年", "Every year"),
        ("days", "每年几次", "On certain days of the year"),
        ("festivals", "按节日", "By festivals"),
        ("occasion", "按需开展", "As needed"),
    ]
}

impl Every {
    /// Its key in [`kinds`].
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Week { .. } => "week",
            Self::Month { .. } => "month",
            Self::Quarter => "quarter",
            Self::HalfYear => "half_year",
            Self::Year => "year",
            Self::Days { .. } => "days",
            Self::Festivals { .. } => "festivals",
            Self::Occasion => "occasion",
        }
    }

    /// What the kind doesn't say, as it is typed: `周五`, `25`, `月末`, `6-30 11-30`, `春节 重阳节`.
    pub fn detail(&self) -> String {
        match self {
            Self::Week { weekday } => {
                let day = WEEKDAYS.chars().nth((weekday.clamp(&1, &7) - 1) as usize);
                format!("周{}", day.unwrap_or('五'))
            }
            Self::Month { day: 31 } => "月末".to_owned(),
            Self::Month { day } => day.to_string(),
            Self::Days { days } => {
                let days: Vec<String> = days
                    .iter()
                    .map(|day| format!("{}-{}", day / 100, day % 100))
                    .collect();
                days.join(" ")
            }
            Self::Festivals { names, .. } => names.join(" "),
            _ => String::new(),
        }
    }

    /// A kind with its detail; nothing where the detail can't be read.
    pub fn of(kind: &str, detail: &str) -> Option<Self> {
        Some(match kind {
            "once" => Self::Once,
            "week" => Self::Week {
                weekday: weekday(detail)?,
            },
            "month" => Self::Month {
                day: day_of_month(detail)?,
            },
            "quarter" => Self::Quarter,
            "half_year" => Self::HalfYear,
            "year" => Self::Year,
            "days" => Self::Days {
                days: days(detail).filter(|days| !days.is_empty())?,
            },
            "festivals" => Self::Festivals {
                names: festivals(detail).filter(|names| !names.is_empty())?,
                after: 7,
            },
            "occasion" => Self::Occasion,
            _ => return None,
        })
    }

    /// In words, such as `每月 25 日前`.
    pub fn words(&self) -> Text {
        let (_, zh, en) = kinds()
            .into_iter()
            .find(|(kind, ..)| *kind == self.kind())
            .unwrap_or_default();
        match self {
            Self::Week { .. } => Text::new(format!("每{}", self.detail()), en),
            Self::Month { day: 31 } => Text::new("每月末", en),
            Self::Month { day } => Text::new(
                format!("每月 {day} 日前"),
                format!("{en}, until the {day}."),
            ),
            Self::Days { days } => Text::new(
                format!("每年 {} 次", days.len()),
                format!("{} times a year", days.len()),
            ),
            Self::Festivals { names, .. } if names.len() < OUR_FESTIVALS.len() => {
                Text::new(names.join("、"), format!("{en}: {}", names.join(", ")))
            }
            _ => Text::new(zh, en),
        }
    }
}

const WEEKDAYS: &str = "一二三四五六日";

/// Reads a line's frequency, begin and deadline. What repeats begins with `since`.
pub fn read(frequency: &str, starts: &str, due: &str, round: Round, since: NaiveDate) -> Read {
    let mut hints = Vec::new();
    let (mut starts_on, mut due_on) = (date_or_month(starts, round, 1), date(due, round));
    // Begins where the table has them the wrong way round do no harm.
    if starts_on > due_on {
        starts_on = None;
    }
    for (words, known) in [(starts, starts_on), (due, due_on)] {
        let looks_like_one = words.chars().filter(char::is_ascii_digit).count() >= 3;
        if looks_like_one && known.is_none() && words.contains('-') {
            hints.push(Text::new(
                format!("日期“{words}”读不出，请在清单里补填"),
                format!("The date “{words}” can't be read. Please set it in the list"),
            ));
        }
    }
    let every = every(frequency, due, due_on.is_some()).unwrap_or_else(|| {
        let every = if due_on.is_some() {
            Every::Once
        } else {
            Every::Occasion
        };
        let (zh, en) = match every {
            Every::Once => ("一次", "once"),
            _ => ("按需开展", "as needed"),
        };
        if !frequency.trim().is_empty() {
            hints.push(Text::new(
                format!("频次“{frequency}”不认识，按“{zh}”处理"),
                format!("The frequency “{frequency}” isn't known; taken as “{en}”"),
            ));
        }
        every
    });
    if times(frequency) > 1 && matches!(every, Every::Week { .. } | Every::Month { .. }) {
        let words = every.words();
        hints.push(Text::new(
            format!("频次“{frequency}”按“{}”处理，每期一次，请核对", words.zh),
            format!(
                "The frequency “{frequency}” is taken as “{}”, once each time. Please check",
                words.en
            ),
        ));
    }
    if matches!(every, Every::Once) && due_on.is_none() {
        let year = round.first_year;
        due_on = date(&format!("{year}年{due}"), round);
        hints.push(match due_on {
            Some(day) => Text::new(
                format!("完成时限“{due}”没有写年份，按 {day} 处理，请核对"),
                format!("The deadline “{due}” has no year; taken as {day}. Please check"),
            ),
            None if due.trim().is_empty() => Text::new(
                "没有写完成时限，按本届末处理",
                "No deadline is given; taken as the end of the round",
            ),
            None => Text::new(
                format!("完成时限“{due}”读不出，按本届末处理，请核对"),
                format!("The deadline “{due}” can't be read; taken as the end of the round. Please check"),
            ),
        });
        due_on = due_on.or(Some(round.last_day()));
    }
    Read {
        schedule: Schedule {
            every,
            starts_on,
            due_on,
            from: since.max(round.first_day()),
            until: round.last_day(),
        },
        hints,
    }
}

/// How often in each period, of `每月2次`.
fn times(frequency: &str) -> u32 {
    let words = crate::areas::premises::half_width(frequency);
    let Some((before, _)) = words.split_once('次') else {
        return 1;
    };
    let digits = before.trim_start_matches(|c: char| !c.is_ascii_digit());
    let named = before.ends_with('两').then_some(2);
    digits.trim().parse().ok().or(named).unwrap_or(1)
}

/// A date of a table: `2026-03-31`, `2026年3月31日`, `Y1-03-31`, `Yn-03-31` (the round's first year on); a
/// month (`2026年6月底`) means its end.
pub fn date(words: &str, round: Round) -> Option<NaiveDate> {
    date_or_month(words, round, 31)
}

/// `day`: that of a month which is named without one.
fn date_or_month(words: &str, round: Round, day: u32) -> Option<NaiveDate> {
    let month_only = day.to_string();
    let words = crate::areas::premises::half_width(words).to_lowercase();
    let parts: Vec<&str> = words
        .split(['-', '/', '.', '年', '月', '日', ' ', 't'])
        .filter(|part| !part.is_empty())
        .collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month] => (year, month, &month_only[..]),
        [year, month, "底" | "末" | "底前" | "末前", ..] => (year, month, "31"),
        [year, month, day, ..] => (year, month, *day),
        _ => return None,
    };
    let year = match year.strip_prefix('y') {
        Some("n") => round.first_year,
        Some(number) => {
            let number: i32 = number.parse().ok()?;
            (1..=9)
                .contains(&number)
                .then_some(round.first_year + number - 1)?
        }
        None => year
            .parse()
            .ok()
            .filter(|year| (2000..2200).contains(year))?,
    };
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    NaiveDate::from_ymd_opt(year, month, day).or_else(|| {
        // A leap day in a year that has none, a month's end.
        let is_end = (month == 2 && day == 29) || (day == 31 && parts.last() != Some(&"31"));
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        is_end.then(|| first + chrono::Months::new(1) - chrono::Days::new(1))
    })
}

fn every(frequency: &str, due: &str, has_date: bool) -> Option<Every> {
    let words = crate::areas::premises::half_width(frequency).to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if has(&["每周", "weekly", "every week"]) {
        return Some(Every::Week {
            weekday: weekday(due).or_else(|| weekday(&words)).unwrap_or(5),
        });
    }
    if has(&["每月", "monthly", "every month"]) {
        return Some(Every::Month {
            day: day_of_month(due).unwrap_or(31),
        });
    }
    if has(&["每季", "季度", "quarter"]) {
        return Some(Every::Quarter);
    }
    if has(&["半年", "half"]) {
        return Some(Every::HalfYear);
    }
    if has(&["节日", "festival"]) {
        // Those that are named, else all of them.
        let named = festivals(due).filter(|names| !names.is_empty());
        return Some(Every::Festivals {
            names: named.unwrap_or_else(|| OUR_FESTIVALS.map(str::to_owned).to_vec()),
            after: 7,
        });
    }
    if has(&["每年", "年度", "yearly", "annual", "every year"]) {
        if !has_date {
            if let Some(names) = festivals(due).filter(|names| !names.is_empty()) {
                return Some(Every::Festivals { names, after: 0 });
            }
            if let Some(days) = days(due).filter(|days| !days.is_empty()) {
                return Some(Every::Days { days });
            }
        }
        return Some(Every::Year);
    }
    if has(&["每次", "批次", "专项", "按需", "occasion", "as needed"]) {
        return Some(Every::Occasion);
    }
    if has(&["一次", "once"]) {
        return Some(Every::Once);
    }
    if has(&["持续", "长期", "continu"]) {
        return Some(if has_date {
            Every::Once
        } else {
            Every::Occasion
        });
    }
    None
}

fn weekday(words: &str) -> Option<u32> {
    let words = words.replace('天', "日");
    let after = words
        .split_once("周")
        .or_else(|| words.split_once("星期"))
        .or_else(|| words.split_once("礼拜"));
    let letter = match after {
        Some((_, rest)) => rest.chars().next()?,
        None => words.trim().chars().next()?,
    };
    let named = WEEKDAYS.chars().position(|day| day == letter);
    let number = letter.to_digit(10).filter(|day| (1..=7).contains(day));
    named.map(|at| at as u32 + 1).or(number)
}

fn day_of_month(words: &str) -> Option<u32> {
    let words = crate::areas::premises::half_width(words);
    if ["月末", "月底", "last"]
        .iter()
        .any(|end| words.contains(end))
    {
        return Some(31);
    }
    let digits: String = words
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

/// `6-30 11-30`, `每年6月、11月` (their ends), `4月15日`.
fn days(words: &str) -> Option<Vec<u32>> {
    let words = crate::areas::premises::half_width(words);
    let mut found = Vec::new();
    for part in words.split(['、', ',', ' ', ';', '，']) {
        let part = part.trim().trim_start_matches("每年");
        if part.is_empty() {
            continue;
        }
        let numbers: Vec<u32> = part
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .map(|digits| digits.parse().ok())
            .collect::<Option<_>>()?;
        let (month, day) = match numbers.as_slice() {
            [month] => (*month, 31),
            [month, day] => (*month, *day),
            _ => return None,
        };
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        found.push(month * 100 + day);
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

/// Names of festivals, with or without their `节`.
fn festivals(words: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for part in words.split(['、', ',', ' ', ';', '，', '和']) {
        let part = part.trim().trim_start_matches("每年");
        if part.is_empty() {
            continue;
        }
        let year = 2026;
        let name = [part.to_owned(), format!("{part}节")]
            .into_iter()
            .find(|name| !crate::calendar::dates_of(name, year).is_empty())?;
        found.push(name);
    }
    Some(found)
}

/// The year in which a stage of the round begins.
impl Round {
    pub fn holds(self, date: NaiveDate) -> bool {
        (self.first_year..self.first_year + self.years).contains(&date.year())
    }
}

#[cfg(test)]
mod tests;
