//! Premises in words: what is open there, when, until when.

use chrono::{Datelike as _, NaiveDate};
use domain::{Lang, Timestamp, areas::premises::PremisesKind, forms::StoredForm};
use icondata_core::Icon as IconData;
use icondata_lu as lu;

use crate::{
    components::Tone,
    i18n::{Format, counted},
    platform,
};

/// The picture of a trade.
pub fn kind_icon(kind: PremisesKind) -> IconData {
    match kind {
        PremisesKind::SmallHotel => lu::LuBedDouble,
        PremisesKind::HairBeauty => lu::LuScissors,
        PremisesKind::Bathhouse => lu::LuBath,
        PremisesKind::Entertainment => lu::LuMusic,
        PremisesKind::Medical => lu::LuHospital,
        PremisesKind::School => lu::LuSchool,
        PremisesKind::Water => lu::LuDroplets,
        PremisesKind::Other => lu::LuStore,
    }
}

/// A date without the year while that is this year's.
pub fn date(lang: Lang, date: NaiveDate, today: NaiveDate) -> String {
    let (month, day) = (date.month(), date.day());
    if date.year() == today.year() {
        lang.pick(
            format!("{month}月{day}日"),
            date.format("%-d %b").to_string(),
        )
    } else {
        let year = date.year();
        lang.pick(
            format!("{year}年{month}月{day}日"),
            date.format("%-d %b %Y").to_string(),
        )
    }
}

/// The day of a moment, as [`date`].
pub fn day(lang: Lang, at: Timestamp, today: NaiveDate) -> String {
    let civil = at.civil(platform::utc_offset_minutes());
    civil.map_or_else(String::new, |at| date(lang, at.date(), today))
}

/// What there is to do at premises, with its tone: open findings, else the last visit.
pub fn standing(
    f: Format,
    open: i64,
    overdue: bool,
    due: Option<NaiveDate>,
    last: Option<Timestamp>,
    today: NaiveDate,
) -> (Tone, String) {
    let lang = f.lang();
    if overdue {
        return (
            Tone::Danger,
            lang.pick(format!("逾期未改 {open} 项"), format!("{open} overdue")),
        );
    }
    if open > 0 {
        let until = due.map(|due| date(lang, due, today)).unwrap_or_default();
        let zh = match due {
            Some(_) => format!("待整改 {open} 项 · {until}前"),
            None => format!("待整改 {open} 项"),
        };
        let en = match due {
            Some(_) => format!("{open} open · due {until}"),
            None => format!("{open} open"),
        };
        return (Tone::Warning, lang.pick(zh, en));
    }
    match last {
        Some(at) => {
            let day = day(lang, at, today);
            (
                Tone::Success,
                lang.pick(format!("{day}查过"), format!("Seen {day}")),
            )
        }
        None => (
            Tone::Neutral,
            lang.pick("还没查过", "Not visited yet").to_owned(),
        ),
    }
}

/// The words of a checklist's line; its name where the form isn't known here.
pub fn line(form: Option<&StoredForm>, line: &str, lang: Lang) -> String {
    let question = form
        .and_then(StoredForm::read)
        .and_then(|form| form.question(line));
    match question {
        Some(question) => question.label.get(lang).to_owned(),
        None => line.to_owned(),
    }
}

pub fn times(lang: Lang, times: i64) -> String {
    lang.pick(
        format!("连续 {times} 次不合格"),
        format!("failed {}", counted(times, "time", "times")),
    )
}
