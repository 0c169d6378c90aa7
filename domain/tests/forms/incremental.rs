//! The evaluator gives after each change what a full evaluation gives.

use std::sync::Arc;

use domain::forms::{Answer, Answers, Environment, Evaluator, Form};
use proptest::prelude::*;

use crate::{
    builtin::builtin,
    support::{answers, environment, form, text},
};

/// A form whose questions hang together in every way that there is.
fn tangled() -> Form {
    form(
        "label | relevant | calculation | constraint | required | repeat_count | choice_filter",
        &[
            "integer | a | 甲 | | | . < ${b} | | | ",
            "integer | b | 乙 | ${a} > 1 | | | ${a} > 3 | | ",
            "calculate | ab | | | ${a} + coalesce(${b}, 0) | | | | ",
            "select_one fruit | fruit | 果 | ${ab} > 2 | | | | | ${a} = 2 or name = 'a'",
            "begin group | g | 组 | ${ab} != 5 | | | | | ",
            "begin repeat | r | 条 | ${b} != 3 | | | | | ",
            "integer | n | 数 | | | . <= ${a} | ${ab} > 4 | | ",
            "calculate | share | | | ${n} div ${total} | | | | ",
            "calculate | prev | | | indexed-repeat(${n}, ${r}, position(..) - 1) | | | | ",
            "begin repeat | s | 件 | | | | | ${n} | ",
            "text | t | 字 | ${n} != 2 | | | yes | | ",
            "end repeat | | | | | | | | ",
            "end repeat | | | | | | | | ",
            "end group | | | | | | | | ",
            "calculate | total | | | sum(${n}) | | | | ",
            "calculate | all_t | | | join(',', ${t}) | | | | ",
            "calculate | late | | | if(now() > '2026-11-24T11:00:00.000+08:00', 'yes', 'no') | | | | ",
            "text | when_late | 晚 | ${late} = 'yes' | | | yes | | ",
        ],
    )
}

#[derive(Clone, Debug)]
enum Step {
    Set(&'static str, i64),
    Clear(&'static str),
    Fruit(&'static str),
    Add,
    Remove,
    In(prop::sample::Index, Option<i64>),
    Deep(prop::sample::Index, String),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let name = || prop_oneof![Just("a"), Just("b")];
    prop_oneof![
        (name(), 0..6_i64).prop_map(|(name, number)| Step::Set(name, number)),
        name().prop_map(Step::Clear),
        prop_oneof![Just("a"), Just("b"), Just("z")].prop_map(Step::Fruit),
        Just(Step::Add),
        Just(Step::Remove),
        (any::<prop::sample::Index>(), any::<bool>(), 0..5_i64)
            .prop_map(|(at, some, number)| Step::In(at, some.then_some(number))),
        (any::<prop::sample::Index>(), "[a-z]{0,2}").prop_map(|(at, text)| Step::Deep(at, text)),
        (0..1_000_000_i64).prop_map(Step::Wait),
    ]
}

fn apply(step: &Step, answers: &mut Answers, environment: &mut Environment) {
    let empty = Answer::Repeat(Vec::new());
    match step {
        Step::Set(name, number) => {
            answers.insert((*name).to_owned(), Answer::Integer(*number));
        }
        Step::Clear(name) => {
            answers.remove(*name);
        }
        Step::Fruit(name) => {
            answers.insert("fruit".to_owned(), Answer::Choice((*name).to_owned()));
        }
        Step::Wait(ms) => environment.now_ms += ms,
        Step::Add | Step::Remove | Step::In(..) | Step::Deep(..) => {
            let Answer::Repeat(list) = answers.entry("r".to_owned()).or_insert(empty.clone())
            else {
                return;
            };
            match step {
                Step::Add => list.push(Answers::new()),
                Step::Remove => {
                    list.pop();
                }
                Step::In(at, number) if !list.is_empty() => {
                    let at = at.index(list.len());
                    match number {
                        Some(number) => {
                            list[at].insert("n".to_owned(), Answer::Integer(*number));
                        }
                        None => {
                            list[at].remove("n");
                        }
                    }
                }
                Step::Deep(at, letters) if !list.is_empty() => {
                    let at = at.index(list.len());
                    let inner = list[at].entry("s".to_owned()).or_insert(empty);
                    if let Answer::Repeat(inner) = inner {
                        inner.truncate(3);
                        inner.push(crate::support::answers([("t", text(letters))]));
                    }
                }
                _ => {}
            }
        }
    }
}

proptest! {
    #[test]
    fn each_update_equals_a_full_evaluation(steps in prop::collection::vec(step(), 1..40)) {
        let form = Arc::new(tangled());
        let (mut answers, mut environment) = (Answers::new(), environment());
        let mut evaluator = Evaluator::new(form.clone(), &answers, &environment);
        for step in steps {
            apply(&step, &mut answers, &mut environment);
            let updated = evaluator.update(&answers, &environment).clone();
            prop_assert_eq!(updated, form.evaluate(&answers, &environment), "{:?}", step);
        }
    }

    #[test]
    fn a_checklist_updates_line_by_line(
        lines in prop::collection::vec((1..16_usize, any::<bool>()), 1..30),
    ) {
        let form = Arc::new(builtin("small_hotel"));
        let environment = environment();
        let mut answers = form.initial_answers(&environment);
        let mut evaluator = Evaluator::new(form.clone(), &answers, &environment);
        for (line, passed) in lines {
            let name = format!("l{line:02}");
            let answer = if passed { "pass" } else { "fail" };
            if form.question(&name).is_some() {
                answers.insert(name, Answer::Choice(answer.to_owned()));
            }
            let updated = evaluator.update(&answers, &environment).clone();
            prop_assert_eq!(updated, form.evaluate(&answers, &environment));
        }
    }
}

#[test]
fn another_person_or_language_is_evaluated_anew() {
    let form = Arc::new(tangled());
    let all = answers([("a", Answer::Integer(2))]);
    let mut evaluator = Evaluator::new(form.clone(), &all, &environment());
    let other = Environment {
        lang: domain::Lang::En,
        ..environment()
    };
    assert_eq!(evaluator.update(&all, &other), &form.evaluate(&all, &other));
    assert_eq!(evaluator.evaluation(), &form.evaluate(&all, &other));
}
