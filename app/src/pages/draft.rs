//! Fill in a form.

use std::time::Duration;

use domain::{
    Area, RecordRef, Row, SubmissionId,
    forms::{Form, StoredForm},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use sync::Draft;

use crate::{
    areas::{
        sessions::guard::require_account,
        standards::gap::StandardGap,
        submissions::{
            editor::{Editor, Kept},
            pages::Pages,
            progress::{ErrorSummary, LastTime, Missing, SUMMARY},
            resume,
        },
    },
    components::{
        Tone,
        button::{Button, ButtonKind, ButtonLink, IconButton},
        dialog::ConfirmDialog,
        page_header::PageHeader,
        status::{Banner, EmptyState, Skeleton},
        surface::ActionBar,
        toast::use_toasts,
    },
    device::Device,
    i18n::{t, tf, tx, use_format, use_lang},
    layout::hold_update,
    platform::document,
    routing::{Page, use_replace},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Waiting,
    NoDraft,
    /// The form's version isn't on this device, or needs a newer app.
    NoForm,
    Ready,
}

#[component]
pub fn DraftPage(id: SubmissionId) -> impl IntoView {
    require_account();
    hold_update();
    let device = Device::get();
    // The draft as it was when the page opened: its own savings don't start the editor anew.
    let start = StoredValue::new(None::<(Form, Draft)>);
    let found = Memo::new(move |_| {
        // The page may have been left, when the list of drafts changes by that.
        if start.try_with_value(Option::is_some) != Some(false) {
            return Found::Ready;
        }
        let Some(drafts) = device.drafts() else {
            return Found::Waiting;
        };
        let Some(draft) = drafts.iter().find(|draft| draft.id == id.0) else {
            return Found::NoDraft;
        };
        let Some(form) = device.form(&draft.form_id, &draft.form_version) else {
            return Found::Waiting;
        };
        match form.as_ref().and_then(StoredForm::read) {
            Some(form) if form.is_understood() => {
                start.set_value(Some((form.clone(), draft.clone())));
                Found::Ready
            }
            _ => Found::NoForm,
        }
    });
    let gone = t("没有这份草稿", "No such draft");
    let gone_why = t(
        "它已提交或已删除，请到记录列表查看。",
        "It was submitted or deleted. Please look in the list of records.",
    );
    let no_form = t("表单还没有准备好", "The form isn't here yet");
    let no_form_why = t(
        "请联网并更新应用，草稿会一直保留在本机。",
        "Go online and update the app. The draft stays on this phone.",
    );
    let list = t("查看记录", "Records");
    let empty = move |title: AnyView| {
        view! {
            <PageHeader back=Page::Records/>
            <div class="page page-narrow">{title}</div>
        }
        .into_any()
    };
    move || match (found.get(), start.get_value()) {
        (Found::Ready, Some((form, draft))) => view! { <Filling form draft/> }.into_any(),
        (Found::NoDraft, _) => empty(
            view! {
                <EmptyState title=gone text=gone_why>
                    <ButtonLink to=Page::Records>{list}</ButtonLink>
                </EmptyState>
            }
            .into_any(),
        ),
        (Found::NoForm, _) => {
            empty(view! { <EmptyState title=no_form text=no_form_why/> }.into_any())
        }
        _ => empty(view! { <Skeleton/> }.into_any()),
    }
}

#[component]
fn Filling(form: Form, draft: Draft) -> impl IntoView {
    let id = SubmissionId(draft.id);
    let title = tx(form.title.clone());
    let (activity, own_items, form_id) = (
        draft.activity_id,
        form.settings.items.clone(),
        form.id.clone(),
    );
    let editor = Editor::new(Device::get(), form, draft);
    let pages = Pages::new(editor);
    resume::resume(&id.to_string(), pages);
    let (toasts, lang, replace) = (use_toasts(), use_lang(), use_replace());
    let busy = RwSignal::new(false);
    let asking = RwSignal::new(false);
    // The phone may be put away for good at any time.
    let hidden = window_event_listener(leptos::ev::visibilitychange, move |_| editor.flush());
    on_cleanup(move || hidden.remove());

    let leave = replace.clone();
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (leave, words) = (leave.clone(), lang.get_untracked());
        let sent = words.pick("已保存，会自动上传", "Saved; it is sent by itself");
        spawn_local(async move {
            match editor.submit(words, || toasts.success(sent)).await {
                Ok(Some(_)) => {
                    resume::forget(&id.to_string());
                    leave(Page::Record(id));
                }
                Ok(None) => {
                    // The summary says what; once it is drawn.
                    set_timeout(move || document::reveal(SUMMARY), Duration::ZERO);
                }
                Err(message) => toasts.error(message),
            }
            busy.try_set(false);
        });
    };
    let delete = move || {
        let (leave, words) = (replace.clone(), lang.get_untracked());
        busy.set(true);
        spawn_local(async move {
            match editor.delete(words).await {
                Ok(()) => {
                    resume::forget(&id.to_string());
                    leave(Page::Records);
                }
                Err(message) => toasts.error(message),
            }
            busy.try_set(false);
            asking.try_set(false);
        });
    };
    let correcting = editor.is_correction().then(|| {
        let words = t(
            "正在更正已提交的记录",
            "You are correcting a record that was sent",
        );
        view! { <Banner tone=Tone::Info title=words/> }
    });
    // What is being corrected is among the phone's records already.
    let form_id = if editor.is_correction() {
        String::new()
    } else {
        form_id
    };
    let new_photos = Signal::derive(move || {
        let photos = editor.photos.read();
        let new = photos
            .iter()
            .filter(|it| !it.existing && it.blob.is_photo());
        let count = new.count();
        i64::try_from(count).unwrap_or_default()
    });
    // What the form proves, and what its activity does.
    let items = Signal::derive(move || {
        let mut items = own_items.clone();
        let of_activity = activity.and_then(|id| {
            match Device::get().row(RecordRef::new(Area::Activities, id))?.row {
                Row::Activities(activity) => Some(activity.items),
                _ => None,
            }
        });
        items.extend(of_activity.unwrap_or_default());
        items
    });
    let remove = t("删除草稿", "Delete the draft");
    let warning = t(
        "草稿和其中还没有提交的照片会从本机删除，无法恢复。",
        "The draft and its photos that weren't submitted are deleted from this phone for good.",
    );
    let (send, back, next) = (
        t("提交", "Submit"),
        t("上一页", "Back"),
        t("下一页", "Next"),
    );
    let undo = t("撤销上一步", "Undo the last change");
    let nothing_to_undo = Signal::derive(move || !editor.can_undo());
    let (before, behind) = (
        Memo::new(move |_| pages.beside(false)),
        Memo::new(move |_| pages.beside(true)),
    );
    let submit = Callback::new(move |()| submit());
    let to_before = move || {
        before.get().map(|page| {
            view! { <Button icon=lu::LuChevronLeft on_click=move || pages.turn(page)>{back}</Button> }
        })
    };
    let onward = move || {
        match behind.get() {
        Some(page) => view! {
            <Button kind=ButtonKind::Primary on_click=move || pages.turn(page)>{next}</Button>
        }
        .into_any(),
        None => view! {
            <Button kind=ButtonKind::Primary icon=lu::LuSend loading=busy on_click=submit>{send}</Button>
        }
        .into_any(),
    }
    };
    let page_count = tf(move |lang| {
        let (shown, at) = (pages.shown(), pages.at.get());
        let place = shown
            .iter()
            .position(|page| *page == at)
            .unwrap_or_default()
            + 1;
        match shown.len() {
            0 | 1 => String::new(),
            all => lang.pick(
                format!("第 {place} 页，共 {all} 页"),
                format!("Page {place} of {all}"),
            ),
        }
    });
    view! {
        <PageHeader title back=Page::Records>
            <IconButton
                icon=lu::LuUndo2
                label=undo
                disabled=nothing_to_undo
                on_click=move || editor.undo()
            />
            <IconButton icon=lu::LuTrash2 label=remove on_click=move || asking.set(true)/>
        </PageHeader>
        <div class="page page-narrow">
            {correcting}
            <ErrorSummary editor pages/>
            <LastTime editor/>
            <StandardGap
                items
                activity=Signal::stored(activity)
                photos=new_photos
                form=form_id
            />
            <p class="page-count">{page_count}</p>
            <div class="form record-form">{pages.fields()}</div>
            <KeptLine editor/>
        </div>
        <ActionBar>
            <Missing editor pages/>
            {to_before}
            {onward}
        </ActionBar>
        <ConfirmDialog
            open=asking
            title=remove
            text=warning
            confirm=remove
            danger=true
            loading=busy
            on_confirm=delete
            on_close=move || asking.set(false)
        />
    }
    .into_any()
}

/// Whether it is on this device.
#[component]
fn KeptLine(editor: Editor) -> impl IntoView {
    let format = use_format();
    let words = tf(move |lang| match editor.kept.get() {
        Kept::Untouched => lang
            .pick(
                "填写内容会自动保存在本机",
                "What you enter is saved on this phone",
            )
            .to_owned(),
        Kept::Saving => lang.pick("正在保存…", "Saving…").to_owned(),
        Kept::Saved(at) => lang.pick(
            format!("已保存在本机 {}", format.time(at)),
            format!("Saved on this phone at {}", format.time(at)),
        ),
        Kept::Failed(why) => lang.pick(
            format!("没有保存：{}", why.get(lang)),
            format!("Not saved: {}", why.get(lang)),
        ),
    });
    let failed = move || matches!(editor.kept.get(), Kept::Failed(_));
    view! { <p class="kept-line" class:kept-failed=failed role="status">{words}</p> }.into_any()
}
