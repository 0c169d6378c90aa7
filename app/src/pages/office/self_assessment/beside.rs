//! What stands beside the items: preconditions, the negative list, bonus points.

use std::sync::Arc;

use domain::{
    Decimal,
    api::self_assessment::{Mark, SelfAssessment},
    areas::standards::NegativeEffect,
    self_assessment::{Claim, Condition, Happened, Marks},
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::PATH;
use crate::{
    components::{
        button::{Button, ButtonKind},
        choice::{Choice, Segmented},
        dialog::Dialog,
        field::TextField,
        surface::Card,
        toast::use_toasts,
    },
    i18n::{t, tf, use_lang},
    office::{ActProblem, Remote, use_act},
};

/// How it stands, in sums.
#[component]
pub(super) fn Beside(
    known: Arc<SelfAssessment>,
    asked: RwSignal<Option<Arc<SelfAssessment>>>,
) -> impl IntoView {
    let title = t(
        "前提、负面清单、加分",
        "Preconditions, negative list, bonus",
    );
    let said = known.marks.preconditions.values();
    let met = said.filter(|it| it.met == Some(true)).count();
    let preconditions = known.preconditions.len();
    let happened: i64 = known.marks.negatives.values().map(|it| it.times).sum();
    let (bonus, cap) = (known.total.bonus, known.bonus.cap);
    let first = tf(move |lang| {
        lang.pick(
            format!("前提条件：{met} / {preconditions} 满足"),
            format!("Preconditions: {met} of {preconditions} met"),
        )
    });
    let negative = tf(move |lang| {
        lang.pick(
            format!("负面清单：发生 {happened} 次"),
            format!("Negative list: {happened} happened"),
        )
    });
    let extra = tf(move |lang| {
        lang.pick(
            format!("加分：{bonus}（上限 {cap}）"),
            format!("Bonus: {bonus} (at most {cap})"),
        )
    });
    let edit = t("填写", "Fill in");
    let is_closed = known.closed.is_some();
    let known = StoredValue::new(known);
    view! {
        <Card title>
            <div class="stack">
                <p>{first}</p>
                <p>{negative}</p>
                <p>{extra}</p>
                <div>
                    <Button
                        icon=lu::LuPencil
                        small=true
                        disabled=Signal::stored(is_closed)
                        on_click=move || asked.set(Some(known.get_value()))
                    >
                        {edit}
                    </Button>
                </div>
            </div>
        </Card>
    }
    .into_any()
}

/// What is typed about one line: a word or a number, and a note.
#[derive(Clone)]
struct Typed {
    code: String,
    title: String,
    value: RwSignal<String>,
    note: RwSignal<String>,
}

impl Typed {
    fn new(code: &str, title: String, value: String, note: Option<&String>) -> Self {
        Self {
            code: code.to_owned(),
            title,
            value: RwSignal::new(value),
            note: RwSignal::new(note.cloned().unwrap_or_default()),
        }
    }
}

/// Preconditions, negatives, bonus.
type Lines = [Vec<Typed>; 3];

fn lines(known: &SelfAssessment) -> Lines {
    let marks = &known.marks;
    let preconditions = known.preconditions.iter().map(|it| {
        let said = marks.preconditions.get(&it.code);
        let value = match said.and_then(|it| it.met) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        Typed::new(
            &it.code,
            it.title.clone(),
            value.to_owned(),
            said.map(|it| &it.note),
        )
    });
    let negatives = known.negative_list.iter().map(|it| {
        let happened = marks.negatives.get(&it.code);
        let cost = match (it.effect, it.points) {
            (NegativeEffect::Veto, _) => "（一票否决）".to_owned(),
            (NegativeEffect::Deduct, points) => {
                format!("（每次扣 {} 分）", points.unwrap_or(Decimal::ZERO))
            }
        };
        Typed::new(
            &it.code,
            format!("{}{cost}", it.title),
            happened.map_or_else(|| "0".to_owned(), |it| it.times.to_string()),
            happened.map(|it| &it.note),
        )
    });
    let bonus = known.bonus.items.iter().map(|it| {
        let claim = marks.bonus.get(&it.code);
        Typed::new(
            &it.code,
            format!("{}（最多 {} 分）", it.title, it.max_points),
            claim.map_or_else(|| "0".to_owned(), |it| it.points.to_string()),
            claim.map(|it| &it.note),
        )
    });
    [
        preconditions.collect(),
        negatives.collect(),
        bonus.collect(),
    ]
}

/// What the lines say; the code of the first whose number can't be read.
fn marks([preconditions, negatives, bonus]: &Lines) -> Result<Marks, String> {
    let mut marks = Marks::default();
    for line in preconditions {
        let said = Condition {
            met: match line.value.get_untracked().as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            note: line.note.get_untracked(),
        };
        marks.preconditions.insert(line.code.clone(), said);
    }
    for line in negatives {
        let times = line.value.get_untracked().trim().parse();
        let happened = Happened {
            times: times.map_err(|_| line.code.clone())?,
            note: line.note.get_untracked(),
        };
        marks.negatives.insert(line.code.clone(), happened);
    }
    for line in bonus {
        let points = line.value.get_untracked().trim().parse();
        let claim = Claim {
            points: points.map_err(|_| line.code.clone())?,
            note: line.note.get_untracked(),
        };
        marks.bonus.insert(line.code.clone(), claim);
    }
    Ok(marks)
}

#[component]
pub(super) fn BesideDialog(
    asked: RwSignal<Option<Arc<SelfAssessment>>>,
    found: Remote<SelfAssessment>,
) -> impl IntoView {
    let (act, toasts, lang) = (use_act(), use_toasts(), use_lang());
    let typed = RwSignal::new(Lines::default());
    Effect::new(move |_| {
        act.forget_error();
        if let Some(known) = asked.get() {
            typed.set(lines(&known));
        }
    });
    let save = move || {
        let Some(known) = asked.get_untracked() else {
            return;
        };
        let marks = match typed.with_untracked(marks) {
            Ok(marks) => marks,
            Err(code) => {
                toasts.error(lang.get_untracked().pick(
                    format!("{code} 请填数字"),
                    format!("{code}: please give a number"),
                ));
                return;
            }
        };
        let path = format!("{PATH}/marks?year={}", known.year);
        let body = Mark {
            // After a refusal the page was read again: saving once more is a choice.
            revision: found
                .get_untracked()
                .map_or(known.revision, |it| it.revision),
            marks,
        };
        act.send("PUT", path, Some(&body), None, move |answer| match answer {
            Ok(_) => {
                asked.set(None);
                toasts.success(lang.get_untracked().pick("已保存", "Saved"));
                found.reload();
            }
            Err(error) if error.status() == 412 => found.reload(),
            Err(_) => {}
        });
    };
    let title = t(
        "前提、负面清单、加分",
        "Preconditions, negative list, bonus",
    );
    let save_label = t("保存", "Save");
    let footer = move || {
        view! {
            <Button kind=ButtonKind::Primary loading=act.busy() on_click=save>{save_label}</Button>
        }
    };
    let heads = [
        t("前提条件", "Preconditions"),
        t("负面清单（发生次数）", "Negative list: how often"),
        t("加分项（申报分值）", "Bonus: points claimed"),
    ];
    let body = move || {
        let groups = typed.get().into_iter().zip(heads).enumerate();
        let groups = groups.filter(|(_, (lines, _))| !lines.is_empty());
        groups
            .map(|(at, (lines, head))| {
                let lines = lines.into_iter().map(|line| {
                    if at == 0 {
                        precondition(line)
                    } else {
                        counted(line)
                    }
                });
                view! {
                    <fieldset class="assess-group">
                        <legend class="strong">{head}</legend>
                        {lines.collect_view()}
                    </fieldset>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog
            open=Signal::derive(move || asked.read().is_some())
            on_close=move || asked.set(None)
            title
            footer
            wide=true
        >
            <ActProblem error=Signal::derive(move || act.error())/>
            <div class="form">{body}</div>
        </Dialog>
    }
    .into_any()
}

fn precondition(line: Typed) -> AnyView {
    let lang = use_lang();
    let choices = Signal::derive(move || {
        let lang = lang.get();
        [
            ("", "未评", "Open"),
            ("yes", "满足", "Met"),
            ("no", "不满足", "Not met"),
        ]
        .map(|(value, zh, en)| Choice::new(value, lang.pick(zh, en)))
        .to_vec()
    });
    let value = line.value;
    let title = format!("{} {}", line.code, line.title);
    let label = title.clone();
    view! {
        <div class="assess-condition">
            <p>{title}</p>
            <div class="assess-line">
                <Segmented
                    name=format!("precondition-{}", line.code)
                    label=label
                    choices
                    value
                    on_change=move |word| value.set(word)
                />
                {note(&line)}
            </div>
        </div>
    }
    .into_any()
}

fn note(line: &Typed) -> AnyView {
    let (label, value) = (t("说明", "Note"), line.note);
    view! {
        <TextField
            name=format!("note-{}", line.code)
            label
            value
            on_input=move |text| value.set(text)
        />
    }
    .into_any()
}

fn counted(line: Typed) -> AnyView {
    let (value, note) = (line.value, note(&line));
    view! {
        <div class="assess-line">
            <TextField
                name=format!("number-{}", line.code)
                label=format!("{} {}", line.code, line.title)
                value
                on_input=move |text| value.set(text)
            />
            {note}
        </div>
    }
    .into_any()
}
