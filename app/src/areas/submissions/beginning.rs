//! Beginning a record: a new draft is saved, then its page opens.

use domain::{
    ActivityId, SubmissionId,
    forms::{Form, StoredForm},
};
use leptos::{prelude::*, task::spawn_local};
use sync::Draft;
use uuid::Uuid;

use super::draft::new_draft;
use crate::{
    components::toast::use_toasts, device::Device, i18n::use_lang, platform, routing::Page,
};

/// Saves a draft of the form that is run with, after `fill` has put into it what is known already, and
/// goes to its page.
pub fn use_beginning(
    go: impl Fn(Page) + Clone + Send + Sync + 'static,
    activity: impl Fn() -> Option<ActivityId> + Send + Sync + 'static,
    fill: impl Fn(&Form, &mut Draft) + Send + Sync + 'static,
) -> Callback<StoredForm> {
    let device = Device::get();
    let (toasts, lang) = (use_toasts(), use_lang());
    let busy = StoredValue::new(false);
    Callback::new(move |form: StoredForm| {
        let (Some(form), Some(replica), Some(random)) = (
            form.read(),
            device.replica(),
            platform::random_bytes::<10>(),
        ) else {
            return;
        };
        // A second tap makes no second draft.
        if busy.try_update_value(|busy| std::mem::replace(busy, true)) != Some(false) {
            return;
        }
        let millis = u64::try_from(platform::now_ms()).unwrap_or(0);
        let id: Uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let mut draft = new_draft(form, activity(), id, &device.environment());
        fill(form, &mut draft);
        let (go, lang) = (go.clone(), lang.get_untracked());
        spawn_local(async move {
            match replica.save_draft(&draft).await {
                Ok(()) => go(Page::Draft(SubmissionId(id))),
                Err(error) => {
                    toasts.error(error.message(lang));
                    busy.try_set_value(false);
                }
            }
        });
    })
}
