//! The office's list of activities.

pub(super) mod bundle;
pub(super) mod form;
pub(super) mod guests;
pub(super) mod present;
mod prove;

use std::sync::Arc;

use domain::{
    ActivityId, Timestamp, api::office::ActivityLine, areas::activities::ActivityState, small,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{ButtonKind, ButtonLink},
        choice::{Choice, Segmented},
        field::SearchField,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::Toolbar,
        table::{Cells, Column, DataTable, Row},
    },
    i18n::{t, use_format, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, TakeTable, use_remote},
    platform,
    platform::lowercase,
    routing::{Page, use_go},
};

pub(super) const PATH: &str = "/api/office/activities";
const PAST: &str = "past";
const UPCOMING: &str = "upcoming";

#[component]
pub fn OfficeActivitiesPage() -> impl IntoView {
    let when = RwSignal::new(UPCOMING.to_owned());
    let list: Remote<Vec<ActivityLine>> = use_remote(move || {
        let now = Timestamp(platform::now_ms());
        // Today's stay among the upcoming ones until the day is over.
        let (from, until) = if *when.read() == PAST {
            (now.plus_days(-400), now)
        } else {
            (now.plus_days(-1), now.plus_days(400))
        };
        Some(format!("{PATH}?from={}&until={}", from.0, until.0))
    });
    let make = t("新建活动", "New activity");
    let shown = Memo::new(move |_| list.get().is_some());
    let body = move || {
        if shown.get() {
            view! { <Listing list when/> }.into_any()
        } else if let Some(error) = list.error() {
            view! { <LoadProblem error on_retry=move || list.reload()/> }.into_any()
        } else {
            view! { <Loading/> }.into_any()
        }
    };
    view! {
        <PageHeader>
            <TakeTable name="activities"/>
            <ButtonLink
                to=Page::NewActivity
                kind=ButtonKind::Primary
                icon=lu::LuPlus
                small=true
            >
                {make}
            </ButtonLink>
        </PageHeader>
        <div class="page page-wide activities-page">
            <Stale
                error=Signal::derive(move || shown.get().then(|| list.error()).flatten())
                on_retry=move || list.reload()
            />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Listing(list: Remote<Vec<ActivityLine>>, when: RwSignal<String>) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let go = use_go();
    let wanted = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = lowercase(wanted.read().trim());
        let matches = |line: &&ActivityLine| {
            lowercase(&line.activity.title).contains(&wanted)
                || lowercase(&line.activity.place).contains(&wanted)
                || line.organizer_name.contains(&wanted)
        };
        let mut lines: Vec<ActivityLine> = list
            .get()
            .unwrap_or_default()
            .iter()
            .filter(matches)
            .cloned()
            .collect();
        small::sort_by_key(&mut lines, |line| line.activity.starts_at);
        if *when.read() == PAST {
            lines.reverse();
        }
        lines
    });
    let rows = Signal::derive(move || {
        let version = |line: &ActivityLine| {
            line.activity.revision * 1_000_000 + line.arrived * 1_000 + line.coming
        };
        let lines = found.get();
        lines
            .iter()
            .map(|line| Row::new(line.activity.id, version(line)))
            .collect::<Vec<_>>()
    });
    let cancelled = t("已取消", "Cancelled");
    let cells: Cells = Arc::new(move |id: &str| {
        let lines = found.get_untracked();
        let Some(line) = lines
            .into_iter()
            .find(|line| line.activity.id.to_string() == id)
        else {
            return Vec::new();
        };
        let ActivityLine {
            activity,
            organizer_name,
            coming,
            arrived,
        } = line;
        let (zh, en) = activity.kind.name();
        let off = (activity.state == ActivityState::Cancelled)
            .then(|| view! { <Badge tone=Tone::Warning label=cancelled/> }.into_any());
        let capacity = activity.capacity.map(|capacity| format!(" / {capacity}"));
        vec![
            view! { {move || format.span(activity.starts_at, activity.ends_at)} }.into_any(),
            view! {
                <span class="activity-cell">
                    <strong>{activity.title.clone()}</strong>
                    <span class="row-note">{move || lang.get().pick(zh, en)}</span>
                    {off}
                </span>
            }
            .into_any(),
            view! { {activity.place.clone()} }.into_any(),
            view! { {organizer_name} }.into_any(),
            view! { <span class="numbers">{coming} {capacity}</span> }.into_any(),
            view! { <span class="numbers">{arrived}</span> }.into_any(),
        ]
    });
    let columns = vec![
        Column::new("time", t("时间", "Time")),
        Column::new("title", t("活动", "Activity")),
        Column::new("place", t("地点", "Place")).minor(),
        Column::new("organizer", t("组织者", "Organizer")).minor(),
        Column::new("coming", t("报名", "Coming")).numeric(),
        Column::new("arrived", t("已到", "Arrived")).numeric(),
    ];
    let table = StoredValue::new((columns, cells));
    let caption = t("活动", "Activities");
    let search = t(
        "搜索活动、地点、组织者",
        "Search activities, places, organizers",
    );
    let label = t("时间", "Time");
    let nothing = t("没有符合的活动", "No activity matches");
    let why = t(
        "换个词试试，或新建一个活动。",
        "Try another word, or add one.",
    );
    let spans = Signal::derive(move || {
        let lang = lang.get();
        vec![
            Choice::new(UPCOMING, lang.pick("今天和以后", "Today and later")),
            Choice::new(PAST, lang.pick("已结束", "Past")),
        ]
    });
    let is_empty = Memo::new(move |_| found.read().is_empty());
    let body = move || {
        if is_empty.get() {
            return view! { <EmptyState art=Art::Calendar title=nothing text=why/> }.into_any();
        }
        let (columns, cells) = table.get_value();
        let go = go.clone();
        view! {
            <DataTable
                caption
                columns
                rows
                cells
                on_open=move |id: String| {
                    if let Ok(id) = id.parse::<ActivityId>() {
                        go(Page::OfficeActivity(id));
                    }
                }
            />
        }
        .into_any()
    };
    view! {
        <Toolbar>
            <Segmented
                name="when"
                label
                choices=spans
                value=when
                on_change=move |value| when.set(value)
            />
            <SearchField label=search value=wanted on_input=move |text| wanted.set(text)/>
        </Toolbar>
        {body}
    }
    .into_any()
}
