//! The kit's photos, files, codes and signatures.

use leptos::prelude::*;

use crate::{
    components::{
        Tone,
        button::{Button, ButtonKind},
        copy_field::CopyField,
        files::{FileList, ListedFile},
        photo::{Lightbox, Photo, PhotoButton, PhotoGrid, PhotoSource},
        qr::{QrImage, QrScanner},
        signature::SignaturePad,
        surface::Section,
        toast::use_toasts,
    },
    i18n::{t, use_lang},
    office::uploads::UploadArea,
    platform::{
        photos::{self, PickedFile},
        uploads::Uploaded,
    },
};

#[component]
pub fn Media() -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let taken = RwSignal::new(Vec::<Photo>::new());
    let open = RwSignal::new(None::<usize>);
    let files = RwSignal::new(Vec::<ListedFile>::new());
    let scanning = RwSignal::new(false);
    let link = Signal::derive(|| "https://minglu.example/c#1.Zm9v.YmFy".to_owned());
    let label = t("照片", "Photo");
    let waiting = t("待发送", "Not sent");
    let add = move |files: Vec<PickedFile>| {
        for file in files {
            leptos::task::spawn_local(async move {
                match photos::prepare_photo(file).await {
                    Ok(photo) => {
                        let url = |bytes: &[u8]| photos::object_url(bytes, "image/jpeg");
                        let shown = Photo {
                            id: photo.source_mtime.to_string() + &photo.bytes.len().to_string(),
                            thumbnail: url(&photo.thumbnail).unwrap_or_default(),
                            full: url(&photo.bytes).unwrap_or_default(),
                            label: label().to_owned(),
                            removable: true,
                            ..Photo::default()
                        };
                        taken.update(|all| all.push(shown.mark(Tone::Info, waiting())));
                    }
                    Err(error) => {
                        let words = error.words();
                        toasts.error(lang.get_untracked().pick(words.0, words.1));
                    }
                }
            });
        }
    };
    let signed = move |png: Option<Vec<u8>>| {
        if let Some(png) = png {
            toasts.info(format!("PNG {} B", png.len()));
        }
    };
    view! {
        <Section title=t("照片", "Photos")>
            <div class="cluster">
                <PhotoButton source=PhotoSource::Camera kind=ButtonKind::Primary on_pick=add/>
                <PhotoButton source=PhotoSource::Album on_pick=add/>
            </div>
            <PhotoGrid
                photos=taken
                on_open=move |at| open.set(Some(at))
                on_remove=move |id: String| taken.update(|all| all.retain(|photo| photo.id != id))
            />
            <Lightbox photos=taken index=open/>
        </Section>
        <Section title=t("文件", "Files")>
            <UploadArea
                label=t("选择文件", "Choose files")
                hint=t("最大 200 MB", "200 MB at most")
                on_uploaded=move |it: Uploaded| {
                    files
                        .update(|all| {
                            all.push(ListedFile {
                                id: it.sha256.clone(),
                                name: it.file_name,
                                detail: it.media_type.clone(),
                                url: Some(format!("/api/blobs/{}", it.sha256)),
                                is_recording: it.media_type.starts_with("audio/"),
                                removable: true,
                                ..ListedFile::default()
                            });
                        });
                }
            />
            <FileList
                files
                on_remove=move |id: String| files.update(|all| all.retain(|file| file.id != id))
            />
        </Section>
        <Section title=t("二维码", "QR codes")>
            <QrImage text=link label=t("签到码", "Check-in code")/>
            <CopyField label=t("邀请链接", "Invitation link") text=link/>
            <Button on_click=move || scanning.update(|on| *on = !*on)>
                {t("扫码", "Scan")}
            </Button>
            {move || {
                scanning
                    .get()
                    .then(|| {
                        view! {
                            <QrScanner
                                active=scanning
                                on_code=move |code: String| toasts.success(code)
                            />
                        }
                    })
            }}
        </Section>
        <Section title=t("签名", "Signature")>
            <SignaturePad
                label=t("签名", "Signature")
                on_change=signed
            />
        </Section>
    }
    .into_any()
}
