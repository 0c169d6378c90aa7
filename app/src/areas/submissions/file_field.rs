//! Recordings and documents as answers: recorded here, or chosen from the phone.
//!
//! They are kept as photos are, in the draft, with no network. Leaves out the microphone
//! (`platform::recorder`) and keeping (`keeping`).

use std::time::Duration;

use domain::{
    Timestamp,
    areas::attachments::{PhotoFacts, PhotoSource},
    forms::{Kind, Question},
    media::{self, ATTACHED_LIMIT, MediaKind, RECORDING_LIMIT},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use sync::NewFile;

use super::{
    attached::{length, listed},
    editor::Editor,
    fields::{error_of, hint_of},
    photo_field::new_photo,
    pictures::use_addresses,
};
use crate::{
    components::{
        button::{Button, ButtonKind},
        field::{FieldFrame, FieldFrameProps},
        file_button::FileButton,
        files::{FileList, ListedFile},
        toast::use_toasts,
    },
    i18n::{t, tf, tx, use_format, use_lang},
    platform::{
        self,
        files::{self, FileError},
        photos::{PickedFile, prepare_photo},
        recorder::{Recorder, RecorderError, Recording},
    },
};

/// How long a recording may be where the form says nothing, in seconds.
const SECONDS: u32 = 180;

const DOCUMENTS: &str =
    ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,.csv,.mp3,.m4a,.ogg,.webm,image/*";
const RECORDINGS: &str = "audio/*,.mp3,.m4a,.ogg,.opus,.webm";

/// A question for recordings or for documents.
pub fn files_field(editor: Editor, question: &Question, required: bool) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let toasts = use_toasts();
    let audio = question.kind == Kind::Audio;
    let name = StoredValue::new(question.name.clone());
    let own = Signal::derive(move || editor.photos_of(&name.get_value()));
    let blobs = Signal::derive(move || own.get().into_iter().map(|it| it.blob).collect());
    let urls = use_addresses(blobs);
    let shown = Signal::derive(move || {
        let (lang, urls) = (lang.get(), urls.read());
        own.get()
            .into_iter()
            .map(|one| ListedFile {
                url: urls.get(&one.blob.sha256).cloned(),
                removable: true,
                ..listed(
                    format,
                    lang,
                    one.id.to_string(),
                    &one.blob,
                    &one.facts,
                    one.source,
                    &one.caption,
                )
            })
            .collect::<Vec<_>>()
    });
    let on_remove = Callback::new(move |id: String| {
        let lang = lang.get_untracked();
        spawn_local(async move {
            let Ok(id) = id.parse() else { return };
            if let Err(message) = editor.remove_photo(id, lang).await {
                toasts.error(message);
            }
        });
    });
    let draft = editor.draft_id();
    let busy = RwSignal::new(false);
    let chosen = Callback::new(move |file: PickedFile| {
        let (question, lang) = (name.get_value(), lang.get_untracked());
        busy.set(true);
        editor.going.update_value(|it| it.adding += 1);
        spawn_local(async move {
            let kept = match of_file(&file, question.clone(), audio).await {
                Ok(Chosen::File(new)) => editor.add_file(draft, new, lang).await.map(drop),
                Ok(Chosen::Photo) => match prepare_photo(file).await {
                    Ok(photo) => {
                        let photo = new_photo(question, photo, PhotoSource::Album);
                        editor.add_photo(draft, photo, lang).await.map(drop)
                    }
                    Err(error) => Err(lang.pick(error.words().0, error.words().1).to_owned()),
                },
                Err((zh, en)) => Err(lang.pick(zh, en).to_owned()),
            };
            if let Err(message) = kept {
                toasts.error(message);
            }
            busy.try_set(false);
            editor.going.try_update_value(|it| it.adding -= 1);
        });
    });
    // Also when the page was left meanwhile: then nothing of it is there but the draft.
    let own_name = question.name.clone();
    let recorded = move |recording: Recording| {
        let (question, lang) = (own_name.clone(), lang.get_untracked());
        let new = NewFile {
            question,
            bytes: recording.bytes,
            media_type: recording.media_type.to_owned(),
            source: PhotoSource::Camera,
            taken_at: Some(Timestamp(platform::now_ms())),
            facts: PhotoFacts {
                seconds: Some(recording.seconds),
                ..PhotoFacts::default()
            },
        };
        spawn_local(async move {
            if let Err(message) = editor.add_file(draft, new, lang).await {
                toasts.error(message);
            }
            editor.going.try_update_value(|it| it.adding -= 1);
        });
    };
    let most = i64::from(question.max_seconds.unwrap_or(SECONDS));
    let (accept, choose) = if audio {
        (RECORDINGS, t("选录音文件", "Choose a recording"))
    } else {
        (DOCUMENTS, t("选择文件", "Choose a file"))
    };
    FieldFrame(FieldFrameProps {
        for_id: format!("field-{}", question.name),
        label: tx(question.label.clone()).into(),
        hint: hint_of(question),
        error: error_of(editor, question),
        required,
        group: true,
        children: Box::new(move || {
            view! {
                <div class="stack-tight">
                    <FileList files=shown on_remove/>
                    <div class="cluster">
                        {audio.then(|| microphone(editor, most, recorded))}
                        <FileButton label=choose accept small=true busy on_pick=chosen/>
                    </div>
                </div>
            }
            .into_any()
        }),
    })
    .into_any()
}

/// The button that records, and stops; the time runs on it.
fn microphone(
    editor: Editor,
    most: i64,
    on_recorded: impl Fn(Recording) + Clone + Send + Sync + 'static,
) -> AnyView {
    let lang = use_lang();
    let toasts = use_toasts();
    let running = StoredValue::new_local(None::<Recorder>);
    let since = RwSignal::new(None::<f64>);
    let now = RwSignal::new(0.0_f64);
    let asking = RwSignal::new(false);
    let seconds = Memo::new(move |_| {
        let since = since.get()?;
        Some(((now.get() - since) / 1000.0).max(0.0) as i64)
    });
    // Leaving the page stops it: what was said goes to the draft.
    let stop = move || {
        running.try_update_value(|running| {
            if let Some(recorder) = running.as_ref() {
                recorder.stop();
            }
        });
    };
    Effect::new(move |_| {
        if since.get().is_none() {
            return;
        }
        let tick = move || {
            now.try_set(platform::monotonic_ms());
            if seconds
                .try_get_untracked()
                .flatten()
                .is_some_and(|it| it >= most)
            {
                stop();
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_millis(250)) {
            on_cleanup(move || handle.clear());
        }
    });
    let draft = editor.draft_id();
    let start = Callback::new(move |()| {
        asking.set(true);
        editor.going.update_value(|it| it.adding += 1);
        let on_recorded = on_recorded.clone();
        let lang = lang.get_untracked();
        let on_end = move |ended: Result<Recording, RecorderError>| {
            since.try_set(None);
            running.try_update_value(|running| *running = None);
            match ended {
                Ok(recording) => on_recorded(recording),
                Err(error) => {
                    editor.going.try_update_value(|it| it.adding -= 1);
                    toasts.error(lang.pick(error.words().0, error.words().1));
                }
            }
        };
        spawn_local(async move {
            if let Err(message) = editor.ensure_kept(draft, lang).await {
                asking.try_set(false);
                editor.going.try_update_value(|it| it.adding -= 1);
                toasts.error(message);
                return;
            }
            let begun = Recorder::start(on_end).await;
            asking.try_set(false);
            match begun {
                Ok(recorder) => {
                    now.try_set(platform::monotonic_ms());
                    since.try_set(Some(platform::monotonic_ms()));
                    // Where the page was left meanwhile it is dropped here, and ends.
                    running.try_update_value(|running| *running = Some(recorder));
                }
                Err(error) => {
                    editor.going.try_update_value(|it| it.adding -= 1);
                    toasts.error(lang.pick(error.words().0, error.words().1));
                }
            }
        });
    });
    let limit = tf(move |lang| match lang {
        domain::Lang::Zh => format!("开始录音（最长 {}）", length(most)),
        domain::Lang::En => format!("Record (up to {})", length(most)),
    });
    let stop_words = tf(move |lang| {
        format!(
            "{} {} / {}",
            lang.pick("停止", "Stop"),
            length(seconds.get().unwrap_or(0)),
            length(most)
        )
    });
    let recording = Memo::new(move |_| since.get().is_some());
    let said = tf(move |lang| {
        if recording.get() {
            lang.pick("正在录音", "Recording").to_owned()
        } else {
            String::new()
        }
    });
    view! {
        {move || {
            if recording.get() {
                let words = stop_words.clone();
                view! {
                    <Button kind=ButtonKind::Danger small=true icon=lu::LuSquare on_click=stop>
                        {words}
                    </Button>
                }
                .into_any()
            } else {
                let words = limit.clone();
                view! {
                    <Button small=true icon=lu::LuMic loading=asking on_click=start>{words}</Button>
                }
                .into_any()
            }
        }}
        <span class="sr-only" role="status">{said}</span>
    }
    .into_any()
}

enum Chosen {
    File(NewFile),
    /// It goes the way of photos: made small, without what its file says.
    Photo,
}

async fn of_file(
    file: &PickedFile,
    question: String,
    audio: bool,
) -> Result<Chosen, (&'static str, &'static str)> {
    let file_name = file.name();
    let known = media::of_name(&file_name).map(|it| (it.kind, it.media_type));
    let (media_type, limit) = match known {
        Some((MediaKind::Photo, _)) if !audio => return Ok(Chosen::Photo),
        Some((MediaKind::Recording, media_type)) => (media_type, RECORDING_LIMIT),
        Some((MediaKind::Document, media_type)) if !audio => (media_type, ATTACHED_LIMIT),
        _ if audio => {
            return Err((
                "这里放录音：MP3、M4A、OGG 或 WebM",
                "This is for recordings: MP3, M4A, OGG or WebM",
            ));
        }
        _ => {
            return Err((
                "不支持这种文件。可用：PDF、Word、Excel、PPT、TXT、CSV、录音和照片",
                "This kind of file isn’t supported. Choose a PDF, Word, Excel, PowerPoint, text or CSV file, a recording or a photo",
            ));
        }
    };
    let bytes = files::read(file, limit as usize)
        .await
        .map_err(|error| match error {
            FileError::TooLarge => (
                "文件太大（文件最大 20 MB，录音最大 50 MB），请压缩后再选",
                "The file is too large (20 MB, recordings 50 MB). Make it smaller first",
            ),
            FileError::Unreadable => (
                "读不出这个文件，请重新选择",
                "This file can’t be read. Please choose it again",
            ),
        })?;
    if bytes.is_empty() {
        return Err((
            "文件是空的，请另选一个",
            "The file is empty. Choose another one",
        ));
    }
    Ok(Chosen::File(NewFile {
        question,
        bytes,
        media_type: media_type.to_owned(),
        source: PhotoSource::Album,
        taken_at: None,
        facts: PhotoFacts {
            file_name: file_name.chars().take(200).collect(),
            ..PhotoFacts::default()
        },
    }))
}
