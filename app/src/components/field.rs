//! Text fields of every kind: label above, hint below, the error in words.
//!
//! The value is text; whoever owns the form parses it. `name` is unique on the page.

use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    i18n::{t, use_lang},
    platform::keys,
};

/// What surrounds every input: label, hint, error. `for_id` is the input's id.
#[component]
pub fn FieldFrame(
    #[prop(into)] for_id: String,
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    /// Several inputs under one label: a `<fieldset>`.
    #[prop(optional)]
    group: bool,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let marked = move || {
        if required {
            lang.get().pick("必填", "required")
        } else {
            ""
        }
    };
    let below = {
        let hint_id = format!("{for_id}-hint");
        let error_id = format!("{for_id}-error");
        view! {
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{move || hint.get()}</p> })}
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
        }
    };
    let caption = view! {
        <span class="field-name">{move || label.get()}</span>
        {required.then(|| view! { <span class="field-required">{marked}</span> })}
    };
    if group {
        view! {
            <fieldset class="field" id=for_id class:has-error=move || error.read().is_some()>
                <legend class="field-label">{caption}</legend>
                {children()}
                {below}
            </fieldset>
        }
        .into_any()
    } else {
        view! {
            <div class="field" class:has-error=move || error.read().is_some()>
                <label class="field-label" for=for_id>
                    {caption}
                </label>
                {children()}
                {below}
            </div>
        }
        .into_any()
    }
}

fn described_by(id: &str, hint: bool) -> String {
    if hint {
        format!("{id}-hint {id}-error")
    } else {
        format!("{id}-error")
    }
}

/// What keyboard and browser should expect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextKind {
    #[default]
    Text,
    Mobile,
    /// A log-in name: no capital letters, no corrections.
    UserName,
    /// Six digits, read off or heard.
    Code,
    Integer,
    Decimal,
    Date,
    Time,
    DateTime,
}

impl TextKind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Mobile => "tel",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime-local",
            // Not `number`: it swallows what it can't read, and scrolls.
            Self::Text | Self::UserName | Self::Code | Self::Integer | Self::Decimal => "text",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Mobile => Some("tel"),
            Self::Code | Self::Integer => Some("numeric"),
            Self::Decimal => Some("decimal"),
            _ => None,
        }
    }
}

/// One line of text.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] kind: TextKind,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] placeholder: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] required: bool,
    /// Such as `name`, `tel`, `username`, `one-time-code`.
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
    /// Most characters.
    #[prop(optional)]
    max_length: Option<u32>,
    /// A unit after the value, such as 毫升.
    #[prop(optional, into)]
    unit: Option<TextProp>,
    #[prop(optional, into)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let id = format!("field-{name}");
    let described = described_by(&id, hint.is_some());
    let plain = matches!(kind, TextKind::UserName | TextKind::Code);
    let input = view! {
        <span class="input-box" class:input-box-code=kind == TextKind::Code>
            <input
                id=id.clone()
                name=name
                class="input"
                type=kind.input_type()
                inputmode=kind.input_mode()
                autocomplete=autocomplete
                autocapitalize=plain.then_some("none")
                spellcheck=plain.then_some("false")
                maxlength=max_length.map(|n| n.to_string())
                placeholder=move || placeholder.as_ref().map(TextProp::get)
                aria-describedby=described
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-required=required.then_some("true")
                disabled=move || disabled.get()
                prop:value=move || value.get()
                value=value.get_untracked()
                on:input=move |ev| on_input.run(event_target_value(&ev))
                on:change=move |ev| on_input.run(event_target_value(&ev))
                on:blur=move |_| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(());
                    }
                }
            />
            {unit.map(|unit| view! { <span class="input-unit">{move || unit.get()}</span> })}
        </span>
    };
    let frame = FieldFrame(FieldFrameProps {
        for_id: id,
        label,
        hint,
        error,
        required,
        group: false,
        children: Box::new(move || input.into_any()),
    });
    frame.into_any()
}

/// Several lines of text; grows with its content.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] placeholder: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] required: bool,
    /// Most characters; the count is shown when it comes near.
    #[prop(optional)]
    max_length: Option<u32>,
    #[prop(optional, into)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let id = format!("field-{name}");
    let described = described_by(&id, hint.is_some());
    let count = move || {
        let limit = max_length? as usize;
        let used = value.read().chars().count();
        (used * 10 >= limit * 8).then(|| format!("{used}/{limit}"))
    };
    let input = view! {
        <span class="input-box input-box-area">
            <textarea
                id=id.clone()
                name=name
                class="input input-area"
                rows="3"
                maxlength=max_length.map(|n| n.to_string())
                placeholder=move || placeholder.as_ref().map(TextProp::get)
                aria-describedby=described
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-required=required.then_some("true")
                disabled=move || disabled.get()
                prop:value=move || value.get()
                on:input=move |ev| on_input.run(event_target_value(&ev))
                on:blur=move |_| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(());
                    }
                }
            >
                {value.get_untracked()}
            </textarea>
            {move || count().map(|count| view! { <span class="input-count">{count}</span> })}
        </span>
    };
    FieldFrame(FieldFrameProps {
        for_id: id,
        label,
        hint,
        error,
        required,
        group: false,
        children: Box::new(move || input.into_any()),
    })
    .into_any()
}

/// A password that can be shown.
#[component]
pub fn PasswordField(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    /// A password to be made, not one to be remembered.
    #[prop(optional)]
    new: bool,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let described = described_by(&id, hint.is_some());
    let shown = RwSignal::new(false);
    let show = t("显示密码", "Show password");
    let input = view! {
        <span class="input-box">
            <input
                id=id.clone()
                name=name
                class="input"
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=if new { "new-password" } else { "current-password" }
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-required=required.then_some("true")
                prop:value=move || value.get()
                on:input=move |ev| on_input.run(event_target_value(&ev))
                on:change=move |ev| on_input.run(event_target_value(&ev))
            />
            <button
                type="button"
                class="icon-button input-action"
                aria-label=show
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || {
                    let icon = if shown.get() { lu::LuEyeOff } else { lu::LuEye };
                    view! { <Icon icon/> }
                }}
            </button>
        </span>
    };
    FieldFrame(FieldFrameProps {
        for_id: id,
        label,
        hint,
        error,
        required,
        group: false,
        children: Box::new(move || input.into_any()),
    })
    .into_any()
}

/// Looks for something in a list; the label is read aloud and shown as placeholder.
///
/// The key `/` leads into it, from anywhere on the page.
#[component]
pub fn SearchField(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
) -> impl IntoView {
    let placeholder = label.clone();
    let clear = t("清除", "Clear");
    let input = NodeRef::<leptos::html::Input>::new();
    keys::on_keys(move |key| {
        let found = input.get_untracked().filter(|_| key.name == "/");
        found.is_some_and(|input| input.focus().is_ok())
    });
    view! {
        <span class="input-box search-box">
            <Icon icon=lu::LuSearch/>
            <input
                class="input"
                node_ref=input
                type="search"
                aria-label=move || label.get()
                placeholder=move || placeholder.get()
                prop:value=move || value.get()
                on:input=move |ev| on_input.run(event_target_value(&ev))
            />
            {move || {
                (!value.read().is_empty())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="icon-button input-action"
                                aria-label=clear
                                on:click=move |_| on_input.run(String::new())
                            >
                                <Icon icon=lu::LuX/>
                            </button>
                        }
                    })
            }}
        </span>
    }
    .into_any()
}

/// A whole number with − and +, for headcounts; typing works too. Empty is allowed.
#[component]
pub fn Stepper(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] min: i64,
    #[prop(default = 99_999)] max: i64,
    #[prop(default = 1)] step: i64,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(optional, into)] unit: Option<TextProp>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let described = described_by(&id, hint.is_some());
    let less = t("减少", "Less");
    let more = t("增加", "More");
    let number = move || value.read().trim().parse::<i64>().ok();
    let change = move |by: i64| {
        let next = number()
            .map_or(min, |n| n.saturating_add(by))
            .clamp(min, max);
        on_input.run(next.to_string());
    };
    let input = view! {
        <span class="stepper">
            <button
                type="button"
                class="stepper-button"
                aria-label=less
                disabled=move || number().is_none_or(|n| n <= min)
                on:click=move |_| change(-step)
            >
                <Icon icon=lu::LuMinus/>
            </button>
            <span class="input-box">
                <input
                    id=id.clone()
                    name=name
                    class="input stepper-input"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby=described
                    aria-invalid=move || error.read().is_some().then_some("true")
                    prop:value=move || value.get()
                    on:input=move |ev| on_input.run(event_target_value(&ev))
                />
                {unit.map(|unit| view! { <span class="input-unit">{move || unit.get()}</span> })}
            </span>
            <button
                type="button"
                class="stepper-button"
                aria-label=more
                disabled=move || number().is_some_and(|n| n >= max)
                on:click=move |_| change(step)
            >
                <Icon icon=lu::LuPlus/>
            </button>
        </span>
    };
    FieldFrame(FieldFrameProps {
        for_id: id,
        label,
        hint,
        error,
        required,
        group: false,
        children: Box::new(move || input.into_any()),
    })
    .into_any()
}
