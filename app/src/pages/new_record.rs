//! Choose a form, or begin a draft with the named one. `?activity=<id>` connects it, `?problem=<id>` fills
//! in what a problem says already.

use domain::{
    ActivityId, Area, RecordRef, Row,
    forms::{Form, StoredForm},
    row::FormRow,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use sync::Account;
use uuid::Uuid;

use super::offer::{Offer, offers};
use crate::{
    areas::{
        sessions::guard::require_account,
        submissions::{beginning::use_beginning, lines::form_icon},
    },
    components::{
        Tone,
        field::SearchField,
        page_header::PageHeader,
        status::{EmptyState, Skeleton},
        surface::{List, ListRow, Section},
    },
    device::Device,
    i18n::{t, tp, tx},
    routing::{Page, use_replace},
};

#[component]
pub fn NewRecordPage(form: Option<String>) -> impl IntoView {
    require_account();
    let device = Device::get();
    let query = use_query_map();
    let activity_id =
        move || query.with_untracked(|query| query.get("activity").and_then(|id| id.parse().ok()));
    let problem = move || -> Option<Uuid> {
        query.with_untracked(|query| query.get("problem").and_then(|id| id.parse().ok()))
    };
    let begin = use_beginning(use_replace(), activity_id, move |form, draft| {
        let card = problem().map(|id| RecordRef::new(Area::Rectifications, id));
        let card = card.and_then(|card| untrack(|| device.row(card)));
        if let Some(Row::Rectifications(card)) = card.map(|local| local.row) {
            card.prefill(form, &mut draft.answers);
        }
    });
    let forms = Memo::new(move |_| {
        let mut forms = device.forms()?;
        let me = device.account();
        forms.retain(|row| {
            let offered = |me: &Account| row.offer.includes(me.role, me.department_id);
            row.current && me.as_ref().is_none_or(offered)
        });
        Some(forms)
    });
    if let Some(wanted) = form {
        Effect::new(move |begun: Option<bool>| {
            if begun == Some(true) || device.account().is_none() {
                return begun.unwrap_or(false);
            }
            if problem().is_some() && device.rows(Area::Rectifications).is_none() {
                return false;
            }
            let found = forms.with(|forms| {
                let mut forms = forms.iter().flatten();
                forms.find(|row| row.form.id == wanted).cloned()
            });
            let usable = found.filter(|row| is_understood(&row.form));
            usable.is_some_and(|row| {
                begin.run(row.form);
                true
            })
        });
    }
    let none = t("还没有表单", "No forms yet");
    let why = t(
        "联网登录一次后，表单会自动下载到本机。",
        "Once this phone was online, the forms are on it.",
    );
    let nothing = t("没有找到这个表单", "No such form");
    let nothing_why = t(
        "可以只输入名称中的几个字、拼音或首字母。",
        "Some characters of its name, its pinyin or first letters will do.",
    );
    let typed = RwSignal::new(String::new());
    let recent = Memo::new(move |_| used_lately(device));
    let activity = Memo::new(move |_| {
        let id: ActivityId = activity_id()?;
        let all = device.activities()?;
        all.into_iter().find(|activity| activity.id == id)
    });
    let found = move |forms: &[FormRow]| {
        recent.with(|recent| {
            activity.with(|activity| {
                typed.with(|typed| offers(forms, recent, activity.as_ref(), typed))
            })
        })
    };
    let section = move |offer: Offer| {
        let forms = offer.forms.into_iter();
        let rows: Vec<AnyView> = forms.map(|form| form_row(form, begin)).collect();
        view! { <Section title=tp(offer.title)><List>{rows}</List></Section> }.into_any()
    };
    let list = move || {
        forms.with(|forms| match forms {
            None => view! { <Skeleton/> }.into_any(),
            Some(forms) if forms.is_empty() => {
                view! { <EmptyState title=none text=why/> }.into_any()
            }
            Some(forms) => {
                let offers = found(forms);
                if offers.is_empty() {
                    return view! { <EmptyState title=nothing text=nothing_why/> }.into_any();
                }
                let sections: Vec<AnyView> = offers.into_iter().map(section).collect();
                view! { <div class="stack">{sections}</div> }.into_any()
            }
        })
    };
    let label = t("查找表单：名称、拼音或首字母", "Find a form");
    view! {
        <PageHeader back=Page::Records/>
        <div class="page page-narrow">
            <SearchField label value=typed on_input=move |text| typed.set(text)/>
            {list}
        </div>
    }
    .into_any()
}

/// The forms of my drafts and records, the latest first.
fn used_lately(device: Device) -> Vec<String> {
    let me = device.account().map(|account| account.person_id);
    let drafts = device.drafts().unwrap_or_default();
    let mut ids: Vec<String> = drafts.iter().map(|draft| draft.form_id.clone()).collect();
    let records = device.submissions().unwrap_or_default().into_iter();
    ids.extend(records.filter_map(|(one, _)| (Some(one.author_id) == me).then_some(one.form_id)));
    ids
}

fn is_understood(form: &StoredForm) -> bool {
    form.read().is_some_and(Form::is_understood)
}

fn form_row(form: StoredForm, begin: Callback<StoredForm>) -> AnyView {
    let title = tx(form.title.clone());
    let icon = form_icon(&form.id);
    if is_understood(&form) {
        let on_click = move || begin.run(form.clone());
        view! { <ListRow title icon tone=Tone::Primary on_click/> }.into_any()
    } else {
        let text = t("请先更新应用再填写", "Update the app to fill in this form");
        view! { <ListRow title text icon/> }.into_any()
    }
}
