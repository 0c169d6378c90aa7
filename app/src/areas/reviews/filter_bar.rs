//! The queue's filters: a tab for each state with its count, the others behind a button.

use chrono::{Datelike, Days, NaiveDate};
use domain::{
    Lang, Timestamp,
    api::office::{Member, SubmissionCounts, SubmissionFilter},
    areas::{people::Department, submissions::ReviewState},
    time::MINUTE_MS,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{filter::narrowed, names};
use crate::{
    components::{
        choice::{Choice, DropDown, Tabs},
        icon::Icon,
    },
    i18n::{iso_date, t, tf, use_lang},
    office::{Remote, choices, use_remote},
    platform::{self, document, keys},
};

/// The states as tabs; `all` at the end.
#[component]
pub fn StateTabs(
    filter: RwSignal<SubmissionFilter>,
    counts: Remote<SubmissionCounts>,
) -> impl IntoView {
    let lang = use_lang();
    let label = t("状态", "State");
    let tabs = Signal::derive(move || {
        let counts = counts.get();
        let count = |state: ReviewState| {
            counts
                .as_ref()
                .map(|counts| match state {
                    ReviewState::Submitted => counts.submitted,
                    ReviewState::Returned => counts.returned,
                    ReviewState::Approved => counts.approved,
                    ReviewState::Voided => counts.voided,
                })
                .map(short_count)
                .unwrap_or_default()
        };
        let lang = lang.get();
        let mut tabs: Vec<Choice> = ReviewState::ALL
            .into_iter()
            .map(|state| {
                let (zh, en) = names::state_name(state);
                Choice::new(state.as_str(), lang.pick(zh, en)).hint(count(state))
            })
            .collect();
        tabs.push(Choice::new("all", lang.pick("全部", "All")));
        tabs
    });
    let value = Signal::derive(move || {
        filter.with(|filter| filter.state.map_or("all", ReviewState::as_str).to_owned())
    });
    let on_change = move |value: String| {
        filter.update(|filter| filter.state = ReviewState::parse(&value));
    };
    view! { <Tabs label choices=tabs value on_change/> }.into_any()
}

/// 999, 1.2k: a tab is narrow.
fn short_count(n: i64) -> String {
    if n < 1_000 {
        n.to_string()
    } else {
        format!("{}k", crate::i18n::decimal(n as f64 / 1_000.0, 1))
    }
}

/// Kind, department, person and date.
#[component]
pub fn Narrow(filter: RwSignal<SubmissionFilter>) -> impl IntoView {
    let open = RwSignal::new(filter.with_untracked(|filter| narrowed(filter) > 0));
    keys::on_keys(move |key| {
        let wanted = key.name == "/";
        if wanted {
            open.set(true);
            // The panel is in the page only after this turn.
            request_animation_frame(|| document::focus("field-review-kind"));
        }
        wanted
    });
    let label = t("筛选", "Filter");
    let clear = t("清除", "Clear");
    let set = move || filter.with(narrowed);
    let panel = move || open.get().then(|| view! { <Panel filter/> });
    let count_text = tf(move |lang| match lang {
        Lang::Zh => format!("已用 {} 项筛选", set()),
        Lang::En => format!("{} filters set", set()),
    });
    view! {
        <div class="narrow">
            <div class="narrow-bar">
                <button
                    type="button"
                    class="narrow-toggle"
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    <Icon icon=lu::LuListFilter/>
                    <span>{label}</span>
                    {move || {
                        (set() > 0)
                            .then(|| {
                                view! {
                                    <span class="tabs-count" aria-hidden="true">{set()}</span>
                                    <span class="sr-only">{count_text.clone()}</span>
                                }
                            })
                    }}
                </button>
                {move || {
                    (set() > 0)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="narrow-clear"
                                    on:click=move |_| {
                                        filter
                                            .update(|filter| {
                                                *filter = SubmissionFilter {
                                                    state: filter.state,
                                                    ..SubmissionFilter::default()
                                                };
                                            });
                                    }
                                >
                                    {clear}
                                </button>
                            }
                        })
                }}
            </div>
            {panel}
        </div>
    }
    .into_any()
}

#[component]
fn Panel(filter: RwSignal<SubmissionFilter>) -> impl IntoView {
    let lang = use_lang();
    let people: Remote<Vec<Member>> = use_remote(|| Some("/api/office/people".to_owned()));
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
    let kind = t("类型", "Kind");
    let department = t("科室", "Department");
    let person = t("人员", "Person");
    let from = t("发生日期，从", "Happened from");
    let until = t("到", "until");
    let kinds = Signal::derive(move || {
        let lang = lang.get();
        let mut kinds = vec![Choice::new("", lang.pick("全部类型", "Any kind"))];
        kinds.extend(
            names::FORMS
                .iter()
                .map(|(id, (zh, en))| Choice::new(*id, lang.pick(*zh, *en))),
        );
        // A form of the office's own, named by the address.
        if let Some(id) = filter.with(|filter| filter.form_id.clone())
            && names::FORMS.iter().all(|(known, _)| *known != id)
        {
            kinds.push(Choice::new(id.clone(), id));
        }
        kinds
    });
    let persons = Signal::derive(move || {
        let mut persons = vec![Choice::new("", lang.get().pick("全部人员", "Anybody"))];
        let chosen = filter.with(|filter| filter.department_id);
        for member in people.get().unwrap_or_default().iter() {
            if chosen.is_none() || member.department_id == chosen {
                persons.push(Choice::new(member.id.to_string(), member.name.clone()));
            }
        }
        persons
    });
    let text = |id: Option<String>| id.unwrap_or_default();
    let from_changed = move |day: Option<NaiveDate>| {
        filter.update(|filter| filter.from = day.and_then(start_of));
    };
    let until_changed = move |day: Option<NaiveDate>| {
        let end = day.and_then(|day| day.checked_add_days(Days::new(1)));
        filter.update(|filter| filter.until = end.and_then(start_of));
    };
    view! {
        <div class="narrow-panel">
            <DropDown
                name="review-kind"
                label=kind
                choices=kinds
                value=Signal::derive(move || text(filter.with(|filter| filter.form_id.clone())))
                on_change=move |id: String| {
                    filter.update(|filter| filter.form_id = Some(id).filter(|id| !id.is_empty()));
                }
            />
            <DropDown
                name="review-department"
                label=department
                choices=choices::departments(departments, ("全部科室", "Any department"))
                value=Signal::derive(move || {
                    text(filter.with(|filter| filter.department_id.map(|id| id.to_string())))
                })
                on_change=move |id: String| {
                    filter
                        .update(|filter| {
                            filter.department_id = id.parse().ok();
                            filter.author_id = None;
                        });
                }
            />
            <DropDown
                name="review-person"
                label=person
                choices=persons
                value=Signal::derive(move || {
                    text(filter.with(|filter| filter.author_id.map(|id| id.to_string())))
                })
                on_change=move |id: String| {
                    filter.update(|filter| filter.author_id = id.parse().ok());
                }
            />
            <Period filter/>
            <DateInput
                name="review-from"
                label=from
                value=Signal::derive(move || day_text(filter.with(|filter| filter.from)))
                on_change=from_changed
            />
            <DateInput
                name="review-until"
                label=until
                value=Signal::derive(move || {
                    // Kept as the start of the day after.
                    day_text(filter.with(|filter| filter.until).map(|at| at.plus_ms(-1)))
                })
                on_change=until_changed
            />
        </div>
    }
    .into_any()
}

/// Today, this week, this month at a press.
#[component]
fn Period(filter: RwSignal<SubmissionFilter>) -> impl IntoView {
    let label = t("时间段", "Period");
    let today = t("今天", "Today");
    let week = t("本周", "This week");
    let month = t("本月", "This month");
    let press = move |days: fn(NaiveDate) -> Option<(NaiveDate, NaiveDate)>| {
        let span = days(platform::today());
        filter.update(|filter| {
            filter.from = span.and_then(|(from, _)| start_of(from));
            filter.until = span.and_then(|(_, until)| start_of(until));
        });
    };
    view! {
        <div class="narrow-period" role="group" aria-label=label>
            <button type="button" class="reason-chip" on:click=move |_| press(day_span)>
                {today}
            </button>
            <button type="button" class="reason-chip" on:click=move |_| press(week_span)>
                {week}
            </button>
            <button type="button" class="reason-chip" on:click=move |_| press(month_span)>
                {month}
            </button>
        </div>
    }
    .into_any()
}

#[component]
fn DateInput(
    name: &'static str,
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<Option<NaiveDate>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for=name>
                <span class="field-name">{move || label.get()}</span>
            </label>
            <span class="input-box">
                <input
                    id=name
                    class="input"
                    type="date"
                    prop:value=move || value.get()
                    on:change=move |ev| on_change.run(event_target_value(&ev).parse().ok())
                />
            </span>
        </div>
    }
    .into_any()
}

fn day_text(at: Option<Timestamp>) -> String {
    at.map(|at| iso_date(at, platform::utc_offset_minutes_at(at.0)))
        .unwrap_or_default()
}

/// The day's first moment in the device's time zone.
fn start_of(day: NaiveDate) -> Option<Timestamp> {
    let utc = day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis();
    let offset = platform::utc_offset_minutes_at(utc);
    Some(Timestamp(utc - i64::from(offset) * MINUTE_MS))
}

fn day_span(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    Some((day, day.checked_add_days(Days::new(1))?))
}

/// Weeks start on Monday.
fn week_span(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let back = Days::new(u64::from(day.weekday().num_days_from_monday()));
    let monday = day.checked_sub_days(back)?;
    Some((monday, monday.checked_add_days(Days::new(7))?))
}

fn month_span(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let first = day.with_day(1)?;
    Some((first, first.checked_add_months(chrono::Months::new(1))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_week_runs_from_monday_to_sunday() {
        assert_eq!(
            week_span(day("2026-11-29")),
            Some((day("2026-11-23"), day("2026-11-30")))
        );
    }

    #[test]
    fn december_ends_with_the_year() {
        assert_eq!(
            month_span(day("2026-12-31")),
            Some((day("2026-12-01"), day("2027-01-01")))
        );
    }

    #[test]
    fn a_day_starts_at_midnight_where_the_device_is() {
        // 2026-11-24 00:00 in China.
        assert_eq!(
            start_of(day("2026-11-24")),
            Some(Timestamp(1_795_449_600_000))
        );
    }

    #[test]
    fn a_large_count_is_short() {
        assert_eq!(short_count(999), "999");
        assert_eq!(short_count(1_234), "1.2k");
    }
}
