//! A text to take elsewhere: a link, a code.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::{icon::Icon, toast::use_toasts},
    i18n::t,
    platform::share,
};

/// Shows the text and copies it on a tap.
#[component]
pub fn CopyField(
    #[prop(into)] label: TextProp,
    #[prop(into)] text: Signal<String>,
) -> impl IntoView {
    let toasts = use_toasts();
    let copy = t("复制", "Copy");
    let copied = t("已复制", "Copied");
    let failed = t(
        "没能复制，请长按选择后复制",
        "Couldn’t copy: select the text and copy it",
    );
    view! {
        <div class="copy-field">
            <span class="field-label">
                <span class="field-name">{move || label.get()}</span>
            </span>
            <span class="copy-box">
                <output class="copy-text">{move || text.get()}</output>
                <button
                    type="button"
                    class="button button-secondary button-small"
                    on:click=move |_| {
                        share::copy(
                            text.get_untracked(),
                            move |done| {
                                if done {
                                    toasts.success(copied());
                                } else {
                                    toasts.error(failed());
                                }
                            },
                        );
                    }
                >
                    <Icon icon=lu::LuCopy/>
                    <span class="button-label">{copy}</span>
                </button>
            </span>
        </div>
    }
    .into_any()
}
