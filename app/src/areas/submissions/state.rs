//! Where a record stands, in words, color and icon: with the office, and on its way there.

use domain::areas::submissions::ReviewState;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{Tone, status::Badge},
    i18n::{t, tf, tp},
};

/// Where the record stands with the office.
#[component]
pub fn StateBadge(state: ReviewState) -> impl IntoView {
    let (tone, words) = match state {
        ReviewState::Submitted => (Tone::Info, ("待审核", "In review")),
        ReviewState::Returned => (Tone::Warning, ("需更正", "To correct")),
        ReviewState::Approved => (Tone::Success, ("已通过", "Approved")),
        ReviewState::Voided => (Tone::Neutral, ("已作废", "Void")),
    };
    view! { <Badge tone=tone label=tp(words) icon=tone.icon()/> }.into_any()
}

/// What the server doesn't hold of a record yet; nothing when it holds all.
#[component]
pub fn Unsent(pending: bool, photos: usize) -> impl IntoView {
    let waiting = t("待上传", "Not sent yet");
    let waiting_photos = tf(move |lang| {
        lang.pick(
            format!("{photos} 份照片或文件待上传"),
            format!("Photos or files not sent: {photos}"),
        )
    });
    view! {
        {pending.then(|| view! { <Badge tone=Tone::Neutral label=waiting icon=lu::LuSmartphone/> })}
        {(photos > 0)
            .then(|| view! { <Badge tone=Tone::Neutral label=waiting_photos icon=lu::LuImages/> })}
    }
    .into_any()
}
