//! The office's calendar: festivals and days of the mission, public holidays, shifted working days.
//!
//! Festivals of the lunar calendar come from a table for 2023 to 2030, never from a browser; holidays and
//! shifted days from the State Council's yearly notices, as far as they are out. Outside of the table a
//! date is its weekday and nothing more.

use chrono::{Datelike, NaiveDate};

use crate::text::{Lang, Text};

/// Lines of `kind|Chinese|English|dates`: `day` has a name (`MMDD` each year), `off` is a public holiday,
/// `work` a working day in exchange for one. Dates are `YYYYMMDD`, ranges joined by a hyphen.
const TABLE: &str = include_str!("calendar.txt");

/// What is said about a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// From Monday, 0.
    weekday: usize,
    /// Festivals, group days, days of health and volunteering.
    pub names: Vec<Text>,
    pub status: Status,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// As its weekday says.
    Usual,
    /// A public holiday, of that name.
    Holiday(Text),
    /// Worked in exchange for that holiday.
    Shifted(Text),
}

pub fn day(date: NaiveDate) -> Day {
    let mut found = Day {
        weekday: date.weekday().num_days_from_monday() as usize,
        names: Vec::new(),
        status: Status::Usual,
    };
    let own = number(date);
    for line in TABLE.lines() {
        let mut cells = line.split('|');
        let (Some(kind), Some(zh), Some(en), Some(dates)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        if !dates.split(' ').any(|dates| holds(dates, own)) {
            continue;
        }
        let name = Text::new(zh, en);
        match kind {
            "day" => found.names.push(name),
            "off" => found.status = Status::Holiday(name),
            _ => found.status = Status::Shifted(name),
        }
    }
    found
}

/// Whether offices work on that day.
pub fn is_working_day(date: NaiveDate) -> bool {
    let day = day(date);
    match day.status {
        Status::Usual => day.weekday < 5,
        Status::Holiday(_) => false,
        Status::Shifted(_) => true,
    }
}

impl Day {
    /// Such as `周六，为国庆节调休，上班` or `周五，端午节，放假`.
    pub fn words(&self, lang: Lang) -> String {
        let (zh, en) = WEEKDAYS[self.weekday];
        let mut parts = vec![lang.pick(zh, en).to_owned()];
        parts.extend(self.names.iter().map(|name| name.get(lang).to_owned()));
        match &self.status {
            Status::Usual => {}
            Status::Holiday(name) if self.names.contains(name) => {
                parts.push(lang.pick("放假", "a public holiday").to_owned());
            }
            Status::Holiday(name) => {
                let words = lang.pick(format!("{}假期", name.zh), format!("{} holiday", name.en));
                parts.push(words);
            }
            Status::Shifted(name) => parts.push(lang.pick(
                format!("为{}调休，上班", name.zh),
                format!("a working day by adjustment for {}", name.en),
            )),
        }
        parts.join(lang.pick("，", ", "))
    }

    /// Whether it differs from what the weekday says.
    pub fn is_special(&self) -> bool {
        !self.names.is_empty() || self.status != Status::Usual
    }
}

const WEEKDAYS: [(&str, &str); 7] = [
    ("周一", "Monday"),
    ("周二", "Tuesday"),
    ("周三", "Wednesday"),
    ("周四", "Thursday"),
    ("周五", "Friday"),
    ("周六", "Saturday"),
    ("周日", "Sunday"),
];

/// Such as 20261001.
fn number(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month() * 100 + date.day())
}

/// Whether a date stands in `MMDD`, `YYYYMMDD` or `YYYYMMDD-YYYYMMDD`.
fn holds(dates: &str, date: i64) -> bool {
    let (first, last) = dates.split_once('-').unwrap_or((dates, dates));
    match (first.parse::<i64>(), last.parse::<i64>()) {
        (Ok(each_year), _) if first.len() == 4 => date % 10_000 == each_year,
        (Ok(first), Ok(last)) => (first..=last).contains(&date),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(year: i32, month: u32, day_of_month: u32) -> (String, String) {
        let date = NaiveDate::from_ymd_opt(year, month, day_of_month).expect("a date");
        let day = day(date);
        (day.words(Lang::Zh), day.words(Lang::En))
    }

    fn both(zh: &str, en: &str) -> (String, String) {
        (zh.to_owned(), en.to_owned())
    }

    #[test]
    fn a_shifted_saturday_is_a_working_day() {
        assert_eq!(
            said(2026, 10, 10),
            both(
                "周六，为国庆节调休，上班",
                "Saturday, a working day by adjustment for National Day"
            )
        );
    }

    #[test]
    fn a_festival_has_its_name_once() {
        assert_eq!(
            said(2026, 6, 19),
            both(
                "周五，端午节，放假",
                "Friday, Dragon Boat Festival, a public holiday"
            )
        );
        assert_eq!(said(2026, 6, 20).0, "周六，端午节假期");
    }

    #[test]
    fn a_day_of_the_mission_comes_each_year() {
        assert_eq!(said(2026, 6, 14).0, "周日，世界献血者日");
        assert_eq!(said(2041, 6, 14).0, "周五，世界献血者日");
    }

    #[test]
    fn any_other_day_is_its_weekday() {
        assert_eq!(said(2026, 11, 26), both("周四", "Thursday"));
        assert_eq!(said(1900, 1, 1).0, "周一");
    }

    #[test]
    fn the_table_holds_the_organizations_calendar() {
        let mut count = 0;
        for line in include_str!("../../templates/calendar.csv").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let date: NaiveDate = cells[0].parse().expect("a date");
            let names = day(date).names;
            assert!(names.iter().any(|name| name.zh == cells[2]), "{line}");
            count += 1;
        }
        assert_eq!(count, 144);
    }

    #[test]
    fn every_line_of_the_table_can_be_read() {
        for line in TABLE.lines() {
            let cells: Vec<&str> = line.split('|').collect();
            let [kind, zh, en, dates] = cells.as_slice() else {
                panic!("{line}");
            };
            assert!(["day", "off", "work"].contains(kind), "{line}");
            assert!(!zh.is_empty() && !en.is_empty(), "{line}");
            for date in dates.split([' ', '-']) {
                let digits = date.bytes().all(|byte| byte.is_ascii_digit());
                assert!(digits && [4, 8].contains(&date.len()), "{line}: {date}");
            }
        }
    }
}
