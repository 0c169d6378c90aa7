//! Whom nothing has reached yet this year: to invite them, not to assess anybody.

use std::sync::Arc;

use domain::{
    api::participation::{DepartmentTurnout, NotYet, Participation},
    areas::people::Department,
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::evidence::plots::{Share, ShareBar},
    components::{
        Tone,
        choice::Choice,
        icon::Icon,
        page_header::PageHeader,
        status::{Art, Badge, EmptyState},
        surface::{Card, List, ListRow, Section},
    },
    i18n::{civil_date, t, tf, tp, use_format, use_lang},
    office::{Filter, Filters, LoadProblem, Loading, Remote, Stale, choices, use_remote},
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
    let department = RwSignal::new(String::new());
    let departments: Remote<Vec<Department>> =
        use_remote(|| Some("/api/office/departments".to_owned()));
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
        let department = match department.read().as_str() {
            "" => String::new(),
            id => format!("&department={id}"),
        };
        format!("{PATH}/list.xlsx?{}{department}&lang={lang}", query())
    };
    let intro = t(
        "看看还有谁没有机会参加，好去邀请。不公开、不排名，不作考核依据，也不会下发到手机。",
        "To see whom nobody has invited yet. It isn’t public, ranks nobody, assesses nobody, and isn’t kept on phones.",
    );
    let take = t("邀请名单", "To invite");
    let filters = vec![
        Filter::new("year", ("年份", "Year"), year, years),
        Filter::new("month", ("月份", "Month"), month, months),
        Filter::new(
            "department",
            ("科室", "Department"),
            department,
            choices::departments(departments, choices::ALL_DEPARTMENTS),
        ),
    ];
    let body = move || match (found.get(), found.error()) {
        (Some(known), _) => view! { <Shown known department/> }.into_any(),
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
            <Filters filters/>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Shown(known: Arc<Participation>, department: RwSignal<String>) -> impl IntoView {
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
    let heading = t("还没有参加过的", "Not yet");
    let body = move || {
        let wanted = department.get();
        let lines = known.departments.iter().filter(|line| {
            let id = line.id.map(|id| id.to_string()).unwrap_or_default();
            wanted.is_empty() || id == wanted
        });
        let groups = groups(lines, &known.not_yet);
        if groups.is_empty() {
            return done();
        }
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
        {body}
    }
    .into_any()
}

fn done() -> AnyView {
    let (done, text) = (
        t("每个人都参加过了", "Everybody took part"),
        t(
            "签到、记录、组织活动、办结任务，或在别人的记录里被写到，都算参加。",
            "Whoever checked in, recorded, organized, finished a task or is named in a record.",
        ),
    );
    view! { <EmptyState art=Art::Done title=done text/> }.into_any()
}

/// Department by department, whom nothing has reached.
fn groups<'a>(
    lines: impl Iterator<Item = &'a DepartmentTurnout>,
    not_yet: &[NotYet],
) -> Vec<AnyView> {
    let none = t("（没有科室）", "(no department)");
    lines
        .filter_map(|line| {
            let people = not_yet.iter().filter(|it| it.department_id == line.id);
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
        .collect()
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
    let f = use_format();
    let text = tp(person.role.name());
    let label = t("已报名后续活动", "Signed up for something");
    let (signed_up, joined) = (person.signed_up, person.joined);
    let trail = move || {
        let came = joined.map(|day| {
            let label = move || {
                let (lang, day) = (f.lang(), civil_date(f.lang(), day));
                lang.pick(format!("{day}加入"), format!("Joined {day}"))
            };
            view! { <Badge tone=Tone::Neutral label/> }
        });
        let coming = signed_up.then(|| view! { <Badge tone=Tone::Info label/> });
        view! { <span class="cluster">{came} {coming}</span> }.into_any()
    };
    view! { <ListRow title=person.name.clone() text trail/> }.into_any()
}
