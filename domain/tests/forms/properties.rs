//! Whatever comes in, reading and evaluating a form ends without a panic.

use domain::{
    Lang,
    forms::{Answer, Answers, Environment, Form},
};
use proptest::prelude::*;

use crate::support::source;

const BLOOD_DRIVE: &str = include_str!("../../../forms/blood_drive.md");

/// A built-in form with a piece cut out, doubled or replaced: nearly well formed.
fn mutilated() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(String::new()),
        Just("|".to_owned()),
        Just("\\".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("｜".to_owned()),
        Just("# ".to_owned()),
        Just("${".to_owned()),
        Just("begin group".to_owned()),
        Just("| choices |".to_owned()),
        any::<String>(),
    ];
    let cuts = prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize, piece), 1..6);
    cuts.prop_map(|cuts| {
        let mut letters: Vec<char> = BLOOD_DRIVE.chars().collect();
        for (at, length, piece) in cuts {
            let start = at.index(letters.len().max(1)).min(letters.len());
            let end = (start + length).min(letters.len());
            letters.splice(start..end, piece.chars());
        }
        letters.into_iter().collect()
    })
}

fn answer() -> impl Strategy<Value = Answer> {
    let date = (-300_000..300_000_i32, 1..13_u32, 1..29_u32)
        .prop_filter_map("a date", |(y, m, d)| {
            chrono::NaiveDate::from_ymd_opt(y % 260_000, m, d)
        });
    prop_oneof![
        any::<String>().prop_map(Answer::Text),
        any::<i64>().prop_map(Answer::Integer),
        any::<f64>().prop_map(Answer::Decimal),
        any::<String>().prop_map(Answer::Choice),
        prop::collection::vec(any::<String>(), 0..4).prop_map(Answer::Choices),
        date.prop_map(Answer::Date),
        (any::<i64>(), any::<i32>()).prop_map(|(ms, utc_offset_minutes)| Answer::DateTime {
            ms,
            utc_offset_minutes
        }),
        (any::<f64>(), any::<f64>(), any::<Option<f64>>()).prop_map(|(lat, lon, accuracy)| {
            Answer::Geopoint {
                lat,
                lon,
                altitude: None,
                accuracy,
            }
        }),
        prop::collection::vec(any::<String>(), 0..30).prop_map(Answer::Images),
    ]
}

fn environment() -> impl Strategy<Value = Environment> {
    (any::<i64>(), any::<i32>(), any::<String>()).prop_map(
        |(now_ms, utc_offset_minutes, username)| Environment {
            now_ms,
            utc_offset_minutes,
            username,
            ..Environment::default()
        },
    )
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Form::from_markdown(&text);
    }

    #[test]
    fn a_mutilated_form_is_read_or_refused_with_reasons(text in mutilated()) {
        if let Err(errors) = Form::from_markdown(&text) {
            prop_assert!(!errors.is_empty());
        }
    }

    #[test]
    fn any_cell_is_read_or_refused(kind in "[a-z_ ]{0,12}", cell in any::<String>()) {
        let rows = [format!("{kind} | a | {cell}")];
        for header in ["label", "constraint", "relevant", "default", "parameters", "required"] {
            let _ = Form::from_markdown(&source(header, &[&rows[0]]));
        }
    }

    #[test]
    fn any_answers_are_judged(
        environment in environment(),
        wild in prop::collection::vec((any::<prop::sample::Index>(), answer()), 0..12),
        strange in any::<String>(),
        input in any::<String>(),
    ) {
        let form = Form::from_markdown(BLOOD_DRIVE).unwrap();
        let names: Vec<String> = form.questions().map(|it| it.name.clone()).collect();
        let mut answers: Answers = wild
            .into_iter()
            .map(|(at, answer)| (names[at.index(names.len())].clone(), answer))
            .collect();
        answers.insert(strange, Answer::Text(input.clone()));
        let _ = form.evaluate(&answers, &environment);
        let _ = form.check(&answers, &environment);
        let _ = form.done(&answers, &environment);
        let _ = form.summary_line(&answers, Lang::Zh);
        let _ = form.initial_answers(&environment);
        for question in form.questions() {
            if let Some(answer) = answers.get(&question.name) {
                let _ = answer.display(question, Lang::En);
                let _ = answer.input();
            }
            let _ = form.parse_answer(&question.name, &input, &environment);
        }
    }

    #[test]
    fn pruned_answers_without_problems_have_none_after_the_journey(
        mobilized in 0..50_i64,
        whole in 0..50_i64,
        platelets in 0..5_i64,
        ml in 0..20_000_i64,
    ) {
        let form = Form::from_markdown(BLOOD_DRIVE).unwrap();
        let environment = crate::support::environment();
        let mut answers = form.initial_answers(&environment);
        answers.insert("site".to_owned(), Answer::Text("血站".to_owned()));
        for (name, number) in [
            ("mobilized", mobilized),
            ("whole_blood_donors", whole),
            ("platelet_donors", platelets),
            ("platelet_units", platelets),
            ("whole_blood_ml", ml),
        ] {
            answers.insert(name.to_owned(), Answer::Integer(number));
        }
        let pruned = form.prune(&answers, &environment);
        prop_assert_eq!(
            form.check(&answers, &environment),
            form.check(&pruned, &environment)
        );
        let json = serde_json::to_string(&pruned).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answers>(&json).unwrap(), pruned);
    }
}
