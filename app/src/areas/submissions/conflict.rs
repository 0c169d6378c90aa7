//! One question that two people answered differently: both values side by side, one tap to choose.

use leptos::prelude::*;

use crate::{
    components::button::{Button, ButtonKind},
    i18n::t,
};

/// The value that stands and the other one. `on_choose` gets whether the other one is wanted; without
/// it there is nothing to choose here.
#[component]
pub fn ConflictCard(
    #[prop(into)] label: TextProp,
    #[prop(into)] kept: TextProp,
    #[prop(into)] other_by: TextProp,
    #[prop(into)] other: TextProp,
    on_choose: Option<Callback<bool>>,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let kept_by = t("现在采用", "Stands now");
    let sides = [
        (false, TextProp::from(kept_by), kept),
        (true, other_by, other),
    ];
    let sides = sides.map(|(theirs, by, text)| {
        let this = t("用这个", "Use this");
        let name = by.clone();
        let choose = on_choose.map(|on_choose| {
            view! {
                <Button
                    kind=ButtonKind::Secondary
                    small=true
                    loading=busy
                    on_click=move || on_choose.run(theirs)
                >
                    {this}
                    <span class="sr-only">{move || name.get()}</span>
                </Button>
            }
        });
        view! {
            <div class="conflict-side" class:is-kept=!theirs>
                <p class="small strong">{move || by.get()}</p>
                <p class="prose">{move || text.get()}</p>
                {choose}
            </div>
        }
    });
    view! {
        <div class="conflict">
            <h3 class="conflict-title">{move || label.get()}</h3>
            <div class="conflict-sides">{sides}</div>
        </div>
    }
    .into_any()
}
