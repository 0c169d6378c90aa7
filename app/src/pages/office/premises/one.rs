//! One of the premises for the office: who it is, what is open there, all visits.

use std::sync::Arc;

use domain::{
    PersonId, PremisesId, api::premises::PremisesDetail, areas::premises::Premises, visits::Visit,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    PATH,
    edit::{EditDialog, Editing},
};
use crate::{
    areas::premises::{
        history::{HistoryView, Lookup},
        words,
    },
    components::{
        Tone,
        button::{Button, ButtonKind},
        page_header::PageHeader,
        status::Banner,
        surface::{Card, Fact, Facts, Figure, Figures},
    },
    i18n::{t, tp, use_format},
    office::{LoadProblem, Loading, Remote, Stale, use_remote},
    platform,
    routing::Page,
};

#[component]
pub fn OfficePremisesPage(id: PremisesId) -> impl IntoView {
    let detail: Remote<PremisesDetail> = use_remote(move || Some(format!("{PATH}/{id}")));
    let editing = RwSignal::new(None::<Editing>);
    let edit = t("修改", "Edit");
    let title = move || {
        let detail = detail.get();
        detail.map_or_else(String::new, |detail| detail.premises.name.clone())
    };
    let body = move || match (detail.get(), detail.error()) {
        (Some(detail), _) => view! { <Whole detail/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    view! {
        <PageHeader title back=Page::OfficeAllPremises>
            <Button
                small=true
                kind=ButtonKind::Secondary
                icon=lu::LuPencil
                disabled=Signal::derive(move || detail.get().is_none())
                on_click=move || {
                    let known = detail.get_untracked();
                    editing.set(known.map(|known| Editing::Existing(known.premises.clone())));
                }
            >
                {edit}
            </Button>
        </PageHeader>
        <div class="page">
            <Stale
                error=Signal::derive(move || detail.get().and_then(|_| detail.error()))
                on_retry=move || detail.reload()
            />
            {body}
        </div>
        <EditDialog editing on_saved=move |_| detail.reload()/>
    }
    .into_any()
}

#[component]
fn Whole(detail: Arc<PremisesDetail>) -> impl IntoView {
    let f = use_format();
    let today = platform::today();
    let history = Arc::new(detail.history.clone());
    let (forms, people) = (detail.forms.clone(), detail.people.clone());
    let lookup = Lookup {
        form: Arc::new(move |id: &str, version: &str| {
            forms.iter().find(|form| form.is(id, version)).cloned()
        }),
        name: Arc::new(move |id: PersonId| {
            let known = people.iter().find(|line| line.id == id);
            known.map_or_else(|| "—".to_owned(), |line| line.name.clone())
        }),
        page: Arc::new(|visit: &Visit| Some(Page::ReviewRecord(visit.id))),
    };
    let (visits_label, open_label, due_label, last_label) = (
        t("检查次数", "Visits"),
        t("待整改", "Open"),
        t("最近期限", "Next due"),
        t("最近检查", "Last visit"),
    );
    let (visits, open) = (history.visits.len(), history.open().count());
    let (due, last) = (
        history.next_due(),
        history.last_visit().map(|visit| visit.at),
    );
    let overdue = history.is_overdue(today);
    let tone = match (overdue, open) {
        (true, _) => Tone::Danger,
        (false, 0) => Tone::Success,
        _ => Tone::Warning,
    };
    let due = move || due.map_or_else(|| "–".to_owned(), |due| words::date(f.lang(), due, today));
    let last = move || last.map_or_else(|| "–".to_owned(), |at| words::day(f.lang(), at, today));
    let closed = (!detail.premises.active).then(|| {
        let title = t(
            "已停用：手机上不再列出",
            "Out of use: phones list it no longer",
        );
        view! { <Banner tone=Tone::Warning title/> }
    });
    view! {
        <div class="stack">
            {closed}
            <Figures>
                <Figure label=last_label value=last/>
                <Figure label=visits_label value=visits.to_string()/>
                <Figure label=open_label value=open.to_string() tone=Signal::stored(tone)/>
                <Figure label=due_label value=due/>
            </Figures>
            {facts(&detail.premises)}
            <HistoryView history today lookup/>
        </div>
    }
    .into_any()
}

fn facts(premises: &Premises) -> AnyView {
    let kind = t("类别", "Kind");
    let kind_name = tp(premises.kind.name());
    let texts: [(TextProp, &str); 5] = [
        (t("地址", "Address").into(), &premises.address),
        (t("电话", "Phone").into(), &premises.phone),
        (
            t("统一社会信用代码", "Credit code").into(),
            &premises.credit_code,
        ),
        (
            t("许可证号", "Official number").into(),
            &premises.official_no,
        ),
        (t("备注", "Note").into(), &premises.note),
    ];
    let facts: Vec<AnyView> = texts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| {
            let text = text.to_owned();
            view! { <Fact label><span class="record-text">{text}</span></Fact> }.into_any()
        })
        .collect();
    view! {
        <Card>
            <Facts>
                <Fact label=kind>{kind_name}</Fact>
                {facts}
            </Facts>
        </Card>
    }
    .into_any()
}
