//! Service hours of a year: what was recorded, what the office corrected, and what is taken away.

mod correct;

use std::{collections::BTreeMap, sync::Arc};

use chrono::Datelike as _;
use domain::{
    ActivityId, PersonId,
    api::hours::{HourLine, Hours, SetRounding},
    areas::people::Role,
    hours::Rounding,
};
use icondata_lu as lu;
use leptos::prelude::*;

use correct::CorrectDialog;

use crate::{
    components::{
        Tone,
        choice::{Choice, DropDown, Segmented},
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::{Figure, Figures, List, ListRow, Section, Toolbar},
    },
    i18n::{Format, counted, t, use_format, use_lang},
    layout::use_frame,
    office::{ActProblem, LoadProblem, Loading, Remote, Stale, choices, use_act, use_remote},
    platform,
};

pub(super) const PATH: &str = "/api/office/hours";
/// Months of a choice: this one and those before it.
const MONTHS: i32 = 12;

/// The query of a period: `2026` is the year, `2026-11` the month.
pub(super) fn span(period: &str) -> String {
    let mut parts = period
        .split('-')
        .filter_map(|part| part.parse::<i32>().ok());
    let year = parts.next().unwrap_or_else(|| platform::today().year());
    let Some(month) = parts.next() else {
        return format!("from={year}-01-01&until={year}-12-31");
    };
    let first = chrono::NaiveDate::from_ymd_opt(year, month as u32, 1).unwrap_or_default();
    let next = first
        .checked_add_months(chrono::Months::new(1))
        .and_then(|next| next.pred_opt())
        .unwrap_or(first);
    format!("from={first}&until={next}")
}

/// This month and year, and earlier ones.
pub(super) fn periods() -> Signal<Vec<Choice>> {
    let lang = use_lang();
    Signal::derive(move || {
        let lang = lang.get();
        let today = platform::today();
        let mut choices = Vec::new();
        for year in (today.year() - 2..=today.year()).rev() {
            let words = lang.pick(format!("{year} 年"), format!("Year {year}"));
            choices.push(Choice::new(year.to_string(), words));
        }
        let months = today.year() * 12 + today.month0() as i32;
        for number in (months - MONTHS + 1..=months).rev() {
            let (year, month) = (number / 12, number % 12 + 1);
            let words = lang.pick(
                format!("{year} 年 {month} 月"),
                format!("{year}-{month:02}"),
            );
            choices.push(Choice::new(format!("{year}-{month:02}"), words));
        }
        choices
    })
}

#[component]
pub fn HoursPage() -> impl IntoView {
    let lang = use_lang();
    let period = RwSignal::new(platform::today().year().to_string());
    let query = move || span(&period.read());
    let hours: Remote<Hours> = use_remote(move || Some(format!("{PATH}?{}", query())));
    let editing = RwSignal::new(None::<HourLine>);
    let list = move |public: bool| {
        move || {
            let lang = lang.get().pick("zh", "en");
            let public = if public { "&public=1" } else { "" };
            format!("{PATH}/list.xlsx?{}&lang={lang}{public}", query())
        }
    };
    let (label, internal, notice) = (
        t("期间", "Period"),
        t("导出台账", "Excel"),
        t("公示名单", "Public notice"),
    );
    let shown = move || match (hours.get(), hours.error()) {
        (Some(hours), _) => view! { <Shown hours editing/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || hours.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <a class="button button-ghost button-small" href=list(false) download="">
                <Icon icon=lu::LuDownload/>
                <span class="button-label">{internal}</span>
            </a>
            <a class="button button-ghost button-small" href=list(true) download="">
                <Icon icon=lu::LuMegaphone/>
                <span class="button-label">{notice}</span>
            </a>
        </PageHeader>
        <div class="page">
            <Stale
                error=Signal::derive(move || hours.get().and_then(|_| hours.error()))
                on_retry=move || hours.reload()
            />
            <Toolbar>
                <DropDown
                    name="period"
                    label
                    choices=periods()
                    value=period
                    on_change=move |value| period.set(value)
                    compact=true
                />
                <RoundingChoice hours/>
            </Toolbar>
            {shown}
        </div>
        <CorrectDialog
            editing
            period=Signal::derive(query)
            on_saved=move || hours.reload()
        />
    }
    .into_any()
}

/// How minutes are rounded; only administrators change it.
#[component]
fn RoundingChoice(hours: Remote<Hours>) -> impl IntoView {
    let lang = use_lang();
    let frame = use_frame();
    let act = use_act();
    let label = t("取整方式", "Rounding");
    let choices = Signal::derive(move || {
        let lang = lang.get();
        Rounding::ALL
            .map(|it| {
                let (zh, en) = it.name();
                Choice::new(it.as_str(), lang.pick(zh, en))
            })
            .to_vec()
    });
    let value = Signal::derive(move || {
        let rounding = hours.get().map(|hours| hours.rounding).unwrap_or_default();
        rounding.as_str().to_owned()
    });
    let may_not = Signal::derive(move || {
        let viewer = frame.viewer.read();
        viewer
            .as_ref()
            .is_none_or(|viewer| viewer.role < Role::Administrator)
    });
    let change = move |word: String| {
        let Some(rounding) = Rounding::parse(&word) else {
            return;
        };
        let path = format!("{PATH}/rounding");
        act.send(
            "PUT",
            path,
            Some(&SetRounding { rounding }),
            None,
            move |_| hours.reload(),
        );
    };
    view! {
        <DropDown
            name="rounding"
            label
            choices
            value
            on_change=change
            disabled=may_not
            compact=true
        />
        <ActProblem error=Signal::derive(move || act.error())/>
    }
    .into_any()
}

#[component]
fn Shown(hours: Arc<Hours>, editing: RwSignal<Option<HourLine>>) -> impl IntoView {
    let f = use_format();
    if hours.lines.is_empty() {
        let (title, text) = (
            t("这段时间没有签到记录", "Nobody checked in then"),
            t(
                "活动里签到、签退之后，服务时长会自动列在这里，不用另外登记。",
                "Once people check in and out at an activity, their time is listed here by itself.",
            ),
        );
        return view! { <EmptyState art=Art::People title text/> }.into_any();
    }
    let rounding = hours.rounding;
    let minutes: i64 = hours
        .lines
        .iter()
        .map(|it| rounding.round(it.minutes))
        .sum();
    let times = hours.lines.len() as i64;
    let corrected = hours.lines.iter().filter(|it| is_corrected(it)).count() as i64;
    let open = hours.lines.iter().filter(|it| is_open(it)).count() as i64;
    let labels = (
        t("总时长", "In all"),
        t("人次", "Attendances"),
        t("已更正", "Corrected"),
        t("缺签到或签退", "One end missing"),
    );
    let number = move |value: i64| move || f.number(value);
    let tone = if open > 0 {
        Tone::Warning
    } else {
        Tone::Neutral
    };
    let mut groups: Vec<(ActivityId, Vec<HourLine>)> = Vec::new();
    for line in &hours.lines {
        match groups.last_mut() {
            Some((id, lines)) if *id == line.activity_id => lines.push(line.clone()),
            _ => groups.push((line.activity_id, vec![line.clone()])),
        }
    }
    let by = RwSignal::new("activity".to_owned());
    let by_label = t("查看方式", "View");
    let looks = choices::words(vec![
        ("activity", "按活动", "By activity"),
        ("person", "按人", "By person"),
    ]);
    let people = by_person(&hours.lines, rounding);
    let sections = move || {
        if *by.read() == "person" {
            return view! { <People people=people.clone()/> }.into_any();
        }
        let groups = groups.iter().cloned();
        groups
            .map(|(_, lines)| view! { <Group lines rounding editing/> })
            .collect_view()
            .into_any()
    };
    view! {
        <Figures>
            <Figure label=labels.0 value=move || f.duration(minutes)/>
            <Figure label=labels.1 value=number(times)/>
            <Figure label=labels.2 value=number(corrected)/>
            <Figure label=labels.3 value=number(open) tone/>
        </Figures>
        <Segmented
            name="by"
            label=by_label
            choices=looks
            value=by
            on_change=move |value| by.set(value)
        />
        {sections}
    }
    .into_any()
}

/// What somebody has in the period.
#[derive(Clone, Default)]
struct Own {
    name: String,
    department: Option<String>,
    /// Activities of voluntary service, and the minutes that count there.
    times: i64,
    minutes: i64,
    /// Other activities.
    others: i64,
}

/// By department and name: nobody is ranked.
fn by_person(lines: &[HourLine], rounding: Rounding) -> Vec<Own> {
    let mut people: BTreeMap<(Option<&str>, &str, PersonId), Own> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.minutes > 0) {
        let key = (
            line.department.as_deref(),
            line.name.as_str(),
            line.person_id,
        );
        let own = people.entry(key).or_default();
        own.name.clone_from(&line.name);
        own.department.clone_from(&line.department);
        if line.kind.is_service() {
            own.times += 1;
            own.minutes += rounding.round(line.minutes);
        } else {
            own.others += 1;
        }
    }
    people.into_values().collect()
}

#[component]
fn People(people: Vec<Own>) -> impl IntoView {
    let f = use_format();
    let rows = people
        .into_iter()
        .map(|own| {
            let minutes = own.minutes;
            let text = move || {
                let lang = f.lang();
                let mut parts: Vec<String> = own.department.clone().into_iter().collect();
                if own.times > 0 {
                    let times = own.times;
                    parts.push(lang.pick(
                        format!("志愿服务 {times} 次"),
                        counted(times, "time of service", "times of service"),
                    ));
                }
                if own.others > 0 {
                    let others = own.others;
                    parts.push(lang.pick(
                        format!("其他活动 {others} 次"),
                        counted(others, "other activity", "other activities"),
                    ));
                }
                parts.join(" · ")
            };
            let trail = move || {
                view! { <span class="numbers hours-of">{f.duration(minutes)}</span> }.into_any()
            };
            view! { <ListRow title=own.name text trail/> }
        })
        .collect_view();
    view! { <List>{rows}</List> }.into_any()
}

fn is_corrected(line: &HourLine) -> bool {
    let correction = line.correction.as_ref();
    correction.is_some_and(|it| it.minutes.is_some())
}

/// Whether nothing counts because an end is missing.
fn is_open(line: &HourLine) -> bool {
    !is_corrected(line) && (line.arrived.is_none() || line.left.is_none())
}

/// One activity.
#[component]
fn Group(
    lines: Vec<HourLine>,
    rounding: Rounding,
    editing: RwSignal<Option<HourLine>>,
) -> impl IntoView {
    let f = use_format();
    let Some(first) = lines.first() else {
        return ().into_any();
    };
    let (title, starts_at, record_by) = (first.activity.clone(), first.starts_at, first.record_by);
    let is_late = record_by.is_some_and(|day| day < platform::today());
    let heading = move || format!("{} · {title}", f.date(starts_at));
    let any_open = lines.iter().any(is_open);
    let due = move || {
        let words = record_by.filter(|_| any_open).map(|day| {
            f.lang().pick(
                format!("请在 {day} 前补齐（10 个工作日）"),
                format!("To be completed by {day} (10 working days)"),
            )
        });
        let tone = if is_late { Tone::Danger } else { Tone::Warning };
        words
            .map(|words| view! { <Badge tone label=words/> })
            .into_any()
    };
    let rows = lines
        .into_iter()
        .map(|line| {
            let (own, shown) = (line.clone(), line.clone());
            let text = move || note(f, &shown);
            let minutes = rounding.round(line.minutes);
            let (corrected, doubtful, open) = (is_corrected(&line), line.doubtful, is_open(&line));
            let trail = move || {
                let lang = f.lang();
                let mark = if corrected {
                    Some((Tone::Info, lang.pick("已更正", "Corrected")))
                } else if open {
                    Some((Tone::Warning, lang.pick("待补齐", "Incomplete")))
                } else if doubtful {
                    Some((Tone::Warning, lang.pick("待核对", "To be checked")))
                } else {
                    None
                };
                let mark = mark.map(|(tone, label)| view! { <Badge tone label/> });
                let duration = f.duration(minutes);
                view! { {mark} <span class="numbers hours-of">{duration}</span> }.into_any()
            };
            view! {
                <ListRow
                    title=line.name.clone()
                    text
                    trail
                    on_click=move || editing.set(Some(own.clone()))
                />
            }
        })
        .collect_view();
    view! {
        <Section title=heading action=due>
            <List>{rows}</List>
        </Section>
    }
    .into_any()
}

fn note(f: Format, line: &HourLine) -> String {
    let at = |at: Option<domain::Timestamp>| at.map_or_else(|| "–".to_owned(), |at| f.time(at));
    let mut words = format!("{}–{}", at(line.arrived), at(line.left));
    if let Some(department) = &line.department {
        words = format!("{department} · {words}");
    }
    if let Some(correction) = &line.correction
        && correction.minutes.is_some()
    {
        let was = f.duration(line.recorded);
        words.push_str(&f.lang().pick(
            format!(" · 原 {was}，{}", correction.reason),
            format!(" · was {was}: {}", correction.reason),
        ));
    }
    words
}
