//! Service hours (志愿服务时长): minutes are stored, rounding is an organization's setting, and a
//! correction stands beside what was recorded.
//!
//! Hours are recorded within ten working days and shown inside the unit for seven days.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::calendar;

/// Working days after an activity within which its hours are to be recorded.
pub const RECORD_WITHIN: u32 = 10;
/// Days for which a list is shown inside the unit before it counts.
pub const NOTICE_DAYS: u64 = 7;
/// The most minutes that one activity can have: a day and a night.
pub const MOST: i64 = 24 * 60;

/// How minutes are rounded, always down: nobody is given time that nobody recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    #[default]
    Minute,
    Quarter,
    Half,
    Hour,
}

impl Rounding {
    pub const ALL: [Self; 4] = [Self::Minute, Self::Quarter, Self::Half, Self::Hour];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Hour => "hour",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Minute => ("精确到分钟", "To the minute"),
            Self::Quarter => ("按 15 分钟取整", "Whole quarters of an hour"),
            Self::Half => ("按半小时取整", "Whole half hours"),
            Self::Hour => ("按小时取整", "Whole hours"),
        }
    }

    pub fn round(self, minutes: i64) -> i64 {
        let step = match self {
            Self::Minute => 1,
            Self::Quarter => 15,
            Self::Half => 30,
            Self::Hour => 60,
        };
        minutes.max(0) / step * step
    }
}

/// The last day on which an activity's hours can be recorded in time.
pub fn record_by(day: NaiveDate) -> NaiveDate {
    let mut left = RECORD_WITHIN;
    let mut at = day;
    while left > 0 {
        let Some(next) = at.checked_add_days(Days::new(1)) else {
            return at;
        };
        at = next;
        if calendar::is_working_day(at) {
            left -= 1;
        }
    }
    at
}

/// The last day of a notice that begins on `day`.
pub fn notice_until(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(NOTICE_DAYS - 1))
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn ten_working_days_skip_weekends_and_holidays_and_count_shifted_saturdays() {
        assert_eq!(record_by(date("2026-11-02")), date("2026-11-16"));
        // The first seven days of October are off, the 10th is worked.
        assert_eq!(record_by(date("2026-09-30")), date("2026-10-20"));
    }

    #[test]
    fn a_notice_lasts_seven_days() {
        assert_eq!(notice_until(date("2026-11-02")), date("2026-11-08"));
    }

    #[test]
    fn rounding_gives_nobody_more_than_was_recorded() {
        let rounded = Rounding::ALL.map(|it| it.round(119));
        assert_eq!(rounded, [119, 105, 90, 60]);
        assert_eq!(Rounding::Hour.round(-5), 0);
    }
}
