//! A form's nodes as fields that write into the editor.
//!
//! Leaves out what the answers mean (`domain::forms`) and when they are saved (`editor`).

use domain::{
    Lang,
    forms::{Answer, Group, Kind, Node, Question, shuffled},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::{
    editor::Editor,
    more_fields::{acknowledge, range, rank},
    photo_field::images,
    repeats::repeat_view,
};
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, ChoiceLook, SelectMany, SelectOne},
        field::{FieldFrame, TextArea, TextField, TextKind},
        surface::Section,
    },
    i18n::{t, tx, use_lang},
    platform::location::locate,
};

/// Choices longer than this, in characters, stand below each other.
const CHIP: usize = 10;
/// So do more than this many.
const CHIPS: usize = 8;

/// The id of a question's element, where a problem leads.
pub fn element_id(question: &str) -> String {
    format!("question-{question}")
}

/// The nodes in their order; those that aren't relevant now are left out.
pub fn form_fields(editor: Editor, nodes: &[Node]) -> AnyView {
    nodes
        .iter()
        .map(|node| node_view(editor, node))
        .collect_view()
        .into_any()
}

fn node_view(editor: Editor, node: &Node) -> AnyView {
    if matches!(node, Node::Question(question) if question.kind.is_hidden()) {
        return ().into_any();
    }
    let name = node.name().to_owned();
    let state = Memo::new(move |_| {
        editor
            .evaluation
            .get()
            .states
            .get(&name)
            .copied()
            .unwrap_or_default()
    });
    let node = StoredValue::new(node.clone());
    (move || {
        let state = state.get();
        state.relevant.then(|| {
            node.with_value(|node| match node {
                Node::Group(group) => group_view(editor, group),
                Node::Repeat(repeat) => repeat_view(editor, repeat),
                Node::Question(question) => {
                    let id = element_id(&question.name);
                    let field = question_view(editor, question, state.required, state.readonly);
                    view! { <div id=id tabindex="-1">{field}</div> }.into_any()
                }
            })
        })
    })
    .into_any()
}

fn group_view(editor: Editor, group: &Group) -> AnyView {
    let fields = form_fields(editor, &group.nodes);
    if group.label.zh.is_empty() && group.label.en.is_empty() {
        return fields;
    }
    view! {
        <Section title=tx(group.label.clone())>
            <div class="stack">{fields}</div>
        </Section>
    }
    .into_any()
}

fn question_view(editor: Editor, question: &Question, required: bool, readonly: bool) -> AnyView {
    if readonly || question.is_calculated() {
        return given(editor, question);
    }
    match &question.kind {
        // A code can always be typed; scanning it is a convenience of its own.
        Kind::Text | Kind::Barcode => text(editor, question, required, TextKind::Text),
        Kind::Integer => text(editor, question, required, TextKind::Integer),
        Kind::Decimal => text(editor, question, required, TextKind::Decimal),
        Kind::Date => text(editor, question, required, TextKind::Date),
        Kind::Time => text(editor, question, required, TextKind::Time),
        Kind::DateTime => text(editor, question, required, TextKind::DateTime),
        Kind::SelectOne(_) => select_one(editor, question, required),
        Kind::SelectMultiple(_) => select_many(editor, question, required),
        Kind::Range(scale) => range(editor, question, *scale, required),
        Kind::Rank(_) => rank(editor, question, required),
        Kind::Acknowledge => acknowledge(editor, question, required),
        Kind::Geopoint => geopoint(editor, question, required),
        // Photos belong to a question of the draft, not yet to one of several instances.
        Kind::Image if !question.name.contains('[') => {
            images(editor, question, error_of(editor, question), required)
        }
        Kind::Image | Kind::File | Kind::Audio => {
            let words = t(
                "这里的照片和文件请在电脑上补充",
                "Photos and files for this are added on the desktop",
            );
            view! {
                <p class="form-note">{tx(question.label.clone())}</p>
                <p class="form-note muted">{words}</p>
            }
            .into_any()
        }
        Kind::Note => view! { <p class="form-note">{tx(question.label.clone())}</p> }.into_any(),
        Kind::Unknown(_) => {
            let words = t(
                "这一题需要更新应用后才能填写",
                "This question needs a newer version of the app",
            );
            view! { <p class="form-note muted">{words}</p> }.into_any()
        }
        Kind::Calculate
        | Kind::Hidden
        | Kind::Start
        | Kind::End
        | Kind::Today
        | Kind::Username
        | Kind::DeviceId => ().into_any(),
    }
}

pub fn error_of(editor: Editor, question: &Question) -> Signal<Option<String>> {
    let lang = use_lang();
    let name = question.name.clone();
    Signal::derive(move || {
        let problem = editor.problem(&name)?;
        Some(problem.message.get(lang.get()).to_owned())
    })
}

pub fn hint_of(question: &Question) -> Option<TextProp> {
    question.hint.clone().map(|hint| tx(hint).into())
}

/// An answer that the person can't change here.
fn given(editor: Editor, question: &Question) -> AnyView {
    let lang = use_lang();
    let asked = question.clone();
    let value = move || {
        let evaluation = editor.evaluation.get();
        let calculated = evaluation.calculated.get(&asked.name).cloned();
        calculated
            .or_else(|| editor.answer(&asked.name))
            .map_or_else(
                || "—".to_owned(),
                |answer| answer.display(&asked, lang.get()),
            )
    };
    view! {
        <div class="field">
            <span class="field-label">{tx(question.label.clone())}</span>
            <p class="form-given">{value}</p>
        </div>
    }
    .into_any()
}

fn text(editor: Editor, question: &Question, required: bool, kind: TextKind) -> AnyView {
    let name = question.name.clone();
    let start = editor
        .answers
        .with_untracked(|answers| answers.get(&name).map(Answer::input));
    // What was typed, also while it can't be read.
    let value = RwSignal::new(start.unwrap_or_default());
    let asked = name.clone();
    let on_input = Callback::new(move |typed: String| {
        editor.type_in(&asked, &typed);
        value.set(typed);
    });
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    let hint = hint_of(question);
    let multiline = kind == TextKind::Text && question.has_appearance("multiline");
    match (multiline, hint) {
        (true, Some(hint)) => {
            view! { <TextArea name label value on_input error required hint/> }.into_any()
        }
        (true, None) => view! { <TextArea name label value on_input error required/> }.into_any(),
        (false, Some(hint)) => {
            view! { <TextField name label value on_input error required kind hint/> }.into_any()
        }
        (false, None) => {
            view! { <TextField name label value on_input error required kind/> }.into_any()
        }
    }
}

fn choices_of(editor: Editor, question: &Question) -> (Signal<Vec<Choice>>, ChoiceLook) {
    let lang = use_lang();
    let mut all = question.kind.choices().to_vec();
    if question.randomize {
        all = shuffled(&all, editor.environment().seed);
    }
    let name = question.name.clone();
    let listed = all.len() > CHIPS
        || all
            .iter()
            .any(|choice| choice.label.get(Lang::Zh).chars().count() > CHIP);
    let choices = Signal::derive(move || {
        let lang = lang.get();
        let evaluation = editor.evaluation.get();
        let offered = evaluation.offered.get(&name);
        all.iter()
            .filter(|choice| offered.is_none_or(|names| names.contains(&choice.name)))
            .map(|choice| Choice::new(choice.name.clone(), choice.label.get(lang)))
            .collect()
    });
    let look = if listed {
        ChoiceLook::List
    } else {
        ChoiceLook::Chips
    };
    (choices, look)
}

fn select_one(editor: Editor, question: &Question, required: bool) -> AnyView {
    let name = question.name.clone();
    let (choices, look) = choices_of(editor, question);
    let asked = name.clone();
    let value = Signal::derive(move || {
        editor
            .answer(&asked)
            .map(|answer| answer.value())
            .unwrap_or_default()
    });
    let asked = name.clone();
    let on_change =
        Callback::new(move |chosen: String| editor.set(&asked, Some(Answer::Choice(chosen))));
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    match hint_of(question) {
        Some(hint) => {
            view! { <SelectOne name label choices value on_change look error required hint/> }
                .into_any()
        }
        None => {
            view! { <SelectOne name label choices value on_change look error required/> }.into_any()
        }
    }
}

fn select_many(editor: Editor, question: &Question, required: bool) -> AnyView {
    let name = question.name.clone();
    let (choices, look) = choices_of(editor, question);
    let asked = name.clone();
    let value = Signal::derive(move || match editor.answer(&asked) {
        Some(Answer::Choices(names)) => names,
        _ => Vec::new(),
    });
    let asked = name.clone();
    let on_change = Callback::new(move |chosen: Vec<String>| {
        editor.set(&asked, Some(Answer::Choices(chosen)));
    });
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    match hint_of(question) {
        Some(hint) => {
            view! { <SelectMany name label choices value on_change look error required hint/> }
                .into_any()
        }
        None => view! { <SelectMany name label choices value on_change look error required/> }
            .into_any(),
    }
}

fn geopoint(editor: Editor, question: &Question, required: bool) -> AnyView {
    let lang = use_lang();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<(&'static str, &'static str)>);
    let problem = error_of(editor, question);
    let error = Signal::derive(move || match failed.get() {
        Some((zh, en)) => Some(lang.get().pick(zh, en).to_owned()),
        None => problem.get(),
    });
    let (asked, cleared, shown) = (question.clone(), question.name.clone(), question.clone());
    let measure = move || {
        let name = asked.name.clone();
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let found = locate().await;
            if busy.try_set(false).is_some() {
                return;
            }
            match found {
                Ok(place) => editor.set(
                    &name,
                    Some(Answer::Geopoint {
                        lat: place.latitude,
                        lon: place.longitude,
                        altitude: None,
                        accuracy: Some(place.accuracy),
                    }),
                ),
                Err(error) => failed.set(Some(error.words())),
            }
        });
    };
    let clear = Callback::new(move |()| editor.set(&cleared, None));
    let answer = Signal::derive(move || {
        let answer = editor.answer(&shown.name)?;
        Some(answer.display(&shown, lang.get()))
    });
    let (take, remove) = (t("记录当前位置", "Record this place"), t("清除", "Clear"));
    let label = tx(question.label.clone());
    let for_id = format!("field-{}", question.name);
    view! {
        <FieldFrame for_id label error required group=true>
            <div class="cluster">
                <Button icon=lu::LuMapPin loading=busy on_click=measure>{take}</Button>
                {move || {
                    answer
                        .get()
                        .map(|place| {
                            view! {
                                <span>{place}</span>
                                <Button kind=ButtonKind::Ghost small=true on_click=clear>{remove}</Button>
                            }
                        })
                }}
            </div>
        </FieldFrame>
    }
    .into_any()
}
