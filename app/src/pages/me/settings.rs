//! Language, colors, text size; password and privacy.

use domain::Lang;
use icondata_lu as lu;
use leptos::prelude::*;

use super::password::PasswordDialog;
use crate::{
    areas::sessions::privacy,
    components::{
        choice::{Choice, Segmented},
        dialog::Dialog,
        surface::{Card, List, ListRow, Section},
    },
    i18n::{t, use_lang},
    preferences::{TextSize, Theme, use_preferences},
};

#[component]
pub fn Settings() -> impl IntoView {
    let title = t("设置", "Settings");
    let (changing, reading) = (RwSignal::new(false), RwSignal::new(false));
    let password = t("修改密码", "Change password");
    let notice = t("隐私说明", "Privacy notice");
    view! {
        <Section title>
            <Card><Look/></Card>
            <List>
                <ListRow title=password icon=lu::LuKeyRound on_click=move || changing.set(true)/>
                <ListRow title=notice icon=lu::LuShieldCheck on_click=move || reading.set(true)/>
            </List>
        </Section>
        <PasswordDialog open=changing/>
        <PrivacyDialog open=reading/>
    }
    .into_any()
}

/// How the app looks on this device.
#[component]
fn Look() -> impl IntoView {
    let lang = use_lang();
    let preferences = use_preferences();
    let named = move |(zh, en): (&'static str, &'static str)| lang.get().pick(zh, en);
    let languages = Signal::stored(vec![
        Choice::new("zh", "中文"),
        Choice::new("en", "English"),
    ]);
    let sizes = Signal::derive(move || {
        let sizes = TextSize::ALL.into_iter();
        sizes
            .map(|size| Choice::new(size.as_str(), named(size.name())))
            .collect::<Vec<_>>()
    });
    let themes = Signal::derive(move || {
        let themes = Theme::ALL.into_iter();
        themes
            .map(|theme| Choice::new(theme.as_str(), named(theme.name())))
            .collect::<Vec<_>>()
    });
    let current = Signal::derive(move || lang.get().pick("zh", "en").to_owned());
    let size = Signal::derive(move || preferences.text.get().as_str().to_owned());
    let theme = Signal::derive(move || preferences.theme.get().as_str().to_owned());
    let labels = (
        t("语言", "Language"),
        t("文字大小", "Text size"),
        t("外观", "Appearance"),
    );
    view! {
        <div class="setting">
            <p class="setting-name" aria-hidden="true">{labels.0}</p>
            <Segmented
                name="language"
                label=labels.0
                choices=languages
                value=current
                on_change=move |value: String| {
                    preferences.choose_lang(if value == "en" { Lang::En } else { Lang::Zh });
                }
            />
        </div>
        <div class="setting">
            <p class="setting-name" aria-hidden="true">{labels.1}</p>
            <Segmented
                name="text-size"
                label=labels.1
                choices=sizes
                value=size
                on_change=move |value: String| {
                    if let Some(size) = TextSize::ALL.into_iter().find(|it| it.as_str() == value) {
                        preferences.text.set(size);
                    }
                }
            />
        </div>
        <div class="setting">
            <p class="setting-name" aria-hidden="true">{labels.2}</p>
            <Segmented
                name="theme"
                label=labels.2
                choices=themes
                value=theme
                on_change=move |value: String| {
                    if let Some(theme) = Theme::ALL.into_iter().find(|it| it.as_str() == value) {
                        preferences.theme.set(theme);
                    }
                }
            />
        </div>
    }
    .into_any()
}

#[component]
fn PrivacyDialog(open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let title = t("隐私说明", "Privacy notice");
    view! {
        <Dialog open on_close=move || open.set(false) title>
            <p>{move || privacy::short(lang.get())}</p>
            {move || {
                let parts = privacy::full(lang.get()).iter();
                parts
                    .map(|(title, text)| {
                        view! {
                            <section class="stack-tight">
                                <h3>{*title}</h3>
                                <p>{*text}</p>
                            </section>
                        }
                    })
                    .collect_view()
            }}
        </Dialog>
    }
    .into_any()
}
