//! Findings and visits of one of the premises, on a page.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::{
    PersonId,
    forms::StoredForm,
    visits::{Finding, History, RECHECK, Visit},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::words;
use crate::{
    components::{
        Tone,
        status::Badge,
        surface::{List, ListRow, Section},
    },
    i18n::{Format, t, use_format},
    routing::Page,
};

/// A form by its id and version.
type FindForm = dyn Fn(&str, &str) -> Option<StoredForm> + Send + Sync;
type FindName = dyn Fn(PersonId) -> String + Send + Sync;
type FindPage = dyn Fn(&Visit) -> Option<Page> + Send + Sync;

/// Where a history's words and names stand, and where its visits lead.
#[derive(Clone)]
pub struct Lookup {
    pub form: Arc<FindForm>,
    pub name: Arc<FindName>,
    pub page: Arc<FindPage>,
}

/// What is open, what is put right, and the visits.
#[component]
pub fn HistoryView(history: Arc<History>, today: NaiveDate, lookup: Lookup) -> impl IntoView {
    let f = use_format();
    let (open_title, closed_title, visits_title) = (
        t("待整改", "To be put right"),
        t("已整改", "Put right"),
        t("检查记录", "Visits"),
    );
    let none = t("还没有检查记录。", "No visits yet.");
    let fine = t("没有待整改的问题。", "Nothing is open here.");
    let findings = |open: bool| -> Vec<AnyView> {
        let chosen = history.findings.iter().filter(|it| it.is_open() == open);
        chosen.map(|it| finding(f, it, today, &lookup)).collect()
    };
    let (open, closed) = (findings(true), findings(false));
    let visits: Vec<AnyView> = history
        .visits
        .iter()
        .map(|it| visit(f, it, &lookup))
        .collect();
    let has_visits = !visits.is_empty();
    view! {
        {has_visits
            .then(|| {
                view! {
                    <Section title=open_title>
                        {if open.is_empty() {
                            view! { <p class="quiet">{fine}</p> }.into_any()
                        } else {
                            view! { <div class="findings"><List>{open}</List></div> }.into_any()
                        }}
                    </Section>
                }
            })}
        <Section title=visits_title>
            {if has_visits {
                view! { <List>{visits}</List> }.into_any()
            } else {
                view! { <p class="quiet">{none}</p> }.into_any()
            }}
        </Section>
        {(!closed.is_empty())
            .then(|| view! { <Section title=closed_title><List>{closed}</List></Section> })}
    }
    .into_any()
}

fn finding(f: Format, finding: &Finding, today: NaiveDate, lookup: &Lookup) -> AnyView {
    let form = (lookup.form)(&finding.form_id, &finding.form_version);
    let name = finding.line.clone();
    let title = move || words::line(form.as_ref(), &name, f.lang());
    let tone = match (finding.is_open(), finding.is_overdue(today)) {
        (true, true) => Tone::Danger,
        (true, false) => Tone::Warning,
        (false, _) => Tone::Success,
    };
    let about = finding.clone();
    let text = move || {
        let lang = f.lang();
        let since = words::day(lang, about.since, today);
        let mut parts = vec![lang.pick(format!("{since}发现"), format!("Found {since}"))];
        if about.times > 1 {
            parts.push(words::times(lang, about.times));
        }
        if let Some((_, at)) = about.closed {
            let at = words::day(lang, at, today);
            parts.push(lang.pick(format!("{at}合格"), format!("in order {at}")));
        }
        parts.join(" · ")
    };
    let about = finding.clone();
    let deadline = move || {
        let lang = f.lang();
        match about.due {
            None => lang.pick("没有期限", "No deadline").to_owned(),
            Some(due) => {
                let day = words::date(lang, due, today);
                if about.is_overdue(today) {
                    lang.pick(format!("已逾期 {day}"), format!("Was due {day}"))
                } else {
                    lang.pick(format!("{day}前改好"), format!("Due {day}"))
                }
            }
        }
    };
    let icon = match tone {
        Tone::Success => lu::LuCircleCheck,
        Tone::Danger => lu::LuCircleAlert,
        _ => lu::LuWrench,
    };
    let is_open = finding.is_open();
    let trail = move || {
        let deadline = deadline.clone();
        is_open.then(|| view! { <Badge tone=tone label=deadline icon=lu::LuCalendarClock/> })
    };
    view! { <ListRow title text icon tone trail/> }.into_any()
}

fn visit(f: Format, visit: &Visit, lookup: &Lookup) -> AnyView {
    let form = (lookup.form)(&visit.form_id, &visit.form_version);
    let about = visit.clone();
    let title = move || {
        let lang = f.lang();
        let name = form.as_ref().map_or_else(
            || about.form_id.clone(),
            |form| form.title.get(lang).to_owned(),
        );
        if about.recheck && about.form_id != RECHECK {
            lang.pick(format!("复查 · {name}"), format!("Recheck · {name}"))
        } else {
            name
        }
    };
    let about = visit.clone();
    let by = (lookup.name)(visit.author_id);
    let text = move || {
        let mut parts = vec![f.day_time(about.at), by.clone()];
        if !about.official_no.is_empty() {
            parts.push(about.official_no.clone());
        }
        parts.join(" · ")
    };
    let failed = visit.failed.len();
    let passed = visit.passed.len();
    let result = move || {
        let lang = f.lang();
        match (failed, passed) {
            (0, 0) => String::new(),
            (0, _) => lang.pick("全部合格", "All in order").to_owned(),
            _ => lang.pick(format!("{failed} 项不合格"), format!("{failed} failed")),
        }
    };
    let tone = if failed > 0 {
        Tone::Warning
    } else {
        Tone::Success
    };
    let returned = visit.is_returned();
    let to_correct = t("需更正", "To correct");
    let trail = move || {
        view! {
            <span class="record-badges">
                {(failed + passed > 0).then(|| view! { <Badge tone=tone label=result/> })}
                {returned.then(|| view! { <Badge tone=Tone::Info label=to_correct/> })}
            </span>
        }
    };
    let icon = if visit.recheck {
        lu::LuRotateCcw
    } else {
        lu::LuClipboardCheck
    };
    match (lookup.page)(visit) {
        Some(page) => {
            view! { <ListRow title text icon tone=Tone::Primary trail to=page/> }.into_any()
        }
        None => view! { <ListRow title text icon tone=Tone::Primary trail/> }.into_any(),
    }
}
