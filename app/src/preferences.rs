//! What a person likes on this device: language, theme, text size, the last tab.
//!
//! Kept in `localStorage` (keys `minglu.lang`, `minglu.theme`, `minglu.text`, `minglu.tab`; JSON
//! strings), written onto `<html>` as `lang`, `data-theme` and `data-text`. Never leaves the device.

use domain::Lang;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::platform::{self, document};

/// Light, dark, or as the device is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value of `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::System => ("跟随系统", "System"),
            Self::Light => ("浅色", "Light"),
            Self::Dark => ("深色", "Dark"),
        }
    }
}

/// How large text and targets are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextSize {
    #[default]
    Standard,
    Large,
    /// The elder view (适老版): text a third larger, targets of 60 px.
    Elder,
}

impl TextSize {
    pub const ALL: [Self; 3] = [Self::Standard, Self::Large, Self::Elder];

    /// The value of `data-text`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Large => "large",
            Self::Elder => "elder",
        }
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Standard => ("标准", "Normal"),
            Self::Large => ("大字", "Large"),
            Self::Elder => ("长辈版", "Elder"),
        }
    }
}

/// The settings as signals; set one and it is applied and kept.
#[derive(Clone, Copy)]
pub struct Preferences {
    pub lang: RwSignal<Lang>,
    pub theme: RwSignal<Theme>,
    pub text: RwSignal<TextSize>,
    /// The path of the tab that was open last.
    pub tab: RwSignal<String>,
}

/// The settings, from any component.
pub fn use_preferences() -> Preferences {
    use_context::<Preferences>().unwrap_or_else(|| Preferences {
        lang: crate::i18n::use_lang(),
        theme: RwSignal::default(),
        text: RwSignal::default(),
        tab: RwSignal::default(),
    })
}

/// Reads what is kept on the device, and keeps what is changed.
pub(crate) fn provide(lang: RwSignal<Lang>, on_server: bool) -> Preferences {
    let preferences = Preferences {
        lang,
        theme: RwSignal::default(),
        text: RwSignal::default(),
        tab: RwSignal::default(),
    };
    provide_context(preferences);
    if on_server {
        return preferences;
    }
    preferences.load();
    Effect::new(move |_| {
        let (lang, theme, text, tab) = (
            lang.get(),
            preferences.theme.get(),
            preferences.text.get(),
            preferences.tab.get(),
        );
        document::set_html("lang", lang.tag());
        document::set_html("data-theme", theme.as_str());
        document::set_html("data-text", text.as_str());
        document::set_bar_color(match theme {
            Theme::System => None,
            Theme::Light => Some(false),
            Theme::Dark => Some(true),
        });
        platform::storage::set("minglu.theme", &theme);
        platform::storage::set("minglu.text", &text);
        platform::storage::set("minglu.tab", &tab);
    });
    preferences
}

/// The language that the person chose on this device, if ever.
pub(crate) fn stored_lang() -> Option<Lang> {
    platform::storage::get("minglu.lang")
}

impl Preferences {
    fn load(self) {
        if let Some(theme) = platform::storage::get("minglu.theme") {
            self.theme.set(theme);
        }
        if let Some(text) = platform::storage::get("minglu.text") {
            self.text.set(text);
        }
        if let Some(tab) = platform::storage::get("minglu.tab") {
            self.tab.set(tab);
        }
    }

    /// Changes the language and remembers that a person chose it.
    pub fn choose_lang(self, lang: Lang) {
        self.lang.set(lang);
        platform::storage::set("minglu.lang", &lang);
    }
}
