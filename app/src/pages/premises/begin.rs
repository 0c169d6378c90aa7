//! Beginning an inspection: which checklists fit, and a draft that knows its premises.

use domain::{
    areas::premises::Premises,
    forms::{Form, StoredForm},
    visits::{Finding, RECHECK, is_checklist, prefill, recheck},
};
use leptos::prelude::*;
use sync::Draft;

use crate::{
    areas::{premises::words, submissions::beginning::use_beginning},
    device::Device,
    i18n::use_lang,
    routing::use_go,
};

/// The current checklists: the one made for the trade first, the others after it.
pub fn checklists(
    device: Device,
    premises: &Premises,
) -> Option<(Vec<StoredForm>, Vec<StoredForm>)> {
    let made_for = premises.kind.checklist();
    // Such a summary fits whatever is inspected.
    let fits = |form: &StoredForm| Some(form.id.as_str()) == made_for || form.id == "inspection";
    let all = device.forms()?.into_iter().filter(|row| row.current);
    let forms = all.map(|row| row.form).filter(|form| {
        let form = form.read();
        form.is_some_and(|form| form.is_understood() && is_of_premises(form))
    });
    let (mut first, others): (Vec<StoredForm>, Vec<StoredForm>) = forms.partition(fits);
    domain::small::sort_by_key(&mut first, |form| Some(form.id.as_str()) != made_for);
    Some((first, others))
}

/// The form that asks only for what is open, if it is on this phone.
pub fn recheck_form(device: Device) -> Option<StoredForm> {
    let mut forms = device.forms()?.into_iter().filter(|row| row.current);
    let found = forms.find(|row| row.form.id == RECHECK)?;
    let understood = found.form.read().is_some_and(Form::is_understood);
    understood.then_some(found.form)
}

/// A checklist that asks which place it is about.
fn is_of_premises(form: &Form) -> bool {
    is_checklist(form) && form.question("subject_name").is_some()
}

/// Begins an inspection with what is known of the premises, and with what is open there.
pub fn use_inspection(premises: Premises, open: Vec<Finding>) -> Callback<StoredForm> {
    let (device, lang) = (Device::get(), use_lang());
    let fill = move |form: &Form, draft: &mut Draft| {
        draft.premises_id = Some(premises.id);
        prefill(form, &mut draft.answers, &premises, !open.is_empty());
        let words = |finding: &Finding| {
            let checklist = untrack(|| device.form(&finding.form_id, &finding.form_version));
            let lang = lang.get_untracked();
            words::line(checklist.flatten().as_ref(), &finding.line, lang)
        };
        let open: Vec<(Finding, String)> = open
            .iter()
            .map(|finding| (finding.clone(), words(finding)))
            .collect();
        recheck(form, &mut draft.answers, &open);
    };
    use_beginning(use_go(), || None, fill)
}
