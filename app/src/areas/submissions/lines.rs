//! Drafts in a list, and the picture of a form.

use domain::{forms::StoredForm, row::FormRow};
use icondata_core::Icon as IconData;
use icondata_lu as lu;
use leptos::prelude::*;
use sync::Draft;

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
pub fn form_of<'a>(forms: &'a [FormRow], id: &str, version: &str) -> Option<&'a StoredForm> {
    forms
        .iter()
        .map(|row| &row.form)
        .find(|form| form.is(id, version))
}

/// A row that leads on, with a form's icon.
fn row(
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
pub fn draft_row(f: Format, draft: &Draft, forms: &[FormRow]) -> AnyView {
    let lang = f.lang();
    let form = form_of(forms, &draft.form_id, &draft.form_version);
    let name = form.map_or_else(
        || draft.form_id.clone(),
        |form| form.title.get(lang).to_owned(),
    );
    let line = draft.line.as_ref().map(|line| line.get(lang));
    let title = match line {
        Some(line) if !line.is_empty() && line != name => format!("{name} · {line}"),
        _ => name,
    };
    let kept = f.ago(draft.updated_at);
    let note = if draft.photos.is_empty() {
        lang.pick(format!("{kept}保存"), format!("Saved {kept}"))
    } else {
        let n = draft.photos.len();
        let (zh, en) = if draft.photos.iter().all(|it| it.blob.is_photo()) {
            ("张照片", counted(n as i64, "photo", "photos"))
        } else {
            ("个附件", counted(n as i64, "attachment", "attachments"))
        };
        lang.pick(
            format!("{kept}保存 · {n} {zh}"),
            format!("Saved {kept} · {en}"),
        )
    };
    let mark = draft
        .amends
        .map(|_| (Tone::Warning, lang.pick("修改中", "Correction").to_owned()));
    let to = Page::Draft(draft.id.into());
    row(form_icon(&draft.form_id), &to, title, note, mark)
}
