//! Choose a form, or begin a draft with the named one. `?activity=<id>` connects it.

use domain::{
    ActivityId, SubmissionId,
    forms::{Form, StoredForm},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use sync::Account;
use uuid::Uuid;

use crate::{
    areas::{
        sessions::guard::require_account,
        submissions::{draft::new_draft, lines::form_icon},
    },
    components::{
        Tone,
        page_header::PageHeader,
        status::{EmptyState, Skeleton},
        surface::{List, ListRow},
        toast::use_toasts,
    },
    device::Device,
    i18n::{t, tx, use_lang},
    platform,
    routing::{Page, use_replace},
};

#[component]
pub fn NewRecordPage(form: Option<String>) -> impl IntoView {
    require_account();
    let device = Device::get();
    let query = use_query_map();
    let begin = use_begin(move || {
        query.with_untracked(|query| query.get("activity").and_then(|id| id.parse().ok()))
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
    let list = move || match forms.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(forms) if forms.is_empty() => view! { <EmptyState title=none text=why/> }.into_any(),
        Some(forms) => {
            let rows: Vec<AnyView> = forms
                .into_iter()
                .map(|row| form_row(row.form, begin))
                .collect();
            view! { <List>{rows}</List> }.into_any()
        }
    };
    view! {
        <PageHeader back=Page::Records/>
        <div class="page page-narrow">{list}</div>
    }
    .into_any()
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

/// Saves a new draft of the given form and goes there.
fn use_begin(
    activity: impl Fn() -> Option<ActivityId> + Send + Sync + 'static,
) -> Callback<StoredForm> {
    let device = Device::get();
    let replace = use_replace();
    let toasts = use_toasts();
    let lang = use_lang();
    let busy = StoredValue::new(false);
    Callback::new(move |form: StoredForm| {
        let (Some(form), Some(replica), Some(random)) = (
            form.read(),
            device.replica(),
            platform::random_bytes::<10>(),
        ) else {
            return;
        };
        // A second tap makes no second draft.
        if busy.try_update_value(|busy| std::mem::replace(busy, true)) != Some(false) {
            return;
        }
        let millis = u64::try_from(platform::now_ms()).unwrap_or(0);
        let id: Uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let draft = new_draft(form, activity(), id, &device.environment());
        let (replace, lang) = (replace.clone(), lang.get_untracked());
        spawn_local(async move {
            match replica.save_draft(&draft).await {
                Ok(()) => replace(Page::Draft(SubmissionId(id))),
                Err(error) => {
                    toasts.error(error.message(lang));
                    busy.try_set_value(false);
                }
            }
        });
    })
}
