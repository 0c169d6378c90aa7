//! A handwritten signature, as a PNG's bytes.

use icondata_lu as lu;
use leptos::{html, prelude::*};

use crate::{
    components::button::{Button, ButtonKind},
    i18n::t,
    platform::signature::Pen,
};

/// Where somebody signs with a finger. After each stroke `on_change` gets the PNG; `None` after
/// clearing.
#[component]
pub fn SignaturePad(
    #[prop(into)] label: TextProp,
    #[prop(into)] on_change: Callback<Option<Vec<u8>>>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let pen = StoredValue::new_local(Pen::default());
    let empty = RwSignal::new(true);
    let clear = t("重写", "Clear");
    let hint = t("请在框内签名", "Sign here");
    let finish = move |_| {
        let drawn = pen.try_update_value(Pen::lift).unwrap_or(false);
        if drawn {
            empty.set(false);
            Pen::png(canvas, on_change);
        }
    };
    view! {
        <div class="signature">
            <div class="signature-box">
                <canvas
                    node_ref=canvas
                    class="signature-canvas"
                    role="img"
                    aria-label=move || label.get()
                    on:pointerdown=move |ev| pen.update_value(|pen| pen.down(canvas, &ev))
                    on:pointermove=move |ev| pen.update_value(|pen| pen.draw(canvas, &ev))
                    on:pointerup=finish
                    on:pointercancel=finish
                ></canvas>
                {move || empty.get().then(|| view! { <p class="signature-hint">{hint}</p> })}
            </div>
            <Button
                kind=ButtonKind::Ghost
                small=true
                icon=lu::LuRotateCcw
                disabled=empty
                on_click=move || {
                    pen.update_value(|pen| pen.clear(canvas));
                    empty.set(true);
                    on_change.run(None);
                }
            >
                {clear}
            </Button>
        </div>
    }
    .into_any()
}
