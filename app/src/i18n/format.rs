//! Dates, durations, numbers and sizes in the two languages' ways.
//!
//! Pure; weeks start on Monday. Leaves out lunar dates: those come from the calendar's data.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Timelike};
use domain::{Lang, Timestamp, time::MINUTE_MS};

const WEEKDAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WEEKDAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS_EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// What stands for a time outside the calendar's range.
const NO_DATE: &str = "—";

fn civil(at: Timestamp, offset: i32) -> Option<NaiveDateTime> {
    at.civil(offset)
}

fn weekday(lang: Lang, date: NaiveDate) -> &'static str {
    let index = date.weekday().num_days_from_monday() as usize;
    lang.pick(WEEKDAYS_ZH, WEEKDAYS_EN)[index % 7]
}

fn month_en(date: NaiveDate) -> &'static str {
    MONTHS_EN[date.month0() as usize % 12]
}

fn day_of(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日 {}", date.month(), date.day(), weekday(lang, date)),
        Lang::En => format!("{} {} {}", weekday(lang, date), date.day(), month_en(date)),
    }
}

/// 11月23日 | 23 Nov
pub fn civil_day(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", date.month(), date.day()),
        Lang::En => format!("{} {}", date.day(), month_en(date)),
    }
}

/// 2026年11月23日 | 23 Nov 2026
pub fn civil_date(lang: Lang, date: NaiveDate) -> String {
    match lang {
        Lang::Zh => format!("{}年{}", date.year(), civil_day(lang, date)),
        Lang::En => format!("{} {}", civil_day(lang, date), date.year()),
    }
}

/// 19:05
pub fn time(at: Timestamp, offset: i32) -> String {
    civil(at, offset).map_or_else(
        || NO_DATE.to_owned(),
        |c| format!("{:02}:{:02}", c.hour(), c.minute()),
    )
}

/// 11月23日 周一 | Mon 23 Nov
pub fn day(lang: Lang, at: Timestamp, offset: i32) -> String {
    civil(at, offset).map_or_else(|| NO_DATE.to_owned(), |c| day_of(lang, c.date()))
}

/// 2026年11月23日 周一 | Mon 23 Nov 2026
pub fn full_day(lang: Lang, at: Timestamp, offset: i32) -> String {
    civil(at, offset).map_or_else(
        || NO_DATE.to_owned(),
        |c| match lang {
            Lang::Zh => format!("{}年{}", c.year(), day_of(lang, c.date())),
            Lang::En => format!("{} {}", day_of(lang, c.date()), c.year()),
        },
    )
}

/// 2026年11月23日 | 23 Nov 2026
pub fn date(lang: Lang, at: Timestamp, offset: i32) -> String {
    civil(at, offset).map_or_else(
        || NO_DATE.to_owned(),
        |c| match lang {
            Lang::Zh => format!("{}年{}月{}日", c.year(), c.month(), c.day()),
            Lang::En => format!("{} {} {}", c.day(), month_en(c.date()), c.year()),
        },
    )
}

/// 2026年11月 | Nov 2026
pub fn month(lang: Lang, at: Timestamp, offset: i32) -> String {
    civil(at, offset).map_or_else(
        || NO_DATE.to_owned(),
        |c| match lang {
            Lang::Zh => format!("{}年{}月", c.year(), c.month()),
            Lang::En => format!("{} {}", month_en(c.date()), c.year()),
        },
    )
}

/// 2026-11-23, as native date inputs want it.
pub fn iso_date(at: Timestamp, offset: i32) -> String {
    civil(at, offset).map_or_else(String::new, |c| c.date().to_string())
}

/// 11月23日 周一 19:05 | Mon 23 Nov, 19:05
pub fn day_time(lang: Lang, at: Timestamp, offset: i32) -> String {
    let separator = lang.pick(" ", ", ");
    format!("{}{separator}{}", day(lang, at, offset), time(at, offset))
}

/// 11月23日 周一 14:00–16:30; both days where it ends on another one.
pub fn span(lang: Lang, from: Timestamp, until: Timestamp, offset: i32) -> String {
    let same_day = match (civil(from, offset), civil(until, offset)) {
        (Some(from), Some(until)) => from.date() == until.date(),
        _ => true,
    };
    let end = if same_day {
        time(until, offset)
    } else {
        format!(" {}", day_time(lang, until, offset))
    };
    format!("{}–{end}", day_time(lang, from, offset))
}

/// 昨天, 今天, 明天, else the weekday within a week from today, else the day (with the year if
/// it is another one).
pub fn relative_day(lang: Lang, at: Timestamp, now: Timestamp, offset: i32) -> String {
    let (Some(at_civil), Some(today)) = (civil(at, offset), civil(now, offset)) else {
        return NO_DATE.to_owned();
    };
    let (date, today) = (at_civil.date(), today.date());
    let days = date.signed_duration_since(today).num_days();
    match days {
        -1 => lang.pick("昨天", "Yesterday").to_owned(),
        0 => lang.pick("今天", "Today").to_owned(),
        1 => lang.pick("明天", "Tomorrow").to_owned(),
        2..=6 => {
            let this_week = monday_of(date) == monday_of(today);
            match lang {
                Lang::Zh if this_week => weekday(lang, date).to_owned(),
                Lang::Zh => format!("下{}", weekday(lang, date)),
                Lang::En => day_of(lang, date),
            }
        }
        _ if date.year() != today.year() => full_day(lang, at, offset),
        _ => day_of(lang, date),
    }
}

fn monday_of(date: NaiveDate) -> NaiveDate {
    let back = Days::new(u64::from(date.weekday().num_days_from_monday()));
    date.checked_sub_days(back).unwrap_or(date)
}

/// 刚刚, 5 分钟前, 今天 09:12, 昨天 19:05, 11月20日 周五 08:00
pub fn ago(lang: Lang, at: Timestamp, now: Timestamp, offset: i32) -> String {
    let minutes = now.since(at) / MINUTE_MS;
    match minutes {
        0 => lang.pick("刚刚", "Just now").to_owned(),
        1..=59 => match lang {
            Lang::Zh => format!("{minutes} 分钟前"),
            Lang::En => format!("{minutes} min ago"),
        },
        _ => {
            let separator = lang.pick(" ", ", ");
            format!(
                "{}{separator}{}",
                relative_day(lang, at, now, offset),
                time(at, offset)
            )
        }
    }
}

/// 2 小时 30 分 | 2 h 30 min
pub fn duration(lang: Lang, minutes: i64) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (lang, hours, rest) {
        (Lang::Zh, 0, m) => format!("{m} 分钟"),
        (Lang::Zh, h, 0) => format!("{} 小时", number(h)),
        (Lang::Zh, h, m) => format!("{} 小时 {m} 分", number(h)),
        (Lang::En, 0, m) => format!("{m} min"),
        (Lang::En, h, 0) => format!("{} h", number(h)),
        (Lang::En, h, m) => format!("{} h {m} min", number(h)),
    }
}

/// 12,345
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// 1 photo, 3 photos
pub fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A number with at most `digits` decimals, without trailing zeros: 12.5
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// 812 B, 340 KB, 1.6 MB (1 KB = 1024 B)
pub fn bytes(value: i64) -> String {
    const KB: i64 = 1024;
    match value {
        ..KB => format!("{value} B"),
        KB..1_048_576 => format!("{} KB", value / KB),
        1_048_576..1_073_741_824 => format!("{} MB", decimal(value as f64 / 1_048_576.0, 1)),
        _ => format!("{} GB", decimal(value as f64 / 1_073_741_824.0, 1)),
    }
}

/// 400 毫升 | 400 mL
pub fn milliliters(lang: Lang, value: i64) -> String {
    format!("{} {}", number(value), lang.pick("毫升", "mL"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHINA: i32 = 480;
    /// 2026-11-23 (a Monday) 19:05 in China.
    const MONDAY: Timestamp = Timestamp(1_795_431_900_000);

    #[test]
    fn a_moment_reads_in_the_languages_own_order() {
        assert_eq!(day_time(Lang::Zh, MONDAY, CHINA), "11月23日 周一 19:05");
        assert_eq!(day_time(Lang::En, MONDAY, CHINA), "Mon 23 Nov, 19:05");
        assert_eq!(full_day(Lang::Zh, MONDAY, CHINA), "2026年11月23日 周一");
        assert_eq!(date(Lang::En, MONDAY, CHINA), "23 Nov 2026");
        assert_eq!(iso_date(MONDAY, CHINA), "2026-11-23");
    }

    #[test]
    fn the_offset_decides_the_day() {
        assert_eq!(day(Lang::Zh, MONDAY, 840), "11月24日 周二");
    }

    #[test]
    fn near_days_have_names() {
        let on = |days| relative_day(Lang::Zh, MONDAY.plus_days(days), MONDAY, CHINA);
        assert_eq!(on(-1), "昨天");
        assert_eq!(on(0), "今天");
        assert_eq!(on(1), "明天");
        assert_eq!(on(3), "周四");
        assert_eq!(
            relative_day(Lang::Zh, MONDAY.plus_days(7), MONDAY.plus_days(5), CHINA),
            "下周一"
        );
        assert_eq!(on(60), "2027年1月22日 周五");
    }

    #[test]
    fn a_recent_moment_is_told_by_its_distance() {
        let now = MONDAY.plus_minutes(5);
        assert_eq!(ago(Lang::Zh, MONDAY, now, CHINA), "5 分钟前");
        assert_eq!(ago(Lang::En, MONDAY, MONDAY, CHINA), "Just now");
        assert_eq!(
            ago(Lang::Zh, MONDAY, MONDAY.plus_minutes(120), CHINA),
            "今天 19:05"
        );
    }

    #[test]
    fn a_moment_ahead_of_the_clock_is_told_by_its_date() {
        assert_eq!(
            ago(Lang::Zh, MONDAY.plus_days(1), MONDAY, CHINA),
            "明天 19:05"
        );
    }

    #[test]
    fn minutes_become_hours() {
        assert_eq!(duration(Lang::Zh, 150), "2 小时 30 分");
        assert_eq!(duration(Lang::En, 120), "2 h");
        assert_eq!(duration(Lang::Zh, 45), "45 分钟");
    }

    #[test]
    fn numbers_are_grouped_and_sizes_rounded() {
        assert_eq!(number(-1_234_567), "-1,234,567");
        assert_eq!(number(999), "999");
        assert_eq!(bytes(1_677_722), "1.6 MB");
        assert_eq!(decimal(12.50, 2), "12.5");
        assert_eq!(milliliters(Lang::Zh, 12_400), "12,400 毫升");
    }

    #[test]
    fn a_time_outside_the_calendar_is_a_dash() {
        assert_eq!(day(Lang::Zh, Timestamp(i64::MAX), CHINA), "—");
    }

    #[test]
    fn a_span_names_its_day_once() {
        let end = MONDAY.plus_minutes(90);
        assert_eq!(
            span(Lang::Zh, MONDAY, end, CHINA),
            "11月23日 周一 19:05–20:35"
        );
    }
}
