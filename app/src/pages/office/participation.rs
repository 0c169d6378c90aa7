//! Whom nothing has reached yet this year: to invite them, not to assess anybody.

use std::sync::Arc;

use domain::api::participation::{DepartmentTurnout, NotYet, Participation};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::evidence::plots::{Share, ShareBar},
    components::{
        Tone,
        choice::{Choice, DropDown},
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::{Card, List, ListRow, Section, Toolbar},
    },
    i18n::{t, tf, tp, use_lang},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    platform,
};

const PATH: &str = "/api/office/participation";

#[component]
pub fn ParticipationPage() -> impl IntoView {
    use chrono::Datelike as _;

    let lang = use_lang();
    let this = platform::today().year();
    let year = RwSignal::new(this.to_string());
    let month = RwSignal::new(String::new());
    let query = move || match month.read().as_str() {
        "" => format!("year={}", year.read()),
        month => format!("year={}&month={month}", year.read()),
    };
    let found: Remote<Participation> = use_remote(move || Some(format!("{PATH}?{}", query())));
    let years = Signal::stored(
        (this - 2..=this)
            .rev()
            .map(|year| Choice::new(year.to_string(), year.to_string()))
            .collect::<Vec<_>>(),
    );
    let months = Signal::derive(move || {
        let lang = lang.get();
        let mut choices = vec![Choice::new("", lang.pick("全年", "The whole year"))];
        choices.extend((1..=12).map(|month: u32| {
            let label = lang.pick(format!("{month} 月"), format!("Month {month}"));
            Choice::new(month.to_string(), label)
        }));
        choices
    });
    let list = move || {
        let lang = lang.get().pick("zh", "en");
        format!("{PATH}/list.xlsx?{}&lang={lang}", query())
    };
    let intro = t(
        "看看还有谁没有机会参加，好去邀请。不公开、不排名，不作考核依据，也不会下发到手机。",
        "To see whom nobody has invited yet. It isn’t public, ranks nobody, assesses nobody, and isn’t kept on phones.",
    );
    let (year_label, month_label, take) = (
        t("年份", "Year"),
        t("月份", "Month"),
        t("邀请名单", "To invite"),
    );
    let body = move || match (found.get(), found.error()) {
        (Some(known), _) => view! { <Shown known/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || found.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader>
            <a class="button button-ghost button-small" href=list download="">
                <Icon icon=lu::LuDownload/>
                <span class="button-label">{take}</span>
            </a>
        </PageHeader>
        <div class="page evidence-page">
            <Stale
                error=Signal::derive(move || found.get().and_then(|_| found.error()))
                on_retry=move || found.reload()
            />
            <p class="muted prose">{intro}</p>
            <Toolbar>
                <DropDown
                    name="year"
                    label=year_label
                    choices=years
                    value=year
                    on_change=move |value| year.set(value)
                    compact=true
                />
                <DropDown
                    name="month"
                    label=month_label
                    choices=months
                    value=month
                    on_change=move |value| month.set(value)
                    compact=true
                />
            </Toolbar>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Shown(known: Arc<Participation>) -> impl IntoView {
    let title = t("各科室", "By department");
    let none = t("（没有科室）", "(no department)");
    let bars: Vec<AnyView> = known
        .departments
        .iter()
        .map(move |line| {
            let name = line.name.clone();
            let name = move || {
                if name.is_empty() {
                    none().to_owned()
                } else {
                    name.clone()
                }
            };
            bar(name, line)
        })
        .collect();
    let groups: Vec<AnyView> = known
        .departments
        .iter()
        .filter_map(|line| {
            let people = known
                .not_yet
                .iter()
                .filter(|it| it.department_id == line.id);
            let rows: Vec<AnyView> = people.map(row).collect();
            if rows.is_empty() {
                return None;
            }
            let (name, count) = (line.name.clone(), rows.len());
            let title = tf(move |lang| {
                let name = if name.is_empty() { none() } else { &name };
                lang.pick(format!("{name}：{count} 人"), format!("{name}: {count}"))
            });
            Some(view! { <Section title><List>{rows}</List></Section> }.into_any())
        })
        .collect();
    let (done, done_text) = (
        t("每个人都参加过了", "Everybody took part"),
        t(
            "签到、记录、组织活动或办结任务，都算参加。",
            "Whoever checked in, recorded, organized or finished a task.",
        ),
    );
    let heading = t("还没有参加过的", "Not yet");
    let groups = if groups.is_empty() {
        view! { <EmptyState art=Art::Done title=done text=done_text/> }.into_any()
    } else {
        view! {
            <h2 class="section-title">{heading}</h2>
            {groups}
        }
        .into_any()
    };
    view! {
        <Card title>
            <ul class="plot-lines">{bars}</ul>
        </Card>
        {groups}
    }
    .into_any()
}

fn bar(name: impl Fn() -> String + Send + Sync + 'static, line: &DepartmentTurnout) -> AnyView {
    let part = |count: i64| usize::try_from(count).unwrap_or_default();
    let (took_part, of) = (line.took_part, line.of);
    let share = Share {
        complete: part(took_part),
        some: 0,
        nothing: part(of - took_part),
    };
    let text = tf(move |lang| {
        lang.pick(
            format!("{took_part} / {of} 人参加过"),
            format!("{took_part} of {of}"),
        )
    });
    view! {
        <li>
            <div class="plot-line plot-still">
                <span class="plot-name">{name}</span>
                <span class="plot-number">{text}</span>
                <ShareBar share/>
            </div>
        </li>
    }
    .into_any()
}

fn row(person: &NotYet) -> AnyView {
    let text = tp(person.role.name());
    let label = t("已报名后续活动", "Signed up for something");
    let signed_up = person.signed_up;
    let trail = move || {
        signed_up
            .then(|| view! { <Badge tone=Tone::Info label/> })
            .into_any()
    };
    view! { <ListRow title=person.name.clone() text trail/> }.into_any()
}
