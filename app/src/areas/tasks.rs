//! What this phone knows of tasks and problems: what of them is due soon or overdue, on the home screen.
//!
//! No counts of people, no order among them; what isn't pressing isn't shown.

use chrono::NaiveDate;
use domain::{
    RectificationId, Row, areas::rectifications::State, operation::Area, small, tasks::Standing,
};
use icondata_lu as lu;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    components::{
        Tone,
        status::Badge,
        surface::{List, ListRow, Section},
    },
    device::Device,
    i18n::Format,
    routing::Page,
};

/// So many lines are shown.
const LINES: usize = 5;
/// A problem is due soon so many days before its deadline.
const SOON_DAYS: i64 = 7;

/// Something pressing: a task's next occurrence, or a problem.
struct Pressing {
    by: NaiveDate,
    overdue: bool,
    title: String,
    /// Where a tap leads.
    to: Option<Page>,
    problem: Option<RectificationId>,
}

/// The card of the home screen; nothing where nothing presses.
pub fn pressing(device: Device, f: Format) -> AnyView {
    let lang = f.lang();
    let today = device.today();
    let found = found(device, today);
    if found.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = found
        .into_iter()
        .take(LINES)
        .map(|one| row(f, one))
        .collect();
    view! {
        <Section title=lang.pick("到期与逾期", "Due and overdue")>
            <List>{rows}</List>
        </Section>
    }
    .into_any()
}

fn found(device: Device, today: NaiveDate) -> Vec<Pressing> {
    let mut found = Vec::new();
    // A tap begins the record only where its form is offered to this person.
    let me = device.account();
    let to_form = |id: String| {
        let me = me.as_ref()?;
        // Asked for only here: where nothing presses, the home screen waits for no forms.
        let forms = device.rows(Area::Forms)?;
        let is_offered = forms.iter().any(|local| match &local.row {
            Row::Forms(row) => {
                row.current && row.form.id == id && row.offer.includes(me.role, me.department_id)
            }
            _ => false,
        });
        is_offered.then_some(Page::NewRecord(Some(id)))
    };
    for local in device.rows(Area::Tasks).iter().flat_map(|rows| rows.iter()) {
        let Row::Tasks(task) = &local.row else {
            continue;
        };
        let Some(next) = task.open.first() else {
            continue;
        };
        let standing = next.standing(today);
        if !matches!(standing, Standing::Overdue | Standing::DueSoon) {
            continue;
        }
        found.push(Pressing {
            by: next.by,
            overdue: standing == Standing::Overdue,
            title: task.title.clone(),
            to: task.form_id.clone().and_then(&to_form),
            problem: None,
        });
    }
    let problems = device.rows(Area::Rectifications);
    for local in problems.iter().flat_map(|rows| rows.iter()) {
        let Row::Rectifications(problem) = &local.row else {
            continue;
        };
        let days = (problem.due_on - today).num_days();
        if problem.state != State::Open || days > SOON_DAYS {
            continue;
        }
        found.push(Pressing {
            by: problem.due_on,
            overdue: days < 0,
            title: problem.problem.clone(),
            to: to_form("rectification".to_owned()),
            problem: Some(problem.id),
        });
    }
    small::sort_by_key(&mut found, |one| (one.by, one.title.clone()));
    found
}

fn row(f: Format, one: Pressing) -> AnyView {
    let lang = f.lang();
    let kind = if one.problem.is_some() {
        lang.pick("整改", "To rectify")
    } else {
        lang.pick("任务", "Task")
    };
    let day = crate::i18n::civil_day(lang, one.by);
    let text = lang.pick(format!("{kind} · {day}前"), format!("{kind} · by {day}"));
    let (tone, label) = if one.overdue {
        (Tone::Danger, lang.pick("已逾期", "Overdue"))
    } else {
        (Tone::Warning, lang.pick("快到期", "Due soon"))
    };
    let icon = if one.problem.is_some() {
        lu::LuWrench
    } else {
        lu::LuListTodo
    };
    let trail = move || {
        let tone = Signal::stored(tone);
        view! { <Badge tone label=label/> }.into_any()
    };
    match (one.to, one.problem) {
        // The record begins with what the problem says.
        (Some(to), Some(problem)) => {
            let navigate = use_navigate();
            let path = format!("{}?problem={problem}", to.path());
            let on_click = move || navigate(&path, NavigateOptions::default());
            view! { <ListRow icon tone title=one.title text trail on_click/> }.into_any()
        }
        (Some(to), None) => view! {
            <ListRow to=to icon tone title=one.title text trail/>
        }
        .into_any(),
        (None, _) => view! { <ListRow icon tone title=one.title text trail/> }.into_any(),
    }
}
