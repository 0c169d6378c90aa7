//! Records and drafts in a list: form, title, state.

use domain::{
    Lang, Timestamp,
    areas::submissions::{ReviewState, Submission},
    forms::Form,
    row::FormRow,
};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;
use sync::{Draft, LocalRow};

use crate::{
    components::{
        Tone,
        icon::Icon,
        status::{Badge, BadgeProps},
    },
    i18n::{Format, counted},
    routing::Page,
};

/// The picture of a form.
pub fn form_icon(form_id: &str) -> IconData {
    match form_id {
        "blood_drive" => lu::LuDroplet,
        "enforcement_visit" => lu::LuStore,
        "law_outreach" => lu::LuMegaphone,
        "field_note" => lu::LuNotebookPen,
        _ => lu::LuClipboardList,
    }
}

/// The version of the form that a draft or record names.
pub fn form_of<'a>(forms: &'a [FormRow], id: &str, version: &str) -> Option<&'a Form> {
    forms
        .iter()
        .map(|row| &row.form)
        .find(|form| form.id == id && form.version == version)
}

/// Where a record is, in one word.
pub fn state_mark(lang: Lang, submission: &Submission, local: &LocalRow) -> (Tone, String) {
    let text = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
    match submission.state {
        _ if local.pending => (Tone::Info, text("待发送", "Not sent yet")),
        ReviewState::Returned => (Tone::Warning, text("被退回", "Returned")),
        ReviewState::Approved => (Tone::Success, text("已通过", "Approved")),
        ReviewState::Voided => (Tone::Neutral, text("已作废", "Voided")),
        ReviewState::Submitted if local.photos_pending > 0 => {
            let n = local.photos_pending;
            (
                Tone::Info,
                lang.pick(format!("{n} 张照片待传"), format!("{n} photos to send")),
            )
        }
        ReviewState::Submitted => (Tone::Neutral, text("待审核", "In review")),
    }
}

/// A row that leads on with a form's icon; all records and drafts look alike.
pub fn row(
    icon: IconData,
    to: &Page,
    title: String,
    note: String,
    mark: Option<(Tone, String)>,
) -> AnyView {
    view! {
        <a class="row row-link" href=to.path()>
            <span class="row-icon tone-primary"><Icon icon/></span>
            <span class="row-text">
                <span class="row-title clamp-2">{title}</span>
                <span class="row-note">{note}</span>
            </span>
            {mark
                .map(|(tone, text)| {
                    Badge(BadgeProps {
                        tone: Signal::stored(tone),
                        label: TextProp::from(text),
                        icon: None,
                    })
                })}
        </a>
    }
    .into_any()
}

/// One draft, leading to where it goes on.
pub fn draft_row(f: Format, draft: &Draft, forms: &[FormRow], now: Timestamp) -> AnyView {
    let lang = f.lang();
    let _ = now;
    let form = form_of(forms, &draft.form_id, &draft.form_version);
    let name = form.map_or_else(
        || draft.form_id.clone(),
        |form| form.title.get(lang).to_owned(),
    );
    let line = form.map(|form| form.summary_line(&draft.answers, lang));
    let title = match line {
        Some(line) if !line.is_empty() && line != name => format!("{name} · {line}"),
        _ => name,
    };
    let kept = f.ago(draft.updated_at);
    let note = if draft.photos.is_empty() {
        lang.pick(format!("{kept}保存"), format!("Saved {kept}"))
    } else {
        let n = draft.photos.len();
        lang.pick(
            format!("{kept}保存 · {n} 张照片"),
            format!("Saved {kept} · {}", counted(n as i64, "photo", "photos")),
        )
    };
    let mark = draft
        .amends
        .map(|_| (Tone::Warning, lang.pick("修改中", "Correction").to_owned()));
    let to = Page::Draft(draft.id.into());
    row(form_icon(&draft.form_id), &to, title, note, mark)
}

/// One record.
pub fn record_row(
    f: Format,
    submission: &Submission,
    local: &LocalRow,
    forms: &[FormRow],
) -> AnyView {
    let lang = f.lang();
    let form = form_of(forms, &submission.form_id, &submission.form_version);
    let name = form.map_or(submission.form_id.as_str(), |form| form.title.get(lang));
    let title = if submission.title.is_empty() {
        name.to_owned()
    } else {
        submission.title.clone()
    };
    let note = format!("{name} · {}", f.ago(submission.capture.captured_at()));
    let mark = Some(state_mark(lang, submission, local));
    let to = Page::Record(submission.id);
    row(form_icon(&submission.form_id), &to, title, note, mark)
}
