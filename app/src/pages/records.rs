//! My records and drafts.

use std::sync::Arc;

use domain::{areas::submissions::Submission, row::FormRow};
use icondata_lu as lu;
use leptos::prelude::*;
use sync::LocalRow;

use crate::{
    areas::{
        sessions::guard::require_account,
        submissions::{
            lines::{self, form_icon, form_of},
            state::{StateBadge, Unsent},
        },
    },
    components::{
        Tone,
        button::{ButtonKind, ButtonLink},
        page_header::PageHeader,
        status::{EmptyState, Skeleton},
        surface::{ActionBar, List, ListRow, Section},
    },
    device::Device,
    i18n::{t, tf, use_format},
    routing::Page,
};

#[component]
pub fn RecordsPage() -> impl IntoView {
    require_account();
    let device = Device::get();
    let format = use_format();
    let forms = Memo::new(move |_| Arc::new(device.forms().unwrap_or_default()));
    let mine = Memo::new(move |_| {
        let me = device.account()?.person_id;
        let mut all = device.submissions()?;
        all.retain(|(submission, _)| submission.author_id == me);
        Some(all)
    });
    let (none, why) = (
        t("还没有记录", "No records yet"),
        t(
            "点“新建记录”，没有网络也能填写。",
            "Begin with “New record”; it works without a network.",
        ),
    );
    let (drafts_title, sent_title) = (t("草稿", "Drafts"), t("我的记录", "My records"));
    let body = move || {
        let (Some(drafts), Some(mine)) = (device.drafts(), mine.get()) else {
            return view! { <Skeleton/> }.into_any();
        };
        if drafts.is_empty() && mine.is_empty() {
            return view! { <EmptyState title=none text=why/> }.into_any();
        }
        let forms = forms.get();
        let draft_rows: Vec<AnyView> = drafts
            .iter()
            .map(|draft| lines::draft_row(format, draft, &forms))
            .collect();
        let record_rows: Vec<AnyView> = mine
            .into_iter()
            .map(|(submission, local)| record_row(submission, &local, forms.clone()))
            .collect();
        let drafts = (!draft_rows.is_empty())
            .then(|| view! { <Section title=drafts_title><List>{draft_rows}</List></Section> });
        let records = (!record_rows.is_empty())
            .then(|| view! { <Section title=sent_title><List>{record_rows}</List></Section> });
        view! {
            {drafts}
            {records}
        }
        .into_any()
    };
    let new = t("新建记录", "New record");
    view! {
        <PageHeader/>
        <div class="page page-narrow">{body}</div>
        <ActionBar>
            <ButtonLink to=Page::NewRecord(None) kind=ButtonKind::Primary icon=lu::LuPlus>{new}</ButtonLink>
        </ActionBar>
    }
    .into_any()
}

fn record_row(submission: Submission, local: &LocalRow, forms: Arc<Vec<FormRow>>) -> AnyView {
    let format = use_format();
    let page = Page::Record(submission.id);
    let (state, at) = (submission.state, submission.capture.occurred_at);
    let (pending, photos) = (local.pending, local.photos_pending);
    let (title, icon) = (submission.title, form_icon(&submission.form_id));
    let text = tf(move |lang| {
        let form = form_of(&forms, &submission.form_id, &submission.form_version)
            .map(|form| form.title.get(lang).to_owned());
        let when = format.day_time(at);
        form.map_or(when.clone(), |form| format!("{form} · {when}"))
    });
    let trail = move || {
        view! {
            <span class="record-badges">
                <StateBadge state/>
                <Unsent pending photos/>
            </span>
        }
    };
    view! { <ListRow title text icon tone=Tone::Primary trail to=page/> }.into_any()
}
