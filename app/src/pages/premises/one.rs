//! One of the premises on the phone: what is open there, its visits, and beginning another.

use std::sync::Arc;

use domain::{
    Area, PersonId, PremisesId,
    areas::premises::Premises,
    forms::StoredForm,
    visits::{Finding, Visit},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::begin::{checklists, recheck_form, use_inspection};
use crate::{
    areas::{
        premises::{
            history::{HistoryView, Lookup},
            known::{self, Known},
            words,
        },
        sessions::guard::require_account,
        submissions::lines::{draft_row, form_icon},
    },
    components::{
        Tone,
        button::{Button, ButtonKind},
        dialog::Dialog,
        page_header::PageHeader,
        status::{Badge, Banner, EmptyState, Skeleton},
        surface::{ActionBar, Card, Fact, Facts, List, ListRow, Section},
    },
    device::Device,
    i18n::{t, tf, tp, tx, use_format},
    routing::Page,
};

#[component]
pub fn PremisesPage(id: PremisesId) -> impl IntoView {
    require_account();
    let device = Device::get();
    let found = Memo::new(move |_| {
        // The words of lines and the names of colleagues come with these.
        device.rows(Area::Forms)?;
        device.rows(Area::People)?;
        known::one(device, id)
    });
    let (none, why) = (
        t("本机没有这家单位", "These premises aren’t on this phone"),
        t(
            "联网后名录会自动更新；也可以回到名录里搜索。",
            "The list updates by itself when the phone is online; or search the list.",
        ),
    );
    let body = move || match found.get() {
        None => view! { <Skeleton rows=5/> }.into_any(),
        Some(None) => view! { <EmptyState title=none text=why/> }.into_any(),
        Some(Some(known)) => view! { <Whole known/> }.into_any(),
    };
    view! {
        <PageHeader back=Page::AllPremises/>
        <div class="page page-narrow">{body}</div>
    }
    .into_any()
}

#[component]
fn Whole(known: Known) -> impl IntoView {
    let device = Device::get();
    let f = use_format();
    let Known { premises, history } = known;
    let today = device.today();
    let me = device.account().map(|account| account.person_id);
    let lookup = Lookup {
        form: Arc::new(move |id: &str, version: &str| device.form(id, version).flatten()),
        name: Arc::new(move |id: PersonId| device.person_name(id)),
        page: Arc::new(move |visit: &Visit| {
            (Some(visit.author_id) == me).then_some(Page::Record(visit.id))
        }),
    };
    let findings: Vec<Finding> = history.open().cloned().collect();
    let (open, overdue) = (history.open().count() as i64, history.is_overdue(today));
    let (due, last) = (
        history.next_due(),
        history.last_visit().map(|visit| visit.at),
    );
    let standing = move || words::standing(f, open, overdue, due, last, today);
    let tone = Signal::derive(move || standing().0);
    let closed = (!premises.active).then(|| {
        let title = t("办公室已停用这家单位", "The office put this out of use");
        view! { <Banner tone=Tone::Warning title/> }
    });
    let id = premises.id;
    let unfinished = move || {
        let drafts = device.drafts()?;
        let forms = device.forms()?;
        let own = drafts.iter().filter(|draft| draft.premises_id == Some(id));
        let rows: Vec<AnyView> = own.map(|draft| draft_row(f, draft, &forms)).collect();
        let title = t("没写完的检查", "Unfinished");
        (!rows.is_empty())
            .then(|| view! { <Section title><List>{rows}</List></Section> }.into_any())
    };
    let name = premises.name.clone();
    let active = premises.active;
    view! {
        <div class="stack">
            <div class="premises-head">
                <h2 class="premises-name">{name}</h2>
                <Badge tone label=move || standing().1/>
            </div>
            {closed}
            {facts(&premises)}
            {unfinished}
            <HistoryView history today lookup/>
        </div>
        {active.then(|| view! { <Begin premises open=findings/> })}
    }
    .into_any()
}

fn facts(premises: &Premises) -> AnyView {
    let (kind, address, phone, code, number, note) = (
        t("类别", "Kind"),
        t("地址", "Address"),
        t("电话", "Phone"),
        t("信用代码", "Credit code"),
        t("许可证号", "Official number"),
        t("备注", "Note"),
    );
    let call = premises.phone.clone();
    let plain = |label: TextProp, text: &str| {
        (!text.is_empty()).then(|| {
            let text = text.to_owned();
            view! { <Fact label><span class="record-text">{text}</span></Fact> }.into_any()
        })
    };
    let address = plain(address.into(), &premises.address);
    let code = plain(code.into(), &premises.credit_code);
    let number = plain(number.into(), &premises.official_no);
    let note = plain(note.into(), &premises.note);
    let kind_name = tp(premises.kind.name());
    let calls = (!call.is_empty()).then(|| {
        let href = format!("tel:{call}");
        view! { <Fact label=phone><a class="numbers premises-call" href=href>{call}</a></Fact> }
            .into_any()
    });
    view! {
        <Card>
            <Facts>
                <Fact label=kind>{kind_name}</Fact>
                {address}
                {calls}
                {code}
                {number}
                {note}
            </Facts>
        </Card>
    }
    .into_any()
}

#[component]
fn Begin(premises: Premises, open: Vec<Finding>) -> impl IntoView {
    let device = Device::get();
    let choosing = RwSignal::new(false);
    let count = open.len();
    let begin = use_inspection(premises.clone(), open);
    let label = if count > 0 {
        t("复查或检查", "Recheck or inspect")
    } else {
        t("开始检查", "Begin an inspection")
    };
    let (title, others_title) = (
        t("选择检查表", "Which checklist?"),
        t("其他检查表", "Other checklists"),
    );
    let hint = t(
        "名称、地址、信用代码会自动填好；正式文书仍在省平台办理，这里只记编号。",
        "Name, address and code are filled in. The formal document stays in the state's system; only its number is kept here.",
    );
    let rows = move |forms: Vec<StoredForm>, tone: Tone| -> Vec<AnyView> {
        let row = |form: StoredForm| {
            let title = tx(form.title.clone());
            let icon = form_icon(&form.id);
            let on_click = move || {
                choosing.set(false);
                begin.run(form.clone());
            };
            view! { <ListRow title icon tone on_click/> }.into_any()
        };
        forms.into_iter().map(row).collect()
    };
    let recheck = move || {
        let form = (count > 0).then(|| recheck_form(device)).flatten()?;
        let title = t("复查未整改的项目", "Recheck what is open");
        let text = tf(move |lang| {
            lang.pick(
                format!("只看 {count} 项，逐项点合格或不合格"),
                format!("Only these {count}: pass or fail, one by one"),
            )
        });
        let on_click = move || {
            choosing.set(false);
            begin.run(form.clone());
        };
        Some(view! {
            <List>
                <ListRow title text icon=lu::LuRotateCcw tone=Tone::Warning on_click/>
            </List>
        })
    };
    let lists = move || match checklists(device, &premises) {
        None => view! { <Skeleton/> }.into_any(),
        Some((first, others)) => {
            let (first, others) = (rows(first, Tone::Primary), rows(others, Tone::Neutral));
            view! {
                {recheck()}
                <List>{first}</List>
                {(!others.is_empty())
                    .then(|| view! { <Section title=others_title><List>{others}</List></Section> })}
            }
            .into_any()
        }
    };
    let lists = StoredValue::new(lists);
    view! {
        <ActionBar>
            <Button
                kind=ButtonKind::Primary
                icon=lu::LuClipboardCheck
                on_click=move || choosing.set(true)
            >
                {label}
            </Button>
        </ActionBar>
        <Dialog open=choosing on_close=move || choosing.set(false) title>
            <div class="stack">
                <p class="muted small">{hint}</p>
                {move || choosing.get().then(|| lists.with_value(|lists| lists()))}
            </div>
        </Dialog>
    }
    .into_any()
}
