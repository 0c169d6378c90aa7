//! Recordings with their player, and documents with their name and size.

use icondata_lu as lu;
use leptos::prelude::*;

use super::photo::ToneKey;
use crate::{
    components::{Tone, button::IconButton, icon::Icon},
    i18n::tf,
};

/// A recording or document to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListedFile {
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its size, its length, when it was made.
    pub detail: String,
    /// Where its bytes are, once that is known.
    pub url: Option<String>,
    pub is_recording: bool,
    /// A short mark on it, with its tone.
    pub mark: Option<(ToneKey, String)>,
    /// Why it wasn't kept.
    pub problem: Option<String>,
    pub removable: bool,
}

impl ListedFile {
    #[must_use]
    pub fn mark(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.mark = Some((tone.as_str(), text.into()));
        self
    }
}

/// Recordings and documents below each other.
#[component]
pub fn FileList(
    #[prop(into)] files: Signal<Vec<ListedFile>>,
    #[prop(optional, into)] on_remove: Option<Callback<String>>,
) -> impl IntoView {
    view! {
        <ul class="files">
            <For each=move || files.get() key=ListedFile::clone let:file>
                {row(file, on_remove)}
            </For>
        </ul>
    }
    .into_any()
}

fn row(file: ListedFile, on_remove: Option<Callback<String>>) -> AnyView {
    let icon = if file.is_recording {
        lu::LuMic
    } else {
        lu::LuFileText
    };
    let removed = file.name.clone();
    let remove = on_remove.filter(|_| file.removable).map(|on_remove| {
        let id = file.id;
        let label = tf(move |lang| format!("{} {removed}", lang.pick("移除", "Remove")));
        view! {
            <IconButton icon=lu::LuTrash2 label on_click=move || on_remove.run(id.clone())/>
        }
    });
    let name = match (&file.url, file.is_recording) {
        (Some(url), false) => {
            view! { <a class="file-name" href=url.clone() download=file.name.clone()>{file.name.clone()}</a> }
                .into_any()
        }
        _ => view! { <span class="file-name">{file.name.clone()}</span> }.into_any(),
    };
    let player = file.url.filter(|_| file.is_recording).map(|url| {
        view! { <audio class="file-player" controls preload="metadata" src=url aria-label=file.name></audio> }
    });
    view! {
        <li class="file">
            <span class="file-icon"><Icon icon/></span>
            <span class="file-words">
                {name}
                <span class="muted small">{file.detail}</span>
                {file
                    .mark
                    .map(|(tone, text)| view! { <span class=format!("badge tone-{tone}")>{text}</span> })}
                {file.problem.map(|text| view! { <span class="field-error">{text}</span> })}
            </span>
            {remove}
            {player}
        </li>
    }
    .into_any()
}
