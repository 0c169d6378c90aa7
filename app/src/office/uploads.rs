//! Files on their way from a desktop to the server: picked or dropped, one after the other.
//!
//! Each file that is there goes to the page, which says what it is; what failed stays and says why.

use std::rc::Rc;

use futures::lock::Mutex;
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    components::{
        button::{Button, IconButton},
        icon::Icon,
        status::ProgressBar,
    },
    i18n::{t, tf, use_format},
    platform::{
        photos::{PickedFile, picked_files},
        uploads::{self, Progress, UploadError, Uploaded, dropped_files},
    },
};

/// Everything that may be kept, for a picker's `accept`.
pub const ANY_FILE: &str = ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,.csv,.jpg,.jpeg,.png,.webp,.mp3,.m4a,.ogg,.oga,.opus,.webm";

#[derive(Clone)]
struct Going {
    id: u32,
    name: String,
    file: PickedFile,
    at: RwSignal<Step>,
    stop: RwSignal<bool>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// Behind others.
    Queued,
    Going(Progress),
    Failed(UploadError),
}

/// A place to drop files on, with a button for those who'd rather choose. `accept` as in HTML.
#[component]
pub fn UploadArea(
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(default = ANY_FILE)] accept: &'static str,
    /// Takes several files at once.
    #[prop(default = true)]
    multiple: bool,
    #[prop(into)] on_uploaded: Callback<Uploaded>,
) -> impl IntoView {
    let going = RwSignal::new_local(Vec::<Going>::new());
    let next = StoredValue::new(0_u32);
    let turn = StoredValue::new_local(Rc::new(Mutex::new(())));
    let over = RwSignal::new(false);
    let start = move |item: Going| {
        item.at.set(Step::Queued);
        item.stop.set(false);
        let turn = turn.get_value();
        spawn_local(async move {
            let _turn = turn.lock().await;
            let tell = |progress| {
                // Disposed when the page was left.
                item.at.try_set(Step::Going(progress)).is_none()
                    && !item.stop.try_get_untracked().unwrap_or(true)
            };
            let come = if item.stop.try_get_untracked().unwrap_or(true) {
                Err(UploadError::Stopped)
            } else {
                uploads::upload(&item.file, tell).await
            };
            match come {
                Ok(uploaded) => {
                    let _ = going.try_update(|all| all.retain(|it| it.id != item.id));
                    on_uploaded.try_run(uploaded);
                }
                Err(UploadError::Stopped) => {
                    let _ = going.try_update(|all| all.retain(|it| it.id != item.id));
                }
                Err(error) => {
                    let _ = item.at.try_set(Step::Failed(error));
                }
            }
        });
    };
    let take = move |files: Vec<PickedFile>| {
        let most = if multiple { files.len() } else { 1 };
        for file in files.into_iter().take(most) {
            next.update_value(|next| *next += 1);
            let item = Going {
                id: next.get_value(),
                name: file.name(),
                file,
                at: RwSignal::new(Step::Queued),
                stop: RwSignal::new(false),
            };
            going.update(|all| all.push(item.clone()));
            start(item);
        }
    };
    let again = Callback::new(move |id: u32| {
        let item = going.with_untracked(|all| all.iter().find(|it| it.id == id).cloned());
        if let Some(item) = item {
            start(item);
        }
    });
    let away = Callback::new(move |id: u32| going.update(|all| all.retain(|it| it.id != id)));
    let drop_here = t("把文件拖到这里，或", "Drop files here, or");
    view! {
        <div
            class="upload-area"
            class:is-over=move || over.get()
            on:dragover=move |ev| {
                ev.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |ev| {
                ev.prevent_default();
                over.set(false);
                take(dropped_files(&ev));
            }
        >
            <Icon icon=lu::LuUpload/>
            <span class="muted upload-drop">{drop_here}</span>
            <label class="button button-secondary photo-button">
                <input
                    class="photo-input"
                    type="file"
                    accept=accept
                    multiple=multiple
                    on:change=move |ev| take(picked_files(&ev))
                />
                <Icon icon=lu::LuFolderOpen/>
                <span class="button-label">{move || label.get()}</span>
            </label>
            {hint.map(|hint| view! { <p class="muted small">{move || hint.get()}</p> })}
        </div>
        <ul class="uploads" role="status">
            <For each=move || going.get() key=|item| item.id let:item>
                <Row item on_again=again on_away=away/>
            </For>
        </ul>
    }
    .into_any()
}

#[component]
fn Row(item: Going, on_again: Callback<u32>, on_away: Callback<u32>) -> impl IntoView {
    let format = use_format();
    let (id, at, stop) = (item.id, item.at, item.stop);
    let amount = Memo::new(move |_| match at.get() {
        Step::Going(
            Progress::Reading { done, total }
            | Progress::Sending { done, total }
            | Progress::Waiting { done, total },
        ) => Some((done, total)),
        Step::Queued | Step::Failed(_) => None,
    });
    let sentence = tf(move |lang| {
        let of = |done, total| format!("{} / {}", format.bytes(done), format.bytes(total));
        match at.get() {
            Step::Queued => lang.pick("排队中", "Queued").to_owned(),
            Step::Going(Progress::Reading { .. }) => lang.pick("正在读取…", "Reading…").to_owned(),
            Step::Going(Progress::Sending { done, total }) => of(done, total),
            Step::Going(Progress::Waiting { done, total }) => format!(
                "{} · {}",
                lang.pick(
                    "等待网络，会自动继续",
                    "Waiting for the network; goes on by itself"
                ),
                of(done, total)
            ),
            Step::Failed(error) => error.text().get(lang).to_owned(),
        }
    });
    let kb = |bytes: i64| usize::try_from(bytes / 1024).unwrap_or(usize::MAX);
    let done = Signal::derive(move || kb(amount.get().map_or(0, |it| it.0)));
    let total = Signal::derive(move || kb(amount.get().map_or(1, |it| it.1)));
    let name = item.name.clone();
    let bar_label = item.name;
    let moving = Memo::new(move |_| amount.get().is_some());
    let failed = Memo::new(move |_| matches!(at.get(), Step::Failed(_)));
    view! {
        <li class="upload" class:is-failed=move || failed.get()>
            <span class="upload-name">{name}</span>
            <span class="upload-step muted small">{sentence}</span>
            {move || {
                let label = bar_label.clone();
                moving.get().then(|| view! { <ProgressBar label value=done max=total/> })
            }}
            <span class="upload-acts">
                {move || {
                    failed
                        .get()
                        .then(|| {
                            view! {
                                <Button
                                    small=true
                                    icon=lu::LuRotateCcw
                                    on_click=move || on_again.run(id)
                                >
                                    {t("重试", "Try again")}
                                </Button>
                            }
                        })
                }}
                <IconButton
                    icon=lu::LuX
                    label=t("移除", "Remove")
                    on_click=move || {
                        stop.set(true);
                        if failed.get_untracked() {
                            on_away.run(id);
                        }
                    }
                />
            </span>
        </li>
    }
    .into_any()
}
