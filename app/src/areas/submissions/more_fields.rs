//! Fields for scales, orders and ticks.

use domain::forms::{Answer, Question, Range};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{
    editor::Editor,
    fields::{error_of, hint_of},
};
use crate::{
    components::{
        button::{Button, ButtonKind},
        field::{FieldFrame, FieldFrameProps},
    },
    i18n::{t, tx, use_lang},
};

/// A slider with its number beside it; without an answer the number is a dash.
pub fn range(editor: Editor, question: &Question, scale: Range, required: bool) -> AnyView {
    let name = question.name.clone();
    let asked = name.clone();
    let answer = Signal::derive(move || editor.answer(&asked).map(|answer| answer.value()));
    let start = scale.start.to_string();
    let value = move || answer.get().unwrap_or_else(|| start.clone());
    let for_id = format!("field-{name}");
    let id = for_id.clone();
    let take = Callback::new(move |typed: String| editor.type_in(&name, &typed));
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    let shown = move || answer.get().unwrap_or_else(|| "—".to_owned());
    let input = view! {
        <span class="range">
            <input
                id=id
                class="range-input"
                type="range"
                min=scale.start.to_string()
                max=scale.end.to_string()
                step=scale.step.to_string()
                prop:value=value
                on:input=move |ev| take.run(event_target_value(&ev))
                // A click on the start changes nothing, and is an answer all the same.
                on:click=move |ev| take.run(event_target_value(&ev))
            />
            <output class="range-value">{shown}</output>
        </span>
    };
    frame(
        for_id,
        label,
        hint_of(question),
        error,
        required,
        input.into_any(),
    )
}

/// All choices in an order; the first press of an arrow makes it an answer.
pub fn rank(editor: Editor, question: &Question, required: bool) -> AnyView {
    let lang = use_lang();
    let name = question.name.clone();
    let all = StoredValue::new(question.kind.choices().to_vec());
    let asked = name.clone();
    let given = Signal::derive(move || match editor.answer(&asked) {
        Some(Answer::Choices(names)) => Some(names),
        _ => None,
    });
    let order = Signal::derive(move || {
        given
            .get()
            .unwrap_or_else(|| all.with_value(|all| all.iter().map(|it| it.name.clone()).collect()))
    });
    let asked = name.clone();
    let swap = Callback::new(move |(from, to): (usize, usize)| {
        let mut names: Vec<String> = order.get_untracked();
        if from < names.len() && to < names.len() {
            names.swap(from, to);
            editor.set(&asked, Some(Answer::Choices(names)));
        }
    });
    let asked = name.clone();
    let keep = Callback::new(move |()| {
        let names = order.get_untracked();
        editor.set(&asked, Some(Answer::Choices(names)));
    });
    let rows = move || {
        let lang = lang.get();
        let names: Vec<String> = order.get();
        let last = names.len().saturating_sub(1);
        names
            .into_iter()
            .enumerate()
            .map(|(index, name)| {
                let label = all.with_value(|all| {
                    let choice = all.iter().find(|choice| choice.name == name);
                    choice.map_or(name.clone(), |choice| choice.label.get(lang).to_owned())
                });
                let up = lang.pick("上移", "Move up");
                let down = lang.pick("下移", "Move down");
                view! {
                    <li class="rank-row">
                        <span class="rank-label">{label}</span>
                        <Button
                            kind=ButtonKind::Ghost
                            small=true
                            icon=lu::LuArrowUp
                            disabled=index == 0
                            on_click=move || swap.run((index, index.saturating_sub(1)))
                        >
                            {up}
                        </Button>
                        <Button
                            kind=ButtonKind::Ghost
                            small=true
                            icon=lu::LuArrowDown
                            disabled=index == last
                            on_click=move || swap.run((index, index + 1))
                        >
                            {down}
                        </Button>
                    </li>
                }
            })
            .collect_view()
    };
    let as_it_is = t("就按这个顺序", "This order is right");
    let confirm = move || {
        given.get().is_none().then(|| {
            view! {
                <Button small=true icon=lu::LuCheck on_click=move || keep.run(())>
                    {as_it_is}
                </Button>
            }
        })
    };
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    let body = view! {
        <ol class="rank">{rows}</ol>
        {confirm}
    };
    let props = FieldFrameProps {
        for_id: format!("field-{name}"),
        label: label.into(),
        hint: hint_of(question),
        error,
        required,
        group: true,
        children: Box::new(move || body.into_any()),
    };
    FieldFrame(props).into_any()
}

/// One box to tick.
pub fn acknowledge(editor: Editor, question: &Question, required: bool) -> AnyView {
    let name = question.name.clone();
    let asked = name.clone();
    let ticked = Signal::derive(move || editor.answer(&asked) == Some(Answer::Acknowledged));
    let for_id = format!("field-{name}");
    let id = for_id.clone();
    let set = Callback::new(move |on: bool| {
        editor.set(&name, on.then_some(Answer::Acknowledged));
    });
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    let words = t("是", "Yes");
    let input = view! {
        <span class="tick">
            <input
                id=id
                class="tick-input"
                type="checkbox"
                prop:checked=move || ticked.get()
                on:change=move |ev| set.run(event_target_checked(&ev))
            />
            <span>{words}</span>
        </span>
    };
    frame(
        for_id,
        label,
        hint_of(question),
        error,
        required,
        input.into_any(),
    )
}

fn frame(
    for_id: String,
    label: impl Into<TextProp>,
    hint: Option<TextProp>,
    error: Signal<Option<String>>,
    required: bool,
    input: AnyView,
) -> AnyView {
    let props = FieldFrameProps {
        for_id,
        label: label.into(),
        hint,
        error,
        required,
        group: false,
        children: Box::new(move || input),
    };
    FieldFrame(props).into_any()
}
