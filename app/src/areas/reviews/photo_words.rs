//! Under a photo: what it shows and who is on it; the office can put the words right.

use domain::{
    Lang,
    api::office::{PersonLine, PhotoWords, SubmissionDetail},
    areas::attachments::{Attachment, Wording},
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::TextField,
        icon::Icon,
        toast::use_toasts,
    },
    http,
    i18n::{t, use_lang},
    office::{ActProblem, use_act},
};

/// Its words, and a way to change them.
pub fn said(detail: &SubmissionDetail, photo: &Attachment) -> AnyView {
    let writers = StoredValue::new(detail.wrote_otherwise.clone());
    let (open, shown) = (RwSignal::new(false), RwSignal::new(photo.clone()));
    let change = t("改说明", "Edit the words");
    let two = t(
        "有人写得不同，请选一种",
        "Somebody wrote it differently; please choose",
    );
    let withdrawn = photo.withdrawn;
    let words = move || {
        let photo = shown.get();
        let (caption, people) = (photo.caption, photo.facts.people);
        (!caption.is_empty() || !people.is_empty()).then(|| {
            view! {
                <p class="evidence-said">
                    {(!caption.is_empty()).then_some(caption)}
                    {(!people.is_empty())
                        .then(|| {
                            view! {
                                <span class="evidence-people">
                                    <Icon icon=lu::LuUsers/>
                                    {people}
                                </span>
                            }
                        })}
                </p>
            }
        })
    };
    let disputed = move || {
        (!shown.read().others.is_empty()).then(|| view! { <p class="field-hint">{two}</p> })
    };
    view! {
        {words}
        {disputed}
        {(!withdrawn)
            .then(|| {
                view! {
                    <Button
                        small=true
                        kind=ButtonKind::Ghost
                        icon=lu::LuPencil
                        on_click=move || open.set(true)
                    >
                        {change}
                    </Button>
                    <WordsDialog open shown writers/>
                }
            })}
    }
    .into_any()
}

#[component]
fn WordsDialog(
    open: RwSignal<bool>,
    shown: RwSignal<Attachment>,
    writers: StoredValue<Vec<PersonLine>>,
) -> impl IntoView {
    let (act, toasts, lang) = (use_act(), use_toasts(), use_lang());
    let (caption, people) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if open.get() {
            act.forget_error();
            let photo = shown.get_untracked();
            caption.set(photo.caption);
            people.set(photo.facts.people);
        }
    });
    let save = move || {
        let photo = shown.get_untracked();
        let body = PhotoWords {
            caption: caption.get_untracked(),
            people: people.get_untracked(),
        };
        let path = format!("/api/office/attachments/{}/words", photo.id);
        act.send(
            "POST",
            path,
            Some(&body),
            Some(photo.revision),
            move |answer| {
                let photo = answer
                    .ok()
                    .and_then(|body| http::read::<Attachment>(&body).ok());
                if let Some(photo) = photo {
                    shown.set(photo);
                    open.set(false);
                    toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                }
            },
        );
    };
    let (title, label, who, kept, save_label) = (
        t("修改照片说明", "Edit the photo’s words"),
        t("照片说明", "What it shows"),
        t("照片里有谁", "Who is on it"),
        t("原来的写法留有记录", "What stood there before is kept"),
        t("保存", "Save"),
    );
    // What somebody else wrote fills the field at a tap.
    let offer = move |others: Vec<Wording>, into: RwSignal<String>| {
        let one = move |other: Wording| {
            let words = writers.with_value(|all| with_writer(lang.get(), &other, all));
            let text = other.text;
            view! {
                <Button small=true on_click=move || into.set(text.clone())>{words}</Button>
            }
        };
        others.into_iter().map(one).collect_view()
    };
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>{save_label}</Button>
        }
    };
    view! {
        <Dialog open on_close=move || open.set(false) title footer>
            <div class="form">
                <ActProblem error=Signal::derive(move || act.error())/>
                <TextField
                    name="photo-caption"
                    label
                    hint=kept
                    value=caption
                    on_input=move |text| caption.set(text)
                    error=act.field_error("caption")
                    max_length=500
                />
                {move || offer(shown.get().others.caption, caption)}
                <TextField
                    name="photo-people"
                    label=who
                    value=people
                    on_input=move |text| people.set(text)
                    error=act.field_error("people")
                    max_length=500
                />
                {move || offer(shown.get().others.people, people)}
            </div>
        </Dialog>
    }
    .into_any()
}

/// What was written, and by whom as far as that is known.
fn with_writer(lang: Lang, other: &Wording, writers: &[PersonLine]) -> String {
    let (zh, en) = other.shown();
    let text = lang.pick(zh, en);
    let writer = writers.iter().find(|line| Some(line.id) == other.by);
    match writer {
        Some(writer) => lang.pick(
            format!("{text}（{}）", writer.name),
            format!("{text} ({})", writer.name),
        ),
        None => text.to_owned(),
    }
}
