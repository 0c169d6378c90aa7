//! One photo of a draft: what it shows and who is on it, what its file says, and a stamped copy.

use std::time::Duration;

use domain::{
    Area, Lang, RecordRef, Row,
    areas::attachments::{Wording, Wordings},
};
use icondata_lu as lu;
use leptos::prelude::*;
use sync::DraftPhoto;
use uuid::Uuid;

use super::editor::Editor;
use crate::{
    components::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::TextField,
        photo::Photo,
    },
    i18n::{t, tf, use_format, use_lang},
};

/// How long typing may go on before it is kept.
const PAUSE: Duration = Duration::from_millis(300);

/// Opens for the photo that `opened` names; `on_large` shows it over the whole screen, `on_stamp`
/// makes a copy.
pub fn sheet(
    editor: Editor,
    opened: RwSignal<Option<Uuid>>,
    shown: Signal<Vec<Photo>>,
    on_large: Callback<Uuid>,
    on_stamp: Callback<Uuid>,
) -> AnyView {
    let caption = RwSignal::new(String::new());
    let people = RwSignal::new(String::new());
    // What others wrote, as it was when the sheet was opened.
    let beside = StoredValue::new(Wordings::default());
    let find = move |id: Uuid| {
        let photos = editor.photos.read_untracked();
        let mut photo = photos.iter().find(|one| one.id == id).cloned()?;
        // The words of what was sent may have changed since the draft began.
        let record = RecordRef::new(Area::Attachments, id);
        let known = untrack(|| editor.device.row(record)).map(|local| local.row);
        if let (true, Some(Row::Attachments(sent))) = (photo.existing, known) {
            photo.caption = sent.caption;
            photo.facts.people = sent.facts.people;
        }
        Some(photo)
    };
    Effect::new(move |_| {
        if let Some(photo) = opened.get().and_then(find) {
            caption.set(photo.caption);
            people.set(photo.facts.people);
            beside.set_value(others_of(editor, photo.id).unwrap_or_default());
        }
    });
    let keep = move || {
        if let Some(id) = opened.try_get_untracked().flatten() {
            let (caption, people) = (
                caption.get_untracked().trim().to_owned(),
                people.get_untracked().trim().to_owned(),
            );
            // What was sent already changes when the sheet closes: by an operation, not in the draft.
            let changed = find(id).is_some_and(|photo| {
                !photo.existing && (photo.caption != caption || photo.facts.people != people)
            });
            if changed {
                editor.describe_photo(id, |photo| {
                    photo.caption = caption;
                    photo.facts.people = people;
                });
            }
        }
    };
    // As all that is typed: after a pause.
    let changes = StoredValue::new(0_u32);
    let typed = Callback::new(move |()| {
        let mine = changes.get_value().wrapping_add(1);
        changes.set_value(mine);
        set_timeout(
            move || {
                if changes.try_get_value() == Some(mine) {
                    keep();
                }
            },
            PAUSE,
        );
    });
    let close = move || {
        if let Some(photo) = opened
            .get_untracked()
            .and_then(find)
            .filter(|it| it.existing)
        {
            let (caption, people) = (caption.get_untracked(), people.get_untracked());
            let beside = beside.get_value();
            editor.reword_photo(&photo, &beside, caption.trim(), people.trim());
        } else {
            keep();
        }
        opened.set(None);
    };
    let footer = move || {
        let id = opened.get_untracked();
        view! {
            <Button
                icon=lu::LuStamp
                on_click=move |()| {
                    if let Some(id) = id {
                        on_stamp.run(id);
                    }
                }
            >
                {t("加注另存", "Save with stamp")}
            </Button>
            <Button kind=ButtonKind::Primary on_click=move |()| close()>
                {t("完成", "Done")}
            </Button>
        }
    };
    view! {
        <Dialog
            open=Signal::derive(move || opened.get().is_some())
            on_close=move |()| close()
            title=t("照片", "Photo")
            footer
        >
            {move || opened.get().and_then(find).map(|photo| {
                body(editor, photo, [caption, people], typed, shown, on_large)
            })}
        </Dialog>
    }
    .into_any()
}

fn body(
    editor: Editor,
    photo: DraftPhoto,
    [caption, people]: [RwSignal<String>; 2],
    typed: Callback<()>,
    shown: Signal<Vec<Photo>>,
    on_large: Callback<Uuid>,
) -> AnyView {
    let type_into = move |what: RwSignal<String>| {
        move |text: String| {
            what.set(text);
            typed.run(());
        }
    };
    let id = photo.id;
    let picture = move || {
        let name = id.to_string();
        let shown = shown.read();
        shown.iter().find(|one| one.id == name).map(|one| {
            view! { <img src=one.full.clone() alt=""/> }
        })
    };
    let large = t("放大查看", "Enlarge");
    let existing = photo.existing;
    let sent = t(
        "这张照片已经交上去了。改好后点“完成”，说明会单独送到办公室，原来的写法留有记录。",
        "This photo was sent already. “Done” sends the new words by themselves; the earlier ones are kept on record.",
    );
    view! {
        <div class="stack">
            <button
                type="button"
                class="photo-sheet-picture"
                aria-label=large
                on:click=move |_| on_large.run(id)
            >
                {picture}
            </button>
            <TextField
                name="photo-caption"
                label=t("照片说明", "What it shows")
                value=caption
                on_input=type_into(caption)
                placeholder=t("例：社区宣讲现场", "Such as: talk at the community centre")
                max_length=200
            />
            <TextField
                name="photo-people"
                label=t("照片里有谁", "Who is on it")
                value=people
                on_input=type_into(people)
                placeholder=t("姓名，用顿号隔开；可不填", "Names; may stay empty")
                max_length=200
            />
            {existing.then(|| view! { <p class="field-hint">{sent}</p> })}
            {existing.then(|| others(editor, id, [caption, people]))}
            {by_file(editor, photo)}
        </div>
    }
    .into_any()
}

/// What else was said of a photo that was sent.
fn others_of(editor: Editor, id: Uuid) -> Option<Wordings> {
    let record = RecordRef::new(Area::Attachments, id);
    match untrack(|| editor.device.row(record))?.row {
        Row::Attachments(photo) => Some(photo.others),
        _ => None,
    }
}

/// Where several changed the same words: what else was said, one tap away.
fn others(editor: Editor, id: Uuid, [caption, people]: [RwSignal<String>; 2]) -> Option<AnyView> {
    let beside = others_of(editor, id)?;
    let lang = use_lang().get_untracked();
    let title = t(
        "还有另一种写法，点一下就用它：",
        "Somebody else wrote this; tap to take it:",
    );
    let offer = |others: Vec<Wording>, into: RwSignal<String>| {
        let one = |other: Wording| {
            let writer = other.by.map(|id| editor.device.person_name(id));
            let (zh, en) = other.shown();
            let shown = match writer.filter(|name| !name.is_empty()) {
                Some(writer) => lang.pick(format!("{zh}（{writer}）"), format!("{en} ({writer})")),
                None => lang.pick(zh, en).to_owned(),
            };
            let text = other.text;
            view! {
                <Button small=true on_click=move |()| into.set(text.clone())>{shown}</Button>
            }
        };
        others.into_iter().map(one).collect_view()
    };
    (!beside.is_empty()).then(|| {
        view! {
            <div class="stack">
                <p class="field-hint">{title}</p>
                {offer(beside.caption, caption)}
                {offer(beside.people, people)}
            </div>
        }
        .into_any()
    })
}

/// What the file says, in full view of whoever sends it; the place can be left out.
fn by_file(editor: Editor, photo: DraftPhoto) -> Option<AnyView> {
    let format = use_format();
    let lang = use_lang();
    let facts = photo.facts;
    let place = RwSignal::new(facts.file_place);
    let taken_at = facts.file_taken_at;
    if taken_at.is_none() && facts.file_place.is_none() {
        return None;
    }
    let title = t("照片文件自带的信息", "What the file itself says");
    let time = tf(move |lang| match (lang, taken_at) {
        (Lang::Zh, Some(at)) => format!("拍摄于 {} {}", format.date(at), format.time(at)),
        (Lang::En, Some(at)) => format!("Taken {} {}", format.date(at), format.time(at)),
        (_, None) => String::new(),
    });
    let existing = photo.existing;
    let without = t("不附带位置", "Leave the place out");
    let where_ = move || {
        place.get().map(|at| {
            let text = format!("{:.4}, {:.4}", at.latitude, at.longitude);
            view! {
                <div class="spread">
                    <span class="tabular">{lang.get().pick("位置 ", "Place ")}{text}</span>
                    {(!existing)
                        .then(|| {
                            view! {
                                <Button
                                    small=true
                                    on_click=move |()| {
                                        place.set(None);
                                        editor
                                            .describe_photo(
                                                photo.id,
                                                |photo| photo.facts.file_place = None,
                                            );
                                    }
                                >
                                    {without}
                                </Button>
                            }
                        })}
                </div>
            }
        })
    };
    let view = view! {
        <section class="photo-sheet-file" aria-label=title>
            <h3 class="small muted">{title}</h3>
            <p class="tabular">{time}</p>
            {where_}
        </section>
    };
    Some(view.into_any())
}
