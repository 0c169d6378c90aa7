//! A form's nodes as fields that write into the editor.
//!
//! Leaves out what the answers mean (`domain::forms`) and when they are saved (`editor`).

use domain::{
    calendar,
    forms::{Answer, Group, Kind, Node, Question, Roster},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};

use super::{
    choosing::{select_many, select_one},
    editor::Editor,
    file_field::files_field,
    more_fields::{acknowledge, range, rank},
    photo_field::images,
    picking::roster_button,
    repeats::repeat_view,
    special::{scan_button, signature},
};
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::ChoiceLook,
        field::{FieldFrame, TextArea, TextField, TextKind},
        surface::Section,
    },
    i18n::{t, tx, use_lang},
    platform::location::locate,
};

/// So many questions fill the first screen; those of a long list that follow come while these are read.
const FIRST: usize = 8;
/// So many of those are drawn at once.
const AT_ONCE: usize = 20;

/// The id of a question's element, where a problem leads.
pub fn element_id(question: &str) -> String {
    format!("{QUESTION}{question}")
}

/// How the ids of questions' elements begin.
pub const QUESTION: &str = "question-";

/// The nodes in their order; those that aren't relevant now are left out.
pub fn form_fields(editor: Editor, nodes: &[Node]) -> AnyView {
    nodes_view(editor, nodes, false)
}

/// `lines`: they stand in a group whose questions have their choices below each other as a table.
fn nodes_view(editor: Editor, nodes: &[Node], lines: bool) -> AnyView {
    let draw = move |nodes: &[Node]| {
        let nodes = nodes.iter().map(|node| node_view(editor, node, lines));
        nodes.collect_view().into_any()
    };
    // A short list comes whole.
    let at_first = if nodes.len() > AT_ONCE {
        FIRST
    } else {
        nodes.len()
    };
    let (first, rest) = nodes.split_at(at_first);
    let first = draw(first);
    if rest.is_empty() {
        return first;
    }
    let batches = rest.len().div_ceil(AT_ONCE);
    let rest = StoredValue::new(rest.to_vec());
    let drawn = RwSignal::new(0_usize);
    draw_next(drawn, batches);
    let batch =
        move |place: usize| rest.with_value(|rest| rest.chunks(AT_ONCE).nth(place).map(draw));
    view! {
        {first}
        <For each=move || 0..drawn.get() key=|place| *place children=batch/>
    }
    .into_any()
}

/// Draws the batches of a long list one after the other, with room for a tap in between.
fn draw_next(drawn: RwSignal<usize>, batches: usize) {
    set_timeout(
        move || {
            let more = drawn.try_update(|drawn| {
                *drawn += 1;
                *drawn < batches
            });
            if more == Some(true) {
                draw_next(drawn, batches);
            }
        },
        std::time::Duration::ZERO,
    );
}

fn node_view(editor: Editor, node: &Node, lines: bool) -> AnyView {
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
                    let look = lines || question.has_appearance("likert");
                    let look = look.then_some(ChoiceLook::Scale);
                    let field =
                        question_view(editor, question, state.required, state.readonly, look);
                    let picture = picture(editor, question);
                    view! { <div id=id tabindex="-1">{picture} {field}</div> }.into_any()
                }
            })
        })
    })
    .into_any()
}

/// The picture beside a question's label, which comes with the form.
fn picture(editor: Editor, question: &Question) -> Option<AnyView> {
    let file = question.image.clone()?;
    let (form, lang) = (editor.form(), use_lang());
    let shown = move || {
        let source = form.picture(Some(&file), lang.get())?.to_owned();
        Some(view! { <img class="form-picture" src=source alt=""/> })
    };
    Some(shown.into_any())
}

fn group_view(editor: Editor, group: &Group) -> AnyView {
    let lines = group.appearance.iter().any(|word| word == "table-list");
    let fields = nodes_view(editor, &group.nodes, lines);
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

fn question_view(
    editor: Editor,
    question: &Question,
    required: bool,
    readonly: bool,
    look: Option<ChoiceLook>,
) -> AnyView {
    if readonly || question.is_calculated() {
        return given(editor, question);
    }
    match &question.kind {
        // A code can always be typed, too.
        Kind::Text | Kind::Barcode => text(editor, question, required, TextKind::Text),
        Kind::Integer => text(editor, question, required, TextKind::Integer),
        Kind::Decimal => text(editor, question, required, TextKind::Decimal),
        Kind::Date => text(editor, question, required, TextKind::Date),
        Kind::Time => text(editor, question, required, TextKind::Time),
        Kind::DateTime => text(editor, question, required, TextKind::DateTime),
        Kind::SelectOne(_) => select_one(editor, question, required, look),
        Kind::SelectMultiple(_) => select_many(editor, question, required, look),
        Kind::Range(scale) => range(editor, question, *scale, required),
        Kind::Rank(_) => rank(editor, question, required),
        Kind::Acknowledge => acknowledge(editor, question, required),
        Kind::Geopoint => geopoint(editor, question, required),
        Kind::Image if question.has_appearance("signature") => {
            signature(editor, question, required)
        }
        Kind::Image => images(editor, question, error_of(editor, question), required),
        Kind::File | Kind::Audio => files_field(editor, question, required),
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
    let asked = name.clone();
    let kept = move || {
        let answer = untrack(|| editor.answer(&asked));
        answer.as_ref().map(Answer::input).unwrap_or_default()
    };
    // What was typed, also while it can't be read.
    let value = RwSignal::new(kept());
    Effect::new(move |drawn: Option<usize>| {
        let now = editor.redrawn.get();
        if drawn.is_some_and(|drawn| drawn != now) {
            value.set(kept());
        }
        now
    });
    let asked = name.clone();
    let on_input = Callback::new(move |typed: String| {
        editor.type_in(&asked, &typed);
        value.set(typed);
    });
    let (label, error) = (tx(question.label.clone()), error_of(editor, question));
    let hint = hint_of(question);
    let multiline = kind == TextKind::Text && question.has_appearance("multiline");
    let field = match (multiline, hint) {
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
    };
    let more = match (&question.kind, question.roster) {
        (Kind::Date, _) => date_note(editor, question),
        (Kind::Barcode, _) => scan_button(question, on_input),
        (_, Some(roster)) if roster != Roster::Unknown => {
            roster_button(editor, question, roster, value, on_input)
        }
        _ => return field,
    };
    view! { <div class="field-and-more">{field} {more}</div> }.into_any()
}

/// What the office's calendar says about the chosen day.
fn date_note(editor: Editor, question: &Question) -> AnyView {
    let lang = use_lang();
    let name = question.name.clone();
    let day = Memo::new(move |_| match editor.answer(&name) {
        Some(Answer::Date(date)) => Some(calendar::day(date)),
        _ => None,
    });
    (move || {
        let day = day.get()?;
        let words = day.words(lang.get());
        Some(view! { <p class="date-note" class:date-special=day.is_special()>{words}</p> })
    })
    .into_any()
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
