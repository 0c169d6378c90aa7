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
    // Writing the PNG takes a moment: one of before the latest stroke is no longer the signature.
    let strokes = StoredValue::new(0_u32);
    let begin = move || strokes.update_value(|count| *count = count.wrapping_add(1));
    let clear = t("重写", "Clear");
    let hint = t("请在框内签名", "Sign here");
    let finish = move |_| {
        let drawn = pen.try_update_value(Pen::lift).unwrap_or(false);
        if drawn {
            empty.set(false);
            let mine = strokes.get_value();
            let done = Callback::new(move |png| {
                if strokes.try_get_value() == Some(mine) {
                    on_change.run(png);
                }
            });
            Pen::png(canvas, done);
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
                    on:pointerdown=move |ev| {
                        begin();
                        pen.update_value(|pen| pen.down(canvas, &ev));
                    }
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
                    begin();
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
