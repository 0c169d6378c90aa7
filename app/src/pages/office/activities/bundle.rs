//! An activity's papers: what is there, what is missing and who owes it, and texts to begin with.

use domain::{
    ActivityId, Lang,
    api::bundles::{Bundle, Paper, Part},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::prove::Proves;
use crate::{
    areas::evidence::words,
    components::{
        Tone,
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::{TextArea, TextField},
        icon::Icon,
        status::Badge,
        surface::Section,
        toast::use_toasts,
    },
    i18n::{t, tf, use_lang},
    office::{ActProblem, LoadProblem, Remote, use_act, use_remote},
    platform::share,
    routing::{Go, Page},
};

#[component]
pub fn BundleSection(id: ActivityId) -> impl IntoView {
    let lang = use_lang();
    let path = format!("/api/office/activities/{id}/bundle");
    let asked = path.clone();
    let bundle: Remote<Bundle> =
        use_remote(move || Some(format!("{asked}?lang={}", lang.get().pick("zh", "en"))));
    let writing = RwSignal::new(None::<Part>);
    let title = t("活动材料", "Papers of the activity");
    let summary = tf(move |lang| {
        let Some(bundle) = bundle.get() else {
            return String::new();
        };
        let missing: Vec<&str> = bundle
            .parts
            .iter()
            .filter(|part| part.missing() > 0)
            .map(|part| words::kind_name(lang, part.kind))
            .collect();
        if missing.is_empty() {
            return lang.pick("六样材料都齐了", "All six are there").to_owned();
        }
        let missing = missing.join(lang.pick("、", ", "));
        match lang {
            Lang::Zh => format!("还缺：{missing}；由{}补齐", bundle.owes),
            Lang::En => format!("Missing: {missing}; owed by {}", bundle.owes),
        }
    });
    let parts = move || match (bundle.get(), bundle.error()) {
        (Some(known), _) => {
            let parts = known
                .parts
                .iter()
                .cloned()
                .map(|part| view! { <OnePart part writing/> })
                .collect_view();
            view! { <ul class="bundle">{parts}</ul> }.into_any()
        }
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || bundle.reload()/> }.into_any()
        }
        (None, None) => ().into_any(),
    };
    view! {
        <Section title>
            <p class="field-hint">{summary}</p>
            {parts}
            <Proves id bundle/>
        </Section>
        <DraftDialog path writing on_saved=move |()| bundle.reload()/>
    }
    .into_any()
}

#[component]
fn OnePart(part: Part, writing: RwSignal<Option<Part>>) -> impl IntoView {
    let lang = use_lang();
    let kind = part.kind;
    let name = move || words::kind_name(lang.get(), kind);
    let (there, min, missing) = (part.there, part.min, part.missing());
    let tone = if missing == 0 {
        Tone::Success
    } else {
        Tone::Warning
    };
    let label = tf(move |lang| match lang {
        Lang::Zh if missing == 0 && min == 1 => "有".to_owned(),
        Lang::En if missing == 0 && min == 1 => "There".to_owned(),
        Lang::Zh if min == 1 => "缺".to_owned(),
        Lang::En if min == 1 => "Missing".to_owned(),
        _ => format!("{there} / {min}"),
    });
    let files = part
        .files
        .iter()
        .map(|file| {
            let address = format!("/api/office/files/{}/content", file.id);
            view! { <a href=address download="">{file.title.clone()}</a> }
        })
        .collect_view();
    let records = part
        .records
        .iter()
        .cloned()
        .map(|record| {
            let pictures = record
                .thumbnails
                .iter()
                .map(|name| {
                    let address = format!("/api/blobs/{name}");
                    view! { <img src=address alt="" loading="lazy" decoding="async"/> }
                })
                .collect_view();
            view! {
                <Go to=Page::ReviewRecord(record.id)>
                    <span class="small">{record.title}</span>
                    <span class="bundle-photos">{pictures}</span>
                </Go>
            }
        })
        .collect_view();
    let write = t("起草", "Draft");
    let has_draft = !part.draft.is_empty();
    view! {
        <li class="bundle-part">
            <div class="spread">
                <span class="cluster strong">
                    <Icon icon=words::kind_icon(kind)/>
                    {name}
                </span>
                <Badge tone label/>
            </div>
            {files}
            {records}
            {has_draft
                .then(|| {
                    view! {
                        <Button
                            small=true
                            icon=lu::LuPencil
                            on_click=move |()| writing.set(Some(part.clone()))
                        >
                            {write}
                        </Button>
                    }
                })}
        </li>
    }
    .into_any()
}

/// The text to begin with, to be edited, copied, kept.
#[component]
fn DraftDialog(
    path: String,
    writing: RwSignal<Option<Part>>,
    #[prop(into)] on_saved: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let act = use_act();
    let (title, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if let Some(part) = writing.get() {
            let first = part.draft.lines().next().unwrap_or_default().to_owned();
            title.set(first);
            text.set(part.draft);
            act.forget_error();
        }
    });
    let heading = move || {
        let kind = writing.read().as_ref().map(|part| part.kind);
        kind.map_or_else(String::new, |kind| {
            words::kind_name(lang.get(), kind).to_owned()
        })
    };
    let kept = t("已存为活动文件", "Kept as the activity’s file");
    let path = StoredValue::new(path);
    let save = move |()| {
        let Some(part) = writing.get_untracked() else {
            return;
        };
        let paper = Paper {
            kind: part.kind,
            title: title.get_untracked(),
            text: text.get_untracked(),
        };
        act.send(
            "POST",
            path.get_value(),
            Some(&paper),
            None,
            move |answer| {
                if answer.is_ok() {
                    toasts.success(kept());
                    writing.set(None);
                    on_saved.run(());
                }
            },
        );
    };
    let (copy, keep, close) = (
        t("复制全文", "Copy"),
        t("存为文件", "Keep as a file"),
        t("关闭", "Close"),
    );
    let copied = t("已复制", "Copied");
    let not_copied = t("没能复制，请手动选择", "Couldn’t copy; please select it");
    let footer = move || {
        view! {
            <Button on_click=move |()| writing.set(None)>{close}</Button>
            <Button
                icon=lu::LuCopy
                on_click=move |()| {
                    share::copy(text.get_untracked(), move |done| {
                        if done {
                            toasts.success(copied());
                        } else {
                            toasts.error(not_copied());
                        }
                    });
                }
            >
                {copy}
            </Button>
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>
                {keep}
            </Button>
        }
    };
    let (title_label, text_label, hint) = (
        t("标题", "Title"),
        t("正文", "Text"),
        t(
            "按活动数据起草，【】里的内容请补充或删去后再存。",
            "Drafted from the activity’s data. Fill in or delete what stands in brackets before you keep it.",
        ),
    );
    view! {
        <Dialog
            open=Signal::derive(move || writing.read().is_some())
            on_close=move |()| writing.set(None)
            title=heading
            footer
            wide=true
        >
            <div class="form">
                <TextField
                    name="paper-title"
                    label=title_label
                    value=title
                    on_input=move |value| title.set(value)
                    error=act.field_error("title")
                />
                <TextArea
                    name="paper-text"
                    label=text_label
                    hint
                    value=text
                    on_input=move |value| text.set(value)
                    error=act.field_error("text")
                />
                <ActProblem error=Signal::derive(move || act.error()) fields=&["title", "text"]/>
            </div>
        </Dialog>
    }
    .into_any()
}
