//! Two languages without a library: a sentence stands where it is used, in Chinese and English.
//!
//! `t("保存", "Save")` is a closure that reads the current language: put it into `view!` as text,
//! as an attribute, or pass it as a `TextProp`. `tf(move |lang| …)` is for sentences with values.
//! Call both while the component is created, not in a handler (there, take `use_lang()` before).

mod format;

use domain::{Lang, Text, Timestamp};
use leptos::prelude::*;

pub use format::{
    ago, bytes, civil_date, civil_day, counted, date, day, day_time, decimal, duration, full_day,
    iso_date, milliliters, month, number, relative_day, span, time,
};

use crate::platform;

#[derive(Clone, Copy)]
struct Language(RwSignal<Lang>);

pub(crate) fn provide_language(lang: Lang) -> RwSignal<Lang> {
    let lang = RwSignal::new(lang);
    provide_context(Language(lang));
    lang
}

/// The current language as a signal.
pub fn use_lang() -> RwSignal<Lang> {
    use_context::<Language>().map_or_else(|| RwSignal::new(Lang::Zh), |language| language.0)
}

/// A fixed sentence in both languages.
pub fn t(
    zh: &'static str,
    en: &'static str,
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let lang = use_lang();
    move || lang.get().pick(zh, en)
}

/// A pair such as `Role::name()` or `Page::title()`.
pub fn tp(
    pair: (&'static str, &'static str),
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    t(pair.0, pair.1)
}

/// A sentence with values; runs again when the language or a signal that it reads changes.
pub fn tf<F>(sentence: F) -> impl Fn() -> String + Clone + Send + Sync + 'static
where
    F: Fn(Lang) -> String + Clone + Send + Sync + 'static,
{
    let lang = use_lang();
    move || sentence(lang.get())
}

/// A text that came with its data.
pub fn tx(text: Text) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    let lang = use_lang();
    move || text.get(lang.get()).to_owned()
}

/// Dates and numbers in the current language and the device's time zone.
///
/// `let f = use_format(); view! { {move || f.day_time(at)} }`
#[derive(Clone, Copy)]
pub struct Format {
    lang: RwSignal<Lang>,
}

pub fn use_format() -> Format {
    Format { lang: use_lang() }
}

impl Format {
    pub fn lang(self) -> Lang {
        self.lang.get()
    }

    /// The language in a handler, where nothing follows it.
    pub fn lang_now(self) -> Lang {
        self.lang.get_untracked()
    }

    /// 19:05
    pub fn time(self, at: Timestamp) -> String {
        time(at, offset(at))
    }

    /// 11月23日 周一
    pub fn day(self, at: Timestamp) -> String {
        day(self.lang(), at, offset(at))
    }

    /// 2026年11月23日 周一
    pub fn full_day(self, at: Timestamp) -> String {
        full_day(self.lang(), at, offset(at))
    }

    /// 2026年11月23日
    pub fn date(self, at: Timestamp) -> String {
        date(self.lang(), at, offset(at))
    }

    /// 11月23日 周一 19:05
    pub fn day_time(self, at: Timestamp) -> String {
        day_time(self.lang(), at, offset(at))
    }

    /// 11月23日 周一 14:00–16:30
    pub fn span(self, from: Timestamp, until: Timestamp) -> String {
        span(self.lang(), from, until, offset(from))
    }

    /// 今天, 明天, 周四 (within the week), else the day.
    pub fn relative_day(self, at: Timestamp) -> String {
        relative_day(self.lang(), at, now(), offset(at))
    }

    /// 刚刚, 5 分钟前, 今天 09:12 …
    pub fn ago(self, at: Timestamp) -> String {
        ago(self.lang(), at, now(), offset(at))
    }

    /// 2 小时 30 分
    pub fn duration(self, minutes: i64) -> String {
        duration(self.lang(), minutes)
    }

    pub fn number(self, value: i64) -> String {
        number(value)
    }

    pub fn bytes(self, value: i64) -> String {
        bytes(value)
    }

    /// 400 毫升
    pub fn milliliters(self, value: i64) -> String {
        milliliters(self.lang(), value)
    }
}

fn now() -> Timestamp {
    Timestamp(platform::now_ms())
}

fn offset(at: Timestamp) -> i32 {
    platform::utc_offset_minutes_at(at.0)
}
