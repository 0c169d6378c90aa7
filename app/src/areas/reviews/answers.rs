//! A record's answers under its form's labels.

use domain::{
    Lang, Text,
    forms::{
        Answer, Answers, Environment, Evaluation, Form, Kind, Node, Question, Sensitivity, key,
    },
};
use icondata_lu as lu;
use leptos::prelude::*;

use crate::{
    components::icon::Icon,
    i18n::{t, use_lang},
};

/// A question's label, or its name where the form doesn't know it.
pub fn label_of(form: &Form, name: &str, lang: Lang) -> String {
    let label = form
        .question(name)
        .map(|question| question.label.get(lang))
        .unwrap_or_default();
    if label.is_empty() {
        name.to_owned()
    } else {
        label.to_owned()
    }
}

/// An answer as a person reads it; a dash for none.
pub fn text_of(form: &Form, name: &str, answer: Option<&Answer>, lang: Lang) -> String {
    match (answer, form.question(name)) {
        (None, _) => "—".to_owned(),
        (Some(answer), Some(question)) => answer.display(question, lang),
        (Some(answer), None) => answer.value(),
    }
}

/// All relevant questions with their answers, group by group. Photos stand elsewhere.
#[component]
pub fn AnswerList(form: Form, answers: Answers, environment: Environment) -> impl IntoView {
    let lang = use_lang();
    let empty = t("没有填写的内容", "No answers");
    move || {
        let lang = lang.get();
        let evaluation = form.evaluate(&answers, &environment);
        let mut blocks = Vec::new();
        let place = Place {
            answers: &answers,
            instance: Vec::new(),
        };
        collect(&form.nodes, None, &place, &evaluation, lang, &mut blocks);
        let strange: Vec<(String, String)> = answers
            .iter()
            .filter(|(name, answer)| {
                form.question(name).is_none() && !matches!(answer, Answer::Repeat(_))
            })
            .map(|(name, answer)| (name.clone(), answer.value()))
            .collect();
        if blocks.is_empty() && strange.is_empty() {
            return view! { <p class="muted">{empty}</p> }.into_any();
        }
        let blocks = blocks
            .into_iter()
            .map(|block| {
                let rows = block
                    .questions
                    .into_iter()
                    .map(|question| row(question, block.answers.get(&question.name), lang))
                    .collect_view();
                view! {
                    <div class="answer-group">
                        {block.title.map(|title| view! { <h3 class="answer-title">{title}</h3> })}
                        <dl class="answers">{rows}</dl>
                    </div>
                }
            })
            .collect_view();
        let strange = (!strange.is_empty()).then(|| {
            let rows = strange
                .into_iter()
                .map(|(name, value)| {
                    view! {
                        <div class="answer">
                            <dt>{name}</dt>
                            <dd class="prose">{value}</dd>
                        </div>
                    }
                })
                .collect_view();
            let title = lang.pick("表单以外的内容", "Not in the form");
            view! {
                <div class="answer-group">
                    <h3 class="answer-title">{title}</h3>
                    <dl class="answers">{rows}</dl>
                </div>
            }
        });
        view! {
            {blocks}
            {strange}
        }
        .into_any()
    }
}

struct Block<'a> {
    title: Option<String>,
    questions: Vec<&'a Question>,
    /// Those among which the questions' stand.
    answers: &'a Answers,
}

/// The form as a whole, or one instance of a repeat.
struct Place<'a> {
    answers: &'a Answers,
    instance: Vec<usize>,
}

fn collect<'a>(
    nodes: &'a [Node],
    title: Option<String>,
    place: &Place<'a>,
    evaluation: &Evaluation,
    lang: Lang,
    blocks: &mut Vec<Block<'a>>,
) {
    let mut questions = Vec::new();
    for node in nodes {
        let key = key(node.name(), &place.instance);
        if !evaluation.is_relevant(&key) {
            continue;
        }
        if !matches!(node, Node::Question(_)) && !questions.is_empty() {
            blocks.push(Block {
                title: title.clone(),
                questions: std::mem::take(&mut questions),
                answers: place.answers,
            });
        }
        let label = |text: &Text| Some(text.get(lang).to_owned()).filter(|it| !it.is_empty());
        match node {
            Node::Question(question)
                if !question.kind.is_hidden()
                    && !matches!(
                        question.kind,
                        Kind::Note | Kind::Image | Kind::File | Kind::Audio
                    ) =>
            {
                questions.push(&**question);
            }
            Node::Question(_) => {}
            Node::Group(group) => {
                let own = label(&group.label);
                collect(&group.nodes, own, place, evaluation, lang, blocks);
            }
            Node::Repeat(repeat) => {
                let given: &[Answers] = match place.answers.get(&repeat.name) {
                    Some(Answer::Repeat(given)) => given,
                    _ => &[],
                };
                for (index, answers) in given.iter().enumerate() {
                    let mut instance = place.instance.clone();
                    instance.push(index);
                    let own = label(&repeat.label).unwrap_or_default();
                    let own = Some(format!("{own} {}", index + 1));
                    let place = Place { answers, instance };
                    collect(&repeat.nodes, own, &place, evaluation, lang, blocks);
                }
            }
        }
    }
    if !questions.is_empty() {
        blocks.push(Block {
            title,
            questions,
            answers: place.answers,
        });
    }
}

fn row(question: &Question, answer: Option<&Answer>, lang: Lang) -> AnyView {
    let label = if question.label.get(lang).is_empty() {
        question.name.clone()
    } else {
        question.label.get(lang).to_owned()
    };
    let personal = (question.sensitivity >= Sensitivity::Personal).then(|| {
        let hint = lang.pick("个人信息，不随材料导出", "Personal: never exported");
        view! {
            <span class="answer-personal" title=hint>
                <Icon icon=lu::LuLock/>
                <span class="sr-only">{hint}</span>
            </span>
        }
    });
    let value = match answer.filter(|answer| !answer.is_empty()) {
        Some(answer) => {
            let number = matches!(answer, Answer::Integer(_) | Answer::Decimal(_));
            view! { <dd class="prose" class:answer-number=number>{answer.display(question, lang)}</dd> }
                .into_any()
        }
        None => view! { <dd class="muted">{lang.pick("未填", "Not filled in")}</dd> }.into_any(),
    };
    view! {
        <div class="answer">
            <dt>{label} {personal}</dt>
            {value}
        </div>
    }
    .into_any()
}
