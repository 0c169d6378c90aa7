//! The fields of a dialog, each a signal with its label, whose error is shown beside it.

use leptos::prelude::*;

use super::Act;
use crate::{
    components::{
        choice::{Choice, DropDown},
        field::{TextArea, TextField, TextKind},
    },
    i18n::t,
};

/// Draws fields for an act; one that the server refuses says so itself.
#[derive(Clone, Copy)]
pub struct Fields(pub Act);

/// In Chinese and English.
pub type Label = (&'static str, &'static str);

impl Fields {
    pub fn text(self, name: &'static str, label: Label, value: RwSignal<String>) -> AnyView {
        self.of_kind(TextKind::Text, name, label, value)
    }

    pub fn date(self, name: &'static str, label: Label, value: RwSignal<String>) -> AnyView {
        self.of_kind(TextKind::Date, name, label, value)
    }

    fn of_kind(
        self,
        kind: TextKind,
        name: &'static str,
        label: Label,
        value: RwSignal<String>,
    ) -> AnyView {
        let label = t(label.0, label.1);
        view! {
            <TextField
                name=name
                label
                kind
                value=value
                on_input=move |text| value.set(text)
                error=self.0.field_error(name)
            />
        }
        .into_any()
    }

    /// Up to 500 characters.
    pub fn long(self, name: &'static str, label: Label, value: RwSignal<String>) -> AnyView {
        let label = t(label.0, label.1);
        view! {
            <TextArea
                name=name
                label
                value=value
                on_input=move |text| value.set(text)
                error=self.0.field_error(name)
                max_length=500
            />
        }
        .into_any()
    }

    pub fn pick(
        self,
        name: &'static str,
        label: Label,
        choices: Signal<Vec<Choice>>,
        value: RwSignal<String>,
    ) -> AnyView {
        let label = t(label.0, label.1);
        view! {
            <DropDown name=name label choices value on_change=move |text| value.set(text)/>
        }
        .into_any()
    }
}

/// Codes of items as people type them: `1.1、1.2` or `1.1, 1.2`.
pub fn codes(text: &str) -> Vec<String> {
    text.split(['、', ',', '，', ' ', ';', '；'])
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect()
}
