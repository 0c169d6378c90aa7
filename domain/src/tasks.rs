//! When a task is due: its schedule, the occurrences that come of it, and how the words of an office's
//! table are read.
//!
//! A deadline that falls on a day without work moves to the last working day before it within the same
//! month or week; a week without a working day asks for nothing. Leaves out who does it and what for
//! (`areas::tasks`).

mod words;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::calendar;

pub use words::{Read, date, kinds, read};

/// A round (届): the years from one title to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    pub first_year: i32,
    /// 2 or 3.
    pub years: i32,
}

impl Round {
    pub fn first_day(self) -> NaiveDate {
        ymd(self.first_year, 1, 1)
    }

    pub fn last_day(self) -> NaiveDate {
        ymd(self.first_year + self.years - 1, 12, 31)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub every: Every,
    /// When the first occurrence begins.
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// The first deadline.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// What repeats asks for nothing that was due before this day.
    pub from: NaiveDate,
    /// What repeats ends with this day.
    pub until: NaiveDate,
}

crate::tagged! {
    "Every", tag = "every";
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Every {
        Once,
        /// On a day of the week, 1 for Monday.
        Week { weekday: u32 },
        /// Until a day of the month; 31 is its last.
        Month { day: u32 },
        Quarter,
        HalfYear,
        Year,
        /// On certain days of each year, `MMDD`; a day 31 is the month's last.
        Days { days: Vec<u32> },
        /// Until so many days after each of these festivals, by their Chinese names.
        Festivals { names: Vec<String>, after: u32 },
        /// Whenever there is an occasion: nothing is due by itself.
        Occasion,
    }
}

/// The festivals of `我们的节日`.
pub const OUR_FESTIVALS: [&str; 7] = [
    "春节",
    "元宵节",
    "清明节",
    "端午节",
    "七夕节",
    "中秋节",
    "重阳节",
];

/// One time that a task is to be done; its deadline names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Occurrence {
    pub from: NaiveDate,
    pub by: NaiveDate,
}

/// Where something that has a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Overdue,
    DueSoon,
    UnderWay,
    ToDo,
    Done,
    /// Whenever there is an occasion.
    Occasion,
}

impl Standing {
    pub const ALL: [Self; 6] = [
        Self::Overdue,
        Self::DueSoon,
        Self::UnderWay,
        Self::ToDo,
        Self::Done,
        Self::Occasion,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
            Self::UnderWay => "under_way",
            Self::ToDo => "to_do",
            Self::Done => "done",
            Self::Occasion => "occasion",
        }
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Overdue => ("已逾期", "Overdue"),
            Self::DueSoon => ("即将到期", "Due soon"),
            Self::UnderWay => ("进行中", "Under way"),
            Self::ToDo => ("未开始", "To do"),
            Self::Done => ("已完成", "Done"),
            Self::Occasion => ("按需开展", "As needed"),
        }
    }
}

/// So many days before its deadline something is due soon, however long it takes.
const SOON_DAYS: i64 = 14;

impl Occurrence {
    /// Where it stands on a day, as long as it isn't done.
    pub fn standing(self, today: NaiveDate) -> Standing {
        let days = (self.by - self.from).num_days();
        let soon = match days {
            ..=7 => 3,
            8..=31 => 7,
            _ => SOON_DAYS,
        };
        if self.by < today {
            Standing::Overdue
        } else if (self.by - today).num_days() <= soon {
            Standing::DueSoon
        } else if self.from <= today {
            Standing::UnderWay
        } else {
            Standing::ToDo
        }
    }
}

/// The standing of a task, given what of it isn't done, the earliest first.
pub fn standing(schedule: &Schedule, open: &[Occurrence], today: NaiveDate) -> Standing {
    match open.first() {
        Some(occurrence) => occurrence.standing(today),
        None if schedule.every == Every::Occasion => Standing::Occasion,
        None => Standing::Done,
    }
}

impl Schedule {
    /// All occurrences, the earliest first.
    pub fn occurrences(&self) -> Vec<Occurrence> {
        let mut found = match &self.every {
            Every::Occasion => Vec::new(),
            Every::Once => {
                let by = self.due_on.unwrap_or(self.until);
                let from = self.starts_on.unwrap_or(self.from).min(by);
                return vec![Occurrence { from, by }];
            }
            Every::Week { weekday } => self.weeks(*weekday),
            Every::Month { day } => self.months().map(|first| in_month(first, *day)).collect(),
            Every::Quarter => self.every_months(3),
            Every::HalfYear => self.every_months(6),
            Every::Year => self.yearly(),
            Every::Days { days } => self
                .years()
                .flat_map(|year| days.iter().map(move |day| (year, *day)))
                .filter_map(|(year, day)| {
                    let first = NaiveDate::from_ymd_opt(year, day / 100, 1)?;
                    Some(in_month(first, day % 100))
                })
                .collect(),
            Every::Festivals { names, after } => self
                .years()
                .flat_map(|year| names.iter().map(move |name| (year, name)))
                .flat_map(|(year, name)| calendar::dates_of(name, year))
                .map(|date| Occurrence {
                    from: date - Days::new(14),
                    by: date + Days::new(u64::from(*after)),
                })
                .collect(),
        };
        found.retain(|one| self.from <= one.by && one.by <= self.until);
        found.sort_unstable_by_key(|one| (one.by, one.from));
        found.dedup();
        found
    }

    /// Those that aren't done; `done` names deadlines.
    pub fn open(&self, done: &[NaiveDate]) -> Vec<Occurrence> {
        let mut open = self.occurrences();
        open.retain(|one| !done.contains(&one.by));
        open
    }

    /// Which deadlines of the schedule before have become which of these, for what was done: an occurrence
    /// is the same where most of its time is. What has no place in this schedule is left out.
    pub fn moved(&self, before: &Self, done: &[NaiveDate]) -> Vec<(NaiveDate, NaiveDate)> {
        let now = self.occurrences();
        let mut taken: Vec<NaiveDate> = now
            .iter()
            .map(|one| one.by)
            .filter(|by| done.contains(by))
            .collect();
        let mut moved = Vec::new();
        for old in before.occurrences() {
            if !done.contains(&old.by) || now.iter().any(|one| one.by == old.by) {
                continue;
            }
            let once = self.every == Every::Once && before.every == Every::Once;
            let same = now
                .iter()
                .filter(|one| !taken.contains(&one.by))
                .map(|one| {
                    (
                        (one.by.min(old.by) - one.from.max(old.from)).num_days(),
                        one.by,
                    )
                })
                .filter(|(shared, _)| once || *shared >= 0)
                .max();
            if let Some((_, by)) = same {
                taken.push(by);
                moved.push((old.by, by));
            }
        }
        moved
    }

    fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.from.year()..=self.until.year()
    }

    /// The first days of the months from the first to the last.
    fn months(&self) -> impl Iterator<Item = NaiveDate> {
        let first = ymd(self.from.year(), self.from.month(), 1);
        let until = self.until;
        (0..)
            .map_while(move |months| first.checked_add_months(Months::new(months)))
            .take_while(move |first| *first <= until)
    }

    fn weeks(&self, weekday: u32) -> Vec<Occurrence> {
        let monday = self.from.week(Weekday::Mon).first_day();
        let until = self.until;
        (0..)
            .map_while(|weeks: u64| monday.checked_add_days(Days::new(7 * weeks)))
            .take_while(|monday| *monday <= until)
            .filter_map(|monday| {
                let day = |number: u32| monday + Days::new(u64::from(number - 1));
                let wanted = weekday.clamp(1, 7);
                let before = (1..=wanted).rev().map(day);
                let by = before
                    .chain((wanted + 1..=7).map(day))
                    .find(|date| calendar::is_working_day(*date))?;
                Some(Occurrence { from: monday, by })
            })
            .collect()
    }

    fn every_months(&self, count: u32) -> Vec<Occurrence> {
        if let Some(due) = self.due_on {
            let start = self.starts_on.unwrap_or(due - Days::new(30)).min(due);
            return (0..)
                .map_while(|times: u32| {
                    let months = Months::new(times * count);
                    Some(Occurrence {
                        from: start.checked_add_months(months)?,
                        by: due.checked_add_months(months)?,
                    })
                })
                .take_while(|one| one.by <= self.until)
                .collect();
        }
        self.months()
            .filter(|first| first.month() % count == 0)
            .map(|first| {
                let begin = first - Months::new(count - 1);
                Occurrence {
                    from: begin,
                    by: in_month(first, 31).by,
                }
            })
            .collect()
    }

    fn yearly(&self) -> Vec<Occurrence> {
        let due = self.due_on.unwrap_or(ymd(self.from.year(), 12, 31));
        let start = self.starts_on.unwrap_or(ymd(due.year(), 1, 1)).min(due);
        (0..)
            .map_while(|years: u32| {
                let months = Months::new(12 * years);
                Some(Occurrence {
                    from: start.checked_add_months(months)?,
                    by: due.checked_add_months(months)?,
                })
            })
            .take_while(|one| one.by <= self.until)
            .collect()
    }
}

/// A deadline within the month that begins with `first`.
fn in_month(first: NaiveDate, day: u32) -> Occurrence {
    let next = first + Months::new(1);
    let last = next - Days::new(1);
    let nominal = first.with_day(day.clamp(1, last.day())).unwrap_or(last);
    let before = (0..u64::from(nominal.day())).map(|days| nominal - Days::new(days));
    let after = (1..=10).map(|days| nominal + Days::new(days));
    let by = before
        .chain(after.filter(|date| *date < next))
        .find(|date| calendar::is_working_day(*date))
        .unwrap_or(nominal);
    Occurrence { from: first, by }
}

/// A date that exists; the first of the years otherwise, which no caller's numbers lead to.
fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(every: Every) -> Schedule {
        Schedule {
            every,
            starts_on: None,
            due_on: None,
            from: ymd(2026, 1, 1),
            until: ymd(2028, 12, 31),
        }
    }

    fn deadlines(every: Every) -> Vec<String> {
        let found = schedule(every).occurrences();
        found.iter().map(|one| one.by.to_string()).collect()
    }

    #[test]
    fn what_comes_every_week_leaves_the_holidays_out_and_moves_with_shifted_days() {
        let found = deadlines(Every::Week { weekday: 5 });
        assert!(found.contains(&"2026-11-27".to_owned()));
        // The week of National Day has no working day before Saturday the 10th of the next one.
        assert!(!found.iter().any(|by| by.starts_with("2026-10-0")
            && by.as_str() > "2026-10-01"
            && by.as_str() < "2026-10-08"));
        // Good Friday's neighbor: 3 April 2026 is Friday and worked, the 6th is off.
        assert!(found.contains(&"2026-04-03".to_owned()));
        // Dragon Boat, a Friday off: the day before.
        assert!(found.contains(&"2026-06-18".to_owned()));
    }

    #[test]
    fn a_months_end_is_its_last_working_day() {
        let found = deadlines(Every::Month { day: 31 });
        assert_eq!(found.len(), 36);
        assert_eq!(found[0], "2026-01-30");
        assert_eq!(found[1], "2026-02-28");
        assert_eq!(found[4], "2026-05-29");
    }

    #[test]
    fn a_deadline_at_the_months_beginning_waits_for_its_first_working_day() {
        assert_eq!(deadlines(Every::Month { day: 3 })[0], "2026-01-04");
    }

    #[test]
    fn quarters_and_half_years_end_with_the_calendar() {
        assert_eq!(deadlines(Every::Quarter)[..2], ["2026-03-31", "2026-06-30"]);
        assert_eq!(deadlines(Every::HalfYear).len(), 6);
    }

    #[test]
    fn a_half_year_with_a_date_counts_from_it() {
        let mut schedule = schedule(Every::HalfYear);
        schedule.starts_on = Some(ymd(2027, 2, 1));
        schedule.due_on = Some(ymd(2027, 3, 31));
        let found = schedule.occurrences();
        assert_eq!(found.len(), 4);
        assert_eq!(
            (found[1].from, found[1].by),
            (ymd(2027, 8, 1), ymd(2027, 9, 30))
        );
    }

    #[test]
    fn what_was_done_stays_done_when_its_deadline_moves() {
        let every = |every| Schedule {
            every,
            starts_on: None,
            due_on: None,
            from: ymd(2026, 1, 1),
            until: ymd(2026, 12, 31),
        };
        let by = |schedule: &Schedule, at: usize| schedule.occurrences()[at].by;
        let (month_end, early) = (
            every(Every::Month { day: 31 }),
            every(Every::Month { day: 1 }),
        );
        let done = [by(&month_end, 0), by(&month_end, 6)];
        assert_eq!(
            early.moved(&month_end, &done),
            [(done[0], by(&early, 0)), (done[1], by(&early, 6))]
        );
        let (friday, monday) = (
            every(Every::Week { weekday: 5 }),
            every(Every::Week { weekday: 1 }),
        );
        let done = [by(&friday, 3)];
        assert_eq!(monday.moved(&friday, &done), [(done[0], by(&monday, 3))]);
        // What stays where it is isn't moved, and nothing takes its place.
        assert_eq!(friday.moved(&friday, &done), []);
        let mut once = every(Every::Once);
        once.due_on = Some(ymd(2026, 3, 31));
        let mut later = once.clone();
        later.due_on = Some(ymd(2026, 11, 30));
        assert_eq!(
            later.moved(&once, &[ymd(2026, 3, 31)]),
            [(ymd(2026, 3, 31), ymd(2026, 11, 30))]
        );
        // Of another kind of schedule the quarter in which it was done.
        let quarters = every(Every::Quarter);
        let moved = quarters.moved(&month_end, &[by(&month_end, 4)]);
        assert_eq!(moved, [(by(&month_end, 4), by(&quarters, 1))]);
    }

    #[test]
    fn festivals_come_from_the_table() {
        let names = OUR_FESTIVALS.map(str::to_owned).to_vec();
        let found = deadlines(Every::Festivals { names, after: 7 });
        assert_eq!(found.len(), 21);
        assert!(found.contains(&"2026-02-24".to_owned()));
    }

    #[test]
    fn what_was_due_before_it_was_asked_for_is_no_debt() {
        let mut schedule = schedule(Every::Month { day: 31 });
        schedule.from = ymd(2026, 11, 26);
        let open = schedule.open(&[ymd(2026, 11, 30)]);
        assert_eq!(open[0].by, ymd(2026, 12, 31));
        assert_eq!(
            standing(&schedule, &open, ymd(2026, 12, 27)),
            Standing::DueSoon
        );
        assert_eq!(
            standing(&schedule, &open, ymd(2027, 1, 1)),
            Standing::Overdue
        );
    }
}
