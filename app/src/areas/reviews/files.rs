//! A record's recordings and documents. One whose bytes haven't arrived says that it is still on the phone.

use std::sync::Arc;

use domain::{api::office::SubmissionDetail, areas::attachments::Attachment, small};
use leptos::prelude::*;

use crate::{
    areas::submissions::attached::listed,
    components::{
        Tone,
        files::{FileList, ListedFile},
    },
    i18n::{t, use_format, use_lang},
};

/// Nothing where there are none.
#[component]
pub fn RecordFiles(detail: Arc<SubmissionDetail>) -> impl IntoView {
    let f = use_format();
    let lang = use_lang();
    let mut own: Vec<Attachment> = detail
        .attachments
        .iter()
        .filter(|it| !it.is_photo())
        .cloned()
        .collect();
    if own.is_empty() {
        return ().into_any();
    }
    small::sort_by_key(&mut own, |it| it.withdrawn);
    let files = Signal::derive(move || {
        let lang = lang.get();
        let own = own.iter().map(|it| {
            let id = it.id.to_string();
            let file = listed(f, lang, id, &it.blob, &it.facts, it.source, &it.caption);
            let file = ListedFile {
                url: it.stored.then(|| format!("/api/blobs/{}", it.blob.sha256)),
                problem: it.rejected.as_ref().map(|refusal| refusal.message(lang)),
                ..file
            };
            match (it.withdrawn, it.stored || it.rejected.is_some()) {
                (true, _) => file.mark(Tone::Neutral, lang.pick("已撤下", "Withdrawn")),
                (false, false) => {
                    file.mark(Tone::Info, lang.pick("还在手机上", "Still on the phone"))
                }
                (false, true) => file,
            }
        });
        own.collect::<Vec<_>>()
    });
    let title = t("录音和文件", "Recordings and files");
    view! {
        <section class="record-part" aria-label=title>
            <h3 class="record-part-title">{title}</h3>
            <FileList files/>
        </section>
    }
    .into_any()
}
