//! Dates, times and moments as the strings that ODK stores, and as numbers of days.
//!
//! Leaves out what people type; `input` brings it into these shapes first.

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday,
};

use crate::{text::Text, time::DAY_MS};

/// Reads `2026-11-24`; a month or day of one digit is accepted.
pub(in crate::forms) fn parse_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.trim().split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(
        i32::try_from(digits(year)?).ok()?,
        digits(month)?,
        digits(day)?,
    )
}

/// Reads `9:30`, `09:30:00` or `09:30:00.000`; an offset behind it is ignored.
pub(in crate::forms) fn parse_time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let end = text.find(['+', '-', 'Z']).unwrap_or(text.len());
    if !text[end..].is_empty() {
        parse_offset(&text[end..])?;
    }
    let mut parts = text[..end].split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let second = parts.next().unwrap_or("0");
    if parts.next().is_some() || hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    if second.len() > 2 || fraction.len() > 9 {
        return None;
    }
    let scale = 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?);
    NaiveTime::from_hms_nano_opt(
        digits(hour)?,
        digits(minute)?,
        digits(second)?,
        digits(fraction)?.checked_mul(scale)?,
    )
}

/// Reads `2026-11-24T09:30:00.000+08:00`, or with a space instead of `T`; without an offset it is
/// local time. Answers with milliseconds since 1970 in UTC and the offset in minutes.
pub(in crate::forms) fn parse_date_time(text: &str, local_offset: i32) -> Option<(i64, i32)> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    let offset = match time.find(['+', '-', 'Z']) {
        Some(at) => parse_offset(&time[at..])?,
        None => local_offset,
    };
    let civil = parse_date(date)?.and_time(parse_time(time)?);
    let ms = civil.and_utc().timestamp_millis() - i64::from(offset) * 60_000;
    Some((ms, offset))
}

fn parse_offset(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let minutes = digits(hours)? * 60 + digits(minutes)?;
    (minutes <= 14 * 60).then_some(sign * i32::try_from(minutes).ok()?)
}

fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Days since 1970-01-01T00:00Z: of a date, its midnight at the local offset; of a time of day, the
/// fraction of a day.
pub(super) fn text_to_days(text: &str, local_offset: i32) -> Option<f64> {
    if let Some(date) = parse_date(text) {
        let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        return Some((midnight - i64::from(local_offset) * 60_000) as f64 / DAY_MS as f64);
    }
    if let Some((ms, _)) = parse_date_time(text, local_offset) {
        return Some(ms as f64 / DAY_MS as f64);
    }
    let since = parse_time(text)?.signed_duration_since(NaiveTime::MIN);
    Some(since.num_milliseconds() as f64 / DAY_MS as f64)
}

/// The day of a number of days since 1970; a whole number is the day itself, at any offset.
pub(super) fn days_to_date(days: f64, local_offset: i32) -> Option<NaiveDate> {
    // Beyond a few thousand years the calendar's arithmetic is of no use and overflows.
    if days.is_nan() || days.abs() > 3_000_000.0 {
        return None;
    }
    if days.fract() == 0.0 {
        return NaiveDate::from_ymd_opt(1970, 1, 1)?
            .checked_add_signed(TimeDelta::days(days as i64));
    }
    let ms = (days * DAY_MS as f64).round() as i64 + i64::from(local_offset) * 60_000;
    Some(DateTime::from_timestamp_millis(ms)?.date_naive())
}

/// The local day of a date or a moment.
pub(super) fn text_to_date(text: &str, local_offset: i32) -> Option<NaiveDate> {
    parse_date(text).or_else(|| {
        let (ms, _) = parse_date_time(text, local_offset)?;
        let local = ms + i64::from(local_offset) * 60_000;
        Some(DateTime::from_timestamp_millis(local)?.date_naive())
    })
}

/// The local day and time of day of a date (midnight) or a moment.
pub(super) fn text_to_date_time(text: &str, local_offset: i32) -> Option<NaiveDateTime> {
    if let Some(date) = parse_date(text) {
        return Some(date.and_time(NaiveTime::MIN));
    }
    let (ms, _) = parse_date_time(text, local_offset)?;
    let local = ms.checked_add(i64::from(local_offset) * 60_000)?;
    Some(DateTime::from_timestamp_millis(local)?.naive_utc())
}

/// `format-date()`: `%Y %y %m %n %b %d %e %a`; `format-date-time()` also `%H %h %M %S %3`. Anything
/// else stands as it is.
pub(super) fn format_date(at: NaiveDateTime, format: &str, with_time: bool) -> String {
    let (date, time) = (at.date(), at.time());
    let mut text = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let part = match letters.next() {
            Some('Y') => format!("{:04}", date.year()),
            Some('y') => format!("{:02}", date.year().rem_euclid(100)),
            Some('m') => format!("{:02}", date.month()),
            Some('n') => date.month().to_string(),
            Some('b') => format!("{}月", date.month()),
            Some('d') => format!("{:02}", date.day()),
            Some('e') => date.day().to_string(),
            Some('a') => weekday(date.weekday()).to_owned(),
            Some('H') if with_time => format!("{:02}", time.hour()),
            Some('h') if with_time => time.hour().to_string(),
            Some('M') if with_time => format!("{:02}", time.minute()),
            Some('S') if with_time => format!("{:02}", time.second()),
            Some('3') if with_time => format!("{:03}", time.nanosecond() / 1_000_000 % 1_000),
            Some(other) => format!("%{other}"),
            None => "%".to_owned(),
        };
        text.push_str(&part);
    }
    text
}

/// Refuses a format that asks for something else than a date's parts.
pub(super) fn check_format(format: &str, with_time: bool) -> Result<(), Text> {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            continue;
        }
        let code = letters.next();
        let known = |code| "Yymnbdea".contains(code) || (with_time && "HhMS3".contains(code));
        if !code.is_some_and(known) {
            let code = code.map(String::from).unwrap_or_default();
            return Err(Text::new(
                format!(
                    "不认识 “%{code}”，可用 %Y %y %m %n %b %d %e %a；\
                     format-date-time() 还可用 %H %h %M %S %3"
                ),
                format!(
                    "“%{code}” isn't known; use %Y %y %m %n %b %d %e %a, \
                     in format-date-time() also %H %h %M %S %3."
                ),
            ));
        }
    }
    Ok(())
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "周一",
        Weekday::Tue => "周二",
        Weekday::Wed => "周三",
        Weekday::Thu => "周四",
        Weekday::Fri => "周五",
        Weekday::Sat => "周六",
        Weekday::Sun => "周日",
    }
}
