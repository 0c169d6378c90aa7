//! What stands above a list: words to look for, drop-downs that narrow it, and how many are left.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::fields::Label;
use crate::{
    components::{
        choice::{Choice, DropDown},
        field::SearchField,
        surface::Toolbar,
    },
    i18n::tp,
};

/// One drop-down; its first choice is usually empty and narrows nothing.
pub struct Filter {
    name: &'static str,
    label: Label,
    choices: Signal<Vec<Choice>>,
    value: RwSignal<String>,
}

impl Filter {
    pub fn new(
        name: &'static str,
        label: Label,
        value: RwSignal<String>,
        choices: Signal<Vec<Choice>>,
    ) -> Self {
        Self {
            name,
            label,
            choices,
            value,
        }
    }
}

#[component]
pub fn Filters(
    /// What can be looked for, and the words that are.
    #[prop(optional)]
    search: Option<(Label, RwSignal<String>)>,
    filters: Vec<Filter>,
    /// How many fit.
    #[prop(optional, into)]
    count: Option<TextProp>,
    /// What stands before them.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let search = search.map(|(label, words)| {
        view! { <SearchField label=tp(label) value=words on_input=move |text| words.set(text)/> }
    });
    let filters: Vec<AnyView> = filters
        .into_iter()
        .map(|filter| {
            let Filter {
                name,
                label,
                choices,
                value,
            } = filter;
            view! {
                <DropDown
                    name
                    label=tp(label)
                    choices
                    value
                    on_change=move |word| value.set(word)
                    compact=true
                />
            }
            .into_any()
        })
        .collect();
    let count = count.map(|count| {
        view! { <span class="toolbar-count" role="status">{move || count.get()}</span> }
    });
    view! {
        <Toolbar>
            {children.map(|children| children())}
            {search}
            {filters}
            {count}
        </Toolbar>
    }
    .into_any()
}

/// A filter's value, which begins with what the address says of it.
pub fn from_address(name: &str) -> RwSignal<String> {
    let query = use_query_map();
    RwSignal::new(query.read_untracked().get(name).unwrap_or_default())
}

/// Whether a text has all of the words that were typed, in any order.
pub fn has_words(text: &str, typed: &str) -> bool {
    let text = text.to_lowercase();
    let typed = typed.to_lowercase();
    typed.split_whitespace().all(|word| text.contains(word))
}
