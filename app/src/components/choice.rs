//! Choosing: one or several of a list, a segmented control, a drop-down, a switch.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::components::{
    field::{FieldFrame, FieldFrameProps},
    icon::Icon,
};

/// Something to choose. The label is in the current language (build the list inside a
/// `Signal::derive` that reads `use_lang()`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A second line; shown in lists only.
    pub hint: String,
    /// Address of a picture beside the label; empty for none.
    pub picture: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
            picture: String::new(),
        }
    }

    #[must_use]
    pub fn picture(mut self, address: impl Into<String>) -> Self {
        self.picture = address.into();
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// How choices are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChoiceLook {
    /// Side by side: for few and short ones.
    #[default]
    Chips,
    /// Below each other.
    List,
    /// Side by side in equal widths, as the steps of a scale.
    Scale,
}

impl ChoiceLook {
    fn classes(self) -> (&'static str, &'static str) {
        match self {
            Self::Chips => ("choice-chips", "choice-chip"),
            Self::List => ("choice-list", "choice-row"),
            Self::Scale => ("choice-scale", "choice-step"),
        }
    }
}

fn options(
    name: &str,
    multiple: bool,
    look: ChoiceLook,
    choices: Signal<Vec<Choice>>,
    is_chosen: Callback<String, bool>,
    on_toggle: Callback<(String, bool)>,
    disabled: Signal<bool>,
) -> AnyView {
    let name = name.to_owned();
    let list = look == ChoiceLook::List;
    let (outer, inner) = look.classes();
    view! {
        <span class=outer>
            <For
                each=move || choices.get()
                key=|choice| (choice.value.clone(), choice.label.clone())
                let:choice
            >
                <label class=inner>
                    <input
                        class="choice-input"
                        type=if multiple { "checkbox" } else { "radio" }
                        name=name.clone()
                        value=choice.value.clone()
                        disabled=move || disabled.get()
                        prop:checked={
                            let value = choice.value.clone();
                            move || is_chosen.run(value.clone())
                        }
                        on:change={
                            let value = choice.value.clone();
                            move |ev| on_toggle.run((value.clone(), event_target_checked(&ev)))
                        }
                    />
                    <span class="choice-mark" class:choice-mark-round=!multiple aria-hidden="true">
                        <Icon icon=lu::LuCheck/>
                    </span>
                    {(!choice.picture.is_empty())
                        .then(|| view! { <img class="choice-picture" src=choice.picture alt=""/> })}
                    <span class="choice-text">
                        <span>{choice.label}</span>
                        {(list && !choice.hint.is_empty())
                            .then(|| view! { <span class="choice-hint">{choice.hint}</span> })}
                    </span>
                </label>
            </For>
        </span>
    }
    .into_any()
}

/// Exactly one of several.
#[component]
pub fn SelectOne(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    /// Empty: nothing chosen yet.
    #[prop(into)]
    value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional)] look: ChoiceLook,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] required: bool,
    /// Between the label and the choices: a search.
    #[prop(optional, into)]
    above: Option<ViewFn>,
) -> impl IntoView {
    let is_chosen = Callback::new(move |option: String| *value.read() == option);
    let on_toggle = Callback::new(move |(option, _): (String, bool)| on_change.run(option));
    let body = options(&name, false, look, choices, is_chosen, on_toggle, disabled);
    let body = below(above, body);
    group(&name, label, hint, error, required, body)
}

/// Any number of several.
#[component]
pub fn SelectMany(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<Vec<String>>,
    /// The whole new selection, in the order of the choices.
    #[prop(into)]
    on_change: Callback<Vec<String>>,
    #[prop(optional)] look: ChoiceLook,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] required: bool,
    /// Between the label and the choices: a search.
    #[prop(optional, into)]
    above: Option<ViewFn>,
) -> impl IntoView {
    let is_chosen = Callback::new(move |option: String| value.read().contains(&option));
    let on_toggle = Callback::new(move |(option, on): (String, bool)| {
        let chosen = value.get_untracked();
        let all = choices
            .get_untracked()
            .into_iter()
            .map(|choice| choice.value);
        let next = all
            .filter(|v| if *v == option { on } else { chosen.contains(v) })
            .collect();
        on_change.run(next);
    });
    let body = options(&name, true, look, choices, is_chosen, on_toggle, disabled);
    let body = below(above, body);
    group(&name, label, hint, error, required, body)
}

fn below(above: Option<ViewFn>, body: AnyView) -> AnyView {
    match above {
        Some(above) => view! { {above.run()} {body} }.into_any(),
        None => body,
    }
}

fn group(
    name: &str,
    label: TextProp,
    hint: Option<TextProp>,
    error: Signal<Option<String>>,
    required: bool,
    body: AnyView,
) -> AnyView {
    FieldFrame(FieldFrameProps {
        for_id: format!("field-{name}"),
        label,
        hint,
        error,
        required,
        group: true,
        children: Box::new(move || body),
    })
    .into_any()
}

/// A native drop-down, for filters and long lists. An empty value is "none": give it a choice if it
/// can be chosen.
#[component]
pub fn DropDown(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] required: bool,
    /// For toolbars: the label is read aloud only.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let spoken = compact.then(|| label.clone());
    // What has no label of its own leaves the id to a dialog's field of the same name.
    let own_id = (!compact).then(|| id.clone());
    let control = view! {
        <span class="input-box drop-down">
            <select
                id=own_id
                name=name
                class="input"
                aria-label=move || spoken.as_ref().map(TextProp::get)
                aria-invalid=move || error.read().is_some().then_some("true")
                disabled=move || disabled.get()
                prop:value=move || {
                    choices.track();
                    value.get()
                }
                on:change=move |ev| on_change.run(event_target_value(&ev))
            >
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|choice| {
                            let own = choice.value.clone();
                            view! {
                                <option value=choice.value selected=move || *value.read() == own>
                                    {choice.label}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
            <Icon icon=lu::LuChevronDown/>
        </span>
    };
    if compact {
        return control.into_any();
    }
    FieldFrame(FieldFrameProps {
        for_id: id,
        label,
        hint,
        error,
        required,
        group: false,
        children: Box::new(move || control.into_any()),
    })
    .into_any()
}

/// Two to four views of the same thing, side by side; `label` is read aloud.
#[component]
pub fn Segmented(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    view! {
        <div class="segmented" role="radiogroup" aria-label=move || label.get()>
            <For
                each=move || choices.get()
                key=|choice| (choice.value.clone(), choice.label.clone())
                let:choice
            >
                <label class="segment">
                    <input
                        class="choice-input"
                        type="radio"
                        name=name.clone()
                        value=choice.value.clone()
                        prop:checked={
                            let own = choice.value.clone();
                            move || *value.read() == own
                        }
                        on:change={
                            let own = choice.value.clone();
                            move |_| on_change.run(own.clone())
                        }
                    />
                    <span class="segment-label">{choice.label}</span>
                </label>
            </For>
        </div>
    }
    .into_any()
}

/// On or off, at once.
#[component]
pub fn Switch(
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="switch-row">
            <span class="switch-text">
                <span>{move || label.get()}</span>
                {hint.map(|hint| view! { <span class="choice-hint">{move || hint.get()}</span> })}
            </span>
            <input
                class="switch"
                type="checkbox"
                role="switch"
                disabled=move || disabled.get()
                prop:checked=move || checked.get()
                on:change=move |ev| on_change.run(event_target_checked(&ev))
            />
        </label>
    }
    .into_any()
}

/// One sentence to agree to.
#[component]
pub fn CheckBox(
    #[prop(into)] name: String,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// The sentence; may hold links.
    children: Children,
) -> impl IntoView {
    let error_id = format!("field-{name}-error");
    view! {
        <div class="field" class:has-error=move || error.read().is_some()>
            <label class="choice-row choice-row-plain">
                <input
                    class="choice-input"
                    type="checkbox"
                    name=name
                    aria-describedby=error_id.clone()
                    prop:checked=move || checked.get()
                    on:change=move |ev| on_change.run(event_target_checked(&ev))
                />
                <span class="choice-mark" aria-hidden="true">
                    <Icon icon=lu::LuCheck/>
                </span>
                <span class="choice-text">{children()}</span>
            </label>
            <p class="field-error" id=error_id aria-live="polite">
                {move || {
                    error
                        .get()
                        .map(|error| {
                            view! {
                                <Icon icon=lu::LuCircleAlert/>
                                <span>{error}</span>
                            }
                        })
                }}
            </p>
        </div>
    }
    .into_any()
}

/// Views of one page, with counts if wanted: `count` of each choice is its `hint`.
#[component]
pub fn Tabs(
    #[prop(into)] label: TextProp,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let step = move |by: isize| {
        let choices = choices.get_untracked();
        let now = choices
            .iter()
            .position(|choice| choice.value == value.get_untracked());
        let Some(next) = now.and_then(|now| now.checked_add_signed(by)) else {
            return;
        };
        if let Some(choice) = choices.get(next) {
            on_change.run(choice.value.clone());
        }
    };
    view! {
        <div
            class="tabs"
            role="tablist"
            aria-label=move || label.get()
            on:keydown=move |ev| match ev.key().as_str() {
                "ArrowRight" => step(1),
                "ArrowLeft" => step(-1),
                _ => {}
            }
        >
            {move || {
                choices
                    .get()
                    .into_iter()
                    .map(|choice| {
                        let own = StoredValue::new(choice.value);
                        let chosen = move || own.with_value(|own| *value.read() == *own);
                        view! {
                            <button
                                type="button"
                                role="tab"
                                class="tabs-tab"
                                aria-selected=move || if chosen() { "true" } else { "false" }
                                tabindex=move || if chosen() { "0" } else { "-1" }
                                on:click=move |_| on_change.run(own.get_value())
                            >
                                {choice.label}
                                {(!choice.hint.is_empty())
                                    .then(|| view! { <span class="tabs-count">{choice.hint}</span> })}
                            </button>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
    .into_any()
}
