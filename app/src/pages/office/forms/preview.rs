//! A form as it looks on a phone, to be tried out: nothing is kept or sent.

use domain::forms::Form;
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    areas::submissions::{editor::Editor, fields::form_fields},
    components::{
        button::{Button, ButtonKind},
        icon::Icon,
    },
    device::Device,
    i18n::{t, tx},
};

#[component]
pub fn Preview(form: Form) -> impl IntoView {
    let form = StoredValue::new(form);
    // Another number begins anew.
    let run = RwSignal::new(0_u32);
    let label = t("手机预览", "Preview on a phone");
    let note = t(
        "可以试填，不会保存或提交",
        "Try it: nothing is kept or sent",
    );
    let again = t("重新填", "Start over");
    let screen = move || {
        run.track();
        let form = form.get_value();
        let title = tx(form.title.clone());
        let editor = Editor::preview(Device::get(), form);
        let fields = form_fields(editor, &editor.form().nodes);
        view! {
            <p class="phone-title">
                <Icon icon=lu::LuChevronLeft/>
                <span>{title}</span>
            </p>
            <div class="phone-page stack">{fields}</div>
        }
        .into_any()
    };
    view! {
        <section class="phone" aria-label=label>
            <div class="phone-screen" tabindex="0" role="group" aria-label=label>{screen}</div>
            <div class="phone-note">
                <span class="muted small">{note}</span>
                <Button
                    kind=ButtonKind::Ghost
                    small=true
                    icon=lu::LuRotateCcw
                    on_click=move || run.update(|run| *run += 1)
                >
                    {again}
                </Button>
            </div>
        </section>
    }
    .into_any()
}
