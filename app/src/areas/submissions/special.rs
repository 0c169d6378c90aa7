//! Answers that a phone's camera or a finger gives: the text of a code, a signature.

use domain::{areas::attachments::PhotoSource as Source, forms::Question};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::{
    editor::Editor,
    fields::{error_of, hint_of},
    photo_field::{draft_picture, new_photo},
    pictures::use_pictures,
};
use crate::{
    components::{
        button::{Button, ButtonKind},
        dialog::Dialog,
        field::{FieldFrame, FieldFrameProps},
        photo::PhotoGrid,
        qr::QrScanner,
        signature::SignaturePad,
        toast::use_toasts,
    },
    i18n::{t, tf, tx, use_lang},
    platform::{
        photos::{PickedFile, prepare_photo},
        screen,
    },
};

/// A button beside a text that scans it.
pub fn scan_button(question: &Question, on_code: Callback<String>) -> AnyView {
    let open = RwSignal::new(false);
    let take = Callback::new(move |text: String| {
        screen::buzz();
        open.set(false);
        on_code.run(text);
    });
    let words = t("扫码", "Scan");
    let hint = t("对准二维码或条形码", "Point at the QR code or bar code");
    let label = question.label.clone();
    let title = tf(move |lang| format!("{} · {}", lang.pick("扫码", "Scan"), label.get(lang)));
    view! {
        <Button small=true icon=lu::LuScanLine on_click=move || open.set(true)>{words}</Button>
        <Dialog open on_close=move || open.set(false) title>
            <QrScanner active=open on_code=take hint bars=true/>
        </Dialog>
    }
    .into_any()
}

/// An image question that is answered by signing.
pub fn signature(editor: Editor, question: &Question, required: bool) -> AnyView {
    let lang = use_lang();
    let toasts = use_toasts();
    let name = question.name.clone();
    let label = question.label.clone();
    let own = name.clone();
    let pictures = Signal::derive(move || {
        let lang = lang.get();
        let photos = editor.photos_of(&own).into_iter();
        photos
            .map(|photo| draft_picture(photo, label.get(lang), lang))
            .collect::<Vec<_>>()
    });
    let photos = use_pictures(pictures);
    let signed = Memo::new(move |_| !pictures.read().is_empty());
    let drawn = RwSignal::new(None::<Vec<u8>>);
    let busy = RwSignal::new(false);
    let draft = editor.draft_id();
    let keep = Callback::new(move |()| {
        let Some(file) = drawn
            .get_untracked()
            .and_then(|png| PickedFile::drawn(&png, "image/png"))
        else {
            return;
        };
        let (name, lang) = (name.clone(), lang.get_untracked());
        busy.set(true);
        spawn_local(async move {
            let kept = match prepare_photo(file).await {
                Ok(photo) => {
                    let photo = new_photo(name, photo, Source::Camera);
                    editor.add_photo(draft, photo, lang).await
                }
                Err(error) => {
                    let (zh, en) = error.words();
                    Err(lang.pick(zh, en).to_owned())
                }
            };
            if let Err(message) = kept {
                toasts.error(message);
            }
            drawn.try_set(None);
            busy.try_set(false);
        });
    });
    let remove = Callback::new(move |id: String| {
        let lang = lang.get_untracked();
        spawn_local(async move {
            let Ok(id) = id.parse() else { return };
            if let Err(message) = editor.remove_photo(id, lang).await {
                toasts.error(message);
            }
        });
    });
    // It is shown in full where it stands.
    let look = Callback::new(|_: usize| ());
    let words = t("用这个签名", "Use this signature");
    let unsigned = Signal::derive(move || drawn.read().is_none());
    let pad_label = tx(question.label.clone());
    let body = move || {
        if signed.get() {
            view! {
                <div class="signature-kept">
                    <PhotoGrid photos on_open=look on_remove=remove/>
                </div>
            }
            .into_any()
        } else {
            let pad_label = pad_label.clone();
            view! {
                <SignaturePad label=pad_label on_change=move |png| drawn.set(png)/>
                <Button
                    kind=ButtonKind::Secondary
                    icon=lu::LuCheck
                    loading=busy
                    disabled=unsigned
                    on_click=keep
                >
                    {words}
                </Button>
            }
            .into_any()
        }
    };
    FieldFrame(FieldFrameProps {
        for_id: format!("field-{}", question.name),
        label: tx(question.label.clone()).into(),
        hint: hint_of(question),
        error: error_of(editor, question),
        required,
        group: true,
        children: Box::new(move || view! { <div class="stack-tight">{body}</div> }.into_any()),
    })
    .into_any()
}
